//! As much of an HTTP/1.1 server as an agent needs: GET, one answer, or a stream in chunks.
//!
//! Spec: RFC 9112, 7.1 chunked transfer coding; RFC 2046, 5.1 multipart.

use super::host::Agent;
use super::requests::{self, Answer, Stream};
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant as Moment;

/// Longest request in bytes.
const REQUEST_MAX: usize = 16 << 10;
const BOUNDARY: &str = "trine-next-document";

/// Answers until the agent is stopped.
pub(super) async fn keep(listener: TcpListener, agent: Arc<Agent>) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = agent.stop.cancelled() => return,
        };
        let Ok((stream, _)) = accepted else { continue };
        let _ = stream.set_nodelay(true);
        let (agent, cut) = (agent.clone(), agent.cut());
        tokio::spawn(async move {
            tokio::select! {
                _ = serve(stream, &agent) => {}
                () = cut.cancelled() => {}
            }
        });
    }
}

async fn serve(mut stream: TcpStream, agent: &Agent) -> io::Result<()> {
    let mut buffer = Vec::new();
    loop {
        let Some(target) = request(&mut stream, &mut buffer).await? else { return Ok(()) };
        agent.awake().await;
        let answer =
            requests::answer(&target, &agent.buffer(), agent.tools.as_ref(), &agent.name, agent.now());
        match answer {
            Answer::Document(status, text) => {
                let text = agent.garbled(text);
                let reason = if status == 200 { "OK" } else { "Not Found" };
                let head = format!(
                    "HTTP/1.1 {status} {reason}\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n",
                    text.len()
                );
                stream.write_all(head.as_bytes()).await?;
                stream.write_all(text.as_bytes()).await?;
            }
            Answer::Stream(asked) => return send_stream(&mut stream, agent, asked).await,
        }
    }
}

/// The target of the next GET; `None` at the end of the connection or of our patience with it.
async fn request(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> io::Result<Option<String>> {
    loop {
        if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            let head: Vec<u8> = buffer.drain(..end + 4).collect();
            let head = String::from_utf8_lossy(&head).into_owned();
            let mut words = head.split_ascii_whitespace();
            return Ok(words.next().filter(|method| *method == "GET").and(words.next()).map(str::to_owned));
        }
        if buffer.len() > REQUEST_MAX || stream.read_buf(buffer).await? == 0 {
            return Ok(None);
        }
    }
}

async fn send_stream(stream: &mut TcpStream, agent: &Agent, mut asked: Stream) -> io::Result<()> {
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace;boundary={BOUNDARY}\r\n\
         Transfer-Encoding: chunked\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    let mut sent = Moment::now() - Duration::from_secs(86_400);
    let mut tick = tokio::time::interval(asked.interval);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut held: Option<String> = None;
    loop {
        tick.tick().await;
        agent.awake().await;
        let (text, next) = {
            let buffer = agent.buffer();
            let news = asked.current || buffer.next() > asked.from;
            if !news && sent.elapsed() < asked.heartbeat {
                continue;
            }
            requests::document(&buffer, &asked, &agent.name, agent.now())
        };
        let news = next > asked.from;
        asked.from = next;
        sent = Moment::now();
        // Shuffled: two documents in the wrong order, each of them twice.
        match held.take() {
            None if news && agent.shuffles() => held = Some(text),
            Some(before) => {
                for text in [&text, &text, &before, &before] {
                    send_part(stream, text).await?;
                }
            }
            None => send_part(stream, &agent.garbled(text)).await?,
        }
    }
}

async fn send_part(stream: &mut TcpStream, text: &str) -> io::Result<()> {
    let part =
        format!("--{BOUNDARY}\r\nContent-type: text/xml\r\nContent-length: {}\r\n\r\n{text}\r\n", text.len());
    stream.write_all(format!("{:x}\r\n{part}\r\n", part.len()).as_bytes()).await
}
