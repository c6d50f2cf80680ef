//! The two binary messages of presence: what one person says of the own body, and what one is told of the others.
//!
//! To a person, "TRP1":
//!
//! ```text
//! offset  type     field
//!  0      u32      magic 0x31505254 "TRP1"
//!  4      u8       1
//!  5      u8       flags: bit 0 the crowd is told anew
//!  6      u16      n, people
//!  8      i64      the room's time, ns since the Unix epoch
//! 16      i32      origin to the east, whole metres
//! 20      i32      origin to the north
//! 24      u16      g, people who are no longer shown one by one
//! 26      u16      c, cells of the crowd
//! 28      n times  a person, 12 or 18 bytes
//!         g times  u16 seat
//!         c times  i16 x, i16 y, u16 people: a cell of 16 m
//!
//! a person:
//!  0      u16      seat
//!  2      i16      to the east of the origin, cm
//!  4      i16      to the north, cm
//!  6      u8       above the floor, 1/8 m
//!  7      u8       yaw of the body, 1/256 turn
//!  8      u8       yaw of the head, 1/256 turn
//!  9      i8       pitch of the head, 1/127 of a right angle, up is positive
//! 10      u8       bit 0 speaks, 1 points, 2 has leapt, 3 looks from above; bits 4–7 gesture
//! 11      u8       age of the pose at the room's time, 4 ms; 255: a second or more
//! 12      i16×3    when it points: end of the ray from the origin, cm
//! ```
//!
//! From a person, "TRM1":
//!
//! ```text
//!  0      u32      magic 0x314D5254 "TRM1"
//!  4      u8       as offset 10 above; bit 2: this is a leap
//!  5      u8       0
//!  6      i16      pitch of the head, 1/32767 of a right angle
//!  8      u16      yaw of the body, 1/65536 turn
//! 10      u16      yaw of the head
//! 12      f32×3    the feet, m in the site frame
//! 24      f32×3    when it points: the end of the ray
//! ```
//!
//! Little-endian. Every record is absolute, so any frame may be missing.

use crate::{CrowdCell, Gesture, Pose, PoseError, Seat};
use std::f32::consts::{FRAC_PI_2, TAU};
use trine_base::Instant;

const MAGIC: u32 = 0x3150_5254;
const MOVE_MAGIC: u32 = 0x314D_5254;
const KIND: u8 = 1;
/// Bytes before the people.
pub(crate) const HEADER_BYTES: usize = 28;
/// Bytes of a person who does not point.
const RECORD_BYTES: usize = 12;
/// Bytes of the end of a ray.
const RAY_BYTES: usize = 6;
const AGE_STEP_NS: i64 = 4_000_000;

const SPEAKS: u8 = 1;
const POINTS: u8 = 2;
const LEAPT: u8 = 4;
const ABOVE: u8 = 8;

/// One person in a frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Record {
    /// Who.
    pub seat: Seat,
    /// How that person stands.
    pub pose: Pose,
    /// Since the record before, the person has come here without walking.
    pub has_leapt: bool,
    /// Age of the pose at the frame's time, ms, up to 1,020.
    pub age_ms: u16,
}

/// What one person is told of the others.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frame {
    /// The room's time.
    pub time: Instant,
    /// Poses that are newer than those told before.
    pub people: Vec<Record>,
    /// People who are no longer shown one by one.
    pub gone: Vec<Seat>,
    /// The crowd, when it is told anew.
    pub crowd: Option<Vec<CrowdCell>>,
}

/// Why bytes are no message of presence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Another kind of message.
    #[error("not a message of presence: it has to begin with TRM1 (TRP1 to a person)")]
    Magic,
    /// Too short, or too long.
    #[error("a message of presence of {0} bytes does not end where it should")]
    Length(usize),
    /// It says something that cannot be.
    #[error(transparent)]
    Pose(#[from] PoseError),
}

/// Bytes that a pose takes in a frame.
pub(crate) fn record_bytes(pose: &Pose) -> usize {
    RECORD_BYTES + if pose.ray.is_some() { RAY_BYTES } else { 0 }
}

