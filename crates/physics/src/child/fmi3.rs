//! FMI 3.0 co-simulation, as far as a model is started and stepped: without events, clocks and early return.
//!
//! Spec: FMI 3.0.1, 2.3 (common), 4.2 (co-simulation), 4.2.1 (the order of calls).

use super::library::{FmuLibrary, c_text};
use super::{Failure, Slave, good};
use crate::description::Type;
use crate::protocol::{Start, Wire};
use std::ffi::{CStr, c_char, c_int, c_uint, c_void};

type Instance = *mut c_void;
type Set<T> = unsafe extern "C" fn(Instance, *const c_uint, usize, *const T, usize) -> c_int;
type Get<T> = unsafe extern "C" fn(Instance, *const c_uint, usize, *mut T, usize) -> c_int;
type Call = unsafe extern "C" fn(Instance) -> c_int;
type Enter = unsafe extern "C" fn(Instance, bool, f64, f64, bool, f64) -> c_int;
type Log = unsafe extern "C" fn(*mut c_void, c_int, *const c_char, *const c_char);
type DoStep =
    unsafe extern "C" fn(Instance, f64, f64, bool, *mut bool, *mut bool, *mut bool, *mut f64) -> c_int;
type Instantiate = unsafe extern "C" fn(
    *const c_char,
    *const c_char,
    *const c_char,
    bool,
    bool,
    bool,
    bool,
    *const c_uint,
    usize,
    *mut c_void,
    Log,
    *const c_void,
) -> Instance;

unsafe extern "C" fn log(_: *mut c_void, status: c_int, _: *const c_char, message: *const c_char) {
    if !message.is_null() {
        // SAFETY: FMI 3.0.1, 2.3.1: the message is a text that ends with a zero byte.
        let text = unsafe { CStr::from_ptr(message) };
        eprintln!("{}: {}", super::status(status), text.to_string_lossy());
    }
}

/// An instance.
pub struct Slave3 {
    instance: Instance,
    library: FmuLibrary,
    do_step: DoStep,
    inputs: Vec<Wire>,
    outputs: Vec<Wire>,
}

impl Slave3 {
    /// Loads, instantiates and initializes.
    pub fn begin(start: &Start) -> Result<Self, Failure> {
        let library = FmuLibrary::load(&start.library)?;
        // SAFETY: each type is that of FMI 3.0.1 for the function of this name.
        let (instantiate, enter, exit, do_step) = unsafe {
            let instantiate: Instantiate = library.function("fmi3InstantiateCoSimulation")?;
            let enter: Enter = library.function("fmi3EnterInitializationMode")?;
            let exit: Call = library.function("fmi3ExitInitializationMode")?;
            let do_step: DoStep = library.function("fmi3DoStep")?;
            (instantiate, enter, exit, do_step)
        };
        let (name, token) = (c_text(&start.name)?, c_text(&start.token)?);
        // Spec: FMI 3.0.1, 2.3.1: the path ends with a separator.
        let resources = c_text(&format!("{}/", start.resources.display()))?;
        // SAFETY: all texts live across the call; nothing intermediate is asked for.
        let instance = unsafe {
            let (none, nobody) = (std::ptr::null(), std::ptr::null_mut());
            let (name, token, resources) = (name.as_ptr(), token.as_ptr(), resources.as_ptr());
            instantiate(
                name,
                token,
                resources,
                false,
                false,
                false,
                false,
                none,
                0,
                nobody,
                log,
                std::ptr::null(),
            )
        };
        if instance.is_null() {
            return Err(Failure::new("to be made", "the FMU gave no instance; its own words are in the log"));
        }
        let (inputs, outputs) = (start.inputs.iter().map(|(wire, _)| *wire).collect(), start.outputs.clone());
        let slave = Self { instance, library, do_step, inputs, outputs };
        for (wire, value) in &start.parameters {
            slave.set("its parameters", *wire, *value)?;
        }
        let doing = "to initialize";
        // SAFETY: the instance is the one that was made; the order is that of FMI 3.0.1, 4.2.1.
        unsafe {
            good(doing, enter(slave.instance, false, 0.0, 0.0, false, 0.0))?;
            for (wire, value) in &start.inputs {
                slave.set(doing, *wire, *value)?;
            }
            good(doing, exit(slave.instance))?;
        }
        Ok(slave)
    }

