//! The words of the field against the reference vectors that lie beside the project.
//!
//! The vectors are no part of the project: without them the tests say so and pass, unless `CI=true` promises them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "what is skipped is said")]

mod status;

use std::path::{Path, PathBuf};

/// The file of reference vectors, where it is there.
fn vector_file(name: &str) -> Option<PathBuf> {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/methods/vectors").join(name);
    if file.is_file() {
        return Some(file);
    }
    assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "no vectors at {}", file.display());
    println!("skipped: no vectors at {}", file.display());
    None
}
