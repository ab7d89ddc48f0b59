//! Files that the program writes.

use std::fs;

use crate::support::folders::folder;
use crate::support::program::{answer, command, finish, run};

fn names(folder: &tempfile::TempDir) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort_unstable();
    names
}

#[test]
fn a_file_is_replaced_once_the_answer_is_complete() {
    let folder = folder(&[("answer.csv", "what was there\n")]);
    let path = folder.path().join("answer.csv");
    let invalid = "tests/fixtures/diagnostics/bad-prefix";
    let run = finish(command().args(["routes", invalid, "-o"]).arg(&path));
    assert_eq!(run.code, Some(2));
    assert_eq!(fs::read_to_string(&path).unwrap(), "what was there\n");
    let run = finish(command().args(["routes", "facts/isolated-vnet", "-o"]).arg(&path));
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (Some(0), "", ""));
    assert_eq!(fs::read_to_string(&path).unwrap(), answer("routes facts/isolated-vnet"));
    assert_eq!(names(&folder), ["answer.csv"]);
}

#[cfg(unix)]
#[test]
fn a_new_file_is_readable_as_any_other_and_a_link_stays() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let folder = folder(&[("plain", ""), ("target", "")]);
    symlink(folder.path().join("target"), folder.path().join("link")).unwrap();
    for name in ["answer.csv", "link"] {
        let mut command = command();
        let path = folder.path().join(name);
        assert_eq!(finish(command.args(["routes", "facts/isolated-vnet", "-o"]).arg(path)).code, Some(0));
    }
    let mode = |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
    assert_eq!(mode("answer.csv"), mode("plain"));
    assert!(fs::symlink_metadata(folder.path().join("link")).unwrap().is_symlink());
    let written = fs::read_to_string(folder.path().join("target")).unwrap();
    assert_eq!(written, answer("routes facts/isolated-vnet"));
}

#[test]
fn a_folder_cannot_be_written_as_a_file() {
    let folder = folder(&[]);
    let run = finish(command().args(["routes", "facts/isolated-vnet", "-o"]).arg(folder.path()));
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    assert!(run.stderr.contains("cannot be written: is a directory"), "{}", run.stderr);
}

#[test]
fn relations_are_written_one_a_file() {
    let folder = folder(&[]);
    let target = folder.path().join("new/relations");
    let run = finish(command().args(["facts", "facts/branch-office-bgp", "-o"]).arg(&target));
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (Some(0), "", ""));
    let read = |name: &str| fs::read_to_string(target.join(name)).unwrap();
    assert_eq!(read("address.facts"), "Site1\t10.101.0.0/16\nVNet1\t10.1.0.0/16\n");
    assert_eq!(read("bgp.facts"), "Site1\tVNet1\nVNet1\tSite1\n");
    assert_eq!(read("peered.facts"), "");
    assert_eq!(read("accessible.tsv"), "VNet1\tSite1\t10.101.0.0/16\nVNet1\tVNet1\t10.1.0.0/16\n");
    let list = read("relations.csv");
    assert!(list.starts_with("relation,kind,columns\n"), "{list}");
    assert!(list.contains("\nbgp,fact,router;neighbour\n"), "{list}");
    assert!(list.contains("\naccessible,derived,gateway;network;part\n"), "{list}");
}

#[test]
fn an_export_becomes_an_inventory_with_the_same_answer() {
    let export = r#"[
      {"type": "microsoft.network/virtualnetworks", "name": "Hub",
       "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/Hub",
       "properties": {"addressSpace": {"addressPrefixes": ["10.1.0.0/16"]}}},
      {"type": "microsoft.network/virtualnetworkgateways", "name": "hub-gateway",
       "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworkGateways/hub-gateway",
       "properties": {
         "gatewayType": "Vpn", "vpnType": "RouteBased", "enableBgp": false,
         "sku": {"name": "VpnGw1", "tier": "VpnGw1"},
         "ipConfigurations": [{"properties": {"subnet": {"id":
           "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/Hub/subnets/GatewaySubnet"}}}],
         "vpnClientConfiguration": {
           "vpnClientAddressPool": {"addressPrefixes": ["192.168.0.0/24"]},
           "vpnClientProtocols": ["OpenVPN"]}}}
    ]"#;
    let folder = folder(&[("export.json", export)]);
    let (source, target) = (folder.path().join("export.json"), folder.path().join("inventory"));
    let run = finish(command().arg("import").arg(&source).arg("-o").arg(&target));
    let said = format!("wrote `{}`: 1 VNet and 1 gateway\n", target.display());
    assert_eq!((run.code, run.stdout, run.stderr), (Some(0), String::new(), said));
    let expected = "\
gateway,class,prefix,reason
Hub,non-windows,10.1.0.0/16,own-vnet
Hub,non-windows,192.168.0.0/24,client-pool
Hub,windows,10.1.0.0/16,own-vnet
Hub,windows,192.168.0.0/24,client-pool
";
    for path in [&source, &target] {
        assert_eq!(finish(command().arg("routes").arg(path)).stdout, expected);
    }
}

