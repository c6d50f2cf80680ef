//! The front door of a server: forwards bytes both ways, cuts connections and puts garbage on the wire on demand.

use std::net::SocketAddr;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

/// Bytes forwarded at a time.
const PIECE: usize = 256 * 1024;

/// What looks like the header of a message and is none: no decoder may trust its length.
const GARBAGE: &[u8] = b"MSGF\xff\xff\xff\x7fthese bytes are no message of OPC UA\x00\xff\x00\xff";

/// What happens to all present connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// They are cut.
    Cut,
    /// Each client is sent garbage.
    Garbage,
}

/// Accepts clients until `stop`, and forwards them to the server.
pub(super) async fn keep(
    listener: TcpListener,
    server: SocketAddr,
    troubles: broadcast::Sender<Trouble>,
    stop: CancellationToken,
) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => match accepted {
                Ok((client, _)) => {
                    tokio::spawn(stop.clone().run_until_cancelled_owned(forward(client, server, troubles.subscribe())));
                }
                Err(error) => tracing::warn!("a client could not be accepted: {error}"),
            }
        }
    }
}

async fn forward(client: TcpStream, server: SocketAddr, mut troubles: broadcast::Receiver<Trouble>) {
    let Ok(server) = TcpStream::connect(server).await else { return };
    // Small messages must not wait for each other: a publish answer is often smaller than a segment.
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let (client_in, mut client_out) = client.into_split();
    let (server_in, server_out) = server.into_split();
    let upstream = pump(client_in, server_out);
    tokio::pin!(upstream);
    let mut server_in = server_in;
    let mut piece = vec![0; PIECE];
    loop {
        tokio::select! {
            () = &mut upstream => return,
            trouble = troubles.recv() => match trouble {
                Ok(Trouble::Garbage) => if client_out.write_all(GARBAGE).await.is_err() { return },
                Ok(Trouble::Cut) | Err(_) => return,
            },
            read = server_in.read(&mut piece) => match read {
                Ok(n) if n > 0 => if client_out.write_all(&piece[..n]).await.is_err() { return },
                _ => return,
            },
        }
    }
}

async fn pump(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin) {
    let _ = tokio::io::copy(&mut from, &mut to).await;
}
