//! The rules for names: which servers clients are given, whether they reach them, and what these resolve.
//!
//! They go on from what can be said of each server's address, and change nothing of it. A clause has an id in brackets, then its source and what that
//! says, or why it is an inference.
//!
//! Strata, each of which asks `not` of earlier ones alone: servers and zones · what each server answers · answers · reasons.

#![expect(unreachable_pub, reason = "crepe makes its runtime public, and relations no less visible than it")]

use std::net::IpAddr;

use crepe::crepe;

use super::resolution::{NameReason, Resolution};
use crate::class::Class;
use crate::inventory::naming::AZURE_RESOLVER;
use crate::names::{LabelId, NameId};

/// A private zone; none stands for what is asked of a server where no zone is known.
type Zone = Option<LabelId>;

crepe! {
    // ---------------------------------------------------------------- Facts

    @input
    /// The gateway serves clients of the class.
    pub struct Serves(pub NameId, pub Class);

    @input
    /// The VNet hands out the DNS server.
    pub struct DnsServer(pub NameId, pub IpAddr);

    @input
    /// An inbound endpoint of a DNS Private Resolver stands in the VNet at the address.
    pub struct Resolver(pub NameId, pub IpAddr);

    @input
    /// There is a private DNS zone of that name.
    pub struct PrivateZone(pub LabelId);

    @input
    /// The private DNS zone is linked to the VNet.
    pub struct ZoneLink(pub LabelId, pub NameId);

    @input
    /// The address lies in the VNet.
    pub struct Holds(pub NameId, pub IpAddr);

    @input
    /// The address is reachable for clients of the gateway and class.
    pub struct Reached(pub NameId, pub Class, pub IpAddr);

    @input
    /// It is not, for the reason.
    pub struct Missed(pub NameId, pub Class, pub IpAddr, pub NameReason);

    // ---------------------------------------------------------------- Derived relations

    struct Given(NameId, Class, IpAddr);
    struct HasServer(NameId, Class);
    struct InReach(NameId, Class, IpAddr);
    struct OutOfReach(NameId, Class, NameReason);
    struct HasZone(NameId);
    struct Asked(NameId, Class, Zone);
    struct IsResolver(IpAddr);
    struct Linked(Zone, IpAddr);
    struct IsInside(IpAddr);
    struct Sees(LabelId, IpAddr);
    struct Blind(Zone, IpAddr);
    struct ResolvedBy(NameId, Class, Zone, IpAddr);
    struct ForwardedBy(NameId, Class, Zone, IpAddr);
    struct UnlinkedAt(NameId, Class, Zone, IpAddr);
    struct Resolved(NameId, Class, Zone);
    struct Forwarded(NameId, Class, Zone);
    struct Missing(NameId, Class, Zone);

    @output
    /// Names of the zone resolve so for clients of the class.
    pub struct Resolves(pub NameId, pub Class, pub Zone, pub Resolution);

    @output
    /// The answer rests on the server.
    pub struct RestsOn(pub NameId, pub Class, pub Zone, pub IpAddr);

    @output
    /// The answer has the reason.
    pub struct Because(pub NameId, pub Class, pub Zone, pub NameReason);

    // ---------------------------------------------------------------- Servers

    // [given-server] azure-docs 42991, 93146
    // Clients are given the DNS servers of the VNet that their gateway is in, with the profile.
    Given(gateway, class, server) <-
        Serves(gateway, class),
        DnsServer(gateway, server);

    // [has-server] azure-docs 93146
    // A VNet without servers of its own has those of Azure, and its clients are given none.
    HasServer(gateway, class) <-
        Given(gateway, class, _);

    // [server-in-reach] INFERENCE: a server answers clients that reach its address. Azure's own resolver is an address of no network: it
    // answers inside Azure alone.
    InReach(gateway, class, server) <-
        Given(gateway, class, server),
        Reached(gateway, class, server),
        (server != AZURE_RESOLVER);

    // [server-out-of-reach] INFERENCE: likewise, a server does not answer clients that do not reach its address.
    OutOfReach(gateway, class, reason) <-
        Given(gateway, class, server),
        Missed(gateway, class, server, reason),
        (server != AZURE_RESOLVER);

    // [azure-resolver] What is IP address 168.63.129.16
    // The address is virtual: it is there for what runs inside Azure, and nothing that comes through a gateway gets to it.
    OutOfReach(gateway, class, NameReason::Unreachable) <-
        Given(gateway, class, AZURE_RESOLVER);

    // ---------------------------------------------------------------- Zones

    // [some-zone] INFERENCE: the zones of a part are those that are linked to a VNet of it, named by a private endpoint of it, or linked nowhere.
    HasZone(gateway) <-
        Serves(gateway, _),
        PrivateZone(_);

    // [zone-asked] INFERENCE: clients may ask for names of every zone of the part.
    Asked(gateway, class, Some(zone)) <-
        Serves(gateway, class),
        PrivateZone(zone);

    // [any-name-asked] INFERENCE: where no zone is known, what is left to be said is whether a server answers at all.
    Asked(gateway, class, Option::None) <-
        HasServer(gateway, class),
        !HasZone(gateway);

    // [resolver] DNS Private Resolver, inbound endpoints
    // An inbound endpoint takes questions from outside the VNet, at an address of the VNet.
    IsResolver(server) <-
        Resolver(_, server);

    // [resolver-linked] DNS Private Resolver, inbound endpoints
    // It answers for the private zones that are linked to the VNet that it stands in.
    Linked(Some(zone), server) <-
        Resolver(vnet, server),
        ZoneLink(zone, vnet);

    // [resolver-for-any-name] INFERENCE: where no zone is known, no link is missing.
    Linked(Option::None, server) <-
        Resolver(_, server);

    // [server-inside] INFERENCE: a server that is no resolver forwards to Azure's own from where it stands.
    IsInside(server) <-
        Holds(_, server);

    // [sees-zone] Private endpoint DNS, virtual network workloads without a custom DNS server
    // Azure's own resolver answers a VNet for the private zones that are linked to it.
    Sees(zone, server) <-
        Holds(vnet, server),
        ZoneLink(zone, vnet);

    // [sees-no-zone] Private endpoint DNS, virtual network workloads without a custom DNS server
    // For other zones it gives what everybody else gets.
    Blind(Some(zone), server) <-
        PrivateZone(zone),
        IsInside(server),
        !Sees(zone, server);

    // ---------------------------------------------------------------- What each server answers

    // [resolved] DNS Private Resolver, inbound endpoints
    // Clients that reach a resolver in a VNet that the zone is linked to get its names from there.
    ResolvedBy(gateway, class, zone, server) <-
        Asked(gateway, class, zone),
        InReach(gateway, class, server),
        Linked(zone, server);

    // [forwarded] Private endpoint DNS, on-premises workloads using a DNS forwarder
    // A server of one's own resolves the zone where it forwards to Azure; whether it does, no inventory tells.
    ForwardedBy(gateway, class, zone, server) <-
        Asked(gateway, class, zone),
        InReach(gateway, class, server),
        !IsResolver(server);

    // [unlinked] DNS Private Resolver, inbound endpoints
    // A resolver in a VNet that the zone is not linked to does not know its names.
    UnlinkedAt(gateway, class, zone, server) <-
        Asked(gateway, class, zone),
        InReach(gateway, class, server),
        IsResolver(server),
        !Linked(zone, server);

    // ---------------------------------------------------------------- Answers

    // [resolved-by-some] INFERENCE: one server that answers is enough, as clients ask the next where one does not.
    Resolved(gateway, class, zone) <-
        ResolvedBy(gateway, class, zone, _);

    // [forwarded-by-some] INFERENCE: likewise, where none is known to answer.
    Forwarded(gateway, class, zone) <-
        ForwardedBy(gateway, class, zone, _),
        !Resolved(gateway, class, zone);

    // [answered-by-none] INFERENCE: otherwise nothing resolves.
    Missing(gateway, class, zone) <-
        Asked(gateway, class, zone),
        !Resolved(gateway, class, zone),
        !Forwarded(gateway, class, zone);

    // [resolves] INFERENCE: likewise, in the word of the answer.
    Resolves(gateway, class, zone, Resolution::Resolves) <-
        Resolved(gateway, class, zone);

    // [depends] INFERENCE: likewise, it depends on a forwarder.
    Resolves(gateway, class, zone, Resolution::Depends) <-
        Forwarded(gateway, class, zone);

    // [resolves-not] INFERENCE: likewise, nothing does.
    Resolves(gateway, class, zone, Resolution::No) <-
        Missing(gateway, class, zone);

    // [rests-on-resolver] INFERENCE: an answer names the servers that it rests on.
    RestsOn(gateway, class, zone, server) <-
        ResolvedBy(gateway, class, zone, server);

    // [rests-on-forwarder] INFERENCE: likewise, those that may forward.
    RestsOn(gateway, class, zone, server) <-
        Forwarded(gateway, class, zone),
        ForwardedBy(gateway, class, zone, server);

    // [rests-on-all] INFERENCE: where none answers, that rests on every server given.
    RestsOn(gateway, class, zone, server) <-
        Missing(gateway, class, zone),
        Given(gateway, class, server);

    // ---------------------------------------------------------------- Reasons

    // [because-resolver] INFERENCE: the reason is what kind of server answers.
    Because(gateway, class, zone, NameReason::Resolver) <-
        Resolved(gateway, class, zone);

    // [because-forwarder] INFERENCE: likewise, of a server that may forward.
    Because(gateway, class, zone, NameReason::Forwarder) <-
        Forwarded(gateway, class, zone);

    // [because-forwarder-unlinked] Private endpoint DNS, virtual network workloads without a custom DNS server
    // What a server in a VNet is told by Azure's own resolver depends on the links of that VNet.
    Because(gateway, class, zone, NameReason::NoLink) <-
        Forwarded(gateway, class, zone),
        ForwardedBy(gateway, class, zone, server),
        Blind(zone, server);

    // [because-no-server] azure-docs 93146
    // Clients that are given no server ask those of their own network, which know no private zone.
    Because(gateway, class, zone, NameReason::NoServer) <-
        Missing(gateway, class, zone),
        !HasServer(gateway, class);

    // [because-out-of-reach] INFERENCE: a server that clients do not reach is of no use to them.
    Because(gateway, class, zone, NameReason::ServerOutOfReach) <-
        Missing(gateway, class, zone),
        OutOfReach(gateway, class, _);

    // [because-of-status] INFERENCE: likewise, with what can be said of its address.
    Because(gateway, class, zone, reason) <-
        Missing(gateway, class, zone),
        OutOfReach(gateway, class, reason);

    // [because-unlinked] DNS Private Resolver, inbound endpoints
    // A resolver that clients reach is of use for the zones that are linked to its VNet.
    Because(gateway, class, zone, NameReason::NoLink) <-
        Missing(gateway, class, zone),
        UnlinkedAt(gateway, class, zone, _);
}
