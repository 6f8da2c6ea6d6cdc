/* title = "«2» + «3» + «4» + «5» = участники с отметкой; участники + отсутствовавшие = строки" */
select test, school_ref, n_rows, n_absent, n, n_marked, n2, n3, n4, n5
from   vpr_marks
where  n + n_absent <> n_rows
   or  n2 + n3 + n4 + n5 <> n_marked
   or  n_down + n_same + n_up <> n_both
