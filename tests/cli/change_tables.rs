//! `whatif`, `diff` and `sweep` as people read them, written by hand from the article's topologies.

use crate::support::program::answer;

/// The chain with BGP on every tunnel, and without.
const CHAINS: &str = "facts/s2s-chain facts/s2s-chain-bgp";

#[test]
fn a_difference_in_a_table() {
    let expected = "  + bgp(VNet1, VNet2)
  + bgp(VNet2, VNet3)
  - static_route(VNet1, VNet2, 10.2.0.0/16)
  - static_route(VNet2, VNet1, 10.1.0.0/16)
  - static_route(VNet2, VNet3, 10.3.0.0/16)
  - static_route(VNet3, VNet2, 10.2.0.0/16)

Non-Windows clients of VNet1

  route  + 10.3.0.0/16  learned by BGP

  VNet2  10.2.0.0/16  blackhole → reachable    learned by BGP
  VNet3  10.3.0.0/16  unreachable → reachable  learned by BGP

Windows clients of VNet1

  VNet2  10.2.0.0/16  unreachable → needs-route  no route on the client
  VNet3  10.3.0.0/16  unreachable → needs-route  no route on the client

  Model: article.
";
    assert_eq!(answer(&format!("diff {CHAINS} --format table")), expected);
}

#[test]
fn a_difference_in_markdown() {
    let expected = "\
```diff
+ bgp(VNet1, VNet2)
+ bgp(VNet2, VNet3)
- static_route(VNet1, VNet2, 10.2.0.0/16)
- static_route(VNet2, VNet1, 10.1.0.0/16)
- static_route(VNet2, VNet3, 10.3.0.0/16)
- static_route(VNet3, VNet2, 10.2.0.0/16)
```

### Windows clients of VNet1

| network | destination | status | reason |
| --- | --- | --- | --- |
| VNet2 | 10.2.0.0/16 | unreachable → needs-route | no route on the client |
| VNet3 | 10.3.0.0/16 | unreachable → needs-route | no route on the client |

Model: article.
";
    assert_eq!(answer(&format!("diff {CHAINS} --class windows --format markdown")), expected);
}

#[test]
fn windows_clients_with_the_routes_of_the_old_inventory() {
    // In the new inventory the spoke is no longer joined to the hub, and the old profile still has its route.
    let run = answer("diff facts/peered-vnets facts/isolated-vnet --class windows --format csv");
    let expected = ",VNet1,windows,route-lost,,10.2.0.0/16,,,,transit-spoke,\n";
    let download = "VNet1,windows,download,,,,,,,\n";
    assert!(run.contains(download) && run.contains(expected.trim_start_matches(',')), "{run}");
}

#[test]
fn a_change_in_markdown() {
    let mut command = crate::support::program::command();
    let run = crate::support::program::finish(command.args([
        "whatif",
        "facts/peered-vnets",
        "- gateway_transit(VNet1, VNet2)",
        "--class=windows",
        "--format=markdown",
        "--quiet",
    ]));
    let expected = "\
```diff
- gateway_transit(VNet1, VNet2)
```

warning new: `VNet1` allows gateway transit, but `VNet2` does not use its gateway \\[transit-not-used\\]

### Windows clients of VNet1

|  | prefix | reason |
| --- | --- | --- |
| route | - 10.2.0.0/16 | spoke of the gateway |

| network | destination | status | reason |
| --- | --- | --- | --- |
| VNet2 | 10.2.0.0/16 | reachable → unreachable | no route on the client, no return path, no forward path |

Windows clients of VNet1 have to download the profile again; until then, to them, VNet2 is blackhole.

Model: article.
";
    assert_eq!(run.stdout, expected);
}

#[test]
fn a_sweep_in_a_table() {
    // Without VNet1's gateway both classes lose three networks, without the second tunnel one.
    let expected = "  - gateway(VNet1)     -6  +0  VNet1, VNet2 and VNet3
  - s2s(VNet1, VNet2)  -4  +0  VNet2 and VNet3
  - gateway(VNet2)     -4  +0  VNet2 and VNet3
  - s2s(VNet2, VNet3)  -2  +0  VNet3
  - gateway(VNet3)     -2  +0  VNet3

  Single points of failure: gateway(VNet1), s2s(VNet1, VNet2), gateway(VNet2), s2s(VNet2, VNet3) and
    gateway(VNet3).

  -N networks lost and +N gained, counted for each gateway and class; 5 changes tried
  VPN clients only: other traffic over the same connection is not looked at.

  Model: article.
";
    assert_eq!(answer("sweep facts/s2s-chain-bgp --remove s2s,gateway --format table"), expected);
}

#[test]
fn a_sweep_in_markdown() {
    let expected = "\
| change | lost | gained | networks |
| --- | --- | --- | --- |
| - s2s(VNet1, VNet2) | -4 | +0 | VNet2 and VNet3 |
| - s2s(VNet2, VNet3) | -2 | +0 | VNet3 |

Single points of failure: s2s(VNet1, VNet2) and s2s(VNet2, VNet3).

-N networks lost and +N gained, counted for each gateway and class; 2 changes tried

VPN clients only: other traffic over the same connection is not looked at.

Model: article.
";
    assert_eq!(answer("sweep facts/s2s-chain-bgp --remove s2s --format markdown"), expected);
}

#[test]
fn a_sweep_without_anything_to_tell() {
    let nothing = answer("sweep facts/isolated-vnet --remove s2s --format table");
    assert_eq!(nothing, "There is nothing to try.\n\n  Model: article.\n");
    let unnoticed = answer("sweep facts/spoke-without-transit --remove gateway --format table");
    assert!(unnoticed.contains("gateway(VNet1)"), "{unnoticed}");
    let refused = "  + bgp(VNet1, VNet2)        refused: `VNet1` and `VNet2` both have the ASN 65515

  -N networks lost and +N gained, counted for each gateway and class; 1 change tried
  VPN clients only: other traffic over the same connection is not looked at.

  Model: article.
";
    assert_eq!(answer("sweep facts/equal-asns --add bgp --format table"), refused);
}
