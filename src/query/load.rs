//! The tuples of each relation, loaded when a question first needs them and only as far as it does.

use rustc_hash::{FxHashMap, FxHashSet};

use super::table::Table;
use super::values::{Value, Values};
use crate::answer::{Analysis, Evaluation, GatewayAnswer, ReachRow, Request, Wanted};
use crate::class::Profile;
use crate::facts::Facts;
use crate::facts::ids::{PrefixId, Target};
use crate::language::relations::Relation;
use crate::names::NameId;
use crate::prefix::{Family, Prefix};
use crate::solve::{Component, Known, is_steered, leave, passed, solve, steer, tables};

/// Which tuples of a derived relation a question can touch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scope {
    pub(super) whose: Whose,
    /// The prefixes that are asked for; none for all.
    pub(super) prefixes: Option<FxHashSet<Prefix>>,
    /// True where the Internet is asked for by name, so that it is told of whether or not a client holds a route there.
    pub(super) is_internet: bool,
}

/// Whose tuples a question can touch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    Anybodys,
    /// Those of some networks' connected components.
    PartsOf(FxHashSet<NameId>),
    /// Those of some gateways' clients.
    Gateways(FxHashSet<NameId>),
}

/// The loaded tuples.
pub(super) struct Store<'a> {
    analysis: &'a Analysis<'a>,
    pub(super) values: Values<'a>,
    facts: FxHashMap<Relation, Table>,
    answers: FxHashMap<Profile, Answers>,
    tables: RouterTables,
    delivered: ByPart,
    effective: ByPart,
    asymmetric: ByPart,
    /// Appliances that see one direction of ways to the Internet, where it is asked for by name.
    asymmetric_out: ByPart,
    /// The components with subnets that were solved.
    known: Known,
    passes: ByPart,
    /// Appliances on ways to the Internet, where it is asked for by name.
    passes_out: ByPart,
}

/// `advertised`, `access` and `resolves`, which come together.
#[derive(Default)]
struct Answers {
    loaded: FxHashSet<NameId>,
    advertised: Table,
    access: Table,
    /// The gateways of which `to_internet` knows.
    asked_of: FxHashSet<NameId>,
    /// Access to the Internet where it is asked for by name.
    to_internet: Table,
    resolves: Table,
}

/// `attached` and `learned`, which come together.
#[derive(Default)]
struct RouterTables {
    /// The connected components that are loaded whole.
    loaded: FxHashSet<usize>,
    /// The prefixes that are loaded besides, each with the number of its part.
    prefixes: FxHashSet<(usize, Prefix)>,
    attached: Table,
    learned: Table,
}

/// A relation that is loaded by connected component.
#[derive(Default)]
struct ByPart {
    loaded: FxHashSet<usize>,
    table: Table,
}

impl<'a> Store<'a> {
    pub(super) fn new(analysis: &'a Analysis<'a>) -> Self {
        Self {
            analysis,
            values: Values::new(analysis.inventory()),
            facts: FxHashMap::default(),
            answers: FxHashMap::default(),
            tables: RouterTables::default(),
            delivered: ByPart::default(),
            effective: ByPart::default(),
            asymmetric: ByPart::default(),
            asymmetric_out: ByPart::default(),
            known: Known::default(),
            passes: ByPart::default(),
            passes_out: ByPart::default(),
        }
    }

    /// How many tuples of `relation` are loaded; none for a derived relation of which none are.
    pub(super) fn count(&mut self, relation: Relation, profile: Profile) -> Option<usize> {
        let count = match relation {
            Relation::Advertised => self.answers.get(&profile)?.advertised.len(),
            Relation::Access => self.answers.get(&profile)?.access.len(),
            Relation::Resolves => self.answers.get(&profile)?.resolves.len(),
            Relation::Attached => self.tables.attached.len(),
            Relation::Learned => self.tables.learned.len(),
            Relation::Delivered => self.delivered.table.len(),
            Relation::Effective => self.effective.table.len(),
            Relation::Asymmetric => self.asymmetric.table.len() + self.asymmetric_out.table.len(),
            Relation::Passes => self.passes.table.len() + self.passes_out.table.len(),
            fact => return Some(self.fact(fact).len()),
        };
        (count > 0).then_some(count)
    }

