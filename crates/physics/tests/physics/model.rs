//! A model in its process: it computes what it should, and whatever it does wrong is a sentence.

use crate::fmu::{models, wired};
use trine_future::Physics as _;
use trine_physics::ModelError;
use trine_world::{ModelInput, ModelOutput};

#[test]
fn both_versions_compute_what_the_formula_says() {
    for version in [2, 3] {
        let data = tempfile::tempdir().unwrap();
        let models = models(data.path());
        let constants = [("power", 8.0), ("door", 0.0), ("tau", 2.0)];
        let Some(model) = wired(&models, version, &constants) else { return };
        let (mut oven, _) = models.start(&model).unwrap();
        for step in 1..=5 {
            let values = oven.step(&[0.0, 8.0]).unwrap();
            let expected = 100.0 - 80.0 * (-f64::from(step) / 2.0).exp();
            assert!((values[1] - expected).abs() < 1e-9, "{version}: {values:?} for {expected}");
            assert_eq!(values[0], f64::from(step));
        }
        // The door is open: half of the power goes out.
        let shut = oven.step(&[0.0, 8.0]).unwrap()[1];
        let open = oven.step(&[1.0, 8.0]).unwrap()[1];
        assert!(open < shut, "{version}: {open} for {shut}");
        assert_eq!(oven.time_s(), 7.0);
    }
}

fn fails(version: u8, fault: f64) -> Option<(ModelError, f64)> {
    let data = tempfile::tempdir().unwrap();
    let models = models(data.path());
    let model = wired(&models, version, &[("fault", fault), ("fault_at", 2.0)])?;
    let (mut oven, _) = models.start(&model).unwrap();
    let error = loop {
        match oven.step(&[]) {
            Ok(_) => assert!(oven.time_s() < 5.0, "nothing went wrong"),
            Err(error) => break error,
        }
    };
    Some((error, oven.time_s()))
}

#[test]
fn a_model_that_crashes_takes_only_its_process_with_it() {
    for version in [2, 3] {
        let Some((error, at)) = fails(version, 1.0) else { return };
        assert!(error.to_string().contains("touched memory that is not its own"), "{error}");
        assert!(!error.is_lasting());
        assert_eq!(at, 2.0);
    }
}

#[test]
fn a_model_that_hangs_is_ended() {
    let Some((error, _)) = fails(2, 2.0) else { return };
    assert!(matches!(error, ModelError::Hung { .. }), "{error}");
    assert!(error.to_string().contains("did not come back from a step within 1.5 s"), "{error}");
}

#[test]
fn a_value_that_is_no_number_is_named_with_its_time() {
    let Some((error, _)) = fails(3, 3.0) else { return };
    assert!(
        matches!(&error, ModelError::NotFinite { variable, at_s } if variable == "heat" && *at_s == 3.0),
        "{error}"
    );
}

#[test]
fn a_model_that_refuses_a_step_says_so() {
    for version in [2, 3] {
        let Some((error, _)) = fails(version, 4.0) else { return };
        assert_eq!(error.to_string(), "the model refused a step: the FMU answered: error");
        assert!(!error.is_lasting());
    }
}

#[test]
fn a_model_that_ends_its_process_is_quoted() {
    let Some((error, _)) = fails(2, 6.0) else { return };
    let said = error.to_string();
    assert!(said.contains("code 7") && said.contains("no licence for this oven"), "{said}");
}

#[test]
fn what_a_model_prints_is_no_answer() {
    let data = tempfile::tempdir().unwrap();
    let models = models(data.path());
    let Some(model) = wired(&models, 2, &[("fault", 5.0)]) else { return };
    let (mut oven, _) = models.start(&model).unwrap();
    assert_eq!(oven.step(&[]).unwrap()[0], 1.0);
    assert_eq!(oven.step(&[]).unwrap()[0], 2.0);
}

#[test]
#[cfg(target_os = "linux")]
fn a_model_that_takes_all_memory_gets_so_much_and_no_more() {
    let data = tempfile::tempdir().unwrap();
    let models = models(data.path());
    let Some(model) = wired(&models, 2, &[("fault", 7.0)]) else { return };
    let (mut oven, _) = models.start(&model).unwrap();
    let pieces = oven.step(&[]).unwrap()[0];
    assert!(pieces * f64::from(64 << 20) < 4.3e9, "{pieces}");
}

#[test]
fn a_wiring_that_does_not_fit_is_refused_before_anything_runs() {
    let data = tempfile::tempdir().unwrap();
    let models = models(data.path());
    let Some(model) = wired(&models, 3, &[]) else { return };
    let refused = |change: &dyn Fn(&mut trine_world::PhysicsModel)| {
        let mut changed = model.clone();
        change(&mut changed);
        models.fit(changed).unwrap_err().to_string()
    };
    let constant = ModelInput::Constant(1.0);
    let said = refused(&|model| drop(model.inputs.insert("powr".into(), constant.clone())));
    assert!(said.contains("no input `powr`; it has: power, door"), "{said}");
    let said = refused(&|model| drop(model.inputs.insert("tau".into(), ModelInput::Signal("s".into()))));
    assert!(said.contains("`tau` is a parameter"), "{said}");
    let said = refused(&|model| drop(model.outputs.insert("power".into(), ModelOutput::default())));
    assert!(said.contains("no output `power`; it has: heat, count"), "{said}");
    let said = refused(&|model| model.file = "0".repeat(64).into());
    assert!(said.contains("upload it first"), "{said}");
    let fitted = models.fit(trine_world::PhysicsModel { name: String::new(), ..model.clone() }).unwrap();
    assert_eq!(fitted.name, "Oven");
}
