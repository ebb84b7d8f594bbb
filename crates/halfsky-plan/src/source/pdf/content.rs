//! What a page draws: every shown code with its place.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::file::File;
use super::font::Font;
use super::object::{Dictionary, Lexer, Object};
use super::ruling::{MOST_RULES, Rule};

/// A piece of text at its place. Coordinates turn with the writing: `x` grows along the line, `y` upwards.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    pub(super) text: String,
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) size: f64,
    /// How often the writing is turned by a quarter; pages of wide tables often are.
    pub(super) turn: u8,
}

/// What was drawn on a page.
#[derive(Debug, Default)]
pub(super) struct Drawn {
    pub(super) glyphs: Vec<Placed>,
    /// Codes without a known meaning.
    pub(super) unreadable: usize,
    pub(super) images: usize,
    pub(super) rules: Vec<Rule>,
}

/// Forms within forms.
const DEEPEST_FORM: usize = 8;
/// Operators of one document.
const MOST_OPERATORS: usize = 20_000_000;
const MOST_GLYPHS_ON_A_PAGE: usize = 200_000;
const DEEPEST_STATE: usize = 256;

/// Reads pages; fonts are kept between them.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    file: &'a File<'a>,
    fonts: BTreeMap<u32, Rc<Font>>,
    operators: usize,
    drawn: Drawn,
}

#[derive(Debug, Clone)]
struct State {
    matrix: Matrix,
    font: Option<Rc<Font>>,
    size: f64,
    letter_space: f64,
    word_space: f64,
    stretch: f64,
    leading: f64,
    rise: f64,
}

#[derive(Debug, Clone, Copy)]
struct Matrix([f64; 6]);

impl Matrix {
    const ONE: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    /// First this, then the other.
    fn then(self, other: Self) -> Self {
        let (first, next) = (self.0, other.0);
        let turned = |x: f64, y: f64| (x * next[0] + y * next[2], x * next[1] + y * next[3]);
        let along = turned(first[0], first[1]);
        let up = turned(first[2], first[3]);
        let origin = turned(first[4], first[5]);
        Self([along.0, along.1, up.0, up.1, origin.0 + next[4], origin.1 + next[5]])
    }

    fn of(operands: &[Object]) -> Option<Self> {
        let numbers: Vec<f64> = operands.iter().filter_map(Object::number).collect();
        Some(Self(numbers.get(..6)?.try_into().ok()?))
    }

    fn moved(self, x: f64, y: f64) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y]).then(self)
    }
}

impl<'a> Reader<'a> {
    pub(super) const fn new(file: &'a File<'a>) -> Self {
        let drawn = Drawn { glyphs: Vec::new(), unreadable: 0, images: 0, rules: Vec::new() };
        Self { file, fonts: BTreeMap::new(), operators: 0, drawn }
    }

    /// Reads a page turned by so many quarters.
    pub(super) fn page(&mut self, content: &[u8], resources: &Dictionary, quarters: i64) -> Drawn {
        let matrix = match quarters.rem_euclid(4) {
            1 => Matrix([0.0, -1.0, 1.0, 0.0, 0.0, 0.0]),
            2 => Matrix([-1.0, 0.0, 0.0, -1.0, 0.0, 0.0]),
            3 => Matrix([0.0, 1.0, -1.0, 0.0, 0.0, 0.0]),
            _ => Matrix::ONE,
        };
        self.run(content, resources, matrix, 0);
        std::mem::take(&mut self.drawn)
    }

    /// Whether reading has cost more than a document may.
    pub(super) fn is_spent(&self) -> bool {
        self.operators >= MOST_OPERATORS || self.file.is_spent()
    }

    fn run(&mut self, content: &[u8], resources: &Dictionary, matrix: Matrix, depth: usize) {
        let mut page = Page {
            reader: self,
            resources,
            depth,
            state: State {
                matrix,
                font: None,
                size: 1.0,
                letter_space: 0.0,
                word_space: 0.0,
                stretch: 1.0,
                leading: 0.0,
                rise: 0.0,
            },
            saved: Vec::new(),
            text: Matrix::ONE,
            line: Matrix::ONE,
            path: Vec::new(),
            fonts: BTreeMap::new(),
            pen: (0.0, 0.0),
        };
        let mut lexer = Lexer::new(content, 0);
        let mut operands = Vec::new();
        while let Some(object) = lexer.next() {
            match object {
                Object::Word(operator) => {
                    page.reader.operators += 1;
                    if page.reader.is_spent() {
                        return;
                    }
                    if operator == "ID" {
                        skip_inline_image(content, &mut lexer);
                    } else {
                        page.operate(&operator, &operands);
                    }
                    operands.clear();
                }
                operand if operands.len() < 64 => operands.push(operand),
                _ => {}
            }
        }
    }

    fn font(&mut self, resources: &Dictionary, name: &str) -> Option<Rc<Font>> {
        let fonts = self.file.dictionary(resources, "Font");
        let entry = fonts.entry(name);
        if let Object::Reference(number) = entry
            && let Some(font) = self.fonts.get(number)
        {
            return Some(Rc::clone(font));
        }
        let dictionary = self.file.resolve(entry);
        let font = Rc::new(Font::read(self.file, dictionary.dictionary()?));
        if let Object::Reference(number) = entry {
            self.fonts.insert(*number, Rc::clone(&font));
        }
        Some(font)
    }
}

