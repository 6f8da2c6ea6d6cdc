//! Builds the page (`ui/`) and lists its files for embedding.
//!
//! Where Node is missing, or npm cannot get its packages, the program is built without the page and says so:
//! the plain tables are served instead. A page that does not build is an error.

use std::{
    env,
    error::Error,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// What a build of the page depends on; tests and tools of its developers are no part of it.
const SOURCES: [&str; 7] =
    ["package.json", "package-lock.json", ".npmrc", "index.html", "vite.config.ts", "tsconfig.json", "src"];
const PUBLIC: &str = "public";

fn main() -> Result<(), Box<dyn Error>> {
    let sources = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("ui");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo::rerun-if-env-changed=DINAMIKA_UI");
    println!("cargo::rerun-if-changed=build.rs");
    for source in SOURCES.iter().chain([&PUBLIC]) {
        println!("cargo::rerun-if-changed={}", sources.join(source).display());
    }
    let built = match env::var("DINAMIKA_UI").as_deref() {
        Ok("off") => None,
        // Made elsewhere: a packager without npm at hand.
        Ok(made) if !made.is_empty() => Some(PathBuf::from(made)),
        _ => build(&sources, &out.join("ui"))?,
    };
    fs::write(out.join("site.rs"), listed(built.as_deref())?)?;
    Ok(())
}

/// The folder with the built page; none where it cannot be built on this machine.
fn build(sources: &Path, at: &Path) -> Result<Option<PathBuf>, Box<dyn Error>> {
    if !runs(Command::new("node").arg("--version")) || !runs(npm().arg("--version")) {
        println!(
            "cargo::warning=Node is not there: built without the page. Install Node 20.19 or newer and build again."
        );
        return Ok(None);
    }
    fs::create_dir_all(at)?;
    let lock = fs::read(sources.join("package-lock.json"))?;
    let installed = at.join("installed.json");
    for stale in ["src", PUBLIC, "dist"] {
        let stale = at.join(stale);
        if stale.exists() {
            fs::remove_dir_all(stale)?;
        }
    }
    for source in SOURCES.iter().chain([&PUBLIC]) {
        copy(&sources.join(source), &at.join(source))?;
    }
    if fs::read(&installed).ok().as_ref() != Some(&lock) {
        let got =
            npm().args(["ci", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(at).output()?;
        if !got.status.success() {
            println!(
                "cargo::warning=npm ci failed: built without the page. Connect to a package registry and build again."
            );
            for line in String::from_utf8_lossy(&got.stderr).lines().take(5) {
                println!("cargo::warning={line}");
            }
            return Ok(None);
        }
        fs::write(&installed, &lock)?;
    }
    let made = npm().args(["run", "build"]).current_dir(at).output()?;
    if !made.status.success() {
        return Err(format!(
            "the page does not build:\n{}{}",
            String::from_utf8_lossy(&made.stdout),
            String::from_utf8_lossy(&made.stderr)
        )
        .into());
    }
    Ok(Some(at.join("dist")))
}

fn npm() -> Command {
    Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" })
}

fn runs(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

fn copy(from: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    if !from.is_dir() {
        fs::copy(from, to)?;
        return Ok(());
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

/// Rust that embeds each file: path, bytes, and the same bytes in brotli where there are.
fn listed(dist: Option<&Path>) -> Result<String, Box<dyn Error>> {
    let mut files = Vec::new();
    if let Some(dist) = dist {
        walk(dist, &mut files)?;
    }
    files.sort();
    let mut code = String::from("static FILES: &[File] = &[\n");
    for file in files.iter().filter(|file| file.extension() != Some(OsStr::new("br"))) {
        let path = file.strip_prefix(dist.unwrap_or(file))?.to_string_lossy().replace('\\', "/");
        let mut packed = file.clone().into_os_string();
        packed.push(".br");
        let brotli = match files.binary_search(&PathBuf::from(&packed)) {
            Ok(at) => format!("Some(include_bytes!({:?}))", files[at]),
            Err(_) => "None".to_owned(),
        };
        code.push_str(&format!("    File {{ path: {path:?}, bytes: include_bytes!({file:?}), brotli: {brotli} }},\n"));
    }
    code.push_str("];\n");
    Ok(code)
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
