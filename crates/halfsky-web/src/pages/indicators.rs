//! 指标: the catalogue and its definition cards.

pub(crate) mod card;
pub(crate) mod list;

use axum::routing::{MethodRouter, get};

use crate::app::App;

/// The routes of this group.
pub(crate) fn routes() -> Vec<(&'static str, MethodRouter<App>)> {
    vec![("/indicators", get(list::show)), ("/indicators/{code}", get(card::show))]
}

/// The words of a direction code.
pub(crate) fn direction_label(code: &str) -> &'static str {
    match code {
        "increase" => "越高越好",
        "decrease" => "越低越好",
        "balance" => "适度为好",
        _ => "不分高低",
    }
}

/// The words of the code that says whether a county has a value of its own.
pub(crate) fn county_label(code: &str) -> &'static str {
    match code {
        "yes" => "有",
        "sample" => "抽样推算",
        _ => "无",
    }
}

/// The words of the code that says where a card comes from.
pub(crate) fn evidence_label(code: &str) -> &'static str {
    match code {
        "seed" => "规划文本",
        "published" => "公开监测资料",
        "local" => "本地新建",
        _ => "待核实",
    }
}

/// A unit as people read it: the catalogue keeps its code.
pub(crate) fn unit_label(code: &str) -> &str {
    halfsky_plan::unit::Unit::from_code(code).map_or(code, |unit| unit.label())
}
