//! 5.1, 5.2.1: paper and margins.

use super::measured::{Measured, Sheet, millimetres};
use super::{Deviation, deviation};
use crate::layout::{BOTTOM, LEFT, MILLIMETRE, PAGE_HEIGHT, PAGE_WIDTH, RIGHT, TOP};

pub(super) fn check(measured: &Measured) -> Vec<Deviation> {
    (1..).zip(&measured.sheets).flat_map(|(number, sheet)| section(number, sheet)).collect()
}

fn section(number: usize, sheet: &Sheet) -> Vec<Deviation> {
    let landscape = sheet.width > sheet.height;
    // a landscape page is the upright one turned to the left
    let wanted = if landscape {
        [PAGE_HEIGHT, PAGE_WIDTH, LEFT, TOP, RIGHT, BOTTOM]
    } else {
        [PAGE_WIDTH, PAGE_HEIGHT, TOP, RIGHT, BOTTOM, LEFT]
    };
    let found = [sheet.width, sheet.height, sheet.top, sheet.right, sheet.bottom, sheet.left];
    let names = ["纸宽", "纸高", "上边距", "右边距", "下边距", "左边距"];
    let clauses = ["5.1", "5.1", "5.2.1", "5.2.1", "5.2.1", "5.2.1"];
    let all = names.into_iter().zip(clauses).zip(found).zip(wanted.map(i64::from));
    all.filter(|(((..), found), wanted)| (found - wanted).abs() > i64::from(MILLIMETRE))
        .map(|(((name, clause), found), wanted)| {
            let place = format!("第{number}节{name}");
            deviation(clause, place, millimetres(found), millimetres(wanted))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{check, letter, report};

    #[test]
    fn our_pages_are_those_of_the_standard() {
        check(&report(), &[], "5.2.1", &[]);
        check(&letter(), &[], "5.2.1", &[]);
    }

    #[test]
    fn another_margin_is_told_in_millimetres() {
        let broken = [("word/document.xml", "w:top=\"2098\"", "w:top=\"1440\"")];
        check(&report(), &broken, "5.2.1", &["第1节上边距：25.4 mm，应为37.0 mm"]);
    }
}
