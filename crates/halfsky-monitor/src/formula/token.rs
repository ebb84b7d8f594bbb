//! Words of a formula: numbers, names, signs, each with its place.

use std::ops::Range;

use rust_decimal::Decimal;
use winnow::combinator::{alt, delimited, opt, repeat};
use winnow::error::ContextError;
use winnow::prelude::*;
use winnow::stream::{LocatingSlice, Location};
use winnow::token::{any, take_while};

use super::FormulaError;

/// Longest formula, in bytes: far more than any definition needs.
const LONGEST: usize = 10_000;

/// One word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Number(Decimal),
    /// A name as written, or between square brackets.
    Name(String),
    /// `+ - * / ( ) , :`, full-width forms and × ÷ included.
    Sign(char),
}

type Input<'a> = LocatingSlice<&'a str>;

/// The words of a text with their places, or the first that is none.
pub(super) fn tokens(text: &str) -> Result<Vec<(Range<usize>, Token)>, FormulaError> {
    if text.len() > LONGEST {
        return Err(FormulaError {
            at: 0..text.len(),
            message: "公式过长".to_owned(),
            hint: format!("公式不得超过{LONGEST}个字节，可拆成几个指标再引用"),
        });
    }
    let mut input = LocatingSlice::new(text);
    let mut found = Vec::new();
    loop {
        space(&mut input);
        let start = input.current_token_start();
        if start == text.len() {
            return Ok(found);
        }
        match token(&mut input) {
            Ok(token) => found.push((start..input.current_token_start(), token)),
            Err(_) => return Err(unknown(text, start)),
        }
    }
}

fn space(input: &mut Input<'_>) {
    let skipped: ModalResult<&str> = take_while(0.., char::is_whitespace).parse_next(input);
    debug_assert!(skipped.is_ok(), "any number of blanks is fine");
}

fn token(input: &mut Input<'_>) -> ModalResult<Token, ContextError> {
    alt((quoted, word, sign)).parse_next(input)
}

/// `[5岁以下儿童死亡数（含新生儿）]`; a closing bracket inside is doubled.
fn quoted(input: &mut Input<'_>) -> ModalResult<Token> {
    let piece = alt((take_while(1.., |c| c != ']'), "]]".value("]")));
    let name = repeat(1.., piece).fold(String::new, |mut name, piece: &str| {
        name.push_str(piece);
        name
    });
    delimited('[', name, ']')
        .verify(|name: &String| !name.trim().is_empty())
        .map(Token::Name)
        .parse_next(input)
}

/// A run of letters and digits: a number when it is one, a name otherwise (5岁以下儿童死亡数).
fn word(input: &mut Input<'_>) -> ModalResult<Token> {
    (take_while(1.., in_name), opt(('.', take_while(1.., |c: char| c.is_ascii_digit())).take()))
        .take()
        .verify_map(|word: &str| {
            if word.starts_with(|c: char| c.is_ascii_digit())
                && word.chars().all(|c| c.is_ascii_digit() || c == '.')
            {
                Decimal::from_str_exact(word).ok().map(Token::Number)
            } else {
                (!word.contains('.')).then(|| Token::Name(word.to_owned()))
            }
        })
        .parse_next(input)
}

/// A letter or digit of any script: what a name without brackets is made of.
pub(super) fn in_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn sign(input: &mut Input<'_>) -> ModalResult<Token> {
    any.verify_map(|c| {
        Some(Token::Sign(match c {
            '+' | '＋' => '+',
            '-' | '－' | '−' => '-',
            '*' | '×' | '＊' => '*',
            '/' | '÷' | '／' => '/',
            '(' | '（' => '(',
            ')' | '）' => ')',
            ',' | '，' | '、' => ',',
            ':' | '：' => ':',
            _ => return None,
        }))
    })
    .parse_next(input)
}

fn unknown(text: &str, start: usize) -> FormulaError {
    let rest = &text[start..];
    let first = rest.chars().next();
    let word = rest.split(|c: char| c != '.' && !in_name(c)).next().unwrap_or_default();
    let shown =
        if word.is_empty() { rest.get(..first.map_or(0, char::len_utf8)) } else { Some(word) };
    let shown = shown.unwrap_or_default();
    let hint = match first {
        Some('[') => "方括号要成对，里面写指标或数据项的名称",
        Some(c) if c.is_ascii_digit() => "数字最多28位；以数字开头且带小数点的名称请写在方括号中",
        _ => "名称中有标点时请写在方括号中，如[新生儿死亡数（出生28天内）]",
    };
    FormulaError {
        at: start..start + shown.len(),
        message: format!("无法识别“{shown}”"),
        hint: hint.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<Token> {
        tokens(text).unwrap().into_iter().map(|(_, token)| token).collect()
    }

    fn name(text: &str) -> Token {
        Token::Name(text.to_owned())
    }

    #[test]
    fn names_may_begin_with_a_digit() {
        assert_eq!(words("5岁以下儿童死亡数"), [name("5岁以下儿童死亡数")]);
        assert_eq!(words("12.5"), [Token::Number("12.5".parse().unwrap())]);
    }

    #[test]
    fn names_in_brackets_may_hold_anything() {
        assert_eq!(words("[甲（乙）, 1.5]"), [name("甲（乙）, 1.5")]);
        assert_eq!(words("[甲]]乙]"), [name("甲]乙")]);
    }

    #[test]
    fn full_width_signs_are_signs() {
        let signs = words("甲÷乙×（３）");
        let expected = [name("甲"), Token::Sign('/'), name("乙"), Token::Sign('*')];
        assert_eq!(signs[..4], expected);
    }

    #[test]
    fn what_is_no_word_is_told_with_its_place() {
        let error = tokens("活产数 ^ 2").unwrap_err();
        assert_eq!(&"活产数 ^ 2"[error.at], "^");
        assert!(tokens("[活产数").unwrap_err().hint.contains("成对"));
        assert!(tokens("1.甲").is_err());
        assert!(tokens(&"1".repeat(60)).is_err());
    }
}
