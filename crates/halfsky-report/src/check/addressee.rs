//! 7.3.2: 主送机关.

use super::measured::Measured;
use super::{Deviation, deviation};

pub(super) fn check(measured: &Measured) -> Vec<Deviation> {
    let Some(line) = measured.addressee().and_then(|at| measured.lines.get(at)) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let place = format!("主送机关{}", line.quoted());
    if !line.text.trim().ends_with('：') {
        found.push(deviation("7.3.2", place.clone(), "末尾不是全角冒号", "末尾用全角冒号"));
    }
    if line.properties.first_line > 0 || line.properties.first_line_chars > 0 {
        found.push(deviation("7.3.2", place, "首行缩进", "居左顶格"));
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{check, letter};

    #[test]
    fn the_addressee_ends_in_a_full_width_colon() {
        check(&letter(), &[], "7.3.2", &[]);
        let broken = [("word/document.xml", "县卫生健康局：</w:t>", "县卫生健康局:</w:t>")];
        let told = ["主送机关“县卫生健康局:”：末尾不是全角冒号，应为末尾用全角冒号"];
        check(&letter(), &broken, "7.3.2", &told);
    }
}
