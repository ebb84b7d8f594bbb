//! From text to a tree.

use std::ops::Range;

use super::token::{Token, tokens};
use super::{Expression, FormulaError, Function, Operator, Reference};
use crate::observation::{Residence, Sex};

/// Deepest nesting of brackets.
const DEEPEST: usize = 50;

/// Reads a formula. Never panics; what is wrong is told with its place and what to do.
pub fn parse(text: &str) -> Result<Expression, FormulaError> {
    let tokens = tokens(text)?;
    if tokens.is_empty() {
        return Err(FormulaError {
            at: 0..text.len(),
            message: "公式为空".to_owned(),
            hint: "请写出分子、分母和乘数，如：孕产妇死亡数 / 活产数 * 100000".to_owned(),
        });
    }
    let mut reader = Reader { text, tokens, next: 0, depth: 0 };
    let expression = reader.sum()?;
    match reader.peek() {
        None => Ok(expression),
        Some(Token::Sign(')')) => {
            Err(reader.problem("多了一个右括号", "请删去，或在前面补上左括号"))
        }
        Some(_) => {
            Err(reader.problem("两个数之间缺少运算符号", "请在中间写上 + - * / 之一，或用逗号分隔"))
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    tokens: Vec<(Range<usize>, Token)>,
    next: usize,
    depth: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|(_, token)| token)
    }

    fn take_sign(&mut self, signs: &[char]) -> Option<char> {
        match self.peek() {
            Some(Token::Sign(sign)) if signs.contains(sign) => {
                let sign = *sign;
                self.next += 1;
                Some(sign)
            }
            _ => None,
        }
    }

    /// A problem at the next word, or at the end.
    fn problem(&self, message: &str, hint: &str) -> FormulaError {
        let end = self.text.len()..self.text.len();
        let at = self.tokens.get(self.next).map_or(end, |(at, _)| at.clone());
        FormulaError { at, message: message.to_owned(), hint: hint.to_owned() }
    }

    fn sum(&mut self) -> Result<Expression, FormulaError> {
        let mut left = self.product()?;
        while let Some(sign) = self.take_sign(&['+', '-']) {
            let operator = if sign == '+' { Operator::Add } else { Operator::Subtract };
            left = Expression::Binary(operator, Box::new(left), Box::new(self.product()?));
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<Expression, FormulaError> {
        let mut left = self.factor()?;
        while let Some(sign) = self.take_sign(&['*', '/']) {
            let operator = if sign == '*' { Operator::Multiply } else { Operator::Divide };
            left = Expression::Binary(operator, Box::new(left), Box::new(self.factor()?));
        }
        Ok(left)
    }

    /// Everything nests through here, so the depth is counted here.
    fn factor(&mut self) -> Result<Expression, FormulaError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.problem("括号层次过多", "请拆成几个指标，再在公式中引用"));
        }
        let found = self.factor_inside();
        self.depth -= 1;
        found
    }

    fn factor_inside(&mut self) -> Result<Expression, FormulaError> {
        if self.take_sign(&['-']).is_some() {
            return Ok(Expression::Negative(Box::new(self.factor()?)));
        }
        if self.take_sign(&['(']).is_some() {
            let inner = self.sum()?;
            self.close()?;
            return Ok(inner);
        }
        match self.peek() {
            Some(Token::Number(number)) => {
                let number = *number;
                self.next += 1;
                Ok(Expression::Number(number))
            }
            Some(Token::Name(name)) => {
                let name = name.clone();
                self.named(name)
            }
            _ => {
                Err(self.problem("此处应为数据项、指标或数字", "请补写，或删去前面多余的运算符号"))
            }
        }
    }

    fn close(&mut self) -> Result<(), FormulaError> {
        if self.take_sign(&[')']).is_some() {
            return Ok(());
        }
        Err(self.problem("缺少右括号", "请在此处补上右括号"))
    }

    /// A function when a bracket follows, a reference otherwise.
    fn named(&mut self, name: String) -> Result<Expression, FormulaError> {
        let opens = matches!(self.tokens.get(self.next + 1), Some((_, Token::Sign('('))));
        if !opens {
            self.next += 1;
            return self.reference(name);
        }
        let Some(function) = Function::ALL.into_iter().find(|f| f.name() == name) else {
            return Err(self.problem(
                &format!("没有“{name}”这个函数"),
                "可用的函数有合计、差、比、占比；名称本身带括号时请写在方括号中",
            ));
        };
        let start = self.next;
        self.next += 2;
        let mut values = vec![self.sum()?];
        while self.take_sign(&[',']).is_some() {
            values.push(self.sum()?);
        }
        self.close()?;
        if function.takes(values.len()) {
            return Ok(Expression::Call(function, values));
        }
        self.next = start;
        Err(self.problem(
            &format!("函数“{name}”应有两个数，实有{}个", values.len()),
            "请写作“占比(部分, 全体)”的形式",
        ))
    }

    fn reference(&mut self, name: String) -> Result<Expression, FormulaError> {
        let mut reference = Reference { name, sex: Sex::Total, residence: Residence::Total };
        while self.take_sign(&[':']).is_some() {
            let part = match self.peek() {
                Some(Token::Name(part)) => part.as_str(),
                _ => "",
            };
            match part {
                "女" if reference.sex == Sex::Total => reference.sex = Sex::Female,
                "男" if reference.sex == Sex::Total => reference.sex = Sex::Male,
                "城镇" if reference.residence == Residence::Total => {
                    reference.residence = Residence::Urban;
                }
                "农村" if reference.residence == Residence::Total => {
                    reference.residence = Residence::Rural;
                }
                _ => {
                    return Err(self.problem(
                        "冒号后应为分组",
                        "可写女、男之一和城镇、农村之一，如“在校生数:女:农村”",
                    ));
                }
            }
            self.next += 1;
        }
        Ok(Expression::Reference(reference))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formula::print;

    fn check(text: &str, printed: &str) {
        let expression = parse(text).unwrap_or_else(|e| panic!("{text}: {e}"));
        assert_eq!(print(&expression), printed);
    }

    fn refuse(text: &str, at: &str, message: &str) {
        let error = parse(text).unwrap_err();
        assert_eq!((&text[error.at.clone()], error.message.as_str()), (at, message), "{text}");
        assert!(!error.hint.is_empty());
    }

    #[test]
    fn rates_shares_and_sums() {
        check("孕产妇死亡数 ÷ 活产数 × 100000", "孕产妇死亡数 / 活产数 * 100000");
        check("占比（在校生数：女，在校生数）", "占比(在校生数:女, 在校生数)");
        check("甲-(乙-丙)", "甲 - (乙 - 丙)");
        check("(甲-乙)-丙", "甲 - 乙 - 丙");
        check("-甲*-2", "-甲 * -2");
        check("合计(甲,乙:男:农村)", "合计(甲, 乙:男:农村)");
    }

    #[test]
    fn problems_are_told_with_their_place() {
        refuse("", "", "公式为空");
        refuse("甲 乙", "乙", "两个数之间缺少运算符号");
        refuse("甲 / ", "", "此处应为数据项、指标或数字");
        refuse("(甲 + 乙", "", "缺少右括号");
        refuse("甲)", ")", "多了一个右括号");
        refuse("平均(甲, 乙)", "平均", "没有“平均”这个函数");
        refuse("比(甲)", "比", "函数“比”应有两个数，实有1个");
        refuse("甲:女:男", "男", "冒号后应为分组");
    }

    #[test]
    fn deep_nesting_is_refused_not_followed() {
        assert_eq!(parse(&"(".repeat(5000)).unwrap_err().message, "括号层次过多");
        assert_eq!(parse(&"-".repeat(5000)).unwrap_err().message, "括号层次过多");
    }
}
