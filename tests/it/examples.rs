//! The examples say what the specification says, written by hand.

#[path = "../../examples/ask.rs"]
#[expect(dead_code, reason = "here the answer is asked for and not shown")]
mod ask;
#[path = "../../examples/change.rs"]
#[expect(dead_code, reason = "here the answer is asked for and not shown")]
mod change;
#[path = "../../examples/compare.rs"]
#[expect(dead_code, reason = "here the answer is asked for and not shown")]
mod compare;
#[path = "../../examples/explain.rs"]
#[expect(dead_code, reason = "here the answer is asked for and not shown")]
mod explain;
#[path = "../../examples/fix.rs"]
#[expect(dead_code, reason = "here the answer is asked for and not shown")]
mod fix;
#[path = "../../examples/read.rs"]
#[expect(dead_code, reason = "here the answer is asked for and not shown")]
mod read;
#[path = "../../examples/solve.rs"]
#[expect(dead_code, reason = "here the answer is asked for and not shown")]
mod solve;

#[test]
fn reading_tells_what_is_doubtful() {
    let expected = "\
3 VNets, 2 connections
no-route-back: `VNet2` has no route to the clients of `VNet1`, so nothing answers them through this connection
";
    assert_eq!(read::answer().unwrap(), expected);
}

#[test]
fn solving_answers_as_the_article_does() {
    let expected = "\
VNet1 non-windows to VNet1: reachable
VNet1 non-windows to VNet2: reachable
VNet1 non-windows to VNet3: reachable
VNet1 windows to VNet1: reachable
VNet1 windows to VNet2: needs-route
VNet1 windows to VNet3: needs-route
";
    assert_eq!(solve::answer().unwrap(), expected);
}

#[test]
fn asking_gives_answers_and_verdicts() {
    let expected = "\
VNet2, VNet3: ? access(VNet1, windows, ?network, needs-route)
holds: expect access(VNet1, non-windows, VNet3, reachable)
";
    assert_eq!(ask::answer().unwrap(), expected);
}

#[test]
fn a_change_is_followed_to_its_end() {
    // VNet2 announces its static route to VNet3, but VNet3's end of that tunnel routes no more than VNet2's address space back.
    assert_eq!(change::answer().unwrap(), "VNet1: reachable\nVNet2: reachable\nVNet3: blackhole\n");
}

#[test]
fn comparing_finds_what_clients_gain() {
    let expected = "\
non-windows to Site1: unreachable -> reachable
windows to Site1: unreachable -> needs-route
";
    assert_eq!(compare::answer().unwrap(), expected);
}

#[test]
fn explaining_names_what_is_missing() {
    let text = explain::answer().unwrap();
    let (status, missing) = text.split_once('\n').unwrap();
    assert_eq!(status, "unreachable");
    assert!(missing.starts_with("missing: VNet3 does not use VNet1's gateway: "), "{missing}");
    assert_eq!(missing.lines().count(), 1, "{missing}");
}

#[test]
fn fixing_lists_the_cheapest_changes_first() {
    let expected = "4: + bgp(VNet1, VNet2)\n5: + static_route(VNet2, VNet1, 192.168.0.0/24)\n";
    assert_eq!(fix::answer().unwrap(), expected);
}
