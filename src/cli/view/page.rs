//! The page: its own files and the libraries that draw the map, put together into one.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

const PAGE: &str = include_str!("../../../assets/report/page.html");

const STYLES: [&str; 3] = [
    include_str!("../../../assets/report/colours.css"),
    include_str!("../../../assets/report/page.css"),
    include_str!("../../../assets/report/print.css"),
];

/// What draws the map, each before what needs it. `assets/report/vendor/README.md` says where it is from.
const LIBRARIES: [&str; 4] = [
    include_str!("../../../assets/report/vendor/cytoscape.min.js"),
    include_str!("../../../assets/report/vendor/layout-base.js"),
    include_str!("../../../assets/report/vendor/cose-base.js"),
    include_str!("../../../assets/report/vendor/cytoscape-fcose.js"),
];

const SCRIPTS: [&str; 13] = [
    include_str!("../../../assets/report/elements.js"),
    include_str!("../../../assets/report/data.js"),
    include_str!("../../../assets/report/addresses.js"),
    include_str!("../../../assets/report/choice.js"),
    include_str!("../../../assets/report/layout.js"),
    include_str!("../../../assets/report/drawing.js"),
    include_str!("../../../assets/report/map.js"),
    include_str!("../../../assets/report/table.js"),
    include_str!("../../../assets/report/reasons.js"),
    include_str!("../../../assets/report/search.js"),
    include_str!("../../../assets/report/changes.js"),
    include_str!("../../../assets/report/sections.js"),
    include_str!("../../../assets/report/start.js"),
];

/// Where the parts of the page go.
const PLACES: [(&str, Part); 4] = [
    ("/* STYLES */", Part::Styles),
    ("DATA", Part::Data),
    ("// LIBRARIES", Part::Libraries),
    ("// SCRIPTS", Part::Scripts),
];

#[derive(Clone, Copy)]
enum Part {
    Styles,
    Libraries,
    Data,
    Scripts,
}

/// Writes the page with `document` inside.
pub(crate) fn write(document: &impl Serialize, output: &mut impl Write) -> io::Result<()> {
    let mut rest = PAGE;
    for (place, part) in PLACES {
        let (before, after) = rest.split_once(place).unwrap_or((rest, ""));
        output.write_all(before.as_bytes())?;
        match part {
            Part::Styles => STYLES.iter().try_for_each(|text| output.write_all(text.as_bytes()))?,
            Part::Libraries => {
                for text in LIBRARIES {
                    output.write_all(text.as_bytes())?;
                    output.write_all(b"\n")?;
                }
            }
            Part::Data => data(document, &mut *output)?,
            Part::Scripts => SCRIPTS.iter().try_for_each(|text| output.write_all(text.as_bytes()))?,
        }
        rest = after;
    }
    output.write_all(rest.as_bytes())
}

fn data(document: &impl Serialize, output: &mut impl Write) -> io::Result<()> {
    let mut serializer = Serializer::with_formatter(output, Harmless);
    Ok(document.serialize(&mut serializer)?)
}

/// Writes JSON such that nothing in it ends the element that it stands in, nor a line of a script.
///
/// Outside of texts JSON has none of these characters, and inside an escape stands for each.
struct Harmless;

impl Formatter for Harmless {
    fn write_string_fragment<Output: ?Sized + Write>(
        &mut self,
        output: &mut Output,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(place) = rest.find(['<', '>', '&', '\u{2028}', '\u{2029}']) {
            output.write_all(&rest.as_bytes()[..place])?;
            let mut letters = rest[place..].chars();
            let code = letters.next().map_or(0, u32::from);
            write!(output, "\\u{code:04x}")?;
            rest = letters.as_str();
        }
        output.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_the_data_ends_its_element() {
        let mut written = Vec::new();
        let names = ["</script><img onerror=1>", "a&b\u{2028}\u{2029}\"\\é"];
        data(&names, &mut written).unwrap();
        let expected = r#"["\u003c/script\u003e\u003cimg onerror=1\u003e","a\u0026b\u2028\u2029\"\\é"]"#;
        assert_eq!(String::from_utf8(written).unwrap(), expected);
        assert_eq!(serde_json::from_str::<Vec<String>>(expected).unwrap(), names);
    }

    #[test]
    fn every_part_has_its_place_in_the_page() {
        let mut rest = PAGE;
        for (place, _) in PLACES {
            let (_, after) = rest.split_once(place).unwrap();
            rest = after;
        }
    }

    #[test]
    fn no_script_ends_its_element() {
        for text in LIBRARIES.iter().chain(&SCRIPTS) {
            let lower = text.to_lowercase();
            assert!(!lower.contains("</script") && !lower.contains("<!--"));
        }
        assert!(STYLES.iter().all(|text| !text.to_lowercase().contains("</style")));
    }
}
