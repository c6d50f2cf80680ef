//! A door for the fuzzer to what is private: messages of edge nodes in, nothing out. A panic is a finding.

use crate::host::Host;
use crate::node::Patience;
use crate::topic::{Kind, NodeName};
use trine_base::Instant;

/// A conversation: each message is its kind, the length of its payload, and the payload.
pub fn conversation(mut bytes: &[u8]) {
    let mut host: Host<usize> = Host::new("connection/fuzz", Patience::default());
    let mut now = Instant::EPOCH;
    while let [kind, length, rest @ ..] = bytes {
        let (payload, after) = rest.split_at(rest.len().min(usize::from(*length)));
        bytes = after;
        let name = NodeName { group: "g".into(), node: if kind & 0x40 == 0 { "a" } else { "b" }.into() };
        let device = (kind & 0x20 != 0).then(|| "d".to_owned());
        let kind = match kind & 0x07 {
            0 | 6 => Kind::NBirth,
            1 | 7 => Kind::NData,
            2 => Kind::NDeath,
            3 => Kind::DBirth,
            4 => Kind::DData,
            _ => Kind::DDeath,
        };
        let is_of_device = matches!(kind, Kind::DBirth | Kind::DData | Kind::DDeath);
        let device = is_of_device.then(|| device.unwrap_or_else(|| "e".to_owned()));
        now = now.plus_ns(300_000_000);
        std::hint::black_box(host.receive((kind, name, device), payload, 0, now));
        std::hint::black_box(host.tick(now));
    }
}
