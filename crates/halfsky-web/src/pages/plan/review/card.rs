//! The card of a target: its fields as a form, and the form read back.

use halfsky_plan::comparator::Comparator;
use halfsky_plan::figure::Figure;
use halfsky_plan::indicator::{Indicator, IndicatorCode};
use halfsky_plan::matching::{Matcher, Wanted};
use halfsky_plan::plan::Beneficiary;
use halfsky_plan::target::{Direction, Target, TargetKind};
use halfsky_plan::unit::Unit;
use halfsky_plan::version::{IndicatorLink, Review, ReviewedTarget};
use halfsky_store::plans::StoredVersion;

use crate::form::Form;
use crate::list::Choice;

/// Value of the choice “a new indicator”.
pub(crate) const NEW_INDICATOR: &str = "new";

/// Candidates shown for a target.
const CANDIDATES: usize = 5;

/// Indicators shown for a search.
const FOUND: usize = 8;

/// What the card template shows.
#[derive(Debug, Clone)]
pub(crate) struct Card {
    pub(crate) number: u32,
    pub(crate) name: String,
    /// Style class of its state.
    pub(crate) class: &'static str,
    pub(crate) state: &'static str,
    pub(crate) doubt: String,
    /// Revision of the version when the page was drawn: a save after somebody else's is refused.
    pub(crate) seen: i64,
    /// Why the last save was refused; empty when it was not.
    pub(crate) conflict: String,
    pub(crate) form: Form,
    pub(crate) comparisons: Vec<Choice>,
    pub(crate) units: Vec<Choice>,
    pub(crate) kinds: Vec<Choice>,
    pub(crate) link: Option<Candidate>,
    pub(crate) candidates: Vec<Candidate>,
    /// Value of the chosen link, also `new`.
    pub(crate) chosen_link: String,
    pub(crate) link_open: bool,
    pub(crate) more_open: bool,
    pub(crate) qualitative: bool,
    /// What the folded fields hold, in a few words.
    pub(crate) extra: String,
}

/// An indicator a target may be linked to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) code: String,
    pub(crate) name: String,
    /// 0 when it was found by a search.
    pub(crate) score: u8,
    /// The score drawn on 64 units.
    pub(crate) width: u32,
    pub(crate) chosen: bool,
}

/// The catalogue as cards need it.
#[derive(Debug)]
pub(crate) struct CardMaker<'a> {
    catalogue: &'a [Indicator],
    matcher: Matcher<'a>,
    beneficiary: Beneficiary,
    revision: i64,
}

impl<'a> CardMaker<'a> {
    /// Prepares the catalogue once for all cards of a page.
    pub(crate) fn new(catalogue: &'a [Indicator], stored: &StoredVersion) -> Self {
        Self {
            catalogue,
            matcher: Matcher::new(catalogue),
            beneficiary: stored.version.plan.beneficiary,
            revision: stored.revision,
        }
    }

    /// The card of a target as it is stored.
    pub(crate) fn stored(&self, target: &ReviewedTarget) -> Card {
        self.typed(target, filled(target))
    }

    /// The card of a target with what a person typed.
    pub(crate) fn typed(&self, target: &ReviewedTarget, form: Form) -> Card {
        let wrong = |names: &[&str]| names.iter().any(|name| !form.error(name).is_empty());
        let searching = !form.value("search").is_empty();
        Card {
            number: target.number,
            name: target.target.indicator.clone(),
            class: class(target.review),
            state: target.review.label(),
            doubt: target.doubt.clone(),
            seen: self.revision,
            conflict: String::new(),
            comparisons: comparisons(form.value("comparison")),
            units: units(form.value("unit")),
            kinds: kinds(form.value("kind")),
            link: target.link.as_ref().map(|link| self.candidate(link, "")),
            candidates: self.candidates(target, &form),
            chosen_link: form.value("link").to_owned(),
            link_open: searching || form.value("link") == NEW_INDICATOR || wrong(&["new_name"]),
            more_open: wrong(&["indicator", "base_year", "reference"]),
            qualitative: target.target.kind == TargetKind::Qualitative,
            extra: extra(target),
            form: form.within(format!("t{}-", target.number)),
        }
    }

    fn candidate(&self, link: &IndicatorLink, chosen: &str) -> Candidate {
        Candidate {
            code: link.code.0.clone(),
            name: self
                .matcher
                .indicator(&link.code)
                .map_or_else(String::new, |i| i.name_zh.clone()),
            score: link.score,
            width: u32::from(link.score) * 64 / 100,
            chosen: link.code.0 == chosen,
        }
    }

