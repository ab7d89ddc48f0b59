//! Files as people write them by hand: short rows, comments, masks, addresses without a length.

use std::fs;

use tunnelog::diagnostic::Report;
use tunnelog::inventory::write::write_folder;
use tunnelog::inventory::{Inventory, read_folder};

use crate::support::folders::folder;

fn read(files: &[(&str, &str)]) -> (Option<Inventory>, Vec<(String, Option<String>)>) {
    let folder = folder(files);
    let mut report = Report::default();
    let inventory = read_folder(folder.path(), &mut report);
    let found = report.diagnostics.into_iter().map(|finding| (finding.message, finding.help)).collect();
    (inventory, found)
}

fn vnets(inventory: &Inventory) -> Vec<String> {
    let shown = |vnet: &tunnelog::inventory::Vnet| {
        let space: Vec<String> = vnet.address_space.iter().map(ToString::to_string).collect();
        format!("{} {}", inventory.names.text(vnet.name), space.join(" "))
    };
    inventory.vnets.iter().map(shown).collect()
}

#[test]
fn cells_that_are_missing_at_the_end_of_a_row_are_empty() {
    let (inventory, found) = read(&[
        ("vnets.csv", "name,address_space,location\nHub,10.1.0.0/16\nSpoke,10.2.0.0/16,westeurope\n"),
        ("gateways.csv", "vnet,client_pool,asn,bgp,custom_routes\nHub,192.168.0.0/24\nSpoke\n"),
    ]);
    assert_eq!(found, []);
    let inventory = inventory.unwrap();
    assert_eq!(vnets(&inventory), ["Hub 10.1.0.0/16", "Spoke 10.2.0.0/16"]);
    assert_eq!(inventory.gateways.len(), 2);
    assert!(inventory.gateways[1].client_pool.is_empty());
}

#[test]
fn a_required_cell_that_is_missing_is_an_empty_value() {
    let (inventory, found) = read(&[("vnets.csv", "name,address_space\nHub\n")]);
    assert!(inventory.is_none());
    assert_eq!(found, [("`address_space` is empty".to_owned(), None)]);
}

#[test]
fn what_a_required_cell_may_hold_is_said() {
    let peerings =
        "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways\nHub,Spoke,true,\nSpoke,,false,true\n";
    let folder = folder(&[
        ("vnets.csv", "name,address_space\nHub,10.1.0.0/16\nSpoke,10.2.0.0/16\n"),
        ("peerings.csv", peerings),
    ]);
    let mut report = Report::default();
    assert!(read_folder(folder.path(), &mut report).is_none());
    let said: Vec<_> =
        report.diagnostics.iter().map(|one| (one.message.as_str(), one.label.as_str())).collect();
    assert_eq!(
        said,
        [
            ("`use_remote_gateways` is empty", "expected `true` or `false`"),
            ("`remote_vnet` is empty", "expected a value")
        ]
    );
}

#[test]
fn tabs_separate_columns() {
    let (inventory, found) = read(&[("vnets.csv", "name\taddress_space\nHub\t10.1.0.0/16 10.2.0.0/16\n")]);
    assert_eq!(found, []);
    assert_eq!(vnets(&inventory.unwrap()), ["Hub 10.1.0.0/16 10.2.0.0/16"]);
}

#[test]
fn lines_that_powershell_added_in_utf_16_are_told() {
    let mut bytes = b"name,address_space\n".to_vec();
    bytes.extend("Hub,10.1.0.0/16\r\n".encode_utf16().flat_map(u16::to_le_bytes));
    let folder = folder(&[]);
    fs::write(folder.path().join("vnets.csv"), bytes).unwrap();
    let mut report = Report::default();
    assert!(read_folder(folder.path(), &mut report).is_none());
    let [one] = &report.diagnostics[..] else { panic!("{:?}", report.diagnostics) };
    assert!(one.message.ends_with("vnets.csv` is UTF-8 text that goes on in UTF-16"), "{}", one.message);
    assert!(one.help.as_ref().unwrap().contains("Add-Content -Encoding utf8"));
    assert_eq!(report.sources.position(one.span.unwrap()).line, 2);
}

#[test]
fn numbers_that_are_too_large_are_told() {
    let text = "name,address_space\nA,10.300.0.0/16\nB,10.4.0.0/33\nC,office\n";
    let folder = folder(&[("vnets.csv", text)]);
    let mut report = Report::default();
    assert!(read_folder(folder.path(), &mut report).is_none());
    let said: Vec<_> = report.diagnostics.iter().map(|one| one.label.as_str()).collect();
    assert_eq!(
        said,
        [
            "expected numbers up to 255 in an IPv4 address",
            "expected a length up to 32 behind an IPv4 address",
            "expected a prefix such as `10.1.0.0/16` or `fd00:1::/48`"
        ]
    );
}

#[test]
fn lines_that_begin_with_a_hash_are_comments() {
    let text = "# our network; the first line with a semicolon\n#\nname,address_space\n# \"the hub\nHub,10.1.0.0/16\n#Old,10.9.0.0/16\nSpoke,10.2.0.0/16 10.3.0.1/16\n# end";
    let folder = folder(&[("vnets.csv", text)]);
    let mut report = Report::default();
    assert!(read_folder(folder.path(), &mut report).is_none());
    assert_eq!(report.diagnostics.len(), 1, "{:?}", report.diagnostics);
    let place = report.diagnostics[0].span.unwrap();
    let at = report.sources.position(place);
    assert_eq!((at.line, at.column), (7, 19), "comments count as lines");
    let (inventory, found) = read(&[("vnets.csv", &text.replace("10.3.0.1/16", "10.3.0.0/16"))]);
    assert_eq!(found, []);
    assert_eq!(vnets(&inventory.unwrap()), ["Hub 10.1.0.0/16", "Spoke 10.2.0.0/16 10.3.0.0/16"]);
}

#[test]
fn a_name_that_begins_with_a_hash_is_written_in_quotes_and_comes_back() {
    let (inventory, found) = read(&[("vnets.csv", "name,address_space\n\"#1 hub\",10.1.0.0/16\n")]);
    assert_eq!(found, []);
    let target = tempfile::tempdir().unwrap();
    write_folder(&inventory.unwrap(), target.path()).unwrap();
    let again = read_folder(target.path(), &mut Report::default()).unwrap();
    assert_eq!(vnets(&again), ["#1 hub 10.1.0.0/16"]);
}

#[test]
fn an_address_with_a_mask_is_one_mistake_with_its_prefix() {
    let (_, found) =
        read(&[("vnets.csv", "name,address_space\nHub,10.2.0.0 255.255.0.0\nB,10.9.0.0 10.4.7.0\n")]);
    let expected = [
        ("`10.2.0.0 255.255.0.0` holds an address with a mask", "did you mean `10.2.0.0/16`?"),
        ("`10.9.0.0` is not a canonical prefix", "did you mean `10.9.0.0/16`?"),
        ("`10.4.7.0` is not a canonical prefix", "did you mean `10.4.7.0/24`?"),
    ];
    let expected: Vec<_> =
        expected.iter().map(|(message, help)| ((*message).to_owned(), Some((*help).to_owned()))).collect();
    assert_eq!(found, expected);
}
