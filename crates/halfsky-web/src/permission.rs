//! The permission table: every route with who may read and who may write.
//!
//! A route that is not in the table is refused. Until accounts exist there is one right: to sit at the
//! machine itself.

use axum::http::Method;

/// Who may pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Anybody who can reach the machine: style sheet and script, which say nothing about anybody.
    Anyone,
    /// Only somebody at the machine itself.
    Loopback,
}

/// One route of the table. `write` is None where nothing can be changed.
pub(crate) struct Rule {
    pub(crate) path: &'static str,
    pub(crate) read: Option<Access>,
    pub(crate) write: Option<Access>,
}

const fn reads(path: &'static str) -> Rule {
    Rule { path, read: Some(Access::Loopback), write: None }
}

const fn writes(path: &'static str) -> Rule {
    Rule { path, read: None, write: Some(Access::Loopback) }
}

const fn reads_and_writes(path: &'static str) -> Rule {
    Rule { path, read: Some(Access::Loopback), write: Some(Access::Loopback) }
}

/// Every route of the router.
pub(crate) const TABLE: &[Rule] = &[
    Rule { path: "/assets/{name}", read: Some(Access::Anyone), write: None },
    reads("/healthz"),
    writes("/display"),
    reads("/"),
    #[cfg(debug_assertions)]
    reads("/components"),
    reads("/plans"),
    reads_and_writes("/plans/import"),
    reads_and_writes("/plans/import/{import}"),
    reads("/plans/{ref_area}/{plan}"),
    reads("/plans/{ref_area}/{plan}/changes"),
    reads("/plans/{ref_area}/{plan}/alignment"),
    reads("/plans/{ref_area}/{plan}/versions/{number}"),
    reads("/plans/{ref_area}/{plan}/versions/{number}/source"),
    reads("/plans/{ref_area}/{plan}/versions/{number}/review"),
    writes("/plans/{ref_area}/{plan}/versions/{number}/targets/{target}"),
    writes("/plans/{ref_area}/{plan}/versions/{number}/confirm-clear"),
    writes("/plans/{ref_area}/{plan}/versions/{number}/undo"),
    reads_and_writes("/plans/{ref_area}/{plan}/versions/{number}/confirm"),
    reads_and_writes("/plans/{ref_area}/{plan}/versions/{number}/discard"),
    reads("/indicators"),
    reads("/indicators/{code}"),
];

/// Who may use this method of a route; None when the table does not allow it.
pub(crate) fn access(path: &str, method: &Method) -> Option<Access> {
    let rule = TABLE.iter().find(|rule| rule.path == path)?;
    if method.is_safe() { rule.read } else { rule.write }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_route_stands_in_the_table_once() {
        let routes: Vec<_> = crate::pages::routes().into_iter().map(|(path, _)| path).collect();
        let known: Vec<_> = TABLE.iter().map(|rule| rule.path).collect();
        let set = |list: &[&'static str]| list.iter().copied().collect::<BTreeSet<_>>();
        assert_eq!(set(&routes), set(&known));
        assert_eq!(routes.len(), known.len());
        assert_eq!(set(&known).len(), known.len());
    }

    #[test]
    fn what_is_not_listed_is_not_allowed() {
        assert_eq!(access("/", &Method::GET), Some(Access::Loopback));
        assert_eq!(access("/", &Method::POST), None);
        assert_eq!(access("/display", &Method::GET), None);
        assert_eq!(access("/elsewhere", &Method::GET), None);
    }
}