    /// The present link first, then what a search found or what fits the name.
    fn candidates(&self, target: &ReviewedTarget, form: &Form) -> Vec<Candidate> {
        let chosen = form.value("link");
        let mut links: Vec<IndicatorLink> = target.link.iter().cloned().collect();
        let search = form.value("search");
        if search.is_empty() {
            let wanted = Wanted {
                name: &target.target.indicator,
                beneficiary: self.beneficiary,
                unit: target.target.unit,
            };
            links.extend(self.matcher.candidates(wanted, CANDIDATES));
        } else {
            links.extend(self.search(search));
        }
        if !chosen.is_empty() && chosen != NEW_INDICATOR && links.iter().all(|l| l.code.0 != chosen)
        {
            links.push(IndicatorLink { code: IndicatorCode(chosen.to_owned()), score: 0 });
        }
        let mut list: Vec<Candidate> = Vec::new();
        for link in &links {
            if list.iter().all(|c| c.code != link.code.0) {
                list.push(self.candidate(link, chosen));
            }
        }
        list
    }

    fn search(&self, words: &str) -> Vec<IndicatorLink> {
        let upper = words.to_uppercase();
        let holds = |i: &&Indicator| {
            i.code.0.to_uppercase().contains(&upper)
                || i.name_zh.contains(words)
                || i.aliases.iter().any(|a| a.contains(words))
        };
        let named = self.catalogue.iter().filter(holds).take(FOUND);
        let mut links: Vec<_> =
            named.map(|i| IndicatorLink { code: i.code.clone(), score: 0 }).collect();
        if links.is_empty() {
            let wanted = Wanted { name: words, beneficiary: self.beneficiary, unit: None };
            links = self.matcher.candidates(wanted, CANDIDATES);
        }
        links
    }

    /// Reads a typed form back into the target; what cannot be read is noted in the form.
    pub(crate) fn read(&self, form: &mut Form, stored: &ReviewedTarget) -> ReviewedTarget {
        let mut after = stored.clone();
        form.value("indicator").clone_into(&mut after.target.indicator);
        after.target.scope = optional(form.value("scope"));
        after.target.reference = optional(form.value("reference"));
        after.target.soft = form.ticked("soft");
        after.target.keep = form.ticked("keep");
        after.lead = names(form.value("lead"));
        after.support = names(form.value("support"));
        read_figures(form, &mut after.target);
        read_comparison(form, &stored.target, &mut after.target);
        self.read_link(form, &mut after);
        after
    }

    fn read_link(&self, form: &mut Form, after: &mut ReviewedTarget) {
        let chosen = form.value("link").to_owned();
        if chosen == NEW_INDICATOR || after.link.as_ref().is_some_and(|l| l.code.0 == chosen) {
            return;
        }
        if chosen.is_empty() {
            after.link = None;
            return;
        }
        match self.matcher.indicator(&IndicatorCode(chosen.clone())) {
            Some(indicator) => {
                after.link = Some(IndicatorLink { code: indicator.code.clone(), score: 100 });
            }
            None => form.refuse("search", format!("指标库里没有{chosen}，请重新查找")),
        }
    }
}

fn class(review: Review) -> &'static str {
    match review {
        Review::Unchecked => "unchecked",
        Review::Pending => "pending",
        Review::Confirmed => "confirmed",
        Review::LeftOut => "left-out",
    }
}

fn filled(reviewed: &ReviewedTarget) -> Form {
    let t = &reviewed.target;
    let mut fields = vec![
        ("indicator", t.indicator.clone()),
        ("comparison", comparison(t).to_owned()),
        ("value", t.value.map_or_else(String::new, |v| v.to_string())),
        ("unit", t.unit.map_or("", Unit::code).to_owned()),
        ("by", t.by.to_string()),
        ("kind", t.kind.code().to_owned()),
        ("base_year", t.base_year.map_or_else(String::new, |y| y.to_string())),
        ("scope", t.scope.clone().unwrap_or_default()),
        ("reference", t.reference.clone().unwrap_or_default()),
        ("lead", reviewed.lead.join("、")),
        ("support", reviewed.support.join("、")),
        ("link", reviewed.link.as_ref().map_or_else(String::new, |l| l.code.0.clone())),
        ("new_name", t.indicator.clone()),
    ];
    for (name, on) in [("soft", t.soft), ("keep", t.keep)] {
        if on {
            fields.push((name, "yes".to_owned()));
        }
    }
    Form::filled(fields)
}

/// One choice stands for comparator and direction: a value is compared, a direction stands without one.
fn comparison(target: &Target) -> &'static str {
    let comparator = target.comparator.map(Comparator::code);
    let direction = target.direction.map(Direction::code);
    let code =
        if target.value.is_some() { comparator.or(direction) } else { direction.or(comparator) };
    code.unwrap_or("")
}

