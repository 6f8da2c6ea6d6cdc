//! Of many schools judged at once, few that did not change are said to have.

use std::collections::BTreeMap;

use arrow::{
    array::{Array, AsArray, Float64Array, Int64Array, RecordBatch, StringArray},
    datatypes::{DataType, Field, Schema},
};
use dinamika_engine::Session;
use dinamika_project::{Level, Measure, ModelKind};
use std::sync::Arc;

use crate::support::{indicator, rows, session, table};

const SCHOOLS: usize = 2_000;

/// How the second year differs from the first.
struct World {
    /// Moves every school's mean, in standard deviations of a pupil: a harder paper.
    harder: f64,
    /// Share of a pupil's variance that wanders with each cohort of a school.
    wander: f64,
    /// What every twentieth school moves by on its own, alternately up and down.
    moved: f64,
}

#[tokio::test]
async fn a_harder_paper_is_no_change_of_a_school() {
    for measure in [Measure::Share, Measure::Percent] {
        for seed in 1..=5 {
            let found = judged(&World { harder: -0.6, wander: 0.0, moved: 0.0 }, measure, seed).await;
            assert!(found.flagged <= 2, "{measure:?}, seed {seed}: {found:?}");
        }
    }
}

#[tokio::test]
async fn cohorts_that_differ_are_no_change_of_a_school() {
    // What real cohorts differ by: a correlation of 0.22 between neighbouring ones.
    for measure in [Measure::Share, Measure::Percent] {
        for seed in 1..=5 {
            let found = judged(&World { harder: 0.2, wander: 0.07, moved: 0.0 }, measure, seed).await;
            assert!(found.flagged <= 2, "{measure:?}, seed {seed}: {found:?}");
        }
    }
}

#[tokio::test]
async fn of_those_said_to_have_changed_nearly_all_did_and_they_are_found() {
    // Fifteen points of a share are three standard errors of fifty pupils and less, of points they are four.
    for (measure, moved, found_at_least) in [(Measure::Share, 1.3, 0.85), (Measure::Percent, 0.9, 0.95)] {
        let mut sum = Found::default();
        for seed in 1..=5 {
            let found = judged(&World { harder: -0.3, wander: 0.0, moved }, measure, seed).await;
            sum.flagged += found.flagged;
            sum.wrong += found.wrong;
            sum.large += found.large;
            sum.large_found += found.large_found;
        }
        assert!(sum.wrong as f64 <= 0.05 * sum.flagged as f64, "{measure:?}: {sum:?}");
        assert!(sum.large > 60 && sum.large_found as f64 >= found_at_least * sum.large as f64, "{measure:?}: {sum:?}");
    }
}

#[derive(Debug, Default)]
struct Found {
    flagged: usize,
    /// Flagged without a change of their own, or the wrong way.
    wrong: usize,
    /// Schools that moved by 15 points or more and have 50 pupils in both years.
    large: usize,
    large_found: usize,
}

/// Verdicts on schools whose truth is known.
async fn judged(world: &World, measure: Measure, seed: u64) -> Found {
    let mut dice = Dice(seed);
    let (mut facts, mut truth) = (Facts::default(), BTreeMap::new());
    for school in 0..SCHOOLS {
        let key = format!("{school:06}");
        let (size, lasting) = ((22.0_f64.ln() + 0.9 * dice.normal()).exp().clamp(3.0, 200.0), 0.2 * dice.normal());
        let own = match school % 40 {
            0 => world.moved,
            20 => -world.moved,
            _ => 0.0,
        };
        let mut expected = [0.0; 2];
        let mut least = usize::MAX;
        for (year, expected) in expected.iter_mut().enumerate() {
            let pupils = (size * (0.1 * dice.normal()).exp()).round().max(1.0) as usize;
            least = least.min(pupils);
            let at = lasting + world.wander.sqrt() * dice.normal() + if year == 1 { world.harder + own } else { 0.0 };
            *expected = facts.test(&key, year, pupils, at, measure, &mut dice);
        }
        truth.insert(key, (own, expected[1] - expected[0], least));
    }
    // What the paper alone moves.
    let by_paper = truth.values().filter(|(own, ..)| *own == 0.0).map(|(_, change, _)| change).sum::<f64>()
        / truth.values().filter(|(own, ..)| *own == 0.0).count() as f64;
    let mut found = Found::default();
    let verdicts = verdicts(facts.rows(), measure).await;
    assert_eq!(verdicts.len(), SCHOOLS);
    for (key, verdict) in verdicts {
        let (own, change, least) = truth[&key];
        // Of «2» there are fewer in a school that becomes better.
        let up = if measure == Measure::Share { own < 0.0 } else { own > 0.0 };
        let right = own != 0.0 && verdict == if up { "growth" } else { "decline" };
        if verdict == "growth" || verdict == "decline" {
            found.flagged += 1;
            found.wrong += usize::from(!right);
        }
        if own != 0.0 && (change - by_paper).abs() >= 15.0 && least >= 50 {
            found.large += 1;
            found.large_found += usize::from(right);
        }
    }
    found
}

