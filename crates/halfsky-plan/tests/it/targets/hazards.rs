//! Hazards of typing, printing and copying.

use super::{check, check_note};

#[test]
fn spaces_and_signs() {
    check("筛查率 达到 72 % 以上。", &["筛查率 >= 72 percent"]);
    check("孕产妇死亡率控制在 9.5 / 10 万以下。", &["孕产妇死亡率 <= 9.5 per_100k"]);
    check("毛入园率达到97。5％。", &["毛入园率 >= 97.5 percent"]);
    check("覆盖率达到９０％以上。", &["覆盖率 >= 90 percent"]);
    check("参保人数达到12,500人。", &["参保人数 >= 12500 person"]);
    check("治疗率达到９５.5%;检测率达到98%", &["治疗率 >= 95.5 percent", "检测率 >= 98 percent"]);
}

#[test]
fn brackets_of_all_kinds() {
    check(
        "乡镇（街道）领导班子(含党委)至少配备1名女干部。",
        &["乡镇（街道）领导班子(含党委)女干部 >= 1 count"],
    );
    check(
        "中小学校（含幼儿园(班)）食堂合格率达到99%。",
        &["中小学校（含幼儿园(班)）食堂合格率 >= 99 percent"],
    );
    check("社区（村儿童之家覆盖率达到90%。", &["社区（村儿童之家覆盖率 >= 90 percent"]);
}

#[test]
fn lost_and_doubtful_signs() {
    check("展望二三五年，妇女参保率达到98%。", &["妇女参保率 >= 98 percent by 2035"]);
    // ‰ printed as %: no region loses four children of a hundred; the note asks a person to confirm
    check("婴儿死亡率控制在4%以下。", &["婴儿死亡率 <= 4 permille"]);
    check("婴儿死亡率控制在0.4%以下。", &["婴儿死亡率 <= 0.4 percent"]);
    check_note("婴儿死亡率控制在4%以下。", "通常以“‰”计");
    check_note("孕产妇死亡率控制在10‰以下。", "通常以“/10万”计");
    check_note("孕产妇死亡率控制在12以下。", "没有计量单位");
    check_note("达到90%以上。", "没有读出指标名称");
    check_note("参保率达到985%。", "超过百分之百");
}

#[test]
fn missing_marks() {
    check("筛查率达到75%治疗率达到92%", &["筛查率 >= 75 percent", "治疗率 >= 92 percent"]);
    check(
        "筛查率达到75%以上且治疗率不低于92%。",
        &["筛查率 >= 75 percent", "治疗率 >= 92 percent"],
    );
}
