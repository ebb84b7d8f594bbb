//! Text safe in XML.

/// Words that may stand between tags and inside attributes; what XML cannot hold becomes a blank.
pub(super) fn escape(text: &str) -> String {
    crate::chart::escape(text)
}

/// A run of words in the style of its paragraph.
pub(super) fn run(text: &str) -> String {
    run_with("", text)
}

/// A run of words with properties of its own.
pub(super) fn run_with(properties: &str, text: &str) -> String {
    let properties =
        if properties.is_empty() { String::new() } else { format!("<w:rPr>{properties}</w:rPr>") };
    format!("<w:r>{properties}<w:t xml:space=\"preserve\">{}</w:t></w:r>", escape(text))
}

/// A paragraph of a style. `properties` stand after the style, in schema order.
pub(super) fn paragraph(style: &str, properties: &str, runs: &str) -> String {
    format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/>{properties}</w:pPr>{runs}</w:p>")
}