async fn verdicts(facts: RecordBatch, measure: Measure) -> BTreeMap<String, String> {
    let mut model = indicator("vpr.x", measure, "select * from facts");
    if let ModelKind::Indicator(indicator) = &mut model.kind {
        indicator.equated = false;
        indicator.levels = vec![Level::School, Level::Region];
    }
    let schools = "select distinct school_key, school_key as school_name, 'm' as municipality_key from facts";
    let municipality =
        rows("municipality_key municipality_name", r#"[{"municipality_key": "m", "municipality_name": "М"}]"#);
    let session: Session = session(vec![("facts", facts), ("municipalities", municipality)], vec![], vec![]).await;
    let schools = session.query(schools, Default::default()).await.unwrap().collect_one().await.unwrap();
    session.register_memory(&table("schools"), vec![schools]).unwrap();
    let values = session.indicator_rows(&model).await.unwrap().collect_one().await.unwrap();
    session.register_memory(&table("indicator_values"), vec![values]).unwrap();
    let changes = session.dynamics_rows(&model).await.unwrap().collect_one().await.unwrap();
    let text = |name: &str| changes.column_by_name(name).unwrap().as_string::<i32>();
    let (level, entity, verdict) = (text("level"), text("entity"), text("verdict"));
    (0..changes.num_rows())
        .filter(|row| level.value(*row) == "school" && verdict.is_valid(*row))
        .map(|row| (entity.value(row).to_owned(), verdict.value(row).to_owned()))
        .collect()
}

/// Rows of the indicator's SELECT.
#[derive(Default)]
struct Facts {
    school: Vec<String>,
    period: Vec<&'static str>,
    n: Vec<i64>,
    num: Vec<f64>,
    den: Vec<f64>,
    sq: Vec<f64>,
}

impl Facts {
    /// A school's pupils write a test of 20 points; those below 7 get a «2». The expected value, in percent.
    fn test(&mut self, school: &str, year: usize, pupils: usize, at: f64, measure: Measure, dice: &mut Dice) -> f64 {
        let score = |ability: f64| (10.0 + 3.5 * ability).clamp(0.0, 20.0).round();
        let value = |score: f64| match measure {
            Measure::Share => f64::from(u8::from(score < 7.0)),
            _ => score,
        };
        let (mut sum, mut squares) = (0.0, 0.0);
        for _ in 0..pupils {
            let value = value(score(at + dice.normal()));
            sum += value;
            squares += value * value;
        }
        let most = if measure == Measure::Share { 1.0 } else { 20.0 };
        self.school.push(school.to_owned());
        self.period.push(["2021/22", "2022/23"][year]);
        self.n.push(pupils as i64);
        self.num.push(sum);
        self.den.push(most * pupils as f64);
        self.sq.push(squares);
        // Over a fine grid of abilities.
        let grid = (-400..=400).map(|step| f64::from(step) / 100.0).map(|z| ((-z * z / 2.0).exp(), z));
        let (mass, mean) = grid.fold((0.0, 0.0), |(mass, mean), (w, z)| (mass + w, mean + w * value(score(at + z))));
        100.0 * mean / mass / most
    }

    fn rows(self) -> RecordBatch {
        let field = |name: &str, data_type: DataType| Field::new(name, data_type, true);
        let schema = Schema::new(vec![
            field("school_key", DataType::Utf8),
            field("period", DataType::Utf8),
            field("grade", DataType::Int64),
            field("num", DataType::Float64),
            field("den", DataType::Float64),
            field("n", DataType::Int64),
            field("sq", DataType::Float64),
        ]);
        let grade = Int64Array::from(vec![5; self.n.len()]);
        RecordBatch::try_new(
            Arc::new(schema),
            vec![
                Arc::new(StringArray::from(self.school)),
                Arc::new(StringArray::from(self.period)),
                Arc::new(grade),
                Arc::new(Float64Array::from(self.num)),
                Arc::new(Float64Array::from(self.den)),
                Arc::new(Int64Array::from(self.n)),
                Arc::new(Float64Array::from(self.sq)),
            ],
        )
        .unwrap()
    }
}

/// The same numbers for the same seed (SplitMix64).
struct Dice(u64);

impl Dice {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        (-2.0 * (1.0 - self.unit()).ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos()
    }
}
