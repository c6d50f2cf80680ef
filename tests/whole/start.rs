//! How the program starts and stops.

use std::process::Command;
use trine_tests::{Trine, binary, get, get_json};

#[test]
fn the_first_line_is_the_url_and_a_stop_is_clean() {
    let data = tempfile::tempdir().unwrap();
    let trine = Trine::start(&["serve"], data.path()).unwrap();
    assert_eq!(get(&trine, "/healthz").unwrap().status, 200);
    let openapi = get_json(&trine, "/openapi.json").unwrap();
    assert!(openapi["openapi"].as_str().unwrap().starts_with("3."));
    let metrics = get(&trine, "/metrics").unwrap();
    assert!(metrics.header("content-type").unwrap().starts_with("text/plain"), "{metrics:?}");
    let site = get_json(&trine, "/api/v1/site").unwrap();
    assert!(site["now"].is_string() && site["limits"].is_object(), "{site}");
    assert!(
        get(&trine, "/").unwrap().text().contains("<html")
            || get(&trine, "/").unwrap().text().contains("<!doctype")
    );
    assert!(trine.stop().unwrap().success());
}

#[test]
fn it_does_not_open_the_plant_to_other_machines() {
    let data = tempfile::tempdir().unwrap();
    let mut command = Command::new(binary().unwrap());
    let output =
        command.args(["serve", "--listen", "0.0.0.0:0", "--data"]).arg(data.path()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("access control"), "{said}");
}

#[test]
fn one_data_folder_is_served_once() {
    let data = tempfile::tempdir().unwrap();
    let trine = Trine::start(&["serve"], data.path()).unwrap();
    let mut command = Command::new(binary().unwrap());
    let output =
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(data.path()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("another process"), "{said}");
    assert_eq!(get(&trine, "/healthz").unwrap().status, 200, "the first one is not disturbed");
}

#[test]
fn what_is_no_command_is_answered_with_help() {
    let output = Command::new(binary().unwrap()).arg("fly").output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("--help"));
}
