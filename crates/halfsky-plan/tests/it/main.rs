//! The public surface of the plan stage.

#[cfg(test)]
mod source;
