//! 人员名单: people, their roles and dates in one table, so that a whole county is set up at once.
//!
//! Reads cells into rows with problems named by cell; whether a unit or an account is there, the edge
//! knows. The same list serves two people: one makes the accounts, the other grants the roles.

use halfsky_plan::ref_area::RefArea;
use jiff::civil::Date;

use crate::appointment::INSTALLATION;
use crate::role::{Place, Role};
use crate::validity::Validity;
use crate::workbook::{self, Grid, OpenProblem};

/// The columns, in the order of the template.
pub const COLUMNS: [&str; 9] =
    ["登录名", "姓名", "电话", "电子邮箱", "角色", "区划代码", "单位", "开始日期", "结束日期"];

/// Rows that are read at most: more people than any installation has.
const MOST: usize = 5_000;

/// One person with one role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The row of the sheet, from 1, as people count it.
    pub row: u32,
    pub login: String,
    pub name: String,
    pub phone: String,
    pub email: String,
    /// What the person is to be; None where only an account is wanted.
    pub role: Option<LineRole>,
}

/// The role of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineRole {
    pub role: Role,
    pub ref_area: RefArea,
    /// Name of the unit; empty for roles that have none.
    pub unit: String,
    /// From when; None means from the day it is granted.
    pub from: Option<Date>,
    pub until: Option<Date>,
}

/// One thing that is wrong in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListProblem {
    /// `人员名单!A2`, or the row.
    pub place: String,
    /// What is wrong and what to do.
    pub message: String,
}

/// What a file says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PeopleList {
    pub lines: Vec<Line>,
    pub problems: Vec<ListProblem>,
}

/// Reads a workbook or delimited text.
pub fn read(bytes: &[u8]) -> Result<PeopleList, OpenProblem> {
    let grids = workbook::open(bytes)?;
    let sheet = grids.iter().find(|grid| head(grid).is_some());
    let Some((sheet, (top, columns))) = sheet.and_then(|grid| Some((grid, head(grid)?))) else {
        let place = grids.first().map_or_else(|| "文件".to_owned(), |grid| grid.name.clone());
        let what = "没有找到表头：应有“登录名”和“姓名”两列；请用下载的模板填写".to_owned();
        return Ok(PeopleList {
            lines: Vec::new(),
            problems: vec![ListProblem { place, message: what }],
        });
    };
    let mut list = PeopleList::default();
    for row in top + 1..sheet.rows() {
        let filled = columns.iter().flatten().any(|column| !sheet.text(row, *column).is_empty());
        if !filled {
            continue;
        }
        if list.lines.len() == MOST {
            let message = format!("超过{MOST}行，后面的没有读；请分成几份名单");
            list.problems.push(ListProblem { place: sheet.place(row, 0), message });
            break;
        }
        let mut reader = Reader { sheet, row, columns: &columns, problems: &mut list.problems };
        if let Some(line) = reader.line() {
            list.lines.push(line);
        }
    }
    same_person_twice(&mut list, sheet, &columns);
    Ok(list)
}

/// The row of the heads, and where each column stands.
fn head(grid: &Grid) -> Option<(u32, [Option<u32>; COLUMNS.len()])> {
    (0..grid.rows().min(20)).find_map(|row| {
        let at = |name: &str| (0..40).find(|column| grid.text(row, *column) == name);
        let columns = COLUMNS.map(at);
        (columns[0].is_some() && columns[1].is_some()).then_some((row, columns))
    })
}

/// One name for one login: two people never share an account.
fn same_person_twice(list: &mut PeopleList, sheet: &Grid, columns: &[Option<u32>; COLUMNS.len()]) {
    for (at, line) in list.lines.iter().enumerate() {
        let first = list.lines[..at].iter().find(|other| other.login == line.login);
        if let Some(first) = first.filter(|other| other.name != line.name) {
            let message = format!(
                "登录名“{}”在第{}行属于“{}”，这里是“{}”；一人一号，请改用不同的登录名",
                line.login, first.row, first.name, line.name
            );
            let place = sheet.place(line.row - 1, columns[0].unwrap_or(0));
            list.problems.push(ListProblem { place, message });
        }
    }
}

struct Reader<'a> {
    sheet: &'a Grid,
    row: u32,
    columns: &'a [Option<u32>; COLUMNS.len()],
    problems: &'a mut Vec<ListProblem>,
}

