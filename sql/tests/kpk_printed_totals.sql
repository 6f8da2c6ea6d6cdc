/* title = "Сводка слушателей: итоги сходятся со слагаемыми" */
select form, label, printed_fed_total, fed_total, total, recomputed_total
from   kpk_summary_check
where  not agrees
