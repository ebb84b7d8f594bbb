//! Red-headed documents about the monitoring of a year: 报告 and 请示 to the level above, 通报, 会议纪要.

use halfsky_evaluate::run::TargetResult;

use super::material::Material;
use super::{rates, sentences, target_table};
use crate::document::{
    Attachment, Composer, Document, Form, Head, Imprint, Level, Orientation, Signature,
};
use crate::template::TemplateError;

/// Which document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfficialKind {
    /// 报告: to the government or the level above.
    Report,
    /// 请示: one matter, an answer is asked for.
    Request,
    /// 通报: to the units.
    Circular,
    /// 会议纪要
    Minutes,
}

impl OfficialKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Report, Self::Request, Self::Circular, Self::Minutes];

    /// The code used in commands and addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Request => "request",
            Self::Circular => "circular",
            Self::Minutes => "minutes",
        }
    }

    /// The kind of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The words shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Report => "报告",
            Self::Request => "请示",
            Self::Circular => "通报",
            Self::Minutes => "会议纪要",
        }
    }
}

/// What only a person knows of it.
#[derive(Debug, Clone, Copy)]
pub struct Heading<'a> {
    pub kind: OfficialKind,
    pub number: &'a str,
    /// 主送机关
    pub to: &'a str,
    /// 签发人 of what goes up; empty where it is signed later.
    pub signed_by: &'a str,
    pub contact: &'a str,
}

/// The document.
pub fn official(material: &Material<'_>, heading: &Heading<'_>) -> Result<Document, TemplateError> {
    let issuing = material.issuing;
    let upward = matches!(heading.kind, OfficialKind::Report | OfficialKind::Request);
    let minutes = heading.kind == OfficialKind::Minutes;
    let organ = &issuing.committee;
    let signed_by = match (upward, heading.signed_by) {
        (false, _) => String::new(),
        (true, "") => "（待签发）".to_owned(),
        (true, name) => name.to_owned(),
    };
    let contact = if heading.contact.is_empty() { "（请填写）" } else { heading.contact };
    let request = heading.kind == OfficialKind::Request;
    Ok(Document {
        form: if minutes { Form::Minutes } else { Form::Official },
        title: title(material, heading.kind),
        byline: vec![],
        head: Some(Head {
            issuer: if minutes { format!("{organ}会议纪要") } else { format!("{organ}文件") },
            number: heading.number.to_owned(),
            signed_by,
            urgency: String::new(),
        }),
        addressee: if minutes { String::new() } else { heading.to.to_owned() },
        blocks: text(material, heading.kind)?,
        signature: (!minutes).then(|| Signature { organ: organ.clone(), date: issuing.date() }),
        attachments: if matches!(heading.kind, OfficialKind::Report | OfficialKind::Circular) {
            attachments(material)
        } else {
            vec![]
        },
        remark: if request { format!("联系人及电话：{contact}") } else { String::new() },
        imprint: Some(Imprint {
            copies: String::new(),
            printed_by: issuing.office.clone(),
            printed_on: issuing.date(),
        }),
        basis: material.basis(),
    })
}

fn title(material: &Material<'_>, kind: OfficialKind) -> String {
    let (plan, year) = (material.plan_title(), material.year());
    match kind {
        OfficialKind::Report => format!("关于{plan}{year}年实施情况的报告"),
        OfficialKind::Request => format!("关于召开{plan}推进会议的请示"),
        OfficialKind::Circular => format!("关于{plan}{year}年监测情况的通报"),
        OfficialKind::Minutes => format!("{plan}推进会议纪要"),
    }
}

fn text(
    material: &Material<'_>,
    kind: OfficialKind,
) -> Result<Vec<crate::document::Block>, TemplateError> {
    let mut text = Composer::default();
    let standing = |id| material.templates.fill(id, vec![]);
    let year = || ("年", material.year().into());
    match kind {
        OfficialKind::Report | OfficialKind::Circular => {
            let (opening, next) = if kind == OfficialKind::Report {
                ("official-report-opening", "official-report-next")
            } else {
                ("official-circular-opening", "official-circular-next")
            };
            let given = vec![year(), ("规划", material.plan_title().into())];
            text.words("opening", material.templates.fill(opening, given)?);
            text.heading(Level::One, "总体情况");
            text.words("overall", format!("{}。", rates::sentence(material)));
            text.heading(Level::One, "需要关注的目标");
            danger(&mut text, material)?;
            text.heading(Level::One, "下一步工作");
            text.words("next", standing(next)?);
            if kind == OfficialKind::Report {
                text.words("closing", standing("official-report-closing")?);
            }
        }
        OfficialKind::Request => {
            let given = vec![year(), ("达标率", rates::sentence(material).into())];
            text.words("reason", material.templates.fill("official-request-reason", given)?);
            text.words("matter", standing("official-request-matter")?);
            text.words("closing", standing("official-request-closing")?);
        }
        OfficialKind::Minutes => {
            text.words("opening", standing("official-minutes-opening")?);
            text.heading(Level::One, "会议听取的情况");
            text.words("heard", format!("{}。", rates::sentence(material)));
            text.heading(Level::One, "会议议定的事项");
            text.words("decided", standing("official-minutes-decided")?);
            text.words("present", standing("official-minutes-present")?);
        }
    }
    Ok(text.finish())
}

fn danger(text: &mut Composer, material: &Material<'_>) -> Result<(), TemplateError> {
    let results: Vec<&TargetResult> =
        material.run.targets.iter().filter(|t| sentences::is_in_danger(t)).collect();
    if results.is_empty() {
        text.words("danger", material.templates.fill("official-none", vec![])?);
    }
    for subject in sentences::subjects(&results) {
        let runs = sentences::paragraph(material, &subject);
        text.runs(format!("danger-{}", subject.key), runs);
    }
    Ok(())
}

fn attachments(material: &Material<'_>) -> Vec<Attachment> {
    let all: Vec<&TargetResult> =
        material.run.targets.iter().filter(|t| t.quantified || t.code.is_some()).collect();
    let mut results = Composer::default();
    results.table(
        target_table::table(material, "指标目标监测结果", &all),
        &target_table::WIDTHS,
        Orientation::Landscape,
        vec!["注：“…”表示数据缺失或不公布，“–”表示没有此项数据；均不等于0。".to_owned()],
    );
    vec![Attachment {
        title: "指标目标监测结果一览表".to_owned(), blocks: results.finish()
    }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::testing::{Scene, words};

    fn made(kind: OfficialKind) -> Document {
        let heading =
            Heading { kind, number: "", to: "县人民政府", signed_by: "", contact: "" };
        Scene::new().with(|m| official(m, &heading)).unwrap()
    }

    #[test]
    fn only_what_goes_up_is_signed() {
        let signed = OfficialKind::ALL.map(|kind| made(kind).head.unwrap().signed_by);
        assert_eq!(signed, ["（待签发）", "（待签发）", "", ""]);
    }

    #[test]
    fn a_request_deals_with_one_matter_and_names_a_contact() {
        let request = made(OfficialKind::Request);
        assert!(request.attachments.is_empty());
        assert_eq!(request.remark, "联系人及电话：（请填写）");
        assert_eq!(words(&request, "closing"), "妥否，请批示。");
    }

    #[test]
    fn minutes_have_neither_addressee_nor_signature() {
        let minutes = made(OfficialKind::Minutes);
        assert_eq!((minutes.addressee.as_str(), minutes.signature.as_ref()), ("", None));
        assert!(minutes.head.unwrap().issuer.ends_with("会议纪要"));
    }
}
