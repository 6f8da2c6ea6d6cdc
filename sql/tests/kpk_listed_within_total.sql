/* title = "Перечисленные школы не больше итога муниципалитета" */
select label, total, listed_total
from   kpk_summary_check
where  listed_total > total