#[test]
fn completions_and_manual_come_from_the_same_definitions() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        assert!(answer(&format!("completions {shell}")).contains("fail-on"), "{shell}");
    }
    assert!(answer("man").contains(".TH tunnelog 1"));
    let folder = folder(&[]);
    let target = folder.path().join("man1");
    assert_eq!(finish(command().arg("man").arg("-o").arg(&target)).code, Some(0));
    let page = fs::read_to_string(target.join("tunnelog-reach.1")).unwrap();
    assert!(page.contains("fail\\-on"), "{page}");
    assert_eq!(run("completions tcsh").code, Some(2));
}

#[test]
fn a_generated_inventory_is_the_same_for_the_same_seed_and_can_be_read() {
    let folders = [folder(&[]), folder(&[]), folder(&[])];
    for (folder, seed) in folders.iter().zip(["3", "3", "4"]) {
        let plan = ["generate", "--shape", "chain", "--vnets", "60", "--faults", "0.2", "--seed", seed, "-o"];
        let run = finish(command().args(plan).arg(folder.path()));
        assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""));
        assert!(run.stderr.ends_with(": 60 VNets, 60 gateways and 59 connections\n"), "{}", run.stderr);
    }
    let files = ["gateways.csv", "peerings.csv", "s2s.csv", "sites.csv", "vnets.csv"];
    let texts = |folder: &tempfile::TempDir| files.map(|name| fs::read(folder.path().join(name)).unwrap());
    assert_eq!(names(&folders[0]), files);
    assert!(texts(&folders[0]) == texts(&folders[1]));
    assert!(texts(&folders[0]) != texts(&folders[2]));
    let run = finish(command().args(["reach", "--quiet", "--format", "csv"]).arg(folders[0].path()));
    assert_eq!(run.code, Some(0));
    // Of every 50 gateways the first serves P2S, and each of its two classes has a row a VNet at least.
    assert!(run.stdout.lines().count() > 2 * 2 * 60, "{}", run.stdout);
}

#[test]
fn a_plan_that_cannot_be_made_is_wrong_use() {
    for plan in ["--shape ball --vnets 9", "--shape hubs --vnets 0", "--shape hubs --vnets 9 --faults 1.5"] {
        let run = run(&format!("generate {plan} -o {}", env!("CARGO_TARGET_TMPDIR")));
        assert_eq!(run.code, Some(2), "{plan}");
    }
}

#[test]
fn an_inventory_is_not_imported_again() {
    let folder = folder(&[]);
    let run = finish(command().args(["import", "facts/isolated-vnet", "-o"]).arg(folder.path()));
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    assert_eq!(
        run.stderr,
        "error: `facts/isolated-vnet` is an inventory already, and no export\n\nhelp: every other verb reads it as it is\n"
    );
    assert_eq!(names(&folder), [""; 0]);
}

/// What somebody wrote by hand goes only where that is asked for, and then as a whole.
#[test]
fn an_inventory_is_replaced_only_where_that_is_asked_for() {
    let folder = folder(&[
        ("Vnets.csv", "name,address_space\nOld,10.9.0.0/16\n"),
        ("clients.csv", "name,gateway,os\nann,Old,linux\n"),
        ("notes.txt", "mine"),
    ]);
    let export = folder.path().join("export.json");
    let vnet = r#"[{"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/Hub",
        "properties": {"addressSpace": {"addressPrefixes": ["10.1.0.0/16"]}}}]"#;
    fs::write(&export, vnet).unwrap();
    let import = |options: &[&str]| {
        finish(command().arg("import").arg(&export).args(options).arg("-o").arg(folder.path()))
    };
    let generate = |options: &[&str]| {
        let plan = ["generate", "--shape", "chain", "--vnets", "3"];
        finish(command().args(plan).args(options).arg("-o").arg(folder.path()))
    };
    let before = names(&folder);
    for run in [import(&[]), generate(&[])] {
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
        let said =
            format!("`{}` holds files of an inventory already, such as `Vnets.csv`", folder.path().display());
        assert!(run.stderr.contains(&said) && run.stderr.contains("--replace"), "{}", run.stderr);
        assert_eq!(names(&folder), before);
    }
    let written =
        ["export.json", "gateways.csv", "notes.txt", "peerings.csv", "s2s.csv", "sites.csv", "vnets.csv"];
    for run in [import(&["--replace"]), generate(&["--replace"])] {
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        assert_eq!(names(&folder), written);
    }
    assert!(!fs::read_to_string(folder.path().join("vnets.csv")).unwrap().contains("Old"));
    // One of the files is enough to be in the way.
    let other = crate::support::folders::folder(&[("clients.csv", "name,gateway,os\n")]);
    let run = finish(command().arg("import").arg(&export).arg("-o").arg(other.path()));
    assert_eq!((run.code, names(&other)), (Some(2), vec!["clients.csv".to_owned()]));
}

