//! Which value a value may be compared with.

use std::collections::HashMap;

use dinamika_project::{Period, Wave};

/// One value's place among others.
#[derive(Debug, Clone)]
pub(super) struct Point<'a> {
    pub level: &'a str,
    pub entity: &'a str,
    pub subject: Option<&'a str>,
    pub task: Option<&'a str>,
    pub period: Period,
    pub grade: Option<i64>,
    pub pupil_grade: Option<i64>,
}

/// Whom a change compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The same grade of an earlier year: other children.
    Grade,
    /// The same children a year earlier.
    Cohort,
}

impl Kind {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Grade => "grade",
            Self::Cohort => "cohort",
        }
    }
}

/// All values of one indicator, to be asked for the base of each.
///
/// An autumn campaign tests the programme of the school year before: `2020/21-осень` of grade 4 is
/// written by pupils of grade 5 and stands where spring `2019/20` would. So every value has a
/// *programme year*, in which grade and cohort are told alike: a cohort moves one grade a year.
pub(super) struct Series {
    /// Row, sorted by its key.
    sorted: Vec<(Key, u32)>,
    keys: Vec<Key>,
}

/// Group (entity, subject, task, …), grade, programme year, spring last.
type Key = (u32, Option<i64>, i32, bool);

impl Series {
    pub(super) fn new(points: &[Point<'_>]) -> Self {
        let mut groups = HashMap::new();
        let keys: Vec<Key> = points
            .iter()
            .map(|point| {
                let next = u32::try_from(groups.len()).unwrap_or(u32::MAX);
                let group = (point.level, point.entity, point.subject, point.task, shift(point));
                let group = *groups.entry(group).or_insert(next);
                (group, point.grade, programme_year(point.period), point.period.wave == Wave::Spring)
            })
            .collect();
        let mut sorted: Vec<_> = keys.iter().copied().zip(0..).collect();
        sorted.sort_unstable();
        Self { sorted, keys }
    }

    /// The row a row is compared with.
    pub(super) fn base(&self, row: usize, kind: Kind) -> Option<usize> {
        let (group, grade, year, spring) = self.keys[row];
        match kind {
            Kind::Grade => {
                let before = self.before((group, grade, year, false));
                let last = self.sorted[..before].last().map(|(key, _)| *key)?;
                ((last.0, last.1) == (group, grade)).then(|| self.find((group, grade, last.2, spring)))?
            }
            Kind::Cohort => self.find((group, Some(grade? - 1), year - 1, spring)),
        }
    }

    /// The series of one group and grade: rows in the order of their programme years, each with its year.
    pub(super) fn runs(&self) -> impl Iterator<Item = Vec<(i32, usize)>> {
        self.sorted
            .chunk_by(|(one, _), (next, _)| (one.0, one.1) == (next.0, next.1))
            .map(|run| run.iter().map(|(key, row)| (key.2, *row as usize)).collect())
    }

    /// A row of this group, grade and year: of the same wave if there is one.
    fn find(&self, (group, grade, year, spring): Key) -> Option<usize> {
        let from = self.before((group, grade, year, false));
        let found = self.sorted[from..].iter().take_while(|(key, _)| (key.0, key.1, key.2) == (group, grade, year));
        let mut found = found.collect::<Vec<_>>();
        found.sort_by_key(|(key, _)| key.3 == spring);
        found.last().map(|(_, row)| *row as usize)
    }

    fn before(&self, key: Key) -> usize {
        self.sorted.partition_point(|(known, _)| *known < key)
    }
}

/// The school year whose programme was tested, by the year it begins in.
fn programme_year(period: Period) -> i32 {
    i32::from(period.starts) - i32::from(period.wave == Wave::Autumn)
}

/// How far the pupils are from the grade they usually write the test in.
fn shift(point: &Point<'_>) -> i64 {
    let autumn = i64::from(point.period.wave == Wave::Autumn);
    match (point.pupil_grade, point.grade) {
        (Some(pupil), Some(test)) => pupil - test - autumn,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Point, Series};

    #[test]
    fn a_grade_is_compared_with_the_latest_earlier_year_it_was_tested_in() {
        let points = [at("2018/19", 4), at("2021/22", 4), at("2022/23", 4), at("2022/23", 5)];
        let series = Series::new(&points);
        assert_eq!(bases(&series, Kind::Grade, 4), [None, Some(0), Some(1), None]);
    }

    #[test]
    fn a_cohort_is_compared_with_the_grade_before_a_year_before() {
        let points = [at("2021/22", 4), at("2022/23", 5), at("2022/23", 4), at("2023/24", 6), at("2024/25", 6)];
        let series = Series::new(&points);
        assert_eq!(bases(&series, Kind::Cohort, 5), [None, Some(0), None, Some(1), None]);
    }

    #[test]
    fn an_autumn_stands_for_the_spring_before() {
        let autumn = Point { pupil_grade: Some(5), ..at("2020/21-осень", 4) };
        let points = [at("2018/19", 4), autumn, at("2020/21", 4), at("2020/21", 5)];
        let series = Series::new(&points);
        assert_eq!(bases(&series, Kind::Grade, 4), [None, Some(0), Some(1), None]);
        // The fifth grade of spring 2021 wrote the test of the fourth in autumn 2020.
        assert_eq!(bases(&series, Kind::Cohort, 4), [None, None, None, Some(1)]);
    }

    #[test]
    fn of_two_campaigns_that_stand_for_one_year_the_same_wave_is_taken() {
        let autumn = |period| Point { pupil_grade: Some(5), ..at(period, 4) };
        let points = [at("2019/20", 4), autumn("2020/21-осень"), at("2020/21", 4), autumn("2021/22-осень")];
        let series = Series::new(&points);
        assert_eq!(bases(&series, Kind::Grade, 4), [None, None, Some(0), Some(1)]);
    }

    #[test]
    fn what_has_no_grade_has_years_but_no_cohort() {
        let point = |period| Point { grade: None, pupil_grade: None, ..at(period, 0) };
        let points = [point("2020/21"), point("2021/22")];
        let series = Series::new(&points);
        assert_eq!(bases(&series, Kind::Grade, 2), [None, Some(0)]);
        assert_eq!(bases(&series, Kind::Cohort, 2), [None, None]);
    }

    fn bases(series: &Series, kind: Kind, rows: usize) -> Vec<Option<usize>> {
        (0..rows).map(|row| series.base(row, kind)).collect()
    }

    fn at(period: &str, grade: i64) -> Point<'static> {
        Point {
            level: "school",
            entity: "1",
            subject: Some("MA"),
            task: None,
            period: period.parse().unwrap(),
            grade: Some(grade),
            pupil_grade: Some(grade),
        }
    }
}
