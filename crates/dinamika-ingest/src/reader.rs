//! A raw file to batches: which layouts its sheets have, then their rows.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use arrow::array::StringArray;
use dinamika_project::{BatchId, CsvOptions, Layout, Limits, Pipeline};
use sha2::{Digest, Sha256};

use crate::{
    FileReport, Nearest, PartHeader, RawFile, Refusal, Sink,
    layout::{
        bind::{Plan, bind},
        body::Body,
        context::Surroundings,
        head::{Found, Head, Miss},
    },
    sheets::{self, Archive, Book, Merge, Opened, SheetInfo},
    typing::{Typer, text_of},
    values::{self, Secret, ValueContext},
};

/// Reads raw files with the pipelines of a project.
#[derive(Debug, Clone)]
pub struct Reader {
    pub(crate) pipelines: Arc<[Pipeline]>,
    pub(crate) limits: Limits,
    secret: Secret,
}

impl Reader {
    /// A reader; `secret` keys the hashes of personal data.
    pub fn new(pipelines: Arc<[Pipeline]>, limits: Limits, secret: Secret) -> Self {
        Self { pipelines, limits, secret }
    }

    /// Reads a file, streaming its rows into the sink. Blocks. When it refuses, whatever the sink
    /// staged of this file is to be discarded.
    pub fn read(&self, file: &RawFile, sink: &mut dyn Sink) -> Result<FileReport, Refusal> {
        guarded(|| {
            let mut run = Run {
                reader: self,
                file,
                sink,
                report: FileReport::default(),
                nearest: None,
                sheets: Vec::new(),
                cells: false,
            };
            match sheets::open(&file.local, &file.path, &self.limits)? {
                Opened::Book(book) => run.book(book, None)?,
                Opened::Archive(archive) => run.archive(archive)?,
            }
            run.end()
        })
    }
}

/// Readers of formats meet files nobody foresaw: a panic of theirs refuses the file and no more.
pub(crate) fn guarded<T>(read: impl FnOnce() -> Result<T, Refusal>) -> Result<T, Refusal> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| {
        Err(Refusal::Unreadable {
            detail: "содержимое нарушает правила своего формата".into()
        })
    })
}

/// One file being read.
struct Run<'a> {
    reader: &'a Reader,
    file: &'a RawFile,
    sink: &'a mut dyn Sink,
    report: FileReport,
    nearest: Option<Nearest>,
    sheets: Vec<String>,
    /// Some sheet had a cell.
    cells: bool,
}

impl Run<'_> {
    fn end(self) -> Result<FileReport, Refusal> {
        if self.report.parts > 0 {
            Ok(self.report)
        } else if self.cells {
            Err(Refusal::NoLayout { nearest: self.nearest.map(Box::new), sheets: self.sheets })
        } else {
            Err(Refusal::Empty)
        }
    }

    /// Each member by itself. What is no table is passed over; a table that is refused refuses all.
    fn archive(&mut self, mut archive: Archive) -> Result<(), Refusal> {
        while let Some(member) = archive.next()? {
            let wrap = |refusal| Refusal::Entry { entry: member.name.clone(), refusal: Box::new(refusal) };
            match sheets::open_bytes(member.bytes, &member.name, &self.reader.limits) {
                Ok(Opened::Book(book)) => self.book(book, Some(&member.name)).map_err(wrap)?,
                Ok(Opened::Archive(_)) | Err(Refusal::NotWhatItSays { .. } | Refusal::Empty) => {
                    self.report.ignored_sheets.push(member.name);
                }
                Err(refusal) => return Err(wrap(refusal)),
            }
        }
        Ok(())
    }

    fn book(&mut self, mut book: Book, entry: Option<&str>) -> Result<(), Refusal> {
        for sheet in book.sheets() {
            let shown = entry.map_or_else(|| sheet.name.clone(), |entry| format!("{entry}/{}", sheet.name));
            let candidates = candidates(&self.reader.pipelines, &sheet);
            if candidates.is_empty() && !sheet.visible {
                self.report.ignored_sheets.push(shown);
                continue;
            }
            self.sheets.push(shown.clone());
            match choose(&mut book, &sheet.name, &candidates)? {
                Choice::Blank => self.report.ignored_sheets.push(shown),
                Choice::Nothing(nearest) => {
                    self.cells = true;
                    let nearest = nearest.filter(|new| self.nearest.as_ref().is_none_or(|old| new.found > old.found));
                    self.nearest = nearest.or(self.nearest.take());
                    self.report.ignored_sheets.push(shown);
                }
                Choice::Fits(chosen) => {
                    self.cells = true;
                    self.part(&mut book, &sheet.name, entry, &chosen)?;
                    self.report.parts += 1;
                }
            }
        }
        Ok(())
    }

    fn part(&mut self, book: &mut Book, sheet: &str, entry: Option<&str>, chosen: &Chosen<'_>) -> Result<(), Refusal> {
        let path = entry.map_or_else(|| self.file.path.clone(), |entry| format!("{}/{entry}", self.file.path));
        let around = Surroundings { path: &path, sheet, head: &chosen.head, found: &chosen.found };
        let plan = bind(chosen.pipeline, chosen.layout, &around)?;
        let named = named(chosen.pipeline, &plan, &self.reader.secret);
        // The sheet of a text file is but the file's name.
        let own_sheet = if book.is_csv() { "" } else { sheet };
        let header = PartHeader {
            batch: batch_id(&self.file.sha256, entry, own_sheet, chosen.pipeline, &named),
            pipeline: chosen.pipeline.name.clone(),
            layout: chosen.layout.name.clone(),
            entry: entry.map(str::to_owned),
            sheet: sheet.to_owned(),
            header_row: chosen.found.row as usize + 1,
        };
        self.sink.begin(&header).map_err(Refusal::Sink)?;
        let mut typer = Typer::new(chosen.pipeline, &plan, header.batch, sheet, &self.reader.secret, self.sink);
        let mut body = Body::new(&plan, &self.reader.limits, &mut typer);
        book.stream(sheet, &chosen.layout.csv, &mut body)?;
        body.finish()?;
        let skipped = std::mem::take(&mut body.skipped);
        typer.finish(skipped)
    }
}

