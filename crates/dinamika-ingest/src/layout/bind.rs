//! A layout in the places of one sheet.

use arrow::array::StringArray;
use dinamika_project::{
    ColumnKind, ColumnName, From, HeaderMatch, JoinPart, Layout, Origin, Pipeline, Reading, SkipKind,
};
use regex::Regex;

use super::{
    context::{Surroundings, period_of_year, school_year_of},
    head::{Found, HeaderCell, describe, matches},
    unpivot::{self, BoundUnpivot},
};
use crate::{Refusal, sheets::column_letters};

/// No slot: the cell is of no use.
pub(crate) const NOWHERE: u16 = u16::MAX;

/// Where everything of one sheet comes from and goes to.
#[derive(Debug)]
pub(crate) struct Plan {
    /// Slot of each column of the sheet.
    pub(crate) routes: Vec<u16>,
    /// Raw columns that are kept, in the order of their slots.
    pub(crate) slots: Vec<Slot>,
    /// One per column of the table.
    pub(crate) outputs: Vec<Output>,
    pub(crate) groups: Vec<BoundGroup>,
    /// Names carried by groups, in order.
    pub(crate) carried: Vec<String>,
    pub(crate) skips: Vec<BoundSkip>,
    pub(crate) unpivot: Option<BoundUnpivot>,
    /// Captures of unpivoted headers that columns ask for.
    pub(crate) labels: Vec<String>,
    /// First row of data, from 0.
    pub(crate) data: u32,
    /// Columns nobody asks for.
    pub(crate) dropped: Vec<String>,
    /// Column of the table and text: what the names of file and sheet told.
    pub(crate) named: Vec<(usize, String)>,
}

impl Plan {
    /// By slot: whether the column's cells become rows, so that it is no column of its own.
    pub(crate) fn spread(&self) -> Vec<bool> {
        let mut spread = vec![false; self.slots.len()];
        if let Some(unpivot) = self.unpivot.as_ref().filter(|unpivot| unpivot.tasks.is_none()) {
            unpivot.columns.iter().for_each(|column| spread[column.slot] = true);
            for origin in self.outputs.iter().flat_map(|output| &output.origins) {
                match &origin.source {
                    Source::Slot(slot) => spread[*slot] = false,
                    Source::Slots(slots) => slots.iter().for_each(|slot| spread[*slot] = false),
                    _ => {}
                }
            }
        }
        spread
    }
}

/// A raw column that is kept.
#[derive(Debug)]
pub(crate) struct Slot {
    /// Letters and header: `C «пол»`.
    pub(crate) place: String,
    /// The folded header; a row that repeats all of them is no data.
    pub(crate) header: String,
    /// Whether a column of the table (and not only a rule) reads it.
    pub(crate) read: bool,
}

/// Where a column of the table comes from in this sheet. No origin: it is null.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) origins: Vec<BoundOrigin>,
}

/// One origin that may yield a value.
#[derive(Debug)]
pub(crate) struct BoundOrigin {
    pub(crate) source: Source,
    pub(crate) take: Option<Regex>,
    pub(crate) reading: Reading,
}

/// A place values come from.
#[derive(Debug)]
pub(crate) enum Source {
    Slot(usize),
    Slots(Vec<usize>),
    /// Already taken and read.
    Fixed(String),
    Carried(usize),
    Label(usize),
    Value,
    Row,
    Join(Vec<JoinPart>),
}

/// A group rule.
#[derive(Debug)]
pub(crate) struct BoundGroup {
    pub(crate) slot: usize,
    pub(crate) matches: Regex,
    pub(crate) keep: bool,
    /// Capture of the pattern → carried name.
    pub(crate) captures: Vec<(String, usize)>,
    /// Carried name → text.
    pub(crate) set: Vec<(usize, String)>,
}

/// A skip rule; any cell when it has no slot.
#[derive(Debug)]
pub(crate) struct BoundSkip {
    pub(crate) slot: Option<usize>,
    pub(crate) matches: Regex,
    pub(crate) kind: SkipKind,
}

