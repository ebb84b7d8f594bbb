//! Directions, comparisons with other indicators, and qualities.

use super::{check, check_measure};

#[test]
fn rising_and_falling() {
    check("妇女人均预期寿命延长。", &["妇女人均预期寿命 increase"]);
    check("女性接受职业教育的比例逐步提高。", &["女性接受职业教育的比例 increase"]);
    check("女职工职业病发病率持续下降。", &["女职工职业病发病率 decrease"]);
    check("非意愿妊娠减少，人工流产率降低。", &["非意愿妊娠 decrease", "人工流产率 decrease"]);
    check("女性参保人数稳步增加。", &["女性参保人数 increase"]);
    check("政协常委中女性比例稳中有升。", &["政协常委中女性比例 increase"]);
    check("侵害妇女案件发案率得到有效遏制。", &["侵害妇女案件发案率 decrease"]);
    check("提高生育保险参保率。", &["生育保险参保率 increase"]);
    check("减少孕期贫血。", &["孕期贫血 decrease"]);
    check("预防和减少出生缺陷。", &["出生缺陷 decrease"]);
    check("逐步降低未成年人犯罪率。", &["未成年人犯罪率 decrease"]);
    check("企业管理层中的女性比例保持稳定并逐步提高。", &["企业管理层中的女性比例 increase"]);
    check("妇女劳动合同签订率不断提升，并持续提高。", &["妇女劳动合同签订率 increase"]);
}

#[test]
fn slower_narrower_balanced() {
    check("妇女抑郁症患病率上升趋势减缓。", &["妇女抑郁症患病率 slow_increase"]);
    check("儿童超重、肥胖上升趋势得到有效控制。", &["儿童超重、肥胖 slow_increase"]);
    check("男女收入差距进一步缩小。", &["男女收入差距 narrow_gap"]);
    check("缩小两性家务劳动时间差距。", &["两性家务劳动时间差距 narrow_gap"]);
    check(
        "孕产妇死亡率控制在10/10万以下，城乡、区域差距缩小。",
        &["孕产妇死亡率 <= 10 per_100k", "孕产妇死亡率城乡、区域差距 narrow_gap"],
    );
    check("高等学校在校生中男女比例保持均衡。", &["高等学校在校生中男女比例 parity"]);
    check("学科专业的性别结构趋于平衡。", &["学科专业的性别结构 parity"]);
    check("基本消除女性青壮年文盲。", &["女性青壮年文盲 eliminate"]);
    check("适龄女童辍学现象基本消除。", &["适龄女童辍学现象 eliminate"]);
}

#[test]
fn better_and_kept() {
    check("妇女营养状况明显改善。", &["妇女营养状况 improve"]);
    check("提升城市饮用水水源水质。", &["城市饮用水水源水质 improve"]);
    check("女党员保持合理比例。", &["女党员比例 maintain"]);
    check("村委会主任中保持一定女性比例。", &["村委会主任中的女性比例 maintain"]);
    check("各级政协委员中的女性保持适当比例并逐步提高。", &["各级政协委员中的女性 increase"]);
    check("保持社区党组织书记中女性的适当比例。", &["社区党组织书记中女性比例 maintain"]);
}

#[test]
fn held_against_another_indicator() {
    check(
        "县党代会女代表比例一般不低于全县党员中女性比例。",
        &["县党代会女代表比例 at_least_reference 全县党员中女性比例 soft"],
    );
    check(
        "职工代表大会女代表比例与女职工比例相适应。",
        &["职工代表大会女代表比例 match_reference 女职工比例"],
    );
    check("高中毕业女生升学比例与男生大体相当。", &["高中毕业女生升学比例 match_reference 男生"]);
    check(
        "妇女健康素养水平高于全省平均水平。",
        &["妇女健康素养水平 at_least_reference 全省平均水平"],
    );
    check(
        "低收入妇女收入增速不低于全县居民收入增速。",
        &["低收入妇女收入增速 at_least_reference 全县居民收入增速"],
    );
    check(
        "主要健康指标达到中等发达国家水平。",
        &["主要健康指标 at_least_reference 中等发达国家水平"],
    );
    check("孕产妇死亡率不高于全市平均水平。", &["孕产妇死亡率 <= 全市平均水平"]);
    check_measure("享有与经济社会发展相适应的养老服务。", &[]);
}

#[test]
fn judged_by_people() {
    check("健全性别平等评估机制。", &["健全性别平等评估机制 ?"]);
    check("妇女在乡村振兴中的作用充分发挥。", &["妇女在乡村振兴中的作用充分发挥 ?"]);
    check(
        "妇女维权意识增强。公共法律服务更加便捷。",
        &["妇女维权意识增强 ?", "公共法律服务更加便捷 ?"],
    );
    check(
        "形成平等和睦的家庭关系，妇女幸福感增强。",
        &["形成平等和睦的家庭关系，妇女幸福感增强 ?"],
    );
    check_measure("建立部门协作机制，强化宣传引导。", &[]);
}

#[test]
fn measures_only_tell_rates() {
    check_measure("提高妇女参与意识和能力，营造良好氛围。", &[]);
    check_measure("加强监测，切实降低剖宫产率。", &["剖宫产率 decrease"]);
    check_measure("扩大优质服务供给，提高妇女生活质量。", &[]);
}
