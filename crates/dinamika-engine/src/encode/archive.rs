//! Several files in one: a zip written as it is read.

use std::io::{self, Write};

use bytes::Bytes;
use futures::{Stream, StreamExt, TryStreamExt};
use tokio::{runtime::Handle, sync::mpsc};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::Encoded;
use crate::EngineError;

/// Bytes handed on at once.
const CHUNK: usize = 64 * 1024;

/// A file of an archive.
pub struct Member {
    /// Its name with extension.
    pub name: String,
    /// Its bytes; nothing is asked for before its turn.
    pub bytes: Encoded,
}

/// The archive of the members in their order. The same members give the same bytes: no time of writing.
pub fn archive(members: Vec<Member>) -> Encoded {
    let (sender, receiver) = mpsc::channel(4);
    let begin = async move {
        let handle = Handle::current();
        let work = tokio::task::spawn_blocking(move || {
            let failed = written(members, &sender, &handle).err();
            // Whoever does not wait any more needs no reason either.
            failed.map(|error| sender.blocking_send(Err(error)))
        });
        drop(work);
        received(receiver)
    };
    futures::stream::once(begin).flatten().boxed()
}

fn received(receiver: mpsc::Receiver<Result<Bytes, EngineError>>) -> impl Stream<Item = Result<Bytes, EngineError>> {
    futures::stream::unfold(receiver, |mut receiver| async { receiver.recv().await.map(|bytes| (bytes, receiver)) })
}

fn written(
    members: Vec<Member>,
    sender: &mpsc::Sender<Result<Bytes, EngineError>>,
    handle: &Handle,
) -> Result<(), EngineError> {
    let mut zip = ZipWriter::new_stream(Chunks { held: Vec::with_capacity(CHUNK), sender });
    for Member { name, mut bytes } in members {
        // A workbook is an archive already.
        let method = if name.ends_with(".xlsx") { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        let options = SimpleFileOptions::default().compression_method(method).large_file(true);
        zip.start_file(name, options).map_err(|error| failed(&error))?;
        while let Some(bytes) = handle.block_on(bytes.try_next())? {
            zip.write_all(&bytes).map_err(|error| failed(&error))?;
        }
    }
    let mut chunks = zip.finish().map_err(|error| failed(&error))?.into_inner();
    chunks.hand_on().map_err(|error| failed(&error))
}

/// Bytes on their way to the reader; a reader who left ends the writing.
struct Chunks<'a> {
    held: Vec<u8>,
    sender: &'a mpsc::Sender<Result<Bytes, EngineError>>,
}

impl Chunks<'_> {
    fn hand_on(&mut self) -> io::Result<()> {
        let bytes = std::mem::replace(&mut self.held, Vec::with_capacity(CHUNK));
        self.sender.blocking_send(Ok(bytes.into())).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

impl Write for Chunks<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        if self.held.len() >= CHUNK {
            self.hand_on()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn failed(error: &dyn std::fmt::Display) -> EngineError {
    EngineError::Encode { format: "zip", message: error.to_string() }
}
