//! How statuses, networks and lines look: one table for the terminal, workbooks, `graph` and the page of `report`.
//!
//! Colours are shades of those of Okabe and Ito (2008), which people of every colour vision tell apart, with enough contrast for letters.
//! No colour tells what nothing else does: a status has a mark and a frame, and a line its width, its dashes and its head.

use std::fmt;

use anstyle::{AnsiColor, Style};
use tunnelog::answer::Status;
use tunnelog::diagram::{EdgeKind, NodeKind};
use tunnelog::topology::{LinkState, PeeringState, TunnelState};

/// A colour, as red, green and blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Colour(pub(crate) u32);

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:06x}", self.0)
    }
}

/// What letters and frames have, and what is under them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shade {
    pub(crate) ink: Colour,
    pub(crate) fill: Colour,
}

/// How a line is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dash {
    Solid,
    Dashed,
    Dotted,
}

impl Dash {
    /// The word of Graphviz and of the page.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Solid => "solid",
            Self::Dashed => "dashed",
            Self::Dotted => "dotted",
        }
    }

    /// The lengths of dashes and gaps; none for a line without gaps.
    pub(crate) fn pattern(self) -> Option<&'static str> {
        match self {
            Self::Solid => None,
            Self::Dashed => Some("9 4"),
            Self::Dotted => Some("2 4"),
        }
    }
}

/// How a status looks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StatusLook {
    pub(crate) bright: Shade,
    pub(crate) dark: Shade,
    /// The frame of a network.
    pub(crate) width: u8,
    pub(crate) dash: Dash,
    pub(crate) terminal: Style,
}

/// How a status looks.
pub(crate) fn status(status: Status) -> StatusLook {
    let shade = |ink, fill| Shade { ink: Colour(ink), fill: Colour(fill) };
    let look = |bright, dark, width, dash, terminal| StatusLook { bright, dark, width, dash, terminal };
    let (green, blue) = (AnsiColor::Green.on_default(), AnsiColor::BrightBlue.on_default());
    let (red, grey) = (AnsiColor::Red.on_default(), Style::new().dimmed());
    match status {
        Status::Reachable => {
            look(shade(0x0000_714F, 0x00DD_F3EA), shade(0x004F_D1A5, 0x0012_382D), 2, Dash::Solid, green)
        }
        Status::NeedsRoute => {
            look(shade(0x0000_64A6, 0x00DC_EDFA), shade(0x006F_BDF2, 0x0012_3048), 2, Dash::Dashed, blue)
        }
        Status::Blackhole => {
            look(shade(0x00A9_4400, 0x00FD_E6D8), shade(0x00FF_9A5A, 0x0047_260F), 4, Dash::Solid, red)
        }
        Status::Unreachable => {
            look(shade(0x0059_6273, 0x00EC_EFF3), shade(0x00A9_B3C2, 0x002A_323E), 2, Dash::Dotted, grey)
        }
    }
}

/// The colour of lines that carry packets, bright and dark.
pub(crate) const WIRE: [Colour; 2] = [Colour(0x0043_4D5E), Colour(0x00C3_CBD8)];

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stroke {
    Clients,
    Transit,
    Peering,
    Bgp,
    Static,
    Broken,
    Appliance,
    WayOut,
}

/// How a line looks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StrokeLook {
    /// In pixels.
    pub(crate) width: &'static str,
    pub(crate) dash: Dash,
    /// True where it has a head, at the end of the edge: at the VNet that uses a gateway, and at the Internet.
    pub(crate) is_arrow: bool,
    /// The look in words, for legends that cannot show a sample.
    pub(crate) words: &'static str,
    pub(crate) meaning: &'static str,
}

const THIN: &str = "1.5";
const THICK: &str = "3";

impl Stroke {
    pub(crate) const ALL: [Self; 8] = [
        Self::Clients,
        Self::Transit,
        Self::Peering,
        Self::Bgp,
        Self::Static,
        Self::Broken,
        Self::Appliance,
        Self::WayOut,
    ];

    pub(crate) fn of(edge: EdgeKind) -> Self {
        match edge {
            EdgeKind::Clients => Self::Clients,
            EdgeKind::Appliance => Self::Appliance,
            EdgeKind::WayOut => Self::WayOut,
            EdgeKind::Link(state) => Self::of_link(state),
        }
    }

