//! What is right of cases from the field: networks, machines, exports and plans that people have asked about.
//!
//! Each test is a case. tests/fixtures/field/README.md says what the files are.

use crate::support::program::{Run, answer, run};

/// The rows of `arguments`, without the header.
fn rows(arguments: &str) -> Vec<String> {
    answer(arguments).lines().skip(1).map(str::to_owned).collect()
}

/// The deviations of a machine of `tests/fixtures/machines`, as kind, prefix and cause.
fn deviations(folder: &str, gateway: &str, class: &str, file: &str) -> Vec<String> {
    let place = format!("tests/fixtures/machines/{folder}");
    let run = run(&format!(
        "verify {place}/inventory --gateway {gateway} --class {class} {place}/files/{file} --quiet"
    ));
    let rows = run.stdout.lines().skip(1).map(|row| row.split(',').take(3).collect::<Vec<_>>().join(" "));
    let rows: Vec<String> = rows.collect();
    assert_eq!(run.code, Some(i32::from(!rows.is_empty())), "{}", run.stderr);
    rows
}

/// What a plan does to clients, and what is said of it.
fn plan(path: &str) -> Run {
    let run = run(&format!("diff --plan tests/fixtures/{path}"));
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    run
}

/// The differences that are not facts.
fn told(run: &Run) -> Vec<&str> {
    run.stdout.lines().skip(1).filter(|row| !row.starts_with(",,fact-")).collect()
}

#[test]
fn a_machine_with_wider_routes_of_an_old_package() {
    assert_eq!(
        deviations("older-package", "Hub", "windows", "route-print.txt"),
        [
            "missing 10.2.0.0/24 old-package",
            "surplus 10.0.0.0/16 old-package",
            "surplus 10.1.0.0/16 old-package",
        ]
    );
    // Nobody is told to remove what carries the expected traffic.
    let text = run("verify tests/fixtures/machines/wider-by-a-bit/inventory --gateway Hub --class windows \
                    tests/fixtures/machines/wider-by-a-bit/files/wider.txt --format table");
    assert!(!text.stdout.contains("nothing answers"), "{}", text.stdout);
    assert!(!text.stdout.to_lowercase().contains("remove"), "{}", text.stdout);
}

#[test]
fn a_prediction_that_deletes_peerings_falsely() {
    for name in
        ["property-delete", "lowercase-path", "no-delta", "array-children", "spoke", "peering-readonly"]
    {
        let run = plan(&format!("what-if/noise-{name}.json"));
        assert_eq!(run.stdout.lines().count(), 1, "{name}: {}", run.stdout);
        assert!(!run.stderr.contains("warning"), "{name}: {}", run.stderr);
    }
    assert!(plan("what-if/noise-property-delete.json").stderr.contains("they stay"));
}

#[test]
fn a_peering_of_single_subnets() {
    let rows = rows("reach tests/fixtures/exports/peerings/subnets --class windows");
    let is = |row: &str| rows.iter().any(|known| known == row);
    assert!(is("vnet-hub,windows,vnet-spoke,10.1.0.0/24,reachable,transit-spoke"), "{rows:?}");
    assert!(
        is("vnet-hub,windows,vnet-spoke,10.1.1.0/24,unreachable,no-client-route;no-way-there"),
        "{rows:?}"
    );
    let routes = answer("routes tests/fixtures/exports/peerings/subnets");
    assert!(!routes.contains("10.1.0.0/16") && !routes.contains("10.1.1.0/24"), "{routes}");
}

#[test]
fn a_gateway_that_every_plan_of_a_module_changes() {
    assert_eq!(plan("terraform/hub-module-drift.json").stdout.lines().count(), 1);
    assert_eq!(plan("terraform/hub-module-moved.json").stdout.lines().count(), 1);
    let custom = plan("terraform/hub-module-custom-route.json");
    assert!(told(&custom).iter().all(|row| row.starts_with("vnet-hub,windows,")), "{}", custom.stdout);
    assert!(custom.stdout.contains("needs-route,reachable"), "{}", custom.stdout);
}

#[test]
fn addresses_from_a_pool_of_ipam() {
    for state in ["pool-azapi-state.json", "pool-azurerm-state.json"] {
        let rows = rows(&format!("reach tests/fixtures/terraform/{state} --class windows"));
        assert_eq!(rows[1], "vnet-hub,windows,vnet-spoke,10.64.3.0/24,reachable,transit-spoke", "{state}");
    }
    for new in ["pool-azapi-new-spoke.json", "pool-azurerm-new-spoke.json"] {
        assert!(plan(&format!("terraform/{new}")).stderr.contains("warning[unknown-value]"), "{new}");
    }
    let rows = rows("reach tests/fixtures/terraform/hub-by-data-source.json --class windows");
    assert_eq!(rows[1], "vnet-hub,windows,vnet-spoke,10.1.0.0/16,reachable,transit-spoke");
}

