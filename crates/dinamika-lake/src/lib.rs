//! Tables, versions, landing, releases and state.
//!
//! A [`Lake`] lies under any object-store address. Tables are Delta: we write the Parquet files and commit
//! `add`/`remove` actions; readers get a [`PinnedTable`], a list of files at one version. One write = one commit.

mod actions;
mod commit;
mod error;
mod lake;
mod landing;
mod maintain;
mod parquet_file;
mod pinned;
mod releases;
mod replace;
mod shape;
pub mod state;
mod stats;
mod table;
mod writer;

pub use commit::{Commit, Mode};
pub use error::LakeError;
pub use lake::Lake;
pub use landing::{Landed, LandedFile, Landing};
pub use maintain::Maintained;
pub use pinned::{PinnedFile, PinnedTable};
pub use releases::{Release, ReleaseDraft, ReleaseTests, Releases};
pub use writer::{TableSpec, TableWriter};
