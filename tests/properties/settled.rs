//! What `--with` answers: as an inventory does whose rows were edited by hand.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use tunnelog::answer::Evaluation;
use tunnelog::change::{apply, settle};
use tunnelog::diagnostic::{Code, Report};
use tunnelog::inventory::{Inventory, read_folder};
use tunnelog::language::parse::parse_changes;

use crate::agreement::{questions, same_lines, solve};
use crate::generate::inventories;
use crate::laws::fewer;
use crate::rows::{GatewayRow, List, PeeringRow, Rows, SiteRow, TunnelRow};

/// A change in terms of numbers, which mean something in every inventory.
#[derive(Clone, Debug)]
struct Case {
    change: &'static str,
    one: usize,
    other: usize,
}

const REMOVALS: [&str; 14] = [
    "- address",
    "- asn",
    "- bgp",
    "- client",
    "- client_pool",
    "- custom_route",
    "- gateway",
    "- gateway_transit",
    "- manual_route",
    "- partly_peered",
    "- peered",
    "- s2s",
    "- site",
    "- vnet",
];

const ADDITIONS: [&str; 10] = [
    "+ address",
    "+ asn",
    "+ bgp",
    "+ client_pool",
    "+ custom_route",
    "+ gateway",
    "+ peered",
    "+ s2s",
    "+ site",
    "+ transit_site",
];

fn case(changes: &'static [&'static str]) -> impl Strategy<Value = Case> {
    (select(changes), 0usize..40, 0usize..40).prop_map(|(change, one, other)| Case { change, one, other })
}

/// Several changes that take away, or one that adds: what one gives back that another took is no edit of rows.
fn cases() -> impl Strategy<Value = Vec<Case>> {
    prop_oneof![3 => vec(case(&REMOVALS), 1..4), 1 => vec(case(&ADDITIONS), 1..2)]
}

const NEW_PREFIX: &str = "10.77.0.0/16";
const NEW_ASN: u32 = 65_177;

impl Case {
    /// What the change names, of what the rows have: most of it is there to be taken away.
    fn terms(&self, rows: &Rows) -> Option<Vec<String>> {
        fn nth<Row>(rows: &[Row], number: usize) -> Option<&Row> {
            rows.get(number.checked_rem(rows.len())?)
        }
        let side = || nth(&rows.peerings, self.one);
        let tunnel = || nth(&rows.tunnels, self.one);
        let gateway = || nth(&rows.gateways, self.one);
        let client = || nth(rows.clients.as_deref().unwrap_or_default(), self.one);
        let vnet = |number| nth(&rows.vnets, number);
        let (relation, add) = (&self.change[2..], self.change.starts_with('+'));
        let own = |list: &List| nth(list, self.other).cloned();
        Some(match relation {
            "vnet" => vec![vnet(self.one)?.name.clone()],
            "site" if add => vec!["Newer".to_owned()],
            "site" | "transit_site" => vec![nth(&rows.sites, self.one)?.name.clone()],
            "gateway" if add => vec![vnet(self.one)?.name.clone()],
            "gateway" => vec![gateway()?.vnet.clone()],
            "address" => {
                let row = vnet(self.one)?;
                vec![row.name.clone(), if add { NEW_PREFIX.to_owned() } else { own(&row.space)? }]
            }
            "asn" => {
                let row = gateway()?;
                vec![row.vnet.clone(), if add { NEW_ASN } else { row.asn? }.to_string()]
            }
            "client_pool" | "custom_route" => {
                let row = gateway()?;
                let list = if relation == "client_pool" { &row.pool } else { &row.custom };
                vec![row.vnet.clone(), if add { NEW_PREFIX.to_owned() } else { own(list)? }]
            }
            "client" => vec![client()?.name.clone(), client()?.gateway.clone()],
            "manual_route" => vec![client()?.name.clone(), own(&client()?.manual)?],
            "gateway_transit" => vec![side()?.remote.clone(), side()?.vnet.clone()],
            "peered" if add => vec![vnet(self.one)?.name.clone(), vnet(self.other)?.name.clone()],
            "s2s" if add => vec![gateway()?.vnet.clone(), nth(&rows.gateways, self.other)?.vnet.clone()],
            "peered" | "partly_peered" => vec![side()?.vnet.clone(), side()?.remote.clone()],
            _ => vec![tunnel()?.from.clone(), tunnel()?.to.clone()],
        })
    }

