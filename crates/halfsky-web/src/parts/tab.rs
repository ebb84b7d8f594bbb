//! One entry of a row of tabs or segments.

/// A view that can be chosen.
#[derive(Debug, Clone)]
pub(crate) struct Tab {
    pub(crate) label: String,
    pub(crate) url: String,
    pub(crate) current: bool,
    pub(crate) count: Option<usize>,
    /// What in this view asks for attention; empty for nothing.
    pub(crate) mark: String,
}

impl Tab {
    /// A view without count.
    pub(crate) fn new(label: impl Into<String>, url: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            url: url.into(),
            current: false,
            count: None,
            mark: String::new(),
        }
    }

    /// Tells how many entries the view holds.
    #[must_use]
    pub(crate) fn counting(mut self, count: usize) -> Self {
        self.count = Some(count);
        self
    }

    /// Marks the view that is shown when `shown` names it.
    #[must_use]
    pub(crate) fn chosen_if(mut self, matches: impl FnOnce() -> bool) -> Self {
        self.current = matches();
        self
    }
}
