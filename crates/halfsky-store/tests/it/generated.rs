//! Any version a program could make comes back as it went in.

use halfsky_plan::comparator::Comparator;
use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::note::{Note, Severity, Span};
use halfsky_plan::period::PlanPeriod;
use halfsky_plan::plan::{
    Assigned, Assignment, BaselineFact, Beneficiary, Clause, ClausePlace, Domain, Due, Duty,
    ParentPlan, Plan, Section, TableTarget,
};
use halfsky_plan::target::{Baseline, Binding, Direction, Target, TargetKind};
use halfsky_plan::unit::Unit;
use halfsky_plan::version::{
    Correction, IndicatorLink, PlanId, PlanVersion, Review, ReviewedTarget, SourceFile,
    VersionStatus,
};
use halfsky_store::plans;
use halfsky_store::testing::TestDatabase;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use crate::specimen::{area, figure, import};

const PIECES: [&str; 12] = [
    "",
    "孕产妇死亡率",
    "'; drop table plan; --",
    "$1 ? %s \\",
    "\u{1F469}\u{200D}\u{1F467}",
    "\r\n\t",
    "\"{}\"",
    "　",
    "null",
    "𠮷",
    "0",
    " a ",
];

const FIGURES: [&str; 7] = [
    "0",
    "0.0",
    "-0.50",
    "100",
    "8.5",
    "79228162514264337593543950335",
    "0.0000000000000000000000000001",
];

/// Decisions drawn from bytes, so that fewer bytes make a smaller version.
struct Draw<'b>(std::slice::Iter<'b, u8>);

