//! 监测结果: every target by domain, with its figure and how it stands.

use crate::chart::put;
use halfsky_evaluate::run::TargetResult;

use super::Portal;
use super::frame::{Frame, page as framed};
use crate::chart::escape;
use crate::draft::Material;
use crate::draft::material::code;
use crate::wording::{cell, with_unit};
use halfsky_monitor::observation::Value;

pub(super) fn page(portal: &Portal<'_>) -> String {
    let mut content = String::new();
    for material in portal.plans {
        put(
            &mut content,
            format_args!(
                "<section><h2>{}（{}年）</h2>",
                escape(&material.version.plan.title),
                material.year()
            ),
        );
        for (domain, results) in material.domains() {
            content.push_str(&table(material, domain, &results));
        }
        content.push_str("</section>");
    }
    framed(portal, &Frame { up: "", here: "results.html", title: "监测结果", content: &content })
}

fn table(material: &Material<'_>, domain: &str, results: &[&TargetResult]) -> String {
    let name = escape(domain);
    let mut html = format!(
        "<h3>{name}</h3><div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{name}\"><table>\
         <caption>{name}</caption><thead><tr><th scope=\"col\">指标</th><th scope=\"col\">目标</th>\
         <th scope=\"col\">{}年</th><th scope=\"col\">判定</th></tr></thead><tbody>",
        material.year()
    );
    for result in results {
        html.push_str(&row(material, result));
    }
    html.push_str("</tbody></table></div>");
    html
}

fn row(material: &Material<'_>, result: &TargetResult) -> String {
    let code = code(result).filter(|code| material.names.is_indicator(code));
    let now = code.as_ref().and_then(|code| material.whole(code, material.year()));
    let unit = material.definition(result).map(|d| d.unit);
    let value = match (now.map(|o| &o.value), unit) {
        (Some(Value::Figure(figure)), Some(unit)) => with_unit(*figure, unit),
        (value, _) => cell(value),
    };
    let name = match &code {
        Some(code) => format!(
            "<a href=\"indicators/{}.html\">{}</a>",
            escape(&code.0),
            escape(&result.indicator)
        ),
        None => escape(&result.indicator),
    };
    format!(
        "<tr><th scope=\"row\">{name}</th><td>{}年{}</td><td class=\"num\">{}</td><td class=\"tone-{}\">{}</td></tr>",
        result.by,
        escape(&result.demand),
        escape(&value),
        result.class.tone().code(),
        escape(&result.class.marked())
    )
}
