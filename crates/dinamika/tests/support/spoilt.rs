//! Files as nobody should send them.

use std::io::{Cursor, Write as _};

use rust_xlsxwriter::Workbook;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// A workbook of one sheet.
pub(crate) fn workbook(rows: &[&[&str]]) -> Vec<u8> {
    workbook_with_far_cell(rows, None)
}

/// A workbook of one sheet, with a blank in a cell far below its rows.
pub(crate) fn workbook_with_far_cell(rows: &[&[&str]], far: Option<u32>) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(*cells) {
            sheet.write_string(row, column, *cell).expect("a cell");
        }
    }
    if let Some(row) = far {
        sheet.write_string(row, 0, " ").expect("a far cell");
    }
    workbook.save_to_buffer().expect("a workbook")
}

/// A workbook of one row with as many columns as Excel has.
pub(crate) fn widest_workbook() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for column in 0..16_384 {
        sheet.write_string(0, column, format!("столбец {column}")).expect("a cell");
        sheet.write_number(1, column, f64::from(column)).expect("a cell");
    }
    workbook.save_to_buffer().expect("a workbook")
}

pub(crate) fn archive(entry: &str, bytes: &[u8]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    zip.start_file(entry, options).expect("an entry");
    zip.write_all(bytes).expect("its bytes");
    zip.finish().expect("an archive").into_inner()
}

/// An archive whose only entry says that it is encrypted.
pub(crate) fn encrypted_archive(entry: &str, bytes: &[u8]) -> Vec<u8> {
    let mut packed = archive(entry, bytes);
    // General purpose flags: 6 bytes into a local header, 8 into one of the directory.
    for (signature, at) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let header = packed.windows(4).position(|window| window == signature).expect("a header");
        packed[header + at] |= 1;
    }
    packed
}

/// Excel's container for a workbook with a password: a compound file with the stream `EncryptedPackage`.
pub(crate) fn encrypted_workbook() -> Vec<u8> {
    const NONE: u32 = 0xFFFF_FFFF;
    const END: u32 = 0xFFFF_FFFE;
    let mut file = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    file.resize(24, 0);
    for half in [0x3E_u16, 3, 0xFFFE, 9, 6, 0, 0, 0] {
        file.extend(half.to_le_bytes());
    }
    // Directory sectors, FAT sectors, first directory sector, transaction, cut-off, mini FAT and its size, DIFAT and its size.
    for word in [0, 1, 1, 0, 4096, END, 0, END, 0] {
        file.extend(word.to_le_bytes());
    }
    file.extend(0_u32.to_le_bytes());
    file.resize(512, 0xFF);
    // Sector 0: the FAT. Sector 1: the directory. Sectors 2..10: the package.
    let mut table = vec![0xFFFF_FFFD, END];
    table.extend((2..9).map(|sector| sector + 1));
    table.push(END);
    table.resize(128, NONE);
    table.iter().for_each(|word| file.extend(word.to_le_bytes()));
    for (name, kind, child, start, size) in
        [("Root Entry", 5, 1, END, 0), ("EncryptedPackage", 2, NONE, 2, 4096), ("", 0, NONE, 0, 0), ("", 0, NONE, 0, 0)]
    {
        let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let length = if name.is_empty() { 0 } else { u16::try_from(entry.len() + 2).expect("short") };
        entry.resize(64, 0);
        entry.extend(length.to_le_bytes());
        entry.extend([kind, 1]);
        for word in [NONE, NONE, child] {
            entry.extend(word.to_le_bytes());
        }
        entry.resize(116, 0);
        entry.extend(start.to_le_bytes());
        entry.extend(u32::to_le_bytes(size));
        entry.resize(128, 0);
        file.extend(entry);
    }
    file.extend((0..4096_u32).map(|at| (at * 37 % 251) as u8));
    file
}
