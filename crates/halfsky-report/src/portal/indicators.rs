//! 指标: the list of every indicator with published figures or a target.

use crate::chart::put;
use std::collections::BTreeSet;

use halfsky_plan::indicator::IndicatorCode;

use super::Portal;
use super::frame::{Frame, page as framed};
use crate::chart::escape;

/// Every indicator there is a page for, in code order.
pub(super) fn codes(portal: &Portal<'_>) -> BTreeSet<IndicatorCode> {
    let of_targets = portal
        .plans
        .iter()
        .flat_map(|m| m.run.targets.iter().filter_map(|t| t.code.clone()).map(IndicatorCode));
    let of_figures =
        portal.plans.iter().flat_map(|m| m.figures.iter().map(|o| o.key.indicator.clone()));
    of_targets
        .chain(of_figures)
        .filter(|code| portal.plans.iter().any(|m| m.names.is_indicator(code)))
        .collect()
}

pub(super) fn page(portal: &Portal<'_>) -> String {
    let mut domains: Vec<(&str, Vec<IndicatorCode>)> = Vec::new();
    let Some(names) = portal.plans.first().map(|m| m.names) else {
        let content = "<p>尚未公布监测数据。</p>";
        return framed(portal, &Frame { up: "", here: "indicators.html", title: "指标", content });
    };
    let codes: Vec<IndicatorCode> = codes(portal).into_iter().collect();
    for code in &codes {
        let domain = names.domain(code);
        match domains.iter_mut().find(|(name, _)| *name == domain) {
            Some((_, list)) => list.push(code.clone()),
            None => domains.push((domain, vec![code.clone()])),
        }
    }
    let mut content = String::new();
    for (domain, list) in &domains {
        put(&mut content, format_args!("<h2>{}</h2><ul class=\"columns\">", escape(domain)));
        for code in list {
            put(
                &mut content,
                format_args!(
                    "<li><a href=\"indicators/{}.html\">{}</a></li>",
                    escape(&code.0),
                    escape(names.name(code))
                ),
            );
        }
        content.push_str("</ul>");
    }
    framed(portal, &Frame { up: "", here: "indicators.html", title: "指标", content: &content })
}
