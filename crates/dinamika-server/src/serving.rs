//! What is served: the current release, held whole, replaced whole.

use std::{
    collections::{HashMap, VecDeque},
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};

use axum::Router;
use dinamika_engine::{Access, Lineage, Session, postgres::Desk};
use dinamika_project::{Principal, Project, Role};
use tokio::{
    net::TcpListener,
    sync::{Notify, OnceCell},
};
use tokio_util::sync::CancellationToken;

use crate::{
    Control, Failure, Gate, Pages, Problem, ReleaseInfo, Shelf,
    access::{Pace, Who},
    loads::Loads,
    metrics::Metrics,
};

/// Older releases kept open for `as_of` and for cursors begun before a swap.
const OPEN_RELEASES: usize = 4;

/// A release with its tables pinned. Whoever holds it reads from it, whatever is published meanwhile.
pub struct ServedRelease {
    /// Its number, time, coverage.
    pub info: ReleaseInfo,
    /// Its tables, all of them: what the administrator sees.
    pub session: Session,
    /// When the files behind its tables came: the same for everyone.
    pub(crate) loads: Arc<Loads>,
    access: OnceCell<Access>,
    /// Where those ask who speak PostgreSQL.
    desk: OnceCell<Desk>,
    /// The same release as others see it.
    seen: Mutex<HashMap<Principal, Arc<ServedRelease>>>,
}

/// Principals whose view of a release is kept at hand.
const KEPT_VIEWS: usize = 256;

impl ServedRelease {
    async fn opened(info: ReleaseInfo, session: Session) -> Arc<Self> {
        let loads = Arc::new(Loads::of(&session).await);
        Self::new(info, session, loads)
    }

    fn new(info: ReleaseInfo, session: Session, loads: Arc<Loads>) -> Arc<Self> {
        Arc::new(Self { info, session, loads, access: OnceCell::new(), desk: OnceCell::new(), seen: Mutex::default() })
    }

    /// Where those ask who speak PostgreSQL and see this.
    pub(crate) async fn desk(&self, who: &Who) -> Result<&Desk, Problem> {
        let reader = who.principal.to_string();
        Ok(self.desk.get_or_try_init(|| self.session.desk(&reader)).await?)
    }

    /// The release as a principal sees it: the one door through which anything is read.
    async fn seen_by(self: &Arc<Self>, principal: &Principal, project: &Project) -> Result<Arc<Self>, Problem> {
        if principal.role() == Role::Administrator {
            return Ok(Arc::clone(self));
        }
        let kept = || self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(seen) = kept().get(principal) {
            return Ok(Arc::clone(seen));
        }
        let access = self.access.get_or_try_init(|| Access::of(&self.session, project)).await?;
        let session = self.session.seen_by(access, principal).await?;
        let seen = Self::new(self.info.clone(), session, Arc::clone(&self.loads));
        let mut kept = kept();
        if kept.len() >= KEPT_VIEWS {
            kept.clear();
        }
        kept.insert(principal.clone(), Arc::clone(&seen));
        Ok(seen)
    }
}

/// Everything a request may need.
pub struct Serving {
    project: Arc<Project>,
    shelf: Arc<dyn Shelf>,
    control: Option<Arc<dyn Control>>,
    current: RwLock<Option<Arc<ServedRelease>>>,
    older: Mutex<VecDeque<Arc<ServedRelease>>>,
    published: Notify,
    pages: RwLock<Arc<Pages>>,
    gate: Gate,
    pace: Pace,
    lineage: OnceCell<Lineage>,
    pub(crate) metrics: Metrics,
}

impl Serving {
    /// Serves nothing until [`Serving::refresh`] finds a release. Without `control` runs are neither shown nor begun.
    /// Nobody has to say who they are: see [`Serving::guarded`].
    pub fn new(project: Arc<Project>, shelf: Arc<dyn Shelf>, control: Option<Arc<dyn Control>>) -> Arc<Self> {
        Self::guarded(project, shelf, control, Gate::open())
    }

    /// The same, with a gate that tells who asks.
    pub fn guarded(
        project: Arc<Project>,
        shelf: Arc<dyn Shelf>,
        control: Option<Arc<dyn Control>>,
        gate: Gate,
    ) -> Arc<Self> {
        let pages = Pages { dashboards: project.dashboards.clone(), mistakes: Vec::new() };
        let pace = Pace::new(project.policy.requests);
        Arc::new(Self {
            project,
            pages: RwLock::new(Arc::new(pages)),
            shelf,
            control,
            current: RwLock::default(),
            older: Mutex::default(),
            published: Notify::new(),
            gate,
            pace,
            lineage: OnceCell::new(),
            metrics: Metrics::default(),
        })
    }

