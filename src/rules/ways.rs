//! The rules for the ways of packets, in components with subnets: what routers do, what is delivered, and whether answers pass the
//! same appliances.
//!
//! What subnets and appliances do comes from [`super::tables`]. A clause has an id in brackets, then its source and what that says, or
//! why it is an inference.
//!
//! Strata, each of which asks `not` of earlier ones alone: what a router does · steps and arrivals · delivered, walks, lost ·
//! avoided, asymmetric · access.

#![expect(unreachable_pub, reason = "crepe makes its runtime public, and relations no less visible than it")]

use std::net::IpAddr;

use crepe::crepe;

use crate::facts::ids::{Context, Machine, Node, PrefixId, Target};
use crate::inventory::routing::Hop;
use crate::names::{LabelId, NameId};
use crate::prefix::Family;

crepe! {
    // ---------------------------------------------------------------- Facts

    @input
    /// An on-premises site: Azure's local network gateway.
    pub struct Site(pub NameId);

    @input
    /// The router forwards between its connections.
    pub struct Relays(pub NameId);

    @input
    /// The router delivers the prefix of the target by itself.
    pub struct Attached(pub NameId, pub Target, pub PrefixId);

    @input
    /// The router's table leads to the neighbour for the prefix.
    pub struct NextHop(pub NameId, pub NameId, pub PrefixId);

    @input
    /// The context has the route table.
    pub struct HasTable(pub Context, pub LabelId);

    @input
    /// The GatewaySubnet of the gateway's VNet has the context.
    pub struct GatewaySubnet(pub NameId, pub Context);

    @input
    /// The route table has the user route.
    pub struct UserRoute(pub LabelId, pub PrefixId, pub Hop);

    @input
    /// The first prefix covers the second, which is a destination or a part of an address pool.
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
    /// The gateway's clients get addresses of the family.
    pub struct PoolOf(pub NameId, pub Family);

    @input
    /// The part is of the address family.
    pub struct OfFamily(pub PrefixId, pub Family);

    @input
    /// The part lies in a listed subnet of the network, which sends by the context.
    pub struct AnsweredBy(pub NameId, pub PrefixId, pub Context);

    @input
    /// The address, as next hop of a user route of the context, is one of the appliance.
    pub struct Leads(pub Context, pub IpAddr, pub Machine);

    @input
    /// The appliance drops connections of which it sees one direction only.
    pub struct Stateful(pub Machine);

    @input
    /// A private endpoint in the VNet, with the prefix of an address of it. Given where a run is about private endpoints.
    pub struct PrivateEndpoint(pub NameId, pub NameId, pub PrefixId);

    @input
    /// A user route of the context takes the place of the route of the private endpoint.
    pub struct Yielded(pub Context, pub NameId, pub PrefixId);

    @input
    /// The user route of the GatewaySubnet's table covers the part.
    pub struct Steering(pub NameId, pub PrefixId, pub PrefixId);

    @input
    /// A route of the gateway's VNet or of a peering that covers the part is longer than the user route.
    pub struct LongerSystem(pub NameId, pub PrefixId, pub PrefixId);

    @input
    /// A subnet or an appliance sends a packet for the part on to the other node.
    pub struct SentInside(pub Node, pub Node, pub PrefixId);

    @input
    /// From the subnet or the appliance, a packet for the part is delivered to the target directly.
    pub struct ArrivesInside(pub Node, pub Target, pub PrefixId);

    // ---------------------------------------------------------------- Derived relations

    struct Destination(Target, PrefixId);
    struct InTable(NameId, PrefixId, PrefixId);
    struct ShorterInTable(NameId, PrefixId, PrefixId);
    struct Decides(NameId, PrefixId, PrefixId);
    struct HasEntry(NameId, PrefixId);
    struct AttachedPrefix(NameId, PrefixId);
    struct ShorterSteering(NameId, PrefixId, PrefixId);
    struct Steers(NameId, PrefixId, PrefixId);
    struct Steered(NameId, PrefixId);
    struct Start(NameId, PrefixId, Node);
    struct Held(NameId, PrefixId);
    struct Leaves(NameId, PrefixId, Node);
    struct Asks(Node, Target, PrefixId);
    struct Walk(Node, PrefixId, Node);
    struct Passes(Node, Target, PrefixId, Machine);
    struct PoolPart(NameId, PrefixId, Family);
    struct StartNode(Node);
    struct Lost(NameId, Node, Family);
    struct Returns(NameId, Node, Family);
    struct Relevant(NameId, NameId, PrefixId, Node, Family);
    struct Doubted(Machine, Node, Target, PrefixId);
    struct Around(Machine, Node, PrefixId, Node);
    struct Asymmetric(NameId, NameId, PrefixId, Node);

    @output
    /// A packet for the part is sent on from the one to the other.
    pub struct Step(pub Node, pub Node, pub PrefixId);

    @output
    /// A packet for the part is delivered to the target at the node itself.
    pub struct ArrivesAt(pub Node, pub Target, pub PrefixId);

    @output
    /// From the node, a packet for the part of the target arrives.
    pub struct Delivers(pub Node, pub Target, pub PrefixId);

    @output
    /// From the start, a packet for the part of the target arrives without passing the machine, of which it matters.
    pub struct Avoids(pub Machine, pub Node, pub Target, pub PrefixId);

    @output
    /// Answers from the part of the network get back to every client of the gateway, whatever appliances they pass.
    pub struct WayBack(pub NameId, pub NameId, pub PrefixId);

    @output
    /// The appliance sees one direction only of connections from the gateway to the part of the network.
    pub struct OneWay(pub NameId, pub NameId, pub PrefixId, pub Machine);

    @output
    /// From the gateway, the network's part is delivered there and back past the same stateful appliances.
    pub struct Accessible(pub NameId, pub NameId, pub PrefixId);

    // ---------------------------------------------------------------- What a router does

    // [network-part] INFERENCE: a route may cover half of a network, so a network is looked at in parts.
    Destination(Target::Network(network), part) <-
        PartOfNetwork(network, part);

    // [pool-part] INFERENCE: a route back may cover half of the clients.
    Destination(Target::Pool(gateway), part) <-
        PartOfPool(gateway, part);

    // [attached-in-table] INFERENCE: a router forwards by one table, and what it delivers itself is in it.
    InTable(router, prefix, part) <-
        Attached(router, _, prefix),
        Covers(prefix, part);

    // [next-hop-in-table] INFERENCE: likewise for what leads to a neighbour.
    InTable(router, prefix, part) <-
        NextHop(router, _, prefix),
        Covers(prefix, part);

    // [longer-prefix] INFERENCE: Azure documents longest-prefix match for its routes, and so do routers.
    ShorterInTable(router, prefix, part) <-
        InTable(router, longer, part),
        InTable(router, prefix, part),
        (longer > prefix);

    // [decides] INFERENCE: likewise.
    Decides(router, prefix, part) <-
        InTable(router, prefix, part),
        !ShorterInTable(router, prefix, part);

    // [has-entry] INFERENCE: a packet that no entry covers is dropped.
    HasEntry(router, part) <-
        InTable(router, _, part);

    // [attached-prefix] INFERENCE: an attached network wins over a neighbour for the same prefix.
    AttachedPrefix(router, prefix) <-
        Attached(router, _, prefix);

    // [longer-steering] Virtual network traffic routing, How Azure selects a route
    // The longest prefix match decides there too.
    ShorterSteering(gateway, prefix, part) <-
        Steering(gateway, longer, part),
        Steering(gateway, prefix, part),
        (longer > prefix);

    // [steers-attached] Azure Firewall hub-and-spoke
    // In the place of an attached network, a user route decides that is at least as long: the spoke's exact prefix is needed.
    Steers(gateway, prefix, part) <-
        Steering(gateway, prefix, part),
        !ShorterSteering(gateway, prefix, part),
        Decides(gateway, entry, part),
        Attached(gateway, target, entry),
        (target.is_network() && prefix >= entry);

    // [steers-endpoint] Manage network policies for private endpoints
    // In the place of a private endpoint with network policies for routes, a shorter one decides, too.
    Steers(gateway, prefix, part) <-
        Steering(gateway, prefix, part),
        !ShorterSteering(gateway, prefix, part),
        Decides(gateway, entry, part),
        Attached(gateway, target, entry),
        let Target::Network(endpoint) = target,
        GatewaySubnet(gateway, context),
        Yielded(context, endpoint, part);

    // [steers-unknown] INFERENCE: what no entry of the gateway covers still leaves by its subnet.
    Steers(gateway, prefix, part) <-
        Steering(gateway, prefix, part),
        !ShorterSteering(gateway, prefix, part),
        !HasEntry(gateway, part),
        !LongerSystem(gateway, prefix, part);

    // [steered] INFERENCE: where a user route decides, the attached network does not.
    Steered(gateway, part) <-
        Steers(gateway, _, part);

    // [gateway-to-appliance] Azure Firewall hub-and-spoke
    // The user route leads to the firewall.
    Step(Node::Router(gateway), Node::Machine(machine), part) <-
        Steers(gateway, prefix, part),
        GatewaySubnet(gateway, context),
        HasTable(context, table),
        UserRoute(table, prefix, hop),
        let Hop::Appliance(address) = hop,
        Leads(context, address, machine);

    // [gateway-vnet-local] Virtual network traffic routing, User-defined
    // The next hop `VnetLocal` is the VNet of the gateway.
    ArrivesAt(Node::Router(gateway), Target::Network(gateway), part) <-
        Steers(gateway, prefix, part),
        GatewaySubnet(gateway, context),
        HasTable(context, table),
        UserRoute(table, prefix, Hop::VnetLocal),
        PartOfNetwork(gateway, part);

    // [gateway-vnet-local-endpoint] INFERENCE: so it is for a private endpoint there.
    ArrivesAt(Node::Router(gateway), Target::Network(endpoint), part) <-
        Steers(gateway, prefix, part),
        GatewaySubnet(gateway, context),
        HasTable(context, table),
        UserRoute(table, prefix, Hop::VnetLocal),
        PrivateEndpoint(endpoint, gateway, part),
        PartOfNetwork(endpoint, part);

    // [arrives-attached] INFERENCE: where the deciding entry is attached, the packet has arrived.
    ArrivesAt(Node::Router(router), target, part) <-
        Destination(target, part),
        Decides(router, prefix, part),
        Attached(router, target, prefix),
        (target.is_network()),
        !Steered(router, part);

    // [arrives-at-pool] INFERENCE: packets to clients do not leave the gateway's network interface.
    ArrivesAt(Node::Router(router), target, part) <-
        Destination(target, part),
        Decides(router, prefix, part),
        Attached(router, target, prefix),
        (!target.is_network());

    // [leaves-by-site] INFERENCE: a site that owns a default route is the way to the Internet for what it has no longer entry for.
    ArrivesAt(Node::Router(site), Target::INTERNET, part) <-
        PartOfNetwork(NameId::INTERNET, part),
        Site(site),
        Decides(site, prefix, part),
        DefaultRoute(prefix),
        Attached(site, Target::Network(site), prefix);

    // [arrives-from-itself] INFERENCE: what starts at a site that does not relay arrives there as what comes to it does.
    ArrivesAt(Node::Origin(site), target, part) <-
        Site(site),
        !Relays(site),
        ArrivesAt(Node::Router(site), target, part);

    // [forwards] INFERENCE: an attached network wins over a neighbour for the same prefix; among neighbours any may serve. Packets
    // from connection to connection, or from a client into a connection, do not leave the gateway's network interface.
    Step(Node::Router(router), Node::Router(neighbour), part) <-
        Relays(router),
        Decides(router, prefix, part),
        NextHop(router, neighbour, prefix),
        !AttachedPrefix(router, prefix);

    // [forwards-own] § Multiple VNets connected using S2S and a branch office (BGP)
    // A site that does not relay forwards only what starts at itself.
    Step(Node::Origin(site), Node::Router(neighbour), part) <-
        Site(site),
        Decides(site, prefix, part),
        NextHop(site, neighbour, prefix),
        !Relays(site),
        !AttachedPrefix(site, prefix);

    // ---------------------------------------------------------------- Ways

    // [sent-inside] INFERENCE: what subnets and appliances send on takes the steps that their effective routes say.
    Step(node, next, part) <-
        SentInside(node, next, part);

    // [arrives-inside] INFERENCE: and arrives where these lead directly.
    ArrivesAt(node, target, part) <-
        ArrivesInside(node, target, part);

    // [delivered-here] § One isolated VNet
    // Where a packet arrives, it is delivered.
    Delivers(node, target, part) <-
        ArrivesAt(node, target, part);

    // [delivered-on] § Multiple VNets connected using S2S and a branch office (BGP)
    // It is delivered from wherever it is sent on to there.
    Delivers(node, target, part) <-
        Step(node, next, part),
        Delivers(next, target, part);

    // [held] INFERENCE: a part in a listed subnet is answered from there.
    Held(network, part) <-
        AnsweredBy(network, part, _);

    // [answers-from-subnet] INFERENCE: an answer starts with the effective routes of the subnet that holds its sender.
    Start(network, part, Node::Subnet(context)) <-
        AnsweredBy(network, part, context);

    // [answers-from-router] § Multiple peered VNets
    // Elsewhere a network answers through a router that attaches it.
    Start(network, part, Node::Router(router)) <-
        Relays(router),
        Attached(router, target, _),
        let Target::Network(network) = target,
        PartOfNetwork(network, part),
        !Held(network, part);

    // [answers-from-site] § One VNet and a branch office
    // A site that does not relay answers itself.
    Start(site, part, Node::Origin(site)) <-
        Site(site),
        PartOfNetwork(site, part),
        Attached(site, _, _),
        !Relays(site);

    // [asks-there] INFERENCE: what clients send starts at their gateway.
    Asks(Node::Router(gateway), Target::Network(network), part) <-
        PoolOf(gateway, _),
        PartOfNetwork(network, part);

    // [leaves-from-appliance] INFERENCE: what comes back from the Internet starts where packets left, at an appliance
    Leaves(gateway, part, Node::Machine(machine)) <-
        PoolOf(gateway, _),
        PartOfNetwork(NameId::INTERNET, part),
        Walk(Node::Router(gateway), part, node),
        let Node::Machine(machine) = node,
        ArrivesAt(node, Target::INTERNET, part);

    // [leaves-from-router] INFERENCE: or at a site that relays,
    Leaves(gateway, part, Node::Router(site)) <-
        PoolOf(gateway, _),
        PartOfNetwork(NameId::INTERNET, part),
        Walk(Node::Router(gateway), part, node),
        let Node::Router(site) = node,
        Relays(site),
        ArrivesAt(node, Target::INTERNET, part);

    // [leaves-from-site] INFERENCE: or at one that does not, which then sends by itself.
    Leaves(gateway, part, Node::Origin(site)) <-
        PoolOf(gateway, _),
        PartOfNetwork(NameId::INTERNET, part),
        Walk(Node::Router(gateway), part, node),
        let Node::Router(site) = node,
        !Relays(site),
        ArrivesAt(node, Target::INTERNET, part);

    // [start-node] INFERENCE: answers go to every part of the pool.
    StartNode(node) <-
        Start(_, _, node);

    // [leaving-node] INFERENCE: those to what left for the Internet, too.
    StartNode(node) <-
        Leaves(_, _, node);

    // [asks-back] INFERENCE: likewise.
    Asks(node, Target::Pool(gateway), part) <-
        StartNode(node),
        PartOfPool(gateway, part);

    // [walk-starts] INFERENCE: a way is any walk along the steps.
    Walk(node, part, node) <-
        Asks(node, _, part);

    // [walk-goes-on] INFERENCE: likewise.
    Walk(start, part, next) <-
        Walk(start, part, node),
        Step(node, next, part);

    // [passes] INFERENCE: an appliance is passed where some way that arrives goes through it.
    Passes(start, target, part, machine) <-
        Stateful(machine),
        Walk(start, part, Node::Machine(machine)),
        Delivers(Node::Machine(machine), target, part),
        Asks(start, target, part);

    // ---------------------------------------------------------------- Access

    // [pool-part-of-family] INFERENCE: an answer has the address family of what it answers.
    PoolPart(gateway, part, family) <-
        PartOfPool(gateway, part),
        OfFamily(part, family);

    // [lost] § Multiple VNets connected using an S2S VPN
    // Without a route for the address pool, nothing answers.
    Lost(gateway, node, family) <-
        StartNode(node),
        PoolPart(gateway, part, family),
        !Delivers(node, Target::Pool(gateway), part);

    // [returns] § Multiple VNets connected using an S2S VPN (BGP)
    // With one for all of it, answers find the gateway.
    Returns(gateway, node, family) <-
        StartNode(node),
        PoolOf(gateway, family),
        !Lost(gateway, node, family);

    // [way-back] § Multiple peered VNets
    // One start that finds it suffices.
    WayBack(gateway, network, part) <-
        OfFamily(part, family),
        Start(network, part, node),
        Returns(gateway, node, family);

    // [way-back-from-outside] INFERENCE: likewise from where packets left for the Internet.
    WayBack(gateway, NameId::INTERNET, part) <-
        OfFamily(part, family),
        Leaves(gateway, part, node),
        Returns(gateway, node, family);

    // [relevant] INFERENCE: symmetry is asked of ways that arrive both there and back.
    Relevant(gateway, network, part, node, family) <-
        Start(network, part, node),
        OfFamily(part, family),
        Returns(gateway, node, family),
        Delivers(Node::Router(gateway), Target::Network(network), part);

    // [relevant-outside] INFERENCE: likewise for the Internet.
    Relevant(gateway, NameId::INTERNET, part, node, family) <-
        Leaves(gateway, part, node),
        OfFamily(part, family),
        Returns(gateway, node, family);

    // [doubted-back] INFERENCE: of an appliance that the way there passes, it matters whether the way back avoids it,
    Doubted(machine, node, Target::Pool(gateway), back) <-
        Relevant(gateway, network, part, node, family),
        Passes(Node::Router(gateway), Target::Network(network), part, machine),
        PoolPart(gateway, back, family);

    // [doubted-there] INFERENCE: and of one that the way back passes, whether the way there does.
    Doubted(machine, Node::Router(gateway), Target::Network(network), part) <-
        Relevant(gateway, network, part, node, family),
        PoolPart(gateway, back, family),
        Passes(node, Target::Pool(gateway), back, machine);

    // [around-starts] INFERENCE: a way around an appliance is a walk that does not come to it.
    Around(machine, node, part, node) <-
        Doubted(machine, node, _, part),
        (node != Node::Machine(machine));

    // [around-goes-on] INFERENCE: likewise.
    Around(machine, start, part, next) <-
        Around(machine, start, part, node),
        Step(node, next, part),
        (next != Node::Machine(machine));

    // [avoids] INFERENCE: an appliance is avoided where some way around it arrives.
    Avoids(machine, start, target, part) <-
        Doubted(machine, start, target, part),
        Around(machine, start, part, node),
        ArrivesAt(node, target, part);

    // [seen-there-only] Azure Firewall multi-hub-and-spoke
    // A stateful appliance that sees the forward path and not the return path breaks the connection.
    OneWay(gateway, network, part, machine) <-
        Relevant(gateway, network, part, node, family),
        Passes(Node::Router(gateway), Target::Network(network), part, machine),
        PoolPart(gateway, back, family),
        Avoids(machine, node, Target::Pool(gateway), back);

    // [seen-back-only] Azure Firewall multi-hub-and-spoke
    // So does one that sees the return path and not the forward path.
    OneWay(gateway, network, part, machine) <-
        Relevant(gateway, network, part, node, family),
        PoolPart(gateway, back, family),
        Passes(node, Target::Pool(gateway), back, machine),
        Avoids(machine, Node::Router(gateway), Target::Network(network), part);

    // [asymmetric-there] Azure Firewall multi-hub-and-spoke
    // Such a start gives no access.
    Asymmetric(gateway, network, part, node) <-
        Relevant(gateway, network, part, node, family),
        Passes(Node::Router(gateway), Target::Network(network), part, machine),
        PoolPart(gateway, back, family),
        Avoids(machine, node, Target::Pool(gateway), back);

    // [asymmetric-back] Azure Firewall multi-hub-and-spoke
    // Nor does one from which an appliance sees the return path alone.
    Asymmetric(gateway, network, part, node) <-
        Relevant(gateway, network, part, node, family),
        PoolPart(gateway, back, family),
        Passes(node, Target::Pool(gateway), back, machine),
        Avoids(machine, Node::Router(gateway), Target::Network(network), part);

    // [accessible] § Multiple VNets connected using S2S and a branch office
    // Packets have to arrive there and back, past the same stateful appliances.
    Accessible(gateway, network, part) <-
        Relevant(gateway, network, part, node, _),
        !Asymmetric(gateway, network, part, node);
}
