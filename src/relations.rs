//! Every relation as text: the facts of an inventory and what the rules derive from them.
//!
//! Other Datalog engines and databases read these rows, and tests hold them against a simulation.
//!
//! ```
//! use tunnelog::answer::Analysis;
//! use tunnelog::class::Profile;
//! use tunnelog::import::load::load;
//!
//! let inventory = load("facts/s2s-chain-bgp").unwrap().inventory;
//! let mut learned = 0;
//! let Ok(()) = Analysis::new(&inventory).relations(Profile::Article, |relation| {
//!     learned += if relation.name == "learned" { relation.rows.len() } else { 0 };
//!     Ok::<(), std::convert::Infallible>(())
//! });
//! assert!(learned > 0);
//! ```

use std::collections::BTreeSet;

use crate::answer::Analysis;
use crate::class::{Class, Profile};
use crate::facts::ids::{PrefixId, Target};
use crate::names::NameId;
use crate::prefix::Prefix;
use crate::solve::{Component, Derived, Evaluation, solve};

/// Whether a relation is stated by the inventory or derived by a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Stated, or worked out before the rules run.
    Fact,
    /// Derived by the rules.
    Derived,
}

/// The rows of one relation in one connected component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelationRows {
    /// The name, such as `static_route`.
    pub name: &'static str,
    /// Fact or derived.
    pub kind: Kind,
    /// What each column holds.
    pub columns: &'static [&'static str],
    /// The rows, sorted. A part of a prefix is written as the prefix that it is cut from.
    pub rows: BTreeSet<Vec<String>>,
}

impl Analysis<'_> {
    /// Gives `sink` every relation of each connected component, the parts in the order of their first names.
    ///
    /// # Errors
    /// The first error of `sink`, which ends the work.
    pub fn relations<E>(
        &self,
        profile: Profile,
        mut sink: impl FnMut(RelationRows) -> Result<(), E>,
    ) -> Result<(), E> {
        for number in 0..self.facts().component_count {
            let part = Component::new(self.facts(), number);
            let serves = self.serves_of_part(&part, profile);
            let text = Text { analysis: self, part: &part };
            let mut relations = text.stated();
            relations.extend(text.prepared(&serves));
            solve(&part, &serves, Evaluation::Whole, |derived, _| relations.extend(text.derived(derived)));
            relations.into_iter().try_for_each(&mut sink)?;
        }
        Ok(())
    }
}

/// Writes names and prefixes of one connected component.
struct Text<'part> {
    analysis: &'part Analysis<'part>,
    part: &'part Component<'part>,
}