    /// The tuples of `relation`, at least those in `scope`.
    pub(super) fn table(
        &mut self,
        relation: Relation,
        profile: Profile,
        scope: &Scope,
    ) -> (&mut Table, &Values<'a>) {
        let table = match relation {
            Relation::Access if scope.is_internet => {
                self.load_internet(profile, scope);
                &mut self.answers.entry(profile).or_default().to_internet
            }
            Relation::Advertised | Relation::Access | Relation::Resolves => {
                self.load_answers(profile, scope);
                let answers = self.answers.entry(profile).or_default();
                match relation {
                    Relation::Access => &mut answers.access,
                    Relation::Resolves => &mut answers.resolves,
                    _ => &mut answers.advertised,
                }
            }
            Relation::Attached | Relation::Learned => {
                self.load_tables(scope);
                if relation == Relation::Learned {
                    &mut self.tables.learned
                } else {
                    &mut self.tables.attached
                }
            }
            Relation::Delivered => {
                self.load_delivered(scope);
                &mut self.delivered.table
            }
            Relation::Effective => {
                self.load_effective(scope);
                &mut self.effective.table
            }
            Relation::Asymmetric => {
                self.load_asymmetric(scope);
                if scope.is_internet { &mut self.asymmetric_out.table } else { &mut self.asymmetric.table }
            }
            Relation::Passes => {
                self.load_passes(scope);
                if scope.is_internet { &mut self.passes_out.table } else { &mut self.passes.table }
            }
            fact => {
                self.fact(fact);
                self.facts.entry(fact).or_default()
            }
        };
        (table, &self.values)
    }

    fn fact(&mut self, relation: Relation) -> &Table {
        let (facts, values) = (self.analysis.facts(), &mut self.values);
        self.facts.entry(relation).or_insert_with(|| {
            let mut table = Table::default();
            facts.all().each(relation, |fact| {
                if fact.is_stated() {
                    table.push(fact.cells().filter_map(|cell| values.of(cell)));
                }
            });
            table
        })
    }

    /// The gateways in `scope` with clients.
    fn gateways(&self, scope: &Scope) -> Vec<NameId> {
        let facts = self.analysis.facts();
        let parts = parts_of(scope, facts);
        let wanted = |gateway: &NameId| match (&scope.whose, &parts) {
            (Whose::Gateways(gateways), _) => gateways.contains(gateway),
            (_, Some(parts)) => parts.contains(&facts.component_of(*gateway)),
            (_, None) => true,
        };
        let mut gateways = self.analysis.gateways();
        gateways.retain(wanted);
        gateways
    }

    fn load_internet(&mut self, profile: Profile, scope: &Scope) {
        let mut missing = self.gateways(scope);
        let answers = self.answers.entry(profile).or_default();
        missing.retain(|gateway| answers.asked_of.insert(*gateway));
        if missing.is_empty() {
            return;
        }
        let internet = Family::ALL.to_vec();
        let request = Request {
            profile,
            gateways: Some(missing),
            wanted: Wanted::Reach,
            internet,
            ..Request::default()
        };
        let taken: Result<(), std::convert::Infallible> =
            self.analysis.answer(&request, |gateway, answer| {
                let mut rows = answer.reach.clone();
                rows.retain(|row| row.network == NameId::INTERNET);
                let pool = self.analysis.inventory().gateways.iter().find(|row| row.vnet == gateway);
                let is_told: Vec<Family> = pool
                    .into_iter()
                    .flat_map(|row| row.client_pool.iter().map(|prefix| prefix.family()))
                    .chain(
                        rows.iter().filter(|row| row.status.has_route()).map(|row| row.destination.family()),
                    )
                    .collect();
                rows.retain(|row| is_told.contains(&row.destination.family()));
                push_access(&mut answers.to_internet, gateway, &rows);
                Ok(())
            });
        let Ok(()) = taken;
        answers.to_internet.grown();
    }

    fn load_answers(&mut self, profile: Profile, scope: &Scope) {
        let mut missing = self.gateways(scope);
        let answers = self.answers.entry(profile).or_default();
        missing.retain(|gateway| answers.loaded.insert(*gateway));
        if missing.is_empty() {
            return;
        }
        let request =
            Request { profile, gateways: Some(missing), names: true, endpoints: true, ..Request::default() };
        let values = &mut self.values;
        let taken: Result<(), std::convert::Infallible> =
            self.analysis.answer(&request, |gateway, answer| {
                answers.take(gateway, answer, values);
                Ok(())
            });
        let Ok(()) = taken;
        answers.advertised.grown();
        answers.access.grown();
        answers.resolves.grown();
    }

