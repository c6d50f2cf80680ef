//! How far down a composition is read, and how much of it in one answer.
//!
//! Spec: i3X 1.0, "maxDepth Parameter Semantics": 0 is without end, 1 is the element itself, N goes N levels deep; what
//! a limit keeps out is said.

/// What is left to be read.
pub(crate) struct Budget {
    left: usize,
    is_short: bool,
}

impl Budget {
    pub fn of(most: usize) -> Self {
        Self { left: most, is_short: false }
    }

    /// Whether one more may be read.
    pub fn take(&mut self) -> bool {
        let has = self.left > 0;
        self.left = self.left.saturating_sub(1);
        self.is_short |= !has;
        has
    }

    /// Whether something was kept out.
    pub fn is_short(&self) -> bool {
        self.is_short
    }
}

/// Levels below the element, of a `maxDepth`.
pub(crate) fn below(max_depth: Option<u32>) -> usize {
    match max_depth.unwrap_or(1) {
        0 => usize::MAX,
        levels => levels as usize - 1,
    }
}
