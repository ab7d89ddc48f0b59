//! An Excel workbook as CSV files: its sheets, or the tables that are called like files of an inventory.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use calamine::{DataRef, Reader, Xlsx, XlsxError};
use quick_xml::events::Event;

use super::input::Input;
use super::load;
use crate::diagnostic::{Code, Diagnostic};
use crate::inventory::columns::FILES;

/// A wider sheet is none of an inventory; what stands far to the right would fill the memory with commas.
const MOST_COLUMNS: u32 = 1 << 10;

/// So many cells without a text are told of a sheet.
const TOLD: usize = 20;

/// Where the tables of a workbook are described.
const TABLES: &str = "xl/tables/";

/// A cell with its row and column, from 0 on.
type Cell = (u32, u32, String);

/// A rectangle of cells: first and last row, first and last column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Area {
    rows: (u32, u32),
    columns: (u32, u32),
}

/// The sheets of the workbook at `path`, of which `parts` are the parts, as CSV files. A table that is called like a file of
/// an inventory stands for the sheet that it is on.
///
/// # Errors
/// Where it cannot be read, or where cells have no text that is sure to be what was typed.
pub(super) fn sheets(path: &Path, parts: Vec<(String, Vec<u8>)>) -> Result<Vec<Input>, Vec<Diagnostic>> {
    let areas = areas(&parts);
    // The reader of sheets unpacks them for itself.
    drop(parts);
    let mut found = Vec::new();
    read(path, &areas, &mut found)
        .map_err(|error| vec![load::unreadable(path, &error.to_string())])
        .and_then(|inputs| if found.is_empty() { Ok(inputs) } else { Err(found) })
}

fn read(path: &Path, areas: &[(String, Area)], found: &mut Vec<Diagnostic>) -> Result<Vec<Input>, XlsxError> {
    let mut book = Xlsx::new(BufReader::new(File::open(path)?))?;
    book.load_tables()?;
    let mut inputs = Vec::new();
    for sheet in book.sheet_names() {
        let tables: Vec<(&str, Area)> = book
            .table_names_in_sheet(&sheet)
            .into_iter()
            .filter_map(|name| areas.iter().find(|(other, _)| other == name))
            .filter(|(name, _)| FILES.iter().any(|file| is_called(name, file.name)))
            .map(|(name, area)| (name.as_str(), *area))
            .collect();
        let cells = cells(&mut book, path, &sheet, found)?;
        let whole = Area { rows: (0, u32::MAX), columns: (0, u32::MAX) };
        let read = if tables.is_empty() { vec![(sheet.as_str(), whole)] } else { tables };
        inputs.extend(read.into_iter().filter_map(|(name, area)| file(path, name, &cells, area)));
    }
    Ok(inputs)
}

/// True where a sheet or table is called like the file `file`, with its extension or without.
fn is_called(name: &str, file: &str) -> bool {
    name.eq_ignore_ascii_case(file) || name.eq_ignore_ascii_case(file.trim_end_matches(".csv"))
}

/// The cells of a sheet that hold something, row by row.
fn cells(
    book: &mut Xlsx<BufReader<File>>,
    path: &Path,
    sheet: &str,
    found: &mut Vec<Diagnostic>,
) -> Result<Vec<Cell>, XlsxError> {
    let mut cells = Vec::new();
    let before = found.len();
    let mut tell = |row, column, what: &str, help: &str| {
        if found.len() < before + TOLD {
            let (path, place) = (path.display(), place(row, column));
            let message = format!("`{path}` cannot be read: the cell {place} of the sheet `{sheet}` {what}");
            found.push(Diagnostic::new(Code::UnreadableFile, message).help(help));
        }
    };
    let mut reader = book.worksheet_cells_reader(sheet)?;
    while let Some(cell) = reader.next_cell()? {
        let (row, column) = cell.get_position();
        let text = match cell.get_value() {
            DataRef::Empty => continue,
            DataRef::String(text) => text.clone(),
            DataRef::SharedString(text) => (*text).to_owned(),
            DataRef::Bool(value) => value.to_string(),
            DataRef::Int(value) => value.to_string(),
            // The program that saved it keeps all numbers like this; whole ones have no fraction to show.
            DataRef::Float(value) => value.to_string(),
            DataRef::DateTime(_) | DataRef::DateTimeIso(_) | DataRef::DurationIso(_) => {
                let help = "format the column as text and type the value again: a spreadsheet takes some names for dates";
                tell(row, column, "holds a date or time", help);
                continue;
            }
            DataRef::Error(error) => {
                tell(
                    row,
                    column,
                    &format!("holds the error `{error}`"),
                    "mend the formula, or type the value",
                );
                continue;
            }
        };
        if text.trim().is_empty() {
            continue;
        }
        if column >= MOST_COLUMNS {
            let what = format!("is beyond the {MOST_COLUMNS} columns that are read");
            tell(row, column, &what, "take away what is far to the right");
            continue;
        }
        cells.push((row, column, text));
    }
    cells.sort_by_key(|(row, column, _)| (*row, *column));
    Ok(cells)
}

