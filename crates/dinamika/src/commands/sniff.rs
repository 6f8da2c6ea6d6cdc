//! `sniff`: a proposal for a file nobody described.

use std::path::Path;

use dinamika_ingest::{RawFile, Reader, Secret};

use crate::{failure::Failure, paint, workshop::Workshop};

pub(super) fn sniff(workshop: &Result<Workshop, Failure>, file: &Path) -> Result<(), Failure> {
    // Outside a project every layout is unknown, and that is fine.
    let (pipelines, limits) = match workshop {
        Ok(workshop) => (workshop.project.pipelines.clone(), workshop.project.config.limits.clone()),
        Err(_) => (Vec::new(), dinamika_project::Limits::default()),
    };
    let reader = Reader::new(pipelines.into(), limits, Secret::new(b"sniff"));
    let raw = RawFile { path: file.to_string_lossy().into_owned(), local: file.to_owned(), sha256: String::new() };
    let found = reader.sniff(&raw).map_err(|refusal| Failure::said(format!("{}: {refusal}", file.display())))?;
    println!("# {}: {}", file.display(), found.format);
    for sheet in &found.sheets {
        println!(
            "\n# Лист «{}»{}: строк просмотрено {}, заголовок в строке {}",
            sheet.name,
            if sheet.visible { "" } else { " (скрыт)" },
            sheet.rows,
            sheet.header_row
        );
        if let Some((pipeline, layout)) = &sheet.known {
            println!("# Уже читается: конвейер {pipeline}, вид {layout}");
        }
        for doubt in &sheet.unsure {
            println!("# ? {doubt}");
        }
        println!("{}", sheet.toml());
        let heading: Vec<&str> = sheet.columns.iter().map(|column| column.letters.as_str()).collect();
        let rows: Vec<Vec<String>> = sheet
            .preview
            .iter()
            .map(|row| {
                (0..heading.len()).map(|at| paint::shortened(row.get(at).map_or("", String::as_str), 24)).collect()
            })
            .collect();
        paint::table(&heading, &rows)?;
    }
    Ok(())
}
