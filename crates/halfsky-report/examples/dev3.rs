use halfsky_plan::document;
use halfsky_report::render::json;
fn main(){ for f in std::env::args().skip(1) { let text=std::fs::read_to_string(f).unwrap(); println!("{}", json::parsed(&document::parse(&text), &text)); } }
