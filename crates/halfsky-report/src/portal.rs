//! Public portal (公开门户): what anybody may read, as pages that need no script and fetch nothing.
//!
//! Made from the public view of published editions alone: the figures given here must be those of
//! `halfsky_monitor::suppression::public_view`. Links are relative, so that the pages work under any address and as
//! files on a disk.

mod definitions;
mod downloads;
mod frame;
mod home;
mod indicator;
mod indicators;
pub mod opinions;
mod plan;
mod reports;
mod results;

use halfsky_plan::indicator::IndicatorCode;

use crate::draft::Material;

/// What is shown: one material for each plan of the region, and the reports that were published.
#[derive(Debug, Clone, Copy)]
pub struct Portal<'a> {
    pub region: &'a str,
    pub plans: &'a [Material<'a>],
    pub reports: &'a [PublishedReport],
    pub place: Place,
}

/// Where the pages stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// As files: nothing can be sent.
    Files,
    /// Behind a program that takes opinions.
    Served,
}

/// A report that was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedReport {
    /// ASCII letters, digits and hyphens: the name of its file.
    pub id: String,
    pub title: String,
    /// `2026年7月1日`
    pub date: String,
    /// The report as html.
    pub article: String,
    /// Files to be kept, by name.
    pub files: Vec<(String, Vec<u8>)>,
}

/// A page or a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    pub media_type: &'static str,
    pub bytes: Vec<u8>,
}

impl Page {
    fn html(text: String) -> Self {
        Self { media_type: "text/html; charset=utf-8", bytes: text.into_bytes() }
    }
}

/// The style of all pages; the only file they ask for.
const STYLE: &str = include_str!("portal/style.css");

impl Portal<'_> {
    /// The path of everything there is, in order.
    pub fn paths(&self) -> Vec<String> {
        let fixed = [
            "index.html",
            "plan.html",
            "results.html",
            "indicators.html",
            "reports.html",
            "definitions.html",
            "downloads.html",
            "style.css",
            "data.csv",
            "definitions.csv",
        ];
        let mut paths: Vec<String> = fixed.map(str::to_owned).to_vec();
        for code in indicators::codes(self) {
            paths.push(format!("indicators/{code}.html"));
            paths.push(format!("indicators/{code}.csv"));
        }
        for report in self.reports {
            paths.push(format!("reports/{}.html", report.id));
            paths.extend(report.files.iter().map(|(name, _)| format!("reports/{name}")));
        }
        paths
    }

    /// What stands at a path; None where nothing does.
    pub fn page(&self, path: &str) -> Option<Page> {
        match path {
            "" | "index.html" => Some(Page::html(home::page(self))),
            "plan.html" => Some(Page::html(plan::page(self))),
            "results.html" => Some(Page::html(results::page(self))),
            "indicators.html" => Some(Page::html(indicators::page(self))),
            "reports.html" => Some(Page::html(reports::list(self))),
            "definitions.html" => Some(Page::html(definitions::page(self))),
            "downloads.html" => Some(Page::html(downloads::page(self))),
            "style.css" => {
                Some(Page { media_type: "text/css; charset=utf-8", bytes: STYLE.into() })
            }
            "data.csv" => Some(downloads::figures(self)),
            "definitions.csv" => Some(downloads::definitions(self)),
            other => self.inner_page(other),
        }
    }

    fn inner_page(&self, path: &str) -> Option<Page> {
        if let Some(name) = path.strip_prefix("indicators/") {
            let (code, ending) = name.rsplit_once('.')?;
            let code = IndicatorCode(code.to_owned());
            return match ending {
                "html" => indicator::page(self, &code).map(Page::html),
                "csv" => indicator::csv(self, &code),
                _ => None,
            };
        }
        reports::page(self, path.strip_prefix("reports/")?)
    }
}

#[cfg(test)]
mod tests;
