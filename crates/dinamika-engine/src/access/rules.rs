//! Which rows a principal sees, and with whose eyes: DOMAIN §4.

use std::collections::BTreeSet;

use dinamika_project::{Principal, Role};

use super::suppress::{EDGE, INSIDE, Level, OWN, PUBLIC};

/// With whose eyes a row is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Eyes {
    /// Everything, small cells too.
    All,
    /// A school's, at its own rows.
    Own,
    /// The municipality's at its own rows, the region's at all.
    Inside,
    /// A guest's.
    Guest,
    /// A guest's, without knowing whose row it is.
    Nameless,
}

impl Eyes {
    /// What must not be set for a cell to be shown; `counts` are numbers of people, shown at the edges too.
    pub(super) fn blind(self, counts: bool) -> u8 {
        match self {
            Self::All => 0,
            Self::Own => OWN,
            Self::Inside => INSIDE,
            Self::Guest | Self::Nameless if counts => PUBLIC,
            Self::Guest | Self::Nameless => PUBLIC | EDGE,
        }
    }
}

/// A principal with the places it belongs to.
#[derive(Debug, Clone)]
pub(super) struct Seer {
    pub(super) principal: Principal,
    /// Municipalities of one's own schools.
    around: BTreeSet<String>,
}

impl Seer {
    /// `municipality_of` tells the municipality of a school.
    pub(super) fn new(principal: &Principal, municipality_of: impl Fn(&str) -> Option<String>) -> Self {
        let around = match principal.role() {
            Role::School => principal.scope().iter().filter_map(|school| municipality_of(school)).collect(),
            _ => BTreeSet::new(),
        };
        Self { principal: principal.clone(), around }
    }

    /// Whether the row is seen at all, and with whose eyes.
    ///
    /// A school sees itself, and guests' figures of its municipality and the region; a municipality sees itself and
    /// its schools, guests' figures of the region, and those of other municipalities without their names.
    pub(super) fn eyes(&self, level: Level, entity: &str, municipality: Option<&str>) -> Option<Eyes> {
        let own = |key: &str| self.principal.scope().contains(key);
        match (self.principal.role(), level) {
            (Role::Administrator, _) => Some(Eyes::All),
            (Role::Regional, _) => Some(Eyes::Inside),
            (Role::Public, _) | (Role::School | Role::Municipal, Level::Region) => Some(Eyes::Guest),
            (Role::School, Level::School) => own(entity).then_some(Eyes::Own),
            (Role::School, Level::Municipality) => self.around.contains(entity).then_some(Eyes::Guest),
            (Role::Municipal, Level::School) => municipality.is_some_and(own).then_some(Eyes::Inside),
            (Role::Municipal, Level::Municipality) => Some(if own(entity) { Eyes::Inside } else { Eyes::Nameless }),
        }
    }
}