    fn load_tables(&mut self, scope: &Scope) {
        let facts = self.analysis.facts();
        let numbers = if scope.prefixes.is_none() {
            missing_parts(&mut self.tables.loaded, scope, facts)
        } else {
            // What routers hold of a prefix depends on what covers it alone, so no more than that is loaded.
            let mut all = missing_parts(&mut FxHashSet::default(), scope, facts);
            all.retain(|number| !self.tables.loaded.contains(number));
            all
        };
        for number in numbers {
            let part = Component::new(facts, number);
            let ids = (0..).map(PrefixId).take(part.table.len());
            let loaded = &mut self.tables;
            let wanted: Vec<PrefixId> = match &scope.prefixes {
                None => ids.collect(),
                Some(prefixes) => ids
                    .filter(|id| prefixes.contains(&part.table.prefix(*id)))
                    .filter(|id| loaded.prefixes.insert((number, part.table.prefix(*id))))
                    .collect(),
            };
            if wanted.is_empty() {
                continue;
            }
            let values = &mut self.values;
            tables(&part, &wanted, |derived, home| {
                let is_home = |id: &PrefixId| home.binary_search(id).is_ok();
                for row in derived.attached.iter().filter(|row| is_home(&row.2)) {
                    let prefix = values.of_prefix(part.table.prefix(row.2));
                    loaded.attached.push([Value::Network(row.0), Value::Network(row.1.name()), prefix]);
                }
                for row in derived.learned.iter().filter(|row| is_home(&row.2)) {
                    let prefix = values.of_prefix(part.table.prefix(row.2));
                    loaded.learned.push([Value::Network(row.0), Value::Network(row.1), prefix]);
                }
            });
            loaded.attached.grown();
            loaded.learned.grown();
        }
    }

    fn load_effective(&mut self, scope: &Scope) {
        for number in missing_parts(&mut self.effective.loaded, scope, self.analysis.facts()) {
            for route in self.analysis.effective_routes(number) {
                let prefix = self.values.of_prefix(route.prefix);
                let hop = self.values.of_hop(route.hop);
                let (vnet, subnet) = (Value::Network(route.vnet), Value::Label(route.subnet));
                self.effective.table.push([vnet, subnet, prefix, Value::Source(route.source), hop]);
            }
            self.effective.table.grown();
        }
    }

    fn load_asymmetric(&mut self, scope: &Scope) {
        let facts = self.analysis.facts();
        let of = if scope.is_internet { &mut self.asymmetric_out } else { &mut self.asymmetric };
        let mut missing = missing_parts(&mut of.loaded, scope, facts);
        missing.retain(|number| is_steered(facts, *number));
        for number in missing {
            let mut found = Vec::new();
            if scope.is_internet {
                let part = Component::of_internet(facts, number, &facts.of_classes(number));
                leave(&part, &[], |steered| found.extend(steered.one_way()));
            } else {
                let part = Component::new(facts, number);
                found.extend(steer(&part, &[], Evaluation::Auto, &self.known).one_way());
            }
            for (gateway, network, _, machine) in found {
                let machine = self.values.of_machine(machine);
                of.table.push([Value::Network(gateway), Value::Network(network), machine]);
            }
            of.table.grown();
        }
    }

    fn load_passes(&mut self, scope: &Scope) {
        let facts = self.analysis.facts();
        let (of, component): (_, fn(_, _) -> _) = if scope.is_internet {
            (&mut self.passes_out, |facts, number| {
                Component::of_internet(facts, number, &facts.of_classes(number))
            })
        } else {
            (&mut self.passes, Component::new)
        };
        for number in missing_parts(&mut of.loaded, scope, facts) {
            // Elsewhere no way leads through an appliance.
            if !is_steered(facts, number) {
                continue;
            }
            for row in passed(&component(facts, number), Evaluation::Auto) {
                let (gateway, network) = (Value::Network(row.gateway), Value::Network(row.network));
                let machine = self.values.of_machine(row.machine);
                of.table.push([gateway, network, machine, Value::Direction(row.direction)]);
            }
            of.table.grown();
        }
    }

