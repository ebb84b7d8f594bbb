//! The text: headings, paragraphs, tables, charts.

use crate::chart::ChartSize;
use crate::chart::line::line_chart;
use crate::chart::put;
use crate::document::{Chart, Heading, Level, NumberedTable, Paragraph};
use crate::fonts::Fonts;
use crate::render::picture::{Picture, png};
use crate::table::Align;

use super::DocxError;
use super::section::Section;
use super::xml::{escape, paragraph, run};

/// English metric units in a twip.
const EMU_PER_TWIP: u64 = 635;

/// Whether a paragraph may be parted from the next by a page break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    Free,
    /// The signature under it must not stand alone on a page.
    WithNext,
}

/// A text being written.
pub(super) struct Body<'a> {
    xml: String,
    pictures: Vec<Picture>,
    fonts: Option<&'a Fonts>,
    /// A section that ended; written only when something comes after it.
    ended: Option<String>,
}

impl<'a> Body<'a> {
    pub(super) const fn new(fonts: Option<&'a Fonts>) -> Self {
        Self { xml: String::new(), pictures: Vec::new(), fonts, ended: None }
    }

    /// The text, its pictures, and the section nothing came after.
    pub(super) fn finish(self) -> (String, Vec<Picture>, Option<String>) {
        (self.xml, self.pictures, self.ended)
    }

    /// Adds paragraphs as they are; nothing, where there are none.
    pub(super) fn raw(&mut self, xml: &str) {
        if xml.is_empty() {
            return;
        }
        if let Some(section) = self.ended.take() {
            // the mark of a section stands in a paragraph: one too low to be seen
            self.xml.push_str(&paragraph("Anchor", &section, ""));
        }
        self.xml.push_str(xml);
    }

    pub(super) fn end_section(&mut self, section: Section) {
        self.ended = Some(section.properties());
    }

    pub(super) fn styled(&mut self, style: &str, text: &str) {
        self.raw(&paragraph(style, "", &run(text)));
    }

    pub(super) fn styled_on_new_page(&mut self, style: &str, text: &str) {
        self.raw(&paragraph(style, "<w:pageBreakBefore/>", &run(text)));
    }

    pub(super) fn heading(&mut self, heading: &Heading) {
        let style = match heading.level {
            Level::One => "Heading1",
            Level::Two => "Heading2",
            Level::Three => "Heading3",
            Level::Four => "Heading4",
        };
        self.styled(style, &heading.text);
    }

    pub(super) fn paragraph(&mut self, text: &Paragraph, keep: Keep) {
        let properties = match keep {
            Keep::Free => "",
            Keep::WithNext => "<w:keepNext/>",
        };
        let runs: String = text.runs.iter().map(|r| run(r.text())).collect();
        self.raw(&paragraph("BodyText", properties, &runs));
    }

    /// A table over the whole width; its heads stand again on every page.
    pub(super) fn table(&mut self, numbered: &NumberedTable, width: u32) {
        let table = &numbered.table;
        let widths = shares(&numbered.widths, table.columns.len(), width);
        let mut xml = paragraph("Caption", "", &run(&numbered.caption));
        put(
            &mut xml,
            format_args!(
                "<w:tbl><w:tblPr><w:tblStyle w:val=\"TableGrid\"/><w:tblW w:w=\"{width}\" w:type=\"dxa\"/>\
             <w:jc w:val=\"center\"/><w:tblLayout w:type=\"fixed\"/><w:tblLook w:val=\"0020\"/>\
             <w:tblCaption w:val=\"{}\"/></w:tblPr><w:tblGrid>",
                escape(&numbered.caption)
            ),
        );
        for width in &widths {
            put(&mut xml, format_args!("<w:gridCol w:w=\"{width}\"/>"));
        }
        xml.push_str("</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
        for (column, width) in table.columns.iter().zip(&widths) {
            xml.push_str(&cell(*width, &paragraph("TableHead", "", &run(&column.title))));
        }
        xml.push_str("</w:tr>");
        for row in &table.rows {
            xml.push_str("<w:tr><w:trPr><w:cantSplit/></w:trPr>");
            for ((text, column), width) in row.iter().zip(&table.columns).zip(&widths) {
                let style = match column.align {
                    Align::Left => "TableText",
                    Align::Right => "TableNumber",
                };
                xml.push_str(&cell(*width, &paragraph(style, "", &run(text))));
            }
            xml.push_str("</w:tr>");
        }
        xml.push_str("</w:tbl>");
        for note in &numbered.notes {
            xml.push_str(&paragraph("TableNote", "", &run(note)));
        }
        if numbered.notes.is_empty() {
            // two tables without anything between them would become one
            xml.push_str(&paragraph("TableNote", "", ""));
        }
        self.raw(&xml);
    }

    pub(super) fn chart(&mut self, chart: &Chart, width: u32) -> Result<(), DocxError> {
        let number = self.pictures.len() + 1;
        let Ok(svg) = line_chart(&chart.chart, ChartSize::Wide, "chart") else {
            self.styled("Caption", &format!("{}（无数据，未绘图）", chart.caption));
            return Ok(());
        };
        let picture = png(&svg, self.fonts.ok_or(DocxError::NoFonts)?)?;
        let across = u64::from(width) * EMU_PER_TWIP;
        let down = across * u64::from(picture.height) / u64::from(picture.width.max(1));
        let described = escape(&chart.chart.description);
        let extent = format!("cx=\"{across}\" cy=\"{down}\"");
        let drawing = format!(
            "<w:r><w:drawing><wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\"><wp:extent {extent}/>\
             <wp:docPr id=\"{number}\" name=\"图{number}\" descr=\"{described}\"/>\
             <a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic>\
             <pic:nvPicPr><pic:cNvPr id=\"{number}\" name=\"image{number}.png\" descr=\"{described}\"/><pic:cNvPicPr/></pic:nvPicPr>\
             <pic:blipFill><a:blip r:embed=\"rImage{number}\"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>\
             <pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext {extent}/></a:xfrm>\
             <a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>\
             </wp:inline></w:drawing></w:r>"
        );
        let mut xml = paragraph("Figure", "", &drawing);
        xml.push_str(&paragraph("FigureCaption", "", &run(&chart.caption)));
        self.raw(&xml);
        self.pictures.push(picture);
        Ok(())
    }
}

fn cell(width: u32, content: &str) -> String {
    format!(
        "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/><w:vAlign w:val=\"center\"/></w:tcPr>{content}</w:tc>"
    )
}

/// Shares as twips that add up to the width; equal ones where not every column has a share.
fn shares(shares: &[u16], columns: usize, width: u32) -> Vec<u32> {
    let equal = vec![1; columns];
    let shares = if shares.len() == columns { shares } else { &equal };
    let sum: u32 = shares.iter().map(|s| u32::from(*s)).sum::<u32>().max(1);
    let mut widths: Vec<u32> = shares.iter().map(|s| u32::from(*s) * width / sum).collect();
    let used: u32 = widths.iter().sum();
    if let Some(last) = widths.last_mut() {
        *last += width - used;
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_fill_the_width() {
        assert_eq!(shares(&[2, 1], 2, 100), [66, 34]);
        assert_eq!(shares(&[2], 3, 90), [30, 30, 30]);
        assert_eq!(shares(&[], 0, 90), Vec::<u32>::new());
    }
}
