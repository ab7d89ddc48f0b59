//! Cells below each other, in rows that fit the width of a screen.

use comfy_table::{ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width};

/// What stands between two rows while a table is cut into them; no text for a screen holds it.
const BETWEEN: char = '\u{1}';

/// Stands for a blank at which no line ends.
pub(crate) const TIE: &str = "\u{a0}";

/// Blanks between columns.
const GAP: u16 = 2;

/// Rows whose cells stand below each other, each on one line, or on as many as it takes within `width`.
///
/// Words stay whole, so that a prefix can be copied: where `width` is too little for them, lines are as long as they are.
pub(crate) fn aligned(rows: Vec<Vec<String>>, width: Option<usize>) -> impl Iterator<Item = String> {
    let count = rows.len();
    let mut longest_words: Vec<u16> = Vec::new();
    for row in &rows {
        longest_words.resize(row.len().max(longest_words.len()), 0);
        for (cell, longest) in row.iter().zip(&mut longest_words) {
            let words = cell.split(' ').map(|word| u16::try_from(word.chars().count()).unwrap_or(u16::MAX));
            *longest = words.fold(*longest, u16::max);
        }
    }
    let mut table = Table::new();
    table.load_style(TableStyle::new().row_separator(LineStyle::none().fill(BETWEEN))).add_rows(rows);
    let mut least = 0_usize;
    for (index, (column, longest)) in table.column_iter_mut().zip(longest_words).enumerate() {
        let indent = if index == 0 { GAP } else { 0 };
        column.set_padding((indent, GAP));
        let whole = longest.saturating_add(indent + GAP);
        column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(whole)));
        least += usize::from(whole);
    }
    if let Some(width) = width.filter(|width| *width >= least) {
        let width = u16::try_from(width).unwrap_or(u16::MAX);
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    }
    let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    let rows: Vec<String> =
        lines.split(|line| line.starts_with(BETWEEN)).map(|row| row.join("\n").replace(TIE, " ")).collect();
    // Without a row there is still a text, which is empty.
    rows.into_iter().take(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_is_too_wide_goes_on_below_its_own_columns() {
        let row = |network: &str, reasons: &str| {
            vec![
                network.to_owned(),
                "10.2.0.0/16".to_owned(),
                "reachable → unreachable".to_owned(),
                reasons.to_owned(),
            ]
        };
        let all = "no route on the client, no return path, no forward path";
        let rows = || vec![row("VNet2", all), row("VNet3", "no return path")];
        let wide = [
            "  VNet2  10.2.0.0/16  reachable → unreachable  no route on the client, no return path, no forward path",
            "  VNet3  10.2.0.0/16  reachable → unreachable  no return path",
        ];
        assert_eq!(aligned(rows(), None).collect::<Vec<_>>(), wide);
        assert_eq!(aligned(rows(), Some(120)).collect::<Vec<_>>(), wide);
        let narrow = [
            "  VNet2  10.2.0.0/16  reachable → unreachable  no route on the client, no\n\
             \x20                                              return path, no forward path",
            "  VNet3  10.2.0.0/16  reachable → unreachable  no return path",
        ];
        assert_eq!(aligned(rows(), Some(80)).collect::<Vec<_>>(), narrow);
        assert_eq!(aligned(rows(), Some(30)).collect::<Vec<_>>(), wide, "words stay whole");
    }
}
