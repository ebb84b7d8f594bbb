//! Simplified: the traditional characters the reader needs to know, one for one.
//!
//! Only characters of headings, units and verbs are here: a reader's crib, not a converter. Both forms
//! take three bytes, so offsets stay what they were.

/// Traditional and simplified characters in turn.
const PAIRS: &str = "\
婦妇兒儿與与標标發发規规劃划綱纲組组織织實实監监測测評评領领經经濟济參参決决會会環环設设縣县區区鄉乡鎮镇\
國国總总體体導导則则業业務务達达歲岁個个數数萬万億亿減减縮缩較较於于從从歷历為为對对種种計计員员單单\
牽牵頭头責责進进護护衛卫醫医療疗產产嬰婴勞劳動动險险養养學学齡龄義义職职長长優优題题問问權权際际農农\
興兴適适應应無无時时間间後后內内貧贫愛爱來来現现強强續续擴扩確确證证顯显漸渐穩稳趨趋勢势緩缓斷断齊齐\
遲迟篩筛檢检診诊傳传殘残傷伤網网絡络預预礙碍辦办廳厅關关書书圖图館馆節节獎奖創创結结構构層层級级類类\
號号條条項项約约屆届幹干黨党團团議议選选舉举範范圍围場场廁厕飲饮淨净電电線线廣广開开閉闭讀读備备給给\
處处復复準准術术藝艺聯联隊队專专遠远邊边過过還还這这運运極极歸归觀观視视訊讯記记訪访話话語语調调識识\
讓让質质資资贍赡費费負负財财貫贯購购輔辅輕轻轉转鍛锻煉炼錄录門门陽阳隨随隱隐難难雙双離离響响頁页順顺\
須须頻频願愿顧顾驗验點点擬拟損损據据擇择擔担攜携敗败暫暂橋桥機机殺杀氣气滿满滅灭濃浓災灾爐炉獨独獲获\
異异當当癥症盡尽眾众矯矫碼码禮礼稅税競竞範范糧粮納纳細细終终統统維维綜综繼继績绩編编緊紧縣县總总繫系\
聽听聲声腦脑臨临舊旧華华藥药蘇苏虛虚補补製制訂订訓训託托許许詐诈詢询試试該该詳详誠诚說说論论講讲譜谱\
變变豐丰貨货貿贸賴赖贏赢趕赶跡迹蹤踪軟软載载輛辆輿舆農农遊游遞递遷迁鄭郑醜丑釋释鋪铺鏈链鐵铁閱阅陳陈\
階阶雜杂靜静韌韧頒颁額额顆颗飽饱館馆駐驻騙骗騷骚髮发鬧闹";

/// The pairs sorted by the traditional character.
const TABLE: ([(u16, u16); 512], usize) = sorted();

/// One bit per character of the basic plane: whether the table knows it.
static KNOWN: [u64; 1024] = known();

const fn decode(bytes: &[u8], at: usize) -> u16 {
    ((bytes[at] as u16 & 0x0F) << 12)
        | ((bytes[at + 1] as u16 & 0x3F) << 6)
        | (bytes[at + 2] as u16 & 0x3F)
}

const fn sorted() -> ([(u16, u16); 512], usize) {
    let bytes = PAIRS.as_bytes();
    let (mut table, mut length, mut at) = ([(0, 0); 512], 0, 0);
    while at < bytes.len() {
        let pair = (decode(bytes, at), decode(bytes, at + 3));
        let mut place = length;
        while place > 0 && table[place - 1].0 > pair.0 {
            table[place] = table[place - 1];
            place -= 1;
        }
        table[place] = pair;
        length += 1;
        at += 6;
    }
    (table, length)
}

const fn known() -> [u64; 1024] {
    let (mut bits, mut index) = ([0; 1024], 0);
    while index < TABLE.1 {
        let code = TABLE.0[index].0 as usize;
        bits[code / 64] |= 1 << (code % 64);
        index += 1;
    }
    bits
}

/// The text with its known traditional characters simplified; None when it has none.
pub fn simplify(text: &str) -> Option<String> {
    let first = first_known(text.as_bytes())?;
    let mut simple = String::with_capacity(text.len());
    simple.push_str(&text[..first]);
    simple.extend(text[first..].chars().map(simple_form));
    Some(simple)
}

fn first_known(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        at += match byte {
            0xE4..=0xE9 => {
                let code = usize::from(decode(bytes, at));
                if KNOWN[code / 64] >> (code % 64) & 1 == 1 {
                    return Some(at);
                }
                3
            }
            0xE0..=0xEF => 3,
            0xC0..=0xDF => 2,
            0xF0.. => 4,
            _ => 1,
        };
    }
    None
}

fn simple_form(c: char) -> char {
    let Ok(code) = u16::try_from(u32::from(c)) else { return c };
    let table = &TABLE.0[..TABLE.1];
    match table.binary_search_by_key(&code, |pair| pair.0) {
        Ok(index) => char::from_u32(u32::from(table[index].1)).unwrap_or(c),
        Err(_) => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_become_simplified_at_the_same_offsets() {
        let text = "（一）婦女與健康：主要目標";
        let simple = simplify(text).unwrap();
        assert_eq!(simple, "（一）妇女与健康：主要目标");
        assert_eq!(simple.len(), text.len());
        assert_eq!(simplify("妇女与健康"), None);
    }
}
