//! The rules for what subnets and appliances do with packets, in components with subnets: effective routes, and where they lead.
//!
//! The tables of routers come from [`crate::rules`], which knows nothing of this; [`super::ways`] goes on from here. A component
//! without any of these facts is not run here. A clause has an id in brackets, then its source and what that says, or why it is an
//! inference.
//!
//! Strata, each of which asks `not` of earlier ones alone: system prefixes and appliances · candidates of a context · beaten
//! ones · steps and arrivals.

#![expect(unreachable_pub, reason = "crepe makes its runtime public, and relations no less visible than it")]

use std::net::IpAddr;

use crepe::crepe;

use crate::facts::ids::{Context, Machine, Node, PrefixId, Target};
use crate::inventory::routing::Hop;
use crate::names::{LabelId, NameId};

crepe! {
    // ---------------------------------------------------------------- Facts

    @input
    /// A VNet holds a route-based VPN gateway.
    pub struct Gateway(pub NameId);

    @input
    /// The router delivers the prefix of the target by itself.
    pub struct Attached(pub NameId, pub Target, pub PrefixId);

    @input
    /// The router's table leads to the neighbour for the prefix.
    pub struct NextHop(pub NameId, pub NameId, pub PrefixId);

    @input
    /// A prefix in a network's address space.
    pub struct Address(pub NameId, pub PrefixId);

    @input
    /// The first VNet's peering link to the second is usable.
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
    /// A private endpoint in the VNet, with the prefix of an address of it. Given where a run is about private endpoints.
    pub struct PrivateEndpoint(pub NameId, pub NameId, pub PrefixId);

    @input
    /// The private endpoint stands in a subnet with network policies for routes.
    pub struct Yields(pub NameId);

    @input
    /// A subnet of the context's VNet, or a machine there, sends by the context's table.
    pub struct InContext(pub Context, pub NameId);

    @input
    /// Packets for the part may be sent by the context: any where an appliance or a gateway sends by it, and otherwise answers, which go to
    /// clients.
    pub struct Sends(pub Context, pub PrefixId);

    @input
    /// The context has the route table.
    pub struct HasTable(pub Context, pub LabelId);

    @input
    /// The context lets in the routes of the gateway.
    pub struct LetsIn(pub Context);

    @input
    /// The GatewaySubnet of the gateway's VNet has the context.
    pub struct GatewaySubnet(pub NameId, pub Context);

    @input
    /// The route table has the user route.
    pub struct UserRoute(pub LabelId, pub PrefixId, pub Hop);

    @input
    /// The VNet's address space holds the address.
    pub struct HoldsAddress(pub NameId, pub IpAddr);

    @input
    /// A listed appliance has the address in the VNet.
    pub struct ListedAt(pub NameId, pub IpAddr, pub Machine);

    @input
    /// What has the address in the VNet sends by the context.
    pub struct SendsBy(pub NameId, pub IpAddr, pub Context);

    @input
    /// The listed appliance lets pass connections of which it sees one direction only.
    pub struct Stateless(pub Machine);

    @input
    /// The first prefix covers the second, which is a destination or a part of an address pool.
    pub struct Covers(pub PrefixId, pub PrefixId);

    @input
    /// `0.0.0.0/0` or `::/0`.
    pub struct DefaultRoute(pub PrefixId);

    @input
    /// The addresses of the prefix that no longer prefix names are a destination of the network.
    pub struct PartOfNetwork(pub NameId, pub PrefixId);

    // ---------------------------------------------------------------- Derived relations

    struct UsesGateway(NameId, NameId);
    struct SystemPrefix(NameId, NameId, PrefixId);
    struct EndpointPrefix(NameId, NameId, PrefixId);
    struct ListedThere(NameId, IpAddr);
    struct Finds(Context, IpAddr, NameId);
    struct Stands(Machine, Context);
    struct UserEntry(Context, PrefixId, PrefixId);
    struct SystemEntry(Context, PrefixId, PrefixId, NameId);
    struct SystemCovers(Context, PrefixId);
    struct GatewayPrefix(NameId, PrefixId);
    struct GatewayEntry(Context, PrefixId, PrefixId, NameId);
    struct Candidate(Context, PrefixId, PrefixId);
    struct Beaten(Context, PrefixId, PrefixId);

    @output
    /// A user route of the context takes the place of the route of the private endpoint.
    pub struct Yielded(pub Context, pub NameId, pub PrefixId);

    @output
    /// The effective route that decides in the context for the part.
    pub struct Effective(pub Context, pub PrefixId, pub PrefixId);

    @output
    /// The address, as next hop of a user route of the context, is one of the appliance.
    pub struct Leads(pub Context, pub IpAddr, pub Machine);

    @output
    /// The appliance drops connections of which it sees one direction only.
    pub struct Stateful(pub Machine);

    @output
    /// A packet for the part is sent on from the one to the other.
    pub struct Step(pub Node, pub Node, pub PrefixId);

    @output
    /// A packet for the part is delivered to the target at the node itself.
    pub struct ArrivesAt(pub Node, pub Target, pub PrefixId);

    @output
    /// The user route of the GatewaySubnet's table covers the part.
    pub struct Steering(pub NameId, pub PrefixId, pub PrefixId);

    @output
    /// A route of the gateway's VNet or of a peering that covers the part is longer than the user route.
    pub struct LongerSystem(pub NameId, pub PrefixId, pub PrefixId);

    // ---------------------------------------------------------------- System prefixes and appliances

    // [has-gateway] § One isolated VNet
    // A VNet with a gateway uses its own.
    UsesGateway(vnet, vnet) <-
        Gateway(vnet);

    // [uses-gateway] § Multiple peered VNets
    // A spoke uses its hub's gateway where transit is allowed and used and both sides of the peering work.
    UsesGateway(spoke, hub) <-
        GatewayTransit(hub, spoke),
        Gateway(hub),
        Peered(hub, spoke),
        Peered(spoke, hub),
        !Gateway(spoke);

    // [own-prefixes] Virtual network traffic routing, Default
    // Azure adds a route for each prefix of the VNet's own address space.
    SystemPrefix(vnet, vnet, prefix) <-
        InContext(_, vnet),
        Address(vnet, prefix);

    // [peered-prefixes] Virtual network traffic routing, Virtual network peering
    // A peering adds a route for each prefix of the other VNet, whatever its gateway flags are.
    SystemPrefix(vnet, other, prefix) <-
        InContext(_, vnet),
        Peered(vnet, other),
        Peered(other, vnet),
        !PartlyPeered(vnet, other),
        Address(other, prefix);

    // [peered-part] Configure subnet peering
    // A side that carries a part adds routes for that part.
    SystemPrefix(vnet, other, prefix) <-
        InContext(_, vnet),
        Peered(vnet, other),
        Peered(other, vnet),
        PartlyPeered(vnet, other),
        PeeredPrefix(vnet, other, prefix);

    // [endpoint-prefix] INFERENCE: a private endpoint adds a route for its address to its VNet,
    EndpointPrefix(vnet, endpoint, prefix) <-
        InContext(_, vnet),
        PrivateEndpoint(endpoint, vnet, prefix);

    // [peered-endpoint] azure-docs 109560
    // and to those that are peered with it from both sides.
    EndpointPrefix(vnet, endpoint, prefix) <-
        InContext(_, vnet),
        PrivateEndpoint(endpoint, other, prefix),
        Peered(vnet, other),
        Peered(other, vnet),
        !PartlyPeered(vnet, other);

    // [endpoint-in-carried] INFERENCE: a side that carries a part has to carry the endpoint.
    EndpointPrefix(vnet, endpoint, prefix) <-
        InContext(_, vnet),
        PrivateEndpoint(endpoint, other, prefix),
        Peered(vnet, other),
        Peered(other, vnet),
        PartlyPeered(vnet, other),
        PeeredPrefix(vnet, other, carried),
        Covers(carried, prefix);

    // [finds-own] Virtual network traffic routing, User-defined
    // The next hop of a user route is an address in the VNet itself.
    Finds(context, address, vnet) <-
        HasTable(context, table),
        UserRoute(table, _, hop),
        let Hop::Appliance(address) = hop,
        InContext(context, vnet),
        HoldsAddress(vnet, address);

    // [finds-peered] Virtual network traffic routing, User-defined
    // Or one in a peered VNet, which it reaches directly.
    Finds(context, address, other) <-
        HasTable(context, table),
        UserRoute(table, _, hop),
        let Hop::Appliance(address) = hop,
        InContext(context, vnet),
        Peered(vnet, other),
        Peered(other, vnet),
        HoldsAddress(other, address);

    // [listed-there] INFERENCE: an address belongs to the appliance that the inventory names for it.
    ListedThere(vnet, address) <-
        ListedAt(vnet, address, _);

    // [leads-to-listed] INFERENCE: likewise.
    Leads(context, address, machine) <-
        Finds(context, address, vnet),
        ListedAt(vnet, address, machine);

    // [leads-to-assumed] INFERENCE: an address that a user route names forwards, whether or not an appliance is listed there.
    Leads(context, address, Machine::Assumed(vnet, address)) <-
        Finds(context, address, vnet),
        !ListedThere(vnet, address);

    // [stands-listed] INFERENCE: an appliance sends by the subnet of any of its addresses.
    Stands(machine, context) <-
        ListedAt(vnet, address, machine),
        SendsBy(vnet, address, context);

    // [stands-assumed] INFERENCE: likewise.
    Stands(machine, context) <-
        Leads(_, address, machine),
        let Machine::Assumed(vnet, _) = machine,
        SendsBy(vnet, address, context);

    // [stateful] Azure Firewall multi-hub-and-spoke
    // A firewall drops a connection of which it does not see both directions; others say so where they do not.
    Stateful(machine) <-
        Stands(machine, _),
        !Stateless(machine);

    // ---------------------------------------------------------------- Effective routes of a context

    // [user-entry] Virtual network traffic routing, User-defined
    // A route table adds its routes to those of every subnet that uses it.
    UserEntry(context, prefix, part) <-
        Sends(context, part),
        HasTable(context, table),
        Covers(prefix, part),
        UserRoute(table, prefix, _);

    // [system-entry] Virtual network traffic routing, Default
    // So do the VNet's prefixes and those of peered VNets.
    SystemEntry(context, prefix, part, owner) <-
        Sends(context, part),
        InContext(context, vnet),
        Covers(prefix, part),
        SystemPrefix(vnet, owner, prefix);

    // [yielded] Manage network policies for private endpoints
    // With network policies for routes, a user route takes the place of the endpoint's that is at least as long as the prefix of
    // the endpoint's VNet.
    Yielded(context, endpoint, part) <-
        Yields(endpoint),
        PrivateEndpoint(endpoint, vnet, part),
        Address(vnet, space),
        Covers(space, part),
        UserEntry(context, prefix, part),
        (prefix >= space);

    // [endpoint-entry] Manage network policies for private endpoints
    // Otherwise the route of the endpoint is one of the subnet's, and longer than most.
    SystemEntry(context, prefix, part, endpoint) <-
        Sends(context, part),
        InContext(context, vnet),
        Covers(prefix, part),
        EndpointPrefix(vnet, endpoint, prefix),
        !Yielded(context, endpoint, part);

    // [system-covers] Virtual network traffic routing, How Azure selects a route
    // Routes of the VNet and of peerings are preferred to those of the gateway, even to longer ones.
    SystemCovers(context, part) <-
        SystemEntry(context, _, part, _);

    // [pool-of-gateway] § One isolated VNet
    // The gateway's routes are its address pool,
    GatewayPrefix(gateway, prefix) <-
        Attached(gateway, target, prefix),
        (target == Target::Pool(gateway));

    // [table-of-gateway] § Multiple VNets connected using an S2S VPN (BGP)
    // and what its connections lead to, static or learned.
    GatewayPrefix(gateway, prefix) <-
        Gateway(gateway),
        NextHop(gateway, _, prefix);

    // [gateway-entry] Virtual network traffic routing, Virtual network gateway
    // A subnet gets the routes of the gateway that its VNet has or uses, unless its table keeps them out.
    GatewayEntry(context, prefix, part, gateway) <-
        Sends(context, part),
        LetsIn(context),
        InContext(context, vnet),
        UsesGateway(vnet, gateway),
        Covers(prefix, part),
        GatewayPrefix(gateway, prefix),
        !SystemCovers(context, part);

    // [user-candidate] INFERENCE: every entry that covers the part may decide.
    Candidate(context, prefix, part) <-
        UserEntry(context, prefix, part);

    // [system-candidate] INFERENCE: likewise.
    Candidate(context, prefix, part) <-
        SystemEntry(context, prefix, part, _);

    // [gateway-candidate] INFERENCE: likewise.
    Candidate(context, prefix, part) <-
        GatewayEntry(context, prefix, part, _);

    // [longer-route] Virtual network traffic routing, How Azure selects a route
    // The longest prefix match decides. Of two prefixes around a part, the one with the larger number is longer.
    Beaten(context, prefix, part) <-
        Candidate(context, longer, part),
        Candidate(context, prefix, part),
        (longer > prefix);

    // [effective] Virtual network traffic routing, How Azure selects a route
    // What no longer entry beats is in effect.
    Effective(context, prefix, part) <-
        Candidate(context, prefix, part),
        !Beaten(context, prefix, part);

    // ---------------------------------------------------------------- What a subnet does

    // [to-appliance] Virtual network traffic routing, User-defined
    // Of equal prefixes the user route decides; it leads to the appliance where its address is in reach.
    Step(Node::Subnet(context), Node::Machine(machine), part) <-
        Effective(context, prefix, part),
        HasTable(context, table),
        UserRoute(table, prefix, hop),
        let Hop::Appliance(address) = hop,
        Leads(context, address, machine);

    // [to-gateway] Virtual network traffic routing, User-defined
    // The next hop `VirtualNetworkGateway` is the gateway that the VNet has or uses.
    Step(Node::Subnet(context), Node::Router(gateway), part) <-
        Effective(context, prefix, part),
        HasTable(context, table),
        UserRoute(table, prefix, Hop::Gateway),
        InContext(context, vnet),
        UsesGateway(vnet, gateway);

    // [vnet-local] Virtual network traffic routing, User-defined
    // The next hop `VnetLocal` is the VNet itself.
    ArrivesAt(Node::Subnet(context), Target::Network(vnet), part) <-
        Effective(context, prefix, part),
        HasTable(context, table),
        UserRoute(table, prefix, Hop::VnetLocal),
        InContext(context, vnet),
        PartOfNetwork(vnet, part);

    // [vnet-local-endpoint] INFERENCE: a private endpoint is in the VNet itself, too.
    ArrivesAt(Node::Subnet(context), Target::Network(endpoint), part) <-
        Effective(context, prefix, part),
        HasTable(context, table),
        UserRoute(table, prefix, Hop::VnetLocal),
        InContext(context, vnet),
        PrivateEndpoint(endpoint, vnet, part),
        PartOfNetwork(endpoint, part);

    // [by-system-route] Virtual network traffic routing, Default
    // A route of the VNet or of a peering leads there directly.
    ArrivesAt(Node::Subnet(context), Target::Network(owner), part) <-
        Effective(context, prefix, part),
        SystemEntry(context, prefix, part, owner),
        PartOfNetwork(owner, part),
        !UserEntry(context, prefix, part);

    // [by-gateway-route] Virtual network traffic routing, Virtual network gateway
    // A route of the gateway leads to it.
    Step(Node::Subnet(context), Node::Router(gateway), part) <-
        Effective(context, prefix, part),
        GatewayEntry(context, prefix, part, gateway),
        !UserEntry(context, prefix, part);

    // [by-internet-route] Virtual network traffic routing, User-defined
    // The next hop `Internet` leads there. Only what an appliance sends is asked.
    ArrivesAt(Node::Subnet(context), Target::INTERNET, part) <-
        PartOfNetwork(NameId::INTERNET, part),
        Effective(context, prefix, part),
        HasTable(context, table),
        UserRoute(table, prefix, Hop::Internet);

    // [by-system-default] Virtual network traffic routing, Default
    // Azure's own default route leads to the Internet: what no other route covers leaves by it.
    ArrivesAt(Node::Subnet(context), Target::INTERNET, part) <-
        PartOfNetwork(NameId::INTERNET, part),
        Sends(context, part),
        !Effective(context, _, part);

    // [machine-steps] INFERENCE: an appliance sends as the subnet of any of its addresses does.
    Step(Node::Machine(machine), next, part) <-
        Stands(machine, context),
        Step(Node::Subnet(context), next, part);

    // [machine-arrives] INFERENCE: likewise.
    ArrivesAt(Node::Machine(machine), target, part) <-
        Stands(machine, context),
        ArrivesAt(Node::Subnet(context), target, part);

    // ---------------------------------------------------------------- What the table of a GatewaySubnet may steer

    // [steering] Azure Firewall hub-and-spoke, Secure hybrid network
    // The table of the GatewaySubnet steers what the gateway sends into its VNet. A default route is not permitted there.
    Steering(gateway, prefix, part) <-
        GatewaySubnet(gateway, context),
        UserEntry(context, prefix, part),
        !DefaultRoute(prefix);

    // [longer-system] INFERENCE: a route of the VNet or of a peering wins where it is longer.
    LongerSystem(gateway, prefix, part) <-
        Steering(gateway, prefix, part),
        SystemPrefix(gateway, _, longer),
        Covers(longer, part),
        (longer > prefix);
}
