//! The rows of `routes`, `reach` and `names`.

use tunnelog::answer::{GatewayAnswer, ReachRow, Request, Resolution, RouteRow, Status, Wanted};
use tunnelog::document::{Context, Destination, NameOf, Route, Row};
use tunnelog::names::NameId;
use tunnelog::prefix::Family;
use tunnelog::select::Narrowing;

use crate::columns::{Cells, Columns};
use crate::failure::Failure;
use crate::scope::{Scope, target, words};
use crate::state::State;
use crate::table::Table;

/// The routes that clients hold.
pub(crate) fn routes(state: &State, scope: &Scope, to: &[String]) -> Result<Table, Failure> {
    let targets = targets(state, to)?;
    let request = Request { wanted: Wanted::Routes, ..request(state, scope, &targets)? };
    table::<Route<'_>>(state, scope, &request, |context, gateway, answer| {
        let bears = |row: &&RouteRow| {
            targets.is_empty() || targets.iter().any(|to| to.target().routes(&answer).contains(row))
        };
        Cells::of(answer.routes.iter().filter(bears).map(|row| context.route(gateway, row)))
    })
}

/// What clients reach.
pub(crate) fn reach(
    state: &State,
    scope: &Scope,
    to: &[String],
    status: &[String],
) -> Result<Table, Failure> {
    let targets = targets(state, to)?;
    let statuses = words("status", status, &Status::ALL, Status::word)?;
    let request = Request { wanted: Wanted::Reach, ..request(state, scope, &targets)? };
    table::<Destination<'_>>(state, scope, &request, |context, gateway, answer| {
        let component = state.facts().component_of(gateway);
        let narrowed: Vec<Vec<ReachRow>> = targets.iter().map(|to| to.reach(component, &answer)).collect();
        let bears = |row: &&ReachRow| {
            (narrowed.is_empty() || narrowed.iter().any(|rows| rows.contains(row)))
                && (statuses.is_empty() || statuses.contains(&row.status))
        };
        Cells::of(answer.reach.iter().filter(bears).map(|row| context.destination(gateway, row, None)))
    })
}

/// Which names clients resolve.
pub(crate) fn names(state: &State, scope: &Scope, status: &[String]) -> Result<Table, Failure> {
    let statuses = words("status", status, &Resolution::ALL, Resolution::word)?;
    let request = Request { wanted: Wanted::Reach, names: true, ..request(state, scope, &[])? };
    table::<NameOf<'_>>(state, scope, &request, |context, gateway, answer| {
        let rows = answer.names.iter();
        let rows = rows.filter(|row| statuses.is_empty() || statuses.contains(&row.status));
        Cells::of(rows.map(|row| context.name(gateway, row)))
    })
}

/// The table of what `cells` makes of the rows of each gateway, or of each client.
fn table<R: Row>(
    state: &State,
    scope: &Scope,
    request: &Request,
    cells: impl Fn(Context<'_>, NameId, GatewayAnswer) -> Cells + Sync,
) -> Result<Table, Failure> {
    let constants = [("model", request.profile.word()), ("inventory", &state.path)];
    let mut columns = Columns::new::<R>(&constants, scope.by_client);
    let context = Context { inventory: &state.inventory, path: None };
    state.analysis().render(
        request,
        |gateway, answer| cells(context, gateway, answer),
        |cells| columns.push(&cells),
    )?;
    Table::new(columns)
}

fn targets(state: &State, to: &[String]) -> Result<Vec<Narrowing>, Failure> {
    let narrowing = |text: &String| Ok(Narrowing::new(state.facts(), target(&state.inventory, text)?));
    to.iter().map(narrowing).collect()
}

fn request(state: &State, scope: &Scope, targets: &[Narrowing]) -> Result<Request, Failure> {
    let mut internet: Vec<Family> =
        targets.iter().flat_map(|to| to.target().families_of_internet()).collect();
    internet.sort_unstable();
    internet.dedup();
    Ok(Request { internet, ..scope.request(&state.inventory, &[])? })
}