impl Reader<'_> {
    fn text(&self, column: usize) -> String {
        self.columns[column].map_or_else(String::new, |at| self.sheet.text(self.row, at))
    }

    fn wrong(&mut self, column: usize, message: impl Into<String>) {
        let place = self.sheet.place(self.row, self.columns[column].unwrap_or(0));
        self.problems.push(ListProblem { place, message: message.into() });
    }

    fn line(&mut self) -> Option<Line> {
        let before = self.problems.len();
        let (login, name) = (self.text(0).to_lowercase(), self.text(1));
        if login.is_empty() {
            self.wrong(0, "没有填登录名");
        }
        if name.is_empty() {
            self.wrong(1, "没有填姓名");
        }
        let role = self.role();
        let line =
            Line { row: self.row + 1, login, name, phone: self.text(2), email: self.text(3), role };
        (self.problems.len() == before).then_some(line)
    }

    fn role(&mut self) -> Option<LineRole> {
        let typed = self.text(4);
        if typed.is_empty() {
            return None;
        }
        let named = |role: &&Role| role.label() == typed || role.code() == typed;
        let Some(role) = Role::ALL.iter().find(named).copied() else {
            let known: Vec<&str> = Role::ALL.iter().map(|role| role.label()).collect();
            self.wrong(4, format!("没有“{typed}”这个角色；可用的有：{}", known.join("、")));
            return None;
        };
        let ref_area = self.region(role);
        let unit = self.text(6);
        if role.place() == Place::Unit && unit.is_empty() {
            self.wrong(6, format!("“{typed}”必须填单位"));
        }
        let (from, until) = (self.day(7), self.day(8));
        if role.must_end() && until.is_none() {
            self.wrong(8, format!("“{typed}”必须填结束日期"));
        }
        if let Some(from) = from
            && let Err(problem) = Validity::between(from, until)
        {
            self.wrong(8, problem.to_string());
        }
        Some(LineRole { role, ref_area: ref_area?, unit, from, until })
    }

    fn region(&mut self, role: Role) -> Option<RefArea> {
        let typed = self.text(5);
        let code = match (role.place(), typed.as_str()) {
            (Place::Installation, "") => INSTALLATION,
            (_, typed) => typed,
        };
        let read = code.parse().ok();
        if read.is_none() {
            self.wrong(5, format!("区划代码“{typed}”不对，应为6、9或12位数字"));
        }
        read
    }

    fn day(&mut self, column: usize) -> Option<Date> {
        let typed = self.text(column);
        if typed.is_empty() {
            return None;
        }
        let read = typed.replace(['/', '.'], "-").parse().ok();
        if read.is_none() {
            self.wrong(column, format!("“{typed}”不是日期，请写成2026-03-05的样子（文本格式）"));
        }
        read
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HEAD: &str = "登录名\t姓名\t电话\t电子邮箱\t角色\t区划代码\t单位\t开始日期\t结束日期";

    fn list(lines: &[&str]) -> PeopleList {
        read(format!("{HEAD}\n{}", lines.join("\n")).as_bytes()).unwrap()
    }

    #[test]
    fn reads_a_person_with_a_role() {
        let read = list(&["WangWu\t示例\t\tw@example.cn\t填报人\t990101\t县教育局\t2026-03-01\t"]);
        assert_eq!(read.problems, []);
        let line = &read.lines[0];
        assert_eq!((line.row, line.login.as_str()), (2, "wangwu"));
        let role = line.role.as_ref().unwrap();
        assert_eq!((role.role, role.unit.as_str()), (Role::Reporter, "县教育局"));
        assert_eq!(role.from, Some(jiff::civil::date(2026, 3, 1)));
    }

    #[test]
    fn administrators_need_no_region_and_accounts_no_role() {
        let read = list(&["shenji\t示例一\t\t\t审计员", "wu\t示例二"]);
        assert_eq!(read.problems, []);
        assert_eq!(read.lines[0].role.as_ref().unwrap().ref_area.as_str(), INSTALLATION);
        assert_eq!(read.lines[1].role, None);
    }

    #[test]
    fn problems_name_their_cell() {
        let read = list(&[
            "\t无名",
            "a01\t示例\t\t\t皇帝",
            "a02\t示例\t\t\t填报人\t99\t",
            "a03\t示例\t\t\t评估（评估组、专家、第三方）\t990101\t\t2026-05-01\t2026-04-01",
            "a04\t示例\t\t\t领导\t990101\t\t明天",
        ]);
        let places: Vec<&str> = read.problems.iter().map(|p| p.place.as_str()).collect();
        assert_eq!(places, ["CSV!A2", "CSV!E3", "CSV!F4", "CSV!G4", "CSV!I5", "CSV!H6"]);
        assert!(read.lines.is_empty());
    }

    #[test]
    fn one_account_is_one_person() {
        let read =
            list(&["wu\t示例一\t\t\t领导\t990101", "wu\t示例一\t\t\t领导\t990102", "wu\t别人"]);
        assert_eq!(read.lines.len(), 3);
        assert_eq!(read.problems.len(), 1);
        assert!(read.problems[0].message.contains("第2行"), "{:?}", read.problems);
    }

    #[test]
    fn a_file_without_heads_is_told_so() {
        let read = read("姓名,电话\n示例,1".as_bytes()).unwrap();
        assert!(read.lines.is_empty() && read.problems[0].message.contains("表头"));
    }

    proptest! {
        #[test]
        fn foreign_bytes_are_no_trouble(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = read(&bytes);
        }
    }
}
