//! What a component with subnets is, whatever things in it are called, so that of components that come to the same one is solved for all.
//!
//! All that the rules are given is written down with numbers in the place of networks, tables, ASNs, prefixes and addresses. docs/proofs.md says
//! why the answers are the same then, but for what is called so.

use std::hash::Hasher;
use std::net::IpAddr;

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use super::part::Component;
use super::spokes::Spokes;
use crate::class::Class;
use crate::facts::ids::{Machine, PrefixId};
use crate::inventory::routing::Hop;
use crate::names::{LabelId, NameId};
use crate::prefix::Prefix;
use crate::schema::{Asn, Cell, Fact, Relation};

/// The most rows that are compared. Larger components are hardly met twice, and would be kept for nothing.
const MOST_ROWS: usize = 1 << 13;

/// How many times one of several things that nothing tells apart is put first. What is left then stands as the inventory has it.
const MOST_CHOICES: usize = 32;

/// A component, but for what things in it are called: equal for two where the one with the other's names is the other.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct Likeness(Vec<Row>);

/// What things are called in a component, in the order in which its likeness has them.
pub(super) type Called = Vec<Term>;

/// What means nothing to the rules but being the same as itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Term {
    Network(NameId),
    /// A subnet of a VNet: others may be called the same.
    Subnet(NameId, LabelId),
    /// A route table or an appliance.
    Label(LabelId),
    Number(Asn),
    Prefix(PrefixId),
    Address(IpAddr),
}

/// What is known of things beside the facts, numbered beyond all relations.
#[derive(Clone, Copy)]
enum Known {
    Family = 1 << 16,
    IsDefault,
    Inside,
    PartOfNetwork,
    PartOfPool,
    SubnetKind,
    Passed,
    Serves,
}

/// What is said, by the number of its relation or of what is known, and of what: things by their numbers, and values that stand
/// for themselves.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Row {
    says: u32,
    cells: [Of; COLUMNS],
}

/// The most columns of a row.
const COLUMNS: usize = 3;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Of {
    Nothing,
    Thing(u32),
    Value(u32),
}

impl Likeness {
    /// The likeness of `part` without the spokes that others stand for, for the classes that each gateway serves; none where it is too large, or
    /// where it rests on the order of what things are called.
    pub(super) fn of(
        part: &Component<'_>,
        spokes: &Spokes,
        serves: &[(NameId, Class)],
    ) -> Option<(Self, Called)> {
        let mut writing = Writing { numbers: FxHashMap::default(), called: Vec::new(), rows: Vec::new() };
        writing.facts(part, spokes)?;
        writing.prefixes(part, spokes);
        for (gateway, class) in serves {
            let gateway = writing.thing(Term::Network(*gateway));
            writing.row(Known::Serves, &[gateway, Of::Value(*class as u32)]);
        }
        writing.is_small().then(|| writing.finish())
    }
}

/// A likeness as it is written: things are numbered as they come.
struct Writing {
    numbers: FxHashMap<Term, u32>,
    called: Called,
    rows: Vec<Row>,
}

impl Writing {
    fn is_small(&self) -> bool {
        self.rows.len() <= MOST_ROWS
    }

