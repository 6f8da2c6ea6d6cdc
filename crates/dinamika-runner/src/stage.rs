//! Reading one raw file into staged table writers: nothing is visible until each is committed.

use std::sync::Arc;

use arrow::record_batch::RecordBatch;
use dinamika_ingest::{FileReport, PartHeader, PartReport, RawFile, Reader, Refusal, Sink, SinkError};
use dinamika_lake::{Lake, LakeError, TableWriter};
use dinamika_project::{Pipeline, Project};
use tokio::sync::mpsc;

use crate::load::spec;

/// Batches read ahead of the writer.
const AHEAD: usize = 2;

/// A file read whole; its rows wait in files that no table names yet.
pub(crate) struct Staged {
    pub(crate) parts: Vec<StagedPart>,
    pub(crate) report: FileReport,
}

/// One sheet of it.
pub(crate) struct StagedPart {
    pub(crate) header: PartHeader,
    pub(crate) report: PartReport,
    pub(crate) writer: TableWriter,
}

/// Why a file could not be staged.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StageError {
    /// The file's fault: it is told to its sender.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Ours: the run fails and is tried again.
    #[error(transparent)]
    Lake(#[from] LakeError),
    /// The reading thread ended without a word.
    #[error("чтение прервалось: {0}")]
    Broken(String),
}

/// Reads a file on a thread of its own and writes what it gives as it comes.
pub(crate) async fn stage(
    reader: Arc<Reader>,
    lake: &Lake,
    project: &Project,
    file: RawFile,
) -> Result<Staged, StageError> {
    let (sender, mut receiver) = mpsc::channel(AHEAD);
    let reading = tokio::task::spawn_blocking(move || reader.read(&file, &mut Channel(sender)));
    let mut parts = Vec::new();
    let mut current: Option<(PartHeader, TableWriter)> = None;
    let written = async {
        while let Some(message) = receiver.recv().await {
            match message {
                Message::Begin(header) => {
                    let missing = || StageError::Broken(format!("нет конвейера {}", header.pipeline));
                    let pipeline = pipeline(project, &header).ok_or_else(missing)?;
                    let writer = lake.writer(spec(pipeline)).await?;
                    current = Some((header, writer));
                }
                Message::Batch(batch) => {
                    if let Some((_, writer)) = &mut current {
                        writer.write(batch).await?;
                    }
                }
                Message::End(report) => {
                    if let Some((header, writer)) = current.take() {
                        parts.push(StagedPart { header, report, writer });
                    }
                }
            }
        }
        Ok::<(), StageError>(())
    }
    .await;
    // Closing the channel stops a reader whose rows nobody takes.
    drop(receiver);
    let read = reading.await.map_err(|error| StageError::Broken(error.to_string()))?;
    match (written, read) {
        (Ok(()), Ok(report)) => Ok(Staged { parts, report }),
        (written, read) => {
            for writer in parts.into_iter().map(|part| part.writer).chain(current.map(|(_, writer)| writer)) {
                writer.abort().await?;
            }
            written?;
            Err(read.err().map_or_else(|| StageError::Broken("нет отчёта".to_owned()), StageError::Refused))
        }
    }
}

/// The pipeline that read a part.
pub(crate) fn pipeline<'a>(project: &'a Project, header: &PartHeader) -> Option<&'a Pipeline> {
    project.pipelines.iter().find(|pipeline| pipeline.name == header.pipeline)
}

enum Message {
    Begin(PartHeader),
    Batch(RecordBatch),
    End(PartReport),
}

struct Channel(mpsc::Sender<Message>);

impl Channel {
    fn send(&self, message: Message) -> Result<(), SinkError> {
        self.0.blocking_send(message).map_err(|_| "the writer stopped".into())
    }
}

impl Sink for Channel {
    fn begin(&mut self, part: &PartHeader) -> Result<(), SinkError> {
        self.send(Message::Begin(part.clone()))
    }
    fn batch(&mut self, batch: RecordBatch) -> Result<(), SinkError> {
        self.send(Message::Batch(batch))
    }
    fn end(&mut self, report: PartReport) -> Result<(), SinkError> {
        self.send(Message::End(report))
    }
}