#[test]
fn a_state_of_pulumi() {
    let rows = rows("reach tests/fixtures/pulumi/stack.json --class windows");
    assert_eq!(
        rows,
        [
            "hub,windows,hub,10.0.0.0/16,reachable,own-vnet",
            "hub,windows,spoke,10.1.0.0/16,reachable,transit-spoke"
        ]
    );
}

#[test]
fn a_class_based_route_that_is_the_only_cover() {
    let found = deviations("class-route", "VNet1", "windows", "route-print-only-class-route.txt");
    // Both are told: what is wrong with the machine, and what would be missing without it.
    assert!(found.iter().any(|row| row.starts_with("missing ")), "{found:?}");
    assert!(found.contains(&"surplus 10.0.0.0/8 class-route".to_owned()), "{found:?}");
}

#[test]
fn scoped_and_cloned_routes_of_macos() {
    for file in ["clean", "scoped-v4-default", "scoped-v6-default", "cloned-hosts"] {
        let found = deviations("clients", "Hub", "non-windows", &format!("netstat-{file}.txt"));
        assert_eq!(found, [""; 0], "{file}");
    }
    assert_eq!(
        deviations("clients", "Hub", "non-windows", "netstat-full-tunnel.txt"),
        ["surplus 0.0.0.0/0 default-route"]
    );
}

#[test]
fn routes_as_linux_and_windows_print_them() {
    for file in ["network-manager.txt", "strongswan.txt", "ip-route-all.txt", "push-reply.txt"] {
        assert_eq!(deviations("clients", "Hub", "non-windows", file), [""; 0], "{file}");
    }
    // These hold a part of what is expected, and are read.
    let some = ["route-n.txt", "nmcli.txt"].map(|file| ("non-windows", file));
    let others = ["package-routes.txt", "get-netroute.txt", "get-netroute.json", "netsh.txt"]
        .map(|file| ("windows", file));
    for (class, file) in some.into_iter().chain(others) {
        let found = deviations("clients", "Hub", class, file);
        assert!(
            found.contains(&"missing 172.20.0.0/14 old-package".to_owned())
                || found.contains(&"missing 172.20.0.0/14 not-delivered".to_owned()),
            "{file}: {found:?}"
        );
        assert!(!found.iter().any(|row| row.starts_with("missing 10.0.0.0/16")), "{file}: {found:?}");
    }
}

#[test]
fn profiles_of_always_on_and_of_the_azure_vpn_client() {
    let found = deviations("clients", "Hub", "windows", "always-on.xml");
    assert!(found.contains(&"missing 172.20.0.0/14 needs-route".to_owned()), "{found:?}");
    let found = deviations("clients", "Hub", "windows", "azurevpnconfig.xml");
    assert_eq!(found[0], "missing 10.0.9.0/24 excluded-route");
}

#[test]
fn a_default_route_to_a_site_as_two_halves() {
    for name in ["halves", "halves-forced", "rfc1918"] {
        let run = run(&format!("reach tests/fixtures/field/{name}"));
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        assert!(!run.stderr.contains("overlap"), "{name}: {}", run.stderr);
        assert!(!run.stdout.contains(",172.16.50.0/24,"), "{name}: {}", run.stdout);
        // What lacks on the way there lacks for the pool alone, and the pool is no row.
        assert!(!run.stdout.contains("no-way-there"), "{name}: {}", run.stdout);
    }
    let run = run("check facts/lab-forced-tunnelling --deny warnings");
    assert!(!run.stdout.contains("overlap"), "{}", run.stdout);
}

#[test]
fn learned_routes_as_powershell_gives_them() {
    let of = |file: &str| {
        run(&format!(
            "verify facts/s2s-chain-bgp --gateway VNet1 tests/fixtures/machines/learned/files/{file} --quiet"
        ))
    };
    let json = of("learned-convertto-json.json");
    assert_eq!(json.code, Some(1), "{}", json.stderr);
    for file in ["learned-export-csv.csv", "learned-export-csv-ps5.csv"] {
        let kinds = |run: &Run| -> Vec<String> {
            run.stdout.lines().map(|row| row.split(',').take(5).collect::<Vec<_>>().join(",")).collect()
        };
        assert_eq!(kinds(&of(file)), kinds(&json), "{file}");
    }
    for file in ["learned-o-table.txt", "learned-o-tsv.txt", "learned-o-yaml.yaml", "learned-format-list.txt"]
    {
        let refused = of(file);
        assert_eq!(refused.code, Some(2), "{file}");
        assert!(refused.stderr.contains("json"), "{file}: {}", refused.stderr);
    }
}

