//! (written with its first real line)
