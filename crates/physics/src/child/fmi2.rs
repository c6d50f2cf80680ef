//! FMI 2.0 co-simulation, as far as a model is started and stepped.
//!
//! Spec: FMI 2.0.4, 2.1 (functions for both kinds), 4.2 (co-simulation), 4.2.4 (the order of calls).

use super::library::{FmuLibrary, c_text};
use super::{Failure, Slave, good};
use crate::description::Type;
use crate::protocol::{Start, Wire};
use std::ffi::{CStr, c_char, c_double, c_int, c_uint, c_void};

type Component = *mut c_void;
type Set<T> = unsafe extern "C" fn(Component, *const c_uint, usize, *const T) -> c_int;
type Get<T> = unsafe extern "C" fn(Component, *const c_uint, usize, *mut T) -> c_int;
type Call = unsafe extern "C" fn(Component) -> c_int;
type SetUp = unsafe extern "C" fn(Component, c_int, c_double, c_double, c_int, c_double) -> c_int;
type DoStep = unsafe extern "C" fn(Component, c_double, c_double, c_int) -> c_int;
type Instantiate = unsafe extern "C" fn(
    *const c_char,
    c_int,
    *const c_char,
    *const c_char,
    *const Callbacks,
    c_int,
    c_int,
) -> Component;

/// `fmi2CoSimulation`.
const CO_SIMULATION: c_int = 1;

/// `fmi2CallbackFunctions`. The logger is variadic in C; what comes after the message stays where it is.
#[repr(C)]
struct Callbacks {
    logger: unsafe extern "C" fn(Component, *const c_char, c_int, *const c_char, *const c_char),
    allocate_memory: unsafe extern "C" fn(usize, usize) -> *mut c_void,
    free_memory: unsafe extern "C" fn(*mut c_void),
    step_finished: Option<unsafe extern "C" fn(Component, c_int)>,
    environment: *mut c_void,
}

unsafe extern "C" fn log(
    _: Component,
    _: *const c_char,
    status: c_int,
    _: *const c_char,
    message: *const c_char,
) {
    if !message.is_null() {
        // SAFETY: FMI 2.0.4, 2.1.5: the message is a text that ends with a zero byte.
        let text = unsafe { CStr::from_ptr(message) };
        eprintln!("{}: {}", super::status(status), text.to_string_lossy());
    }
}

unsafe extern "C" {
    fn calloc(count: usize, size: usize) -> *mut c_void;
    fn free(memory: *mut c_void);
}

unsafe extern "C" fn allocate(count: usize, size: usize) -> *mut c_void {
    // SAFETY: `calloc` takes any sizes.
    unsafe { calloc(count, size) }
}

unsafe extern "C" fn release(memory: *mut c_void) {
    // SAFETY: FMI 2.0.4, 2.1.5: what comes back was given by `allocate`.
    unsafe { free(memory) }
}

/// An instance.
pub struct Slave2 {
    component: Component,
    set_real: Set<c_double>,
    set_integer: Set<c_int>,
    set_boolean: Set<c_int>,
    get_real: Get<c_double>,
    get_integer: Get<c_int>,
    get_boolean: Get<c_int>,
    do_step: DoStep,
    inputs: Vec<Wire>,
    outputs: Vec<Wire>,
}

