//! What a run would do and why, without doing it.

use std::collections::BTreeSet;

use dinamika_ingest::sources::{self, Content};
use dinamika_project::{ModelKind, TableName};
use serde::Serialize;

use crate::{Built, Decision, RunError, Runner, Selection, decide, pull::Ledger};

/// One thing a run would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Planned {
    /// `read`, `build`.
    pub kind: &'static str,
    /// File, model or indicator.
    pub name: String,
    /// Why.
    pub why: String,
}

impl Runner {
    /// Looks at the sources and the tables; nothing is copied, read or written.
    pub async fn plan(&self, select: &Selection) -> Result<Vec<Planned>, RunError> {
        let selected = select.resolve(&self.project)?;
        let mut planned = Vec::new();
        if !selected.pipelines.is_empty() {
            planned.extend(self.waiting(false)?.into_iter().map(|(file, why)| Planned {
                kind: "read",
                name: file.path,
                why: why.to_owned(),
            }));
            planned.extend(self.arrivals().await?);
        }
        let mut moving: BTreeSet<TableName> = BTreeSet::new();
        if !planned.is_empty() {
            moving.extend(self.project.pipelines.iter().map(|pipeline| pipeline.table.clone()));
        }
        let bench = self.bench().await?;
        for model in self.project.models.iter().filter(|model| selected.models.contains(&model.name)) {
            let depends: Vec<String> =
                model.reads.iter().filter(|read| moving.contains(*read)).map(ToString::to_string).collect();
            if matches!(model.kind, ModelKind::View) {
                if !depends.is_empty() {
                    moving.insert(model.name.clone());
                }
                continue;
            }
            let now = Built {
                fingerprint: self.model_fingerprint(model),
                inputs: bench.stand.inputs(&self.project, &model.reads),
            };
            let mut last = self.last_build(model.name.as_str())?;
            if let (ModelKind::Indicator(_), Some(last)) = (&model.kind, &mut last) {
                // The roll-up's own tables are compared with the indicator when it is built.
                last.inputs.retain(|name, _| now.inputs.contains_key(name));
            }
            let why = match decide(last.as_ref(), &now, false) {
                Decision::Build(why) => Some(why.to_string()),
                Decision::Skip if !depends.is_empty() => Some(format!("может измениться вход: {}", depends.join(" "))),
                Decision::Skip => None,
            };
            if let Some(why) = why {
                moving.insert(model.name.clone());
                planned.push(Planned { kind: "build", name: model.name.to_string(), why });
            }
        }
        Ok(planned)
    }

    /// Files of the sources that the ledger does not know as they are.
    async fn arrivals(&self) -> Result<Vec<Planned>, RunError> {
        let mut arrivals = Vec::new();
        for (name, location) in &self.project.config.sources {
            let seen = Ledger { state: self.state.clone(), source: name.to_string() };
            let pull = sources::pull(location, &self.reach, &seen).await?;
            let mut pull = pull.with_max_bytes(self.project.config.limits.file_bytes);
            while let Some(next) = pull.next().await {
                match next {
                    Ok(file) if matches!(file.content, Content::Unchanged) => {}
                    Ok(file) => arrivals.push(Planned {
                        kind: "read",
                        name: file.path,
                        why: "новый или изменённый файл источника".to_owned(),
                    }),
                    Err(error) => {
                        arrivals.push(Planned { kind: "read", name: name.to_string(), why: error.to_string() })
                    }
                }
            }
        }
        Ok(arrivals)
    }
}
