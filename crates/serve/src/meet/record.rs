//! Recording a session, with everybody's visible consent: who does not say yes is left out of it.
//!
//! A recording is a file of JSON lines in the data folder, so that anybody can read it: a head, then what happened, each
//! line with `t`, the site's time in ms since the epoch. `in` and `out` say who is part of it and under which number;
//! `p` holds poses as `[number, x cm, y cm, z cm, yaw, head yaw, pitch (mrad), state, ray x, y, z cm]`, state as in the
//! binary record; `said` is what was written to all.

use super::message::ToldRecording;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use trine_base::Instant;
use trine_presence::{Pose, Room, Seat};

/// Lines that wait for the disk; when it does not keep up, the recording ends.
const WAITING: usize = 1024;
/// A recording ends by itself after so many bytes.
const BYTES: usize = 64 << 20;
/// The last line of a recording is found in so many bytes.
const TAIL_BYTES: u64 = 16 << 10;

/// A recording that runs.
pub struct Recording {
    pub id: String,
    pub name: String,
    pub by: Seat,
    pub started: Instant,
    pub is_stopping: bool,
    taken: BTreeMap<Seat, Taken>,
    names: Vec<String>,
    lines: mpsc::Sender<String>,
    bytes: usize,
    writer: JoinHandle<()>,
}

/// Somebody who has said yes.
struct Taken {
    number: usize,
    written: Option<Pose>,
}

/// Where recordings lie.
pub fn folder(site: &Path) -> PathBuf {
    site.join("recordings")
}

impl Recording {
    /// Begins a file.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn begin(site: &Path, name: &str, by: Seat, now: Instant) -> std::io::Result<Self> {
        let folder = folder(site);
        std::fs::create_dir_all(&folder)?;
        let id = format!("rec-{}", now.as_ns() / 1_000_000);
        let file = File::create_new(folder.join(format!("{id}.jsonl")))?;
        let (lines, waiting) = mpsc::channel(WAITING);
        let writer = tokio::task::spawn_blocking(move || write(file, waiting));
        let mut recording = Self {
            id,
            name: name.to_owned(),
            by,
            started: now,
            is_stopping: false,
            taken: BTreeMap::new(),
            names: Vec::new(),
            lines,
            bytes: 0,
            writer,
        };
        let head =
            json!({ "trine": "recording", "version": 1, "id": recording.id, "name": name, "started": now });
        recording.put(&head);
        Ok(recording)
    }

    /// Whose poses and words are in it.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// What everybody is told of it; `own` is whether that person is part of it.
    pub fn told(&self, own: Seat) -> ToldRecording {
        ToldRecording {
            id: self.id.clone(),
            name: self.name.clone(),
            by: self.by.0,
            started: self.started,
            taken: self.taken.contains_key(&own),
        }
    }

    /// Somebody says yes, or no longer.
    pub fn consent(&mut self, seat: Seat, name: &str, yes: bool, now: Instant) {
        if yes && !self.taken.contains_key(&seat) {
            let number = self.names.len();
            self.names.push(name.to_owned());
            self.taken.insert(seat, Taken { number, written: None });
            self.put(&json!({ "t": ms(now), "in": { "n": number, "name": name } }));
        } else if !yes && let Some(taken) = self.taken.remove(&seat) {
            self.put(&json!({ "t": ms(now), "out": taken.number }));
        }
    }

    /// What somebody who is part of it has written to all.
    pub fn said(&mut self, seat: Seat, text: &str, now: Instant) {
        let Some(taken) = self.taken.get(&seat) else { return };
        self.put(&json!({ "t": ms(now), "said": { "n": taken.number, "text": text } }));
    }

    /// Writes down who has moved; takes out who has gone.
    pub fn look(&mut self, room: &Room, now: Instant) {
        let gone: Vec<Seat> =
            self.taken.keys().copied().filter(|seat| room.profile(*seat).is_err()).collect();
        gone.into_iter().for_each(|seat| self.consent(seat, "", false, now));
        let mut poses = Vec::new();
        for (seat, taken) in &mut self.taken {
            let Ok(pose) = room.pose_of(*seat) else { continue };
            if taken.written.as_ref() != Some(pose) {
                taken.written = Some(*pose);
                poses.push(row(taken.number, pose));
            }
        }
        if !poses.is_empty() {
            self.put(&json!({ "t": ms(now), "p": poses }));
        }
        self.is_stopping |= room.profile(self.by).is_err();
    }

    /// The last line.
    pub fn end(&mut self, now: Instant) {
        let names = self.names.clone();
        self.put(&json!({ "t": ms(now), "end": true, "people": names }));
    }

    /// Waits until everything is written.
    pub async fn written(self) {
        drop(self.lines);
        if let Err(error) = self.writer.await {
            tracing::error!("the writer of a recording has failed: {error}");
        }
    }

    fn put(&mut self, line: &Value) {
        let line = line.to_string();
        self.bytes += line.len() + 1;
        let is_lost = self.lines.try_send(line).is_err();
        self.is_stopping |= is_lost || self.bytes > BYTES;
    }
}

fn ms(at: Instant) -> i64 {
    at.as_ns() / 1_000_000
}

