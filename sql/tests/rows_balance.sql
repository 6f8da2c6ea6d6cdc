/* title = "Строк в файле = строк в таблице + отвергнутых" */
select batch, path, rows_in, rows_kept, rows_rejected
from   data_quality
where  not balanced