/// The bytes of an image in the middle of a page are no operators.
fn skip_inline_image(content: &[u8], lexer: &mut Lexer<'_>) {
    let rest = content.get(lexer.at()..).unwrap_or_default();
    let end = rest.windows(3).position(|part| part[0].is_ascii_whitespace() && &part[1..] == b"EI");
    lexer.jump(lexer.at() + end.map_or(rest.len(), |at| at + 3));
}

/// A page, or a form on it, while it is read.
#[derive(Debug)]
struct Page<'r, 'a> {
    reader: &'r mut Reader<'a>,
    resources: &'r Dictionary,
    depth: usize,
    state: State,
    saved: Vec<State>,
    text: Matrix,
    line: Matrix,
    /// Lines and boxes of the path being made, as the page shows them; a box is two corners.
    path: Vec<Shape>,
    /// Fonts by the names they have here.
    fonts: BTreeMap<String, Option<Rc<Font>>>,
    pen: (f64, f64),
}

#[derive(Debug, Clone, Copy)]
enum Shape {
    Line((f64, f64), (f64, f64)),
    Box((f64, f64), (f64, f64)),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Paint {
    Fill,
    Stroke,
}

impl Page<'_, '_> {
    fn operate(&mut self, operator: &str, operands: &[Object]) {
        let number = |at: usize| operands.get(at).and_then(Object::number).unwrap_or(0.0);
        match operator {
            "q" if self.saved.len() < DEEPEST_STATE => self.saved.push(self.state.clone()),
            "Q" => self.state = self.saved.pop().unwrap_or_else(|| self.state.clone()),
            "cm" => {
                if let Some(matrix) = Matrix::of(operands) {
                    self.state.matrix = matrix.then(self.state.matrix);
                }
            }
            "BT" => (self.text, self.line) = (Matrix::ONE, Matrix::ONE),
            "Tf" => {
                let name = operands.first().and_then(Object::name).unwrap_or_default();
                self.state.font = self.font(name);
                self.state.size = number(1);
            }
            "Tc" => self.state.letter_space = number(0),
            "Tw" => self.state.word_space = number(0),
            "Tz" => self.state.stretch = number(0) / 100.0,
            "TL" => self.state.leading = number(0),
            "Ts" => self.state.rise = number(0),
            "m" | "l" | "re" | "S" | "s" | "f" | "F" | "f*" | "B" | "B*" | "b" | "b*" | "n" => {
                self.operate_on_path(operator, (number(0), number(1)), (number(2), number(3)));
            }
            "Do" => self.draw(operands.first().and_then(Object::name).unwrap_or_default()),
            _ => self.operate_on_text(operator, operands),
        }
    }

    fn font(&mut self, name: &str) -> Option<Rc<Font>> {
        if let Some(known) = self.fonts.get(name) {
            return known.clone();
        }
        let font = self.reader.font(self.resources, name);
        self.fonts.insert(name.to_owned(), font.clone());
        font
    }

    fn operate_on_text(&mut self, operator: &str, operands: &[Object]) {
        let number = |at: usize| operands.get(at).and_then(Object::number).unwrap_or(0.0);
        match operator {
            "Td" => self.next_line(number(0), number(1)),
            "TD" => {
                self.state.leading = -number(1);
                self.next_line(number(0), number(1));
            }
            "T*" => self.next_line(0.0, -self.state.leading),
            "Tm" => {
                if let Some(matrix) = Matrix::of(operands) {
                    (self.text, self.line) = (matrix, matrix);
                }
            }
            "Tj" => self.show_all(operands),
            "TJ" => self.show_all(operands.first().map(Object::items).unwrap_or_default()),
            "'" => {
                self.next_line(0.0, -self.state.leading);
                self.show_all(operands);
            }
            "\"" => {
                self.state.word_space = number(0);
                self.state.letter_space = number(1);
                self.next_line(0.0, -self.state.leading);
                self.show_all(operands.get(2..).unwrap_or_default());
            }
            _ => {}
        }
    }

    /// Lines and boxes: the rules of tables.
    fn operate_on_path(&mut self, operator: &str, first: (f64, f64), second: (f64, f64)) {
        let matrix = self.state.matrix;
        let shown = |(x, y): (f64, f64)| {
            let Matrix([.., x, y]) = matrix.moved(x, y);
            (x, y)
        };
        match operator {
            "m" => self.pen = shown(first),
            "l" => {
                self.path.push(Shape::Line(self.pen, shown(first)));
                self.pen = shown(first);
            }
            "re" => self
                .path
                .push(Shape::Box(shown(first), shown((first.0 + second.0, first.1 + second.1)))),
            _ => {
                let paint =
                    if matches!(operator, "f" | "F" | "f*") { Paint::Fill } else { Paint::Stroke };
                for shape in std::mem::take(&mut self.path) {
                    if operator != "n" {
                        self.rule(shape, paint);
                    }
                }
            }
        }
        self.path.truncate(MOST_RULES);
    }

