//! A frame of the view socket, read as `docs/wire.md` describes it and independently of the server's code.

use anyhow::{Context as _, Result, ensure};

/// What the tests look at.
#[derive(Debug)]
pub struct Frame {
    /// Whether it holds everything of the interest.
    pub is_keyframe: bool,
    /// The view's number, low 16 bits.
    pub epoch: u16,
    /// ns since the Unix epoch.
    pub instant_ns: i64,
    /// The signals that it carries.
    pub signals: Vec<u32>,
}

impl Frame {
    /// Reads a frame and checks that its parts fit.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let array = |at: usize, length: usize| bytes.get(at..at + length).context("the frame is cut");
        ensure!(array(0, 4)? == b"TRF1", "not a frame");
        let u32_at = |at: usize| Ok::<_, anyhow::Error>(u32::from_le_bytes(array(at, 4)?.try_into()?));
        let kind = array(4, 1)?[0];
        ensure!(kind == 1 || kind == 2, "kind {kind}");
        let (n, t) = (u32_at(16)? as usize, u32_at(20)? as usize);
        let length = n.checked_mul(19).and_then(|updates| updates.checked_add(t + 24));
        ensure!(length == Some(bytes.len()), "{} bytes for n {n}, t {t}", bytes.len());
        let signals = (0..n).map(|at| u32_at(24 + 12 * n + 4 * at)).collect::<Result<_>>()?;
        Ok(Self {
            is_keyframe: kind == 1,
            epoch: u16::from_le_bytes(array(6, 2)?.try_into()?),
            instant_ns: i64::from_le_bytes(array(8, 8)?.try_into()?),
            signals,
        })
    }
}
