//! The process's settings: the only reader of the environment.
//!
//! | variable | meaning |
//! |---|---|
//! | `DINAMIKA_LAKE` | the lake, instead of `lake` in dinamika.toml: a folder or `s3://bucket/prefix` |
//! | `DINAMIKA_STATE` | the folder of the state database |
//! | `DINAMIKA_INBOX` | the source `inbox`: a folder or `s3://bucket/prefix` |
//! | `DINAMIKA_SECRET` | key of the hashes that stand for people; made and kept in the state folder when not set |
//! | `DINAMIKA_OIDC_SECRET` | with what the program proves to the institution's login provider who it is (`[oidc]`) |
//! | `DINAMIKA_MEMORY_MB` | memory that queries and builds may take before they spill (512) |
//! | `DINAMIKA_THREADS` | how many cores to use (all) |
//! | `DINAMIKA_BIND` | address to listen on |
//! | `DINAMIKA_PG`, `DINAMIKA_PG_CERT`, `DINAMIKA_PG_KEY` | address of PostgreSQL's protocol, its certificate and key |
//! | `DINAMIKA_LOG` | what to log (`warn`, `info`, `dinamika=debug`) |
//! | `AWS_*` | credentials, endpoint and region of S3, as object_store reads them |

use std::{collections::HashMap, env, num::NonZeroUsize, path::PathBuf, thread};

use crate::failure::Failure;

/// What the environment says.
#[derive(Debug, Clone)]
pub(crate) struct Environment {
    pub(crate) lake: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) inbox: Option<String>,
    pub(crate) secret: Option<String>,
    pub(crate) oidc_secret: Option<String>,
    pub(crate) memory_bytes: usize,
    pub(crate) threads: usize,
    pub(crate) log: String,
    /// `aws_*` in lower case, for object_store.
    pub(crate) storage: HashMap<String, String>,
    pub(crate) temporary: PathBuf,
}

impl Environment {
    /// Reads the environment once; a value of the wrong kind names its variable.
    pub(crate) fn read() -> Result<Self, Failure> {
        let cores = thread::available_parallelism().map_or(2, NonZeroUsize::get);
        Ok(Self {
            lake: text("DINAMIKA_LAKE"),
            state: text("DINAMIKA_STATE"),
            inbox: text("DINAMIKA_INBOX"),
            secret: text("DINAMIKA_SECRET"),
            oidc_secret: text("DINAMIKA_OIDC_SECRET"),
            memory_bytes: number("DINAMIKA_MEMORY_MB", 512)? << 20,
            threads: number("DINAMIKA_THREADS", cores)?.max(1),
            log: text("DINAMIKA_LOG").unwrap_or_else(|| "warn".to_owned()),
            storage: env::vars()
                .filter(|(name, value)| name.starts_with("AWS_") && !value.is_empty())
                .map(|(name, value)| (name.to_lowercase(), value))
                .collect(),
            temporary: env::temp_dir(),
        })
    }
}

fn text(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.trim().is_empty())
}

fn number(name: &str, default: usize) -> Result<usize, Failure> {
    let Some(value) = text(name) else { return Ok(default) };
    value.trim().parse().map_err(|_| Failure::usage(format!("{name}: нужно целое число, указано «{value}»")))
}
