//! How the program ends, and on which stream it says what.

use std::process::Stdio;

use crate::support::folders::folder;
use crate::support::program::{answer, command, finish, run};

const BAD: &str = "tests/fixtures/diagnostics/bad-prefix";

#[test]
fn a_status_that_must_not_be_is_a_no() {
    assert_eq!(run("reach facts/s2s-chain --fail-on blackhole").code, Some(1));
    assert_eq!(run("reach facts/s2s-chain --fail-on needs-route,blackhole").code, Some(1));
    assert_eq!(run("reach facts/s2s-chain --fail-on needs-route").code, Some(0));
    // An address that no network holds is reached by nobody.
    assert_eq!(run("reach facts/s2s-chain --to 10.77.0.1 --fail-on unreachable").code, Some(1));
    assert_eq!(run("reach facts/s2s-chain --to 10.77.0.1 --fail-on blackhole").code, Some(0));
    assert_eq!(run("reach facts/s2s-chain --to 10.1.0.1 --fail-on unreachable").code, Some(0));
    // No Windows client holds a route to a network that does not answer.
    assert_eq!(run("reach facts/s2s-chain --fail-on blackhole --class windows").code, Some(0));
    // The answer is given all the same.
    let failed = run("reach facts/s2s-chain --fail-on blackhole").stdout;
    assert_eq!(failed, answer("reach facts/s2s-chain"));
}

#[test]
fn the_same_holds_in_a_table() {
    assert_eq!(run("reach facts/s2s-chain --fail-on blackhole --format table").code, Some(1));
    assert_eq!(run("reach facts/isolated-vnet --fail-on blackhole --format table").code, Some(0));
}

#[test]
fn invalid_input_gives_no_answer() {
    let run = run(&format!("reach {BAD} facts/isolated-vnet"));
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    let errors = run.stderr.matches("error[bad-prefix]").count();
    assert_eq!(errors, 3, "{}", run.stderr);
}

#[test]
fn the_findings_are_the_answer_of_check() {
    let invalid = run(&format!("check {BAD}"));
    assert_eq!((invalid.code, invalid.stderr.as_str()), (Some(2), ""));
    let expected = "\
code,severity,file,line,column,message,help
bad-prefix,error,tests/fixtures/diagnostics/bad-prefix/vnets.csv,2,17,\
`10.2.0.1/16` is not a canonical prefix,did you mean `10.2.0.0/16`?
";
    assert!(invalid.stdout.starts_with(expected), "{}", invalid.stdout);
    assert_eq!(run("check facts/isolated-vnet --format table").stdout, "nothing found\n");
    // No answer is hidden, and a check that fails says why.
    let quiet = run("check facts/s2s-chain --format csv --quiet --deny warnings");
    assert!(quiet.code == Some(1) && quiet.stdout.contains("\nno-route-back,warning,"), "{}", quiet.stdout);
}

#[test]
fn a_note_never_counts_and_quiet_hides_it() {
    let folder = folder(&[("vnets.csv", "name,address_space,colour\nHub,10.1.0.0/16,red\n")]);
    let reach = |options: &[&str]| {
        finish(command().arg("reach").arg(folder.path()).args(["--deny", "warnings"]).args(options))
    };
    let loud = reach(&[]);
    assert_eq!(loud.code, Some(0));
    assert!(loud.stderr.contains("note[unknown-column]"), "{}", loud.stderr);
    let hushed = reach(&["--quiet"]);
    assert_eq!((hushed.code, hushed.stderr.as_str()), (Some(0), ""));
}

