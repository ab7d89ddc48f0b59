//! `routes.txt` of the client package: a line `ADD 10.0.0.0 MASK 255.255.0.0 default METRIC default IF default` a route.

use std::net::Ipv4Addr;

use ipnet::{IpNet, Ipv4Net};

use super::Reading;
use super::words::{Line, lines};
use crate::prefix::{Prefix, without_leading_zeros};

/// True where a line adds a route.
pub(super) fn is_it(text: &str) -> bool {
    lines(text).any(|line| adds(&line))
}

fn adds(line: &Line<'_>) -> bool {
    let is = |index, word: &str| line.text(index).is_some_and(|text| text.eq_ignore_ascii_case(word));
    is(0, "ADD") && is(2, "MASK")
}

pub(super) fn read(reading: &mut Reading, text: &str) {
    for line in lines(text) {
        match &line.words[..] {
            [_, destination, _, mask, ..] if adds(&line) => {
                let address = destination.text.parse::<Ipv4Addr>().ok();
                let length = mask.text.parse().ok().and_then(|mask| ipnet::ip_mask_to_prefix(mask).ok());
                let range = destination.range.start..mask.range.end;
                let net =
                    address.zip(length).and_then(|(address, length)| Ipv4Net::new(address, length).ok());
                let Some(net) = net.filter(|net| net.network() == net.addr()) else {
                    let message = format!("`{}` is no prefix", super::shortened(&text[range.clone()]));
                    let zero = [destination, mask].iter().find_map(|it| without_leading_zeros(it.text));
                    let expected = zero.map_or_else(
                        || "expected such as `10.1.0.0 MASK 255.255.0.0`".to_owned(),
                        |decimal| format!("expected `{decimal}`: routers may read a number that begins with a zero as octal"),
                    );
                    reading.fault(range, message, expected);
                    continue;
                };
                reading.entry(Prefix::from(IpNet::V4(net)), range);
            }
            [first, ..] if !first.text.starts_with([';', '#', '+']) => {
                let message = format!("`{}` is left out", super::shortened(&text[line.range()]));
                reading.note(line.range(), message, "expected `ADD`, a destination, `MASK` and a mask");
            }
            _ => {}
        }
    }
}
