//! Whole device documents, spoilt in seeded ways: what can be read is sound, and nothing panics.

use std::collections::BTreeSet;
use std::path::Path;
use trine_mtconnect::devices::{announcement, parse};

/// A document with one of everything.
const DOCUMENT: &str = include_str!("documents/machine.xml");

/// Pieces that documents of careless people contain.
const PIECES: [&str; 24] = [
    "<",
    ">",
    "/>",
    "</",
    "\"",
    "'",
    "&",
    "&lt;",
    "&#0;",
    "&#x10FFFF;",
    "]]>",
    "<![CDATA[",
    "<!--",
    "-->",
    "<?xml version=\"1.0\"?>",
    "<!DOCTYPE a>",
    "<DataItem id=\"\" category=\"SAMPLE\" type=\"\"/>",
    "<DataItem/>",
    "<Device>",
    "</Device>",
    "\u{0}",
    "\u{feff}",
    "1e999",
    "ä€𝄞",
];

/// A small generator whose whole state is its seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound.max(1) as u64) as usize
    }

    fn place(&mut self, text: &str) -> usize {
        let at = self.below(text.len() + 1);
        (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
    }

    fn span(&mut self, text: &str, longest: usize) -> (usize, usize) {
        let start = self.place(text);
        let end = (start + self.below(longest)).min(text.len());
        (start, (start..=end).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(start))
    }
}

/// One to six changes: pieces cut out, doubled, moved, put in, and the end cut off.
fn spoilt(whole: &str, seed: u64) -> String {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut text = whole.to_owned();
    for _ in 0..=dice.below(6) {
        let (start, end) = dice.span(&text, 200);
        match dice.below(6) {
            0 => text.replace_range(start..end, ""),
            1 => {
                let piece = text[start..end].to_owned();
                let at = dice.place(&text);
                text.insert_str(at, &piece);
            }
            2 => {
                let piece = text[start..end].to_owned();
                text.replace_range(start..end, "");
                let at = dice.place(&text);
                text.insert_str(at, &piece);
            }
            3 | 4 => text.insert_str(start, PIECES[dice.below(PIECES.len())]),
            _ => text.truncate(start),
        }
    }
    text
}

/// How many could be read and how many were refused.
fn try_all(whole: &str, seeds: u64) -> (usize, usize) {
    let mut outcomes = (0, 0);
    for seed in 1..=seeds {
        let text = spoilt(whole, seed);
        let Ok(devices) = parse(&text) else {
            outcomes.1 += 1;
            continue;
        };
        outcomes.0 += 1;
        let announced = announcement("connection/a", &devices);
        let things: BTreeSet<&str> = announced.things.iter().map(|thing| &*thing.key).collect();
        for signal in &announced.signals {
            assert!(things.contains(&*signal.thing), "seed {seed}: {} belongs to nobody", signal.key);
            assert!(!signal.key.is_empty(), "seed {seed}");
            let is_sound = signal.range.is_none_or(|[low, high]| low.is_finite() && high.is_finite());
            assert!(is_sound, "seed {seed}: {:?}", signal.range);
        }
    }
    outcomes
}

#[test]
fn a_spoilt_document_is_read_or_refused_and_never_a_panic() {
    assert!(parse(DOCUMENT).is_ok());
    let (read, refused) = try_all(DOCUMENT, 4_000);
    assert!(read > 200 && refused > 200, "both happen: {read} read, {refused} refused");
}

#[test]
fn so_is_the_document_of_a_real_shop_floor() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/real/nist-sms/Devices.xml");
    let Ok(document) = std::fs::read_to_string(&path) else {
        eprintln!("skipped: there is no recording beside the project");
        return;
    };
    let (read, refused) = try_all(&document, 100);
    assert!(read + refused == 100);
}
