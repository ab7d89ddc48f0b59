//! Cells of the files of `facts`: whatever a name holds, a line is a row, and the name comes back.

use proptest::prelude::*;
use tunnelog::relations::escaped;

/// A name of letters that mean something to those who read lines, cells or quotes, and of any others.
fn name() -> impl Strategy<Value = String> {
    let letter = prop_oneof![
        prop::sample::select(vec![
            '\t', '\n', '\r', '"', '\\', '\'', ',', ';', '#', '\0', '\u{b}', '\u{c}', '\u{1b}', '\u{7f}',
            '\u{85}', '\u{2028}', '\u{2029}', 'n', 't', 'u', '0', ' ',
        ]),
        any::<char>(),
    ];
    prop::collection::vec(letter, 0..12).prop_map(String::from_iter)
}

proptest! {
    #[test]
    fn rows_come_back_as_they_went_in(rows in prop::collection::vec(prop::collection::vec(name(), 3), 1..6)) {
        let line = |row: &Vec<String>| {
            let cells: Vec<_> = row.iter().map(|cell| escaped(cell)).collect();
            cells.join("\t") + "\n"
        };
        let text: String = rows.iter().map(line).collect();
        // Readers differ in what ends a line; none of that is left in a cell.
        let ends_a_line = |letter: char| {
            letter.is_control() && !matches!(letter, '\t' | '\n') || matches!(letter, '\u{2028}' | '\u{2029}')
        };
        prop_assert!(!text.contains(ends_a_line));
        let cell = |cell: &str| {
            assert!(!cell.starts_with('"'), "{cell}");
            serde_json::from_str::<String>(&format!("\"{cell}\"")).unwrap()
        };
        let read: Vec<Vec<String>> = text.lines().map(|line| line.split('\t').map(cell).collect()).collect();
        prop_assert_eq!(read, rows);
    }
}