impl Draw<'_> {
    fn below(&mut self, limit: usize) -> usize {
        usize::from(self.0.next().copied().unwrap_or(0)) % limit
    }

    fn flag(&mut self) -> bool {
        self.below(2) == 1
    }

    fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    fn text(&mut self) -> String {
        let pieces = self.below(3);
        (0..pieces).map(|_| self.of(&PIECES)).collect()
    }

    fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.flag() { Some(make(self)) } else { None }
    }

    fn list<T>(&mut self, make: impl Fn(&mut Self) -> T) -> Vec<T> {
        let length = self.below(4);
        (0..length).map(|_| make(self)).collect()
    }

    fn span(&mut self) -> Span {
        Span::new(self.below(256), self.below(256) * 16_777_216)
    }

    fn year(&mut self) -> i32 {
        self.of(&[0, 1999, 2025, 2030, -1])
    }

    fn place(&mut self) -> ClausePlace {
        let section = self.of(&Section::ALL);
        ClausePlace { section, domain: self.below(9), clause: self.below(200) }
    }

    fn target(&mut self) -> Target {
        Target {
            indicator: self.text(),
            comparator: self.maybe(|d| d.of(&Comparator::ALL)),
            value: self.maybe(|d| figure(d.of(&FIGURES))),
            unit: self.maybe(|d| d.of(Unit::ALL)),
            by: self.year(),
            base_year: self.maybe(Self::year),
            kind: self.of(TargetKind::ALL),
            direction: self.maybe(|d| d.of(Direction::ALL)),
            reference: self.maybe(Self::text),
            scope: self.maybe(Self::text),
            soft: self.flag(),
            keep: self.flag(),
            baseline: self.maybe(|d| Baseline {
                value: figure(d.of(&FIGURES)),
                year: d.maybe(Self::year),
                span: d.span(),
            }),
            binding: self.maybe(|d| d.of(Binding::ALL)),
            quote: self.text(),
            span: self.span(),
        }
    }

    fn reviewed(&mut self, number: u32) -> ReviewedTarget {
        ReviewedTarget {
            number,
            place: self.maybe(Self::place),
            target: self.target(),
            link: self.maybe(|d| IndicatorLink {
                code: IndicatorCode(d.text()),
                score: u8::try_from(d.below(101)).expect("at most 100"),
            }),
            lead: self.list(Self::text),
            support: self.list(Self::text),
            review: self.of(&Review::ALL),
            doubt: self.text(),
        }
    }

    fn clause(&mut self) -> Clause {
        Clause {
            number: self.of(&[1, 2, 77, u32::MAX]),
            text: self.text(),
            targets: self.list(Self::target),
            span: self.span(),
        }
    }

    fn domain(&mut self) -> Domain {
        Domain {
            name: self.text(),
            objectives: self.list(Self::clause),
            measures: self.list(Self::clause),
            heading: self.span(),
        }
    }

    fn assignment(&mut self) -> Assignment {
        let to = match self.below(3) {
            0 => Assigned::Clause(self.place()),
            1 => Assigned::Target(self.place(), self.below(9)),
            _ => Assigned::Row(self.text()),
        };
        let (lead, support) = (self.list(Self::text), self.list(Self::text));
        Assignment { to, lead, support, span: self.span() }
    }

    fn duty(&mut self) -> Duty {
        let due = match self.below(6) {
            0 => Due::EveryYearBy { month: 12, day: self.maybe(|_| 15) },
            1 => Due::TimesPerYear { times: u32::MAX },
            2 => Due::AfterPromulgation { months: 1 },
            3 => Due::InYear { year: self.year() },
            4 => Due::EveryYears { years: 5 },
            _ => Due::EveryYear,
        };
        let (who, what, to_whom) = (self.text(), self.text(), self.maybe(Self::text));
        Duty { due, who, what, to_whom, quote: self.text(), span: self.span() }
    }

    fn fact(&mut self) -> BaselineFact {
        BaselineFact {
            indicator: self.text(),
            value: figure(self.of(&FIGURES)),
            unit: self.maybe(|d| d.of(Unit::ALL)),
            year: self.maybe(Self::year),
            quote: self.text(),
            span: self.span(),
        }
    }

    fn note(&mut self) -> Note {
        let severity = self.of(&[Severity::Info, Severity::Warning, Severity::Error]);
        Note { span: self.span(), severity, message: self.text(), hint: self.text() }
    }

    fn plan(&mut self) -> Plan {
        Plan {
            title: self.text(),
            region: self.text(),
            beneficiary: self.of(&[Beneficiary::Women, Beneficiary::Children]),
            period: PlanPeriod { start: self.year(), end: self.year() },
            domains: self.list(Self::domain),
            implementation: self.list(Self::clause),
            monitoring: self.list(Self::clause),
            table_targets: self.list(|d| TableTarget {
                target: d.target(),
                lead: d.list(Self::text),
                support: d.list(Self::text),
            }),
            assignments: self.list(Self::assignment),
            calendar: self.list(Self::duty),
            baseline: self.list(Self::fact),
            parent_plans: self.list(|d| ParentPlan { title: d.text(), span: d.span() }),
            notes: self.list(Self::note),
            span: self.span(),
        }
    }

    fn version(&mut self, plan_id: String) -> PlanVersion {
        let targets = self.list(|d| d.reviewed(0)).into_iter().zip(1_u32..);
        let corrections = self.list(|d| (d.reviewed(1), d.reviewed(1))).into_iter().zip(1_u32..);
        PlanVersion {
            ref_area: area(),
            plan_id: PlanId(plan_id),
            number: 1,
            status: VersionStatus::Draft,
            source: SourceFile {
                name: self.text(),
                sha256: self.text(),
                size: self.of(&[0, 1, 67_108_864, i64::MAX.unsigned_abs()]),
                format: self.text(),
            },
            text: self.text(),
            plan: self.plan(),
            targets: targets.map(|(t, number)| ReviewedTarget { number, ..t }).collect(),
            corrections: corrections
                .map(|((before, after), sequence)| Correction { sequence, before, after })
                .collect(),
            example: self.flag(),
        }
    }
}

fn check(database: &TestDatabase, runtime: &tokio::runtime::Runtime) {
    let made = std::cell::Cell::new(0);
    let mut runner =
        TestRunner::new(Config { cases: 60, failure_persistence: None, ..Config::default() });
    let bytes = proptest::collection::vec(proptest::num::u8::ANY, 0..1_500);
    let outcome = runner.run(&bytes, |bytes| {
        made.set(made.get() + 1);
        let version = Draw(bytes.iter()).version(format!("plan-{}", made.get()));
        runtime.block_on(async {
            let (key, _) = import(&database.store, &version).await;
            let stored = plans::load(&database.store, &key).await;
            let stored = stored.map_err(|error| TestCaseError::fail(error.to_string()))?;
            proptest::prop_assert_eq!(stored.version, version);
            Ok(())
        })
    });
    assert!(outcome.is_ok(), "{}: {outcome:?}", database.name);
}

#[test]
fn any_version_comes_back_as_it_went_in() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    check(&runtime.block_on(TestDatabase::sqlite()), &runtime);
    if let Some(database) = runtime.block_on(TestDatabase::postgres()) {
        check(&database, &runtime);
    }
}