impl Text<'_> {
    fn name(&self, name: NameId) -> String {
        clean(self.analysis.inventory().names.text(name))
    }

    fn prefix(&self, id: PrefixId) -> String {
        self.part.table.prefix(id).to_string()
    }

    fn target(&self, target: Target) -> [String; 2] {
        let kind = if target.is_network() { "network" } else { "pool" };
        [kind.to_owned(), self.name(target.name())]
    }

    fn names(&self, rows: &[NameId]) -> BTreeSet<Vec<String>> {
        rows.iter().map(|name| vec![self.name(*name)]).collect()
    }

    fn pairs(&self, rows: &[(NameId, NameId)]) -> BTreeSet<Vec<String>> {
        rows.iter().map(|(one, other)| vec![self.name(*one), self.name(*other)]).collect()
    }

    fn prefixed(&self, rows: &[(NameId, Prefix)]) -> BTreeSet<Vec<String>> {
        rows.iter().map(|(name, prefix)| vec![self.name(*name), prefix.to_string()]).collect()
    }

    fn parts(&self, rows: &[(PrefixId, NameId)]) -> BTreeSet<Vec<String>> {
        rows.iter().map(|(id, name)| vec![self.name(*name), self.prefix(*id)]).collect()
    }

    /// The facts that the inventory states.
    fn stated(&self) -> Vec<RelationRows> {
        let (facts, number) = (self.part.facts, self.part.number);
        let fact = |name, columns, rows| RelationRows { name, kind: Kind::Fact, columns, rows };
        let inventory = self.analysis.inventory();
        let clients = || {
            let all = inventory.clients.as_deref().unwrap_or_default();
            all.iter().filter(|client| facts.component_of(client.gateway) == number)
        };
        let asn = facts.asn.of(number).iter();
        let statics = facts.static_route.of(number).iter();
        let manual =
            clients().flat_map(|client| client.manual_routes.iter().map(move |route| (client, route)));
        vec![
            fact("vnet", &["vnet"], self.names(facts.vnet.of(number))),
            fact("site", &["site"], self.names(facts.site.of(number))),
            fact("address", &["network", "prefix"], self.prefixed(facts.address.of(number))),
            fact("gateway", &["vnet"], self.names(facts.gateway.of(number))),
            fact("client_pool", &["gateway", "prefix"], self.prefixed(facts.client_pool.of(number))),
            fact("custom_route", &["gateway", "prefix"], self.prefixed(facts.custom_route.of(number))),
            fact(
                "asn",
                &["router", "number"],
                asn.map(|(router, asn)| vec![self.name(*router), asn.display(&inventory.names).to_string()])
                    .collect(),
            ),
            fact("peered", &["vnet", "remote_vnet"], self.pairs(facts.peered.of(number))),
            fact("gateway_transit", &["hub", "spoke"], self.pairs(facts.gateway_transit.of(number))),
            fact("s2s", &["router", "neighbour"], self.pairs(facts.s2s.of(number))),
            fact("bgp", &["router", "neighbour"], self.pairs(facts.bgp.of(number))),
            fact(
                "static_route",
                &["router", "neighbour", "prefix"],
                statics
                    .map(|(near, far, prefix)| vec![self.name(*near), self.name(*far), prefix.to_string()])
                    .collect(),
            ),
            fact("transit_site", &["site"], self.names(facts.transit_site.of(number))),
            fact(
                "os",
                &["client", "os"],
                clients().map(|client| vec![clean(&client.name), client.os.word().to_owned()]).collect(),
            ),
            fact(
                "client",
                &["client", "gateway"],
                clients().map(|client| vec![clean(&client.name), self.name(client.gateway)]).collect(),
            ),
            fact(
                "manual_route",
                &["client", "prefix"],
                manual.map(|(client, route)| vec![clean(&client.name), route.to_string()]).collect(),
            ),
        ]
    }

    /// What is worked out before the rules run.
    fn prepared(&self, serves: &[(NameId, Class)]) -> Vec<RelationRows> {
        let fact = |name, columns, rows| RelationRows { name, kind: Kind::Fact, columns, rows };
        let ids = || (0..).map(PrefixId).take(self.part.table.len());
        let classes = |wanted: fn(Class) -> bool| {
            let words = Class::ALL
                .into_iter()
                .filter(|class| wanted(*class))
                .map(|class| vec![class.word().to_owned()]);
            words.collect()
        };
        let covers = ids().flat_map(|id| self.part.table.covering(id).map(move |outer| (outer, id)));
        vec![
            fact(
                "covers",
                &["outer", "inner"],
                covers.map(|(outer, inner)| vec![self.prefix(outer), self.prefix(inner)]).collect(),
            ),
            fact(
                "default_route",
                &["prefix"],
                ids()
                    .filter(|id| self.part.table.prefix(*id).is_default_route())
                    .map(|id| vec![self.prefix(id)])
                    .collect(),
            ),
            fact("part_of_network", &["network", "part"], self.parts(self.part.network_parts.all())),
            fact("part_of_pool", &["gateway", "part"], self.parts(self.part.pool_parts.all())),
            fact("pool_complete", &["gateway"], self.names(&self.part.p2s_gateways())),
            fact(
                "serves",
                &["gateway", "class"],
                serves
                    .iter()
                    .map(|(gateway, class)| vec![self.name(*gateway), class.word().to_owned()])
                    .collect(),
            ),
            fact("follows_table", &["class"], classes(Class::follows_table)),
            fact("follows_site_routes", &["class"], classes(Class::follows_site_routes)),
        ]
    }

    /// What the rules derive.
    fn derived(&self, derived: &Derived<()>) -> Vec<RelationRows> {
        let relation = |name, columns, rows| RelationRows { name, kind: Kind::Derived, columns, rows };
        let (name, prefix) = (|id| self.name(id), |id| self.prefix(id));
        let to = |router: NameId, target: Target, id: PrefixId| {
            let [kind, of] = self.target(target);
            vec![name(router), kind, of, prefix(id)]
        };
        let numbers = &self.analysis.inventory().names;
        let attached = derived.attached.iter().map(|row| to(row.0, row.1, row.2));
        let learned = derived.learned.iter();
        let learned = learned
            .map(|row| vec![name(row.0), name(row.1), prefix(row.2), row.3.display(numbers).to_string()]);
        let delivered = derived.delivered.iter().map(|row| to(row.0, row.1, row.2));
        let advertised = derived.advertised.iter();
        let advertised = advertised
            .map(|row| vec![name(row.0), row.1.word().to_owned(), prefix(row.2), row.3.word().to_owned()]);
        let destination = derived.destination.iter().map(|row| {
            let [kind, of] = self.target(row.0);
            vec![kind, of, prefix(row.1)]
        });
        let arrives = derived.arrives.iter().map(|row| to(row.0, row.1, row.2));
        let two = |one, other| vec![name(one), name(other)];
        let two_with = |one, other, id| vec![name(one), name(other), prefix(id)];
        let beaten = derived.beaten.iter().map(|row| vec![name(row.0), prefix(row.1), prefix(row.2)]);
        vec![
            relation("attached", &["router", "kind", "target", "prefix"], attached.collect()),
            relation("relays", &["router"], derived.relays.iter().map(|row| vec![name(row.0)]).collect()),
            relation(
                "refuses",
                &["router", "prefix"],
                derived.refuses.iter().map(|row| vec![name(row.0), prefix(row.1)]).collect(),
            ),
            relation("learned", &["router", "neighbour", "prefix", "origin"], learned.collect()),
            relation(
                "next_hop",
                &["router", "neighbour", "prefix"],
                derived.next_hop.iter().map(|row| two_with(row.0, row.1, row.2)).collect(),
            ),
            relation(
                "in_table",
                &["router", "prefix"],
                derived.in_table.iter().map(|row| vec![name(row.0), prefix(row.1)]).collect(),
            ),
            relation("beaten", &["router", "prefix", "part"], beaten.collect()),
            relation("destination", &["kind", "target", "part"], destination.collect()),
            relation("arrives", &["router", "kind", "target", "part"], arrives.collect()),
            relation(
                "forwards",
                &["router", "neighbour", "part"],
                derived.forwards.iter().map(|row| two_with(row.0, row.1, row.2)).collect(),
            ),
            relation("delivered", &["router", "kind", "target", "part"], delivered.collect()),
            relation(
                "strays",
                &["router", "gateway"],
                derived.strays.iter().map(|row| two(row.0, row.1)).collect(),
            ),
            relation(
                "returns",
                &["router", "gateway"],
                derived.returns.iter().map(|row| two(row.0, row.1)).collect(),
            ),
            relation(
                "way_back",
                &["gateway", "network"],
                derived.way_back.iter().map(|row| two(row.0, row.1)).collect(),
            ),
            relation(
                "accessible",
                &["gateway", "network", "part"],
                derived.accessible.iter().map(|row| two_with(row.0, row.1, row.2)).collect(),
            ),
            relation("advertised", &["gateway", "class", "prefix", "reason"], advertised.collect()),
        ]
    }
}

/// A name that can stand in a tab-separated cell: control characters are written as escapes.
fn clean(text: &str) -> String {
    if text.chars().any(char::is_control) { text.escape_debug().to_string() } else { text.to_owned() }
}
