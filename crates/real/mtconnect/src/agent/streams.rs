//! `MTConnectStreams` and `MTConnectError` documents.
//!
//! Spec: MTConnect Standard 2.x, Part 1.0 (Header, errors), Part 3.0 (DeviceStream, ComponentStream, observations,
//! representations: Entry and Cell).

use crate::xml::{Attributes, Node, XmlError, walk};

/// What an agent says of itself in every document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Header {
    /// Changes whenever the agent starts its numbers anew.
    pub instance: u64,
    /// The oldest observation that it still holds.
    pub first: u64,
    /// Where to go on after this document.
    pub next: u64,
    /// How many observations it holds; nobody may ask for more at once.
    pub buffer: u64,
}

/// What one observation says, before it is known what it means.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Observed {
    pub device: String,
    pub id: String,
    pub sequence: u64,
    pub timestamp: String,
    /// Name of the element; of a condition its level.
    pub element: String,
    pub text: String,
    pub code: String,
    pub severity: String,
    pub qualifier: String,
    pub rate_hz: Option<f64>,
}

/// A document of an agent.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Document {
    /// `MTConnectStreams`, `MTConnectError`, …
    pub name: String,
    pub header: Header,
    pub observations: Vec<Observed>,
    /// `(code, text)` of each error.
    pub errors: Vec<(String, String)>,
}

impl Document {
    pub(crate) fn parse(text: &str) -> Result<Self, XmlError> {
        let mut reader = Reader::default();
        walk(text, &mut |node| reader.take(&node))?;
        // A data item's observations are in the order of their numbers, but those of different items are not.
        reader.document.observations.sort_by_key(|observed| observed.sequence);
        Ok(reader.document)
    }

    /// The code and words of its errors, in one line.
    pub(crate) fn error(&self) -> Option<String> {
        let words: Vec<_> = self.errors.iter().map(|(code, text)| format!("{code}: {text}")).collect();
        (!words.is_empty()).then(|| words.join("; "))
    }
}

#[derive(Default)]
struct Reader {
    document: Document,
    /// Names of the open elements.
    open: Vec<String>,
    device: String,
    observed: Option<Observed>,
    /// How deep the observation or the error is that is being read.
    level: usize,
}

impl Reader {
    fn take(&mut self, node: &Node<'_>) {
        match node {
            Node::Start(name, attributes) => {
                self.open.push((*name).to_owned());
                self.start(name, attributes);
            }
            Node::Text(text) => self.text(text),
            Node::End => {
                self.end();
                self.open.pop();
            }
        }
    }

    fn start(&mut self, name: &str, attributes: &Attributes<'_>) {
        let text = |name: &str| attributes.get(name).map(std::borrow::Cow::into_owned).unwrap_or_default();
        let parent = self.open.len().checked_sub(2).map_or("", |at| self.open[at].as_str());
        match (self.open.len(), name) {
            (1, _) => self.document.name = name.to_owned(),
            (2, "Header") => {
                let number =
                    |name: &str| attributes.get(name).and_then(|text| text.parse().ok()).unwrap_or_default();
                self.document.header = Header {
                    instance: number("instanceId"),
                    first: number("firstSequence"),
                    next: number("nextSequence"),
                    buffer: number("bufferSize"),
                };
            }
            (_, "DeviceStream") => self.device = text("name"),
            (_, "Error") if parent == "Errors" || parent == "MTConnectError" => {
                self.document.errors.push((text("errorCode"), String::new()));
                self.level = self.open.len();
            }
            (_, "Entry" | "Cell") if self.observed.is_some() => self.entry(&text("key")),
            _ if self.observed.is_none() && matches!(parent, "Samples" | "Events" | "Condition") => {
                self.level = self.open.len();
                self.observed = Some(Observed {
                    device: self.device.clone(),
                    id: text("dataItemId"),
                    sequence: attributes
                        .get("sequence")
                        .and_then(|text| text.parse().ok())
                        .unwrap_or_default(),
                    timestamp: text("timestamp"),
                    element: name.to_owned(),
                    text: String::new(),
                    code: text("nativeCode"),
                    severity: text("nativeSeverity"),
                    qualifier: text("qualifier"),
                    rate_hz: attributes.get("sampleRate").and_then(|text| text.parse().ok()),
                });
            }
            _ => {}
        }
    }

