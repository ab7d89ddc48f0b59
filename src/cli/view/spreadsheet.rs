//! Cells that a spreadsheet shows and does not calculate.

use std::borrow::Cow;

/// `text` as it is, or with an apostrophe before it where a spreadsheet would take it for a formula.
pub(crate) fn text(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}").into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use crate::cli::view::spreadsheet::text;

    #[test]
    fn formulas_become_text() {
        for formula in ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(text(formula), format!("'{formula}"));
        }
        for plain in ["", "VNet1", "10.0.0.0/16", "a=1", "'=1", "no-way-back"] {
            assert_eq!(text(plain), plain);
        }
    }
}
