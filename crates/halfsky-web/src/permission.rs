//! The permission table: the only place where access is decided.
//!
//! [`GRANTS`] says which role may do what, and where; [`ROUTES`] says which action each address needs.
//! A route that is not in the table is refused. The three administrators have no business action at all.

use axum::http::Method;
use halfsky_monitor::appointment::Appointment;
use halfsky_monitor::role::Role;
use halfsky_monitor::unit::UnitId;
use halfsky_plan::ref_area::RefArea;

use self::Access::{Anyone, May, SignedIn, Token, Visitor};
use self::Action::{
    AnswerOpinions, AnswerSupervision, ApproveFigures, ConfirmPlan, EditPlan, EditReports,
    EvaluatePlan, FileTexts, GrantRoles, IssueReports, ManageAccounts, ManageAudit, ManageBackup,
    ManageRegions, ManageRounds, ManageSecurity, ManageTokens, ManageUnits, PublishFigures,
    ReadAccounts, ReadAudit, ReadCatalogue, ReadFigures, ReadPlan, ReadReporting, ReadReports,
    ReadRounds, ReadSmallCounts, ReportFigures, ReviewFigures, Supervise,
};
use self::Scope::{Installation, LowerRegions, OwnRegion, OwnUnit};

/// Something a person may be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Action {
    /// Plans, their versions and targets: read.
    ReadPlan,
    /// Plans: import, correct, give up.
    EditPlan,
    /// Plans: put into force.
    ConfirmPlan,
    /// The catalogue of indicators: read.
    ReadCatalogue,
    /// Rounds, duties and the register of missing data: read.
    ReadRounds,
    /// Rounds and duties: open, extend, remind, hand over; the register of missing data: keep.
    ManageRounds,
    /// Texts of every unit: file, return.
    FileTexts,
    /// Tasks of a unit, what it filled in and handed in: read.
    ReadReporting,
    /// Figures of a unit: enter and send.
    ReportFigures,
    /// Figures of a unit: check before they leave it.
    ReviewFigures,
    /// Figures of every unit: accept, return.
    ApproveFigures,
    /// Accepted figures: put into an edition.
    PublishFigures,
    /// Published figures: read.
    ReadFigures,
    /// Published figures: read the small counts, too, that the public is not shown.
    ReadSmallCounts,
    /// Reports: read drafts and what was issued.
    ReadReports,
    /// Reports: make a draft, rewrite paragraphs, review.
    EditReports,
    /// Reports: issue and publish; the standing paragraphs of documents: change.
    IssueReports,
    /// Opinions of the public: read, show, answer.
    AnswerOpinions,
    /// Plans: evaluate; set the parameters of warnings.
    EvaluatePlan,
    /// Warnings, cases, letters, qualitative targets: decide, as the office.
    Supervise,
    /// Cases of a unit: acknowledge, plan, report.
    AnswerSupervision,
    /// Regions: add, rename.
    ManageRegions,
    /// Units and organs: change.
    ManageUnits,
    /// Accounts and appointments: read.
    ReadAccounts,
    /// Accounts: create, invite, disable.
    ManageAccounts,
    /// Appointments: grant and end; second factor; unlocking.
    GrantRoles,
    /// Who needs a second factor, how long sessions last.
    ManageSecurity,
    /// The audit log: read, verify, anchor.
    ReadAudit,
    /// The audit log: how long it is kept, how it is hashed.
    ManageAudit,
    /// Backups: see and start.
    ManageBackup,
    /// Keys of other programs: make and end.
    ManageTokens,
}

/// Where a grant applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Scope {
    /// The unit of the appointment.
    OwnUnit,
    /// The region of the appointment, with all its units.
    OwnRegion,
    /// The region of the appointment and the regions below it.
    LowerRegions,
    /// What belongs to no region: catalogue, accounts, backups; and every region.
    Installation,
}

