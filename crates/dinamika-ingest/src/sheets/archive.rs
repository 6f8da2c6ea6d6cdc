//! Zips: workbooks that are zips, and archives of files.
//!
//! Members of archives are counted as they come out. Workbooks are unpacked by their readers, over
//! a zip reader that fails as soon as more comes out than the header declares: so there it is
//! enough to judge the declared sizes, and a header that lies breaks the file, not the limit
//! (`tests/limits.rs` holds this).

use std::{
    borrow::Cow,
    io::{self, Read, Seek, Write},
};

use dinamika_project::Limits;
use tempfile::SpooledTempFile;
use zip::{ZipArchive, result::ZipError};

use super::{Book, Bytes, Opened, bytes_of, excel::Workbook};
use crate::{Refusal, sources::printable};

/// Below this many bytes no ratio is suspicious: blank forms pack very well.
const RATIO_FROM: u64 = 16 << 20;
/// Members up to this size are kept in memory, larger ones on disk.
const IN_MEMORY: usize = 16 << 20;

/// A zip of files.
pub(crate) struct Archive {
    zip: ZipArchive<Bytes>,
    next: usize,
    budget: Budget,
}

/// A file of an archive, unpacked.
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) bytes: Bytes,
}

/// What may still be unpacked.
struct Budget {
    left: u64,
    all: u64,
    ratio: u64,
}

/// Opens a zip as what it is.
pub(super) fn open(bytes: Bytes, limits: &Limits) -> Result<Opened, Refusal> {
    let mut zip = ZipArchive::new(bytes).map_err(broken)?;
    if zip.is_empty() {
        return Err(Refusal::Empty);
    }
    if zip.len() > limits.zip_entries {
        return Err(Refusal::ZipBomb {
            detail: format!("файлов внутри {}, допускается {}", zip.len(), limits.zip_entries),
        });
    }
    let mut budget = Budget { left: limits.unpacked_bytes, all: limits.unpacked_bytes, ratio: limits.zip_ratio };
    match kind(&mut zip)? {
        Kind::Archive => Ok(Opened::Archive(Archive { zip, next: 0, budget })),
        Kind::Document(found) => {
            Err(Refusal::NotWhatItSays { found, advice: "выложите саму таблицу" })
        }
        kind => {
            budget.judge(&mut zip)?;
            let mut bytes = zip.into_inner();
            bytes.rewind()?;
            let book = match kind {
                Kind::Xlsb => Workbook::xlsb(bytes),
                Kind::Ods => Workbook::ods(bytes),
                _ => Workbook::xlsx(bytes),
            }?;
            Ok(Opened::Book(Book::Excel(book)))
        }
    }
}