/// Writes a frame about a spot: people lie within 327 m of it.
#[must_use]
pub fn encode(frame: &Frame, about: [f32; 3]) -> Vec<u8> {
    let origin = [about[0].round() as i32, about[1].round() as i32];
    let crowd = frame.crowd.as_deref().unwrap_or_default();
    let size = HEADER_BYTES + frame.people.len() * (RECORD_BYTES + RAY_BYTES) + 2 * frame.gone.len();
    let mut out = Vec::with_capacity(size + 6 * crowd.len());
    out.extend_from_slice(&MAGIC.to_le_bytes());
    out.push(KIND);
    out.push(u8::from(frame.crowd.is_some()));
    out.extend_from_slice(&(frame.people.len() as u16).to_le_bytes());
    out.extend_from_slice(&frame.time.as_ns().to_le_bytes());
    origin.iter().for_each(|metres| out.extend_from_slice(&metres.to_le_bytes()));
    out.extend_from_slice(&(frame.gone.len() as u16).to_le_bytes());
    out.extend_from_slice(&(crowd.len() as u16).to_le_bytes());
    frame.people.iter().for_each(|record| write_record(&mut out, record, origin));
    frame.gone.iter().for_each(|seat| out.extend_from_slice(&seat.0.to_le_bytes()));
    for cell in crowd {
        out.extend_from_slice(&cell.x.to_le_bytes());
        out.extend_from_slice(&cell.y.to_le_bytes());
        out.extend_from_slice(&cell.count.to_le_bytes());
    }
    out
}

fn write_record(out: &mut Vec<u8>, record: &Record, origin: [i32; 2]) {
    let Record { seat, pose, has_leapt, age_ms } = record;
    out.extend_from_slice(&seat.0.to_le_bytes());
    write_cm(out, pose.position[0], origin[0]);
    write_cm(out, pose.position[1], origin[1]);
    out.push((pose.position[2] * 8.0).round().clamp(0.0, 255.0) as u8);
    out.push(turn(pose.yaw, 256.0) as u8);
    out.push(turn(pose.head_yaw, 256.0) as u8);
    out.push((pose.pitch / FRAC_PI_2 * 127.0).round() as i8 as u8);
    out.push(state(pose, *has_leapt));
    out.push((i64::from(*age_ms) * 1_000_000 / AGE_STEP_NS).min(255) as u8);
    if let Some(end) = pose.ray {
        write_cm(out, end[0], origin[0]);
        write_cm(out, end[1], origin[1]);
        write_cm(out, end[2], 0);
    }
}

/// Casts from float to integer hold at the ends.
fn write_cm(out: &mut Vec<u8>, metres: f32, origin: i32) {
    let cm = ((f64::from(metres) - f64::from(origin)) * 100.0).round() as i16;
    out.extend_from_slice(&cm.to_le_bytes());
}

fn turn(angle: f32, parts: f32) -> u32 {
    ((angle / TAU).rem_euclid(1.0) * parts).round() as u32 % parts as u32
}

fn state(pose: &Pose, has_leapt: bool) -> u8 {
    let bit = |is_set: bool, bit: u8| if is_set { bit } else { 0 };
    bit(pose.is_speaking, SPEAKS)
        | bit(pose.ray.is_some(), POINTS)
        | bit(has_leapt, LEAPT)
        | bit(pose.is_above, ABOVE)
        | (pose.gesture as u8) << 4
}

/// Reads a frame.
///
/// # Errors
/// When the bytes are no frame.
pub fn decode(bytes: &[u8]) -> Result<Frame, FrameError> {
    let mut read = Read { bytes, at: 0 };
    if read.u32()? != MAGIC || read.u8()? != KIND {
        return Err(FrameError::Magic);
    }
    let has_crowd = read.u8()? & 1 != 0;
    let people = read.u16()?;
    let time = Instant::from_ns(i64::from_le_bytes(read.take()?));
    let origin = [i32::from_le_bytes(read.take()?), i32::from_le_bytes(read.take()?)];
    let (gone, crowd) = (read.u16()?, read.u16()?);
    let people = (0..people).map(|_| read_record(&mut read, origin)).collect::<Result<_, _>>()?;
    let gone = (0..gone).map(|_| read.u16().map(Seat)).collect::<Result<_, _>>()?;
    let cell = |read: &mut Read<'_>| -> Result<CrowdCell, FrameError> {
        Ok(CrowdCell { x: read.i16()?, y: read.i16()?, count: read.u16()? })
    };
    let crowd = (0..crowd).map(|_| cell(&mut read)).collect::<Result<Vec<_>, _>>()?;
    read.end()?;
    Ok(Frame { time, people, gone, crowd: has_crowd.then_some(crowd) })
}

