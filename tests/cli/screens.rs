//! Answers for people: words, colour, and nothing that a terminal would act on.

use crate::support::folders::folder;
use crate::support::program::{answer, command, finish};

#[test]
fn a_table_says_what_the_article_says() {
    let text = answer("reach facts/s2s-chain-bgp --format table --class windows");
    let expected = "\
Windows clients of VNet1

  ✓ reachable    VNet1  10.1.0.0/16  own VNet
  + needs-route  VNet2  10.2.0.0/16  no route on the client
  + needs-route  VNet3  10.3.0.0/16  no route on the client

  Reachable: 1 of 3. After adding a client route: 2 more (VNet2 and VNet3).
  Download the profile again after a change to peerings or topology: until then Windows clients keep
    the routes of the last download.

  Model: article. Windows clients of VNet1 over OpenVPN (Azure VPN Client) also reach VNet2 and
    VNet3 by field reports. `--model observed` follows these.
";
    assert_eq!(text, expected);
}

#[test]
fn a_table_of_routes_is_ordered_by_number() {
    let folder = folder(&[
        ("vnets.csv", "name,address_space\nHub,10.10.0.0/16 10.9.0.0/16\n"),
        ("gateways.csv", "vnet,client_pool\nHub,192.168.0.0/24\n"),
    ]);
    let mut command = command();
    let run =
        finish(command.arg("routes").arg(folder.path()).args(["--format=table", "--class=non-windows"]));
    let expected = "\
Non-Windows clients of Hub

  10.9.0.0/16     own VNet
  10.10.0.0/16    own VNet
  192.168.0.0/24  address pool

  Model: article.
";
    assert_eq!(run.stdout, expected);
}

#[test]
fn an_empty_table_says_why() {
    let folder = folder(&[("vnets.csv", "name,address_space\nHub,10.1.0.0/16\n")]);
    let run = finish(command().arg("reach").arg(folder.path()).arg("--format=table"));
    assert_eq!(
        run.stdout,
        "No gateway of the inventory has an address pool, so there is no Point-to-Site client in it.\n"
    );
    let nothing = answer("reach facts/isolated-vnet --format table --to 172.16.0.1");
    assert_eq!(nothing, "No match: no network or route here is what was asked for.\n");
}

#[test]
fn the_paths_of_several_inventories_head_their_pages() {
    let text = answer("reach facts/s2s-chain facts/isolated-vnet --format table --class windows");
    let heads: Vec<&str> = text.lines().filter(|line| line.starts_with("facts/")).collect();
    assert_eq!(heads, ["facts/isolated-vnet", "facts/s2s-chain"]);
}

#[test]
fn colour_only_where_it_is_wanted() {
    let table = |options: &[&str], variables: &[(&str, &str)]| {
        let mut command = command();
        command.args(["reach", "facts/s2s-chain", "--format", "table"]).args(options);
        finish(command.envs(variables.iter().copied())).stdout
    };
    assert!(!table(&[], &[]).contains('\u{1b}'), "a pipe is not a terminal");
    let coloured = table(&["--color", "always"], &[]);
    assert!(coloured.contains("\u{1b}[31m  ! blackhole    VNet2  10.2.0.0/16  no return path\u{1b}[0m\n"));
    assert!(coloured.contains("\u{1b}[31m!\u{1b}[0m            \u{1b}[2m·\u{1b}[0m\n"), "{coloured}");
    assert!(!table(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]).contains('\u{1b}'));
    assert!(table(&[], &[("CLICOLOR_FORCE", "1")]).contains('\u{1b}'));
    assert!(!table(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]).contains('\u{1b}'));
}

#[test]
fn names_cannot_speak_to_the_terminal() {
    let name = "Hub\u{1b}]0;gone\u{7}\u{202e}";
    let folder = folder(&[
        ("vnets.csv", &format!("name,address_space\n{name},10.1.0.0/16\nSpoke,10.2.0.0/16\n")),
        ("gateways.csv", &format!("vnet,client_pool\n{name},192.168.0.0/24\n")),
        (
            "peerings.csv",
            &format!(
                "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways\n\
                 {name},Spoke,1,0\nSpoke,{name},0,1\n"
            ),
        ),
    ]);
    let run = finish(command().arg("reach").arg(folder.path()).arg("--format=table"));
    assert!(run.stdout.contains("Windows clients of Hub\u{fffd}]0;gone\u{fffd}\u{fffd}\n"), "{}", run.stdout);
    for letter in ['\u{1b}', '\u{7}', '\u{202e}'] {
        assert!(!run.stdout.contains(letter), "{letter:?}");
    }
    let wrong = finish(command().args(["reach", "facts/isolated-vnet", "--to", "\u{1b}[2J"]));
    assert!(!wrong.stderr.contains('\u{1b}'), "{}", wrong.stderr);
}