/// Who may do what, and where.
pub(crate) const GRANTS: &[(Action, &[(Role, Scope)])] = &[
    (
        ReadPlan,
        &[
            (Role::CommitteeOffice, OwnRegion),
            (Role::Statistician, OwnRegion),
            (Role::Reporter, OwnRegion),
            (Role::UnitReviewer, OwnRegion),
            (Role::Leader, OwnRegion),
            (Role::Evaluator, OwnRegion),
            (Role::HigherLevel, LowerRegions),
        ],
    ),
    (EditPlan, &[(Role::CommitteeOffice, OwnRegion)]),
    (ConfirmPlan, &[(Role::CommitteeOffice, OwnRegion)]),
    (
        ReadCatalogue,
        &[
            (Role::CommitteeOffice, Installation),
            (Role::Statistician, Installation),
            (Role::Reporter, Installation),
            (Role::UnitReviewer, Installation),
            (Role::Leader, Installation),
            (Role::Evaluator, Installation),
            (Role::HigherLevel, Installation),
        ],
    ),
    (
        ReadRounds,
        &[
            (Role::CommitteeOffice, OwnRegion),
            (Role::Statistician, OwnRegion),
            (Role::Leader, OwnRegion),
            (Role::Evaluator, OwnRegion),
            (Role::HigherLevel, LowerRegions),
        ],
    ),
    (ManageRounds, &[(Role::CommitteeOffice, OwnRegion), (Role::Statistician, OwnRegion)]),
    (FileTexts, &[(Role::CommitteeOffice, OwnRegion)]),
    (
        ReadReporting,
        &[
            (Role::CommitteeOffice, OwnRegion),
            (Role::Statistician, OwnRegion),
            (Role::Reporter, OwnUnit),
            (Role::UnitReviewer, OwnUnit),
        ],
    ),
    (ReportFigures, &[(Role::Reporter, OwnUnit), (Role::UnitReviewer, OwnUnit)]),
    (ReviewFigures, &[(Role::UnitReviewer, OwnUnit)]),
    (ApproveFigures, &[(Role::Statistician, OwnRegion)]),
    (PublishFigures, &[(Role::Statistician, OwnRegion)]),
    (
        ReadFigures,
        &[
            (Role::CommitteeOffice, OwnRegion),
            (Role::Statistician, OwnRegion),
            (Role::Reporter, OwnRegion),
            (Role::UnitReviewer, OwnRegion),
            (Role::Leader, OwnRegion),
            (Role::Evaluator, OwnRegion),
            (Role::HigherLevel, LowerRegions),
        ],
    ),
    (
        ReadSmallCounts,
        &[
            (Role::CommitteeOffice, OwnRegion),
            (Role::Statistician, OwnRegion),
            (Role::Leader, OwnRegion),
            (Role::HigherLevel, LowerRegions),
        ],
    ),
    (
        ReadReports,
        &[
            (Role::CommitteeOffice, OwnRegion),
            (Role::Statistician, OwnRegion),
            (Role::Leader, OwnRegion),
        ],
    ),
    (EditReports, &[(Role::CommitteeOffice, OwnRegion), (Role::Statistician, OwnRegion)]),
    (IssueReports, &[(Role::CommitteeOffice, OwnRegion)]),
    (AnswerOpinions, &[(Role::CommitteeOffice, OwnRegion)]),
    (EvaluatePlan, &[(Role::CommitteeOffice, OwnRegion), (Role::Statistician, OwnRegion)]),
    (Supervise, &[(Role::CommitteeOffice, OwnRegion)]),
    (AnswerSupervision, &[(Role::Reporter, OwnUnit), (Role::UnitReviewer, OwnUnit)]),
    (ManageRegions, &[(Role::SystemAdministrator, Installation)]),
    (ManageUnits, &[(Role::CommitteeOffice, OwnRegion), (Role::SystemAdministrator, Installation)]),
    (
        ReadAccounts,
        &[(Role::SystemAdministrator, Installation), (Role::SecurityAdministrator, Installation)],
    ),
    (ManageAccounts, &[(Role::SystemAdministrator, Installation)]),
    (GrantRoles, &[(Role::SecurityAdministrator, Installation)]),
    (ManageSecurity, &[(Role::SecurityAdministrator, Installation)]),
    (ReadAudit, &[(Role::Auditor, Installation)]),
    (ManageAudit, &[(Role::Auditor, Installation)]),
    (ManageBackup, &[(Role::SystemAdministrator, Installation)]),
    (ManageTokens, &[(Role::SystemAdministrator, Installation)]),
];

