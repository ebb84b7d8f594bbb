use std::io::Write;
fn main() {
    let f = std::env::args().nth(1).unwrap();
    let b = std::fs::read(&f).unwrap();
    match halfsky_plan::source::read(&b, &f) {
        Ok(s) => {
            eprintln!("{:?} {:?} {} bytes", s.format, s.encoding, s.text.len());
            for n in &s.notes {
                eprintln!("note: {} / {}", n.message, n.hint);
            }
            std::io::stdout().write_all(s.text.as_bytes()).unwrap();
        }
        Err(e) => eprintln!("error: {e}"),
    }
}
