//! Counts and shares of things.

use super::{check, check_measure};

#[test]
fn things_to_build() {
    check_measure("到2026年，建成12所示范性幼儿园。", &["示范性幼儿园 >= 12 count by 2026"]);
    check_measure("新增普惠托位3000个。", &["新增普惠托位 >= 3000 count"]);
    check_measure(
        "打造6个妇女创业基地、20个巾帼示范村。",
        &["妇女创业基地 >= 6 count", "巾帼示范村 >= 20 count"],
    );
    check_measure("培育巾帼家政企业不少于5家。", &["巾帼家政企业 >= 5 count"]);
    check("创建市级以上平安家庭示范社区30个以上。", &["市级以上平安家庭示范社区 >= 30 count"]);
    check_measure("累计培训农村妇女2万人次。", &["累计培训农村妇女 >= 2 count_10k"]);
    check_measure("全市建有1所标准化妇幼保健院。", &["全市标准化妇幼保健院 >= 1 count"]);
    check_measure("新建改扩建公办幼儿园8所。", &["公办幼儿园 >= 8 count"]);
}

#[test]
fn things_for_every_place() {
    check("每个乡镇至少配备1名专职儿童督导员。", &["乡镇专职儿童督导员 >= 1 count [每个乡镇]"]);
    check_measure(
        "每个县至少建立一所未成年人救助保护机构。",
        &["县未成年人救助保护机构 >= 1 count [每个县]"],
    );
    check("乡镇党政领导班子至少有1名女干部。", &["乡镇党政领导班子女干部 >= 1 count"]);
    check("县级领导班子中至少各配备两名女干部。", &["县级领导班子女干部 >= 2 count"]);
    check_measure(
        "每所学校不少于2名专职心理健康教师。",
        &["学校专职心理健康教师 >= 2 count [每所学校]"],
    );
    check_measure("每个街道拥有1个以上儿童之家。", &["街道儿童之家 >= 1 count [每个街道]"]);
    check_measure("各社区至少建成1处母婴室。", &["社区母婴室 >= 1 count [各社区]"]);
    check("村“两委”班子中至少有1名女性成员。", &["村“两委”班子女性成员 >= 1 count"]);
}

#[test]
fn times_a_year() {
    check_measure(
        "社区家长学校每年至少开展4次亲职课堂。",
        &["社区家长学校亲职课堂 >= 4 count_per_year"],
    );
    check_measure(
        "妇女之家每年组织6次技能培训和2次法律讲座。",
        &["妇女之家技能培训 >= 6 count_per_year", "妇女之家法律讲座 >= 2 count_per_year"],
    );
    check_measure("流动服务车每年下乡不少于10次。", &["流动服务车每年下乡 >= 10 count_per_year"]);
    check_measure("对村妇联干部每年至少轮训1次。", &["对村妇联干部轮训 >= 1 count_per_year"]);
    check_measure(
        "中小学校每学期至少开展1次防溺水教育。",
        &["中小学校每学期防溺水教育 >= 1 count"],
    );
}

#[test]
fn shares_of_things() {
    check_measure("85%的学校达到绿色学校标准。", &["学校达到绿色学校标准的比例 >= 85 percent"]);
    check("一半以上的村级班子配备女干部。", &["村级班子配备女干部的比例 >= 50 percent"]);
    check(
        "95%的城市社区和85%的农村社区（村）建立家长学校。",
        &[
            "城市社区建立家长学校的比例 >= 95 percent",
            "农村社区（村）建立家长学校的比例 >= 85 percent",
        ],
    );
    check("90%以上的城乡社区建有儿童之家。", &["城乡社区建有儿童之家的比例 >= 90 percent"]);
    check(
        "三分之一以上的企业董事会中有女性成员。",
        &["企业董事会中有女性成员的比例 >= 33.33 percent"],
    );
    check(
        "90%以上的街道和80%以上的乡镇至少配备1名专职社工。",
        &[
            "街道至少配备1名专职社工的比例 >= 90 percent",
            "乡镇至少配备1名专职社工的比例 >= 80 percent",
        ],
    );
    check_measure("引导70%以上的家庭参与亲子阅读。", &["家庭参与亲子阅读的比例 >= 70 percent"]);
    check("女性占新发展党员的45%以上。", &["女性占新发展党员的比例 >= 45 percent"]);
    check("县级人大代表中女性占30%以上。", &["县级人大代表中女性占比 >= 30 percent"]);
}