    /// Swaps to the newest release when it is not the one served. Tells whether it swapped.
    pub async fn refresh(&self) -> Result<bool, Failure> {
        let Some(newest) = self.shelf.latest().await? else { return Ok(false) };
        if self.try_current().is_some_and(|release| release.info.id == newest) {
            return Ok(false);
        }
        let Some((info, session)) = self.shelf.open(newest).await? else { return Ok(false) };
        self.metrics.serves(&info);
        let release = ServedRelease::opened(info, session).await;
        let before = self.current.write().unwrap_or_else(PoisonError::into_inner).replace(release);
        before.into_iter().for_each(|release| self.keep(release));
        Ok(true)
    }

    /// Called by whoever has just published: the next look is now.
    pub fn published(&self) {
        self.published.notify_one();
    }

    pub(crate) fn project(&self) -> &Project {
        &self.project
    }

    /// The dashboards as they are now.
    pub fn pages(&self) -> Arc<Pages> {
        Arc::clone(&self.pages.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Shows other dashboards from the next request on.
    pub fn turn(&self, pages: Pages) {
        *self.pages.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(pages);
    }

    pub(crate) fn pace(&self) -> &Pace {
        &self.pace
    }

    pub(crate) fn gate(&self) -> &Gate {
        &self.gate
    }

    /// Where the project's tables and columns come from; planned when first asked for.
    pub(crate) async fn lineage(&self) -> &Lineage {
        self.lineage.get_or_init(|| dinamika_engine::lineage(&self.project)).await
    }

    pub(crate) fn shelf(&self) -> &dyn Shelf {
        self.shelf.as_ref()
    }

    pub(crate) fn control(&self) -> Result<&dyn Control, Problem> {
        self.control.as_deref().ok_or(Problem::NoControl)
    }

    pub(crate) fn try_current(&self) -> Option<Arc<ServedRelease>> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The release a request answers from, as whoever asks sees it.
    pub(crate) async fn current(&self, who: &Who) -> Result<Arc<ServedRelease>, Problem> {
        let release = self.try_current().ok_or(Problem::NoRelease)?;
        release.seen_by(&who.principal, &self.project).await
    }

    /// Another release by number. Only the region's staff read older ones: two releases side by side tell what a
    /// late file of one school brought.
    pub(crate) async fn other(&self, id: u64, who: &Who) -> Result<Option<Arc<ServedRelease>>, Problem> {
        let is_current = self.try_current().is_some_and(|release| release.info.id == id);
        if !is_current && who.principal.role() < Role::Regional {
            return Err(Problem::NotAllowed(Role::Regional));
        }
        match self.release(id).await? {
            Some(release) => Ok(Some(release.seen_by(&who.principal, &self.project).await?)),
            None => Ok(None),
        }
    }

    /// An older release by number, opened when it is not at hand; none when there is no such release.
    async fn release(&self, id: u64) -> Result<Option<Arc<ServedRelease>>, Problem> {
        if let Some(current) = self.try_current().filter(|release| release.info.id == id) {
            return Ok(Some(current));
        }
        if let Some(older) = self.kept(id) {
            return Ok(Some(older));
        }
        let Some((info, session)) = self.shelf.open(id).await.map_err(Problem::internal)? else { return Ok(None) };
        let release = ServedRelease::opened(info, session).await;
        self.keep(Arc::clone(&release));
        Ok(Some(release))
    }

    fn kept(&self, id: u64) -> Option<Arc<ServedRelease>> {
        let older = self.older.lock().unwrap_or_else(PoisonError::into_inner);
        older.iter().find(|release| release.info.id == id).cloned()
    }

    fn keep(&self, release: Arc<ServedRelease>) {
        let mut older = self.older.lock().unwrap_or_else(PoisonError::into_inner);
        older.retain(|other| other.info.id != release.info.id);
        older.push_front(release);
        older.truncate(OPEN_RELEASES);
    }
}

/// Looks for a newer release every so often, and at once when told, until stopped.
/// A failed look leaves the served release as it is.
pub async fn follow(serving: Arc<Serving>, every: Duration, stop: CancellationToken) {
    loop {
        match serving.refresh().await {
            Ok(true) => {
                let release = serving.try_current().map(|release| release.info.id);
                tracing::info!(release, "a newer release is served");
            }
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "cannot look for a newer release; the served one stays"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = serving.published.notified() => {}
            () = tokio::time::sleep(every) => {}
        }
    }
}

/// Answers requests until stopped, then lets those begun end.
pub async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) -> std::io::Result<()> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stop.cancelled_owned()).await
}