fn row(number: usize, pose: &Pose) -> Value {
    let scaled = |value: f32, by: f32| (value * by).round() as i64;
    let state = u8::from(pose.is_speaking)
        | u8::from(pose.ray.is_some()) << 1
        | u8::from(pose.is_above) << 3
        | (pose.gesture as u8) << 4;
    let mut row = vec![json!(number)];
    row.extend(pose.position.iter().map(|metres| json!(scaled(*metres, 100.0))));
    row.extend([pose.yaw, pose.head_yaw, pose.pitch].map(|angle| json!(scaled(angle, 1000.0))));
    row.push(json!(state));
    row.extend(pose.ray.iter().flatten().map(|metres| json!(scaled(*metres, 100.0))));
    json!(row)
}

/// Writes lines until nobody sends any more. What could not be written ends the recording: the sender sees it.
fn write(file: File, mut waiting: mpsc::Receiver<String>) {
    let mut out = BufWriter::new(file);
    while let Some(line) = waiting.blocking_recv() {
        let written =
            writeln!(out, "{line}").and_then(|()| if waiting.is_empty() { out.flush() } else { Ok(()) });
        if let Err(error) = written {
            tracing::error!("a recording cannot be written and ends: {error}");
            return;
        }
    }
}

/// All recordings, the newest first: what their head and last line say.
///
/// # Errors
/// When the folder cannot be read.
pub fn list(site: &Path) -> std::io::Result<Vec<Value>> {
    let folder = folder(site);
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "jsonl") {
            found.extend(summary(&path));
        }
    }
    found.sort_by(|a, b| b["started"].as_str().cmp(&a["started"].as_str()));
    Ok(found)
}

/// None of a file that is no recording.
fn summary(path: &Path) -> Option<Value> {
    let mut file = File::open(path).ok()?;
    let mut head = String::new();
    BufReader::new((&mut file).take(TAIL_BYTES)).read_line(&mut head).ok()?;
    let head: Value = serde_json::from_str(&head).ok().filter(|head: &Value| head["trine"] == "recording")?;
    let length = file.metadata().ok()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES))).ok()?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail).ok()?;
    let tail = String::from_utf8_lossy(&tail);
    // A recording that a crash has cut off ends with its last whole line.
    let last = tail.lines().rev().find_map(|line| serde_json::from_str::<Value>(line).ok())?;
    let ended = last["t"].as_i64().map(Instant::from_ms);
    Some(json!({
        "id": head["id"], "name": head["name"], "started": head["started"], "ended": ended,
        "people": last["people"].as_array().cloned().unwrap_or_default(), "whole": last["end"] == json!(true),
    }))
}

/// The file of a recording; none when the id is none.
pub fn file(site: &Path, id: &str) -> Option<PathBuf> {
    let is_id = !id.is_empty()
        && id.len() <= 60
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let path = folder(site).join(format!("{id}.jsonl"));
    (is_id && path.is_file()).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use trine_presence::{PersonId, Profile, Rules};

    fn guest(name: &str) -> Profile {
        Profile { person: PersonId(name.into()), name: name.into(), is_guest: true }
    }

    #[tokio::test]
    async fn who_says_no_is_left_out() {
        let site = tempfile::tempdir().unwrap();
        let now = Instant::from_ms(1_790_000_000_000);
        let mut room = Room::new(Rules::default());
        let at = |x| Some(Pose { position: [x, 2.0, 0.0], ..Pose::default() });
        let anna = room.enter(guest("Anna"), at(1.0), now).unwrap().seat;
        let bruno = room.enter(guest("Bruno"), at(33.0), now).unwrap().seat;
        let mut recording = Recording::begin(site.path(), "Hand-over", anna, now).unwrap();
        recording.consent(anna, "Anna", true, now);
        recording.look(&room, now);
        recording.said(bruno, "secret", now);
        recording.said(anna, "look", now);
        recording.look(&room, now);
        recording.end(now);
        let id = recording.id.clone();
        recording.written().await;
        let text = std::fs::read_to_string(file(site.path(), &id).unwrap()).unwrap();
        assert!(text.contains("[0,100,200,0,0,0,0,0]") && text.contains("look"), "{text}");
        assert!(!text.contains("Bruno") && !text.contains("3300") && !text.contains("secret"), "{text}");
        assert_eq!(text.matches("\"p\"").count(), 1, "who stands still is not written again: {text}");
        let listed = list(site.path()).unwrap();
        assert_eq!((&listed[0]["name"], &listed[0]["people"]), (&json!("Hand-over"), &json!(["Anna"])));
        assert!(listed[0]["whole"].as_bool().unwrap());
    }

    #[test]
    fn only_recordings_are_found() {
        let site = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder(site.path())).unwrap();
        std::fs::write(folder(site.path()).join("other.jsonl"), "{\"a\":1}\n").unwrap();
        std::fs::write(site.path().join("secret.jsonl"), "x").unwrap();
        assert_eq!(list(site.path()).unwrap(), Vec::<Value>::new());
        for id in ["", "../secret", "..", "a/b", "rec-1", "%2e%2e/secret"] {
            assert_eq!(file(site.path(), id), None, "{id}");
        }
    }
}
