//! `tunnelog reach`: what clients reach, and what stands in the way.

mod summary;

use tunnelog::answer::{Appliances, GatewayAnswer, Obstacle, ReachRow, Reasons, Status, Wanted};
use tunnelog::inventory::Inventory;
use tunnelog::names::NameId;
use tunnelog::select::Narrowing;

use self::summary::Summary;
use crate::cli::arguments::{Classes, statuses};
use crate::cli::shell::call::{Call, Verb};
use crate::cli::shell::exit::{Exit, Failure};
use crate::cli::shell::screen;
use crate::cli::verb::answers;
use crate::cli::verb::answers::{AnswerArguments, Listing, Owner, Statuses};
use crate::cli::view::columns::TIE;
use crate::cli::view::json::{Context, Destination};
use crate::cli::view::text::Page;
use crate::cli::view::words;

/// Say for every network whether clients reach it, and what stands in the way.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog reach facts/s2s-chain-branch-bgp
  tunnelog reach inventory --to Site1 --class windows
  tunnelog reach inventory --status blackhole,unreachable
  tunnelog reach inventory --summary
  tunnelog reach inventory --gateway Hub --fail-on blackhole,unreachable --format markdown
  tunnelog reach inventory --format xlsx -o reach.xlsx")]
pub(crate) struct Args {
    #[command(flatten)]
    answer: AnswerArguments,

    /// Exit with 1 where a row has one of these statuses.
    #[arg(long, value_name = "STATUS", value_delimiter = ',', value_parser = statuses())]
    fail_on: Vec<Status>,

    /// Only rows with one of these statuses.
    #[arg(long, value_name = "STATUS", value_delimiter = ',', value_parser = statuses(), help_heading = "Narrowing")]
    status: Vec<Status>,

    /// Count destinations by status, a row for each gateway and class, or for each client.
    #[arg(long, help_heading = "Narrowing")]
    summary: bool,
}

impl Verb for Args {
    fn classes(&self) -> Option<Classes<'_>> {
        self.answer.classes()
    }

    fn run(&self, call: &Call) -> Result<Exit, Failure> {
        let statuses = Statuses { fail_on: &self.fail_on, only: &self.status };
        if self.summary {
            self.answer.refuse_binary("--summary")?;
            return answers::run::<Summary>(&self.answer, statuses, call);
        }
        answers::run::<Reach>(&self.answer, statuses, call)
    }
}

/// The rows of `reach`.
struct Reach;

impl Listing for Reach {
    type Row = ReachRow;
    type Status = Status;
    type Written<'a> = Destination<'a>;
    const SCHEMA: &'static str = "tunnelog/reach/1";
    const WANTED: Wanted = Wanted::Reach;
    const TELLS_OF_NONE: bool = false;
    const HAS_APPLIANCES: bool = true;
    const TELLS_OF_NAMES: bool = true;
    const NOWHERE: Option<Status> = Some(Status::Unreachable);
    const ALSO: Option<&'static str> = Some("reach");

    fn had(inventory: &Inventory, row: &ReachRow) -> Option<String> {
        let is_reached = row.status == Status::Reachable;
        is_reached.then(|| screen::one_line(inventory.names.text(row.network)))
    }

    fn rows(answer: &GatewayAnswer) -> &[ReachRow] {
        &answer.reach
    }

    fn narrowed(to: &Narrowing, component: usize, answer: &GatewayAnswer) -> Vec<ReachRow> {
        to.reach(component, answer)
    }

    fn owner(row: &ReachRow) -> Owner {
        (row.client, row.class)
    }

    fn status(row: &ReachRow) -> Option<Status> {
        Some(row.status)
    }

    fn written<'a>(
        context: Context<'a>,
        gateway: NameId,
        rows: &[ReachRow],
        appliances: &Appliances,
    ) -> impl Iterator<Item = Destination<'a>> {
        rows.iter().map(move |row| {
            context.destination(gateway, row, appliances.get(&(row.network, row.destination)))
        })
    }

    fn section(page: &mut Page<'_>, gateway: NameId, rows: &[ReachRow]) {
        let Some(first) = rows.first() else { return };
        let mut rows = rows.to_vec();
        for network in rows.chunk_by_mut(|one, other| one.network == other.network) {
            // People look for an address by its number, not by its digits as text.
            network.sort_unstable_by_key(|row| row.destination);
        }
        page.heading(first.class, gateway, first.client);
        let cells = rows.iter().map(|row| {
            let mark = format!("{}{TIE}{}", words::mark(row.status), row.status.word());
            vec![mark, page.name(row.network), row.destination.to_string(), words::reasons(row.reasons)]
        });
        page.table(&["status", "network", "destination", "reason"], cells.collect(), |index| {
            Some(rows[index].status)
        });
        page.sentences(&sentences(page, gateway, &rows));
        page.mark(gateway, &rows);
    }
}

