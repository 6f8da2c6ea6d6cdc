//! The standard project, inside the program.

use std::{fs, io::ErrorKind, path::Path};

use include_dir::{Dir, include_dir};

use dinamika_project::STANDARD_POLICY;

use crate::failure::Failure;

static PIPELINES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../pipelines");
static SQL: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../sql");
static DASHBOARDS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../dashboards");
static CONFIG: &str = include_str!("../../../dinamika.toml");

/// Writes the standard project into a folder that is no project yet.
pub(crate) fn write(folder: &Path, config: Option<&str>) -> Result<(), Failure> {
    if folder.join("dinamika.toml").exists() {
        return Err(Failure::usage(format!("{}: здесь уже есть проект (dinamika.toml)", folder.display())));
    }
    for (name, files) in [("pipelines", &PIPELINES), ("sql", &SQL), ("dashboards", &DASHBOARDS)] {
        let target = folder.join(name);
        fs::create_dir_all(&target)?;
        files.extract(&target)?;
    }
    fs::create_dir_all(folder.join("inbox"))?;
    fs::write(folder.join(".gitignore"), "/data\n/inbox\n")?;
    fs::write(folder.join("policy.toml"), STANDARD_POLICY)?;
    // The config comes last: a folder cut off midway is not taken for a project.
    fs::write(folder.join("dinamika.toml"), config.unwrap_or(CONFIG))?;
    Ok(())
}

/// Whether a folder is a project.
pub(crate) fn is_project(folder: &Path) -> Result<bool, Failure> {
    match fs::metadata(folder.join("dinamika.toml")) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// The standard `dinamika.toml` for an invented region.
pub(crate) fn config_of(region_code: &str, region_name: &str) -> String {
    CONFIG
        .replace("# region_code = \"23\"", &format!("region_code = \"{region_code}\""))
        .replace("# region_name = \"Краснодарский край\"", &format!("region_name = \"{region_name}\""))
        .replace("# [map]", "[map]")
        .replace("# file = \"maps/municipalities.geojson\"", "file = \"maps/municipalities.geojson\"")
}
