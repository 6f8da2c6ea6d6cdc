//! A prefix of an S3 bucket.

use std::{collections::HashMap, io::Write, sync::Arc};

use futures::{StreamExt, TryStreamExt};
use object_store::{GetResult, ObjectMeta, ObjectStore, ObjectStoreExt, aws::AmazonS3Builder, path::Path};
use tempfile::NamedTempFile;
use url::Url;

use super::{Content, Known, Pulled, Seen, SourceError, Waiting, io, is_ignored, printable, same_size_and_time};

/// A bucket and what of it is the source.
pub(super) struct Bucket {
    store: Arc<dyn ObjectStore>,
    prefix: Path,
}

impl Bucket {
    /// Credentials are in the options of the store.
    pub(super) fn open(
        address: &str,
        storage: &HashMap<String, String>,
        endpoint: Option<&str>,
        region: Option<&str>,
    ) -> Result<Self, SourceError> {
        let wrong = || SourceError::Address {
            address: address.to_owned(), expected: "ожидается s3://корзина/путь"
        };
        let url = Url::parse(address).ok().filter(|url| matches!(url.scheme(), "s3" | "s3a")).ok_or_else(wrong)?;
        let bucket = url.host_str().ok_or_else(wrong)?;
        let prefix = Path::from_url_path(url.path()).map_err(|_| wrong())?;
        let known = storage.iter().filter_map(|(key, value)| Some((key.parse().ok()?, value)));
        let mut builder = known.fold(AmazonS3Builder::new().with_bucket_name(bucket), |builder, (key, value)| {
            builder.with_config(key, value)
        });
        if let Some(endpoint) = endpoint {
            builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
        }
        if let Some(region) = region {
            builder = builder.with_region(region);
        }
        let store = builder.build().map_err(|error| SourceError::Store { path: address.to_owned(), error })?;
        Ok(Self::over(Arc::new(store), prefix))
    }

    fn over(store: Arc<dyn ObjectStore>, prefix: Path) -> Self {
        Self { store, prefix }
    }

    pub(super) async fn list(&self) -> Result<Vec<Waiting>, SourceError> {
        let failed = |error| SourceError::Store { path: self.prefix.to_string(), error };
        let mut metas: Vec<ObjectMeta> = self.store.list(Some(&self.prefix)).try_collect().await.map_err(failed)?;
        metas.sort_by(|a, b| a.location.cmp(&b.location));
        let found = metas.into_iter().filter_map(|meta| {
            let parts: Vec<String> =
                meta.location.prefix_match(&self.prefix)?.map(|part| printable(part.as_ref())).collect();
            // Consoles keep an empty object for a folder.
            let folder = parts.is_empty() || (meta.size == 0 && meta.location.as_ref().ends_with('/'));
            (!folder && !parts.iter().any(|part| is_ignored(part)))
                .then(|| Waiting::Object { path: parts.join("/"), meta })
        });
        Ok(found.collect())
    }

    pub(super) async fn take(
        &self,
        path: String,
        meta: ObjectMeta,
        seen: &dyn Seen,
        limit: u64,
    ) -> Result<Pulled, SourceError> {
        let pulled = |meta: &ObjectMeta, content| Pulled {
            path: path.clone(),
            modified: Some(meta.last_modified),
            etag: meta.e_tag.clone(),
            size: meta.size,
            content,
        };
        if seen.seen(&path).is_some_and(|known| same(&known, &meta)) {
            return Ok(pulled(&meta, Content::Unchanged));
        }
        if meta.size > limit {
            return Err(SourceError::TooLarge { path, limit });
        }
        let failed = |error| SourceError::Store { path: path.clone(), error };
        let got = self.store.get(&meta.location).await.map_err(failed)?;
        // It may have been replaced since it was listed: what is told is of the bytes that came.
        let meta = got.meta.clone();
        if meta.size > limit {
            return Err(SourceError::TooLarge { path, limit });
        }
        let file = save(got, &path).await?;
        Ok(pulled(&meta, Content::Temporary(file.into_temp_path())))
    }
}

fn same(known: &Known, meta: &ObjectMeta) -> bool {
    match (&known.etag, &meta.e_tag) {
        (Some(known), Some(etag)) => known == etag,
        _ => same_size_and_time(known, meta.size, Some(meta.last_modified)),
    }
}

async fn save(got: GetResult, path: &str) -> Result<NamedTempFile, SourceError> {
    let mut file = NamedTempFile::new().map_err(io(path))?;
    let mut bytes = got.into_stream();
    while let Some(chunk) = bytes.next().await {
        let chunk = chunk.map_err(|error| SourceError::Store { path: path.to_owned(), error })?;
        file.write_all(&chunk).map_err(io(path))?;
    }
    file.flush().map_err(io(path))?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use object_store::memory::InMemory;

    use super::*;

    struct Ledger(Option<Known>);
    impl Seen for Ledger {
        fn seen(&self, _: &str) -> Option<Known> {
            self.0.clone()
        }
    }

    #[tokio::test]
    async fn an_object_is_read_once_until_its_etag_changes() {
        let store = Arc::new(InMemory::new());
        for name in ["inbox/2021/4/Математика.xlsx", "inbox/~$lock.xlsx", "inbox/.hidden/x.csv", "other/x.csv"]
        {
            store.put(&Path::parse(name).unwrap(), "данные".into()).await.unwrap();
        }
        let bucket = Bucket::over(store.clone(), Path::from("inbox"));
        let mut found = bucket.list().await.unwrap();
        assert_eq!(found.len(), 1);
        let Some(Waiting::Object { path, meta }) = found.pop() else { panic!("an object") };
        assert_eq!(path, "2021/4/Математика.xlsx");

        let first = bucket.take(path.clone(), meta.clone(), &Ledger(None), 100).await.unwrap();
        assert_eq!(std::fs::read_to_string(first.content.path().unwrap()).unwrap(), "данные");
        let known = Known { etag: first.etag.clone(), ..Known::default() };
        let again = bucket.take(path.clone(), meta.clone(), &Ledger(Some(known)), 100).await.unwrap();
        assert!(matches!(again.content, Content::Unchanged));
        let large = bucket.take(path, meta, &Ledger(None), 3).await;
        assert!(matches!(large, Err(SourceError::TooLarge { .. })));
    }

    #[test]
    fn addresses_are_checked() {
        assert!(matches!(Bucket::open("https://x/y", &HashMap::new(), None, None), Err(SourceError::Address { .. })));
        assert!(
            Bucket::open("s3://bucket/inbox", &HashMap::new(), Some("http://127.0.0.1:9000"), Some("ru-1")).is_ok()
        );
    }
}
