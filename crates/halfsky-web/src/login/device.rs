//! What a browser calls itself, in words by which a person recognises it in the list of its sessions.

/// Parts of the name a browser gives itself, the telling one first, and what people call it.
const BROWSERS: [(&str, &str); 8] = [
    ("MicroMessenger", "微信"),
    ("DingTalk", "钉钉"),
    ("Edg", "Edge"),
    ("QQBrowser", "QQ浏览器"),
    ("Firefox", "火狐"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
    ("Trident", "IE"),
];

const SYSTEMS: [(&str, &str); 9] = [
    ("OpenHarmony", "鸿蒙"),
    ("HarmonyOS", "鸿蒙"),
    ("Windows", "Windows"),
    ("Android", "安卓"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "Mac"),
    ("UOS", "统信UOS"),
    ("Linux", "Linux"),
];

/// Characters of an unknown name that are shown.
const SHOWN: usize = 40;

/// The device behind a name: Windows 上的 Edge.
pub(crate) fn words(agent: &str) -> String {
    let find = |list: &[(&str, &'static str)]| {
        list.iter().find(|(part, _)| agent.contains(part)).map(|(_, word)| *word)
    };
    match (find(&SYSTEMS), find(&BROWSERS)) {
        (Some(system), Some(browser)) => format!("{system} 上的 {browser}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) if agent.trim().is_empty() => "没有说明自己的浏览器".to_owned(),
        (None, None) => agent.chars().take(SHOWN).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_people_recognise() {
        let check = |agent: &str, expected: &str| assert_eq!(words(agent), expected);
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0";
        check(edge, "Windows 上的 Edge");
        let phone = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36 MicroMessenger/8.0";
        check(phone, "安卓 上的 微信");
        let apple = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Safari/604.1";
        check(apple, "iPhone 上的 Safari");
        check("curl/8.5", "curl/8.5");
        check(" ", "没有说明自己的浏览器");
    }
}