/// A layout that may be the sheet's.
pub(crate) type Candidate<'p> = (&'p Pipeline, &'p Layout);

/// Layouts whose sheet this may be; a hidden sheet has to be named.
pub(crate) fn candidates<'p>(pipelines: &'p [Pipeline], sheet: &SheetInfo) -> Vec<Candidate<'p>> {
    let mut all: Vec<Candidate<'_>> = pipelines
        .iter()
        .flat_map(|pipeline| pipeline.layouts.iter().map(move |layout| (pipeline, layout)))
        .filter(|(_, layout)| layout.sheet.as_ref().map_or(sheet.visible, |name| name.is_match(&sheet.name)))
        .collect();
    // Stable: of equals the first written wins.
    all.sort_by_key(|(_, layout)| std::cmp::Reverse(layout.header.must.len()));
    all
}

/// The layout of a sheet.
pub(crate) struct Chosen<'p> {
    pub(crate) pipeline: &'p Pipeline,
    pub(crate) layout: &'p Layout,
    pub(crate) head: Head,
    pub(crate) found: Found,
}

/// What was found about a sheet.
pub(crate) enum Choice<'p> {
    Fits(Box<Chosen<'p>>),
    Nothing(Option<Nearest>),
    Blank,
}

/// Tries the layouts in their order on the first rows of the sheet.
pub(crate) fn choose<'p>(book: &mut Book, sheet: &str, candidates: &[Candidate<'p>]) -> Result<Choice<'p>, Refusal> {
    let plain = Head::read(book, sheet, &CsvOptions::default())?;
    if plain.is_empty() {
        return Ok(Choice::Blank);
    }
    let mut merges: Option<Option<Vec<Merge>>> = None;
    let mut nearest: Option<Nearest> = None;
    for (pipeline, layout) in candidates {
        let own =
            if book.is_csv() && overrules(&layout.csv) { Some(Head::read(book, sheet, &layout.csv)?) } else { None };
        let head = own.as_ref().unwrap_or(&plain);
        // Merged cells stand at the end of a sheet: asking for them reads it all.
        if merges.is_none() && head.may_join(&layout.header) {
            merges = Some(book.merges(sheet));
        }
        match head.find(&layout.header, merges.as_ref().and_then(|merges| merges.as_deref())) {
            Ok(found) => {
                let head = own.unwrap_or(plain);
                return Ok(Choice::Fits(Box::new(Chosen { pipeline, layout, head, found })));
            }
            Err(Miss { found, missing }) => {
                if nearest.as_ref().is_none_or(|old| found > old.found) {
                    let (pipeline, layout) = (pipeline.name.to_string(), layout.name.clone());
                    nearest = Some(Nearest { pipeline, layout, sheet: sheet.to_owned(), found, missing });
                }
            }
        }
    }
    Ok(Choice::Nothing(nearest))
}

fn overrules(options: &CsvOptions) -> bool {
    options.delimiter.is_some() || options.encoding.is_some() || options.quote.is_some()
}

/// The same bytes, member, sheet and pipeline always give the same batch, unless their names tell them apart.
fn batch_id(sha256: &str, entry: Option<&str>, sheet: &str, pipeline: &Pipeline, named: &[String]) -> BatchId {
    let mut hash = Sha256::new();
    let parts = [sha256, entry.unwrap_or_default(), sheet, pipeline.name.as_str()];
    for part in parts.into_iter().chain(named.iter().map(String::as_str)) {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let digits = hex::encode(&hash.finalize()[..8]);
    #[expect(clippy::expect_used, reason = "eight bytes are sixteen hexadecimal digits")]
    digits.parse().expect("16 hexadecimal digits")
}

/// What the names of file and sheet told, as it is typed: `математике` and `Математика` mean the same.
fn named(pipeline: &Pipeline, plan: &Plan, secret: &Secret) -> Vec<String> {
    let typed = |(at, text): &(usize, String)| {
        let column = &pipeline.columns[*at];
        let raw = StringArray::from(vec![text.as_str()]);
        let typed = values::parse(&column.kind, &raw, &ValueContext { secret, school_year: None });
        let meant = if typed.failed.is_empty() {
            typed
                .columns
                .iter()
                .flat_map(|(_, array)| text_of(array).iter().map(|text| text.map(str::to_owned)).collect::<Vec<_>>())
                .collect()
        } else {
            vec![Some(text.clone())]
        };
        format!("{}={meant:?}", column.name)
    };
    plan.named.iter().map(typed).collect()
}
