//! `policy.toml` (checked types): who sees which rows, columns and cells.

use std::{collections::BTreeMap, num::NonZeroU32, path::Path, time::Duration};

use crate::{ColumnName, IndicatorId, Level, Period, Place, Role, SlugId, Subject, TableName, read};

/// The text of the standard policy: that of a project without `policy.toml`.
pub const STANDARD_POLICY: &str = include_str!("../../../policy.toml");

/// Who sees what.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Whether those who did not log in see what is public.
    pub anonymous: bool,
    /// Requests a minute from one account, and from one address of guests; none where they are not counted.
    pub requests: Option<NonZeroU32>,
    /// Fewer people than these are hidden.
    pub minimum: ByAudience,
    /// So many cells of one total are hidden together.
    pub together: ByAudience,
    /// What is done about shares of 0 % and 100 %.
    pub edges: Edges,
    /// Indicators of the same people; the first that fits.
    pub groups: Vec<Group>,
    /// Who sees which indicators; the last that fits.
    pub shows: Vec<Show>,
    /// Who sees which tables besides indicators.
    pub tables: Vec<TableRule>,
    /// Columns of values and dynamics that not all see.
    pub columns: BTreeMap<ColumnName, Role>,
    /// What a query of a role may take.
    pub limits: BTreeMap<Role, QueryLimits>,
    /// Its text: two policies of one text decide alike.
    pub text: String,
    /// Where it is written.
    pub place: Place,
}

/// A number for guests and one for those inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByAudience {
    /// For guests.
    pub public: u32,
    /// For schools, municipalities and the region.
    pub inside: u32,
}

/// What is done about shares of nobody and of everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edges {
    /// Below so many people, shares at their ends are hidden from the public.
    pub below: u32,
    /// Shares of which hidden cells together are at no end, whatever their number.
    pub of: Vec<Pattern>,
    /// Those that are usually of nobody: only everybody's is kept secret.
    pub rare: Vec<Pattern>,
}

/// Indicators whose cells are hidden together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its name.
    pub name: SlugId,
    /// Which indicators.
    pub indicators: Vec<Pattern>,
    /// Whether they count people; otherwise no cell of theirs is small.
    pub people: bool,
    /// The cells they are made of: where one of those is hidden, so are theirs.
    pub of: Option<MadeOf>,
    /// The group whose hidden cells are hidden here too, besides those that have to be hidden for this one's own sake.
    pub with: Option<SlugId>,
}

/// Cells of another group, of one entity, that a number is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeOf {
    /// The other group.
    pub group: SlugId,
    /// Of which subjects; of all when none is named.
    pub subjects: Vec<Subject>,
    /// Of how many school years, the number's own the last of them.
    pub years: u16,
}

impl MadeOf {
    /// Whether a cell of a group, a period and a subject is among those a number of `period` is made of. A period that
    /// is none is of no year.
    pub fn has(&self, period: Option<Period>, cell: (&str, Option<Period>, Option<&str>)) -> bool {
        let (group, of, subject) = cell;
        let is_of_subject = || subject.is_some_and(|code| self.subjects.iter().any(|known| known.as_str() == code));
        let is_of_year = |period: Period, of: Period| {
            of.starts <= period.starts && u32::from(period.starts) < u32::from(of.starts) + u32::from(self.years)
        };
        group == self.group.as_str()
            && period.zip(of).is_some_and(|(period, of)| is_of_year(period, of))
            && (self.subjects.is_empty() || is_of_subject())
    }
}

/// From which role on indicators are seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Show {
    /// Which indicators.
    pub indicators: Vec<Pattern>,
    /// From which role on.
    pub to: Role,
    /// From which role on the rows of schools.
    pub schools: Role,
}

/// Who sees a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRule {
    /// Which tables.
    pub names: Vec<TableName>,
    /// From which role on.
    pub to: Role,
    /// Column with the school's key.
    pub school: Option<ColumnName>,
    /// Column with the municipality's key.
    pub municipality: Option<ColumnName>,
    /// Columns with the level and the key of what a row is of, where rows are of schools, municipalities and the region.
    pub place: Option<(ColumnName, ColumnName)>,
    /// Group whose hidden cells hide its rows.
    pub cells: Option<SlugId>,
    /// Columns that stay in a hidden row.
    pub keys: Vec<ColumnName>,
    /// Whether rows tell of tasks, whose cells are hidden apart from those of the whole test.
    pub tasks: bool,
}

/// What one query may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueryLimits {
    /// Time.
    pub deadline: Duration,
    /// Bytes of memory.
    pub memory_bytes: u64,
    /// Rows of the result.
    pub rows: u64,
    /// Bytes of the result.
    pub bytes: u64,
}

/// An indicator's id or the beginning of ids: `vpr.share2`, `vpr.*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(pub(crate) String);

impl Pattern {
    /// Whether the id is meant.
    pub fn fits(&self, id: &str) -> bool {
        match self.0.strip_suffix('*') {
            Some(beginning) => id.starts_with(beginning),
            None => id == self.0,
        }
    }
}

impl Policy {
    /// The policy of a project that has none of its own.
    pub fn standard() -> Self {
        let mut report = crate::Report::default();
        let source = read::Source::new(Path::new("policy.toml"), STANDARD_POLICY);
        read::policy(&source, &mut report)
    }

    /// Name of the indicator's group; none when no cell of it is ever hidden. An indicator of no group is with those
    /// that share the first part of its id.
    pub fn group<'a>(&'a self, indicator: &'a str) -> Option<&'a str> {
        let found = self.groups.iter().find(|group| group.indicators.iter().any(|pattern| pattern.fits(indicator)));
        match found {
            Some(group) => (group.people || group.of.is_some()).then(|| group.name.as_str()),
            None => Some(indicator.split('.').next().unwrap_or(indicator)),
        }
    }

    /// A group that is named in the policy.
    pub fn group_named(&self, name: &str) -> Option<&Group> {
        self.groups.iter().find(|group| group.name.as_str() == name)
    }

    /// From which role on the indicator's rows of a level are seen.
    pub fn shown_to(&self, indicator: &str, level: Level) -> Role {
        let fits = |show: &&Show| show.indicators.iter().any(|pattern| pattern.fits(indicator));
        match self.shows.iter().rev().find(fits) {
            Some(show) if level == Level::School => show.schools,
            Some(show) => show.to,
            None => Role::Regional,
        }
    }

    /// From which role on an indicator is seen at all.
    pub fn indicator_shown_to(&self, indicator: &IndicatorId) -> Role {
        [Level::School, Level::Region]
            .map(|level| self.shown_to(indicator.as_str(), level))
            .into_iter()
            .min()
            .unwrap_or(Role::Regional)
    }

    /// The rule of a table.
    pub fn table(&self, name: &str) -> Option<&TableRule> {
        self.tables.iter().find(|rule| rule.names.iter().any(|known| known.as_str() == name))
    }

    /// What a query of this role may take; the administrator's is not limited.
    pub fn limits(&self, role: Role) -> Option<QueryLimits> {
        (role < Role::Administrator).then(|| self.limits.get(&role.max(Role::School)).copied().unwrap_or_default())
    }
}

impl Default for QueryLimits {
    fn default() -> Self {
        Self { deadline: Duration::from_secs(10), memory_bytes: 128 << 20, rows: 100_000, bytes: 32 << 20 }
    }
}