    fn next_line(&mut self, x: f64, y: f64) {
        self.line = self.line.moved(x, y);
        self.text = self.line;
    }

    fn show_all(&mut self, items: &[Object]) {
        for item in items {
            match item {
                Object::String(shown) => self.show(shown),
                Object::Number(back) => self.advance(-back / 1000.0 * self.state.size),
                _ => {}
            }
        }
    }

    fn advance(&mut self, along: f64) {
        let vertical = self.state.font.as_ref().is_some_and(|font| font.vertical);
        let (x, y) = if vertical { (0.0, along) } else { (along * self.state.stretch, 0.0) };
        self.text = self.text.moved(x, y);
    }

    fn show(&mut self, shown: &[u8]) {
        let Some(font) = self.state.font.clone() else { return };
        for glyph in font.glyphs(shown) {
            let along = glyph.width / 1000.0 * self.state.size;
            let space =
                self.state.letter_space + if glyph.is_space { self.state.word_space } else { 0.0 };
            if glyph.text.is_empty() && !font.is_readable() {
                self.reader.drawn.unreadable += 1;
            }
            let length = if font.vertical { self.state.size } else { along * self.state.stretch };
            self.place(glyph.text, length);
            // Vertical writing goes down by the height of a character.
            self.advance(if font.vertical { space - self.state.size } else { along + space });
        }
    }

    /// Keeps a glyph that goes so far along its line.
    fn place(&mut self, text: String, along: f64) {
        let full = self.text.then(self.state.matrix);
        let (along_x, along_y, up) = (full.0[0], full.0[1], length(full.0[2], full.0[3]));
        let origin = full.moved(0.0, self.state.rise).0;
        let level = along_x.abs() >= along_y.abs();
        // Slanted writing is a watermark.
        let (flat, steep) = (along_x.abs().max(along_y.abs()), along_x.abs().min(along_y.abs()));
        let slanted = steep > 0.2 * flat;
        let (turn, x, y) = match (level, along_x >= 0.0, along_y >= 0.0) {
            (true, true, _) => (0, origin[4], origin[5]),
            (true, false, _) => (2, -origin[4], -origin[5]),
            (false, _, true) => (1, origin[5], -origin[4]),
            (false, _, false) => (3, -origin[5], origin[4]),
        };
        let size = (self.state.size * up).abs();
        let width = along * length(along_x, along_y);
        let sane = [x, y, width, size].iter().all(|n| n.is_finite() && n.abs() < 1e7);
        let glyphs = &mut self.reader.drawn.glyphs;
        if sane && !slanted && !text.is_empty() && glyphs.len() < MOST_GLYPHS_ON_A_PAGE {
            glyphs.push(Placed { text, x, y, width: width.max(0.0), size: size.max(0.1), turn });
        }
    }

    /// Keeps a shape when it is a rule: a straight line, a thin box, or the sides of a drawn box.
    fn rule(&mut self, shape: Shape, paint: Paint) {
        const THIN: f64 = 3.0;
        const LONG: f64 = 6.0;
        let (Shape::Line(a, b) | Shape::Box(a, b)) = shape;
        let (left, right, low, high) = (a.0.min(b.0), a.0.max(b.0), a.1.min(b.1), a.1.max(b.1));
        let level = |at| Rule { upright: false, at, from: left, to: right };
        let upright = |at| Rule { upright: true, at, from: low, to: high };
        let rules = &mut self.reader.drawn.rules;
        if rules.len() >= MOST_RULES || ![left, right, low, high].iter().all(|n| n.abs() < 1e7) {
            return;
        }
        if high - low < THIN && right - left > LONG {
            rules.push(level(f64::midpoint(low, high)));
        } else if right - left < THIN && high - low > LONG {
            rules.push(upright(f64::midpoint(left, right)));
        } else if matches!(shape, Shape::Box(..))
            && paint == Paint::Stroke
            && right - left > LONG
            && high - low > LONG
        {
            rules.extend([level(low), level(high), upright(left), upright(right)]);
        }
    }

    fn draw(&mut self, name: &str) {
        let file = self.reader.file;
        let objects = file.dictionary(self.resources, "XObject");
        let entry = objects.entry(name);
        let object = file.resolve(entry);
        let Some(dictionary) = object.dictionary() else { return };
        if dictionary.says("Subtype", "Image") {
            self.reader.drawn.images += 1;
        } else if self.depth < DEEPEST_FORM {
            let Some((dictionary, content)) = file.stream(entry) else { return };
            let resources = match file.entry(&dictionary, "Resources") {
                Object::Dictionary(own) => own,
                _ => self.resources.clone(),
            };
            let matrix =
                Matrix::of(file.entry(&dictionary, "Matrix").items()).unwrap_or(Matrix::ONE);
            let matrix = matrix.then(self.state.matrix);
            self.reader.run(&content, &resources, matrix, self.depth + 1);
        }
    }
}

/// Length of a vector: square roots are the same on every platform, `hypot` is not.
fn length(x: f64, y: f64) -> f64 {
    (x * x + y * y).sqrt()
}
