//! Asset Location: where the asset is, in coordinates of its hall and on earth.
//!
//! Spec: IDTA 02045-1-0.

use super::look::{Look, text_of};
use crate::{Submodel, Text};

/// What is known of where the asset is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AssetLocation {
    /// Systems of coordinates.
    pub systems: Vec<CoordinateSystem>,
    /// Areas that it is or was in.
    pub areas: Vec<Area>,
    /// Where it was, in the order of the submodel.
    pub positions: Vec<Position>,
}

/// A system of coordinates, and where on earth it lies.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CoordinateSystem {
    /// Its name.
    pub name: Option<Text>,
    /// Its id.
    pub id: Option<Text>,
    /// Points whose place is known in both: longitude and latitude in degrees, x and y in metres.
    pub control_points: Vec<[f64; 4]>,
}

/// An area.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Area {
    /// Its name.
    pub name: Option<Text>,
    /// Its id.
    pub id: Option<Text>,
    /// Its corners, x and y in metres.
    pub corners: Vec<[f64; 2]>,
}

/// A place at a time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Position {
    /// When, as the submodel writes it.
    pub time: Option<Text>,
    /// x, y, z in metres; z is zero where nothing is said.
    pub xyz_m: [f64; 3],
    /// Where it looks, degrees clockwise from true north.
    pub true_heading_deg: Option<f64>,
    /// How exact it is, m.
    pub accuracy_m: Option<f64>,
    /// The system of coordinates, by the last key of its reference.
    pub system: Option<Text>,
}

fn prop(name: &str) -> String {
    format!("https://admin-shell.io/idta/prop/{name}/1/0")
}

fn xy(look: Look<'_>) -> Option<[f64; 2]> {
    Some([look.number("X", &[&prop("x")])?, look.number("Y", &[&prop("y")])?])
}

/// Reads a location.
#[must_use]
pub fn read(submodel: &Submodel) -> AssetLocation {
    let look = Look(&submodel.submodel_elements);
    let sml = |name: &str| format!("https://admin-shell.io/idta/sml/{name}/1/0");
    let traces = look.within("AssetTraces", &["https://admin-shell.io/idta/smc/assettraces/1/0"]);
    let systems = look.each("CoordinateSystems", &[&sml("coordinatesystems")]);
    let areas = look.each("VisitedAreas", &[&sml("visitedareas")]);
    let records = traces.each("LocationRecords", &[&sml("locationrecords")]);
    AssetLocation {
        systems: systems.into_iter().map(system).collect(),
        areas: areas.into_iter().map(area).collect(),
        positions: records.into_iter().filter_map(position).collect(),
    }
}

fn system(look: Look<'_>) -> CoordinateSystem {
    let points =
        look.each("GroundControlPoints", &["https://admin-shell.io/idta/sml/groundcontrolpoints/1/0"]);
    let point = |look: Look<'_>| {
        let earth = look.within("GeographicCoordinates", &["0173-1#02-ABH934"]);
        let [x, y] = xy(look.within("RelativeCoordinates", &["0173-1#02-ABG741"]))?;
        let longitude = earth.number("Longitude", &["0173-1#02-ABH961"])?;
        Some([longitude, earth.number("Latitude", &["0173-1#02-ABH960"])?, x, y])
    };
    CoordinateSystem {
        name: look.text("CoordinateSystemName", &[&prop("coordinatesystemname")]),
        id: look.text("CoordinateSystemId", &[&prop("coordinatesystemid")]),
        control_points: points.into_iter().filter_map(point).collect(),
    }
}

fn area(look: Look<'_>) -> Area {
    let corners =
        look.each("AreaRegionCoordinates", &["https://admin-shell.io/idta/sml/regioncoordinates/1/0"]);
    Area {
        name: look.text("AreaName", &[&prop("areaname")]),
        id: look.text("AreaId", &[&prop("areaid")]),
        corners: corners.into_iter().filter_map(xy).collect(),
    }
}

fn position(look: Look<'_>) -> Option<Position> {
    let place = look.within("Position", &["0173-1#02-ABI783"]);
    let [x, y] = xy(place)?;
    let system = look
        .one("CoordinateSystemReference", &["https://admin-shell.io/idta/ref/coordinatesystemreference/1/0"]);
    Some(Position {
        time: look.text("Time", &["0173-1#02-ABF198"]),
        xyz_m: [x, y, place.number("Z", &[&prop("z")]).unwrap_or_default()],
        true_heading_deg: look.number("TrueHeading", &[&prop("trueheading")]),
        accuracy_m: look.number("Accuracy", &[&prop("accuracy")]),
        system: system.and_then(text_of),
    })
}
