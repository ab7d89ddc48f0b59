//! How cells of a workbook look.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};
use tunnelog::answer::Status;

use crate::cli::view::look::{self, Shade};
use crate::cli::view::words;

/// The statuses of one cell of a matrix, each once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Statuses(u8);

impl Statuses {
    /// Adds a status.
    pub(crate) fn add(&mut self, status: Status) {
        self.0 |= 1 << status as u8;
    }

    /// Those that are there, in the order of worth.
    pub(crate) fn iter(self) -> impl Iterator<Item = Status> {
        let all = words::LEGEND.into_iter().map(|(status, _)| status);
        all.filter(move |status| self.0 & (1 << *status as u8) != 0)
    }
}

/// The formats of a workbook.
pub(crate) struct Style {
    pub(crate) header: Format,
    /// For names that run upwards, so that columns stay narrow.
    pub(crate) upright: Format,
    /// Keeps a text that begins like a formula a text, even once somebody has edited the cell.
    guarded: Format,
    statuses: [Format; Status::ALL.len()],
}

impl Style {
    pub(crate) fn new() -> Self {
        let header = Format::new().set_bold().set_border_bottom(FormatBorder::Thin);
        let of_status = |status| {
            let Shade { ink, fill } = look::status(status).bright;
            Format::new()
                .set_align(FormatAlign::Center)
                .set_background_color(Color::RGB(fill.0))
                .set_font_color(Color::RGB(ink.0))
                .set_quote_prefix()
        };
        Self {
            upright: header.clone().set_rotation(90).set_align(FormatAlign::Center),
            header,
            guarded: Format::new().set_quote_prefix(),
            statuses: Status::ALL.map(of_status),
        }
    }

    /// The format of a text; none where it needs no guard.
    pub(crate) fn of_text(&self, text: &str) -> Option<&Format> {
        text.starts_with(['=', '+', '-', '@']).then_some(&self.guarded)
    }

    /// The format of a status.
    pub(crate) fn of_status(&self, status: Status) -> &Format {
        &self.statuses[status as usize]
    }

    /// The format of what stands for parts of a network: that of the worst.
    pub(crate) fn of_statuses(&self, statuses: Statuses) -> &Format {
        self.of_status(statuses.iter().last().unwrap_or(Status::Reachable))
    }
}