fn read_record(read: &mut Read<'_>, origin: [i32; 2]) -> Result<Record, FrameError> {
    let seat = Seat(read.u16()?);
    let position = [read.cm(origin[0])?, read.cm(origin[1])?, f32::from(read.u8()?) / 8.0];
    let (yaw, head_yaw) = (f32::from(read.u8()?) / 256.0 * TAU, f32::from(read.u8()?) / 256.0 * TAU);
    let pitch = f32::from(read.u8()? as i8) / 127.0 * FRAC_PI_2;
    let (state, age) = (read.u8()?, read.u8()?);
    let ray = if state & POINTS == 0 {
        None
    } else {
        Some([read.cm(origin[0])?, read.cm(origin[1])?, read.cm(0)?])
    };
    let pose = posed(position, yaw, head_yaw, pitch, state, ray);
    Ok(Record { seat, pose, has_leapt: state & LEAPT != 0, age_ms: u16::from(age) * 4 })
}

fn posed(position: [f32; 3], yaw: f32, head_yaw: f32, pitch: f32, state: u8, ray: Option<[f32; 3]>) -> Pose {
    Pose {
        position,
        yaw,
        head_yaw,
        pitch,
        is_speaking: state & SPEAKS != 0,
        is_above: state & ABOVE != 0,
        gesture: Gesture::of(state >> 4),
        ray,
    }
}

/// Writes what a person says of the own body.
#[must_use]
pub fn encode_pose(pose: &Pose, is_leap: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(36);
    out.extend_from_slice(&MOVE_MAGIC.to_le_bytes());
    out.push(state(pose, is_leap));
    out.push(0);
    out.extend_from_slice(&((pose.pitch / FRAC_PI_2 * 32_767.0).round() as i16).to_le_bytes());
    out.extend_from_slice(&(turn(pose.yaw, 65_536.0) as u16).to_le_bytes());
    out.extend_from_slice(&(turn(pose.head_yaw, 65_536.0) as u16).to_le_bytes());
    let numbers = pose.position.iter().chain(pose.ray.iter().flatten());
    numbers.for_each(|number| out.extend_from_slice(&number.to_le_bytes()));
    out
}

/// Reads what a person says of the own body, and whether it is a leap.
///
/// # Errors
/// When the bytes are no such message, or no pose.
pub fn decode_pose(bytes: &[u8]) -> Result<(Pose, bool), FrameError> {
    let mut read = Read { bytes, at: 0 };
    if read.u32()? != MOVE_MAGIC {
        return Err(FrameError::Magic);
    }
    let state = read.u8()?;
    read.u8()?;
    let pitch = f32::from(read.i16()?) / 32_767.0 * FRAC_PI_2;
    let yaw = f32::from(read.u16()?) / 65_536.0 * TAU;
    let head_yaw = f32::from(read.u16()?) / 65_536.0 * TAU;
    let position = [read.f32()?, read.f32()?, read.f32()?];
    let ray = if state & POINTS == 0 { None } else { Some([read.f32()?, read.f32()?, read.f32()?]) };
    read.end()?;
    Ok((posed(position, yaw, head_yaw, pitch, state, ray).checked()?, state & LEAPT != 0))
}

/// Bytes that are read from the front.
struct Read<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Read<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], FrameError> {
        let rest = self.bytes.get(self.at..).and_then(|rest| rest.first_chunk::<N>());
        self.at += N;
        rest.copied().ok_or(FrameError::Length(self.bytes.len()))
    }

    fn u8(&mut self) -> Result<u8, FrameError> {
        self.take::<1>().map(|[byte]| byte)
    }

    fn u16(&mut self) -> Result<u16, FrameError> {
        self.take().map(u16::from_le_bytes)
    }

    fn i16(&mut self) -> Result<i16, FrameError> {
        self.take().map(i16::from_le_bytes)
    }

    fn u32(&mut self) -> Result<u32, FrameError> {
        self.take().map(u32::from_le_bytes)
    }

    fn f32(&mut self) -> Result<f32, FrameError> {
        self.take().map(f32::from_le_bytes)
    }

    fn cm(&mut self, origin: i32) -> Result<f32, FrameError> {
        Ok((f64::from(origin) + f64::from(self.i16()?) / 100.0) as f32)
    }

    fn end(&self) -> Result<(), FrameError> {
        if self.at == self.bytes.len() { Ok(()) } else { Err(FrameError::Length(self.bytes.len())) }
    }
}
