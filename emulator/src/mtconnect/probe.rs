//! The device document.

use super::buffer::{Behind, Buffer};
use super::items::Item;
use super::streams::{escaped, header};
use std::collections::BTreeMap;
use std::fmt::Write;
use trine_base::Instant;

/// A component with what belongs to it.
#[derive(Default)]
struct Component<'a> {
    items: Vec<&'a Item>,
    parts: BTreeMap<&'a str, Component<'a>>,
}

/// Writes the devices whose items lie within the scope.
pub(super) fn document(
    buffer: &Buffer,
    scope: &std::ops::Range<usize>,
    sender: &str,
    now: Instant,
) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<MTConnectDevices ");
    out.push_str("xmlns=\"urn:mtconnect.org:MTConnectDevices:2.0\" xmlns:x=\"urn:trine:mtconnect\">\n");
    header(&mut out, buffer, sender, now, None);
    out.push_str("<Devices>\n");
    for behind in &buffer.devices {
        if scope.contains(&behind.items.start) || behind.items.is_empty() {
            device(&mut out, behind, &buffer.items[behind.items.clone()]);
        }
    }
    out.push_str("</Devices>\n</MTConnectDevices>\n");
    out
}

fn device(out: &mut String, behind: &Behind, items: &[Item]) {
    let device = &behind.device;
    let plate = |key: &str| {
        let found = device.nameplate.iter().find(|(name, _)| name == key);
        escaped(found.map_or("", |(_, value)| value))
    };
    let name = escaped(&device.name);
    let _ = writeln!(out, "<Device id=\"d-{name}\" name=\"{name}\" uuid=\"{}\">", escaped(&device.key));
    let _ = writeln!(
        out,
        "<Description manufacturer=\"{}\" model=\"{}\" serialNumber=\"{}\">{}</Description>",
        plate("ManufacturerName"),
        plate("ManufacturerProductDesignation"),
        plate("SerialNumber"),
        escaped(&device.class.replace('-', " "))
    );
    specifications(out, items);
    let mut root = Component::default();
    for item in items {
        let place = item.path.iter().fold(&mut root, |place, name| place.parts.entry(name).or_default());
        place.items.push(item);
    }
    component(out, &root, &device.name);
    out.push_str("</Device>\n");
}

/// Part 2.0, 9.5 Specification: limits of a data item.
fn specifications(out: &mut String, items: &[Item]) {
    let limited: Vec<_> = items.iter().filter_map(|item| Some((item, item.limits?))).collect();
    if limited.is_empty() {
        return;
    }
    out.push_str("<Configuration><Specifications>\n");
    for (item, limits) in limited {
        let id = escaped(&item.id);
        let _ = write!(out, "<Specification id=\"spec-{id}\" type=\"{}\" dataItemIdRef=\"{id}\">", item.kind);
        for (name, limit) in [("UpperLimit", limits.alarm), ("UpperWarning", limits.warn)] {
            if let Some(limit) = limit {
                let _ = write!(out, "<{name}>{limit}</{name}>");
            }
        }
        out.push_str("</Specification>\n");
    }
    out.push_str("</Specifications></Configuration>\n");
}

fn component(out: &mut String, component: &Component<'_>, id: &str) {
    if !component.items.is_empty() {
        out.push_str("<DataItems>\n");
        component.items.iter().for_each(|item| data_item(out, item));
        out.push_str("</DataItems>\n");
    }
    if component.parts.is_empty() {
        return;
    }
    out.push_str("<Components>\n");
    for (name, part) in &component.parts {
        let (kind, id) = (kind_of(name), format!("{id}-c-{name}"));
        let _ = writeln!(out, "<{kind} id=\"{}\" name=\"{}\">", escaped(&id), escaped(name));
        self::component(out, part, &id);
        let _ = writeln!(out, "</{kind}>");
    }
    out.push_str("</Components>\n");
}

fn data_item(out: &mut String, item: &Item) {
    let _ = write!(
        out,
        "<DataItem id=\"{}\" name=\"{}\" category=\"{}\" type=\"{}\"",
        escaped(&item.id),
        escaped(&item.name),
        item.category,
        escaped(&item.kind)
    );
    for (name, value) in [("subType", item.sub_type), ("units", item.units)] {
        if !value.is_empty() && item.category != "CONDITION" {
            let _ = write!(out, " {name}=\"{value}\"");
        }
    }
    if item.range.is_none() && item.values.is_empty() {
        out.push_str("/>\n");
        return;
    }
    out.push_str("><Constraints>");
    for value in &item.values {
        let _ = write!(out, "<Value>{}</Value>", escaped(value));
    }
    if let Some([low, high]) = item.range {
        let _ = write!(out, "<Minimum>{low}</Minimum><Maximum>{high}</Maximum>");
    }
    out.push_str("</Constraints></DataItem>\n");
}

/// The kind of component that a name means.
fn kind_of(name: &str) -> &'static str {
    match name {
        "X" | "Y" | "Z" => "Linear",
        "A" | "B" | "C" | "Spindle" => "Rotary",
        "Axes" => "Axes",
        "Controller" => "Controller",
        "Path" => "Path",
        "Coolant" => "Coolant",
        "Hydraulic" => "Hydraulic",
        _ => "System",
    }
}
