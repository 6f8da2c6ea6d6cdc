//! Dashboards that follow their files while the server runs.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use dinamika_project::{Dashboard, Diagnostic, Loaded, Severity, SlugId};
use dinamika_server::{Pages, Serving};
use tokio_util::sync::CancellationToken;

/// How often the files are looked at: a saved file is on the page before one has turned to it.
const LOOK: Duration = Duration::from_secs(1);

const FOLDER: &str = "dashboards";

/// Shows dashboards as their files say until stopped. Mistakes are printed as `check` prints them and told over HTTP;
/// a file with mistakes is shown as it was before them.
pub(super) async fn follow_dashboards(root: PathBuf, serving: Arc<Serving>, stop: CancellationToken) {
    let mut seen = stamps(&root);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
        let now = stamps(&root);
        if now == seen {
            continue;
        }
        seen = now;
        let folder = root.clone();
        match tokio::task::spawn_blocking(move || dinamika_project::load(&folder)).await {
            Ok(Ok(loaded)) => {
                let before = serving.pages();
                // What the text says is seen at once; planning all SQL of a project takes its while.
                serving.turn(pages(&loaded, &before.dashboards));
                let loaded = planned(loaded).await;
                let pages = pages(&loaded, &before.dashboards);
                pages.mistakes.iter().for_each(|mistake| eprintln!("{mistake}"));
                println!("Панели перечитаны: {}, ошибок: {}.", pages.dashboards.len(), pages.mistakes.len());
                serving.turn(pages);
            }
            Ok(Err(error)) => tracing::warn!(%error, "the dashboards cannot be read; those shown stay"),
            Err(error) => tracing::error!(%error, "reading the dashboards broke off"),
        }
    }
}

/// With the mistakes of its SQL, which is planned only over a project whose text is whole: one mistake must not be
/// told twice.
async fn planned(mut loaded: Loaded) -> Loaded {
    if !loaded.report.has_errors() {
        loaded.report.extend(dinamika_engine::check(&loaded.project).await);
    }
    loaded
}

fn pages(loaded: &Loaded, before: &[Dashboard]) -> Pages {
    let mistakes: Vec<Diagnostic> =
        loaded.report.iter().filter(|mistake| mistake.place.path.starts_with(FOLDER)).cloned().collect();
    Pages { dashboards: shown(loaded.project.dashboards.clone(), before, &mistakes), mistakes }
}

/// The dashboards without mistakes, and those with them as they were before.
fn shown(now: Vec<Dashboard>, before: &[Dashboard], mistakes: &[Diagnostic]) -> Vec<Dashboard> {
    let broken = |id: &SlugId| {
        let path = Path::new(FOLDER).join(format!("{id}.toml"));
        mistakes.iter().any(|mistake| mistake.severity == Severity::Error && **mistake.place.path == path)
    };
    let sound = now.into_iter().filter(|dashboard| !broken(&dashboard.id)).map(|one| (one.id.clone(), one));
    let kept = before.iter().filter(|dashboard| broken(&dashboard.id)).map(|one| (one.id.clone(), one.clone()));
    sound.chain(kept).collect::<BTreeMap<_, _>>().into_values().collect()
}

/// When each file was last written, and its length.
fn stamps(root: &Path) -> BTreeMap<PathBuf, (Option<SystemTime>, u64)> {
    let entries = fs::read_dir(root.join(FOLDER)).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "toml"))
        .filter_map(|entry| {
            let about = entry.metadata().ok()?;
            Some((entry.path(), (about.modified().ok(), about.len())))
        })
        .collect()
}
