//! Preview (即时提示): what figures that are not published yet would do to the targets. Nothing is stored.

use super::record::{Run, TargetResult};
use super::{Inputs, evaluate};
use crate::class::Class;

/// One target that would stand differently, or on another figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Effect {
    pub target: TargetResult,
    pub before: Option<Class>,
    pub after: Class,
}

/// The targets that figures entered since would move: `published` as it stands, `entered` with the new figures.
pub fn preview(published: &Inputs<'_>, entered: &Inputs<'_>) -> Vec<Effect> {
    let (before, after): (Run, Run) = (evaluate(published), evaluate(entered));
    after
        .targets
        .into_iter()
        .filter_map(|target| {
            let known = before.keyed(&target.key);
            if known.is_some_and(|k| k.figures == target.figures && k.class == target.class) {
                return None;
            }
            Some(Effect { before: known.map(|k| k.class), after: target.class, target })
        })
        .collect()
}