    fn load_delivered(&mut self, scope: &Scope) {
        for number in missing_parts(&mut self.delivered.loaded, scope, self.analysis.facts()) {
            let part = Component::new(self.analysis.facts(), number);
            let mut routers: FxHashMap<(Target, PrefixId), Vec<NameId>> = FxHashMap::default();
            if is_steered(self.analysis.facts(), number) {
                for (router, target, id) in steer(&part, &[], Evaluation::Auto, &self.known).delivered() {
                    routers.entry((target, id)).or_default().push(router);
                }
            } else {
                solve::<()>(&part, &[], Evaluation::Auto, |derived, _| {
                    for row in &derived.delivered {
                        routers.entry((row.1, row.2)).or_default().push(row.0);
                    }
                });
            }
            let networks = part
                .network_prefixes()
                .into_iter()
                .map(|(id, network)| (id, Target::Network(network), part.parts_of_network(id, network)));
            let pools = part
                .client_pool
                .all()
                .iter()
                .map(|(id, gateway)| (*id, Target::Pool(*gateway), part.parts_of_pool(*id, *gateway)));
            for (id, target, parts) in networks.chain(pools) {
                for (router, prefix) in arriving(&part, id, target, &parts, &routers) {
                    let prefix = self.values.of_prefix(prefix);
                    self.delivered.table.push([
                        Value::Network(router),
                        Value::Network(target.name()),
                        prefix,
                    ]);
                }
            }
            self.delivered.table.grown();
        }
    }
}

impl Answers {
    fn take(&mut self, gateway: NameId, answer: &GatewayAnswer, values: &mut Values<'_>) {
        for row in &answer.routes {
            let prefix = values.of_prefix(row.prefix);
            let (gateway, class) = (Value::Network(gateway), Value::Class(row.class));
            for reason in row.reasons.routes() {
                self.advertised.push([gateway, class, prefix, Value::Reason(reason)]);
            }
        }
        push_access(&mut self.access, gateway, &answer.reach);
        for row in &answer.names {
            let (class, resolution) = (Value::Class(row.class), Value::Resolution(row.status));
            if let Some(zone) = row.zone {
                self.resolves.push([Value::Network(gateway), class, Value::Label(zone), resolution]);
            }
        }
    }
}

/// Adds the statuses of each network.
fn push_access(table: &mut Table, gateway: NameId, rows: &[ReachRow]) {
    for rows in rows.chunk_by(|one, other| (one.class, one.network) == (other.class, other.network)) {
        let mut statuses: Vec<_> = rows.iter().map(|row| row.status).collect();
        statuses.sort_unstable();
        statuses.dedup();
        for status in statuses {
            let (class, network) = (Value::Class(rows[0].class), Value::Network(rows[0].network));
            table.push([Value::Network(gateway), class, network, Value::Status(status)]);
        }
    }
}

/// The connected components in `scope`; none for all.
fn parts_of(scope: &Scope, facts: &Facts) -> Option<FxHashSet<usize>> {
    match &scope.whose {
        Whose::Anybodys => None,
        Whose::PartsOf(names) | Whose::Gateways(names) => {
            Some(names.iter().map(|name| facts.component_of(*name)).collect())
        }
    }
}

/// The connected components in `scope` that were not loaded before, in order. They count as loaded from now on.
fn missing_parts(loaded: &mut FxHashSet<usize>, scope: &Scope, facts: &Facts) -> Vec<usize> {
    let mut parts: Vec<usize> = match parts_of(scope, facts) {
        Some(parts) => parts.into_iter().collect(),
        None => (0..facts.component_count).collect(),
    };
    parts.retain(|number| loaded.insert(*number));
    parts.sort_unstable();
    parts
}

/// From which routers which addresses of a prefix arrive: all of it, or what does in the fewest prefixes.
fn arriving(
    part: &Component<'_>,
    id: PrefixId,
    target: Target,
    parts: &[PrefixId],
    routers: &FxHashMap<(Target, PrefixId), Vec<NameId>>,
) -> Vec<(NameId, Prefix)> {
    let mut arriving: FxHashMap<NameId, Vec<PrefixId>> = FxHashMap::default();
    for of_prefix in parts {
        for router in routers.get(&(target, *of_prefix)).into_iter().flatten() {
            arriving.entry(*router).or_default().push(*of_prefix);
        }
    }
    let addresses = |ids: &[PrefixId]| {
        if ids.len() == parts.len() {
            vec![part.table.prefix(id)]
        } else {
            part.table.addresses(ids.iter().copied())
        }
    };
    arriving
        .iter()
        .flat_map(|(router, ids)| addresses(ids).into_iter().map(|prefix| (*router, prefix)))
        .collect()
}