impl Slave2 {
    /// Loads, instantiates and initializes.
    pub fn begin(start: &Start) -> Result<Self, Failure> {
        let library = FmuLibrary::load(&start.library)?;
        // SAFETY: each type is that of FMI 2.0.4 for the function of this name.
        let (instantiate, set_up, enter, exit, mut slave) = unsafe {
            let instantiate: Instantiate = library.function("fmi2Instantiate")?;
            let set_up: SetUp = library.function("fmi2SetupExperiment")?;
            let enter: Call = library.function("fmi2EnterInitializationMode")?;
            let exit: Call = library.function("fmi2ExitInitializationMode")?;
            let slave = Self {
                component: std::ptr::null_mut(),
                set_real: library.function("fmi2SetReal")?,
                set_integer: library.function("fmi2SetInteger")?,
                set_boolean: library.function("fmi2SetBoolean")?,
                get_real: library.function("fmi2GetReal")?,
                get_integer: library.function("fmi2GetInteger")?,
                get_boolean: library.function("fmi2GetBoolean")?,
                do_step: library.function("fmi2DoStep")?,
                inputs: start.inputs.iter().map(|(wire, _)| *wire).collect(),
                outputs: start.outputs.clone(),
            };
            (instantiate, set_up, enter, exit, slave)
        };
        let (name, token) = (c_text(&start.name)?, c_text(&start.token)?);
        let resources = c_text(&format!("file://{}", start.resources.display()))?;
        // The FMU keeps the address of these for as long as it lives.
        let callbacks: &'static Callbacks = Box::leak(Box::new(Callbacks {
            logger: log,
            allocate_memory: allocate,
            free_memory: release,
            step_finished: None,
            environment: std::ptr::null_mut(),
        }));
        // SAFETY: all texts and the callbacks live across the call.
        slave.component = unsafe {
            instantiate(name.as_ptr(), CO_SIMULATION, token.as_ptr(), resources.as_ptr(), callbacks, 0, 0)
        };
        if slave.component.is_null() {
            return Err(Failure::new("to be made", "the FMU gave no instance; its own words are in the log"));
        }
        for (wire, value) in &start.parameters {
            slave.set("its parameters", *wire, *value)?;
        }
        let doing = "to initialize";
        // SAFETY: the component is the one that was made; the order is that of FMI 2.0.4, 4.2.4.
        unsafe {
            good(doing, set_up(slave.component, 0, 0.0, 0.0, 0, 0.0))?;
            good(doing, enter(slave.component))?;
            for (wire, value) in &start.inputs {
                slave.set(doing, *wire, *value)?;
            }
            good(doing, exit(slave.component))?;
        }
        Ok(slave)
    }

    fn set(&self, doing: &'static str, wire: Wire, value: f64) -> Result<(), Failure> {
        let (at, component) = (&raw const wire.reference, self.component);
        // SAFETY: one reference and one value of the type of the function.
        let status = unsafe {
            match wire.kind {
                Type::Float64 => (self.set_real)(component, at, 1, &raw const value),
                Type::Boolean => {
                    let value = c_int::from(value != 0.0);
                    (self.set_boolean)(component, at, 1, &raw const value)
                }
                _ => {
                    let value = value.round() as c_int;
                    (self.set_integer)(component, at, 1, &raw const value)
                }
            }
        };
        good(doing, status)
    }

    fn get(&self, wire: Wire) -> Result<f64, Failure> {
        let (at, component) = (&raw const wire.reference, self.component);
        let (mut real, mut whole): (c_double, c_int) = (0.0, 0);
        // SAFETY: one reference and room for one value of the type of the function.
        let status = unsafe {
            match wire.kind {
                Type::Float64 => (self.get_real)(component, at, 1, &raw mut real),
                Type::Boolean => (self.get_boolean)(component, at, 1, &raw mut whole),
                _ => (self.get_integer)(component, at, 1, &raw mut whole),
            }
        };
        good("its outputs", status)?;
        Ok(if wire.kind == Type::Float64 { real } else { f64::from(whole) })
    }
}

impl Slave for Slave2 {
    fn step(&mut self, from_s: f64, size_s: f64, inputs: &[f64]) -> Result<Vec<f64>, Failure> {
        for (wire, value) in self.inputs.iter().zip(inputs) {
            self.set("its inputs", *wire, *value)?;
        }
        // SAFETY: the component is initialized. Nobody goes back behind the step, so the FMU need not keep its state.
        good("a step", unsafe { (self.do_step)(self.component, from_s, size_s, 1) })?;
        self.outputs.iter().map(|wire| self.get(*wire)).collect()
    }
}
