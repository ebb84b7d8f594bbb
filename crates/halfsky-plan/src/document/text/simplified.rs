//! Simplified: the traditional characters the reader needs to know, one for one.
//!
//! The characters that plans are written with are here, one simplified form each. Both forms take
//! three bytes, so offsets stay what they were.

/// Traditional and simplified characters in turn.
const PAIRS: &str = "\
婦妇兒儿與与標标發发規规劃划綱纲組组織织實实監监測测評评領领經经濟济參参決决會会環环設设縣县區区鄉乡鎮镇國国總总體体導导則则業业務务達达歲岁個个數数萬万億亿減减縮缩較较從从歷历為为對对種种計计員员單单\
牽牵頭头責责進进護护衛卫醫医療疗產产嬰婴勞劳動动險险養养學学齡龄義义職职長长優优題题問问權权際际農农興兴適适應应無无時时間间內内貧贫愛爱來来現现強强續续擴扩確确證证顯显漸渐穩稳趨趋勢势緩缓斷断齊齐遲迟\
篩筛檢检診诊傳传殘残傷伤網网絡络預预礙碍辦办廳厅關关書书圖图館馆節节獎奖創创結结構构層层級级類类號号條条項项約约屆届幹干黨党團团議议選选舉举範范圍围場场廁厕飲饮淨净電电線线廣广開开閉闭讀读備备給给處处\
復复準准術术藝艺聯联隊队專专遠远邊边過过還还這这運运極极歸归觀观視视訊讯記记訪访話话語语調调識识讓让質质資资贍赡費费負负財财貫贯購购輔辅輕轻轉转鍛锻煉炼錄录門门陽阳隨随隱隐難难雙双離离響响頁页順顺須须\
頻频願愿顧顾驗验點点擬拟損损據据擇择擔担攜携敗败暫暂橋桥機机殺杀氣气滿满滅灭濃浓災灾爐炉獨独獲获異异當当癥症盡尽眾众矯矫碼码禮礼稅税競竞糧粮納纳細细終终統统維维綜综繼继績绩編编緊紧繫系聽听聲声腦脑臨临\
舊旧華华藥药蘇苏虛虚補补製制訂订訓训託托許许詐诈詢询試试該该詳详誠诚說说論论講讲譜谱變变豐丰貨货貿贸賴赖贏赢趕赶跡迹蹤踪軟软載载輛辆輿舆遊游遞递遷迁鄭郑醜丑釋释鋪铺鏈链鐵铁閱阅陳陈階阶雜杂靜静韌韧頒颁\
額额顆颗飽饱駐驻騙骗騷骚髮发鬧闹見见貝贝車车馬马魚鱼鳥鸟麥麦黃黄齒齿龍龙龜龟東东紅红純纯紙纸紛纷紡纺紹绍絕绝絲丝綠绿綿绵緣缘縱纵繞绕繩绳纏缠擁拥執执師师戶户練练蓋盖園园佔占鞏巩蒐搜禦御捨舍佈布夠够嗎吗\
嘗尝嚴严噴喷圓圆墊垫墜坠墮堕壓压壘垒壞坏壩坝壯壮壽寿夢梦奪夺奮奋妝妆姦奸姪侄娛娱媽妈嬌娇孫孙寧宁審审寬宽寫写寶宝將将尋寻屍尸屬属岡冈島岛峽峡崗岗嶺岭巔巅幣币帥帅帳帐帶带幫帮幾几庫库廂厢廈厦廚厨廟庙廠厂\
廢废廬庐張张彈弹彎弯徑径徹彻恆恒悅悦悶闷惡恶惱恼愨悫慣惯慶庆憂忧憐怜憑凭憤愤憲宪憶忆懇恳懲惩懶懒懷怀戀恋戰战戲戏拋抛挾挟捲卷掃扫掛挂採采揚扬換换揮挥搖摇搶抢摟搂摯挚撐撑撥拨撫抚撲扑撿捡擊击擋挡擠挤擰拧\
擱搁擲掷擺摆擾扰攔拦攝摄攤摊攪搅敵敌敘叙斂敛斬斩昇升晉晋晝昼暈晕暢畅曉晓曆历曠旷朧胧棄弃棟栋棧栈棲栖楊杨楓枫榮荣槍枪樂乐樓楼樣样樸朴樹树檔档檯台檳槟櫃柜欄栏歡欢歐欧殯殡毀毁毆殴氈毡氫氢沒没沖冲況况洩泄\
淚泪淵渊涼凉淪沦淺浅渾浑湊凑湧涌湯汤溝沟溫温滄沧滌涤滯滞滲渗滾滚漁渔漢汉漲涨潔洁潛潜潤润澇涝澤泽濁浊濱滨濫滥濾滤瀏浏灑洒灘滩灣湾烏乌煙烟煩烦熱热燈灯燒烧營营燦灿爭争爺爷牆墙牠它犧牺狀状狹狭猶犹獄狱獸兽\
獻献瑪玛瑩莹畝亩畢毕畫画疊叠疇畴瘋疯瘡疮癢痒癱瘫癲癫皺皱盜盗盞盏盤盘盧卢睜睁瞞瞒矚瞩礎础礦矿祿禄禍祸禪禅禿秃稈秆穀谷積积穌稣窩窝窮穷竄窜窯窑竊窃筆笔筍笋築筑簡简簽签籃篮籌筹籠笼籬篱糞粪糾纠紀纪紋纹紐纽\
紓纾紮扎紳绅紺绀絨绒綁绑綢绸緒绪緝缉締缔緬缅緻致縫缝繕缮繡绣繪绘繭茧繳缴罰罚罵骂罷罢羅罗羈羁習习聖圣聞闻聰聪聾聋肅肃脅胁脈脉脫脱脹胀腎肾腫肿腸肠膚肤膠胶膽胆臉脸臟脏臺台艙舱艦舰艱艰艷艳芻刍莊庄莖茎萊莱\
葉叶蓮莲蔣蒋蔥葱蔭荫蕩荡薦荐薩萨藍蓝蘆芦蘋苹蘭兰蘿萝虧亏蟲虫蠟蜡蠶蚕衝冲裏里裝装裡里複复褲裤襪袜襯衬覓觅親亲覺觉覽览觸触討讨訴诉註注詞词詩诗誇夸誌志認认誘诱誤误誰谁課课談谈請请諒谅諮咨諱讳諸诸諾诺謀谋\
謂谓謊谎謎谜謙谦謝谢謠谣謹谨譯译譽誉讚赞豎竖豬猪貓猫貞贞貢贡販贩貪贪貯贮貴贵買买貸贷貼贴賀贺賃赁賄贿賊贼賓宾賜赐賞赏賠赔賢贤賣卖賤贱賬账賽赛贈赠贊赞趙赵踐践躍跃踴踊軀躯軌轨軍军軒轩輩辈輪轮輯辑輸输輻辐\
轄辖轎轿辭辞辯辩迴回逕迳連连週周違违遙遥遜逊遺遗遼辽邁迈邏逻郵邮鄰邻鄧邓釀酿鋼钢錢钱錦锦錯错鍋锅鍵键鎖锁鏡镜鐘钟鑑鉴鑒鉴鑰钥針针釣钓鈣钙鈔钞鉛铅銀银銅铜銘铭銜衔銳锐銷销鋁铝鋒锋閃闪閏闰閒闲閣阁閘闸閥阀\
闊阔闡阐陣阵陰阴陸陆隸隶隻只雋隽雖虽雛雏雞鸡雲云霧雾靈灵韓韩頂顶頑顽頓顿頗颇頰颊頸颈顏颜顛颠風风飄飘飛飞飢饥飯饭飼饲飾饰餅饼餘余饋馈饑饥馳驰馴驯駁驳駕驾駛驶駱骆騎骑騰腾驅驱驚惊驛驿髒脏鬆松鬥斗鬱郁魯鲁\
鮮鲜鯨鲸鳳凤鳴鸣鴨鸭鴻鸿鵝鹅鶴鹤鷹鹰鹽盐麗丽齋斋龐庞龔龚濕湿癒愈搧扇佇伫係系倆俩倉仓倫伦偉伟側侧偵侦偽伪傑杰傘伞傢家傭佣債债傾倾僅仅僑侨僕仆價价儀仪儲储兇凶兩两冊册凍冻凱凯別别刪删剛刚劇剧劉刘劍剑劑剂\
勁劲勝胜勵励勸劝勻匀匯汇協协卻却厭厌厲厉叢丛吳吴啟启啞哑喚唤喪丧嘆叹噸吨嚇吓囑嘱堅坚塊块塗涂塵尘墳坟奧奥婁娄嶼屿巖岩鑽钻銹锈鋸锯鍾钟鎂镁鎳镍鏟铲鐲镯鑄铸顱颅餓饿餵喂饒饶驟骤鬍胡「“」”『‘』’於于後后";

/// The pairs sorted by the traditional character.
const TABLE: ([(u16, u16); 1536], usize) = sorted();

/// One bit per character of the basic plane: whether the table knows it.
static KNOWN: [u64; 1024] = known();

const fn decode(bytes: &[u8], at: usize) -> u16 {
    ((bytes[at] as u16 & 0x0F) << 12)
        | ((bytes[at + 1] as u16 & 0x3F) << 6)
        | (bytes[at + 2] as u16 & 0x3F)
}

const fn sorted() -> ([(u16, u16); 1536], usize) {
    let bytes = PAIRS.as_bytes();
    let (mut table, mut length, mut at) = ([(0, 0); 1536], 0, 0);
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
            0xE3..=0xE9 => {
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
