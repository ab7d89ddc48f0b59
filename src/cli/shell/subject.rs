//! The one client, or one class of clients, that an answer is about.

use std::net::IpAddr;

use tunnelog::answer::{Analysis, By, GatewayAnswer, Request};
use tunnelog::class::Class;
use tunnelog::inventory::routing::Subnet;
use tunnelog::inventory::{Inventory, Os};
use tunnelog::names::{LabelId, NameId};
use tunnelog::prefix::Prefix;

use crate::cli::arguments::SubjectArguments;
use crate::cli::shell::exit::Failure;
use crate::cli::shell::{names, screen};

/// Whom an answer is about, with their rows.
pub(crate) struct Subject {
    pub(crate) gateway: NameId,
    pub(crate) client: Option<u32>,
    pub(crate) class: Class,
    /// The rows of this client, or of this class.
    pub(crate) answer: GatewayAnswer,
}

/// Stops an analysis that has given what was wanted.
struct Found;

impl Subject {
    /// Resolves the names in the arguments and answers for them; `path` is that of the inventory, and what names resolve to
    /// is told where `names` is true.
    pub(crate) fn new(
        arguments: &SubjectArguments,
        analysis: &Analysis<'_>,
        path: &str,
        names: bool,
    ) -> Result<Self, Failure> {
        let inventory = analysis.inventory();
        let (gateway, client) = whom(arguments, inventory, path)?;
        let request = Request {
            profile: arguments.profile.get(),
            by: if client.is_some() { By::Client } else { By::Class },
            gateways: Some(vec![gateway]),
            classes: (!arguments.class.is_empty()).then(|| arguments.class.clone()),
            names,
            ..Request::default()
        };
        let mut answer = GatewayAnswer::default();
        // Every gateway with P2S has its client pool for a route.
        let is_wanted = |rows: &GatewayAnswer| rows.routes.iter().any(|row| row.client == client);
        let _ = analysis.answer(&request, |_, rows| {
            if !is_wanted(rows) {
                return Ok(());
            }
            answer = rows.clone();
            Err(Found)
        });
        let classes = served(&answer);
        let name = inventory.names.text(gateway);
        match classes[..] {
            [class] => Ok(Self { gateway, client, class, answer }),
            [] => Err(nobody(arguments, name)),
            _ => {
                let words: Vec<String> =
                    classes.iter().map(|class| format!("`--class {}`", class.word())).collect();
                Err(Failure::new(format!("the clients of `{name}` get different routes by their class"))
                    .help(format!("give {}", words.join(" or "))))
            }
        }
    }

    /// The name of the client, where one is named.
    pub(crate) fn client_name<'a>(&self, inventory: &'a Inventory) -> Option<&'a str> {
        let client = inventory.clients.as_ref()?.get(self.client? as usize)?;
        Some(&client.name)
    }

    /// The operating system of the client, where one is named.
    pub(crate) fn system(&self, inventory: &Inventory) -> Option<Os> {
        inventory.clients.as_ref()?.get(self.client? as usize).map(|client| client.os)
    }

    /// The clients as a sentence names them, in letters that a terminal takes for nothing else.
    pub(crate) fn words(&self, inventory: &Inventory) -> String {
        let gateway = inventory.names.text(self.gateway);
        let class = self.class.word();
        screen::one_line(&match self.client_name(inventory) {
            Some(client) => format!("{client}, a {class} client of {gateway}"),
            None => format!("{class} clients of {gateway}"),
        })
    }
}

/// The gateway that is named, or that the client connects to, be it one without clients.
pub(crate) fn gateway(
    arguments: &SubjectArguments,
    inventory: &Inventory,
    path: &str,
) -> Result<NameId, Failure> {
    let named = arguments.gateway.as_deref().and_then(|wanted| inventory.names.get(wanted));
    match named.filter(|name| inventory.gateways.iter().any(|gateway| gateway.vnet == *name)) {
        Some(gateway) => Ok(gateway),
        None => whom(arguments, inventory, path).map(|(gateway, _)| gateway),
    }
}

