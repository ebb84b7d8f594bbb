//! A plan with its published figures and its evaluation, owned: what the edges load, put together once.

use std::collections::BTreeMap;

use halfsky_evaluate::figures::Figures;
use halfsky_evaluate::run::{Inputs, PlanParameters, Run, UsedEdition, evaluate};
use halfsky_monitor::definition::Definitions;
use halfsky_monitor::edition::Edition;
use halfsky_monitor::item::Item;
use halfsky_monitor::names::Names;
use halfsky_monitor::observation::Observation;
use halfsky_monitor::organ::{Organ, OrganKind, committee_name, office_name, organ_on};
use halfsky_monitor::suppression::public_view;
use halfsky_plan::indicator::IndicatorCode;
use halfsky_plan::plan::Beneficiary;
use halfsky_plan::version::PlanVersion;
use jiff::civil::Date;

use super::material::{Issuing, Material};
use crate::template::Templates;

/// Who reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// Offices: every figure.
    Internal,
    /// Everybody: small counts, and what they could be worked out from, are hidden.
    Public,
}

/// What is published of a region, as it was loaded.
#[derive(Debug, Clone)]
pub struct Published {
    /// Name of the region.
    pub region: String,
    /// The newest edition of the year.
    pub edition: Edition,
    /// Figures of each edition up to the year, oldest first; of each period the newest edition.
    pub editions: Vec<(UsedEdition, Vec<Observation>)>,
    pub definitions: BTreeMap<IndicatorCode, Definitions>,
    /// Reported items by name.
    pub items: BTreeMap<String, Item>,
    pub organs: Vec<Organ>,
    /// The standing paragraphs of its documents.
    pub templates: Templates,
    /// 成文日期
    pub on: Date,
    /// Whose figures these are: as loaded, those of offices.
    pub view: View,
}

impl Published {
    /// As a reader may see it. The figures of each edition must be complete: what is hidden depends on all of them.
    #[must_use]
    pub fn seen_by(mut self, view: View) -> Self {
        if view == View::Public {
            let names = self.names();
            let public =
                |figures: &[Observation], year: i32| public_view(figures, names.structure(year));
            for (used, figures) in &mut self.editions {
                let year = used.period.get(..4).and_then(|year| year.parse().ok());
                *figures = public(figures, year.unwrap_or_else(|| self.edition.period.year()));
            }
            self.edition.figures = public(&self.edition.figures, self.edition.period.year());
        }
        self.view = view;
        self
    }

    /// The names of all figures.
    pub fn names(&self) -> Names {
        Names::new(self.definitions.clone(), self.items.clone())
    }

    /// Who issues; a region without registered organs is named by its own name.
    pub fn issuing(&self, beneficiary: Beneficiary) -> Issuing {
        let named = |kind| {
            organ_on(&self.organs, kind, beneficiary, self.on).map(|o| o.printed_name.clone())
        };
        let region = &self.region;
        Issuing {
            committee: committee_name(&self.organs, beneficiary, region, self.on),
            office: office_name(&self.organs, region, self.on),
            monitoring: named(OrganKind::MonitoringLead)
                .unwrap_or_else(|| format!("{region}统计局")),
            on: self.on,
        }
    }
}

/// A plan with everything its documents are made of.
#[derive(Debug, Clone)]
pub struct Prepared {
    region: String,
    version: PlanVersion,
    run: Run,
    edition: Edition,
    figures: Vec<Observation>,
    names: Names,
    issuing: Issuing,
    templates: Templates,
}

impl Prepared {
    /// A plan on what is published: with the evaluation that was kept, where it rests on the same figures, or else
    /// with one of its own. The public never reads an evaluation of figures it is not shown.
    pub fn new(published: Published, version: PlanVersion, kept: Option<Run>) -> Self {
        let year = published.edition.period.year();
        let used: Vec<UsedEdition> = published.editions.iter().map(|(u, _)| u.clone()).collect();
        let fits = |run: &Run| {
            published.view == View::Internal
                && (run.year, run.version) == (year, version.number)
                && run.plan == version.plan_id.0
                && run.editions == used
        };
        let figures: Vec<Observation> =
            published.editions.iter().flat_map(|(_, figures)| figures.iter().cloned()).collect();
        let run = kept.filter(fits).unwrap_or_else(|| {
            evaluate(&Inputs {
                version: &version,
                year,
                editions: &used,
                figures: &Figures::new(&figures, &published.definitions, &published.items, year),
                peers: &BTreeMap::new(),
                judged: &BTreeMap::new(),
                asked: &BTreeMap::new(),
                parameters: &PlanParameters::default(),
            })
        });
        Self {
            names: published.names(),
            issuing: published.issuing(version.plan.beneficiary),
            region: published.region,
            templates: published.templates,
            edition: published.edition,
            version,
            run,
            figures,
        }
    }

    /// What documents are made of.
    pub fn material(&self) -> Material<'_> {
        Material {
            region: &self.region,
            version: &self.version,
            run: &self.run,
            edition: &self.edition,
            figures: &self.figures,
            names: &self.names,
            issuing: &self.issuing,
            templates: &self.templates,
        }
    }
}