    /// Data sets and tables become `key=value` and `row={cell=value …}`, the way adapters write them.
    fn entry(&mut self, key: &str) {
        let depth = self.open.len() - self.level;
        let Some(observed) = &mut self.observed else { return };
        let text = &mut observed.text;
        if depth > 1 && !text.ends_with('{') && text.ends_with('=') {
            text.push('{');
        } else if !text.is_empty() && !text.ends_with('{') {
            text.push(' ');
        }
        text.push_str(key);
        text.push('=');
    }

    fn text(&mut self, text: &str) {
        match &mut self.observed {
            Some(observed) if self.open.len() == self.level => observed.text.push_str(text),
            Some(observed) => observed.text.push_str(text.trim()),
            None if self.open.last().is_some_and(|name| name == "Error") => {
                self.document.errors.last_mut().into_iter().for_each(|(_, words)| words.push_str(text));
            }
            None => {}
        }
    }

    fn end(&mut self) {
        if self.open.len() == self.level {
            if let Some(mut done) = self.observed.take() {
                done.text = done.text.trim().to_owned();
                self.document.observations.push(done);
            }
        } else if let Some(observed) = &mut self.observed
            && self.open.last().is_some_and(|name| name == "Entry")
            && observed.text.rsplit(' ').next().is_some_and(|_| open_brace(&observed.text))
        {
            observed.text.push('}');
        }
    }
}

fn open_brace(text: &str) -> bool {
    text.matches('{').count() > text.matches('}').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAMS: &str = r#"<?xml version="1.0"?>
      <MTConnectStreams xmlns="urn:mtconnect.org:MTConnectStreams:2.0" xmlns:x="urn:x">
      <Header instanceId="7" firstSequence="1" lastSequence="9" nextSequence="10" bufferSize="100"/>
      <Streams><DeviceStream name="M1" uuid="u1">
       <ComponentStream component="Linear" name="X">
        <Samples><Position dataItemId="x" sequence="9" timestamp="2020-01-01T00:00:01Z">12.5</Position>
         <x:Odd dataItemId="o" sequence="3" timestamp="2020-01-01T00:00:00Z"> a &amp; b </x:Odd>
         <PressureTimeSeries dataItemId="p" sequence="4" timestamp="t" sampleCount="3" sampleRate="100">1 2 3</PressureTimeSeries></Samples>
        <Events><VariableDataSet dataItemId="d" sequence="5" timestamp="t" count="2"><Entry key="a">1</Entry><Entry key="b">2</Entry></VariableDataSet>
         <WorkOffsetTable dataItemId="t" sequence="6" timestamp="t" count="1"><Entry key="G54"><Cell key="X">1</Cell><Cell key="Y">2</Cell></Entry></WorkOffsetTable></Events>
        <Condition><Fault dataItemId="c" sequence="7" timestamp="t" type="LOAD" nativeCode="404" nativeSeverity="1" qualifier="HIGH">hot</Fault>
         <Normal dataItemId="c2" sequence="8" timestamp="t" type="LOAD"/></Condition>
       </ComponentStream></DeviceStream></Streams></MTConnectStreams>"#;

    #[test]
    fn every_kind_of_observation_is_read_in_order() {
        let document = Document::parse(STREAMS).unwrap();
        assert_eq!(document.header, Header { instance: 7, first: 1, next: 10, buffer: 100 });
        let read: Vec<_> =
            document.observations.iter().map(|o| (o.sequence, o.id.as_str(), o.text.as_str())).collect();
        assert_eq!(
            read,
            [
                (3, "o", "a & b"),
                (4, "p", "1 2 3"),
                (5, "d", "a=1 b=2"),
                (6, "t", "G54={X=1 Y=2}"),
                (7, "c", "hot"),
                (8, "c2", ""),
                (9, "x", "12.5"),
            ]
        );
        let fault = &document.observations[4];
        assert_eq!(
            (fault.element.as_str(), fault.code.as_str(), fault.severity.as_str()),
            ("Fault", "404", "1")
        );
        assert_eq!(document.observations[1].rate_hz, Some(100.0));
    }

    #[test]
    fn errors_are_read_in_both_forms() {
        let new = "<MTConnectError><Header instanceId='1'/><Errors><Error errorCode='OUT_OF_RANGE'>from</Error></Errors></MTConnectError>";
        assert_eq!(Document::parse(new).unwrap().error().unwrap(), "OUT_OF_RANGE: from");
        let old = "<MTConnectError><Error errorCode='NO_DEVICE'>x</Error></MTConnectError>";
        assert_eq!(Document::parse(old).unwrap().error().unwrap(), "NO_DEVICE: x");
    }
}