/// What the rows of one class or client come to, counted, and why the rest is not reached.
fn sentences(page: &Page<'_>, gateway: NameId, rows: &[ReachRow]) -> Vec<String> {
    let groups = groups(page, rows);
    let names = |wanted: &[Status]| {
        let groups = groups.iter().filter(|group| wanted.contains(&group.status));
        let mut names: Vec<(usize, &str)> = groups
            .flat_map(|group| group.places.iter().copied().zip(group.names.iter().map(String::as_str)))
            .collect();
        // In the order of the rows.
        names.sort_unstable();
        names.into_iter().map(|(_, name)| name).collect::<Vec<_>>()
    };
    let reached = names(&[Status::Reachable]).len();
    let (lacking, closed) = (names(&[Status::NeedsRoute]), names(&[Status::Blackhole, Status::Unreachable]));
    let mut counts = vec![format!("Reachable: {reached} of {}.", reached + lacking.len() + closed.len())];
    if !lacking.is_empty() {
        let (count, names) = (lacking.len(), words::list(&lacking));
        counts.push(format!("After adding a client route: {count} more ({names})."));
    }
    if !closed.is_empty() {
        counts.push(format!("Not reachable: {} ({}).", closed.len(), words::list(&closed)));
    }
    let mut sentences: Vec<String> = page.is_whole.then(|| counts.join(" ")).into_iter().collect();
    let pool = page.pool(gateway);
    for status in [Status::Blackhole, Status::Unreachable] {
        for group in groups.iter().filter(|group| group.status == status) {
            let why = words::obstacles(status, group.reasons, &page.name(gateway), &pool);
            sentences.push(format!("{}: {why}.", words::list(&group.names)));
        }
    }
    let stays_out = |row: &&ReachRow| {
        row.network == NameId::INTERNET && row.reasons.obstacles().any(|one| one == Obstacle::NoClientRoute)
    };
    if rows.iter().any(|row| stays_out(&row)) {
        sentences.push(
            "Packets for the Internet stay out of the VPN: clients send them by their own connection."
                .to_owned(),
        );
    }
    if rows[0].class.needs_download() {
        sentences.push(words::DOWNLOAD.to_owned());
    }
    sentences
}

/// Networks, or destinations within them, of which the same is to be said.
struct Group {
    status: Status,
    reasons: Reasons,
    names: Vec<String>,
    /// Where each first stands among the rows.
    places: Vec<usize>,
}

