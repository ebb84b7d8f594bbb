//! What a file is, told from its first bytes; the extension is only a hint.

use super::{Format, SourceError, archive};

/// Formats that are not plain text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    Docx,
    Pdf,
}

/// How a recognised but unreadable file announces itself: offset, bytes, what it is, what to do.
const UNREADABLE: &[(usize, &[u8], &str, &str)] = &[
    (0, b"{\\rtf", "这是 RTF 文件", SAVE_AS_DOCX),
    (0, b"\x89PNG", "这是一张图片", PICTURE),
    (0, b"\xFF\xD8\xFF", "这是一张图片", PICTURE),
    (0, b"GIF8", "这是一张图片", PICTURE),
    (0, b"II*\0", "这是一张图片", PICTURE),
    (0, b"MM\0*", "这是一张图片", PICTURE),
    (8, b"WEBP", "这是一张图片", PICTURE),
    (0, b"Rar!", "这是压缩包", UNPACK),
    (0, b"7z\xBC\xAF", "这是压缩包", UNPACK),
    (0, b"\x1F\x8B", "这是压缩包", UNPACK),
    (0, b"SQLite format 3", "这是数据库文件", "请上传规划文件本身（docx、pdf、html、md 或 txt）"),
    (
        0,
        b"MIME-Version:",
        "这是单个文件网页（mht）",
        "请用浏览器打开后另存为 html，或复制文字存为 txt",
    ),
    (0, b"\x7FELF", "这是程序文件", "请上传规划文件本身（docx、pdf、html、md 或 txt）"),
];
const SAVE_AS_DOCX: &str = "请用 Word 或 WPS 打开，另存为 docx 后再上传";
const PICTURE: &str = "请先做文字识别（OCR），或上传 Word 原件";
const UNPACK: &str = "请先解压，再上传其中的规划文件";

/// The format an extension promises.
pub(super) fn hinted(name: &str) -> Option<Format> {
    let (_, extension) = name.rsplit_once('.')?;
    match extension.to_ascii_lowercase().as_str() {
        "txt" | "text" => Some(Format::Txt),
        "md" | "markdown" => Some(Format::Markdown),
        "html" | "htm" | "xhtml" | "shtml" => Some(Format::Html),
        "docx" | "docm" | "dotx" => Some(Format::Docx),
        "pdf" => Some(Format::Pdf),
        _ => None,
    }
}

/// The container format of the bytes; None for anything that may be text.
pub(super) fn container(
    bytes: &[u8],
    hint: Option<Format>,
) -> Result<Option<Container>, SourceError> {
    if is_pdf(bytes, hint) {
        return Ok(Some(Container::Pdf));
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return archive::kind(bytes).map(|()| Some(Container::Docx));
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        return Err(compound(bytes));
    }
    // A bitmap starts with two plain letters: only its zero bytes set it apart from text.
    if bytes.starts_with(b"BM") && bytes.get(6..10) == Some(&[0; 4]) {
        return Err(SourceError::Unsupported { found: "这是一张图片", advice: PICTURE });
    }
    for (offset, mark, found, advice) in UNREADABLE {
        if bytes.get(*offset..).is_some_and(|rest| rest.starts_with(mark)) {
            return Err(SourceError::Unsupported { found, advice });
        }
    }
    match hint {
        Some(format @ Format::Docx) if !looks_like_text(bytes) => {
            Err(SourceError::damaged(format, "不是有效的压缩结构"))
        }
        Some(format @ Format::Pdf) if !looks_like_text(bytes) => {
            Err(SourceError::damaged(format, "缺少文件头"))
        }
        _ => Ok(None),
    }
}

/// A PDF may carry rubbish before its header; that far into the file only the extension makes it believable.
fn is_pdf(bytes: &[u8], hint: Option<Format>) -> bool {
    let head = bytes.get(..1024).unwrap_or(bytes);
    let start = head.trim_ascii_start();
    start.starts_with(b"%PDF-")
        || start.strip_prefix(b"\xEF\xBB\xBF").is_some_and(|rest| rest.starts_with(b"%PDF-"))
        || (hint == Some(Format::Pdf) && head.windows(5).any(|part| part == b"%PDF-"))
}

