//! A file that has to be whole before its first byte is handed on.

use bytes::Bytes;
use futures::{Stream, StreamExt, TryStreamExt};
use tempfile::NamedTempFile;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::Encoded;
use crate::EngineError;

/// Bytes handed on at once.
const CHUNK: usize = 64 * 1024;

/// Writes the bytes to a temporary file and hands them on from there, with their number: for those who must know
/// something of the whole before they begin to send it.
pub async fn spooled(mut encoded: Encoded) -> Result<(Encoded, u64), EngineError> {
    let kept = tempfile::Builder::new().tempfile().map_err(|error| failed(&error))?;
    let copy = kept.reopen().map_err(|error| failed(&error))?;
    let mut file = tokio::fs::File::from_std(copy);
    let mut size = 0;
    while let Some(bytes) = encoded.try_next().await? {
        file.write_all(&bytes).await.map_err(|error| failed(&error))?;
        size += bytes.len() as u64;
    }
    file.flush().await.map_err(|error| failed(&error))?;
    Ok((chunks(kept).boxed(), size))
}

/// The bytes of the file; it goes away with the stream.
pub(super) fn chunks(file: NamedTempFile) -> impl Stream<Item = Result<Bytes, EngineError>> + Send {
    let open = async move {
        let reader = tokio::fs::File::open(file.path()).await.map_err(|error| failed(&error))?;
        Ok::<_, EngineError>((reader, file))
    };
    futures::stream::once(open)
        .map_ok(|(reader, file)| {
            futures::stream::try_unfold((reader, file), |(mut reader, file)| async move {
                let mut chunk = Vec::with_capacity(CHUNK);
                let read =
                    (&mut reader).take(CHUNK as u64).read_to_end(&mut chunk).await.map_err(|error| failed(&error))?;
                Ok((read > 0).then(|| (Bytes::from(chunk), (reader, file))))
            })
        })
        .try_flatten()
}

fn failed(error: &dyn std::fmt::Display) -> EngineError {
    EngineError::Encode { format: "file", message: error.to_string() }
}