    fn thing(&mut self, term: Term) -> Of {
        let next = u32::try_from(self.called.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(term).or_insert(next);
        if number == next {
            self.called.push(term);
        }
        Of::Thing(number)
    }

    fn row(&mut self, known: Known, of: &[Of]) {
        let mut cells = [Of::Nothing; COLUMNS];
        cells[..of.len()].copy_from_slice(of);
        self.rows.push(Row { says: known as u32, cells });
    }

    /// Every fact that a clause may ask, but for those of spokes that are left out.
    fn facts(&mut self, part: &Component<'_>, spokes: &Spokes) -> Option<()> {
        let rows = part.facts.of(part.number);
        let is_left_out = |vnet: NameId| !spokes.is_solved_at(vnet);
        // What a table says is asked of what uses it.
        let used = rows.uses_table.iter().filter(|row| !is_left_out(row.0)).map(|row| row.2);
        let used: FxHashSet<LabelId> = used.collect();
        let mut subnets: FxHashSet<(NameId, Prefix)> = FxHashSet::default();
        let mut has_two_at_one = false;
        for relation in Relation::STATED {
            // Which clients there are is no question of where packets go.
            if matches!(relation, Relation::Os | Relation::Client | Relation::ManualRoute) {
                continue;
            }
            rows.each(*relation, |fact| {
                if let Fact::GatewayRoutes(table) | Fact::UserRoute(table, ..) = fact
                    && !used.contains(&table)
                {
                    return;
                }
                if let Fact::Subnet(vnet, _, prefix) = fact
                    && !is_left_out(vnet)
                {
                    has_two_at_one |= !subnets.insert((vnet, prefix));
                }
                self.fact(part, spokes, *relation, fact);
            });
            if !self.is_small() {
                return None;
            }
        }
        // Of two subnets at one prefix, it is their names that decide.
        (!has_two_at_one).then_some(())
    }

    fn fact(&mut self, part: &Component<'_>, spokes: &Spokes, relation: Relation, fact: Fact) {
        let mut cells = [Of::Nothing; COLUMNS];
        let mut owner = None;
        for (place, cell) in fact.cells().enumerate() {
            let term = match cell {
                Cell::Network(name) if !spokes.is_solved_at(name) => return,
                Cell::Network(name) => {
                    owner = Some(name);
                    Term::Network(name)
                }
                Cell::Prefix(prefix) => match part.table.id(prefix) {
                    Some(id) if spokes.is_solved(id) => Term::Prefix(id),
                    _ => return,
                },
                Cell::Label(label) => match (relation, place, owner) {
                    (Relation::Subnet | Relation::UsesTable, 1, Some(vnet)) => Term::Subnet(vnet, label),
                    _ => Term::Label(label),
                },
                Cell::Number(number) => Term::Number(number),
                Cell::Address(address) | Cell::Hop(Hop::Appliance(address)) => Term::Address(address),
                Cell::Hop(hop) => {
                    cells[place] = Of::Value(hop.kind() as u32);
                    continue;
                }
                // No column of a stated relation but those of clients holds one of these.
                Cell::Client(_) | Cell::Class(_) | Cell::Os(_) | Cell::Family(_) => continue,
            };
            cells[place] = self.thing(term);
        }
        self.rows.push(Row { says: relation as u32, cells });
    }

    /// What is known of prefixes, subnets, addresses and AS paths beside the facts.
    fn prefixes(&mut self, part: &Component<'_>, spokes: &Spokes) {
        for id in (0..).map(PrefixId).take(part.table.len()).filter(|id| spokes.is_solved(*id)) {
            let prefix = part.table.prefix(id);
            let thing = self.thing(Term::Prefix(id));
            self.row(Known::Family, &[thing, Of::Value(prefix.family() as u32)]);
            if prefix.is_default_route() {
                self.row(Known::IsDefault, &[thing]);
            }
            if let Some(parent) = part.table.parent(id) {
                let parent = self.thing(Term::Prefix(parent));
                self.row(Known::Inside, &[thing, parent]);
            }
            for (known, parts) in
                [(Known::PartOfNetwork, &part.network_parts), (Known::PartOfPool, &part.pool_parts)]
            {
                for (_, name) in parts.of(id) {
                    let name = self.thing(Term::Network(*name));
                    self.row(known, &[name, thing]);
                }
            }
        }
        for number in 0..self.called.len() {
            let term = self.called[number];
            let thing = self.thing(term);
            match term {
                Term::Subnet(_, subnet) if subnet.is_reserved() => {
                    self.row(Known::SubnetKind, &[thing, Of::Value(subnet.is_gateway_subnet().into())]);
                }
                // Which networks and subnets hold it follows: their prefixes are among those around it.
                Term::Address(address) => {
                    let mut around =
                        Prefix::from(address).and_wider().filter_map(|prefix| part.table.id(prefix));
                    if let Some(id) = around.find(|id| spokes.is_solved(*id)) {
                        let innermost = self.thing(Term::Prefix(id));
                        self.row(Known::Inside, &[thing, innermost]);
                    }
                }
                Term::Network(name) => {
                    let passed = part.paths.shared_of(name);
                    if passed != 0 {
                        self.row(Known::Passed, &[thing, Of::Value(passed.into())]);
                    }
                }
                _ => {}
            }
        }
    }

    /// Numbers things by what is said of them, so that it does not matter in which order the inventory has them.
    fn finish(self) -> (Likeness, Called) {
        let Self { called, mut rows, .. } = self;
        let mut order: Vec<(u64, u32)> = colours(called.len(), &rows).into_iter().zip(0..).collect();
        order.sort_unstable();
        let mut number = vec![0; order.len()];
        for (new, (_, old)) in (0..).zip(&order) {
            number[*old as usize] = new;
        }
        for row in &mut rows {
            for cell in &mut row.cells {
                if let Of::Thing(old) = cell {
                    *cell = Of::Thing(number[*old as usize]);
                }
            }
        }
        rows.sort_unstable();
        rows.dedup();
        (Likeness(rows), order.into_iter().map(|(_, old)| called[old as usize]).collect())
    }
}

/// A number for each thing that rests on what rows say of it, of what they name beside it, and so on. Where several things share one, one of them is put
/// first, until none do: most often it does not matter which.
fn colours(count: usize, rows: &[Row]) -> Vec<u64> {
    let mut colours = vec![0; count];
    let mut classes = 0;
    let mut choices = 0;
    loop {
        colours = refined(&colours, rows);
        let mut sorted = colours.clone();
        sorted.sort_unstable();
        let shared = sorted.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0]);
        sorted.dedup();
        let is_finer = sorted.len() > classes;
        classes = sorted.len();
        match shared {
            Some(_) if is_finer => {}
            Some(shared) if choices < MOST_CHOICES => {
                if let Some(first) = colours.iter_mut().find(|colour| **colour == shared) {
                    *first = mixed([shared, u64::MAX]);
                }
                choices += 1;
            }
            _ => return colours,
        }
    }
}