fn groups(page: &Page<'_>, rows: &[ReachRow]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut add = |row: &ReachRow, place: usize, name: String| {
        // Which routes lead to a reachable network makes no difference to the sentence.
        let reasons = if row.status == Status::Reachable { Reasons::default() } else { row.reasons };
        let alike = groups.iter_mut().find(|group| group.status == row.status && group.reasons == reasons);
        if let Some(group) = alike {
            group.names.push(name);
            group.places.push(place);
        } else {
            let (names, places) = (vec![name], vec![place]);
            groups.push(Group { status: row.status, reasons, names, places });
        }
    };
    let mut place = 0;
    for network in rows.chunk_by(|one, other| one.network == other.network) {
        let name = page.name(network[0].network);
        let same = |row: &ReachRow| {
            row.status == network[0].status
                && (row.status == Status::Reachable || row.reasons == network[0].reasons)
        };
        if network.iter().all(same) {
            add(&network[0], place, name);
        } else {
            for (index, row) in network.iter().enumerate() {
                add(row, place + index, format!("{name} ({})", row.destination));
            }
        }
        place += network.len();
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::shell::screen::Screen;
    use crate::cli::view::writing::Medium;
    use tunnelog::class::{Class, RouteReason};
    use tunnelog::inventory::{Gateway, Inventory};
    use tunnelog::source::{Sources, Span};

    const SCREEN: Screen = Screen { colour: false, width: 80, terminal: true };

    fn nowhere() -> Span {
        let file = Sources::default().add(String::new(), String::new(), None);
        Span::beginning(file)
    }

    fn inventory(networks: &[&str]) -> (Inventory, Vec<NameId>) {
        let mut inventory = Inventory::default();
        let names: Vec<NameId> = networks.iter().map(|name| inventory.names.intern(name)).collect();
        inventory.gateways.push(Gateway {
            client_pool: vec!["192.168.0.0/24".parse().unwrap()],
            ..Gateway::new(names[0], nowhere())
        });
        (inventory, names)
    }

    fn row(
        class: Class,
        network: NameId,
        prefix: &str,
        status: Status,
        routes: &[RouteReason],
        obstacles: &[Obstacle],
    ) -> ReachRow {
        let mut reasons = Reasons::default();
        for reason in routes {
            reasons.add_route(*reason);
        }
        for obstacle in obstacles {
            reasons.add_obstacle(*obstacle);
        }
        ReachRow { class, client: None, network, destination: prefix.parse().unwrap(), status, reasons }
    }

    fn page(inventory: &Inventory, gateway: NameId, sections: &[&[ReachRow]]) -> String {
        let mut page = Page::new(inventory, None, true, Medium::Screen(SCREEN));
        for rows in sections {
            Reach::section(&mut page, gateway, rows);
        }
        page.take() + &page.end(0, &[], None)
    }

    #[test]
    fn a_page_says_what_the_article_says() {
        let (inventory, names) = inventory(&["VNet1", "VNet2", "Site1"]);
        let own =
            |class| row(class, names[0], "10.1.0.0/16", Status::Reachable, &[RouteReason::OwnVnet], &[]);
        let by_hand = |network, prefix| {
            row(Class::Windows, network, prefix, Status::NeedsRoute, &[], &[Obstacle::NoClientRoute])
        };
        let far = [by_hand(names[2], "10.101.0.0/16"), by_hand(names[1], "10.2.0.0/16")];
        let windows = [far[0], own(Class::Windows), far[1]];
        let learned =
            row(Class::NonWindows, names[1], "10.2.0.0/16", Status::Reachable, &[RouteReason::Bgp], &[]);
        let text = page(&inventory, names[0], &[&[own(Class::NonWindows), learned], &windows]);
        let expected = "\
Non-Windows clients of VNet1

  ✓ reachable  VNet1  10.1.0.0/16  own VNet
  ✓ reachable  VNet2  10.2.0.0/16  learned by BGP

  Reachable: 2 of 2.

Windows clients of VNet1

  + needs-route  Site1  10.101.0.0/16  no route on the client
  ✓ reachable    VNet1  10.1.0.0/16    own VNet
  + needs-route  VNet2  10.2.0.0/16    no route on the client

  Reachable: 1 of 3. After adding a client route: 2 more (Site1 and VNet2).
  Download the profile again after a change to peerings or topology: until then
    Windows clients keep the routes of the last download.

         VNet1        VNet1
         non-windows  windows
  Site1               +
  VNet1  ✓            ✓
  VNet2  ✓            +

  ✓ reachable  + client route missing  ! client route, no answer  · unreachable
";
        assert_eq!(text, expected);
    }

    #[test]
    fn what_is_in_the_way_is_said_in_words_and_of_parts_where_they_differ() {
        let (inventory, names) = inventory(&["VNet1", "VNet2", "VNet3"]);
        let class = Class::NonWindows;
        let back = [Obstacle::NoWayBack];
        let all = [Obstacle::NoClientRoute, Obstacle::NoWayBack, Obstacle::NoWayThere];
        let rows = [
            row(class, names[1], "10.2.0.0/17", Status::Blackhole, &[], &back),
            row(class, names[1], "10.2.128.0/17", Status::Unreachable, &[], &all),
            row(class, names[2], "10.3.0.0/16", Status::Unreachable, &[], &all),
        ];
        let text = page(&inventory, names[0], &[&rows]);
        let expected = "\
Non-Windows clients of VNet1

  ! blackhole    VNet2  10.2.0.0/17    no return path
  · unreachable  VNet2  10.2.128.0/17  no route on the client, no return path,
                                       no forward path
  · unreachable  VNet3  10.3.0.0/16    no route on the client, no return path,
                                       no forward path

  Reachable: 0 of 3. Not reachable: 3 (VNet2 (10.2.0.0/17), VNet2
    (10.2.128.0/17) and VNet3).
  VNet2 (10.2.0.0/17): client route, but no return path to the address pool
    192.168.0.0/24.
  VNet2 (10.2.128.0/17) and VNet3: no client route, and no forward path from the
    gateway of VNet1 and no return path to the address pool 192.168.0.0/24.
";
        assert_eq!(text, expected);
    }
}
