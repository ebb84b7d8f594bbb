//! From a tree to text: for the editor, and in words for the reader.

use halfsky_plan::unit::Unit;
use rust_decimal::Decimal;

use super::token::in_name;
use super::{Expression, Function, Operator, Reference};
use crate::observation::{Residence, Sex};

/// The formula as text that [`super::parse`] reads back.
pub fn print(expression: &Expression) -> String {
    let mut text = String::new();
    write(expression, &mut text, Style::Editor);
    text
}

/// The formula in words: `孕产妇死亡率 = 孕产妇死亡数 ÷ 活产数 × 100000（1/10万）`.
pub fn explain(name: &str, expression: &Expression, unit: Unit) -> String {
    let mut text = format!("{name} = ");
    write(expression, &mut text, Style::Reader);
    let label = unit.label();
    let one = if label.starts_with('/') { "1" } else { "" };
    text + &format!("（{one}{label}）")
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Editor,
    Reader,
}

fn write(expression: &Expression, text: &mut String, style: Style) {
    match expression {
        Expression::Number(number) => text.push_str(&number.to_string()),
        Expression::Reference(reference) => write_reference(reference, text, style),
        Expression::Negative(inner) => {
            text.push('-');
            write_inside(inner, text, style, 3);
        }
        Expression::Binary(operator, left, right) => {
            let own = strength(expression);
            write_inside(left, text, style, own);
            text.push_str(sign(*operator, style));
            // to the right, an equal strength needs brackets: 甲 - (乙 - 丙)
            write_inside(right, text, style, own + 1);
        }
        Expression::Call(function, values) => write_call(*function, values, text, style),
    }
}

/// A part, in brackets when it holds together less strongly than its place demands.
fn write_inside(expression: &Expression, text: &mut String, style: Style, demanded: u8) {
    let brackets = strength(expression) < demanded;
    let (open, close) = if style == Style::Editor { ("(", ")") } else { ("（", "）") };
    if brackets {
        text.push_str(open);
    }
    write(expression, text, style);
    if brackets {
        text.push_str(close);
    }
}

fn write_call(function: Function, values: &[Expression], text: &mut String, style: Style) {
    if style == Style::Editor {
        text.push_str(function.name());
        text.push('(');
        for (at, value) in values.iter().enumerate() {
            if at > 0 {
                text.push_str(", ");
            }
            write(value, text, style);
        }
        text.push(')');
        return;
    }
    let sign = match function {
        Function::Sum => " + ",
        Function::Difference => " − ",
        Function::Ratio | Function::Share => " ÷ ",
    };
    for (at, value) in values.iter().enumerate() {
        if at > 0 {
            text.push_str(sign);
        }
        write_inside(value, text, style, 3);
    }
    if function == Function::Share {
        text.push_str(" × 100");
    }
}

/// How strongly the parts hold together: sum 1, product 2, the rest 3. A negative number is written as a sign.
fn strength(expression: &Expression) -> u8 {
    match expression {
        Expression::Binary(Operator::Add | Operator::Subtract, ..) => 1,
        Expression::Binary(..) => 2,
        Expression::Number(number) if *number < Decimal::ZERO => 1,
        _ => 3,
    }
}

fn sign(operator: Operator, style: Style) -> &'static str {
    match (operator, style) {
        (Operator::Add, _) => " + ",
        (Operator::Subtract, Style::Editor) => " - ",
        (Operator::Subtract, Style::Reader) => " − ",
        (Operator::Multiply, Style::Editor) => " * ",
        (Operator::Multiply, Style::Reader) => " × ",
        (Operator::Divide, Style::Editor) => " / ",
        (Operator::Divide, Style::Reader) => " ÷ ",
    }
}

fn write_reference(reference: &Reference, text: &mut String, style: Style) {
    let part = |part: &str| {
        if style == Style::Editor { format!(":{part}") } else { format!("（{part}）") }
    };
    if style == Style::Editor && !bare(&reference.name) {
        text.push('[');
        text.push_str(&reference.name.replace(']', "]]"));
        text.push(']');
    } else {
        text.push_str(&reference.name);
    }
    if reference.sex != Sex::Total {
        text.push_str(&part(reference.sex.label()));
    }
    if reference.residence != Residence::Total {
        text.push_str(&part(reference.residence.label()));
    }
}

/// Whether a name is read as a name without brackets around it.
fn bare(name: &str) -> bool {
    let number = name.chars().all(|c| c.is_ascii_digit());
    !name.is_empty() && !number && name.chars().all(in_name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formula::parse;
    use proptest::prelude::*;

    #[test]
    fn a_rate_is_told_in_words() {
        let expression = parse("孕产妇死亡数/活产数*100000").unwrap();
        assert_eq!(
            explain("孕产妇死亡率", &expression, Unit::Per100k),
            "孕产妇死亡率 = 孕产妇死亡数 ÷ 活产数 × 100000（1/10万）"
        );
        let expression = parse("占比(在校生数:女, 甲+乙)").unwrap();
        assert_eq!(
            explain("女生占比", &expression, Unit::Percent),
            "女生占比 = 在校生数（女） ÷ （甲 + 乙） × 100（%）"
        );
    }

    fn references() -> impl Strategy<Value = Expression> {
        let sex = prop_oneof![Just(Sex::Total), Just(Sex::Female), Just(Sex::Male)];
        let residence =
            prop_oneof![Just(Residence::Total), Just(Residence::Urban), Just(Residence::Rural)];
        ("[甲乙0-9（）.\\[\\] ]{0,5}[一-龥]", sex, residence).prop_map(|(name, sex, residence)| {
            Expression::Reference(Reference { name, sex, residence })
        })
    }

    fn expressions() -> impl Strategy<Value = Expression> {
        let number = (0i64..1_000_000, 0u32..6)
            .prop_map(|(digits, scale)| Expression::Number(Decimal::new(digits, scale)));
        let leaf = prop_oneof![number, references()];
        leaf.prop_recursive(5, 40, 3, |inner| {
            let operator = prop_oneof![
                Just(Operator::Add),
                Just(Operator::Subtract),
                Just(Operator::Multiply),
                Just(Operator::Divide)
            ];
            prop_oneof![
                (operator, inner.clone(), inner.clone()).prop_map(|(o, l, r)| Expression::Binary(
                    o,
                    Box::new(l),
                    Box::new(r)
                )),
                inner.clone().prop_map(|e| Expression::Negative(Box::new(e))),
                prop::collection::vec(inner.clone(), 1..4)
                    .prop_map(|values| Expression::Call(Function::Sum, values)),
                (inner.clone(), inner)
                    .prop_map(|(l, r)| Expression::Call(Function::Share, vec![l, r])),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(expression in expressions()) {
            let text = print(&expression);
            prop_assert_eq!(parse(&text), Ok(expression), "{}", text);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,60}") {
            if let Err(error) = parse(&text) {
                prop_assert!(text.get(error.at).is_some());
            }
        }

        #[test]
        fn signs_and_names_are_read_or_refused(text in "[-+*/(),:甲乙女1.\\[\\] ]{0,40}") {
            match parse(&text) {
                Ok(expression) => prop_assert_eq!(parse(&print(&expression)), Ok(expression)),
                Err(error) => prop_assert!(text.get(error.at).is_some()),
            }
        }
    }
}
