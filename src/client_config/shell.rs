//! The script for shells of Linux and macOS.

use std::fmt::Write;

use ipnet::IpNet;

use super::comment::{Wanted, lines};
use super::write::NameError;

/// The number by which Linux tells the routes of the script from all others: what undoing may take away. Numbers from 4 on mean
/// nothing to the kernel, and no routing daemon of `/etc/iproute2/rt_protos` has this one.
const PROTOCOL: u8 = 117;

/// What the script does with each route: it goes on where one is there already, or cannot be had.
const FUNCTIONS: &str = r#"action=add
if [ "${1-}" = --undo ]; then action=undo; shift; fi
if [ "$#" -gt 0 ]; then interface=$1; fi
if [ "$(uname -s)" = Darwin ]; then
  exists() { ifconfig "$interface" >/dev/null 2>&1; }
  there() {
    found=$(route -n get "-inet${1#4}" -net "$2" 2>/dev/null)
    case $found in *"destination: ${2%/*}
"*"interface: $interface
"*) return 0 ;; esac
    return 1
  }
  ours() { there "$1" "$2"; }
  add() {
    if there "$1" "$2"; then return 1; fi
    route -n add "-inet${1#4}" -net "$2" -interface "$interface" 2>&1 && there "$1" "$2"
  }
  undo() {
    there "$1" "$2" && route -n delete "-inet${1#4}" -net "$2" -interface "$interface" 2>&1
  }
else
  exists() { ip link show dev "$interface" >/dev/null 2>&1; }
  there() {
    case "$(ip "-$1" route get fibmatch "${2%/*}" 2>/dev/null) " in "$2 dev $interface "*) return 0 ;; esac
    [ -n "$(ip "-$1" route show exact "$2" dev "$interface" 2>/dev/null)" ]
  }
  ours() { [ -n "$(ip "-$1" route show exact "$2" dev "$interface" proto PROTOCOL 2>/dev/null)" ]; }
  add() { ip "-$1" route add "$2" dev "$interface" proto PROTOCOL 2>&1; }
  undo() { ip "-$1" route del "$2" dev "$interface" proto PROTOCOL 2>&1; }
fi
is_right() { if [ "$action" = add ]; then there "$1" "$2"; else ! ours "$1" "$2"; fi; }
changed=0 same=0 failed=0
each() {
  if said=$("$action" "$1" "$2"); then
    changed=$((changed + 1))
  elif is_right "$1" "$2"; then
    same=$((same + 1))
  else
    failed=$((failed + 1))
    printf '%s: %s\n' "$2" "$said" >&2
  fi
}
if ! exists; then
  printf 'there is no interface %s: connect first, or name another\n' "$interface" >&2
  if [ "$action" = undo ]; then exit 0; else exit 1; fi
fi
"#;

/// How systemd-resolved is told: the servers in one text, then the suffixes. It asks them for names below these alone, and
/// forgets both with the interface. Nothing else is known to take them.
const NAMES: &str = r#"names() {
  servers=$1
  shift
  if ! command -v resolvectl >/dev/null 2>&1; then
    printf 'there is no resolvectl: set the DNS servers %s in the profile\n' "$servers" >&2
  elif [ "$action" = undo ]; then
    resolvectl revert "$interface" && changed=$((changed + 1)) || failed=$((failed + 1))
  elif resolvectl dns "$interface" $servers && resolvectl domain "$interface" "$@"; then
    changed=$((changed + 1))
  else
    failed=$((failed + 1))
  fi
}
"#;

const SUMMARY: &str = r#"printf '%s: %s changed, %s as they should be, %s failed\n' "$action" "$changed" "$same" "$failed" >&2
[ "$failed" -eq 0 ]
"#;

/// A script for shells of Linux and macOS, which takes the interface as its argument or uses `interface`.
///
/// # Errors
/// Where no shell can be told the name.
pub fn shell_script(wanted: &Wanted<'_>, interface: &str) -> Result<String, NameError> {
    let allowed = "anything but an empty text and NUL";
    let bad = || NameError::new(interface, allowed);
    let quoted = shlex::try_quote(interface).map_err(|_| bad())?;
    if interface.is_empty() {
        return Err(bad());
    }
    let mut text = String::from("#!/bin/sh\n");
    let apply = "`sh FILE [INTERFACE]` as root while connected. It goes on where a route is there, and can be run again.";
    let undo = "`sh FILE --undo [INTERFACE]` takes its own routes away, as the end of the tunnel does.";
    for sentence in wanted.heading(apply, undo, None) {
        text.push_str(&lines("#", &sentence));
    }
    if wanted.is_empty() {
        return Ok(text);
    }
    let _ = writeln!(text, "interface={quoted}");
    text.push_str(&FUNCTIONS.replace("PROTOCOL", &PROTOCOL.to_string()));
    for (route, told) in wanted.told() {
        if let Some(sentence) = told {
            text.push_str(&lines("#", &sentence));
        }
        let family = match route.prefix.net() {
            IpNet::V4(_) => 4,
            IpNet::V6(_) => 6,
        };
        let _ = writeln!(text, "each {family} {}", route.prefix);
    }
    let servers: Vec<String> = wanted.servers().iter().map(ToString::to_string).collect();
    if !servers.is_empty() {
        text.push_str(NAMES);
        let suffixes: Vec<String> = wanted.suffixes().iter().map(|suffix| format!("'~{suffix}'")).collect();
        let _ = writeln!(text, "names '{}' {}", servers.join(" "), suffixes.join(" "));
    }
    text.push_str(SUMMARY);
    Ok(text)
}
