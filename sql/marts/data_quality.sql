/*
title = "Качество данных по файлам"
tests = [
  { not_null = ["batch", "path"] },
]

[headings]
batch         = "Партия"
pipeline      = "Вид выгрузки"
table_name    = "Таблица"
layout        = "Форма"
loaded_at     = "Загружен"
rows_in       = "Строк в файле"
rows_kept     = "Принято"
rows_rejected = "Отклонено"
rejected_pct  = "Отклонено, %"
balanced      = "Сходится"
*/
-- Одна строка — прочитанная часть файла: сколько строк дошло и сколько отвергнуто.
select batch,
       pipeline,
       table_name,
       layout,
       path,
       sheet,
       loaded_at,
       rows_in,
       rows_kept,
       rows_rejected,
       case when rows_in > 0 then 100.0 * rows_rejected / rows_in end  as rejected_pct,
       rows_in = rows_kept + rows_rejected                            as balanced
from   batches
