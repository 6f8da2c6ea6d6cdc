//! Landing: raw files by the hash of their bytes, kept as they came.

use std::{
    io::Read,
    path::{Path as FsPath, PathBuf},
    sync::Arc,
};

use bytes::Bytes;
use futures::TryStreamExt as _;
use object_store::{ObjectStore, ObjectStoreExt as _, buffered::BufWriter, path::Path, prefix::PrefixStore};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::LakeError;

/// Bytes copied at a time.
const CHUNK: usize = 1 << 20;

/// Raw files by content.
#[derive(Clone)]
pub struct Landing {
    store: Arc<PrefixStore<Arc<dyn ObjectStore>>>,
    folder: Option<PathBuf>,
}

/// A file that has landed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Landed {
    /// Hash of its bytes, 64 hexadecimal digits.
    pub sha256: String,
    /// Bytes.
    pub size: u64,
}

/// A landed file ready to be read from the disk; a copy is gone when this is dropped.
#[derive(Debug)]
pub struct LandedFile {
    path: PathBuf,
    _copy: Option<tempfile::TempPath>,
}

impl LandedFile {
    /// Where its bytes are.
    pub fn path(&self) -> &FsPath {
        &self.path
    }
}

impl Landing {
    pub(crate) fn new(store: PrefixStore<Arc<dyn ObjectStore>>, folder: Option<PathBuf>) -> Self {
        Self { store: Arc::new(store), folder }
    }

    /// Keeps a copy of a local file, unless its bytes are kept already.
    pub async fn put(&self, local: &FsPath) -> Result<Landed, LakeError> {
        let source = local.to_owned();
        let landed = tokio::task::spawn_blocking(move || hash(&source)).await.map_err(std::io::Error::other)??;
        if self.size(&landed.sha256).await? == Some(landed.size) {
            return Ok(landed);
        }
        let mut from = tokio::fs::File::open(local).await?;
        let mut to = BufWriter::new(Arc::clone(&self.store) as Arc<dyn ObjectStore>, place(&landed.sha256));
        let mut digest = Sha256::new();
        let mut chunk = vec![0; CHUNK];
        loop {
            let read = from.read(&mut chunk).await?;
            if read == 0 {
                break;
            }
            digest.update(&chunk[..read]);
            to.write_all(&chunk[..read]).await?;
        }
        // Its sender may still be writing it: bytes under another's hash would be believed for ever.
        if hex::encode(digest.finalize()) != landed.sha256 {
            to.abort().await?;
            return Err(LakeError::Moving(local.to_owned()));
        }
        // Nothing stands in landing until this: a half-copied file is never seen.
        to.shutdown().await?;
        Ok(landed)
    }

    /// Keeps bytes, unless they are kept already.
    pub async fn put_bytes(&self, bytes: Bytes) -> Result<Landed, LakeError> {
        let landed = Landed { sha256: hex::encode(Sha256::digest(&bytes)), size: bytes.len() as u64 };
        if self.size(&landed.sha256).await? != Some(landed.size) {
            self.store.put(&place(&landed.sha256), bytes.into()).await?;
        }
        Ok(landed)
    }

    /// Whether a file has landed.
    pub async fn exists(&self, sha256: &str) -> Result<bool, LakeError> {
        Ok(self.size(sha256).await?.is_some())
    }

    /// Brings a landed file onto the disk.
    pub async fn fetch(&self, sha256: &str) -> Result<LandedFile, LakeError> {
        let place = place(sha256);
        if let Some(folder) = &self.folder {
            let path = folder.join(place.as_ref());
            return if path.is_file() { Ok(LandedFile { path, _copy: None }) } else { Err(missing(sha256)) };
        }
        let mut bytes = match self.store.get(&place).await {
            Ok(found) => found.into_stream(),
            Err(object_store::Error::NotFound { .. }) => return Err(missing(sha256)),
            Err(error) => return Err(error.into()),
        };
        let copy = tempfile::NamedTempFile::new()?.into_temp_path();
        let mut to = tokio::fs::File::create(&copy).await?;
        while let Some(chunk) = bytes.try_next().await? {
            to.write_all(&chunk).await?;
        }
        to.flush().await?;
        Ok(LandedFile { path: copy.to_path_buf(), _copy: Some(copy) })
    }

    async fn size(&self, sha256: &str) -> Result<Option<u64>, LakeError> {
        match self.store.head(&place(sha256)).await {
            Ok(known) => Ok(Some(known.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

fn place(sha256: &str) -> Path {
    Path::from_iter([sha256.get(..2).unwrap_or("00"), sha256])
}

fn missing(sha256: &str) -> LakeError {
    LakeError::Missing(format!("файла {sha256} в хранилище исходных файлов"))
}

fn hash(path: &FsPath) -> Result<Landed, std::io::Error> {
    let mut file = std::fs::File::open(path)?;
    let mut digest = Sha256::new();
    let mut chunk = vec![0; CHUNK];
    let mut size = 0;
    loop {
        let read = file.read(&mut chunk)?;
        if read == 0 {
            return Ok(Landed { sha256: hex::encode(digest.finalize()), size });
        }
        digest.update(&chunk[..read]);
        size += read as u64;
    }
}
