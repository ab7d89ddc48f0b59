//! `diff --plan`: what a plan does to clients.

use std::fs;

use super::formats::valid;
use crate::support::program::{answer, run};

const TERRAFORM: &str = "tests/fixtures/terraform/chain-to-bgp.json";
const WHAT_IF: &str = "tests/fixtures/what-if/chain-to-bgp.json";

#[test]
fn a_plan_differs_as_the_inventories_before_and_after_it_do() {
    for format in ["csv", "table", "markdown", "ndjson"] {
        let inventories = answer(&format!("diff facts/s2s-chain facts/s2s-chain-bgp --format {format}"));
        assert!(inventories.contains("bgp(VNet1, VNet2)"), "{inventories}");
        for plan in [TERRAFORM, WHAT_IF] {
            assert_eq!(answer(&format!("diff --plan {plan} --format {format}")), inventories, "{plan}");
        }
    }
    for plan in [TERRAFORM, WHAT_IF] {
        let document = answer(&format!("diff --plan {plan} --format json"));
        let document = serde_json::from_str(&document).unwrap();
        valid("diff", &document);
        assert_eq!(document["inventories"], serde_json::json!([plan]));
    }
}

#[test]
fn a_plan_ends_as_any_difference_does() {
    assert_eq!(run(&format!("diff --plan {TERRAFORM} --quiet")).code, Some(0));
    assert_eq!(run(&format!("diff --plan {TERRAFORM} --exit-code --quiet")).code, Some(1));
    // What the plan cannot tell is a warning.
    let new = "tests/fixtures/terraform/new-hub.json";
    let told = run(&format!("diff --plan {new} --deny warnings"));
    assert_eq!(told.code, Some(1));
    assert!(told.stderr.contains("warning[unknown-value]"), "{}", told.stderr);
    let none = run("diff --plan tests/fixtures/terraform/chain-state.json");
    assert_eq!((none.code, none.stdout.as_str()), (Some(2), ""));
    assert!(none.stderr.contains("chain-state.json` is no plan"), "{}", none.stderr);
}

/// The rows of a plan for one class, without the gateway and the class.
fn rows_of(plan: &str, class: &str) -> Vec<String> {
    let answer = answer(&format!("diff --plan tests/fixtures/terraform/{plan} --class {class}"));
    let of_class = answer.lines().filter(|line| line.starts_with("vpn,"));
    of_class.map(|line| line.split(',').skip(2).collect::<Vec<_>>().join(",")).collect()
}

#[test]
fn a_gateway_that_is_made_anew_needs_new_profiles_for_all() {
    let cut_off = "status,vpn,10.40.0.0/26,reachable,reachable,unreachable,own-vnet,";
    for class in ["windows", "non-windows"] {
        assert_eq!(
            rows_of("replaced-gateway.json", class),
            ["download,,,,,,,", "outage,,,,,,,", cut_off],
            "{class}"
        );
        assert_eq!(
            rows_of("replaced-gateway-custom-route.json", class),
            [
                "download,,,,,,,",
                "outage,,,,,,,",
                "route-gained,,203.0.113.0/24,,,,custom-route,",
                // A route to public addresses, which nothing answers, makes the Internet a destination.
                "status,Internet,0.0.0.0/0,,unreachable,unreachable,no-client-route;no-way-back;no-way-there,",
                "status,Internet,203.0.113.0/24,,blackhole,unreachable,no-way-back;no-way-there,",
                cut_off
            ],
            "{class}"
        );
    }
    let document = answer("diff --plan tests/fixtures/terraform/replaced-gateway.json --format json");
    valid("diff", &serde_json::from_str(&document).unwrap());
    let told = answer(
        "diff --plan tests/fixtures/terraform/replaced-gateway.json --format table --class non-windows",
    );
    let words = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("nobody connects while there is none, and then only with a new profile"),
        "{told}"
    );
    assert!(
        words.contains("have to download the profile again; until then, to them, vpn is unreachable"),
        "{told}"
    );
    assert_eq!(
        run("diff --plan tests/fixtures/terraform/replaced-gateway.json --exit-code --quiet").code,
        Some(1)
    );
}

#[test]
fn what_is_no_plan_is_refused_with_how_to_make_one() {
    let folder = tempfile::tempdir().unwrap();
    let plan = folder.path().join("plan");
    let terraform = "terraform show -json plan.out";
    for (content, said, help) in [
        (
            &b"Terraform will perform the following actions:\n"[..],
            "the text of a plan of Terraform",
            terraform,
        ),
        (b"Resource changes: 1 to modify.\n", "the text of `what-if`", "--no-pretty-print"),
        (b"PK\x03\x04\xff\x00tfplan", "is a plan as Terraform keeps it", terraform),
        (b"name,address\nhub,10.1.0.0/16\n", "neither JSON nor CSV with resource ids", terraform),
        (b"", "the file is empty", terraform),
        (b"{}", "is no plan", terraform),
    ] {
        fs::write(&plan, content).unwrap();
        for estate in ["", "tests/fixtures/terraform/chain-state.json"] {
            let told = run(&format!("diff {estate} --plan {}", plan.display()));
            assert_eq!((told.code, told.stdout.as_str()), (Some(2), ""), "{}", told.stderr);
            assert!(told.stderr.contains("error[not-an-inventory]"), "{}", told.stderr);
            assert!(told.stderr.contains(said), "{}", told.stderr);
            // Long help is wrapped.
            let words = told.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(words.contains(help), "{words}");
        }
    }
}

