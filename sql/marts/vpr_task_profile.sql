/*
title = "ВПР: профиль заданий"
partition_by = "test"
tests = [
  { not_null = ["level", "entity", "test", "no", "n", "task_status"] },
  { unique = ["test", "level", "entity", "no"] },
]

[headings]
test         = "Работа"
no           = "№"
difficulty   = "Уровень сложности"
max_score    = "Наибольший балл"
n_taught     = "Проходили задание"
n_untaught   = "Не проходили задание"
untaught_pct = "Не пройдено, %"
blank_pct    = "Не приступили, %"
pct          = "Выполнение, %"
region_pct   = "Выполнение в регионе, %"
points       = "Сумма баллов"
max_points   = "Наибольшая сумма баллов"
error        = "Ошибка, п. п."
enough       = "Достаточно, от %"
little       = "Недостаточно, ниже %"
task_status  = "Уровень выполнения"
*/
-- Одна строка — задание у школы, муниципалитета или региона: процент выполнения с интервалом (Стьюдент), рядом регион,
-- и достаточен ли уровень: Б — от task_basic_ok %, не достаточен ниже task_basic_low %; П и В — от task_high_ok и ниже
-- task_high_low %; между ними серая зона. Меньше десяти учеников — не судим.
with profile as (
    select l.level, l.entity, l.test, l.no, l.task, l.difficulty, l.max_score, l.n, l.n_taught, l.n_untaught, l.n_blank, l.n_zero,
           100.0 * l.points / l.max_points                                      as pct,
           mean_ci(l.points, l.points_sq, l.n_taught)                           as ci,
           l.points,
           l.max_points,
           sqrt(greatest(l.points_sq - l.points * l.points / l.n_taught, 0.0)
                / nullif(l.n_taught - 1, 0) / l.n_taught)                       as error,
           max(case when l.level = 'region' then 100.0 * l.points / l.max_points end)
               over (partition by l.test, l.no)                                 as region_pct,
           case when l.difficulty = 'Б' then $task_basic_ok  else $task_high_ok  end  as enough,
           case when l.difficulty = 'Б' then $task_basic_low else $task_high_low end  as little
    from   vpr_task_level l
    where  l.max_points > 0
)
select p.level,
       p.entity,
       t.period,
       t.subject,
       t.grade,
       t.pupil_grade,
       p.test,
       p.no,
       p.task,
       p.difficulty,
       p.max_score,
       p.n,
       p.n_taught,
       p.n_untaught,
       100.0 * p.n_untaught / p.n                         as untaught_pct,
       100.0 * p.n_blank / p.n                            as blank_pct,
       p.pct,
       greatest(100.0 * p.ci['low'] / p.max_score, 0.0)   as ci_low,
       least(100.0 * p.ci['high'] / p.max_score, 100.0)   as ci_high,
       p.region_pct,
       p.pct - p.region_pct                               as gap,
       p.points,
       p.max_points,
       p.error,
       p.enough,
       p.little,
       case when p.difficulty is null     then 'unknown'
            when p.n_taught < 10          then 'too_few'
            when p.pct >= p.enough        then 'sufficient'
            when p.pct <  p.little        then 'insufficient'
            else 'grey_zone' end                          as task_status,
       'ok'                                               as status
from   profile p
join   vpr_tests t  on t.test = p.test
