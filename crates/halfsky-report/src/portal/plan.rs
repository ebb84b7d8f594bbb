//! 规划: every objective of the plans, in their own words.

use super::Portal;
use super::frame::{Frame, page as framed};
use crate::chart::escape;
use crate::chart::put;

pub(super) fn page(portal: &Portal<'_>) -> String {
    let mut content = String::new();
    for material in portal.plans {
        let plan = &material.version.plan;
        put(
            &mut content,
            format_args!("<section><h2>{}</h2><p>规划期{}。</p>", escape(&plan.title), plan.period),
        );
        for domain in &plan.domains {
            put(&mut content, format_args!("<h3>{}</h3><ol>", escape(&domain.name)));
            for clause in &domain.objectives {
                put(
                    &mut content,
                    format_args!("<li value=\"{}\">{}</li>", clause.number, escape(&clause.text)),
                );
            }
            content.push_str("</ol>");
        }
        content.push_str("</section>");
    }
    framed(portal, &Frame { up: "", here: "plan.html", title: "规划", content: &content })
}
