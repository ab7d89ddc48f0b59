//! The model of an answer, and what the other one says differently of Windows clients.

use std::collections::{BTreeMap, BTreeSet};

use tunnelog::answer::{By, Request};
use tunnelog::class::{Class, Profile};
use tunnelog::names::NameId;

use super::listing::Listing;
use super::question::Question;
use crate::cli::shell::exit::Failure;
use crate::cli::shell::screen;
use crate::cli::view::words;

/// What Windows clients of each gateway have in an answer, where that is compared with the other model.
pub(super) struct OfWindows {
    had: BTreeMap<NameId, BTreeSet<String>>,
    /// The verb of what they have; none where nothing is compared.
    verb: Option<&'static str>,
    /// True where clients are answered for the protocol that they are known to use.
    is_by_protocol: bool,
}

impl OfWindows {
    pub(super) fn new<L: Listing>(request: &Request) -> Self {
        let is_wanted = request.classes.as_ref().is_none_or(|classes| classes.contains(&Class::Windows));
        let is_compared = request.profile == Profile::Article && request.by == By::Class && is_wanted;
        Self { had: BTreeMap::new(), verb: L::ALSO.filter(|_| is_compared), is_by_protocol: false }
    }

    pub(super) fn add<L: Listing>(&mut self, question: &Question<'_>, gateway: NameId, rows: &[L::Row]) {
        let is_of_model = |row| L::owner(row).1.profile() == question.request.profile;
        self.is_by_protocol |= !rows.iter().all(is_of_model);
        if self.verb.is_none() {
            return;
        }
        let rows = rows.iter().filter(|row| L::owner(row) == (None, Class::Windows));
        self.had.entry(gateway).or_default().extend(rows.filter_map(|row| L::had(question.inventory, row)));
    }

    /// Which model the answer follows, and what Windows clients have besides where they connect over OpenVPN.
    pub(super) fn sentence<L: Listing>(&self, question: &Question<'_>) -> Result<String, Failure> {
        let request = &question.request;
        let mut sentence = words::model(request.profile);
        if self.is_by_protocol {
            sentence
                .push_str(" Clients whose protocol is listed are answered for it, as in `--model observed`.");
        }
        let Some(verb) = self.verb else { return Ok(sentence) };
        let request = Request {
            profile: Profile::Observed,
            classes: Some(vec![Class::WindowsOpenVpn]),
            ..request.clone()
        };
        let more = |gateway, rows: &[L::Row], _: &_, _| {
            let had = self.had.get(&gateway);
            let rows = rows.iter().filter_map(|row| L::had(question.inventory, row));
            let more: BTreeSet<String> =
                rows.filter(|one| had.is_none_or(|had| !had.contains(one))).collect();
            (gateway, more)
        };
        let mut differing: BTreeMap<Vec<String>, Vec<String>> = BTreeMap::new();
        question.answer::<L, _>(&request, more, |(gateway, more)| {
            if !more.is_empty() {
                let name = screen::one_line(question.inventory.names.text(gateway));
                differing.entry(more.into_iter().collect()).or_default().push(name);
            }
            Ok(())
        })?;
        for (more, gateways) in &differing {
            let (gateways, more) = (words::shortened(gateways), words::shortened(more));
            sentence = format!(
                "{sentence} Windows clients of {gateways} over OpenVPN (Azure VPN Client) also {verb} {more} by field reports."
            );
        }
        if !differing.is_empty() {
            sentence.push_str(" `--model observed` follows these.");
        }
        Ok(sentence)
    }
}
