//! Pupils and their results: everything about a school's test follows from the seed.

use super::{
    campaign::{Shape, Test},
    dice::Dice,
    effects::Effect,
    region::School,
    tasks::Paper,
};

/// Share of the variance of scores that lies between schools.
const ICC: f64 = 0.1;
/// Of that, what stays with the school, with its cohort, and what is of this test only.
const STAYS: [f64; 3] = [0.6, 0.7, 0.39];
const ABSENT: f64 = 0.08;
/// A task's cell that is not a score.
pub(super) const NOT_ATTEMPTED: u8 = 255;
/// The topic had not been taught.
pub(super) const NOT_TAUGHT: u8 = 254;

/// One pupil's line in a protocol.
#[derive(Clone)]
pub(super) struct Pupil {
    /// The code of five digits; the first is the pupil's grade.
    pub(super) code: u32,
    pub(super) girl: Option<bool>,
    /// Which form of the parallel: 0 is «А».
    pub(super) class: u8,
    pub(super) variant: u8,
    pub(super) absent: bool,
    pub(super) score: u16,
    pub(super) mark: u8,
    pub(super) journal: Option<u8>,
    pub(super) tasks: Vec<u8>,
    /// What a planted fault prints instead of the score.
    pub(super) misprint: Option<&'static str>,
}

/// The pupils of a school that a test found, as they should be.
pub(super) fn pupils(seed: u64, test: &Test, school: &School) -> Vec<Pupil> {
    let (size, quality) = cohort(seed, school, test.cohort());
    let mut dice = Dice::of(seed, "test", &[school.index, test.index]);
    let paper = &test.paper;
    let share = school_share(test, school, quality, dice.normal());
    let spread = within(paper);
    // Now and then a school has not come to a topic; then nobody scores there.
    let untaught = dice.chance(0.08 * test.wander).then(|| paper.tasks.len() / 2 + dice.below(paper.tasks.len() / 2));
    let classes = size.div_ceil(25) as usize;
    (0..size)
        .map(|place| {
            let girl = if dice.chance(0.01) { None } else { Some(dice.chance(0.5)) };
            let class = dice.below(classes) as u8;
            let variant = 1 + dice.below(2) as u8;
            let mut pupil = Pupil {
                code: u32::from(test.pupil_grade) * 10_000 + place + 1,
                girl,
                class,
                variant,
                absent: dice.chance(ABSENT),
                score: 0,
                mark: 0,
                journal: None,
                tasks: Vec::new(),
                misprint: None,
            };
            if !pupil.absent {
                sit(&mut pupil, &mut dice, paper, school.effect, (share, spread), untaught);
            }
            pupil
        })
        // Federal reports list those who took part.
        .filter(|pupil| !(pupil.absent && matches!(test.shape, Shape::Individual | Shape::Archives)))
        .collect()
}

/// How many children of a school are of a cohort, and how able they are: standard normal.
pub(super) fn cohort(seed: u64, school: &School, cohort: usize) -> (u32, f64) {
    let mut dice = Dice::of(seed, "cohort", &[school.index, cohort]);
    let quality = dice.normal();
    ((school.parallel * (0.12 * dice.normal()).exp()).round().max(1.0) as u32, quality)
}

/// The share of the maximum that this school's pupils reach on average.
fn school_share(test: &Test, school: &School, cohort: f64, luck: f64) -> f64 {
    let subject = school.quality[if test.subject == "RU" { 1 } else { 2 }];
    let lasting = 0.8 * school.quality[0] + 0.6 * subject;
    let between = ICC.sqrt() * test.paper.deviation;
    let effect = STAYS[0] * lasting + test.wander * (STAYS[1] * cohort + STAYS[2] * luck);
    (test.mean + between * effect + school.effect.shift(test.progress)).clamp(0.08, 0.95)
}

/// The weight of a beta distribution whose beta-binomial scores have the paper's variance
/// within schools.
fn within(paper: &Paper) -> f64 {
    let max = f64::from(paper.max());
    let binomial = paper.mean * (1.0 - paper.mean) / max;
    let wanted = (1.0 - ICC) * paper.deviation * paper.deviation / binomial - 1.0;
    ((max - 1.0) / wanted.max(0.05) - 1.0).clamp(1.0, 200.0)
}

fn sit(
    pupil: &mut Pupil,
    dice: &mut Dice,
    paper: &Paper,
    effect: Effect,
    (share, spread): (f64, f64),
    untaught: Option<usize>,
) {
    let able = dice.beta(share * spread, (1.0 - share) * spread);
    let lost = untaught.map_or(0, |task| u16::from(paper.tasks[task].max));
    let drawn = dice.binomial(u32::from(paper.max()), able) as u16;
    let score = lift(drawn, dice, paper, effect).min(paper.max() - lost);
    pupil.score = score;
    pupil.mark = paper.mark(score);
    pupil.journal = journal(pupil.mark, dice);
    pupil.tasks = split(score, dice, paper, untaught);
}