/// What an address needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Says nothing about anybody and is answered under every host name: style sheet, script, health.
    Anyone,
    /// Pages before somebody signs in.
    Visitor,
    /// Programs with a valid token for the region the address names; a session opens nothing here.
    Token,
    /// Every account, also one without an appointment: what concerns the account itself.
    SignedIn,
    /// Accounts that may do this: in the region and for the unit the address names; where it names
    /// none, anywhere at all, and the page shows what lies within reach.
    May(Action),
}

/// One route of the table. `write` is None where nothing can be changed.
pub(crate) struct Route {
    pub(crate) path: &'static str,
    pub(crate) read: Option<Access>,
    pub(crate) write: Option<Access>,
}

const fn reads(path: &'static str, access: Access) -> Route {
    Route { path, read: Some(access), write: None }
}

const fn writes(path: &'static str, access: Access) -> Route {
    Route { path, read: None, write: Some(access) }
}

const fn both(path: &'static str, access: Access) -> Route {
    Route { path, read: Some(access), write: Some(access) }
}

/// Every route of the router.
pub(crate) const ROUTES: &[Route] = &[
    reads("/assets/{name}", Anyone),
    reads("/healthz", Anyone),
    reads("/readyz", Anyone),
    writes("/display", Visitor),
    both("/login", Visitor),
    reads("/login/single-sign-on", Visitor),
    reads("/login/single-sign-on/back", Visitor),
    both("/invitations/{token}", Visitor),
    writes("/logout", SignedIn),
    both("/login/code", Visitor),
    both("/account", SignedIn),
    writes("/account/sessions", SignedIn),
    both("/account/password", SignedIn),
    both("/account/second-factor", SignedIn),
    writes("/account/second-factor/codes", SignedIn),
    both("/account/second-factor/off", SignedIn),
    reads("/", SignedIn),
    reads("/search", May(ReadPlan)),
    reads("/tasks", SignedIn),
    #[cfg(debug_assertions)]
    reads("/components", SignedIn),
    reads("/plans", May(ReadPlan)),
    both("/plans/import", May(EditPlan)),
    both("/plans/import/{import}", May(EditPlan)),
    reads("/plans/{ref_area}/{plan}", May(ReadPlan)),
    reads("/plans/{ref_area}/{plan}/changes", May(ReadPlan)),
    reads("/plans/{ref_area}/{plan}/alignment", May(ReadPlan)),
    reads("/plans/{ref_area}/{plan}/versions/{number}", May(ReadPlan)),
    reads("/plans/{ref_area}/{plan}/versions/{number}/source", May(ReadPlan)),
    reads("/plans/{ref_area}/{plan}/versions/{number}/review", May(EditPlan)),
    writes("/plans/{ref_area}/{plan}/versions/{number}/targets/{target}", May(EditPlan)),
    writes("/plans/{ref_area}/{plan}/versions/{number}/confirm-clear", May(EditPlan)),
    writes("/plans/{ref_area}/{plan}/versions/{number}/undo", May(EditPlan)),
    both("/plans/{ref_area}/{plan}/versions/{number}/confirm", May(ConfirmPlan)),
    both("/plans/{ref_area}/{plan}/versions/{number}/discard", May(EditPlan)),
    reads("/reporting", May(ReadReporting)),
    Route {
        path: "/reporting/{ref_area}/{round}/{unit}",
        read: Some(May(ReadReporting)),
        write: Some(May(ReportFigures)),
    },
    writes("/reporting/{ref_area}/{round}/{unit}/undo", May(ReportFigures)),
    writes("/reporting/{ref_area}/{round}/{unit}/text", May(ReportFigures)),
    reads("/reporting/{ref_area}/{round}/{unit}/files/{number}/{position}", May(ReadReporting)),
    reads("/reporting/{ref_area}/{round}/{unit}/template", May(ReadReporting)),
    both("/reporting/{ref_area}/{round}/{unit}/paste", May(ReportFigures)),
    both("/reporting/{ref_area}/{round}/{unit}/upload", May(ReportFigures)),
    both("/reporting/{ref_area}/{round}/{unit}/upload/{file}", May(ReportFigures)),
    both("/reporting/{ref_area}/{round}/{unit}/upload/{file}/mapping", May(ReportFigures)),
    both("/reporting/{ref_area}/{round}/{unit}/send", May(ReportFigures)),
    both("/reporting/{ref_area}/{round}/{unit}/answer", May(ReviewFigures)),
    reads("/reporting/{ref_area}/{round}/{unit}/submissions/{number}", May(ReadReporting)),
    writes("/reporting/{ref_area}/{round}/{unit}/submissions/{number}/scans", May(ReportFigures)),
    reads(
        "/reporting/{ref_area}/{round}/{unit}/submissions/{number}/scans/{position}",
        May(ReadReporting),
    ),
    reads("/reporting/{ref_area}/{round}/{unit}/history", May(ReadReporting)),
    reads("/indicators", May(ReadCatalogue)),
    reads("/indicators/{code}", May(ReadCatalogue)),
    both("/messages", SignedIn),
    reads("/rounds", May(ReadRounds)),
    both("/rounds/{ref_area}/new", May(ManageRounds)),
    reads("/rounds/{ref_area}/calendar", May(ReadRounds)),
    reads("/rounds/{ref_area}/{round}", May(ReadRounds)),
    both("/rounds/{ref_area}/{round}/change", May(ManageRounds)),
    both("/rounds/{ref_area}/{round}/extend", May(ManageRounds)),
    both("/rounds/{ref_area}/{round}/close", May(ManageRounds)),
    both("/rounds/{ref_area}/{round}/hand-down", May(ManageRounds)),
    writes("/rounds/{ref_area}/{round}/remind", May(ManageRounds)),
    reads("/rounds/{ref_area}/{round}/late", May(ReadRounds)),
    reads("/rounds/{ref_area}/{round}/reminders", May(ReadRounds)),
    reads("/duties", May(ReadRounds)),
    reads("/duties/{ref_area}", May(ReadRounds)),
    both("/duties/{ref_area}/draw", May(ManageRounds)),
    both("/duties/{ref_area}/hand-over", May(ManageRounds)),
    both("/duties/{ref_area}/set", May(ManageRounds)),
    both("/duties/{ref_area}/end", May(ManageRounds)),
    reads("/texts", May(ReadRounds)),
    Route {
        path: "/texts/{ref_area}/{round}/{unit}",
        read: Some(May(ReadRounds)),
        write: Some(May(FileTexts)),
    },
    reads("/texts/{ref_area}/{round}/{unit}/files/{name}", May(ReadRounds)),
    reads("/missing", May(ReadRounds)),
    reads("/missing/{ref_area}", May(ReadRounds)),
    both("/missing/{ref_area}/edit", May(ManageRounds)),
    reads("/review", May(ApproveFigures)),
    both("/review/{ref_area}/accept", May(ApproveFigures)),
    reads("/review/{ref_area}/{round}/{unit}", May(ApproveFigures)),
    writes("/review/{ref_area}/{round}/{unit}/accept", May(ApproveFigures)),
    writes("/review/{ref_area}/{round}/{unit}/return", May(ApproveFigures)),
    both("/review/{ref_area}/{round}/{unit}/reopen", May(ApproveFigures)),
    reads("/review/{ref_area}/{round}/{unit}/scans/{number}/{position}", May(ApproveFigures)),
    reads("/editions", May(ReadFigures)),
    reads("/editions/{ref_area}", May(ReadFigures)),
    both("/editions/{ref_area}/{period}/publish", May(PublishFigures)),
    reads("/editions/{ref_area}/{period}/{number}", May(ReadFigures)),
    reads("/editions/{ref_area}/{period}/{number}/changes", May(ReadFigures)),
    reads("/editions/{ref_area}/{period}/{number}/yearbook", May(ReadFigures)),
    reads("/reports", May(ReadReports)),
    both("/reports/{ref_area}/new", May(EditReports)),
    reads("/reports/{ref_area}/templates", May(ReadReports)),
    Route {
        path: "/reports/{ref_area}/templates/{template}",
        read: Some(May(ReadReports)),
        write: Some(May(IssueReports)),
    },
    reads("/reports/{ref_area}/{report}", May(ReadReports)),
    both("/reports/{ref_area}/{report}/edit", May(EditReports)),
    writes("/reports/{ref_area}/{report}/renew", May(EditReports)),
    writes("/reports/{ref_area}/{report}/step", May(EditReports)),
    reads("/reports/{ref_area}/{report}/file", May(ReadReports)),
    reads("/public", Visitor),
    both("/public/{ref_area}/opinions", Visitor),
    reads("/public/{ref_area}/{*path}", Visitor),
    reads("/opinions", May(AnswerOpinions)),
    both("/opinions/{ref_area}/{opinion}", May(AnswerOpinions)),
    reads("/data", May(ReadFigures)),
    reads("/data/{ref_area}", May(ReadFigures)),
    reads("/data/{ref_area}/by-sex", May(ReadFigures)),
    reads("/data/{ref_area}/{indicator}", May(ReadFigures)),
    reads("/data/{ref_area}/{indicator}/chart", May(ReadFigures)),
    reads("/data/{ref_area}/{indicator}/trail", May(ReadFigures)),
    reads("/regions", May(ReadFigures)),
    reads("/regions/choose", May(ReadPlan)),
    reads("/regions/{ref_area}", May(ReadRounds)),
    reads("/regions/{ref_area}/indicator", May(ReadFigures)),
    reads("/regions/{ref_area}/scores", May(ReadFigures)),
    reads("/evaluations", May(ReadFigures)),
    reads("/evaluations/{ref_area}", May(ReadFigures)),
    writes("/evaluations/{ref_area}/run", May(EvaluatePlan)),
    reads("/evaluations/{ref_area}/rates", May(ReadFigures)),
    reads("/evaluations/{ref_area}/compare", May(ReadFigures)),
    reads("/targets/{ref_area}/{plan}/{number}", May(ReadFigures)),
    reads("/targets/{ref_area}/{plan}/{number}/chart", May(ReadFigures)),
    both("/targets/{ref_area}/{plan}/{number}/judge", May(Supervise)),
    reads("/targets/{ref_area}/{plan}/{number}/evidence/{sequence}/{position}", May(ReadFigures)),
    reads("/warnings", May(ReadFigures)),
    reads("/warnings/{ref_area}", May(ReadFigures)),
    both("/warnings/{ref_area}/{plan}/parameters", May(EvaluatePlan)),
    Route {
        path: "/warnings/{ref_area}/{plan}/{number}",
        read: Some(May(ReadFigures)),
        write: Some(May(Supervise)),
    },
    reads("/cases", May(ReadFigures)),
    reads("/cases/{ref_area}", May(ReadFigures)),
    reads("/cases/{ref_area}/{case}", May(ReadFigures)),
    writes("/cases/{ref_area}/{case}/office", May(Supervise)),
    writes("/cases/{ref_area}/{case}/units/{unit}", May(AnswerSupervision)),
    both("/cases/{ref_area}/{case}/letter", May(Supervise)),
    reads("/cases/{ref_area}/{case}/letters/{position}", May(ReadFigures)),
    reads("/cases/{ref_area}/{case}/letters/{position}/file", May(ReadFigures)),
    reads("/cases/{ref_area}/{case}/files/{sequence}/{position}", May(ReadFigures)),
    reads("/visits/{ref_area}", May(ReadFigures)),
    both("/visits/{ref_area}/new", May(Supervise)),
    Route {
        path: "/visits/{ref_area}/{visit}",
        read: Some(May(ReadFigures)),
        write: Some(May(Supervise)),
    },
    reads("/visits/{ref_area}/{visit}/files/{position}", May(ReadSmallCounts)),
    reads("/api/v1/openapi.json", Anyone),
    reads("/api/v1/indicators", Token),
    reads("/api/v1/regions/{ref_area}/editions", Token),
    reads("/api/v1/regions/{ref_area}/editions/{period}/{number}", Token),
    reads("/api/v1/regions/{ref_area}/figures", Token),
    reads("/admin", SignedIn),
    both("/admin/backup", May(ManageBackup)),
    reads("/admin/regions", May(ManageRegions)),
    both("/admin/regions/new", May(ManageRegions)),
    both("/admin/regions/{ref_area}", May(ManageRegions)),
    reads("/admin/units", May(ManageUnits)),
    both("/admin/units/new", May(ManageUnits)),
    both("/admin/units/{ref_area}/{unit}", May(ManageUnits)),
    reads("/admin/organs", May(ManageUnits)),
    both("/admin/organs/new", May(ManageUnits)),
    both("/admin/organs/{ref_area}/end", May(ManageUnits)),
    reads("/admin/accounts", May(ReadAccounts)),
    both("/admin/accounts/new", May(ManageAccounts)),
    both("/admin/accounts/list", May(ReadAccounts)),
    reads("/admin/accounts/list/template", May(ReadAccounts)),
    writes("/admin/accounts/list/apply", May(ReadAccounts)),
    Route {
        path: "/admin/accounts/{account}",
        read: Some(May(ReadAccounts)),
        write: Some(May(ManageAccounts)),
    },
    writes("/admin/accounts/{account}/invite", May(ManageAccounts)),
    writes("/admin/accounts/{account}/unlock", May(GrantRoles)),
    writes("/admin/accounts/{account}/sessions", May(GrantRoles)),
    both("/admin/accounts/{account}/second-factor", May(GrantRoles)),
    writes("/admin/accounts/{account}/appointments", May(GrantRoles)),
    both("/admin/accounts/{account}/appointments/{appointment}/end", May(GrantRoles)),
    reads("/admin/tokens", May(ManageTokens)),
    both("/admin/tokens/new", May(ManageTokens)),
    both("/admin/tokens/{token}/end", May(ManageTokens)),
    both("/admin/security", May(ManageSecurity)),
    reads("/admin/audit", May(ReadAudit)),
    reads("/admin/audit/entries/{ref_area}/{sequence}", May(ReadAudit)),
    both("/admin/audit/check", May(ReadAudit)),
    both("/admin/audit/anchors", May(ReadAudit)),
    reads("/admin/audit/anchors/{number}", May(ReadAudit)),
    both("/admin/audit/settings", May(ManageAudit)),
];

