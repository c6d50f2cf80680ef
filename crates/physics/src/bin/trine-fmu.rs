//! The process of a model on its own, for tests; the program starts itself as `trine fmu-child` instead.

fn main() -> std::process::ExitCode {
    trine_physics::child::run()
}
