//! Documents written by real office software. `LibreOffice` is optional; on CI it must be there.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use halfsky_plan::source::{Format, read};

/// A page with what word processors number and rule by themselves.
const PAGE: &str = "<html><head><meta charset=\"utf-8\"></head><body><h1>云溪县妇女发展规划（2021—2030年）</h1>\
<p>1.妇女人均预期寿命达到82岁以上，城乡、区域之间的差距进一步缩小，妇女健康素养水平明显提高，生命全周期享有良好的卫生健康服务，达到95%以上。</p>\
<ol><li>完善体系</li><li>加强监测</li></ol>\
<table border=\"1\"><tr><td>指标</td><td>目标值</td></tr><tr><td>预期寿命</td><td>82</td></tr></table></body></html>";

#[test]
fn documents_of_libreoffice() {
    let available = Command::new("soffice")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if !available.is_ok_and(|status| status.success()) {
        assert!(std::env::var_os("CI").is_none(), "LibreOffice (soffice) is missing");
        println!("skipped: LibreOffice (soffice) is not installed");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("plan.html");
    fs::write(&page, PAGE).unwrap();
    convert(&page, Some("HTML (StarWriter)"), "docx:MS Word 2007 XML", folder.path());
    convert(&folder.path().join("plan.docx"), None, "pdf", folder.path());
    for (name, format) in [("plan.docx", Format::Docx), ("plan.pdf", Format::Pdf)] {
        let source = read(&fs::read(folder.path().join(name)).unwrap(), name).unwrap();
        assert_eq!(source.format, format);
        let lines: Vec<&str> = source.text.lines().collect();
        let [title, clause, first, second, head, row] = lines[..] else {
            panic!("{name}: {lines:#?}")
        };
        assert_eq!(title, "云溪县妇女发展规划（2021—2030年）", "{name}");
        assert!(
            clause.starts_with("1.妇女") && clause.ends_with("达到95%以上。"),
            "{name}: {clause}"
        );
        let spaceless = |line: &str| line.replace(' ', "");
        assert_eq!(
            (spaceless(first), spaceless(second)),
            ("1.完善体系".into(), "2.加强监测".into()),
            "{name}"
        );
        assert_eq!((head, row), ("指标\t目标值", "预期寿命\t82"), "{name}");
    }
}

/// Converts a file; `reading` says how `LibreOffice` shall understand it.
fn convert(file: &Path, reading: Option<&str>, to: &str, folder: &Path) {
    // A profile of its own: two runs at a time would wait for each other.
    let mut command = Command::new("soffice");
    command
        .arg(format!("-env:UserInstallation=file://{}/profile", folder.display()))
        .arg("--headless");
    command.args(reading.map(|filter| format!("--infilter={filter}")));
    command.args(["--convert-to", to, "--outdir"]).arg(folder).arg(file);
    let done = command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    assert!(done.success(), "LibreOffice could not convert {}", file.display());
}