fn comparisons(chosen: &str) -> Vec<Choice> {
    let sign = |c: Comparator| match c {
        Comparator::AtLeast => "≥",
        Comparator::AtMost => "≤",
        Comparator::About => "±",
    };
    let mut list = vec![Choice::new("", "（定性）", chosen)];
    list.extend(
        Comparator::ALL
            .into_iter()
            .map(|c| Choice::new(c.code(), format!("{} {}", c.label(), sign(c)), chosen)),
    );
    list.extend(Direction::ALL.iter().map(|d| Choice::new(d.code(), d.label(), chosen)));
    list
}

fn units(chosen: &str) -> Vec<Choice> {
    let mut list = vec![Choice::new("", "—", chosen)];
    list.extend(Unit::ALL.iter().map(|u| Choice::new(u.code(), u.label(), chosen)));
    list
}

fn kinds(chosen: &str) -> Vec<Choice> {
    TargetKind::ALL.iter().map(|k| Choice::new(k.code(), k.label(), chosen)).collect()
}

fn extra(reviewed: &ReviewedTarget) -> String {
    let t = &reviewed.target;
    let mut words = Vec::new();
    if !matches!(t.kind, TargetKind::Level | TargetKind::Trend) {
        words.push(t.kind.label().to_owned());
    }
    words.extend(t.scope.iter().map(|s| format!("范围：{s}")));
    words.extend(t.base_year.map(|y| format!("以{y}年为基数")));
    words.extend(t.soft.then(|| "力争".to_owned()));
    words.extend(t.keep.then(|| "每年保持".to_owned()));
    if !reviewed.support.is_empty() {
        words.push(format!("责任单位{}个", reviewed.support.len()));
    }
    words.join("，")
}

fn optional(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn names(text: &str) -> Vec<String> {
    let parts = text.split(['、', ';', '；', ',', '，']).map(str::trim);
    parts.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn read_figures(form: &mut Form, target: &mut Target) {
    let value = half_width(form.value("value"));
    target.value = match value.parse::<Figure>() {
        Ok(figure) => Some(figure),
        Err(_) if value.is_empty() => None,
        Err(problem) => {
            form.refuse("value", format!("{problem}，单位请在旁边选择"));
            None
        }
    };
    let unit = form.value("unit").to_owned();
    target.unit = Unit::from_code(&unit);
    if target.unit.is_none() && !unit.is_empty() {
        form.refuse("unit", "没有这个单位，请从列表中选择");
    }
    match half_width(form.value("by")).trim_end_matches('年').parse::<i32>() {
        Ok(year) => target.by = year,
        Err(_) => form.refuse("by", "期限应为四位年份，例如2030"),
    }
    let base = half_width(form.value("base_year"));
    target.base_year = match base.trim_end_matches('年') {
        "" => None,
        year => {
            let year = year.parse::<i32>().ok();
            if year.is_none() {
                form.refuse("base_year", "基期应为四位年份，例如2020");
            }
            year
        }
    };
}

fn half_width(text: &str) -> String {
    let narrow = |c: char| match c {
        '０'..='９' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '．' | '。' => '.',
        '－' | '−' => '-',
        _ => c,
    };
    text.chars().map(narrow).filter(|c| !c.is_whitespace()).collect()
}

/// The kind follows the comparison unless the person chose another kind.
fn read_comparison(form: &mut Form, stored: &Target, target: &mut Target) {
    let chosen = form.value("comparison").to_owned();
    let kind = TargetKind::from_code(form.value("kind")).unwrap_or(stored.kind);
    target.kind = kind;
    if chosen == comparison(stored) {
        return;
    }
    if let Some(comparator) = Comparator::from_code(&chosen) {
        (target.comparator, target.direction) = (Some(comparator), None);
        if matches!(kind, TargetKind::Trend | TargetKind::Qualitative | TargetKind::Relative) {
            target.kind = TargetKind::Level;
        }
    } else if let Some(direction) = Direction::from_code(&chosen) {
        (target.comparator, target.direction) = (None, Some(direction));
        if target.value.is_some() {
            form.refuse("value", "选择方向时不填数值；有数值的，请改选不低于、不高于或左右");
        }
        let relative = matches!(direction, Direction::AtLeastReference | Direction::MatchReference);
        target.kind = if relative { TargetKind::Relative } else { TargetKind::Trend };
    } else {
        (target.comparator, target.direction) = (None, None);
        target.kind = TargetKind::Qualitative;
    }
}