    fn set(&self, doing: &'static str, wire: Wire, value: f64) -> Result<(), Failure> {
        match wire.kind {
            Type::Float64 => self.put(doing, "fmi3SetFloat64", wire, value),
            Type::Float32 => self.put(doing, "fmi3SetFloat32", wire, value as f32),
            Type::Int8 => self.put(doing, "fmi3SetInt8", wire, value.round() as i8),
            Type::UInt8 => self.put(doing, "fmi3SetUInt8", wire, value.round() as u8),
            Type::Int16 => self.put(doing, "fmi3SetInt16", wire, value.round() as i16),
            Type::UInt16 => self.put(doing, "fmi3SetUInt16", wire, value.round() as u16),
            Type::Int32 => self.put(doing, "fmi3SetInt32", wire, value.round() as i32),
            Type::UInt32 => self.put(doing, "fmi3SetUInt32", wire, value.round() as u32),
            Type::Int64 => self.put(doing, "fmi3SetInt64", wire, value.round() as i64),
            Type::UInt64 => self.put(doing, "fmi3SetUInt64", wire, value.round() as u64),
            Type::Boolean => self.put(doing, "fmi3SetBoolean", wire, value != 0.0),
        }
    }

    fn put<T: Copy>(
        &self,
        doing: &'static str,
        function: &'static str,
        wire: Wire,
        value: T,
    ) -> Result<(), Failure> {
        // SAFETY: every function named `fmi3Set…` has this shape with its own `T`, and the callers name both.
        let status = unsafe {
            let set: Set<T> = self.library.function(function)?;
            set(self.instance, &raw const wire.reference, 1, &raw const value, 1)
        };
        good(doing, status)
    }

    fn get(&self, wire: Wire) -> Result<f64, Failure> {
        Ok(match wire.kind {
            Type::Float64 => self.take::<f64>("fmi3GetFloat64", wire)?,
            Type::Float32 => f64::from(self.take::<f32>("fmi3GetFloat32", wire)?),
            Type::Int8 => f64::from(self.take::<i8>("fmi3GetInt8", wire)?),
            Type::UInt8 => f64::from(self.take::<u8>("fmi3GetUInt8", wire)?),
            Type::Int16 => f64::from(self.take::<i16>("fmi3GetInt16", wire)?),
            Type::UInt16 => f64::from(self.take::<u16>("fmi3GetUInt16", wire)?),
            Type::Int32 => f64::from(self.take::<i32>("fmi3GetInt32", wire)?),
            Type::UInt32 => f64::from(self.take::<u32>("fmi3GetUInt32", wire)?),
            Type::Int64 => self.take::<i64>("fmi3GetInt64", wire)? as f64,
            Type::UInt64 => self.take::<u64>("fmi3GetUInt64", wire)? as f64,
            // One byte; what is not 0 is true, whatever the FMU wrote.
            Type::Boolean => f64::from(u8::from(self.take::<u8>("fmi3GetBoolean", wire)? != 0)),
        })
    }

    fn take<T: Copy + Default>(&self, function: &'static str, wire: Wire) -> Result<T, Failure> {
        let mut value = T::default();
        // SAFETY: every function named `fmi3Get…` has this shape with its own `T`, and the callers name both.
        let status = unsafe {
            let get: Get<T> = self.library.function(function)?;
            get(self.instance, &raw const wire.reference, 1, &raw mut value, 1)
        };
        good("its outputs", status)?;
        Ok(value)
    }
}

impl Slave for Slave3 {
    fn step(&mut self, from_s: f64, size_s: f64, inputs: &[f64]) -> Result<Vec<f64>, Failure> {
        for (wire, value) in self.inputs.iter().zip(inputs) {
            self.set("its inputs", *wire, *value)?;
        }
        let (mut event, mut terminate, mut early, mut reached) = (false, false, false, from_s);
        // SAFETY: the instance is initialized, and there is room for all four answers.
        let status = unsafe {
            let (event, terminate, early) = (&raw mut event, &raw mut terminate, &raw mut early);
            (self.do_step)(self.instance, from_s, size_s, true, event, terminate, early, &raw mut reached)
        };
        good("a step", status)?;
        if terminate {
            return Err(Failure::new("a step", format!("the model came to its own end at {reached} s")));
        }
        self.outputs.iter().map(|wire| self.get(*wire)).collect()
    }
}
