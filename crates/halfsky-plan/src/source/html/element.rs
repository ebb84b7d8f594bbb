//! What an element means for the text a visitor sees.

use super::token::attribute;

/// The part an element plays in reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Runs within a line.
    Inline,
    /// Stands on lines of its own.
    Block,
    /// Never has content.
    Void,
    /// Its content is not shown.
    Silent,
}

/// The role of an element by its lower-case name.
pub(super) fn role(name: &str) -> Role {
    match name {
        "area" | "base" | "col" | "embed" | "img" | "input" | "link" | "meta" | "param"
        | "source" | "track" | "wbr" | "br" | "hr" | "basefont" | "bgsound" | "frame"
        | "keygen" => Role::Void,
        "head" | "script" | "style" | "title" | "textarea" | "noscript" | "noframes"
        | "noembed" | "iframe" | "svg" | "template" | "object" | "applet" | "canvas" | "audio"
        | "video" | "map" | "select" | "button" | "datalist" | "rt" | "rp" => Role::Silent,
        "address" | "article" | "aside" | "blockquote" | "body" | "caption" | "center" | "dd"
        | "details" | "dialog" | "dir" | "div" | "dl" | "dt" | "fieldset" | "figcaption"
        | "figure" | "footer" | "form" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "header"
        | "hgroup" | "html" | "legend" | "li" | "main" | "menu" | "nav" | "ol" | "p" | "pre"
        | "section" | "summary" | "table" | "tbody" | "td" | "tfoot" | "th" | "thead" | "tr"
        | "ul" | "xmp" => Role::Block,
        _ => Role::Inline,
    }
}

/// Which open elements a new one ends, and where that stops: pages often leave out the end tags.
pub(super) fn implied_end(name: &str) -> (&'static [&'static str], &'static [&'static str]) {
    match name {
        "li" => (&["li"], &["ul", "ol", "menu", "dir", "table", "td"]),
        "dd" | "dt" => (&["dd", "dt"], &["dl", "table", "td"]),
        "td" | "th" => (&["td", "th"], &["table", "tr"]),
        "tr" => (&["tr", "td", "th"], &["table"]),
        "tbody" | "thead" | "tfoot" => (&["tbody", "thead", "tfoot", "tr", "td", "th"], &["table"]),
        _ if role(name) == Role::Block => {
            (&["p"], &["table", "td", "th", "li", "div", "section", "article", "button"])
        }
        _ => (&[], &[]),
    }
}

/// Elements whose content is no markup.
const RAW: [&str; 7] = ["script", "style", "textarea", "title", "xmp", "iframe", "noembed"];

/// Whether the content of an element is no markup.
pub(super) fn is_raw(name: &str) -> bool {
    RAW.into_iter().any(|raw| raw.eq_ignore_ascii_case(name))
}

/// Whether attributes hide an element from the visitor.
pub(super) fn is_hidden(attributes: &str) -> bool {
    if attributes.trim().is_empty() {
        return false;
    }
    let styled = attribute(attributes, "style").is_some_and(|style| {
        let style: String = style.chars().filter(|c| !c.is_whitespace()).collect();
        let style = style.to_ascii_lowercase();
        style.contains("display:none") || style.contains("visibility:hidden")
    });
    styled
        || attribute(attributes, "hidden").is_some_and(|value| value != "until-found")
        || attribute(attributes, "aria-hidden")
            .is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

/// Whether an element says of itself that it serves the site and not the document.
pub(super) fn serves_the_site(name: &str, attributes: &str) -> bool {
    if matches!(name, "nav" | "footer" | "aside") {
        return true;
    }
    let role = attribute(attributes, "role").unwrap_or_default();
    if matches!(role, "navigation" | "banner" | "contentinfo" | "search" | "complementary") {
        return true;
    }
    [attribute(attributes, "class"), attribute(attributes, "id")].into_iter().flatten().any(
        |value| {
            value
                .to_ascii_lowercase()
                .split(|c: char| !c.is_ascii_alphanumeric())
                .any(|word| SITE_WORDS.contains(&word))
        },
    )
}

const SITE_WORDS: &[&str] = &[
    "nav",
    "navbar",
    "navigation",
    "menu",
    "topnav",
    "mainnav",
    "subnav",
    "breadcrumb",
    "breadcrumbs",
    "crumb",
    "crumbs",
    "footer",
    "foot",
    "sidebar",
    "copyright",
    "share",
    "toolbar",
    "pagination",
    "pager",
    "topbar",
    "search",
    "friendlink",
    "weizhi",
];
