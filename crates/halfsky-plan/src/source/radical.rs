//! Radicals that stand for whole characters.
//!
//! Some producers of PDF write 女, 长 or 目 with the codes of the dictionary radicals ⼥, ⻓, ⽬, and people paste such
//! text elsewhere. They look the same and compare as different, so the character itself is put in their place. Both
//! have three bytes: no place in the text moves.

/// The characters of the Kangxi radicals, from U+2F00 on.
const KANGXI: &str = "\
    一丨丶丿乙亅二亠人儿入八冂冖冫几凵刀力勹匕匚匸十卜卩厂厶又口囗土士夂夊夕大女子宀寸小尢尸屮山巛工己巾干幺广廴\
    廾弋弓彐彡彳心戈戶手支攴文斗斤方无日曰月木欠止歹殳毋比毛氏气水火爪父爻爿片牙牛犬玄玉瓜瓦甘生用田疋疒癶白皮皿\
    目矛矢石示禸禾穴立竹米糸缶网羊羽老而耒耳聿肉臣自至臼舌舛舟艮色艸虍虫血行衣襾見角言谷豆豕豸貝赤走足身車辛辰辵\
    邑酉釆里金長門阜隶隹雨靑非面革韋韭音頁風飛食首香馬骨高髟鬥鬯鬲鬼魚鳥鹵鹿麥麻黃黍黑黹黽鼎鼓鼠鼻齊齒龍龜龠";
/// The characters of the radicals supplement that are words of their own.
const SUPPLEMENT: &[(char, char)] = &[
    ('⺟', '母'),
    ('⺠', '民'),
    ('⻁', '虎'),
    ('⻄', '西'),
    ('⻅', '见'),
    ('⻆', '角'),
    ('⻉', '贝'),
    ('⻋', '车'),
    ('⻑', '長'),
    ('⻓', '长'),
    ('⻔', '门'),
    ('⻘', '青'),
    ('⻙', '韦'),
    ('⻚', '页'),
    ('⻛', '风'),
    ('⻜', '飞'),
    ('⻝', '食'),
    ('⻢', '马'),
    ('⻣', '骨'),
    ('⻤', '鬼'),
    ('⻥', '鱼'),
    ('⻦', '鸟'),
    ('⻧', '卤'),
    ('⻨', '麦'),
    ('⻩', '黄'),
    ('⻬', '齐'),
    ('⻮', '齿'),
    ('⻰', '龙'),
    ('⻳', '龟'),
    ('⺁', '厂'),
    ('⺩', '王'),
    ('⺶', '羊'),
];

/// Puts whole characters in the place of radicals.
pub(super) fn unified(text: String) -> String {
    // Every radical begins with these two bytes.
    let leads = [b"\xE2\xBA", b"\xE2\xBB", b"\xE2\xBC", b"\xE2\xBD", b"\xE2\xBE", b"\xE2\xBF"];
    if leads.iter().all(|lead| memchr::memmem::find(text.as_bytes(), *lead).is_none()) {
        return text;
    }
    let kangxi: Vec<char> = KANGXI.chars().collect();
    let whole = |c: char| match c {
        '\u{2F00}'..='\u{2FD5}' => kangxi.get(c as usize - 0x2F00).copied().unwrap_or(c),
        '\u{2E80}'..='\u{2EFF}' => {
            SUPPLEMENT.iter().find(|(radical, _)| *radical == c).map_or(c, |pair| pair.1)
        }
        c => c,
    };
    text.chars().map(whole).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn radicals_become_characters() {
        let text = "云溪县妇⼥发展，⼀、⽬标，⻓期，龠：⿕";
        let whole = unified(text.to_owned());
        assert_eq!(whole, "云溪县妇女发展，一、目标，长期，龠：龠");
        assert_eq!(whole.len(), text.len());
    }
}
