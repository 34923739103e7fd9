//! Hands the arguments to the library.

fn main() -> std::process::ExitCode {
    undersigned::cli::main(std::env::args_os())
}