#[test]
fn a_warning_counts_where_it_is_denied_seen_or_not() {
    let folder = folder(&[
        ("vnets.csv", "name,address_space\nEast,10.1.0.0/16\nWest,10.2.0.0/16\n"),
        ("gateways.csv", "vnet,client_pool,asn\nEast,192.168.0.0/24,65001\nWest,,65002\n"),
        ("s2s.csv", "from,to,bgp,status\nEast,West,true,NotConnected\n"),
    ]);
    let verb = |verb: &str, options: &str| {
        finish(command().arg(verb).arg(folder.path()).args(options.split_whitespace()))
    };
    let tolerated = verb("routes", "");
    assert_eq!(tolerated.code, Some(0));
    let hint = format!("1 warning: `tunnelog check {}`\n", folder.path().display());
    assert_eq!(tolerated.stderr, hint, "the answer comes first");
    let denied = verb("routes", "--deny warnings");
    assert_eq!((denied.code, &denied.stdout), (Some(1), &tolerated.stdout));
    assert!(denied.stderr.starts_with("warning[tunnel-down]: "), "a no says why: {}", denied.stderr);
    let unseen = verb("routes", "--deny warnings --quiet");
    assert_eq!((unseen.code, unseen.stderr.as_str()), (Some(1), ""));
    assert_eq!(verb("check", "").code, Some(0));
    assert_eq!(verb("check", "--deny warnings").code, Some(1));
    let path = folder.path().join("s2s.csv");
    let finding = format!("tunnel-down,warning,{},2,16,", path.display());
    let answer = verb("check", "").stdout;
    assert!(answer.lines().nth(1).is_some_and(|line| line.starts_with(&finding)), "{answer}");
    // The document carries what was found, whether or not it was shown.
    let document = verb("routes", "--format json --quiet").stdout;
    assert!(document.contains(r#""diagnostics":[{"code":"tunnel-down","severity":"warning","#), "{document}");
}

#[test]
fn quiet_does_not_hide_errors() {
    let run = run(&format!("routes {BAD} --quiet"));
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("error[bad-prefix]"), "{}", run.stderr);
}

#[test]
fn wrong_use_is_told_apart_from_a_no() {
    for arguments in [
        "",
        "reach",
        "reach facts/s2s-chain --fail-on sometimes",
        "reach facts/s2s-chain --class windows-openvpn",
        "reach facts/s2s-chain --to 10.2.0.1/16",
        "reach facts/s2s-chain --by client",
        "reach facts/no-such-folder",
        "routes facts/s2s-chain --fail-on blackhole",
    ] {
        let run = run(arguments);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{arguments}");
        assert!(run.stderr.contains("error") || run.stderr.contains("Usage"), "{}", run.stderr);
    }
}

#[test]
fn help_is_an_answer_and_shows_examples() {
    let help = answer("--help");
    let (_, commands) = help.split_once("Commands:\n").unwrap();
    let commands = commands.lines().take_while(|line| !line.is_empty());
    // Further lines of a description are indented by more.
    let verbs = commands.filter_map(|line| line.strip_prefix("  ").filter(|rest| !rest.starts_with(' ')));
    let verbs: Vec<&str> = verbs.filter_map(|line| line.split_whitespace().next()).collect();
    assert!(verbs.len() > 15, "{help}");
    for verb in verbs.into_iter().filter(|verb| *verb != "help") {
        for help in ["-h", "--help"] {
            let text = answer(&format!("{verb} {help}"));
            let (_, examples) = text.split_once("\nExample").unwrap_or_else(|| panic!("{text}"));
            assert!(examples.contains(&format!("tunnelog {verb}")), "{text}");
        }
    }
    assert!(answer("--help").contains("Exit codes:"));
}

#[test]
fn a_slip_in_a_name_is_answered_by_the_name() {
    let gateway = run("reach facts/two-gateways --gateway VNet1 --gateway vnet22");
    assert_eq!((gateway.code, gateway.stdout.as_str()), (Some(2), ""));
    let expected = "error: no VNet `vnet22` with a Point-to-Site gateway\n\nhelp: did you mean `VNet2`?\n";
    assert_eq!(gateway.stderr, expected);
    // VNet3 exists, but no client connects to it.
    let spoke = run("routes facts/two-gateways --gateway VNet3");
    assert_eq!(spoke.code, Some(2));
    assert!(spoke.stderr.starts_with("error: no VNet `VNet3` with a Point-to-Site gateway\n"));
    let network = run("reach facts/branch-office --to Sit1 --quiet");
    assert_eq!(network.code, Some(2));
    assert_eq!(network.stderr, "error: no network is called `Sit1`\n\nhelp: did you mean `Site1`?\n");
}

#[test]
fn a_closed_pipe_ends_quietly() {
    for format in ["csv", "json", "ndjson", "markdown", "table"] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = command();
        command.args(["reach", "facts/s2s-chain", "--fail-on", "blackhole", "--quiet", "--format", format]);
        let child = command.stdout(writer).stderr(Stdio::piped()).spawn().unwrap();
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), said.as_str()), (Some(0), ""), "{format}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let mut command = command();
    let child = command.args(["routes", "facts/isolated-vnet"]).stdout(full).stderr(Stdio::piped()).spawn();
    let output = child.unwrap().wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said, "error: the answer cannot be written: no space left on device\n");
}

/// An export that holds networks and gives no row was not understood, or has no clients; either way nobody is answered.
#[test]
fn an_export_without_an_answer_is_no_answer() {
    for verb in ["reach", "routes"] {
        for options in ["", " --format table", " --format json", " --quiet"] {
            let run = run(&format!("{verb} tests/fixtures/virtual-wan/graph.json{options}"));
            assert_eq!(run.code, Some(2), "{verb}{options}");
            let message = "nothing comes of the export: no gateway that was read from it has an address pool";
            assert!(run.stderr.contains(message), "{}", run.stderr);
        }
    }
    let table = run("reach tests/fixtures/virtual-wan/graph.json --format table").stdout;
    assert_eq!(
        table,
        "No gateway of the inventory has an address pool, so there is no Point-to-Site client in it.\n"
    );
    // A folder of CSV says what it means.
    let folder = folder(&[("vnets.csv", "name,address_space\nHub,10.1.0.0/16\n")]);
    assert_eq!(finish(command().arg("reach").arg(folder.path())).code, Some(0));
    // Other verbs have something to say.
    assert_eq!(run("check tests/fixtures/virtual-wan/graph.json").code, Some(0));
    // Whose clients reach nothing that is asked for has an answer.
    assert_eq!(run("reach tests/fixtures/pulumi/stack.json --to 10.77.0.1").code, Some(0));
    assert_eq!(run("reach tests/fixtures/pulumi/stack.json").code, Some(0));
}
