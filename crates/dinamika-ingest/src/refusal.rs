//! Why a file is not read: what was expected, what was found, what to do.

use crate::SinkError;

/// Why a file is not read. `Display` is for the person who laid the file into the inbox.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Nothing in it.
    #[error("файл пуст: в нём нет ни одной заполненной ячейки; выгрузите его заново")]
    Empty,
    /// It ends too early or its checksums disagree.
    #[error("файл повреждён или передан не до конца ({detail}); скачайте его ещё раз")]
    Truncated {
        /// What broke.
        detail: String,
    },
    /// A password is needed.
    #[error("файл защищён паролем ({what}); снимите пароль в программе, где он создан, и сохраните файл снова")]
    Encrypted {
        /// What is locked.
        what: &'static str,
    },
    /// Neither a workbook nor a text table.
    #[error("ожидалась таблица (xlsx, xlsm, xlsb, xls, ods, csv, zip), а по содержимому это {found}; {advice}")]
    NotWhatItSays {
        /// What the content says.
        found: &'static str,
        /// What to do.
        advice: &'static str,
    },
    /// Over a limit.
    #[error(
        "{what}: найдено {found}, допускается {limit}; разделите файл или увеличьте `{setting}` в [limits] файла dinamika.toml"
    )]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How much.
        found: u64,
        /// How much is allowed.
        limit: u64,
        /// The setting of `[limits]`.
        setting: &'static str,
    },
    /// Unpacks to far more than it is.
    #[error(
        "архив распаковывается подозрительно сильно ({detail}); если файл настоящий, пересохраните его или увеличьте пределы в [limits] файла dinamika.toml"
    )]
    ZipBomb {
        /// Which limit and by how much.
        detail: String,
    },
    /// No layout of any pipeline fits.
    #[error("{}", no_layout(.nearest.as_deref(), .sheets))]
    NoLayout {
        /// The layout that came closest.
        nearest: Option<Box<Nearest>>,
        /// The sheets that were looked at.
        sheets: Vec<String>,
    },
    /// A header a column is bound to stands twice.
    #[error(
        "лист «{sheet}»: заголовок «{header}» стоит в двух столбцах, {first} и {second}: непонятно, какой из них читать; переименуйте лишний или укажите столбец номером (`at`) в конвейере {pipeline}"
    )]
    Ambiguous {
        /// The sheet.
        sheet: String,
        /// The header.
        header: String,
        /// Letters of the first column.
        first: String,
        /// Letters of the second.
        second: String,
        /// The pipeline.
        pipeline: String,
    },
    /// A required column is told neither by the content nor by the path.
    #[error("лист «{sheet}»: не удалось узнать «{column}» ни из содержимого, ни из пути файла; ожидалось: {expected}")]
    NotTold {
        /// The sheet.
        sheet: String,
        /// The column's title.
        column: String,
        /// Where it could have stood.
        expected: String,
    },
    /// Personal data where there must be none.
    #[error(
        "найдены персональные данные: {what}, {place}; этот вид выгрузки их не содержит: удалите столбец и выложите файл заново"
    )]
    PersonalData {
        /// Sheet, column and row.
        place: String,
        /// What it looks like.
        what: &'static str,
    },
    /// Too much of it cannot be read.
    #[error(
        "лист «{sheet}»: не прочитано {rejected} из {rows} строк ({share:.0} %, допускается {allowed:.0} %){worst}; проверьте, та ли это выгрузка"
    )]
    TooManyRejects {
        /// The sheet.
        sheet: String,
        /// Rows with rejects.
        rejected: u64,
        /// All rows.
        rows: u64,
        /// `rejected` of `rows`, in percent.
        share: f64,
        /// The limit, in percent.
        allowed: f64,
        /// The column with the most rejects, with a leading `: `; empty when none.
        worst: String,
    },
    /// A value of a column that must not fail.
    #[error("лист «{sheet}», строка {row}, {column}: {rule}{}; для этого столбца ошибка недопустима, исправьте файл", .suggestion.as_ref().map_or_else(String::new, |text| format!(" ({text})")))]
    BadValue {
        /// The sheet.
        sheet: String,
        /// Row, from 1.
        row: u32,
        /// The column.
        column: String,
        /// What is wrong.
        rule: String,
        /// What would help.
        suggestion: Option<String>,
    },
    /// The reader of the format gave up.
    #[error("файл не удаётся прочитать ({detail}); откройте его в Excel или LibreOffice и сохраните как .xlsx")]
    Unreadable {
        /// What the reader said.
        detail: String,
    },
    /// A member of an archive was refused.
    #[error("«{entry}» в архиве: {refusal}")]
    Entry {
        /// The member.
        entry: String,
        /// Why.
        #[source]
        refusal: Box<Refusal>,
    },
    /// The disk.
    #[error("не удалось прочитать файл с диска: {0}")]
    Io(#[from] std::io::Error),
    /// Whoever takes the rows failed; the file is not to blame.
    #[error("не удалось сохранить прочитанное: {0}")]
    Sink(#[source] SinkError),
}

/// The layout that came closest to a file no layout fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nearest {
    /// The pipeline.
    pub pipeline: String,
    /// The layout.
    pub layout: String,
    /// The sheet it was tried on.
    pub sheet: String,
    /// Header cells that were found.
    pub found: usize,
    /// Header cells that were not.
    pub missing: Vec<String>,
}

fn no_layout(nearest: Option<&Nearest>, sheets: &[String]) -> String {
    let sheets = sheets.join("», «");
    match nearest {
        Some(near) if near.found > 0 => format!(
            "ни один известный вид выгрузки не подходит (листы: «{sheets}»); ближе всего {} / {} на листе «{}»: \
             не хватает заголовков «{}»; проверьте выгрузку или опишите новый вид в pipelines/ (поможет `dinamika sniff`)",
            near.pipeline,
            near.layout,
            near.sheet,
            near.missing.join("», «"),
        ),
        _ => format!(
            "ни один известный вид выгрузки не подходит, похожих заголовков нет (листы: «{sheets}»); \
             опишите этот вид в pipelines/ (поможет `dinamika sniff`)"
        ),
    }
}
