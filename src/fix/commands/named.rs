//! What things are called in commands: as Azure calls them where the inventory tells it, else a variable of the shell.

use super::ends::End;
use super::{Script, quoted};
use crate::inventory::Resource;
use crate::names::NameId;

/// What a variable stands for: a kind of thing, the networks or else the route table that it belongs to, and which of several it is.
type Meaning = (&'static str, Vec<NameId>, String, usize);

/// The variables that a script uses so far. No two meanings share one.
#[derive(Default)]
pub(super) struct Variables(Vec<(Meaning, String)>);

impl Variables {
    fn of(&mut self, meaning: Meaning, wanted: &str) -> String {
        if let Some((_, known)) = self.0.iter().find(|(known, _)| *known == meaning) {
            return known.clone();
        }
        let is_taken = |name: &str| self.0.iter().any(|(_, known)| known == name);
        let mut name = wanted.to_owned();
        let mut number = 2;
        while is_taken(&name) {
            name = format!("{wanted}_{number}");
            number += 1;
        }
        self.0.push((meaning, name.clone()));
        name
    }
}

impl<'a> Script<'a> {
    /// A variable of the shell for something that belongs to networks.
    pub(super) fn variable(&self, what: &'static str, names: &[NameId]) -> String {
        self.numbered(what, names, 1)
    }

    /// The same for the second of several, and further ones, with their number.
    pub(super) fn numbered(&self, what: &'static str, names: &[NameId], number: usize) -> String {
        let mut variable = what.to_owned();
        for (index, name) in names.iter().enumerate() {
            variable.push_str(if index > 0 { "_TO_" } else { "_" });
            variable.push_str(&capitals(self.text(*name)));
        }
        if number > 1 {
            variable.push('_');
            variable.push_str(&number.to_string());
        }
        let meaning = (what, names.to_vec(), String::new(), number);
        format!("\"${{{}}}\"", self.variables.borrow_mut().of(meaning, &variable))
    }

    /// A variable for something that belongs to a route table.
    pub(super) fn text_variable(&self, what: &'static str, text: &str) -> String {
        let variable = format!("{what}_{}", capitals(text));
        let meaning = (what, Vec::new(), text.to_owned(), 1);
        format!("\"${{{}}}\"", self.variables.borrow_mut().of(meaning, &variable))
    }

    fn vnet_resource(&self, vnet: NameId) -> Option<&'a Resource> {
        self.after.vnet(vnet).or_else(|| self.before.vnet(vnet))?.resource.as_deref()
    }

    fn gateway_resource(&self, vnet: NameId) -> Option<&'a Resource> {
        Resource::told(self.gateway_before(vnet)?.resource.as_deref())
    }

    pub(super) fn site_resource(&self, site: NameId) -> Option<&'a Resource> {
        Resource::told(self.after.site(site)?.resource.as_deref())
    }

    /// Where a command finds something of a network that has no id of its own: in the network's group.
    pub(super) fn scope(&self, network: NameId) -> String {
        match self.resource_of(network) {
            Some(resource) => scope_of(resource),
            None => format!("--resource-group {}", self.variable("RESOURCE_GROUP_OF", &[network])),
        }
    }

    /// The subscription of a network, in an option after others; nothing where the inventory does not know it.
    pub(super) fn subscription(&self, network: NameId) -> String {
        let resource = self.resource_of(network);
        let told = resource.map(|resource| format!(" --subscription {}", quoted(resource.subscription())));
        told.unwrap_or_default()
    }

    fn resource_of(&self, network: NameId) -> Option<&'a Resource> {
        if self.is_site(network) {
            return self.site_resource(network);
        }
        Resource::told(self.vnet_resource(network)).or_else(|| self.gateway_resource(network))
    }

    pub(super) fn vnet_name(&self, vnet: NameId) -> String {
        let told = Resource::told(self.vnet_resource(vnet)).map(Resource::name);
        quoted(told.unwrap_or(self.text(vnet))).into_owned()
    }

    /// Where the gateway of a VNet is found, and what it is called.
    pub(super) fn gateway_named(&self, vnet: NameId) -> String {
        format!("{} --name {}", self.gateway_scope(vnet), self.gateway_name(vnet))
    }

    /// The gateway of a VNet by its own name, where the inventory has it.
    pub(super) fn gateway_name(&self, vnet: NameId) -> String {
        match self.gateway_resource(vnet) {
            Some(resource) => quoted(resource.name()).into_owned(),
            None => self.variable("GATEWAY_OF", &[vnet]),
        }
    }

    /// The region of a network, in an option.
    pub(super) fn location(&self, vnet: NameId) -> String {
        let told = self.vnet_resource(vnet).map(|resource| &*resource.location).filter(|it| !it.is_empty());
        let location = told.map(|location| quoted(location).into_owned());
        format!("--location {}", location.unwrap_or_else(|| self.variable("LOCATION_OF", &[vnet])))
    }

    /// The id of a VNet. A bare name would be looked for in the group of the command.
    pub(super) fn vnet_id(&self, vnet: NameId) -> String {
        match Resource::told(self.vnet_resource(vnet)) {
            Some(resource) => quoted(&resource.id).into_owned(),
            None => {
                asked("network vnet", &format!("{} --name {}", self.scope(vnet), self.vnet_name(vnet)), "id")
            }
        }
    }

    /// The id of the gateway of a VNet.
    pub(super) fn gateway_id(&self, vnet: NameId) -> String {
        match self.gateway_resource(vnet) {
            Some(resource) => quoted(&resource.id).into_owned(),
            None => asked("network vnet-gateway", &self.gateway_named(vnet), "id"),
        }
    }

    /// The connection of an end by its own name, where the inventory has it, and where it is found.
    pub(super) fn connection_named(&self, end: &End<'a>) -> String {
        let resource = end.resource();
        let scope = resource.map_or_else(|| self.gateway_scope(end.near), scope_of);
        let name = resource.map(|resource| quoted(resource.name()).into_owned());
        format!("{scope} --name {}", name.unwrap_or_else(|| self.connection(end)))
    }

    /// The group of the gateway of a VNet.
    pub(super) fn gateway_scope(&self, vnet: NameId) -> String {
        self.gateway_resource(vnet).map_or_else(|| self.scope(vnet), scope_of)
    }

    /// The local network gateway that an end leads to, and where it is found. A new one lies in the gateway's group.
    pub(super) fn local_named(&self, end: &End<'a>) -> String {
        // No inventory tells the local network gateway that stands for another gateway, but its connection does.
        let leads_to_one = end.before.as_ref().is_some_and(|before| !before.listed.is_empty());
        if leads_to_one && !self.is_site(end.far) && end.resource().is_some() {
            let connection = self.connection_named(end);
            return format!(
                "--ids {}",
                asked("network vpn-connection", &connection, "localNetworkGateway2.id")
            );
        }
        let scope =
            if self.is_known_site(end.far) { self.scope(end.far) } else { self.gateway_scope(end.near) };
        format!("{scope} --name {}", self.local(end))
    }

    /// The same as another command refers to it.
    pub(super) fn local_reference(&self, end: &End<'a>) -> String {
        let is_known = self.is_known_site(end.far);
        match self.site_resource(end.far) {
            Some(resource) if is_known => quoted(&resource.id).into_owned(),
            _ if is_known => asked("network local-gateway", &self.local_named(end), "id"),
            _ => self.local(end),
        }
    }

    /// True for a site that Azure has a local network gateway for.
    pub(super) fn is_known_site(&self, name: NameId) -> bool {
        self.is_site(name) && !self.is_new_site(name)
    }

    /// True for a site that Azure has no local network gateway for yet.
    pub(super) fn is_new_site(&self, site: NameId) -> bool {
        let is_known = |name: NameId| self.gateway_before(name).is_some();
        self.site_resource(site).is_none() && !self.neighbours(site).into_iter().any(is_known)
    }
}

/// A name as part of a variable of the shell.
fn capitals(text: &str) -> String {
    let capital =
        |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_uppercase() } else { '_' };
    text.chars().map(capital).collect()
}

pub(super) fn scope_of(resource: &Resource) -> String {
    let (group, subscription) = (quoted(resource.group()), quoted(resource.subscription()));
    format!("--resource-group {group} --subscription {subscription}")
}

/// A field of a resource, asked of Azure.
pub(super) fn asked(command: &str, named: &str, field: &str) -> String {
    format!("\"$(az {command} show {named} --query {field} --output tsv)\"")
}
