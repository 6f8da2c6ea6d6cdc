//! Values of two releases side by side.

use dinamika_project::TableName;

use crate::{EngineError, Params, Rows, Select, Session, SortKey, Source};

/// What differs between two versions of `indicator_values`, one row a value.
const CHANGES: &str = "
select coalesce(b.indicator, a.indicator)       as indicator,
       coalesce(b.level, a.level)               as level,
       coalesce(b.entity, a.entity)             as entity,
       coalesce(b.entity_name, a.entity_name)   as entity_name,
       coalesce(b.municipality, a.municipality) as municipality,
       coalesce(b.period, a.period)             as period,
       coalesce(b.subject, a.subject)           as subject,
       coalesce(b.grade, a.grade)               as grade,
       coalesce(b.pupil_grade, a.pupil_grade)   as pupil_grade,
       coalesce(b.task, a.task)                 as task,
       case when a.indicator is null then 'added'
            when b.indicator is null then 'removed'
            else 'changed'
       end                                      as what,
       a.value                                  as value_a,
       b.value                                  as value_b,
       b.value - a.value                        as change,
       abs(b.value - a.value)                   as size,
       a.n                                      as n_a,
       b.n                                      as n_b,
       a.status                                 as status_a,
       b.status                                 as status_b
from   older a
full   join newer b  on b.indicator = a.indicator
                    and b.level = a.level
                    and b.entity = a.entity
                    and coalesce(b.period, '') = coalesce(a.period, '')
                    and coalesce(b.subject, '') = coalesce(a.subject, '')
                    and coalesce(b.grade, -1) = coalesce(a.grade, -1)
                    and coalesce(b.pupil_grade, -1) = coalesce(a.pupil_grade, -1)
                    and coalesce(b.task, '') = coalesce(a.task, '')
where  a.indicator is null
   or  b.indicator is null
   or  (a.status is distinct from b.status)
   or  (a.n is distinct from b.n)
   or  (a.value is null) <> (b.value is null)
   or  abs(b.value - a.value) > 1e-9 * greatest(1.0, abs(a.value))       -- суммы складываются в любом порядке
   or  abs(b.num - a.num) > 1e-9 * greatest(1.0, abs(a.num))
   or  abs(b.den - a.den) > 1e-9 * greatest(1.0, abs(a.den))
";

const SUMMARY: &str = "
select indicator,
       count(*) filter (where what = 'changed')  as changed,
       count(*) filter (where what = 'added')    as added,
       count(*) filter (where what = 'removed')  as removed,
       max(size)                                 as largest
from   changes
group  by indicator
order  by indicator
";

/// The columns of a change, in order.
const COLUMNS: [&str; 18] = [
    "indicator",
    "level",
    "entity",
    "entity_name",
    "municipality",
    "period",
    "subject",
    "grade",
    "pupil_grade",
    "task",
    "what",
    "value_a",
    "value_b",
    "change",
    "n_a",
    "n_b",
    "status_a",
    "status_b",
];

/// Two versions of `indicator_values` compared.
pub struct Comparison {
    session: Session,
    table: TableName,
}

const VALUES: &str = "indicator_values";

impl Comparison {
    /// Compares the values of two releases; none when one of them has no values. Both sessions are one reader's: what
    /// differs is told of what they see in each, and of nothing else.
    pub async fn of(older: &Session, newer: &Session) -> Result<Option<Self>, EngineError> {
        if !(older.has(VALUES) && newer.has(VALUES)) {
            return Ok(None);
        }
        let session = newer.beside()?;
        for (name, release) in [("older", older), ("newer", newer)] {
            session.put(&crate::trace::table(name)?, release.context().table_provider(VALUES).await?)?;
        }
        let plan = session.plan(CHANGES, Params::None).await?;
        let table = crate::trace::table("changes")?;
        let frame = datafusion::dataframe::DataFrame::new(session.context().state(), plan);
        session.register_frame(&table, frame)?;
        Ok(Some(Self { session, table }))
    }

    /// How many values of each indicator were changed, added and removed, and the largest change.
    pub async fn summary(&self) -> Result<Rows, EngineError> {
        self.session.query(SUMMARY, Params::None).await
    }

    /// The values that differ, the largest changes first.
    pub async fn changes(&self, limit: Option<usize>) -> Result<Rows, EngineError> {
        let mut select = Select::all(Source::Table(self.table.clone()));
        let largest = SortKey { column: "size".to_owned(), descending: true, nulls_first: false };
        let rest = COLUMNS[..11].iter().map(|column| SortKey {
            column: (*column).to_owned(),
            descending: false,
            nulls_first: true,
        });
        select.sort = std::iter::once(largest).chain(rest).collect();
        select.limit = limit;
        let frame = self.session.filtered(select).await?;
        self.session.execute(frame.select_columns(&COLUMNS)?).await
    }
}