    /// Edits the rows as whoever keeps them would.
    fn edit(&self, terms: &[String], rows: &mut Rows) {
        let one = terms[0].clone();
        let other = terms.get(1).cloned().unwrap_or_default();
        let gateway = |rows: &mut Rows, edit: &dyn Fn(&mut GatewayRow)| {
            rows.gateways.iter_mut().filter(|row| row.vnet == one).for_each(edit);
        };
        let up = tunnels_up(rows, &one, &other);
        match self.change {
            "- vnet" => {
                rows.vnets.retain(|row| row.name != one);
                rows.gateways.retain(|row| row.vnet != one);
                rows.peerings.retain(|row| row.vnet != one && row.remote != one);
                rows.tunnels.retain(|row| row.from != one && row.to != one);
                without_clients_of(&one, rows);
            }
            "- site" => {
                rows.sites.retain(|row| row.name != one);
                rows.tunnels.retain(|row| row.from != one && row.to != one);
            }
            "- gateway" => {
                rows.gateways.retain(|row| row.vnet != one);
                without_clients_of(&one, rows);
            }
            "- peered" => rows
                .peerings
                .retain(|row| (&row.vnet, &row.remote) != (&one, &other) || !(row.access && row.connected)),
            "- s2s" => {
                let mut place = 0..;
                rows.tunnels.retain(|_| !up.contains(&place.next().expect("there is no end")));
            }
            "- gateway_transit" => {
                sides(rows, &other, &one).for_each(|row| row.use_remote = false);
            }
            "- partly_peered" => sides(rows, &one, &other).for_each(|row| row.carried = None),
            "+ bgp" | "- bgp" => {
                let add = self.change.starts_with('+');
                for place in up {
                    rows.tunnels[place].bgp = add;
                }
                let speakers = rows.gateways.iter_mut().filter(|row| terms.contains(&row.vnet));
                speakers.for_each(|row| row.bgp |= add && !row.sku.eq_ignore_ascii_case("basic"));
            }
            "- address" => {
                let row = rows.vnets.iter_mut().find(|row| row.name == one);
                row.expect("its row").space.retain(|prefix| *prefix != other);
            }
            "+ address" => {
                rows.vnets.iter_mut().find(|row| row.name == one).expect("its row").space.push(other);
            }
            "- client_pool" => gateway(rows, &|row| row.pool.retain(|prefix| *prefix != other)),
            "+ client_pool" => gateway(rows, &|row| row.pool.push(other.clone())),
            "- custom_route" => gateway(rows, &|row| row.custom.retain(|prefix| *prefix != other)),
            "+ custom_route" => gateway(rows, &|row| row.custom.push(other.clone())),
            "- asn" => gateway(rows, &|row| row.asn = None),
            "+ asn" => gateway(rows, &|row| row.asn = Some(NEW_ASN)),
            "- client" => rows.clients.iter_mut().for_each(|rows| rows.retain(|row| row.name != one)),
            "- manual_route" => {
                let clients = rows.clients.iter_mut().flatten().filter(|row| row.name == one);
                clients.for_each(|row| row.manual.retain(|prefix| *prefix != other));
            }
            "+ transit_site" => {
                rows.sites.iter_mut().filter(|row| row.name == one).for_each(|row| row.transit = true);
            }
            "+ site" => rows.sites.push(SiteRow { name: one, space: Vec::new(), asn: None, transit: false }),
            "+ gateway" => {
                *rows = rows.clone().gateway(&one, "", 65_515);
            }
            "+ peered" => {
                if let Some(row) = sides(rows, &one, &other).next() {
                    (row.access, row.connected) = (true, true);
                    return;
                }
                let (vnet, remote, carried) = (one, other, None);
                let (allow_transit, use_remote, access, connected) = (false, false, true, true);
                rows.peerings.push(PeeringRow {
                    vnet,
                    remote,
                    allow_transit,
                    use_remote,
                    access,
                    connected,
                    carried,
                });
            }
            "+ s2s" => {
                let first = pairs(rows, &one, &other).into_iter().next().unwrap_or_default();
                for place in &first {
                    rows.tunnels[*place].up = true;
                }
                if first.is_empty() {
                    *rows = rows.clone().tunnel(&one, &other, false);
                }
            }
            change => unreachable!("{change}"),
        }
    }
}

