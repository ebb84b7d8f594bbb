//! Numbers that set no target.

use super::{check, check_measure};

#[test]
fn ages_and_groups() {
    check_measure("为35—64岁妇女提供免费筛查。", &[]);
    check_measure("加强0—6岁儿童健康管理。", &[]);
    check_measure("支持幼儿园招收2—3岁幼儿。", &[]);
    check_measure("落实3周岁以下婴幼儿照护费用扣除。", &[]);
    check_measure("关注孕期至2岁的生命早期1000天营养。", &[]);
    check_measure("推广6月龄以上辅食添加知识。", &[]);
}

#[test]
fn slogans_numbers_and_documents() {
    check_measure("用好12338热线和110报警平台。", &[]);
    check_measure("增强“四个意识”、坚定“四个自信”、做到“两个维护”。", &[]);
    check_measure("落实县政办发〔2022〕18号文件。", &[]);
    check_measure("建设“15分钟健身圈”和10分钟生活圈。", &[]);
    check_measure("深入实施《健康行动（2019—2030年）》。", &[]);
    check_measure("推行1+X证书制度，优化3+3衔接模式。", &[]);
    check_measure("开展“两癌”检查和“一对一”帮扶。", &[]);
    check_measure("家庭是人生的第一所学校。", &[]);
    check_measure("推进一二三产业融合，打造一批示范点。", &[]);
    check_measure("提供24小时服务。", &[]);
}

#[test]
fn past_figures() {
    check_measure("2020年全县孕产妇死亡率已降至13/10万。", &[]);
    check_measure("“十三五”期间建成2020年以前的托育点，截至2020年底覆盖率达到60%。", &[]);
    check(
        "孕产妇系统管理率由2020年的88%提高到2030年的95%以上。",
        &["孕产妇系统管理率 >= 95 percent"],
    );
    check("参保率从85%提高到92%。", &["参保率 >= 92 percent"]);
}

#[test]
fn sizes_and_subsidies() {
    check_measure("用工200人以上的企业设置母婴室。", &[]);
    check_measure("对创业妇女给予不超过20%的贴息。", &[]);
    check_measure("辖12个乡镇、180个村。", &[]);
    check_measure("第二轮土地承包到期后再延长30年。", &[]);
    check_measure("坚持3项原则，突出5个重点。", &[]);
    check_measure("按每人每月200元标准发放补助。", &[]);
    check_measure("校园周边200米内不得设置营业性娱乐场所。", &[]);
    check_measure("全面落实98天产假。", &[]);
}

#[test]
fn units_in_brackets_are_silent() {
    check(
        "婚检率达到85%。（牵头单位：卫生健康局；责任单位：民政局、妇联）",
        &["婚检率 >= 85 percent"],
    );
    check("健全服务体系。（责任单位：教育局）", &["健全服务体系 ?"]);
}
