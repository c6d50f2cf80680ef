//! From a thread that writes to the body of an answer, with a few chunks in between.

use super::{CHUNK_BYTES, ExportError};
use crate::server::App;
use crate::{Problem, limits};
use axum::body::Body;
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Chunks between the writer and the client.
const CHUNKS: usize = 4;
/// A client that takes nothing for this long is gone.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);

/// Runs `write` on a thread of its own and gives what it writes. An error before the first chunk is given as such.
pub(super) async fn body(
    app: &App,
    write: impl FnOnce(&mut Writer) -> Result<u64, ExportError> + Send + 'static,
) -> Result<Body, Problem> {
    let place = Arc::clone(&app.exports).try_acquire_owned().map_err(|_| {
        Problem::unavailable(format!("{} exports are running already; try again later", limits::EXPORTS))
    })?;
    let (sender, mut chunks) = mpsc::channel(CHUNKS);
    let mut writer = Writer { chunks: sender, runtime: Handle::current() };
    let thread = tokio::task::spawn_blocking(move || {
        let _place = place;
        write(&mut writer)
    });
    match chunks.recv().await {
        Some(first) => Ok(Body::from_stream(stream::iter([Ok(first)]).chain(rest(chunks, thread)))),
        None => match thread.await {
            Ok(Ok(_)) => Ok(Body::empty()),
            Ok(Err(error)) => Err(error.into()),
            Err(_) => Err(Problem::internal()),
        },
    }
}

/// What comes until the thread ends; when it ends badly, an error that cuts the body.
fn rest(
    chunks: mpsc::Receiver<Bytes>,
    thread: JoinHandle<Result<u64, ExportError>>,
) -> impl stream::Stream<Item = io::Result<Bytes>> {
    stream::unfold(Some((chunks, thread)), |state| async {
        let (mut chunks, thread) = state?;
        if let Some(chunk) = chunks.recv().await {
            return Some((Ok(chunk), Some((chunks, thread))));
        }
        let error = match thread.await {
            Ok(Ok(_)) => return None,
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        tracing::warn!("an export was cut: {error}");
        Some((Err(io::Error::other("the export was cut")), None))
    })
}

/// The writing end.
pub(super) struct Writer {
    chunks: mpsc::Sender<Bytes>,
    runtime: Handle,
}

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = bytes.len().min(CHUNK_BYTES);
        let send = self.chunks.send_timeout(Bytes::copy_from_slice(&bytes[..length]), WRITE_TIMEOUT);
        let sent = self.runtime.block_on(send);
        sent.map(|()| length)
            .map_err(|_| io::Error::new(io::ErrorKind::BrokenPipe, "the client takes no more"))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
