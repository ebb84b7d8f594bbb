//! A drawing as a sheet of its own: what a page says above and below it goes along.

use super::{Label, Weight, colour, escape, label, put};

/// Beside the words.
const MARGIN: f64 = 14.0;
const LINE: u32 = 20;

/// The drawing with its heading above and where its figures come from below.
pub fn sheet(drawing: &str, (width, height): (u32, u32), heading: &str, note: &str) -> String {
    let (above, below) = (lines(heading, width), lines(note, width));
    let count = |lines: &[String]| u32::try_from(lines.len()).unwrap_or(u32::MAX).min(50);
    let top = count(&above) * LINE + 10;
    let whole = top + height + count(&below) * LINE + 10;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" font-family=\"sans-serif\" viewBox=\"0 0 {width} {whole}\" \
         width=\"{width}\" height=\"{whole}\"><title>{}</title><rect width=\"{width}\" height=\"{whole}\" \
         fill=\"{}\"/>",
        escape(heading),
        colour::WHITE
    );
    let mut write = |lines: &[String], from: u32, fill, weight| {
        let mut y = f64::from(from);
        for text in lines {
            y += f64::from(LINE);
            label(&mut svg, &Label { x: MARGIN, y, anchor: "start", fill, weight, text });
        }
    };
    write(&above, 0, colour::TEXT, Weight::Bold);
    write(&below, top + height, colour::SECOND, Weight::Normal);
    put(
        &mut svg,
        format_args!("{}</svg>", drawing.replacen("<svg ", &format!("<svg y=\"{top}\" "), 1)),
    );
    svg
}

/// Words in lines that are not wider than a sheet.
fn lines(text: &str, width: u32) -> Vec<String> {
    let most = f64::from(width) - 2.0 * MARGIN;
    let mut lines: Vec<String> = Vec::new();
    let mut used = f64::INFINITY;
    for c in text.chars() {
        let wide = if c.is_ascii() { 7.4 } else { 12.6 };
        // a mark does not begin a line
        if used + wide > most && !"，。；：、）”".contains(c) {
            lines.push(String::new());
            used = 0.0;
        }
        used += wide;
        if let Some(line) = lines.last_mut() {
            line.push(c);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heading_and_note_go_along() {
        let drawing = "<svg xmlns=\"http://www.w3.org/2000/svg\"><title>图</title></svg>";
        let sheet = sheet(drawing, (334, 270), "甲县<某率>2025年9.8", &"来".repeat(60));
        assert!(sheet.contains("甲县&lt;某率&gt;2025年9.8</text>"), "{sheet}");
        assert_eq!(sheet.matches("<text").count(), 4, "{sheet}");
        assert_eq!(sheet.matches("<svg").count(), sheet.matches("</svg>").count());
    }

    #[test]
    fn no_word_is_lost_in_the_lines() {
        let text = "孕产妇死亡率2025年9.8/10万，".repeat(9);
        assert_eq!(lines(&text, 334).concat(), text);
        assert!(lines("", 334).is_empty());
    }
}