#[test]
fn flags_of_a_peering_in_the_wrong_order() {
    let of = |name: &str| plan(&format!("terraform/flags-{name}.json"));
    assert!(of("create-both").stdout.contains("hub,windows,route-gained,,10.1.0.0/16"));
    assert!(of("hub-flag-off").stderr.contains("warning[transit-not-allowed]"));
    assert!(of("gateway-deleted").stderr.contains("warning[remote-gateway-missing]"));
    assert!(of("spoke-gets-gateway").stderr.contains("warning[spoke-with-gateway]"));
}

#[test]
fn a_custom_route_in_the_place_of_a_manual_one() {
    let site = |name: &str| {
        let rows = rows(&format!("reach tests/fixtures/field/{name} --class windows --to Site1"));
        rows[0].clone()
    };
    assert_eq!(site("branch"), "VNet1,windows,Site1,10.101.0.0/16,needs-route,no-client-route");
    assert_eq!(site("branch-custom"), "VNet1,windows,Site1,10.101.0.0/16,reachable,custom-route");
    let plans = answer("fix tests/fixtures/field/branch --from VNet1 --to Site1 --class windows");
    assert!(plans.contains("\"+ custom_route(VNet1, 10.101.0.0/16)\""), "{plans}");
}

#[test]
fn a_custom_route_to_the_internet() {
    let explained = run("explain tests/fixtures/field/storage --from VNet1 --to 20.60.10.4 --quiet");
    assert!(explained.stdout.contains("20.60.10.4/32"), "{explained:?}");
    let reached = run("reach tests/fixtures/field/storage --to 20.60.10.4");
    assert!(format!("{}{}", reached.stdout, reached.stderr).contains("20.60.10.4/32"), "{reached:?}");
}

#[test]
fn plans_as_they_are_pasted() {
    let refused = |name: &str| {
        let run = run(&format!("diff --plan tests/fixtures/field/{name}"));
        assert_eq!(run.code, Some(2), "{name}");
        run.stderr
    };
    assert!(refused("terraform-plan.txt").contains("terraform show -json plan.out"));
    assert!(refused("what-if.txt").contains("--no-pretty-print"));
    let words = plan("what-if/powershell-words.json");
    assert_eq!(plan("what-if/powershell-numbers.json").stdout, words.stdout);
    assert!(words.stdout.lines().count() > 1);
}

#[test]
fn clients_of_virtual_wan() {
    let run = run("reach tests/fixtures/virtual-wan/graph.json --format table");
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("`p2svpngateways` are left out"), "{}", run.stderr);
    assert!(!run.stdout.contains("No gateway has an address pool"), "{}", run.stdout);
}

#[test]
fn what_a_deployment_stack_would_do() {
    assert!(plan("what-if/stack-modify.json").stdout.contains("custom_route(hub, 203.0.113.0/24)"));
    assert!(plan("what-if/stack-delete-peering.json").stdout.contains("route-lost"));
    assert_eq!(plan("what-if/stack-detach-peering.json").stdout.lines().count(), 1);
    let refused = run("reach tests/fixtures/what-if/stack-modify.json");
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.contains("deployment stack"), "{}", refused.stderr);
}

#[test]
fn a_client_pool_inside_its_vnet() {
    let run = run("check tests/fixtures/field/pool-inside");
    assert!(run.stdout.contains("pool-overlap"), "{}", run.stdout);
}

#[test]
fn columns_that_people_call_otherwise() {
    let place = "tests/fixtures/projections";
    let folder = tempfile::tempdir().unwrap();
    for file in ["gateways.csv", "short-alias.csv"] {
        std::fs::copy(format!("{}/{place}/{file}", env!("CARGO_MANIFEST_DIR")), folder.path().join(file))
            .unwrap();
    }
    let run = run(&format!("reach {}", folder.path().display()));
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stdout.contains("10.1.0.0/16,reachable,transit-spoke"), "{}", run.stdout);
}

#[test]
fn a_home_network_of_the_same_addresses() {
    assert_eq!(
        deviations("home-network", "Hub", "windows", "route-print.txt"),
        ["missing 10.0.128.0/17 other-interface", "missing 192.168.1.0/24 other-interface"]
    );
}

#[test]
fn pools_of_user_groups() {
    for path in ["arm", "azurerm-state.json", "azapi-state.json"] {
        let rows = rows(&format!("routes tests/fixtures/field/group-pools/{path} --class windows"));
        let pools = rows.iter().filter(|row| row.ends_with(",client-pool")).count();
        assert_eq!(pools, 3, "{path}: {rows:?}");
    }
}

#[test]
fn a_gateway_that_a_plan_replaces() {
    for name in ["replaced-gateway.json", "replaced-gateway-custom-route.json"] {
        let run = plan(&format!("terraform/{name}"));
        for class in ["windows", "non-windows"] {
            let row = format!("vpn,{class},download");
            assert!(run.stdout.contains(&row), "{name} {class}: {}{}", run.stdout, run.stderr);
        }
    }
}