fn without_clients_of(gateway: &str, rows: &mut Rows) {
    if let Some(clients) = &mut rows.clients {
        clients.retain(|row| row.gateway != gateway);
    }
}

fn sides<'rows>(
    rows: &'rows mut Rows,
    vnet: &'rows str,
    remote: &'rows str,
) -> impl Iterator<Item = &'rows mut PeeringRow> {
    rows.peerings.iter_mut().filter(move |row| row.vnet == vnet && row.remote == remote)
}

/// The places of the rows of each tunnel between two routers: the k-th of one direction belongs with the k-th of the other.
fn pairs(rows: &Rows, one: &str, other: &str) -> Vec<Vec<usize>> {
    let of = |from: &str, to: &str| -> Vec<usize> {
        let is_it = |row: &TunnelRow| row.from == from && row.to == to;
        (0..rows.tunnels.len()).filter(|place| is_it(&rows.tunnels[*place])).collect()
    };
    let (there, back) = (of(one, other), of(other, one));
    let count = there.len().max(back.len());
    let mut pairs: Vec<Vec<usize>> = (0..count)
        .map(|place| there.get(place).into_iter().chain(back.get(place)).copied().collect())
        .collect();
    pairs.sort_by_key(|pair: &Vec<usize>| pair.iter().min().copied());
    pairs
}

/// The places of the rows of the tunnels that are up at both ends.
fn tunnels_up(rows: &Rows, one: &str, other: &str) -> Vec<usize> {
    let is_up = |pair: &Vec<usize>| pair.iter().all(|place| rows.tunnels[*place].up);
    pairs(rows, one, other).into_iter().filter(is_up).flatten().collect()
}

fn read(rows: &Rows) -> Result<Inventory, TestCaseError> {
    let folder = tempfile::tempdir()?;
    for (name, text) in rows.files() {
        std::fs::write(folder.path().join(name), text)?;
    }
    let mut report = Report::default();
    let read = read_folder(folder.path(), &mut report);
    read.ok_or_else(|| TestCaseError::reject(format!("{:?}", report.diagnostics)))
}

proptest! {
    #![proptest_config(fewer())]

    #[test]
    fn with_changes_an_inventory_answers_as_one_edited_by_hand(rows in inventories(), cases in cases()) {
        let mut edited = rows.clone();
        let mut changed = rows.inventory();
        let mut made = Vec::new();
        for case in &cases {
            let Some(terms) = case.terms(&edited) else { continue };
            let text = format!("{}({})", case.change, terms.join(", "));
            let mut report = Report::default();
            let changes = parse_changes("changes", &text, &mut report);
            let Some(after) = apply(&changed, &changes, true, &mut report) else { continue };
            changed = after;
            if !report.diagnostics.iter().any(|found| found.code == Code::ChangeOfNothing) {
                case.edit(&terms, &mut edited);
                made.push(text);
            }
        }
        settle(&mut changed);
        let edited = read(&edited)?;
        for question in questions() {
            let [one, other] = [&changed, &edited].map(|from| solve(from, question, Evaluation::Auto));
            prop_assert!(same_lines(&one, &other).is_ok(), "{made:?}\n{:?}", same_lines(&one, &other));
        }
    }
}