/// Names of the parts of an address that say in which region and for which unit something is done.
pub(crate) const REGION_PART: &str = "ref_area";
pub(crate) const UNIT_PART: &str = "unit";

/// What this method of a route needs; None when the table does not allow it.
pub(crate) fn access(path: &str, method: &Method) -> Option<Access> {
    let route = ROUTES.iter().find(|route| route.path == path)?;
    if method.is_safe() { route.read } else { route.write }
}

/// Where something is done.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place<'a> {
    /// Anywhere: the address names no region.
    Anywhere,
    /// In a region, given with the regions above it, from below; perhaps for one unit.
    Region { lineage: &'a [RefArea], unit: Option<&'a UnitId> },
}

/// Whether these appointments, all valid now, allow an action in a place.
pub(crate) fn permits(appointments: &[Appointment], action: Action, place: Place<'_>) -> bool {
    grants(appointments, action).any(|(appointment, scope)| match place {
        Place::Anywhere => true,
        Place::Region { lineage, unit } => {
            let own = lineage.first() == Some(&appointment.ref_area);
            match scope {
                Installation => true,
                LowerRegions => lineage.contains(&appointment.ref_area),
                OwnRegion => own,
                OwnUnit => own && unit.is_some() && unit == appointment.unit.as_ref(),
            }
        }
    })
}

/// The appointments that allow an action, each with where it does.
pub(crate) fn grants(
    appointments: &[Appointment],
    action: Action,
) -> impl Iterator<Item = (&Appointment, Scope)> {
    let roles = GRANTS.iter().find(|(granted, _)| *granted == action).map_or(&[][..], |(_, r)| r);
    appointments.iter().flat_map(move |appointment| {
        let of_role = roles.iter().filter(move |(role, _)| *role == appointment.role);
        of_role.map(move |(_, scope)| (appointment, *scope))
    })
}

#[cfg(test)]
mod tests;
