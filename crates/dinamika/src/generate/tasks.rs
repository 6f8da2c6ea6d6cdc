//! What the tests consist of: numbers of tasks, their maxima and the official mark scales.

/// A task: its number in the paper, its maximum and its level of difficulty.
#[derive(Clone, Copy)]
pub(super) struct Task {
    pub(super) label: &'static str,
    pub(super) max: u8,
    /// `Б`, `П` or `В`.
    pub(super) level: &'static str,
}

/// A paper of one subject and grade.
pub(super) struct Paper {
    pub(super) tasks: Vec<Task>,
    /// The highest scores of «2», «3» and «4».
    pub(super) cuts: [u16; 3],
    /// Mean and standard deviation as shares of the maximum, in a year like any other.
    pub(super) mean: f64,
    pub(super) deviation: f64,
}

impl Paper {
    pub(super) fn max(&self) -> u16 {
        self.tasks.iter().map(|task| u16::from(task.max)).sum()
    }
    /// The mark for a score.
    pub(super) fn mark(&self, score: u16) -> u8 {
        2 + self.cuts.iter().filter(|cut| score > **cut).count() as u8
    }
}

/// A label with its maximum; a trailing `П` or `В` is a level above the basic one.
const RU4: &str =
    "1К1:4 1К2:3 2:3 3.1:1 3.2:3 4:2 5:1 6:2 7:3 8:2 9:1 10:1 11:2 12.1:1П 12.2:2П 13.1:1П 13.2:2П 14:1 15.1:2 15.2:1";
const MA4: &str = "1:1 2:1 3:2 4:1 5.1:1 5.2:1 6.1:1 6.2:1 7:1 8:2 9.1:1 9.2:1 10:2П 11:2 12:2П";
const RU5: &str = "1К1:4 1К2:3 1К3:2 2К1:3 2К2:3 2К3:3 2К4:3 3:2 4.1:3 4.2:2 5.1:2 5.2:2 6.1:2 6.2:1 7.1:2 7.2:1 8:2 9:2 10:1 11:1 12:1";
const MA5: &str = "1:1 2:1 3:1 4:1 5:1 6:2 7:1 8:1 9:2 10:2 11.1:1 11.2:1 12.1:1 12.2:1 13:1П 14:2П";
const MA6: &str = "1:1 2:1 3:1 4:1 5:1 6:1 7:1П 8:1П 9:2П 10:1П 11:2П 12:1П 13:2В";
const RU7: &str = "1К1:4 1К2:3 1К3:2 2К1:3 2К2:3 2К3:3 2К4:3 3.1:1 3.2:1 4.1:1 4.2:1 5:2 6:2 7.1:1 7.2:1 8.1:2 8.2:1 9:2 10:1 11.1:2 11.2:3 12:1 13.1:1 13.2:1 14:2";
const MA8: &str =
    "1:1 2:1 3:1 4:2 5:1 6:2П 7:1 8:2П 9:1 10:1 11:1 12:1 13:1 14:1 15:1П 16.1:1П 16.2:1П 17:1П 18:2П 19:2В";

/// The paper of a subject (`RU`, `MA`) and grade.
pub(super) fn paper(subject: &str, grade: u8) -> Paper {
    let (tasks, cuts, mean, deviation) = match (subject, grade) {
        ("RU", 4) => (RU4, [13, 23, 32], 0.65, 0.20),
        ("MA", 4) => (MA4, [5, 9, 14], 0.60, 0.19),
        ("RU", 5) => (RU5, [17, 28, 38], 0.58, 0.21),
        ("MA", 5) => (MA5, [6, 10, 14], 0.48, 0.195),
        ("MA", 6) => (MA6, [5, 9, 13], 0.50, 0.20),
        ("RU", _) => (RU7, [21, 31, 41], 0.57, 0.20),
        _ => (MA8, [7, 14, 20], 0.47, 0.19),
    };
    Paper { tasks: tasks.split(' ').filter_map(task).collect(), cuts, mean, deviation }
}

fn task(text: &'static str) -> Option<Task> {
    let (label, rest) = text.split_once(':')?;
    let max = rest.as_bytes().first()? - b'0';
    let level = match &rest[1..] {
        "" => "Б",
        level => level,
    };
    Some(Task { label, max, level })
}

#[cfg(test)]
mod tests {
    #[test]
    fn maxima_are_official() {
        for (subject, grade, max) in
            [("RU", 4, 38), ("MA", 4, 20), ("RU", 5, 45), ("MA", 5, 20), ("MA", 6, 16), ("RU", 7, 47), ("MA", 8, 25)]
        {
            assert_eq!(super::paper(subject, grade).max(), max, "{subject} {grade}");
        }
    }

    #[test]
    fn marks_change_above_a_cut() {
        let paper = super::paper("MA", 4);
        assert_eq!([5, 6, 9, 10, 14, 15].map(|score| paper.mark(score)), [2, 3, 3, 4, 4, 5]);
    }
}
