//! Answers that hold less than all: rows with a status, counts, and who has no route.

use serde_json::Value;

use crate::formats::valid;
use crate::support::program::{answer, run};

/// `facts/s2s-chain/expected/reach.csv` has one reachable network for either class, a blackhole for Non-Windows clients, and
/// three unreachable networks.
const CHAIN: &str = "facts/s2s-chain";

#[test]
fn rows_with_a_status_are_those_of_the_whole_answer() {
    let whole = answer(&format!("reach {CHAIN}"));
    for wanted in ["blackhole", "unreachable", "blackhole,unreachable", "reachable"] {
        let is_wanted = |line: &&str| {
            line.starts_with("gateway,")
                || line.split(',').nth(4).is_some_and(|one| wanted.split(',').any(|it| it == one))
        };
        let expected: Vec<&str> = whole.lines().filter(is_wanted).collect();
        assert!(expected.len() > 1, "{wanted}");
        let narrowed = answer(&format!("reach {CHAIN} --status {wanted}"));
        assert_eq!(narrowed.lines().collect::<Vec<_>>(), expected, "{wanted}");
    }
    let table = answer(&format!("reach {CHAIN} --status unreachable --format table"));
    assert!(table.contains("· unreachable  VNet3") && !table.contains("Reachable:"), "{table}");
}

#[test]
fn what_counts_as_a_no_is_looked_for_in_all_rows() {
    assert_eq!(run(&format!("reach {CHAIN} --status reachable --fail-on blackhole")).code, Some(1));
    // VNet2 is there, whatever is left out of the answer about it.
    let none =
        run(&format!("reach {CHAIN} --to VNet1 --status blackhole --fail-on unreachable --format table"));
    assert_eq!(
        (none.code, none.stdout.as_str()),
        (Some(0), "No match: no row has a status that was asked for.\n")
    );
}

#[test]
fn a_summary_counts_destinations() {
    let expected = "\
gateway,class,destinations,reachable,needs_route,blackhole,unreachable
VNet1,non-windows,3,1,0,1,1
VNet1,windows,3,1,0,0,2
";
    assert_eq!(answer(&format!("reach {CHAIN} --summary")), expected);
    let table = "                      destinations  reachable  needs-route  blackhole  unreachable
  VNet1  non-windows  3             1          0            1          1
  VNet1  windows      3             1          0            0          2

  Model: article.
";
    assert_eq!(answer(&format!("reach {CHAIN} --summary --format table")), table);
    let document = answer(&format!("reach {CHAIN} facts/isolated-vnet --summary --format json"));
    let document: Value = serde_json::from_str(&document).unwrap();
    valid("reach-summary", &document);
    assert_eq!(document["rows"][2]["needs_route"], 0);
    let refused = run(&format!("reach {CHAIN} --summary --format xlsx -o never.xlsx"));
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.contains("has no workbook"), "{}", refused.stderr);
}

#[test]
fn who_has_no_route_is_named() {
    let told = "No route to VNet3: Windows clients of VNet1.\n";
    let csv = run("routes facts/s2s-chain-bgp --to VNet3");
    assert_eq!(csv.stdout, "gateway,class,prefix,reason\nVNet1,non-windows,10.3.0.0/16,bgp\n");
    assert_eq!(csv.stderr, told);
    let table = run("routes facts/s2s-chain-bgp --to VNet3 --format table");
    assert!(table.stdout.contains(&format!("\n\n  {told}\n  Model: article. ")), "{}", table.stdout);
    let windows =
        "Windows clients of VNet1 over OpenVPN (Azure VPN Client) also get 10.3.0.0/16 by field reports.";
    assert!(
        table.stdout.split_whitespace().collect::<Vec<_>>().join(" ").contains(windows),
        "{}",
        table.stdout
    );
    assert_eq!(table.stderr, "");
    let nobody = answer("routes facts/s2s-chain --to VNet3 --format table");
    let both = "  No route to VNet3: Non-Windows clients of VNet1.\n  No route to VNet3: Windows clients of VNet1.\n";
    assert_eq!(nobody, both);
    let everybody = run("routes facts/s2s-chain-bgp --to VNet1");
    assert_eq!(everybody.stderr, "");
}

#[test]
fn the_word_of_before_works_and_says_so() {
    let (old, new) = (
        run("reach facts/isolated-vnet --profile observed"),
        run("reach facts/isolated-vnet --model observed"),
    );
    assert_eq!(old.stdout, new.stdout);
    assert_eq!(new.stderr, "");
    assert!(old.stderr.contains("`--profile` is called `--model` now"), "{}", old.stderr);
    assert_eq!(run("reach facts/isolated-vnet --profile=observed -q").stderr, "");
}
