//! Published results: the Human Development Report and Statistics Canada.

use std::collections::BTreeMap;

use halfsky_stats::gender_development::{
    self, Sex, gender_development_index, human_development_index,
};
use halfsky_stats::gender_inequality::{self, gender_inequality_index};
use halfsky_stats::open_sdg::{Question, open_sdg_progress};
use halfsky_stats::volatility::Direction;

use crate::{TOLERANCE, vector_file};

/// Indices are printed to three decimals.
const PRINTED: f64 = 0.000_51;

type Row = BTreeMap<String, String>;

fn rows(name: &str) -> Vec<Row> {
    let Some(file) = vector_file(name) else { return Vec::new() };
    let rows: Vec<Row> =
        csv::Reader::from_path(file).unwrap().deserialize().map(Result::unwrap).collect();
    assert!(rows.len() > 300, "{}", rows.len());
    rows
}

fn of(row: &Row, key: &str) -> f64 {
    row[key].parse().unwrap_or_else(|_| panic!("{key} in {row:?}"))
}

fn near(got: f64, want: f64, tolerance: f64, row: &Row) {
    assert!(
        (got - want).abs() <= tolerance * want.abs().max(1.0),
        "got {got}, want {want}: {row:?}"
    );
}

#[test]
fn every_published_gender_inequality_index() {
    for row in rows("undp_gii_published_hdr2324.csv") {
        let both = |f: &str, m: &str| (of(&row, f), of(&row, m));
        let index = gender_inequality_index(&gender_inequality::Inputs {
            maternal_mortality: of(&row, "mmr"),
            adolescent_births: of(&row, "abr"),
            seats: both("pr_f", "pr_m"),
            secondary_education: both("se_f", "se_m"),
            labour_participation: both("lfpr_f", "lfpr_m"),
        })
        .unwrap();
        near(index, of(&row, "gii_published"), PRINTED, &row);
        near(index, of(&row, "gii_recomputed"), TOLERANCE, &row);
    }
}

#[test]
fn every_published_gender_development_index() {
    for row in rows("undp_gdi_published_hdr2324.csv") {
        let inputs = |sex: &str| gender_development::Inputs {
            life_expectancy: of(&row, &format!("le_{sex}")),
            expected_schooling: of(&row, &format!("eys_{sex}")),
            mean_schooling: of(&row, &format!("mys_{sex}")),
            income: of(&row, &format!("gnipc_{sex}")),
        };
        let (women, men) = (inputs("f"), inputs("m"));
        let index = gender_development_index(&women, &men).unwrap();
        near(index, of(&row, "gdi_published"), PRINTED, &row);
        near(index, of(&row, "gdi_re"), TOLERANCE, &row);
        let of_women = human_development_index(&women, Sex::Female).unwrap();
        near(of_women, of(&row, "hdi_f_re"), TOLERANCE, &row);
    }
}

#[test]
fn every_published_progress_measure() {
    for row in rows("open_sdg_published_statcan.csv") {
        let (Ok(base), Ok(current)) =
            (row["base_value"].parse::<f64>(), row["current_value"].parse::<f64>())
        else {
            continue;
        };
        #[expect(clippy::cast_possible_truncation, reason = "a year")]
        let year = |key: &str| of(&row, key) as i32;
        let (from, to) = (year("base_year"), year("current_year"));
        let question = Question {
            base_year: from,
            target_year: if row["target_year"].is_empty() { 2030 } else { year("target_year") },
            direction: if row["direction"] == "1" { Direction::Up } else { Direction::Down },
            target: row["target"].parse().ok(),
            limit: row["limit"].parse().ok(),
        };
        let values =
            if to > from { vec![(from, base), (to, current)] } else { vec![(to, current)] };
        let measure = open_sdg_progress(&values, &question).unwrap();
        let word = if row["status"].is_empty() { "not_available" } else { &row["status"] };
        assert_eq!(measure.progress.code(), word, "{row:?}");
        if let Ok(value) = row["progress_value"].parse::<f64>() {
            near(measure.value.unwrap(), value, TOLERANCE, &row);
            near(measure.score.unwrap(), of(&row, "score"), TOLERANCE, &row);
        }
    }
}
