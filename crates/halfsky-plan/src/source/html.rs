//! Web pages: the text a visitor sees, block by block, tables row by row.
//!
//! Reads in one pass without building a tree, so that no page is too deep or too broken. Navigation is left out
//! where it is told apart for sure (lists of links, `nav`, `footer`); what may be content stays.

use super::info;
use crate::note::Note;

mod element;
mod entity;
mod flow;
mod list;
mod page;
mod token;

pub(super) use token::declared_encoding;

/// Reads the visible text of a page.
pub(super) fn read(source: &str, notes: &mut Vec<Note>) -> String {
    let page = page::render(source);
    if page.left_out > 0 {
        let message = format!("已略去网页导航、页脚等 {} 处", page.left_out);
        notes.push(info(message, "如缺少正文，请复制网页正文存为 txt 后上传".to_owned()));
    }
    page.text
}

/// Reads a piece of HTML inside another text.
pub(super) fn fragment(source: &str) -> String {
    page::render(source).text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, expect: &str) {
        assert_eq!(read(source, &mut Vec::new()), expect, "{source}");
    }

    #[test]
    fn blocks_become_lines() {
        check(
            "<h1>规划</h1><p>一、<b>健康</b></p>二<br>三<div>四</div>五",
            "规划\n一、健康\n二\n三\n四\n五\n",
        );
        check("<P>甲<P>乙<ul><li>丙<li>丁</ul>", "甲\n乙\n丙\n丁\n");
        check("<pre>一\n  二</pre>", "一\n  二\n");
    }

    #[test]
    fn spaces_are_those_a_browser_shows() {
        check("<p>  到2030年，\n    妇女  健康 </p>", "到2030年，妇女 健康\n");
        check("<p>women\nand men</p>", "women and men\n");
        check(
            "<p>&nbsp;&nbsp;&emsp;达到&nbsp;95&#37;&#8212;&#x4E00;&ldquo;两纲&rdquo;&#151;&bogus;&lt;</p>",
            "\u{3000}达到 95%—一“两纲”—&bogus;<\n",
        );
    }

    #[test]
    fn only_what_is_visible() {
        check(
            "<head><title>标题</title><style>p{}</style></head><p>甲<script>if(a</p>b)</script>乙<!-- 丙 --></p>",
            "甲乙\n",
        );
        check(
            "<p style='display: none'>隐</p><p hidden>隐<p>显示<select><option>选</select>",
            "显示\n",
        );
        check("<p><![if !supportLists]><span>1.</span><![endif]>目标</p>", "1.目标\n");
        check("<div style=\"display:none\">没有合上的标签<p>正文</p>", "没有合上的标签\n正文\n");
        check(
            "<h1>规划</h1><div style='display:none'>由脚本显示的正文</div>",
            "规划\n由脚本显示的正文\n",
        );
    }

    #[test]
    fn ordered_lists_show_their_numbers() {
        check("<ol><li>甲</li><li value=5>乙</li><li>丙</li></ol>", "1. 甲\n5. 乙\n6. 丙\n");
        check("<ol start=3><li>甲<ol type=a><li>乙</ol><li>丁</ol>", "3. 甲\na. 乙\n4. 丁\n");
        check(
            "<ol><li>1．甲</li><li>2．乙</li></ol><ol style='list-style:none'><li>丙</ol>",
            "1．甲\n2．乙\n丙\n",
        );
    }

    #[test]
    fn tables_become_rows() {
        check(
            "<table><tr><th rowspan=2>领域<th colspan=2>目标值<tr><td>2025年<td>2030年<tr><td>健康<td><p>90%</p><td>95<br>%</table>后",
            "领域\t目标值\t\n领域\t2025年\t2030年\n健康\t90%\t95 %\n后\n",
        );
        check("<table><tr><td>a<table><tr><td>b<td>c</table><td>d</table>", "a b c\td\n");
    }

    #[test]
    fn navigation_is_left_out_and_content_is_not() {
        let menu = "<a href='/a'>首页</a><a href='/b'>政务公开</a><a href='/c'>互动交流</a>";
        let body = "<p>到2030年，妇女健康水平明显提高，人均预期寿命延长。</p>".repeat(20);
        let lines = "到2030年，妇女健康水平明显提高，人均预期寿命延长。\n".repeat(20);
        check(
            &format!(
                "<div class='top'>{menu}</div><div id=main><h1>规划</h1>{body}</div><footer>备案号</footer>"
            ),
            &format!("规划\n{lines}"),
        );
        check(
            &format!("<header><h1>规划</h1></header><div class=main-nav>{body}</div>"),
            &format!("规划\n{lines}"),
        );
        check(&format!("<table><tr><td>{menu}<td>{body}</table>"), &lines);
        let contents =
            "<a href='#1'>一、健康</a><a href='#2'>二、教育</a><a href='#3'>三、经济</a>";
        check(
            &format!("<div>{contents}</div>{body}"),
            &format!("一、健康二、教育三、经济\n{lines}"),
        );
    }

    #[test]
    fn depth_is_bounded() {
        let deep = format!("{}核心{}", "<div><b>".repeat(50_000), "</b></div>".repeat(50_000));
        check(&deep, "核心\n");
        let cells = format!("{}核心", "<table><tr><td>".repeat(5_000));
        check(&cells, "核心\n");
    }
}