/// The subnet that is named as `VNET/SUBNET`, or by an address in it.
pub(crate) fn subnet(wanted: &str, inventory: &Inventory, path: &str) -> Result<(NameId, LabelId), Failure> {
    if inventory.subnets.is_empty() {
        return Err(Failure::new(format!("`{path}` lists no subnets")).help("add a file `subnets.csv`"));
    }
    let name_of =
        |row: &Subnet| format!("{}/{}", inventory.names.text(row.vnet), inventory.labels.text(row.name));
    if let Ok(address) = wanted.parse::<IpAddr>() {
        let host = Prefix::from(address);
        let holds = |row: &&Subnet| row.address_space.iter().any(|prefix| prefix.covers(host));
        let found: Vec<&Subnet> = inventory.subnets.iter().filter(holds).collect();
        return match found[..] {
            [one] => Ok((one.vnet, one.name)),
            [] => Err(Failure::new(format!("no subnet of `{path}` holds the address `{address}`"))
                .help("give the subnet with `--subnet VNET/SUBNET`")),
            _ => {
                let names: Vec<String> = found.iter().map(|row| format!("`{}`", name_of(row))).collect();
                Err(Failure::new(format!("several subnets hold the address `{address}`"))
                    .help(format!("give `--subnet` with one of {}", names.join(", "))))
            }
        };
    }
    let called = wanted.rsplit_once('/').and_then(|(vnet, name)| {
        let (vnet, name) = (inventory.names.get(vnet)?, inventory.labels.get(name)?);
        inventory.subnets.iter().find(|row| (row.vnet, row.name) == (vnet, name))
    });
    called.map(|row| (row.vnet, row.name)).ok_or_else(|| {
        let failure = Failure::new(format!("no subnet is called `{wanted}`"));
        let names: Vec<String> = inventory.subnets.iter().map(name_of).collect();
        names::suggested(failure, wanted, names.iter().map(String::as_str))
    })
}

fn whom(
    arguments: &SubjectArguments,
    inventory: &Inventory,
    path: &str,
) -> Result<(NameId, Option<u32>), Failure> {
    let Some(wanted) = &arguments.client else {
        let wanted = arguments.gateway.as_deref().unwrap_or_default();
        names::known_gateway(std::slice::from_ref(inventory), wanted)?;
        let gateway = inventory.names.get(wanted);
        return gateway.map(|gateway| (gateway, None)).ok_or_else(|| Failure::new("no gateway is named"));
    };
    let Some(clients) = &inventory.clients else {
        return Err(Failure::new(format!("`{path}` lists no clients"))
            .help("add a file `clients.csv`, or name a gateway with `--gateway`"));
    };
    match names::client_called(clients, wanted) {
        Some((index, client)) => Ok((client.gateway, Some(index))),
        None => Err(names::no_client(clients, wanted)),
    }
}

/// The classes that rows are about.
fn served(answer: &GatewayAnswer) -> Vec<Class> {
    let mut classes: Vec<Class> = answer.routes.iter().map(|row| row.class).collect();
    classes.sort_unstable();
    classes.dedup();
    classes
}

fn nobody(arguments: &SubjectArguments, gateway: &str) -> Failure {
    match (arguments.class.first(), &arguments.client) {
        (Some(class), Some(client)) => {
            Failure::new(format!("`{client}` is no client of the class `{}`", class.word()))
                .help("leave out `--class`")
        }
        (Some(class), None) => {
            Failure::new(format!("`{gateway}` has no client of the class `{}`", class.word()))
                .help("the gateway's protocols say which classes there are")
        }
        (None, _) => Failure::new(format!("the gateway of `{gateway}` has no address pool"))
            .help("only clients of a Point-to-Site gateway have routes"),
    }
}