    /// The stroke of a peering or connection.
    pub(crate) fn of_link(state: LinkState) -> Self {
        match state {
            _ if !state.is_up() => Self::Broken,
            LinkState::Peering(PeeringState::Transit) => Self::Transit,
            LinkState::Peering(_) => Self::Peering,
            LinkState::Tunnel(TunnelState::Bgp) => Self::Bgp,
            LinkState::Tunnel(_) => Self::Static,
        }
    }

    pub(crate) fn look(self) -> StrokeLook {
        let look =
            |width, dash, is_arrow, words, meaning| StrokeLook { width, dash, is_arrow, words, meaning };
        match self {
            Self::Clients => look(THIN, Dash::Solid, false, "thin line “P2S”", "clients connect"),
            Self::Transit => {
                look(THIN, Dash::Solid, true, "arrow", "peering with a VNet that uses the gateway")
            }
            Self::Peering => look(THIN, Dash::Solid, false, "thin line", "peering"),
            Self::Bgp => look(THICK, Dash::Solid, false, "thick line", "connection with BGP"),
            Self::Static => look(THICK, Dash::Dashed, false, "thick dashed line", "connection without BGP"),
            Self::Broken => look(THIN, Dash::Dotted, false, "dotted line", "carries nothing"),
            Self::Appliance => {
                look(THIN, Dash::Solid, false, "thin line “appliance”", "appliance in the VNet")
            }
            Self::WayOut => {
                look(THIN, Dash::Solid, true, "arrow “way out”", "packets leave for the Internet")
            }
        }
    }

    /// The colour, bright and dark: that of black holes where nothing is carried.
    pub(crate) fn colours(self) -> [Colour; 2] {
        let lost = status(Status::Blackhole);
        if self == Self::Broken { [lost.bright.ink, lost.dark.ink] } else { WIRE }
    }

    /// The word for the stroke where it is styled.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Clients => "clients",
            Self::Transit => "transit",
            Self::Peering => "peering",
            Self::Bgp => "bgp",
            Self::Static => "static",
            Self::Broken => "broken",
            Self::Appliance => "appliance",
            Self::WayOut => "way-out",
        }
    }
}

/// The outline of a node in words, for legends that cannot show a sample.
pub(crate) fn outline(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Clients => "rounded box",
        NodeKind::Gateway { .. } => "double frame",
        NodeKind::Site { .. } => "hexagon",
        NodeKind::Vnet => "box",
        NodeKind::Appliance { .. } => "parallelogram",
        NodeKind::Internet => "circle",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLOURS: &str = include_str!("../../../assets/report/colours.css");
    const DRAWING: &str = include_str!("../../../assets/report/drawing.js");

    #[test]
    fn the_page_has_the_colours_of_the_table() {
        let (bright, dark) = COLOURS.split_once("@media (prefers-color-scheme: dark)").unwrap();
        let (system, chosen) = dark.split_once(":root[data-theme").unwrap();
        for status in Status::ALL {
            let look = self::status(status);
            for (part, shade) in [(bright, look.bright), (system, look.dark), (chosen, look.dark)] {
                let wanted = format!("--{}: {};", status.word(), shade.ink);
                assert!(part.contains(&wanted), "{wanted}");
                let wanted = format!("--{}-tint: {};", status.word(), shade.fill);
                assert!(part.contains(&wanted), "{wanted}");
            }
            let dash = look.dash.word();
            let frame = format!("  \"{}\": {{ width: {}, style: \"{dash}\" }},", status.word(), look.width);
            assert!(DRAWING.contains(&frame), "{frame}");
        }
        for (part, colour) in [(bright, WIRE[0]), (system, WIRE[1]), (chosen, WIRE[1])] {
            assert!(part.contains(&format!("--wire: {colour};")), "{colour}");
        }
    }

    #[test]
    fn letters_can_be_read_on_every_fill() {
        let part = |colour: u32, shift: u32| {
            let value = f64::from((colour >> shift) & 0xff) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        let light = |Colour(it): Colour| 0.2126 * part(it, 16) + 0.7152 * part(it, 8) + 0.0722 * part(it, 0);
        for status in Status::ALL {
            let look = self::status(status);
            for Shade { ink, fill } in [look.bright, look.dark] {
                let (high, low) = (light(ink).max(light(fill)), light(ink).min(light(fill)));
                let contrast = (high + 0.05) / (low + 0.05);
                assert!(contrast >= 4.5, "{status:?}: {contrast}");
            }
        }
    }
}