/// The script with a stand-in for `az` that answers with the pages in a folder, and tells how it was called.
#[cfg(unix)]
#[test]
fn the_export_script_fetches_every_page_and_leaves_no_old_one() {
    use std::os::unix::fs::PermissionsExt;
    use std::process::Command;

    let work = folder(&[]);
    let at = |name: &str| work.path().join(name);
    let az = "#!/bin/sh\necho \"$*\" | tr '\\n' ' ' >> \"$CALLS\"; echo >> \"$CALLS\"\n\
        [ \"$1\" = extension ] && exit \"${WITHOUT_EXTENSION:-0}\"\n\
        page=1\ncase $* in *--skip-token*) page=2 ;; esac\n[ \"$page\" = \"${FAILS:-0}\" ] && exit 3\n\
        if [ \"$page\" -lt \"$PAGES\" ]; then echo '  \"skip_token\": \"more\"'; else echo '  \"skip_token\": null'; fi\n";
    fs::create_dir(at("bin")).unwrap();
    fs::write(at("bin/az"), az).unwrap();
    fs::set_permissions(at("bin/az"), fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(at("export.sh"), answer("export-query --script")).unwrap();
    let script = |arguments: &[&str], settings: &[(&str, &str)], path: &str| {
        fs::write(at("calls"), "").unwrap();
        let mut shell = Command::new("/bin/sh");
        shell
            .current_dir(work.path())
            .env("PATH", path)
            .env("CALLS", at("calls"))
            .envs(settings.iter().copied());
        shell.arg("export.sh").args(arguments).output().unwrap()
    };
    let path = format!("{}:/usr/bin:/bin", at("bin").display());
    let pages = |name: &str| {
        let mut found: Vec<String> = fs::read_dir(at(name))
            .map(|entries| entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect())
            .unwrap_or_default();
        found.sort_unstable();
        found
    };
    let calls = || fs::read_to_string(at("calls")).unwrap();
    assert!(script(&["out"], &[("PAGES", "2")], &path).status.success());
    assert_eq!(pages("out"), ["page-1.json", "page-2.json"]);
    assert!(calls().contains("--skip-token more"), "{}", calls());
    // A run that fails leaves what was there, and a shorter one leaves no page of it.
    assert!(!script(&["out"], &[("PAGES", "2"), ("FAILS", "2")], &path).status.success());
    assert_eq!(pages("out"), ["page-1.json", "page-2.json"]);
    fs::write(at("out/mine.json"), "[]").unwrap();
    assert!(script(&["out"], &[("PAGES", "1")], &path).status.success());
    assert_eq!(pages("out"), ["mine.json", "page-1.json"]);
    // The scope is handed on as it is, on every page.
    let scope = ["--subscriptions", "one", "two", "--management-groups", "all of them"];
    assert!(script(&[&["out"][..], &scope[..]].concat(), &[("PAGES", "2")], &path).status.success());
    assert_eq!(
        calls().matches("--subscriptions one two --management-groups all of them").count(),
        2,
        "{}",
        calls()
    );
    assert!(script(&scope, &[("PAGES", "1")], &path).status.success());
    assert_eq!(pages("export"), ["page-1.json"]);
    // What is needed is asked for before anything is done.
    let without = script(&["new"], &[("PAGES", "1"), ("WITHOUT_EXTENSION", "1")], &path);
    let told = String::from_utf8(without.stderr).unwrap();
    assert!(!without.status.success() && told.contains("az extension add --name resource-graph"), "{told}");
    fs::remove_file(at("bin/az")).unwrap();
    let without = script(&["new"], &[], &at("bin").display().to_string());
    let told = String::from_utf8(without.stderr).unwrap();
    assert!(!without.status.success() && told.contains("`az`"), "{told}");
    for wrong in [&["a", "b"][..], &["--colour"]] {
        assert_eq!(script(wrong, &[("PAGES", "1")], &path).status.code(), Some(2), "{wrong:?}");
    }
    assert!(pages("new").is_empty());
}