fn looks_like_text(bytes: &[u8]) -> bool {
    let head = bytes.get(..4096).unwrap_or(bytes);
    !head.contains(&0)
}

/// The compound files of old office software, and the shell of encrypted documents.
fn compound(bytes: &[u8]) -> SourceError {
    let holds = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(wide.len()).any(|part| part == wide)
    };
    if holds("EncryptedPackage") {
        return SourceError::Encrypted(Format::Docx);
    }
    if holds("Workbook") || holds("Book") {
        return SourceError::Unsupported {
            found: "这是 Excel 工作簿（xls）",
            advice: "规划全文请用 docx、pdf、html、md 或 txt",
        };
    }
    SourceError::Unsupported {
        found: "这是旧版 Word 或 WPS 文档（doc、wps）",
        advice: SAVE_AS_DOCX,
    }
}

/// The format of decoded text.
pub(super) fn text_format(text: &str, hint: Option<Format>) -> Format {
    let head = text.trim_start();
    let page = ["<!doctype html", "<html", "<head", "<body"].iter().any(|mark| starts(head, mark));
    let xml_page = starts(head, "<?xml") && contains_within(head, "<html", 2048);
    if page || xml_page || tags(text) >= if hint == Some(Format::Html) { 1 } else { 6 } {
        Format::Html
    } else if hint == Some(Format::Markdown) || markdown_marks(text) {
        Format::Markdown
    } else {
        Format::Txt
    }
}

fn starts(text: &str, mark: &str) -> bool {
    text.as_bytes().get(..mark.len()).is_some_and(|head| head.eq_ignore_ascii_case(mark.as_bytes()))
}

fn contains_within(text: &str, mark: &str, limit: usize) -> bool {
    let head = text.as_bytes().get(..limit).unwrap_or(text.as_bytes());
    head.windows(mark.len()).any(|part| part.eq_ignore_ascii_case(mark.as_bytes()))
}

/// Counts closing tags of text blocks (up to a handful): a page saved without its frame.
fn tags(text: &str) -> usize {
    let closing = |rest: &str| {
        ["p>", "div>", "td>", "span>", "h1>", "h2>", "li>"].iter().any(|t| starts(rest, t))
    };
    text.match_indices("</").filter(|(at, _)| closing(&text[at + 2..])).take(6).count()
}

/// Headings or a table ruler that nobody writes by chance.
fn markdown_marks(text: &str) -> bool {
    let mut headings = 0;
    for line in text.lines() {
        let rest = line.trim_start_matches('#');
        let level = line.len() - rest.len();
        headings += usize::from((1..=6).contains(&level) && rest.starts_with(' '));
        let ruler = line.len() > 2 && line.contains("--") && line.contains('|');
        if headings >= 2 || (ruler && line.bytes().all(|b| b"|-: \t".contains(&b))) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, name: &str, expect: Format) {
        assert_eq!(text_format(text, hinted(name)), expect, "{name}: {text}");
    }

    #[test]
    fn content_decides_before_the_extension() {
        check("<!DOCTYPE html><p>目标</p>", "a.txt", Format::Html);
        check("<?xml version=\"1.0\"?>\n<html xmlns=\"x\">", "a", Format::Html);
        check("# 一\n\n## 二\n", "a.txt", Format::Markdown);
        check("|指标|目标值|\n|---|:-:|\n", "", Format::Markdown);
        check("一、总体要求\n", "a.md", Format::Markdown);
        check("#1 楼\n——\n", "a.txt", Format::Txt);
        check("大于<5%，小于</10>", "a.txt", Format::Txt);
        check("<p>目标</p>", "a.html", Format::Html);
        check("纯文字", "a.html", Format::Txt);
    }
}