/// Nobody likes to leave a pupil one point under a boundary.
fn lift(score: u16, dice: &mut Dice, paper: &Paper, effect: Effect) -> u16 {
    let heaped = effect == Effect::Heap;
    for (place, cut) in paper.cuts.iter().enumerate() {
        let (at, under) = match (heaped, place) {
            (true, _) => (1.0, 0.8),
            (false, 0) => (0.75, 0.25),
            (false, _) => (0.35, 0.05),
        };
        let probability = match cut.checked_sub(score) {
            Some(0) => at,
            Some(1) => under,
            _ => continue,
        };
        return if dice.chance(probability) { cut + 1 } else { score };
    }
    score
}

/// The journal is kinder than the test.
fn journal(mark: u8, dice: &mut Dice) -> Option<u8> {
    let roll = dice.unit();
    match roll {
        r if r < 0.008 => None,
        r if r < 0.34 => Some((mark + 1).clamp(3, 5)),
        r if r < 0.40 => Some((mark - 1).clamp(3, 5)),
        r if r < 0.415 => Some(2),
        _ => Some(mark.max(if dice.chance(0.4) { 3 } else { 2 })),
    }
}

/// Scores of tasks that add up to the total; easy tasks come first.
fn split(score: u16, dice: &mut Dice, paper: &Paper, untaught: Option<usize>) -> Vec<u8> {
    let share = f64::from(score) / f64::from(paper.max());
    let room = |task: usize| if untaught == Some(task) { 0 } else { paper.tasks[task].max };
    let mut scores: Vec<u8> = (0..paper.tasks.len())
        .map(|task| {
            let ease = if paper.tasks[task].level == "Б" { 0.06 } else { -0.22 };
            dice.binomial(u32::from(room(task)), (share + ease).clamp(0.02, 0.98)) as u8
        })
        .collect();
    let mut left = i32::from(score) - scores.iter().map(|score| i32::from(*score)).sum::<i32>();
    let mut task = dice.below(scores.len());
    while left != 0 {
        if left > 0 && scores[task] < room(task) {
            scores[task] += 1;
            left -= 1;
        } else if left < 0 && scores[task] > 0 {
            scores[task] -= 1;
            left += 1;
        }
        task = (task + 1) % scores.len();
    }
    for (task, score) in scores.iter_mut().enumerate().filter(|(_, score)| **score == 0) {
        *score = match untaught == Some(task) {
            true => NOT_TAUGHT,
            false if dice.chance(0.25) => NOT_ATTEMPTED,
            false => 0,
        };
    }
    scores
}

#[cfg(test)]
mod tests {
    use super::{
        super::{GenerateOptions, campaign::tests, region::Region},
        *,
    };

    #[test]
    fn tasks_add_up_and_marks_follow_the_scale() {
        let options = GenerateOptions { schools: 60, municipalities: 4, ..GenerateOptions::default() };
        let region = Region::invent(&options);
        for test in tests(&options) {
            for school in test.schools(&region) {
                for pupil in pupils(1, &test, school).iter().filter(|pupil| !pupil.absent) {
                    let sum: u16 =
                        pupil.tasks.iter().filter(|score| **score < NOT_TAUGHT).map(|score| u16::from(*score)).sum();
                    assert_eq!(sum, pupil.score);
                    assert_eq!(pupil.mark, test.paper.mark(pupil.score));
                }
            }
        }
    }

    #[test]
    fn scores_look_like_real_ones() {
        let options = GenerateOptions::default();
        let region = Region::invent(&options);
        let test = tests(&options).into_iter().find(|test| test.subject == "MA" && test.grade == 5).expect("a test");
        let (mut sum, mut n, mut twos) = (0.0, 0.0, 0.0);
        let (mut under, mut above) = (0, 0);
        for pupil in test.schools(&region).flat_map(|school| pupils(1, &test, school)).filter(|pupil| !pupil.absent) {
            n += 1.0;
            sum += f64::from(pupil.score);
            twos += f64::from(u8::from(pupil.mark == 2));
            under += u32::from(pupil.score == 6);
            above += u32::from(pupil.score == 7);
        }
        assert!((8.8..=10.8).contains(&(sum / n)), "mean {}", sum / n);
        assert!((0.09..=0.2).contains(&(twos / n)), "share of «2» {}", twos / n);
        assert!(above > 3 * under, "a heap above the boundary: {under} and {above}");
    }
}
