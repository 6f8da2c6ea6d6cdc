//! A session as a principal sees it.

use std::{collections::HashMap, sync::Arc};

use arrow::array::{Array, AsArray};
use datafusion::datasource::TableProvider;
use dinamika_project::{Measure, ModelKind, Principal, Project, Role, TableName};

use super::{
    hidden::Hidden,
    masks::{Facts, IndicatorVeil, Kind, MartVeil, REGION},
    veil::{Veil, Veiled},
};
use crate::{EngineError, Params, Session, session::Entry};

/// What decides who sees what of one release; cheap to clone.
#[derive(Clone)]
pub struct Access {
    facts: Arc<Facts>,
}

impl Access {
    /// Reads the release's hidden cells and schools.
    pub async fn of(session: &Session, project: &Project) -> Result<Self, EngineError> {
        let groups = project.models.iter().filter_map(|model| match &model.kind {
            ModelKind::Indicator(indicator) => {
                let group = project.policy.group(indicator.id.as_str())?.to_owned();
                Some((indicator.id.to_string(), (group, indicator.measure == Measure::Count)))
            }
            _ => None,
        });
        let facts = Facts {
            policy: project.policy.clone(),
            hidden: Hidden::read(session).await?,
            groups: groups.collect(),
            schools: schools(session).await?,
        };
        Ok(Self { facts: Arc::new(facts) })
    }

    /// Whether a table is there for a principal at all, and through which veil.
    fn veil(&self, name: &str, principal: &Principal) -> Option<Option<Arc<dyn Veil>>> {
        let role = principal.role();
        if role == Role::Administrator {
            return Some(None);
        }
        let of = match name {
            "indicator_values" | "indicator_position" => Some(Kind::Values),
            "indicator_dynamics" => Some(Kind::Dynamics),
            "indicator_pooled" | "indicator_trend" => Some(Kind::Years),
            _ => None,
        };
        if let Some(of) = of {
            let veil = IndicatorVeil::new(&self.facts, principal, of);
            return Some(Some(Arc::new(veil)));
        }
        match self.facts.policy.table(name) {
            Some(rule) if role < rule.to => None,
            Some(rule) if rule.cells.is_some() || rule.to > Role::Public => {
                Some(Some(Arc::new(MartVeil::new(&self.facts, principal, rule))))
            }
            Some(_) => Some(None),
            None => (role >= Role::Regional).then_some(None),
        }
    }
}

impl Session {
    /// The same release as a principal sees it: other tables are not there, rows and cells out of sight are neither.
    /// Views are planned anew, so that they read what the principal sees; those that cannot be are not there.
    pub async fn seen_by(&self, access: &Access, principal: &Principal) -> Result<Self, EngineError> {
        if principal.role() == Role::Administrator {
            return Ok(self.clone());
        }
        let seen = self.bare(access.facts.policy.limits(principal.role()))?;
        for (name, entry) in self.entries() {
            let Some(veil) = access.veil(name.as_str(), principal) else { continue };
            match entry {
                Entry::Table(inner) => {
                    let table: Arc<dyn TableProvider> = match veil {
                        Some(veil) => Arc::new(Veiled { inner, veil }),
                        None => inner,
                    };
                    seen.replace(&name, Entry::Table(table))?;
                }
                Entry::View(sql) => seen.see_view(&name, &sql, veil).await?,
            }
        }
        Ok(seen)
    }

    async fn see_view(&self, name: &TableName, sql: &str, veil: Option<Arc<dyn Veil>>) -> Result<(), EngineError> {
        // A view over what the principal does not see is not theirs to see.
        let Ok(view) = self.view(sql).await else { return Ok(()) };
        let table: Arc<dyn TableProvider> = match veil {
            Some(veil) => Arc::new(Veiled { inner: view, veil }),
            None => view,
        };
        self.replace(name, Entry::Table(table))
    }
}

/// Municipality of each school, and the region's key.
async fn schools(session: &Session) -> Result<HashMap<String, String>, EngineError> {
    let mut all = HashMap::new();
    let asked = [
        ("schools", "select cast(school_key as varchar), cast(municipality_key as varchar) from schools"),
        ("region", "select '', cast(region_key as varchar) from region"),
    ];
    for (table, sql) in asked {
        if !session.has(table) {
            continue;
        }
        for batch in session.query(sql, Params::None).await?.collect().await? {
            let (keys, values) = (batch.column(0).as_string::<i32>(), batch.column(1).as_string::<i32>());
            for row in (0..batch.num_rows()).filter(|row| keys.is_valid(*row) && values.is_valid(*row)) {
                let key = if table == "region" { REGION } else { keys.value(row) };
                all.insert(key.to_owned(), values.value(row).to_owned());
            }
        }
    }
    Ok(all)
}