/// Each colour mixed with those of all rows that name the thing.
fn refined(colours: &[u64], rows: &[Row]) -> Vec<u64> {
    let mut refined: Vec<u64> = colours.iter().map(|colour| mixed([*colour])).collect();
    for row in rows {
        let colour = |cell: &Of| match cell {
            Of::Nothing => 0,
            Of::Thing(number) => colours[*number as usize],
            Of::Value(value) => u64::from(*value),
        };
        let [one, two, three] = row.cells.each_ref().map(colour);
        let whole = mixed([row.says.into(), one, two, three]);
        for (place, cell) in (0..).zip(&row.cells) {
            if let Of::Thing(number) = cell {
                // Rows come in any order, so they are added up.
                let own = &mut refined[*number as usize];
                *own = own.wrapping_add(mixed([whole, place]));
            }
        }
    }
    refined
}

fn mixed<const COUNT: usize>(numbers: [u64; COUNT]) -> u64 {
    let mut hasher = FxHasher::default();
    for number in numbers {
        hasher.write_u64(number);
    }
    hasher.finish()
}

/// What each thing of one component is called in another that is like it.
pub(super) struct Renaming(FxHashMap<Term, Term>);

impl Renaming {
    pub(super) fn new(from: &Called, to: &Called) -> Self {
        Self(from.iter().copied().zip(to.iter().copied()).collect())
    }

    pub(super) fn network(&self, name: NameId) -> NameId {
        match self.0.get(&Term::Network(name)) {
            Some(Term::Network(other)) => *other,
            _ => name,
        }
    }

    pub(super) fn prefix(&self, id: PrefixId) -> PrefixId {
        match self.0.get(&Term::Prefix(id)) {
            Some(Term::Prefix(other)) => *other,
            _ => id,
        }
    }

