//! What a file is, by its first bytes: its name is never asked.

use std::io::Read;

use super::Bytes;
use crate::Refusal;

/// A format that can be read further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// A zip: a workbook or an archive of files.
    Zip,
    /// An OLE container with a workbook.
    Xls,
    /// Text: a table with delimiters.
    Text,
}

const RESAVE: &str = "откройте его в программе, где он создан, и сохраните как .xlsx или .csv";
const NOT_A_TABLE: &str = "выложите саму таблицу";

/// Beginnings of what is certainly no table for us.
const FOREIGN: &[(&[u8], &str, &str)] = &[
    (b"%PDF", "документ PDF", NOT_A_TABLE),
    (b"{\\rtf", "документ RTF", NOT_A_TABLE),
    (b"\x1f\x8b", "архив gzip", "распакуйте его или упакуйте в zip"),
    (b"7z\xbc\xaf\x27\x1c", "архив 7z", "распакуйте его или упакуйте в zip"),
    (b"Rar!", "архив RAR", "распакуйте его или упакуйте в zip"),
    (b"BZh", "архив bzip2", "распакуйте его или упакуйте в zip"),
    (b"\xfd7zXZ", "архив xz", "распакуйте его или упакуйте в zip"),
    (b"PAR1", "файл Parquet", "выложите исходную выгрузку"),
    (b"SQLite format 3", "база SQLite", "выгрузите таблицу в .csv"),
    (b"\x89PNG", "картинка PNG", NOT_A_TABLE),
    (b"\xff\xd8\xff", "картинка JPEG", NOT_A_TABLE),
    (b"GIF8", "картинка GIF", NOT_A_TABLE),
    (b"\x09\x00\x04\x00", "книга Excel 2", RESAVE),
    (b"\x09\x02\x06\x00", "книга Excel 3", RESAVE),
    (b"\x09\x04\x06\x00", "книга Excel 4", RESAVE),
    (b"\x09\x08\x08\x00", "книга Excel 5 без контейнера", RESAVE),
    (b"\x09\x08\x10\x00", "книга Excel без контейнера", RESAVE),
];

/// Reads as much as it needs to tell; an error when nobody here can read it.
pub(super) fn detect(bytes: &mut Bytes) -> Result<Format, Refusal> {
    let mut head = Vec::with_capacity(8 << 10);
    bytes.by_ref().take(8 << 10).read_to_end(&mut head)?;
    if head.is_empty() {
        return Err(Refusal::Empty);
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") || head.starts_with(b"PK\x07\x08") {
        return Ok(Format::Zip);
    }
    if head.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return compound(bytes, head);
    }
    if let Some((_, found, advice)) = FOREIGN.iter().find(|(magic, ..)| head.starts_with(magic)) {
        return Err(Refusal::NotWhatItSays { found, advice });
    }
    if let Some(found) = markup(&head) {
        return Err(Refusal::NotWhatItSays {
            found,
            advice: "откройте его в Excel или LibreOffice и сохраните как .xlsx",
        });
    }
    let utf16 = head.starts_with(b"\xff\xfe")
        || head.starts_with(b"\xfe\xff")
        || super::encoding::utf16_without_mark(&head).is_some();
    if !utf16 && head.iter().filter(|byte| **byte == 0).count() * 100 > head.len() {
        return Err(Refusal::NotWhatItSays {
            found: "двоичный файл неизвестного вида", advice: NOT_A_TABLE
        });
    }
    Ok(Format::Text)
}

/// Pages and XML that carry a spreadsheet's extension.
fn markup(head: &[u8]) -> Option<&'static str> {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let start = text.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let text = String::from_utf8_lossy(&text[start..]).to_ascii_lowercase();
    if !text.starts_with('<') {
        return None;
    }
    if text.starts_with("<?xml") || text.starts_with("<workbook") {
        return Some(if text.contains("urn:schemas-microsoft-com:office:spreadsheet") {
            "таблица XML Excel 2003"
        } else if text.contains("<html") {
            "страница HTML"
        } else {
            "документ XML"
        });
    }
    let page = ["<html", "<!doctype", "<table", "<head", "<meta", "<body", "<!--", "<div", "<style"];
    page.iter().any(|tag| text.starts_with(tag)).then_some("страница HTML")
}

/// An OLE container: an old workbook, a locked new one, or something else of Office.
fn compound(bytes: &mut Bytes, mut head: Vec<u8>) -> Result<Format, Refusal> {
    let all = head.len();
    bytes.read_to_end(&mut head)?;
    if head.len() < 1536 && all < 1536 {
        return Err(Refusal::Truncated { detail: "контейнер OLE обрывается".into() });
    }
    // Names of streams are UTF-16 in directory entries; entries start at multiples of 128.
    let has = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).chain([0, 0]).collect();
        head.chunks(128).any(|entry| entry.starts_with(&wide))
    };
    if has("EncryptedPackage") || has("EncryptionInfo") {
        return Err(Refusal::Encrypted { what: "книга зашифрована" });
    }
    if has("Workbook") || has("Book") || has("WORKBOOK") || has("BOOK") {
        return Ok(Format::Xls);
    }
    let found = if has("WordDocument") {
        "документ Word"
    } else if has("PowerPoint Document") {
        "презентация PowerPoint"
    } else {
        "контейнер OLE без таблиц"
    };
    Err(Refusal::NotWhatItSays { found, advice: NOT_A_TABLE })
}