/// The cells in `area` as a CSV file, a row in each line that it has in the sheet; none where there is none.
fn file(path: &Path, name: &str, cells: &[Cell], area: Area) -> Option<Input> {
    let is_within = |at: u32, (first, last): (u32, u32)| first <= at && at <= last;
    let within: Vec<&Cell> = cells
        .iter()
        .filter(|(row, column, _)| is_within(*row, area.rows) && is_within(*column, area.columns))
        .collect();
    let columns = within.iter().map(|(_, column, _)| *column);
    let (first, last) = (columns.clone().min()?, columns.max()?);
    let mut text = String::new();
    let mut line = 0;
    for row in within.chunk_by(|one, other| one.0 == other.0) {
        while line < row[0].0 {
            text.push('\n');
            line += 1;
        }
        let mut next = first;
        for (_, column, value) in row {
            while next < *column {
                text.push(',');
                next += 1;
            }
            text.push_str(&quoted(value));
        }
        // An export is cut off where a record has fewer cells than its header.
        text.extend((next..last).map(|_| ','));
    }
    text.push('\n');
    let stem = FILES.iter().find(|file| is_called(name, file.name));
    let called = stem.map_or_else(|| format!("{name}.csv"), |file| file.name.to_owned());
    Some(Input::packed(path.join(called), text.into_bytes()))
}

/// A cell as CSV has it.
fn quoted(value: &str) -> String {
    if value.contains([',', '"', '\n', '\r', ';', '\t']) || value.starts_with('#') {
        format!("\"{}\"", value.replace('"', "\"\""))
    } else {
        value.to_owned()
    }
}

/// A cell as spreadsheets call it, such as `B3`.
fn place(row: u32, column: u32) -> String {
    let mut letters = Vec::new();
    let mut left = column + 1;
    while left > 0 {
        left -= 1;
        letters.push(char::from(b'A' + u8::try_from(left % 26).unwrap_or_default()));
        left /= 26;
    }
    letters.iter().rev().collect::<String>() + &(row + 1).to_string()
}

/// The row and column of a cell such as `B3`.
fn parsed(place: &str) -> Option<(u32, u32)> {
    let digits = place.find(|letter: char| letter.is_ascii_digit())?;
    let (letters, row) = place.split_at(digits);
    let column = letters.bytes().try_fold(0_u32, |column, letter| {
        let letter = letter.checked_sub(b'A').filter(|letter| *letter < 26)?;
        column.checked_mul(26)?.checked_add(u32::from(letter) + 1)
    })?;
    Some((row.parse::<u32>().ok()?.checked_sub(1)?, column.checked_sub(1)?))
}

/// The names of tables, each with its cells: its header and its rows, without a row of totals.
fn areas(parts: &[(String, Vec<u8>)]) -> Vec<(String, Area)> {
    parts.iter().filter(|(name, _)| name.starts_with(TABLES)).flat_map(|(_, bytes)| area(bytes)).collect()
}

/// The table that a part of a workbook describes, under each of its names.
fn area(bytes: &[u8]) -> Vec<(String, Area)> {
    let mut reader = quick_xml::Reader::from_reader(bytes);
    let mut buffer = Vec::new();
    let root = loop {
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(root) | Event::Empty(root)) => break root.into_owned(),
            Ok(Event::Eof) | Err(_) => return Vec::new(),
            Ok(_) => {}
        }
        buffer.clear();
    };
    let value = |name: &str| -> Option<String> {
        let attribute = root.try_get_attribute(name).ok().flatten()?;
        Some(String::from_utf8_lossy(&attribute.value).into_owned())
    };
    let area = || {
        let text = value("ref")?;
        let (first, last) = text.split_once(':').map(|(first, last)| (parsed(first), parsed(last)))?;
        let ((top, left), (bottom, right)) = (first?, last?);
        let totals = value("totalsRowCount").and_then(|count| count.parse().ok()).unwrap_or(0);
        Some(Area { rows: (top, bottom.saturating_sub(totals)), columns: (left, right) })
    };
    let Some(area) = area() else { return Vec::new() };
    let mut names: Vec<String> = ["displayName", "name"].into_iter().filter_map(value).collect();
    names.dedup();
    names.into_iter().map(|name| (name, area)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_have_letters_and_numbers() {
        for (name, at) in
            [("A1", (0, 0)), ("Z9", (8, 25)), ("AA10", (9, 26)), ("XFD1048576", (1_048_575, 16_383))]
        {
            assert_eq!(place(at.0, at.1), name);
            assert_eq!(parsed(name), Some(at));
        }
        for wrong in ["", "A", "7", "a1", "A0", "ÄÖ1"] {
            assert_eq!(parsed(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_table_is_its_header_and_rows() {
        let text = br#"<?xml version="1.0"?><table name="t" displayName="vnets" ref="B3:D9" totalsRowCount="1"><a/></table>"#;
        let area = super::area(text);
        let expected = Area { rows: (2, 7), columns: (1, 3) };
        assert_eq!(area, [("vnets".to_owned(), expected), ("t".to_owned(), expected)]);
        assert_eq!(super::area(b"<table ref='B3'"), []);
    }

    #[test]
    fn rows_stand_in_their_lines() {
        let cells = [
            (1, 1, "name"),
            (1, 2, "address_space"),
            (3, 1, "Hub"),
            (3, 2, "10.0.0.0/16;10.1.0.0/16"),
            (4, 1, "App"),
        ];
        let cells = cells.map(|(row, column, text): (u32, u32, &str)| (row, column, text.to_owned()));
        let whole = Area { rows: (0, u32::MAX), columns: (0, u32::MAX) };
        let input = file(Path::new("e.xlsx"), "VNets", &cells, whole).unwrap();
        assert_eq!(input.path, Path::new("e.xlsx/vnets.csv"));
        let text = String::from_utf8(input.bytes().unwrap().to_vec()).unwrap();
        assert_eq!(text, "\nname,address_space\n\nHub,\"10.0.0.0/16;10.1.0.0/16\"\nApp,\n");
    }
}
