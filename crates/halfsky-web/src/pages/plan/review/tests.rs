use super::*;
use crate::samples;
use halfsky_plan::indicator::Catalogue;

fn drawn(query: &str) -> Drawn {
    Drawn { view: View::read(&Params::read("/", query)), typed: None }
}

fn draw(query: &str) -> String {
    let catalogue = Catalogue::builtin();
    let stored = samples::stored();
    review_page(&Visit::sample(), &stored, catalogue.indicators(), drawn(query)).render().unwrap()
}

#[test]
fn a_target_and_its_words_carry_the_same_number() {
    let html = draw("");
    assert!(html.contains("id=\"s1\" href=\"#t1\""), "the mark leads to the card");
    assert!(
        html.contains("id=\"t1\"") && html.contains("href=\"#s1\""),
        "the card leads to the mark"
    );
    assert_eq!(html, draw(""));
}

#[test]
fn words_of_the_document_are_never_markup() {
    let html = draw("");
    assert!(html.contains("&#60;script&#62;alert(1)") && !html.contains("<script>alert"));
}

#[test]
fn parts_are_pages() {
    assert!(!draw("part=0").contains("id=\"t4\""));
    assert!(draw("part=1").contains("id=\"t4\""));
    assert!(draw("part=2").contains("每年3月底前"));
    assert!(draw("part=99").contains("每年3月底前"), "a part that is not there is the last one");
}

#[test]
fn a_past_figure_is_marked_as_left_out() {
    assert!(draw("").contains("<span class=\"mark left-out\" title=\"历史数字，不作目标\">孕产妇死亡率降至14.4/10万</span>"));
}

#[test]
fn notes_stand_first_and_lead_to_their_place() {
    let html = draw("");
    assert!(html.contains("这一节的编号不连续（请核对是否漏掉条文）"));
    assert!(html.contains("?part=0#n0") && html.contains("id=\"n0\""));
}

#[test]
fn a_filter_hides_the_others() {
    let html = draw("show=confirmed");
    assert!(!html.contains("id=\"t1\"") && html.contains("这一部分没有这样的目标"));
}

/// Reads a typed form back against a target of the sample.
fn entered_as(number: u32, fields: &[(&str, &str)]) -> (ReviewedTarget, Form) {
    let catalogue = Catalogue::builtin();
    let stored = samples::stored();
    let target = stored.version.target(number).unwrap().clone();
    let maker = CardMaker::new(catalogue.indicators(), &stored);
    let card = maker.stored(&target);
    let mut all: Vec<(&str, String)> =
        fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    for name in ["indicator", "comparison", "value", "unit", "by", "kind", "lead", "link"] {
        all.push((name, card.form.value(name).to_owned()));
    }
    let mut form = Form::filled(all);
    (maker.read(&mut form, &target), form)
}

#[test]
fn an_unchanged_form_changes_nothing() {
    let stored = samples::stored();
    for number in 1..=4 {
        let (after, form) = entered_as(number, &[]);
        assert_eq!(&after, stored.version.target(number).unwrap());
        assert!(!form.is_refused());
    }
}

#[test]
fn the_kind_follows_the_comparison() {
    let (after, form) =
        entered_as(3, &[("comparison", ">="), ("value", "60"), ("unit", "percent")]);
    assert_eq!((after.target.kind, after.target.direction), (TargetKind::Level, None));
    assert!(!form.is_refused());
    let (after, form) = entered_as(1, &[("comparison", "decrease"), ("value", "")]);
    assert_eq!((after.target.kind, after.target.comparator), (TargetKind::Trend, None));
    assert!(!form.is_refused());
    let (_, form) = entered_as(1, &[("comparison", "decrease")]);
    assert!(form.error("value").contains("选择方向时不填数值"));
}

#[test]
fn figures_may_be_typed_in_full_width() {
    let (after, _) = entered_as(
        1,
        &[("value", "１０．５"), ("by", "２０２８年"), ("lead", "卫生健康局；统计局")],
    );
    assert_eq!(after.target.value.unwrap().to_string(), "10.5");
    assert_eq!(after.target.by, 2028);
    assert_eq!(after.lead, ["卫生健康局", "统计局"]);
    let (_, form) = entered_as(1, &[("value", "12/10万"), ("by", "明年"), ("unit", "斤")]);
    assert_eq!(form.errors().map(|(name, _)| name).collect::<Vec<_>>(), ["value", "unit", "by"]);
}
