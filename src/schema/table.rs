//! The table of relations, as a macro that hands it to another.

/// The table, in the order in which relations are written. The sections:
///
/// - `stated`: what an inventory states, which changes may add and take away. Of each: what it is called in Rust and in text,
///   how the rules get it, its columns (as `tunnelog facts` calls one, as signatures of questions call it, what its
///   values are), what a row says in general, and what one says with its values filled in.
///   The rules get a relation `whole`; `by_prefix`, as far as a run is about the prefix; `by_network`, as far as it is about a prefix of one
///   of two networks; `by_session`, with the AS paths
///   of both ends; or not, as no clause asks it, `unasked`, as it is about clients, `of_clients`, whose numbers mean
///   nothing in another inventory, as it is for what route tables steer alone, `of_tables`, or as it is for what resolves names, `of_names`;
///   `by_address`, where a run is about private endpoints.
/// - `prepared`: what is worked out before the rules run.
/// - `derived`: what the rules derive, with the fields of each and the columns that they are written in. A target takes two.
/// - `asked`: what can be asked of all that. Here columns differ from those of `derived`: questions name networks, and
///   not what of them is meant.
macro_rules! for_each_relation {
    ($consumer:ident) => {
        $consumer! {
            stated {
                Vnet vnet unasked (vnet "VNet" Network)
                    "A virtual network."
                    "{0} is a VNet";
                Site site whole (site "Site" Network)
                    "An on-premises site: Azure's local network gateway."
                    "{0} is a site";
                Address address by_prefix (network "Network" Network, prefix "Prefix" Prefix)
                    "The prefix is in the network's address space."
                    "{1} is in {0}'s address space";
                Gateway gateway whole (vnet "VNet" Network)
                    "The VNet holds a route-based VPN gateway."
                    "{0} holds a gateway";
                ClientPool client_pool by_prefix (gateway "Gateway" Network, prefix "Prefix" Prefix)
                    "P2S clients of the gateway get addresses from the prefix."
                    "{1} is in the address pool of {0}'s gateway";
                CustomRoute custom_route by_prefix (gateway "Gateway" Network, prefix "Prefix" Prefix)
                    "The gateway hands the prefix to every P2S client."
                    "{1} is a custom route of {0}'s gateway";
                SummarizedPrefix summarized_prefix by_prefix (gateway "Gateway" Network, prefix "Prefix" Prefix)
                    "The gateway advertises the prefix over BGP, and its VNet's own prefixes no longer."
                    "{0}'s gateway advertises the summary {1}";
                HasAsn asn whole (router "Router" Network, number "Number" Number)
                    "The router's autonomous system number; a site has one only where it is stated."
                    "{0} has ASN {1}";
                Peered peered by_network (vnet "VNet" Network, remote_vnet "VNet" Network)
                    "The first VNet's peering link to the second exists, is Connected and allows access."
                    "{0}'s side of the peering with {1} is connected";
                GatewayTransit gateway_transit by_network (hub "Hub" Network, spoke "Spoke" Network)
                    "The hub's side allows gateway transit and the spoke's side uses remote gateways."
                    "{0} allows gateway transit and {1} uses remote gateways";
                PartlyPeered partly_peered by_network (vnet "VNet" Network, remote_vnet "VNet" Network)
                    "The first VNet's peering link carries no more of the second than `peered_prefix` says."
                    "{0}'s side of the peering with {1} carries a part of it";
                PeeredPrefix peered_prefix by_prefix
                    (vnet "VNet" Network, remote_vnet "VNet" Network, prefix "Prefix" Prefix)
                    "The first VNet's peering link, which carries a part of the second, carries the prefix."
                    "{0}'s side of the peering with {1} carries {2}";
                S2s s2s whole (router "Router" Network, neighbour "Router" Network)
                    "A connection between two routers is up; given in both directions."
                    "the connection between {0} and {1} is up";
                Bgp bgp by_session (router "Router" Network, neighbour "Router" Network)
                    "A BGP session runs on a connection between two routers; given in both directions."
                    "BGP runs between {0} and {1}";
                StaticRoute static_route by_prefix
                    (router "Router" Network, neighbour "Neighbour" Network, prefix "Prefix" Prefix)
                    "The router's end of the connection to the neighbour routes the prefix into it."
                    "{0} has the static prefix {2} to {1}";
                TransitSite transit_site whole (site "Site" Network)
                    "The site forwards between its connections and re-advertises what it learns."
                    "{0} is marked as transit";
                Os os of_clients (client "Client" Client, os "OS" Os)
                    "The client uses the operating system."
                    "{0} uses {1}";
                Client client of_clients (client "Client" Client, gateway "Gateway" Network)
                    "The client connects to the gateway."
                    "{0} connects to {1}'s gateway";
                ManualRoute manual_route of_clients (client "Client" Client, prefix "Prefix" Prefix)
                    "The client's user added the prefix by hand."
                    "{0}'s user added {1} by hand";
                Subnet subnet of_tables (vnet "VNet" Network, subnet "Subnet" Label, prefix "Prefix" Prefix)
                    "The prefix is in the address space of the VNet's subnet."
                    "{2} is in the subnet {1} of {0}";
                UsesTable uses_table of_tables (vnet "VNet" Network, subnet "Subnet" Label, table "Table" Label)
                    "The VNet's subnet uses the route table."
                    "the subnet {1} of {0} uses the route table {2}";
                GatewayRoutes gateway_routes of_tables (table "Table" Label)
                    "The route table lets in the routes of the gateway."
                    "the route table {0} lets in gateway routes";
                UserRoute user_route of_tables (table "Table" Label, prefix "Prefix" Prefix, hop "Hop" Hop)
                    "The route table has a user route for the prefix, with that next hop."
                    "the route table {0} leads {1} to {2}";
                Appliance appliance of_tables (appliance "Appliance" Label, vnet "VNet" Network, address "Address" Address)
                    "The appliance forwards packets that reach the address in the VNet."
                    "the appliance {0} has the address {2} in {1}";
                Stateful stateful of_tables (appliance "Appliance" Label)
                    "The appliance drops a connection of which it sees one direction only."
                    "the appliance {0} is stateful";
                DnsServer dns_server of_names (vnet "VNet" Network, address "Address" Address)
                    "The VNet hands out the DNS server, to clients of its gateway too."
                    "{0} hands out the DNS server {1}";
                Resolver resolver of_names (vnet "VNet" Network, address "Address" Address)
                    "An inbound endpoint of a DNS Private Resolver stands in the VNet at the address."
                    "a resolver of {0} answers at {1}";
                PrivateZone private_zone of_names (zone "Zone" Label)
                    "There is a private DNS zone of that name."
                    "{0} is a private zone";
                ZoneLink zone_link of_names (zone "Zone" Label, vnet "VNet" Network)
                    "The private DNS zone is linked to the VNet."
                    "the zone {0} is linked to {1}";
                PrivateEndpoint private_endpoint by_address
                    (endpoint "Endpoint" Network, vnet "VNet" Network, address "Address" Address)
                    "The private endpoint has the address in the VNet."
                    "the private endpoint {0} has the address {2} in {1}";
                EndpointPolicies endpoint_policies of_tables (vnet "VNet" Network, subnet "Subnet" Label)
                    "The VNet's subnet lets user routes win against the addresses of private endpoints in it."
                    "the subnet {1} of {0} has network policies for routes to private endpoints";
            }
            prepared {
                Covers covers (outer Prefix, inner Prefix)
                    "The first prefix is, or holds, the second."
                    "{0} covers {1}";
                DefaultRoute default_route (prefix Prefix)
                    "`0.0.0.0/0` or `::/0`."
                    "{0} is a default route";
                Summarizes summarizes (gateway Network)
                    "The gateway advertises summaries in place of its VNet's own prefixes."
                    "{0}'s gateway advertises summaries";
                PartOfNetwork part_of_network (network Network, part Prefix)
                    "The part is one of the network's."
                    "{1} is a part of {0}";
                PartOfPool part_of_pool (gateway Network, part Prefix)
                    "The part is one of the address pool's."
                    "{1} is a part of the address pool of {0}";
                PoolComplete pool_complete (gateway Network, family Family)
                    "Every part of the gateway's address pool, which has one of that family, is among the destinations."
                    "the address pool of {0} is looked at whole in {1}";
                OfFamily of_family (prefix Prefix, family Family)
                    "The address family of the prefix."
                    "{0} is of {1}";
                Serves serves (gateway Network, class Class)
                    "The gateway serves clients of the class."
                    "{0} serves {1} clients";
                FollowsTable follows_table (class Class)
                    "Clients of the class follow the gateway's table."
                    "{0} clients follow the gateway's table";
                FollowsSiteRoutes follows_site_routes (class Class)
                    "Clients of the class get the static prefixes of connections to sites too."
                    "{0} clients get static prefixes of sites";
            }
            derived {
                Attached attached (router, target, prefix) ["router", "kind", "target", "prefix"];
                Relays relays (router) ["router"];
                Refuses refuses (router, prefix) ["router", "prefix"];
                Withholds withholds (router, target, prefix) ["router", "kind", "target", "prefix"];
                Learned learned (router, neighbour, prefix, origin) ["router", "neighbour", "prefix", "origin"];
                NextHop next_hop (router, neighbour, prefix) ["router", "neighbour", "prefix"];
                InTable in_table (router, prefix) ["router", "prefix"];
                Beaten beaten (router, prefix, part) ["router", "prefix", "part"];
                Destination destination (target, part) ["kind", "target", "part"];
                Arrives arrives (router, target, part) ["router", "kind", "target", "part"];
                Forwards forwards (router, neighbour, part) ["router", "neighbour", "part"];
                Delivered delivered (router, target, part) ["router", "kind", "target", "part"];
                Strays strays (router, gateway, family) ["router", "gateway", "family"];
                Returns returns (router, gateway, family) ["router", "gateway", "family"];
                WayBack way_back (gateway, network, family) ["gateway", "network", "family"];
                Accessible accessible (gateway, network, part) ["gateway", "network", "part"];
                Advertised advertised (gateway, class, prefix, reason) ["gateway", "class", "prefix", "reason"];
            }
            asked {
                Advertised advertised
                    ("Gateway" Network, "Class" Class, "Prefix" Prefix, "Reason" Reason)
                    "Clients of the class hold a route for the prefix, for the reason.";
                Access access
                    ("Gateway" Network, "Class" Class, "Network" Network, "Status" Status)
                    "Some destination of the network has the status for clients of the class.";
                Attached attached
                    ("Router" Network, "Network" Network, "Prefix" Prefix)
                    "The router delivers the prefix of the network by itself; a gateway, its own address pool too.";
                Learned learned
                    ("Router" Network, "Neighbour" Network, "Prefix" Prefix)
                    "The router learned the prefix from the neighbour by BGP.";
                Delivered delivered
                    ("Router" Network, "Network" Network, "Prefix" Prefix)
                    "From the router, a packet for the prefix arrives at the network, or at the clients of the gateway.";
                Effective effective
                    ("VNet" Network, "Subnet" Label, "Prefix" Prefix, "Source" Source, "Hop" Hop)
                    "The subnet has the active route: of its route table, of its VNet and peerings, or of a gateway.";
                Asymmetric asymmetric
                    ("Gateway" Network, "Network" Network, "Appliance" Label)
                    "The stateful appliance sees one direction only of what the gateway's clients ask of the network.";
                Passes passes
                    ("Gateway" Network, "Network" Network, "Appliance" Label, "Direction" Direction)
                    "The appliance is on some way on which packets of the gateway's clients arrive at the network (`there`), or answers at them (`back`).";
                Resolves resolves
                    ("Gateway" Network, "Class" Class, "Zone" Label, "Resolution" Resolution)
                    "Names of the private zone resolve so for clients of the class.";
            }
        }
    };
}
pub(crate) use for_each_relation;

/// A row of stated facts, as a type or as a pattern: its values, and a single one without parentheses.
macro_rules! row {
    ($one:ident) => {
        $one
    };
    ($($several:ident),+) => {
        ($($several),+)
    };
}
pub(crate) use row;
