//! The agent of a managed computer.

fn main() -> std::process::ExitCode {
    provost_agent::main()
}