#[test]
fn a_plan_is_laid_over_exports_only() {
    let names = run(&format!("diff facts/s2s-chain --plan {TERRAFORM}"));
    assert_eq!((names.code, names.stdout.as_str()), (Some(2), ""));
    assert!(
        names.stderr.starts_with("error: `facts/s2s-chain` has names and no resource ids"),
        "{}",
        names.stderr
    );
    let state = "tests/fixtures/terraform/chain-state.json";
    assert_eq!(
        answer(&format!("diff {state} --plan {TERRAFORM}")),
        answer("diff facts/s2s-chain facts/s2s-chain-bgp")
    );
    assert_eq!(run(&format!("diff {state} {state} --plan {TERRAFORM}")).code, Some(2));
    assert_eq!(run(&format!("diff {state}")).code, Some(2));
}

#[test]
fn secrets_of_a_plan_are_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let plan = folder.path().join("plan.json");
    let text = fs::read_to_string("tests/fixtures/terraform/chain-to-bgp.json").unwrap();
    // The ASN that is no number stands beside the key.
    let text = text
        .replace("\"shared_key\":", "\"x\": 1, \"shared_key\":")
        .replace("\"asn\": 65001", "\"asn\": \"x\", \"shared_key\": \"open-sesame\"");
    fs::write(&plan, text).unwrap();
    let told = run(&format!("diff --plan {}", plan.display()));
    assert_eq!(told.code, Some(2));
    assert!(told.stderr.contains("`x` is not an autonomous system number"), "{}", told.stderr);
    assert!(!told.stderr.contains("sesame"), "{}", told.stderr);
    assert!(told.stderr.contains("***"), "{}", told.stderr);
}

#[test]
fn flags_in_the_wrong_order_are_warned_of() {
    let told = |plan: &str| {
        run(&format!("diff --plan tests/fixtures/terraform/flags-{plan}.json --class non-windows"))
    };
    let spoke = |change: &str| format!("hub,non-windows,status,spoke,10.1.0.0/16,{change},");
    let lost = spoke("reachable,unreachable,,no-client-route;no-way-back;no-way-there");
    let disappears = "hub,non-windows,disappears,,,,,,,".to_owned();
    for (plan, row, warning) in [
        ("create-both", spoke(",reachable,,transit-spoke"), None),
        ("hub-flag-off", lost.clone(), Some("transit-not-allowed")),
        ("gateway-deleted", disappears, Some("remote-gateway-missing")),
        ("spoke-gets-gateway", lost, Some("spoke-with-gateway")),
    ] {
        let told = told(plan);
        assert!(told.stdout.lines().any(|line| line == row), "{plan}: {}", told.stdout);
        let warned = told.stderr.lines().filter_map(|line| line.strip_prefix("warning[")?.split(']').next());
        assert_eq!(warned.collect::<Vec<_>>(), warning.into_iter().collect::<Vec<_>>(), "{plan}");
        assert_eq!(told.code, Some(0), "{plan}");
    }
}

#[test]
fn a_hub_that_is_made_by_modules_of_azapi_is_compared_as_any() {
    let rows = |plan: &str| {
        let answer = answer(&format!("diff --plan tests/fixtures/terraform/hub-module-{plan}.json"));
        let rows: Vec<String> =
            answer.lines().filter(|line| line.starts_with("vnet-hub,")).map(str::to_owned).collect();
        rows
    };
    for same in ["drift", "moved"] {
        assert_eq!(rows(same), [""; 0], "{same}");
    }
    for route in ["custom-route", "azapi1-string-body"] {
        assert_eq!(
            rows(route),
            [
                "vnet-hub,windows,download,,,,,,,",
                "vnet-hub,windows,route-gained,,10.200.0.0/16,,,,custom-route,",
                "vnet-hub,windows,status,lgw-dc,10.200.0.0/16,needs-route,reachable,needs-route,custom-route,",
            ],
            "{route}"
        );
    }
    let state = answer("reach tests/fixtures/terraform/hub-module-state.json --to lgw-dc");
    let site: Vec<&str> = state.lines().skip(1).collect();
    assert_eq!(
        site,
        [
            "vnet-hub,non-windows,lgw-dc,10.200.0.0/16,reachable,bgp",
            "vnet-hub,windows,lgw-dc,10.200.0.0/16,needs-route,no-client-route",
        ]
    );
}