enum Kind {
    Xlsx,
    Xlsb,
    Ods,
    Document(&'static str),
    Archive,
}

fn kind(zip: &mut ZipArchive<Bytes>) -> Result<Kind, Refusal> {
    let names: Vec<String> = (0..zip.len()).filter_map(|index| name(zip, index)).collect();
    let ends = |end: &str| names.iter().any(|name| name.to_ascii_lowercase().ends_with(end));
    let has = |name: &str| names.iter().any(|other| other.eq_ignore_ascii_case(name));
    if has("mimetype") {
        let mut text = String::new();
        if let Ok(entry) = zip.by_name("mimetype") {
            let _ = entry.take(200).read_to_string(&mut text);
        }
        return Ok(match text.trim() {
            text if text.contains("opendocument.spreadsheet") => Kind::Ods,
            _ => Kind::Document("документ OpenDocument, но не таблица"),
        });
    }
    Ok(if has("[Content_Types].xml") || has("_rels/.rels") {
        if ends("workbook.bin") {
            Kind::Xlsb
        } else if ends("workbook.xml") || names.iter().any(|name| name.to_ascii_lowercase().starts_with("xl/")) {
            Kind::Xlsx
        } else if names.iter().any(|name| name.starts_with("word/")) {
            Kind::Document("документ Word")
        } else {
            Kind::Document("документ Office, но не таблица")
        }
    } else if ends("xl/workbook.xml") && names.iter().all(|name| !name.to_ascii_lowercase().ends_with(".xlsx")) {
        Kind::Xlsx
    } else if has("content.xml") && has("META-INF/manifest.xml") {
        Kind::Ods
    } else {
        Kind::Archive
    })
}

impl Archive {
    /// The next file, or nothing after the last.
    pub(crate) fn next(&mut self) -> Result<Option<Member>, Refusal> {
        while self.next < self.zip.len() {
            let index = self.next;
            self.next += 1;
            let Some(name) = name(&self.zip, index) else { continue };
            let last = name.rsplit('/').next().unwrap_or_default();
            // Folders, and what macOS and Excel leave beside real files.
            if name.ends_with('/') || name.starts_with("__MACOSX/") || last.starts_with('.') || last.starts_with("~$") {
                continue;
            }
            let mut spool = SpooledTempFile::new(IN_MEMORY);
            self.budget.unpack(&mut self.zip, index, &mut spool)?;
            spool.rewind()?;
            return Ok(Some(Member { name, bytes: bytes_of(spool) }));
        }
        Ok(None)
    }
}

impl Budget {
    /// What the headers declare: the most that can come out.
    fn judge(&mut self, zip: &mut ZipArchive<Bytes>) -> Result<(), Refusal> {
        for index in 0..zip.len() {
            let entry = zip.by_index_raw(index).map_err(broken)?;
            if entry.encrypted() {
                return Err(Refusal::Encrypted { what: "архив под паролем" });
            }
            let (packed, unpacked) = (entry.compressed_size().max(1), entry.size());
            self.spend(unpacked)?;
            self.suspect(packed, unpacked)?;
        }
        Ok(())
    }

    fn spend(&mut self, bytes: u64) -> Result<(), Refusal> {
        self.left = self.left.checked_sub(bytes).ok_or_else(|| Refusal::ZipBomb {
            detail: format!("после распаковки больше {} МБ", self.all >> 20),
        })?;
        Ok(())
    }

    fn suspect(&self, packed: u64, unpacked: u64) -> Result<(), Refusal> {
        if unpacked > RATIO_FROM && unpacked / packed > self.ratio {
            return Err(Refusal::ZipBomb {
                detail: format!("сжатие сильнее чем в {} раз", self.ratio)
            });
        }
        Ok(())
    }

    fn unpack(&mut self, zip: &mut ZipArchive<Bytes>, index: usize, out: &mut impl Write) -> Result<(), Refusal> {
        let mut entry = zip.by_index(index).map_err(broken)?;
        if entry.encrypted() {
            return Err(Refusal::Encrypted { what: "архив под паролем" });
        }
        let packed = entry.compressed_size().max(1);
        let mut buffer = vec![0_u8; 64 << 10];
        let mut unpacked = 0_u64;
        loop {
            let read = match entry.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    return Err(Refusal::Truncated {
                        detail: format!("часть архива не распаковывается: {error}")
                    });
                }
            };
            unpacked += read as u64;
            self.spend(read as u64)?;
            self.suspect(packed, unpacked)?;
            out.write_all(&buffer[..read])?;
        }
    }
}

/// Names without the UTF-8 flag come from Russian Windows more often than from anywhere else.
fn name(zip: &ZipArchive<Bytes>, index: usize) -> Option<String> {
    let raw = zip.file_names_raw().nth(index)?;
    let name = std::str::from_utf8(raw).map_or_else(|_| encoding_rs::IBM866.decode(raw).0, Cow::Borrowed);
    Some(printable(&name).replace('\\', "/"))
}

fn broken(error: ZipError) -> Refusal {
    match error {
        ZipError::UnsupportedArchive(text) if text.contains("assword") => {
            Refusal::Encrypted { what: "архив под паролем" }
        }
        ZipError::CompressionMethodNotSupported(_) | ZipError::UnsupportedArchive(_) => Refusal::Unreadable {
            detail: format!("вид сжатия zip не поддерживается: {error}"),
        },
        ZipError::Io(error) => Refusal::Truncated { detail: format!("zip не читается: {error}") },
        _ => Refusal::Truncated { detail: "в конце файла нет оглавления zip".to_owned() },
    }
}