    pub(super) fn machine(&self, machine: Machine) -> Machine {
        match machine {
            Machine::Listed(label) => match self.0.get(&Term::Label(label)) {
                Some(Term::Label(other)) => Machine::Listed(*other),
                _ => machine,
            },
            Machine::Assumed(vnet, address) => match self.0.get(&Term::Address(address)) {
                Some(Term::Address(other)) => Machine::Assumed(self.network(vnet), *other),
                _ => machine,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Facts;

    /// A hub whose firewall stands between clients and a spoke, and a VNet beside them.
    const FILES: [(&str, &str); 8] = [
        ("vnets.csv", "name,address_space\nhub,10.0.0.0/16\nspoke,10.1.0.0/16\nother,10.2.0.0/16\n"),
        ("gateways.csv", "vnet,client_pool,asn,custom_routes\nhub,172.16.0.0/24,65001,\n"),
        (
            "peerings.csv",
            "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways\nhub,spoke,true,false\n\
             spoke,hub,false,true\nhub,other,false,false\nother,hub,false,false\n",
        ),
        (
            "subnets.csv",
            "vnet,name,address_space,route_table\nhub,GatewaySubnet,10.0.0.0/27,inward\n\
             hub,AzureFirewallSubnet,10.0.1.0/26,\nspoke,App,10.1.1.0/24,outward\nspoke,Data,10.1.2.0/24,outward\n",
        ),
        ("route_tables.csv", "name,gateway_routes\ninward,true\noutward,false\n"),
        (
            "routes.csv",
            "route_table,prefix,next_hop,next_hop_address\ninward,10.1.0.0/16,VirtualAppliance,10.0.1.4\n\
             outward,0.0.0.0/0,VirtualAppliance,10.0.1.4\n",
        ),
        ("appliances.csv", "name,vnet,address,stateful\nfirewall,hub,10.0.1.4,true\n"),
        ("sites.csv", "name,address_space,asn\nsite,10.200.0.0/16,65100\n"),
    ];

    /// The likeness of the VNets, with some texts in the place of others in all files.
    fn likeness(changes: &[(&str, &str)]) -> Likeness {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in FILES {
            let text = changes.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let inventory = crate::import::load::load(folder.path()).unwrap().inventory;
        let facts = Facts::lower(&inventory);
        let part = Component::new(&facts, facts.component_of(inventory.vnets[0].name));
        Likeness::of(&part, &Spokes::of(&part), &[]).unwrap().0
    }

    #[test]
    fn what_things_are_called_makes_no_difference() {
        let first = likeness(&[]);
        for changes in [
            &[("hub", "z-hub"), ("spoke", "a-spoke"), ("firewall", "nva"), ("inward", "b"), ("App,", "Web,")]
                [..],
            // Of the prefixes, only which lies in which.
            &[("10.0.", "10.77."), ("172.16.0.0/24", "192.168.0.0/20"), ("10.1.1.0/24", "10.1.4.0/23")],
            &[("10.2.0.0/16", "192.168.7.0/24"), ("10.0.1.4", "10.0.1.9"), ("65001", "64999")],
            // The order of rows, and a spoke like the one that there is.
            &[
                ("hub,10.0.0.0/16\nspoke,10.1.0.0/16\n", "spoke,10.1.0.0/16\nhub,10.0.0.0/16\n"),
                ("inward,true\noutward,false\n", "outward,false\ninward,true\n"),
            ],
            &[
                ("spoke,10.1.0.0/16\n", "spoke,10.1.0.0/16\nmore,10.9.0.0/16\n"),
                (
                    "spoke,hub,false,true\n",
                    "spoke,hub,false,true\nhub,more,true,false\nmore,hub,false,true\n",
                ),
                (
                    "10.1.2.0/24,outward\n",
                    "10.1.2.0/24,outward\nmore,App,10.9.1.0/24,outward2\nmore,Data,10.9.2.0/24,outward2\n",
                ),
                ("outward,false\n", "outward,false\noutward2,false\n"),
                (
                    "outward,0.0.0.0/0,VirtualAppliance,10.0.1.4\n",
                    "outward,0.0.0.0/0,VirtualAppliance,10.0.1.4\ninward,10.9.0.0/16,VirtualAppliance,10.0.1.4\n\
                     outward2,0.0.0.0/0,VirtualAppliance,10.0.1.4\n",
                ),
            ],
        ] {
            assert!(likeness(changes) == first, "{changes:?}");
        }
    }

    #[test]
    fn whatever_a_rule_asks_makes_one() {
        let first = likeness(&[]);
        for change in [
            ("hub,spoke,true,false", "hub,spoke,false,false"),
            ("other,hub,false,false\n", ""),
            ("172.16.0.0/24", "172.16.0.0/24 fd00::/64"),
            ("65001,", "65001,10.1.0.0/16"),
            ("0.0.0.0/0", "0.0.0.0/1"),
            ("inward,10.1.0.0/16", "inward,10.1.1.0/24"),
            ("inward,10.1.0.0/16", "inward,10.0.0.0/8"),
            ("0.0.0.0/0,VirtualAppliance,10.0.1.4", "0.0.0.0/0,Internet,"),
            ("0.0.0.0/0,VirtualAppliance,10.0.1.4", "0.0.0.0/0,VirtualAppliance,10.0.0.4"),
            ("0.0.0.0/0,VirtualAppliance,10.0.1.4", "0.0.0.0/0,VirtualAppliance,10.2.0.4"),
            ("outward,false", "outward,true"),
            ("10.1.2.0/24,outward", "10.1.2.0/24,"),
            ("10.1.2.0/24,outward", "10.1.2.0/24,inward"),
            ("spoke,Data", "spoke,RouteServerSubnet"),
            ("spoke,10.1.0.0/16", "spoke,10.1.0.0/16 10.9.0.0/16"),
            ("10.2.0.0/16", "10.1.128.0/17"),
            ("10.0.1.4,true", "10.0.1.4,false"),
            ("10.0.1.4,true", "10.0.1.4 10.0.1.5,true"),
        ] {
            assert!(likeness(&[change]) != first, "{change:?}");
        }
    }
}
