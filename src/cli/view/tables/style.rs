//! How cells of a workbook look.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};
use tunnelog::answer::Status;

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

/// The formats of a workbook. Fills are of a palette that colour-blind people tell apart (Okabe and Ito, 2008), and no
/// colour says what a mark does not.
pub(crate) struct Style {
    pub(crate) header: Format,
    /// For names that run upwards, so that columns stay narrow.
    pub(crate) upright: Format,
    /// Keeps a text that begins like a formula a text, even once somebody has edited the cell.
    guarded: Format,
    statuses: [Format; Status::ALL.len()],
    mixed: Format,
}

impl Style {
    pub(crate) fn new() -> Self {
        let header = Format::new().set_bold().set_border_bottom(FormatBorder::Thin);
        let fill = |background: u32, letters: u32| {
            Format::new()
                .set_align(FormatAlign::Center)
                .set_background_color(Color::RGB(background))
                .set_font_color(Color::RGB(letters))
                .set_quote_prefix()
        };
        let of_status = |status| match status {
            Status::Reachable => fill(0x0056_B4E9, 0),
            Status::NeedsRoute => fill(0x00F0_E442, 0),
            Status::Blackhole => fill(0x00D5_5E00, 0x00FF_FFFF),
            Status::Unreachable => fill(0x00D9_D9D9, 0),
        };
        Self {
            upright: header.clone().set_rotation(90).set_align(FormatAlign::Center),
            header,
            guarded: Format::new().set_quote_prefix(),
            statuses: Status::ALL.map(of_status),
            mixed: fill(0x00CC_79A7, 0),
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

    /// The format of what stands for parts of a network.
    pub(crate) fn of_statuses(&self, statuses: Statuses) -> &Format {
        let mut all = statuses.iter();
        match (all.next(), all.next()) {
            (Some(one), None) => self.of_status(one),
            _ => &self.mixed,
        }
    }
}
