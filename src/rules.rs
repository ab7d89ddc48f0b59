//! Every rule of the analyser, in Datalog.
//!
//! A clause has an id in brackets, then its source and what that says, or why it is an inference.
//! "§" names a section of Microsoft's article "About Point-to-Site VPN routing". The last column of a
//! derived relation is a witness: nothing for answers, the step taken for proofs.

#![expect(unreachable_pub, reason = "crepe makes its runtime public, and relations no less visible than it")]

pub(crate) mod names;
pub(crate) mod resolution;
pub(crate) mod tables;
pub(crate) mod ways;

use crepe::crepe;

use crate::class::{Class, RouteReason};
use crate::facts::Asn;
use crate::facts::ids::{AsPath, PrefixId, Target};
use crate::names::NameId;
use crate::prefix::Family;
use crate::rule::Rule;
use crate::witness::{Via, Witness};

crepe! {
    // ---------------------------------------------------------------- Facts

    @input
    /// A VNet holds a route-based VPN gateway; the gateway has the VNet's name.
    pub struct Gateway(pub NameId);

    @input
    /// An on-premises site: Azure's local network gateway.
    pub struct Site(pub NameId);

    @input
    /// A site that forwards between its connections and re-advertises what it learns.
    pub struct TransitSite(pub NameId);

    @input
    /// A summary that a gateway advertises over BGP in place of its VNet's own prefixes.
    pub struct SummarizedPrefix(pub NameId, pub PrefixId);

    @input
    /// A gateway that advertises summaries.
    pub struct Summarizes(pub NameId);

    @input
    /// A router's autonomous system number. Every router has one.
    pub struct HasAsn(pub NameId, pub Asn);

    @input
    /// A prefix in a network's address space.
    pub struct Address(pub NameId, pub PrefixId);

    @input
    /// A prefix from which a gateway's P2S clients get addresses.
    pub struct ClientPool(pub NameId, pub PrefixId);

    @input
    /// A prefix that a gateway hands to every P2S client.
    pub struct CustomRoute(pub NameId, pub PrefixId);

    @input
    /// The first VNet's peering link to the second exists, is Connected and allows access.
    pub struct Peered(pub NameId, pub NameId);

    @input
    /// The hub's side allows gateway transit and the spoke's side uses remote gateways.
    pub struct GatewayTransit(pub NameId, pub NameId);

    @input
    /// The first VNet's side of the peering carries no more of the second than `PeeredPrefix` says.
    pub struct PartlyPeered(pub NameId, pub NameId);

    @input
    /// The first VNet's side of the peering, which carries a part of the second, carries the prefix.
    pub struct PeeredPrefix(pub NameId, pub NameId, pub PrefixId);

    @input
    /// A connection between two routers is up. Given in both directions.
    pub struct S2s(pub NameId, pub NameId);

    @input
    /// A BGP session between two routers is up; the AS paths are those of routes that start at them. Given in both
    /// directions.
    pub struct Bgp(pub NameId, pub NameId, pub AsPath, pub AsPath);

    @input
    /// The first router's end of the connection to the second routes the prefix into it.
    pub struct StaticRoute(pub NameId, pub NameId, pub PrefixId);

    @input
    /// A private endpoint in the VNet, with the prefix of an address of it. Given where a run is about private endpoints.
    pub struct PrivateEndpoint(pub NameId, pub NameId, pub PrefixId);

    @input
    /// The first prefix is the second or holds it.
    pub struct Covers(pub PrefixId, pub PrefixId);

    @input
    /// `0.0.0.0/0` or `::/0`.
    pub struct DefaultRoute(pub PrefixId);

    @input
    /// The addresses of the prefix that no longer prefix names are a destination of the network.
    pub struct PartOfNetwork(pub NameId, pub PrefixId);

    @input
    /// The addresses of the prefix that no longer prefix names are a part of the gateway's address pool.
    pub struct PartOfPool(pub NameId, pub PrefixId);

    @input
    /// The gateway's address pool has a prefix of the family, and all its parts of the family are among the destinations
    /// of this run.
    pub struct PoolComplete(pub NameId, pub Family);

    @input
    /// The address family of the prefix.
    pub struct OfFamily(pub PrefixId, pub Family);

    @input
    /// An earlier run, over the parts of address pools, derived that the router returns to the gateway. Nobody reads
    /// the witness: crepe makes a program generic over what its inputs are generic over, so one of them has to be.
    pub struct Returned<W: Witness>(pub NameId, pub NameId, pub Family, pub W);

    @input
    /// The gateway serves P2S clients of the class.
    pub struct Serves(pub NameId, pub Class);

    @input
    /// Clients of the class follow the gateway's table: what it learned, and static prefixes to gateways.
    pub struct FollowsTable(pub Class);

    @input
    /// Clients of the class are given static prefixes of connections to sites too.
    pub struct FollowsSiteRoutes(pub Class);

    // ---------------------------------------------------------------- Derived relations

    @output
    /// The router delivers the prefix of the target by itself.
    pub struct Attached<W: Witness>(pub NameId, pub Target, pub PrefixId, pub W);

    @output
    /// The router forwards between its connections and re-advertises what it learns.
    pub struct Relays<W: Witness>(pub NameId, pub W);

    @output
    /// The router does not accept the prefix from BGP neighbours.
    pub struct Refuses<W: Witness>(pub NameId, pub PrefixId, pub W);

    @output
    /// The gateway does not advertise the prefix of the target, as it advertises summaries.
    pub struct Withholds<W: Witness>(pub NameId, pub Target, pub PrefixId, pub W);

    @output
    /// The first router learned the prefix from the second, with that AS path.
    pub struct Learned<W: Witness>(pub NameId, pub NameId, pub PrefixId, pub AsPath, pub W);

    @output
    /// The router's table leads to the neighbour for the prefix.
    pub struct NextHop<W: Witness>(pub NameId, pub NameId, pub PrefixId, pub W);

    @output
    /// The router's table has an entry for the prefix.
    pub struct InTable<W: Witness>(pub NameId, pub PrefixId, pub W);

    @output
    /// In the router's table a longer entry than the first prefix covers the destination.
    pub struct Beaten<W: Witness>(pub NameId, pub PrefixId, pub PrefixId, pub W);

    @output
    /// The part is a destination of the target.
    pub struct Destination<W: Witness>(pub Target, pub PrefixId, pub W);

    @output
    /// A packet for the part is delivered to the target at the router itself.
    pub struct Arrives<W: Witness>(pub NameId, pub Target, pub PrefixId, pub W);

    @output
    /// The router sends a packet for the part to the neighbour.
    pub struct Forwards<W: Witness>(pub NameId, pub NameId, pub PrefixId, pub W);

    @output
    /// From the router, a packet for the part of the target arrives.
    pub struct Delivered<W: Witness>(pub NameId, pub Target, pub PrefixId, pub W);

    @output
    /// From the router, some part of the gateway's address pool, of that family, is not delivered to it.
    pub struct Strays<W: Witness>(pub NameId, pub NameId, pub Family, pub W);

    @output
    /// From the first router, every part of the second's address pool of that family is delivered to it.
    pub struct Returns<W: Witness>(pub NameId, pub NameId, pub Family, pub W);

    @output
    /// From the network, packets of that family for every client of the gateway are delivered to the gateway.
    pub struct WayBack<W: Witness>(pub NameId, pub NameId, pub Family, pub W);

    @output
    /// From the gateway, the network's part is delivered there and back.
    pub struct Accessible<W: Witness>(pub NameId, pub NameId, pub PrefixId, pub W);

    @output
    /// Clients of the class get a route for the prefix from the gateway.
    pub struct Advertised<W: Witness>(pub NameId, pub Class, pub PrefixId, pub RouteReason, pub W);

    // ---------------------------------------------------------------- Attachment

    // [own-vnet] § One isolated VNet
    // Clients of a gateway reach the virtual network that the gateway stands in.
    Attached(gateway, Target::Network(gateway), prefix, W::step(Rule::OwnVnet, Via::Nothing)) <-
        Gateway(gateway),
        Address(gateway, prefix);

    // [transit-spoke] § Multiple peered VNets
    // A peered VNet is reached when its hub allows gateway transit and it uses remote gateways; what
    // is peered with the spoke in turn is not. A VNet with a gateway of its own cannot use another's.
    Attached(hub, Target::Network(spoke), prefix, W::step(Rule::TransitSpoke, Via::Nothing)) <-
        GatewayTransit(hub, spoke),
        Gateway(hub),
        Peered(hub, spoke),
        Peered(spoke, hub),
        !Gateway(spoke),
        !PartlyPeered(hub, spoke),
        Address(spoke, prefix);

    // [transit-prefix] Configure subnet peering; Update the address space of a peered VNet
    // A peering link may carry single subnets, or what the other VNet held at the last sync. Of such
    // a spoke the hub delivers that and no more.
    Attached(hub, Target::Network(spoke), prefix, W::step(Rule::TransitPrefix, Via::Nothing)) <-
        GatewayTransit(hub, spoke),
        Gateway(hub),
        Peered(hub, spoke),
        Peered(spoke, hub),
        !Gateway(spoke),
        PartlyPeered(hub, spoke),
        PeeredPrefix(hub, spoke, prefix);

    // [site-space] § One VNet and a branch office (BGP)
    // The branch office answers for its own address space.
    Attached(site, Target::Network(site), prefix, W::step(Rule::SiteSpace, Via::Nothing)) <-
        Site(site),
        Address(site, prefix);

    // [client-pool] § One isolated VNet
    // The gateway knows its clients: the pool is among the routes of every topology.
    Attached(gateway, Target::Pool(gateway), prefix, W::step(Rule::ClientPool, Via::Nothing)) <-
        Gateway(gateway),
        ClientPool(gateway, prefix);

    // [endpoint-in-vnet] INFERENCE: a private endpoint puts a route for its address into its VNet, and so to the gateway there.
    Attached(gateway, Target::Network(endpoint), prefix, W::step(Rule::EndpointInVnet, Via::Nothing)) <-
        Gateway(gateway),
        PrivateEndpoint(endpoint, gateway, prefix);

    // [endpoint-in-peer] azure-docs 109560
    // Clients reach a private endpoint in a peered VNet without gateway transit, and no machine beside it. INFERENCE: the
    // endpoint's route goes into VNets that are peered with its own from both sides, whatever the transit flags are.
    Attached(gateway, Target::Network(endpoint), prefix, W::step(Rule::EndpointInPeer, Via::Vnet(vnet))) <-
        Gateway(gateway),
        PrivateEndpoint(endpoint, vnet, prefix),
        Peered(gateway, vnet),
        Peered(vnet, gateway),
        !PartlyPeered(gateway, vnet);

    // [endpoint-in-part] INFERENCE: where the gateway's side of the peering carries a part, the endpoint has to be in it.
    Attached(gateway, Target::Network(endpoint), prefix, W::step(Rule::EndpointInPart, Via::Part(vnet, part))) <-
        Gateway(gateway),
        PrivateEndpoint(endpoint, vnet, prefix),
        Peered(gateway, vnet),
        Peered(vnet, gateway),
        PartlyPeered(gateway, vnet),
        PeeredPrefix(gateway, vnet, part),
        Covers(part, prefix);

    // ---------------------------------------------------------------- BGP

    // [gateway-relays] § Multiple VNets connected using an S2S VPN (BGP)
    // VNet1's clients reach VNet3 through VNet2's gateway, so a gateway passes on routes and packets.
    Relays(gateway, W::step(Rule::GatewayRelays, Via::Nothing)) <-
        Gateway(gateway);

    // [transit-site-relays] INFERENCE: the article draws no site between two connections. Whether a
    // customer's device forwards is the customer's choice, so the inventory says it.
    Relays(site, W::step(Rule::TransitSiteRelays, Via::Nothing)) <-
        TransitSite(site);

    // [own-prefix] VPN Gateway FAQ, BGP
    // A gateway filters the exact prefix of its VNet or of a peered VNet that uses it, and anything
    // inside one; a prefix that holds one is accepted. A default route is no network of anybody's. INFERENCE: the route of a
    // private endpoint filters nothing.
    Refuses(gateway, prefix, W::step(Rule::OwnPrefix, Via::Entry(own))) <-
        Gateway(gateway),
        Attached(gateway, target, own, _),
        (target.is_network() && !target.is_endpoint()),
        !DefaultRoute(own),
        Covers(own, prefix);

    // [own-site-prefix] INFERENCE: what a customer's device does, as BIRD 2.0.12, FRR 8.4.4, GoBGP 3.10 and
    // OpenBGPD 7.7 were seen to: a prefix of its own is preferred to the same from a neighbour, and a longer one
    // inside it is taken, used and passed on. A default route is no network of anybody's.
    Refuses(site, prefix, W::step(Rule::OwnSitePrefix, Via::Nothing)) <-
        Site(site),
        Address(site, prefix),
        !DefaultRoute(prefix);

    // [own-summarized] Advertised gateway prefixes
    // A gateway whose VNet lists summaries advertises these, and ignores the address space of that VNet.
    Withholds(gateway, Target::Network(gateway), prefix, W::step(Rule::OwnSummarized, Via::Nothing)) <-
        Summarizes(gateway),
        Attached(gateway, Target::Network(gateway), prefix, _);

    // [spoke-summarized] Advertised gateway prefixes
    // It leaves out what a summary covers of the VNets that use it. Its address pool is not mentioned, and is
    // taken to be advertised as before.
    Withholds(gateway, target, prefix, W::step(Rule::SpokeSummarized, Via::Entry(summary))) <-
        SummarizedPrefix(gateway, summary),
        Covers(summary, prefix),
        Attached(gateway, target, prefix, _),
        (target.is_network());

    // [bgp-attached] § Multiple VNets connected using an S2S VPN (BGP)
    // With BGP the far ends learn VNet1's space and, as access works both ways, its address pool. INFERENCE: gateways advertise
    // no route of a private endpoint.
    Learned(neighbour, router, prefix, own, W::step(Rule::BgpAttached, Via::Target(target))) <-
        Attached(router, target, prefix, _),
        (!target.is_endpoint()),
        !Withholds(router, target, prefix, _),
        Bgp(router, neighbour, own, other),
        !Refuses(neighbour, prefix, _),
        (!own.contains(other));

    // [bgp-summary] Advertised gateway prefixes
    // The summaries are published in place of what they stand for, and may name space that nobody holds. A
    // summary is advertised and not delivered: no entry of the gateway's own comes with it.
    Learned(neighbour, gateway, prefix, own, W::step(Rule::BgpSummary, Via::Nothing)) <-
        SummarizedPrefix(gateway, prefix),
        Bgp(gateway, neighbour, own, other),
        !Refuses(neighbour, prefix, _),
        (!own.contains(other));

    // [bgp-static] VPN Gateway FAQ, BGP
    // A gateway advertises the prefixes of every local network gateway connected to it, those without
    // BGP too. A default route is advertised by its owner alone.
    Learned(neighbour, router, prefix, own, W::step(Rule::BgpStatic, Via::Router(onward))) <-
        StaticRoute(router, onward, prefix),
        S2s(router, onward),
        Relays(router, _),
        !DefaultRoute(prefix),
        Bgp(router, neighbour, own, other),
        (neighbour != onward),
        !Refuses(neighbour, prefix, _),
        (!own.contains(other));

    // [bgp-relay] § Multiple VNets connected using S2S and a branch office (BGP)
    // Access is transitive over BGP: VNet1 learns Site1, which is advertised to VNet3, through VNet2.
    // A route never comes to a router with a number that it carries: that of the one it started at, or all
    // that it passed, where these are followed.
    Learned(neighbour, router, prefix, path.prepend(own), W::step(Rule::BgpRelay, Via::Router(from))) <-
        Learned(router, from, prefix, path, _),
        Relays(router, _),
        !DefaultRoute(prefix),
        Bgp(router, neighbour, own, other),
        (neighbour != from),
        !Refuses(neighbour, prefix, _),
        (!path.contains(other));

    // ---------------------------------------------------------------- Tables

    // [static-entry] § Multiple VNets connected using an S2S VPN
    // A connection without BGP routes the prefixes of its local network gateway.
    NextHop(router, neighbour, prefix, W::step(Rule::StaticEntry, Via::Nothing)) <-
        StaticRoute(router, neighbour, prefix),
        S2s(router, neighbour);

    // [bgp-entry] § Multiple VNets connected using an S2S VPN (BGP)
    // A learned prefix is reached through the neighbour that advertised it.
    NextHop(router, neighbour, prefix, W::step(Rule::BgpEntry, Via::Nothing)) <-
        Learned(router, neighbour, prefix, _, _);

    // [attached-in-table] INFERENCE: a router forwards by one table, and what it delivers itself is in it.
    InTable(router, prefix, W::step(Rule::AttachedInTable, Via::Target(target))) <-
        Attached(router, target, prefix, _);

    // [next-hop-in-table] INFERENCE: likewise for what leads to a neighbour.
    InTable(router, prefix, W::step(Rule::NextHopInTable, Via::Router(neighbour))) <-
        NextHop(router, neighbour, prefix, _);

    // [longer-prefix] INFERENCE: Azure documents longest-prefix match for its routes, and so do routers.
    Beaten(router, prefix, destination, W::step(Rule::LongerPrefix, Via::Entry(longer))) <-
        Destination(_, destination, _),
        Covers(longer, destination),
        InTable(router, longer, _),
        Covers(prefix, longer),
        (prefix != longer),
        InTable(router, prefix, _);

    // ---------------------------------------------------------------- Forwarding

    // [network-part] INFERENCE: a route may cover half of a network, so a network is looked at in parts.
    Destination(Target::Network(network), destination, W::step(Rule::NetworkPart, Via::Nothing)) <-
        PartOfNetwork(network, destination);

    // [pool-part] INFERENCE: a route back may cover half of the clients.
    Destination(Target::Pool(gateway), destination, W::step(Rule::PoolPart, Via::Nothing)) <-
        PartOfPool(gateway, destination);

    // [arrives] INFERENCE: where the deciding entry is attached the packet has arrived.
    Arrives(router, target, destination, W::step(Rule::Arrives, Via::Entry(prefix))) <-
        Destination(target, destination, _),
        Covers(prefix, destination),
        Attached(router, target, prefix, _),
        !Beaten(router, prefix, destination, _);

    // [forwards] INFERENCE: an attached network wins over a neighbour for the same prefix; among
    // neighbours any may serve, as Azure balances over equal routes.
    Forwards(router, neighbour, destination, W::step(Rule::Forwards, Via::Entry(prefix))) <-
        Destination(_, destination, _),
        Covers(prefix, destination),
        NextHop(router, neighbour, prefix, _),
        !Attached(router, _, prefix, _),
        !Beaten(router, prefix, destination, _);

    // [delivered-here] § One isolated VNet
    // What the client's own gateway delivers needs no other router.
    Delivered(router, target, destination, W::step(Rule::DeliveredHere, Via::Nothing)) <-
        Arrives(router, target, destination, _);

    // [delivered-next] § One VNet and a branch office (BGP)
    // One connection leads to the router that delivers, whether or not that router relays.
    Delivered(router, target, destination, W::step(Rule::DeliveredNext, Via::Router(neighbour))) <-
        Arrives(neighbour, target, destination, _),
        Forwards(router, neighbour, destination, _);

    // [delivered-on] § Multiple VNets connected using S2S and a branch office (BGP)
    // Packets for Site1 pass VNet2 and VNet3 on their way, which a router does only where it relays.
    Delivered(router, target, destination, W::step(Rule::DeliveredOn, Via::Router(neighbour))) <-
        Delivered(neighbour, target, destination, _),
        Relays(neighbour, _),
        Forwards(router, neighbour, destination, _);

    // ---------------------------------------------------------------- Access

    // [strays] § Multiple VNets connected using an S2S VPN
    // Without BGP, VNet2's end of the connection has no route for the address pool, and nothing answers.
    Strays(router, gateway, family, W::step(Rule::Strays, Via::Entry(part))) <-
        PartOfPool(gateway, part),
        OfFamily(part, family),
        HasAsn(router, _),
        !Delivered(router, Target::Pool(gateway), part, _);

    // [returns] § Multiple VNets connected using an S2S VPN (BGP)
    // With BGP the pool is known everywhere, and answers find the gateway. An answer goes to an address of the
    // destination's family: a pool without one in that family cannot be answered.
    Returns(router, gateway, family, W::step(Rule::Returns, Via::Nothing)) <-
        PoolComplete(gateway, family),
        HasAsn(router, _),
        !Strays(router, gateway, family, _);

    // [returned-before] INFERENCE: a run over other destinations of the same connected component derived it,
    // and where a packet goes depends on nothing but the prefixes that cover its destination.
    Returns(router, gateway, family, W::step(Rule::ReturnedBefore, Via::Nothing)) <-
        Returned(router, gateway, family, _);

    // [way-back] § Multiple peered VNets
    // A spoke answers through the hub whose gateway it uses.
    WayBack(gateway, network, family, W::step(Rule::WayBack, Via::Router(router))) <-
        Returns(router, gateway, family, _),
        Attached(router, target, _, _),
        let Target::Network(network) = target;

    // [accessible] § Multiple VNets connected using S2S and a branch office
    // Non-Windows clients hold routes to VNet2, VNet3 and Site1 and yet access VNet1 only: packets
    // have to arrive there and back.
    Accessible(gateway, network, destination, W::step(Rule::Accessible, Via::Nothing)) <-
        WayBack(gateway, network, family, _),
        PartOfNetwork(network, destination),
        OfFamily(destination, family),
        Delivered(gateway, Target::Network(network), destination, _);

    // ---------------------------------------------------------------- Routes on the client

    // [own-vnet-route] § One isolated VNet
    // Both kinds of clients get 10.1.0.0/16, the address space of VNet1.
    Advertised(gateway, class, prefix, RouteReason::OwnVnet, W::step(Rule::OwnVnetRoute, Via::Nothing)) <-
        Serves(gateway, class),
        Attached(gateway, Target::Network(gateway), prefix, _);

    // [transit-spoke-route] § Multiple peered VNets
    // Both kinds of clients get 10.2.0.0/16 and 10.4.0.0/16, the spokes that use VNet1's gateway. INFERENCE: none gets the
    // route of a private endpoint.
    Advertised(gateway, class, prefix, RouteReason::TransitSpoke, W::step(Rule::TransitSpokeRoute, Via::Target(target))) <-
        Serves(gateway, class),
        Attached(gateway, target, prefix, _),
        (target.is_network() && !target.is_endpoint() && target.name() != gateway);

    // [client-pool-route] § One isolated VNet
    // Both kinds of clients get 192.168.0.0/24, the pool of their own gateway.
    Advertised(gateway, class, prefix, RouteReason::ClientPool, W::step(Rule::ClientPoolRoute, Via::Nothing)) <-
        Serves(gateway, class),
        Attached(gateway, Target::Pool(gateway), prefix, _);

    // [custom-route] Advertise custom routes for point-to-site VPN clients
    // A custom route of the gateway goes to all its P2S clients.
    Advertised(gateway, class, prefix, RouteReason::CustomRoute, W::step(Rule::CustomRoute, Via::Nothing)) <-
        Serves(gateway, class),
        CustomRoute(gateway, prefix);

    // [bgp-route] § Multiple VNets connected using an S2S VPN (BGP)
    // Non-Windows clients get 10.2.0.0/16 and 10.3.0.0/16; on Windows these have to be added by hand.
    Advertised(gateway, class, prefix, RouteReason::Bgp, W::step(Rule::BgpRoute, Via::Router(neighbour))) <-
        Serves(gateway, class),
        FollowsTable(class),
        Learned(gateway, neighbour, prefix, _, _),
        !DefaultRoute(prefix);

    // [static-gateway-route] § Multiple VNets connected using an S2S VPN
    // Non-Windows clients get 10.2.0.0/16 although the connection to VNet2 has no BGP.
    Advertised(gateway, class, prefix, RouteReason::Static, W::step(Rule::StaticGatewayRoute, Via::Router(neighbour))) <-
        Serves(gateway, class),
        FollowsTable(class),
        StaticRoute(gateway, neighbour, prefix),
        S2s(gateway, neighbour),
        Gateway(neighbour),
        !DefaultRoute(prefix);

    // [static-site-route] § One VNet and a branch office
    // No client gets 10.101.0.0/16 in the article. MicrosoftDocs/azure-docs issue 112785 reports that
    // OpenVPN clients do get the prefixes of all sites without BGP, and IKEv2 clients do not.
    Advertised(gateway, class, prefix, RouteReason::Static, W::step(Rule::StaticSiteRoute, Via::Router(neighbour))) <-
        Serves(gateway, class),
        FollowsSiteRoutes(class),
        StaticRoute(gateway, neighbour, prefix),
        S2s(gateway, neighbour),
        Site(neighbour),
        !DefaultRoute(prefix);
}
