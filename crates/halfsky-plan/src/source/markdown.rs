//! Markdown: marks of layout go, words and printed numbers stay.
//!
//! Many texts carry only stray marks. So every line break stays, list numbers are copied from the source (a reader
//! of Markdown would renumber `1.` `3.` into 1, 2), and whatever is not surely a mark is text.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::html;

/// Reads the text of a Markdown document.
pub(super) fn read(source: &str) -> String {
    let events = Parser::new_ext(source, Options::ENABLE_TABLES).into_offset_iter();
    let mut definitions: Vec<Range<usize>> = events
        .reference_definitions()
        .iter()
        .map(|(_, definition)| definition.span.clone())
        .collect();
    definitions.sort_by_key(|span| std::cmp::Reverse(span.start));
    let mut writer =
        Writer { source, text: String::with_capacity(source.len()), ..Writer::default() };
    for (event, range) in events {
        while definitions.last().is_some_and(|span| span.start <= range.start) {
            writer.definition(definitions.pop());
        }
        writer.event(event, &range);
    }
    while !definitions.is_empty() {
        writer.definition(definitions.pop());
    }
    writer.end_line();
    // Beside Chinese punctuation the rules of Markdown do not see emphasis; its authors meant it.
    if writer.text.contains("**") { writer.text.replace("**", "") } else { writer.text }
}

#[derive(Debug, Default)]
struct Writer<'a> {
    source: &'a str,
    text: String,
    /// HTML lines not yet read.
    html: String,
    in_table: bool,
    cells: usize,
    images: usize,
}

impl Writer<'_> {
    fn event(&mut self, event: Event<'_>, range: &Range<usize>) {
        match event {
            Event::Start(tag) => self.start(&tag, range),
            Event::End(tag) => self.end(tag),
            Event::Text(words) if self.images == 0 => self.words(&words),
            Event::Code(words) => self.text.push_str(&words),
            Event::Html(lines) => self.html.push_str(&lines),
            Event::InlineHtml(tag) if tag.to_ascii_lowercase().starts_with("<br") => {
                self.line_break();
            }
            Event::SoftBreak | Event::HardBreak => self.line_break(),
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>, range: &Range<usize>) {
        match tag {
            Tag::Item => {
                self.end_line();
                let mark = self.item_mark(range);
                self.text.push_str(&mark);
            }
            Tag::BlockQuote(_) => {
                self.end_line();
                let source = self.source.get(range.clone()).unwrap_or_default().trim_start();
                // A comparison at the start of a line is no quotation.
                if !source.starts_with("> ") && !source.starts_with(">\n") {
                    self.text.push('>');
                }
            }
            Tag::Table(_) => {
                self.end_line();
                self.in_table = true;
            }
            Tag::TableHead | Tag::TableRow => self.cells = 0,
            Tag::TableCell => {
                if self.cells > 0 {
                    self.text.push('\t');
                }
                self.cells += 1;
            }
            Tag::Image { .. } => self.images += 1,
            Tag::Paragraph if self.text.ends_with([' ', '>']) => {}
            Tag::Paragraph | Tag::Heading { .. } | Tag::CodeBlock(_) | Tag::HtmlBlock => {
                self.end_line();
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Image => self.images = self.images.saturating_sub(1),
            TagEnd::HtmlBlock => {
                let lines = html::fragment(&std::mem::take(&mut self.html));
                self.text.push_str(&lines);
            }
            TagEnd::Table => {
                self.end_line();
                self.in_table = false;
            }
            TagEnd::TableHead | TagEnd::TableRow => self.text.push('\n'),
            TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::CodeBlock | TagEnd::Item => {
                self.end_line();
            }
            _ => {}
        }
    }

    /// The number of a list item as printed; bullets other than a dash are layout.
    fn item_mark(&self, range: &Range<usize>) -> String {
        let item = self.source.get(range.clone()).unwrap_or_default().trim_start();
        let digits = item.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 {
            return item.get(..=digits).map(|mark| format!("{mark} ")).unwrap_or_default();
        }
        if item.starts_with('-') { "- ".to_owned() } else { String::new() }
    }

    fn words(&mut self, words: &str) {
        let line_start = self.text.is_empty() || self.text.ends_with('\n');
        let mut words = words;
        // `##一、健康` without a space is meant as a heading.
        if line_start && words.starts_with('#') {
            let rest = words.trim_start_matches('#');
            if words.len() - rest.len() <= 6 && !rest.starts_with(|c: char| c.is_ascii_digit()) {
                words = rest;
            }
        }
        self.text.push_str(words);
    }

    fn line_break(&mut self) {
        self.text.push(if self.in_table { ' ' } else { '\n' });
    }

    /// What Markdown takes for a link definition may be a remark: it stays.
    fn definition(&mut self, span: Option<Range<usize>>) {
        if let Some(line) = span.and_then(|span| self.source.get(span)) {
            self.end_line();
            self.text.push_str(line.trim_end());
            self.end_line();
        }
    }

    fn end_line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, expect: &str) {
        assert_eq!(read(source), expect, "{source}");
    }

    #[test]
    fn marks_go_and_words_stay() {
        check(
            "# 规划\n\n## 一、健康\n\n**目标**：提高到 *95%*。\n",
            "规划\n一、健康\n目标：提高到 95%。\n",
        );
        check(
            "**主要目标：**到2030年，见[附件](a.md)![图](b.png)。",
            "主要目标：到2030年，见附件。\n",
        );
        check("##一、健康\n#1号楼\n", "一、健康\n#1号楼\n");
    }

    #[test]
    fn printed_numbers_stay() {
        check("1. 甲\n3. 乙\n3. 丙\n", "1. 甲\n3. 乙\n3. 丙\n");
        check("7) 甲\n\n8) 乙\n   - 丙\n   * 丁\n", "7) 甲\n8) 乙\n- 丙\n丁\n");
        check("1.甲\n1、乙\n（1）丙\n2021. 年\n", "1.甲\n1、乙\n（1）丙\n2021. 年\n");
    }

    #[test]
    fn lines_stay_lines() {
        check("一行\n二行  \n三行\n\n四行\n---\n五行", "一行\n二行\n三行\n四行\n五行\n");
        check("　　缩进的段落\n    四个空格", "　　缩进的段落\n四个空格\n");
    }

    #[test]
    fn tables_become_rows() {
        check(
            "|指标|单位|目标值|\n|---|:-:|--|\n|预期寿命|岁|**82**<br>以上|\n||‰|a\\|b|\n后文\n\n正文",
            "指标\t单位\t目标值\n预期寿命\t岁\t82 以上\n\t‰\ta|b\n后文\t\t\n正文\n",
        );
    }

    #[test]
    fn doubtful_marks_are_text() {
        check(
            "降到5*10以下，a_b_c，3~5岁，<5%\n>=95%\n[1]: 说明\n[bookmark: x]",
            "降到5*10以下，a_b_c，3~5岁，<5%\n>=95%\n[1]: 说明\n[bookmark: x]\n",
        );
    }

    #[test]
    fn html_inside_is_read() {
        check(
            "前\n\n<table><tr><td>甲</td><td>乙</td></tr></table>\n\n后<br/>文<span>字</span>",
            "前\n甲\t乙\n后\n文字\n",
        );
    }
}