/// Binds a layout to a sheet.
pub(crate) fn bind(pipeline: &Pipeline, layout: &Layout, around: &Surroundings<'_>) -> Result<Plan, Refusal> {
    let found = around.found;
    let header = positions(layout, found);
    let mut binder = Binder {
        pipeline,
        around,
        header: &header,
        absent: layout.header.absent,
        slots: Vec::new(),
        columns: Vec::new(),
    };

    let unpivot =
        layout.unpivot.as_ref().map(|unpivot| unpivot::bind(unpivot, &header, |cell| binder.slot(cell, true)));
    let mut carried: Vec<String> = Vec::new();
    let mut carry = |name: &str| {
        carried.iter().position(|other| other == name).unwrap_or_else(|| {
            carried.push(name.to_owned());
            carried.len() - 1
        })
    };
    let mut groups = Vec::new();
    for rule in &layout.groups {
        let captures = rule.matches.capture_names().flatten().map(|name| (name.to_owned(), carry(name))).collect();
        let set = rule.set.iter().map(|(name, text)| (carry(name), text.clone())).collect();
        if let Some(slot) = binder.find(&rule.column, false)? {
            groups.push(BoundGroup { slot, matches: rule.matches.clone(), keep: rule.keep, captures, set });
        }
    }
    let mut skips = Vec::new();
    for rule in &layout.skip {
        let slot = match &rule.column {
            Some(column) => match binder.find(column, false)? {
                None => continue,
                found => found,
            },
            None => None,
        };
        skips.push(BoundSkip { slot, matches: rule.matches.clone(), kind: rule.kind });
    }
    let mut labels: Vec<String> = Vec::new();
    let mut named = Vec::new();
    let mut outputs = Vec::with_capacity(pipeline.columns.len());
    for (at, column) in pipeline.columns.iter().enumerate() {
        let binding = layout.bindings.iter().find(|binding| binding.column == column.name);
        let mut origins = Vec::new();
        for origin in binding.iter().flat_map(|binding| &binding.origins) {
            if let Some(source) = binder.source(origin, &carried, &mut labels)? {
                if let (From::Path | From::Sheet, Source::Fixed(text)) = (&origin.from, &source) {
                    named.push((at, text.clone()));
                }
                let done = matches!(source, Source::Fixed(_));
                let (take, reading) = if done { (None, Reading::AsIs) } else { (origin.take.clone(), origin.reading) };
                let certain = matches!(source, Source::Fixed(_) | Source::Row);
                origins.push(BoundOrigin { source, take, reading });
                if certain {
                    break;
                }
            }
        }
        outputs.push(Output { origins });
    }
    told(pipeline, layout, around.sheet, &outputs)?;

    let Binder { slots, columns, .. } = binder;
    let width = columns.iter().max().map_or(0, |last| last + 1);
    let mut routes = vec![NOWHERE; width as usize];
    for (slot, column) in columns.iter().enumerate() {
        routes[*column as usize] = slot as u16;
    }
    let dropped = found.cells.iter().filter(|cell| !columns.contains(&cell.column)).map(place).collect();
    Ok(Plan { routes, slots, outputs, groups, carried, skips, unpivot, labels, data: found.data, dropped, named })
}

/// Without a header every position a layout names is a column.
fn positions(layout: &Layout, found: &Found) -> Vec<HeaderCell> {
    if !layout.header.absent {
        return found.cells.clone();
    }
    let mut places: Vec<usize> = Vec::new();
    let mut note = |wanted: &HeaderMatch| {
        if let HeaderMatch::Position(at) = wanted {
            places.push(*at);
        }
    };
    for origin in layout.bindings.iter().flat_map(|binding| &binding.origins) {
        match &origin.from {
            From::Header(wanted) => note(wanted),
            From::Headers(all) => all.iter().for_each(&mut note),
            _ => {}
        }
    }
    layout.groups.iter().for_each(|rule| note(&rule.column));
    layout.skip.iter().filter_map(|rule| rule.column.as_ref()).for_each(note);
    places.sort_unstable();
    places.dedup();
    places
        .into_iter()
        .filter_map(|at| u32::try_from(at.checked_sub(1)?).ok())
        .map(|column| HeaderCell::new(column, ""))
        .collect()
}

struct Binder<'a> {
    pipeline: &'a Pipeline,
    around: &'a Surroundings<'a>,
    header: &'a [HeaderCell],
    absent: bool,
    slots: Vec<Slot>,
    /// Column of each slot.
    columns: Vec<u32>,
}

