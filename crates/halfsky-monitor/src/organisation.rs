//! Organisations (责任单位): one department goes by several names in one plan.

/// Short forms in common use, each with the name it stands for.
const SHORT_FORMS: &[(&str, &str)] = &[
    ("卫健局", "卫生健康局"),
    ("卫健委", "卫生健康委员会"),
    ("卫生健康委", "卫生健康委员会"),
    ("人社局", "人力资源和社会保障局"),
    ("人力社保局", "人力资源和社会保障局"),
    ("人力资源社会保障局", "人力资源和社会保障局"),
    ("发改局", "发展和改革局"),
    ("发展改革局", "发展和改革局"),
    ("发改委", "发展和改革委员会"),
    ("发展改革委", "发展和改革委员会"),
    ("医保局", "医疗保障局"),
    ("住建局", "住房和城乡建设局"),
    ("住房城乡建设局", "住房和城乡建设局"),
    ("文旅局", "文化和旅游局"),
    ("文化旅游局", "文化和旅游局"),
    ("市场监管局", "市场监督管理局"),
    ("教体局", "教育体育局"),
    ("教育和体育局", "教育体育局"),
    ("农业局", "农业农村局"),
    ("环保局", "生态环境局"),
    ("交通局", "交通运输局"),
    ("组织部", "委组织部"),
    ("宣传部", "委宣传部"),
    ("政法委", "委政法委"),
    ("团委", "共青团委"),
    ("法院", "人民法院"),
    ("检察院", "人民检察院"),
    ("残疾人联合会", "残联"),
    ("妇女联合会", "妇联"),
    ("工会", "总工会"),
    ("科学技术协会", "科协"),
];

/// One letter of administrative level that may stand before a department's name.
const LEVELS: [char; 6] = ['县', '市', '区', '旗', '省', '州'];

/// The name under which the variants of one department meet: without its level, short forms written out.
///
/// It only groups: what people see stays as the plan prints it.
pub fn standard_name(name: &str) -> String {
    let printed: String = name.chars().filter(|c| !c.is_whitespace()).collect();
    let levelled = |rest: &&str| rest.starts_with(LEVELS);
    let league =
        printed.strip_prefix("共青").unwrap_or(&printed).strip_prefix('团').filter(levelled);
    let text = match (printed.strip_prefix(LEVELS), league) {
        (Some(rest), _) if rest.chars().count() >= 2 => rest.to_owned(),
        (_, Some(league)) => format!("共青团{}", league.trim_start_matches(LEVELS)),
        _ => printed,
    };
    match SHORT_FORMS.iter().find(|(short, _)| *short == text) {
        Some((_, long)) => (*long).to_owned(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(a: &str, b: &str) {
        assert_eq!(standard_name(a), standard_name(b), "{a} {b}");
    }

    #[test]
    fn variants_of_one_department_meet() {
        check("县卫生健康局", "卫健局");
        check("县人社局", "县人力资源社会保障局");
        check("县委组织部", "组织部");
        check("团县委", "共青团县委");
        check("县人民法院", "法院");
        check("市 妇联", "市妇女联合会");
    }

    #[test]
    fn different_departments_stay_apart() {
        assert_ne!(standard_name("县教育局"), standard_name("县体育局"));
        assert_ne!(standard_name("县公安局"), standard_name("县司法局"));
    }
}