impl Binder<'_> {
    /// The slot of a header cell, made when it is new.
    fn slot(&mut self, cell: &HeaderCell, read: bool) -> usize {
        if let Some(slot) = self.columns.iter().position(|column| *column == cell.column) {
            self.slots[slot].read |= read;
            return slot;
        }
        self.columns.push(cell.column);
        self.slots.push(Slot { place: place(cell), header: cell.folded.clone(), read });
        self.slots.len() - 1
    }

    /// The slot of the one column with this header.
    fn find(&mut self, wanted: &HeaderMatch, read: bool) -> Result<Option<usize>, Refusal> {
        if let HeaderMatch::Position(at) = wanted {
            let Some(column) = at.checked_sub(1).and_then(|column| u32::try_from(column).ok()) else { return Ok(None) };
            let blank = HeaderCell::new(column, "");
            let cell = self.header.iter().find(|cell| cell.column == column).cloned().unwrap_or(blank);
            return Ok(Some(self.slot(&cell, read)));
        }
        if self.absent {
            return Ok(None);
        }
        let mut cells = self.header.iter().filter(|cell| matches(wanted, cell));
        let Some(first) = cells.next() else { return Ok(None) };
        if let Some(second) = cells.next() {
            return Err(Refusal::Ambiguous {
                sheet: self.around.sheet.to_owned(),
                header: first.shown.clone(),
                first: column_letters(first.column),
                second: column_letters(second.column),
                pipeline: self.pipeline.name.to_string(),
            });
        }
        let first = first.clone();
        Ok(Some(self.slot(&first, read)))
    }

    fn source(
        &mut self,
        origin: &Origin,
        carried: &[String],
        labels: &mut Vec<String>,
    ) -> Result<Option<Source>, Refusal> {
        if let Some(fixed) = self.around.value(&origin.from, origin.take.as_ref()) {
            let read = |text: String| match origin.reading {
                Reading::AsIs => Some(text),
                Reading::SchoolYearOf => {
                    school_year_of(&StringArray::from(vec![text.as_str()])).iter().flatten().next().map(str::to_owned)
                }
                reading => period_of_year(reading, &text),
            };
            return Ok(fixed.and_then(read).map(Source::Fixed));
        }
        Ok(match &origin.from {
            From::Header(wanted) => self.find(wanted, true)?.map(Source::Slot),
            From::Headers(all) => {
                let mut slots = Vec::new();
                for wanted in all {
                    slots.extend(self.find(wanted, true)?);
                }
                (!slots.is_empty()).then_some(Source::Slots(slots))
            }
            From::Group(name) => carried.iter().position(|other| other == name).map(Source::Carried),
            From::UnpivotLabel(name) => {
                Some(Source::Label(labels.iter().position(|other| other == name).unwrap_or_else(|| {
                    labels.push(name.clone());
                    labels.len() - 1
                })))
            }
            From::UnpivotValue => Some(Source::Value),
            From::Join(parts) => Some(Source::Join(parts.clone())),
            From::Row => Some(Source::Row),
            From::Path | From::Sheet | From::Above | From::AboveRightOf(_) | From::Constant(_) => None,
        })
    }
}

/// A column that must not be empty must have come from somewhere, parts of joins included.
fn told(pipeline: &Pipeline, layout: &Layout, sheet: &str, outputs: &[Output]) -> Result<(), Refusal> {
    for (column, output) in pipeline.columns.iter().zip(outputs) {
        if !column.required || matches!(column.kind, ColumnKind::Tasks) {
            continue;
        }
        let mut wanted = vec![&column.name];
        if let [BoundOrigin { source: Source::Join(parts), .. }] = output.origins.as_slice() {
            wanted.extend(parts.iter().filter_map(|part| match part {
                JoinPart::Column(name) => Some(name),
                JoinPart::Text(_) => None,
            }));
        }
        for name in wanted {
            let Some(at) = pipeline.columns.iter().position(|column| column.name == *name) else { continue };
            if outputs[at].origins.is_empty() && !matches!(pipeline.columns[at].kind, ColumnKind::Tasks) {
                let title = pipeline.columns[at].title.clone().unwrap_or_else(|| name.to_string());
                return Err(Refusal::NotTold {
                    sheet: sheet.to_owned(),
                    column: title,
                    expected: expected(layout, name),
                });
            }
        }
    }
    Ok(())
}

/// Where a column could have stood, in words.
fn expected(layout: &Layout, name: &ColumnName) -> String {
    let origins = layout.bindings.iter().filter(|binding| binding.column == *name).flat_map(|binding| &binding.origins);
    let told: Vec<String> = origins
        .map(|origin| {
            let pattern = origin.take.as_ref().map_or_else(String::new, |take| format!(" по образцу `{take}`"));
            match &origin.from {
                From::Header(wanted) => format!("столбец «{}»", describe(wanted)),
                From::Headers(all) => {
                    format!("столбцы «{}»", all.iter().map(describe).collect::<Vec<_>>().join("», «"))
                }
                From::Path => format!("путь и имя файла{pattern} (переименуйте файл или папку)"),
                From::Sheet => format!("имя листа{pattern}"),
                From::Above => format!("ячейка над таблицей{pattern}"),
                From::AboveRightOf(label) => format!("ячейка справа от «{label}» над таблицей"),
                From::Group(name) => format!("строка-группа ({name})"),
                _ => "значение из конвейера".to_owned(),
            }
        })
        .collect();
    if told.is_empty() {
        "этот вид выгрузки его не содержит".to_owned()
    } else {
        told.join("; или ")
    }
}

/// Letters and header of a column.
fn place(cell: &HeaderCell) -> String {
    let letters = column_letters(cell.column);
    if cell.shown.is_empty() { letters } else { format!("{letters} «{}»", cell.shown) }
}
