//! A workbook: a cover, a matrix to look at, a list to filter, and what is doubtful about both.

use std::io::{self, Write};
use std::panic::{self, AssertUnwindSafe};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, XlsxError};

use crate::cli::shell::exit::Failure;
use crate::cli::view::json::{Finding, Origin};
use crate::cli::view::tables::cells::{Cells, columns};
use crate::cli::view::tables::cover::{Counts, Cover};
use crate::cli::view::tables::grid::{Grid, Limits};
use crate::cli::view::tables::sheet::{List, ROWS};
use crate::cli::view::tables::style::Style;

/// Where the cover and the matrix are among the sheets.
const COVER: usize = 0;
const MATRIX: usize = 1;

/// Writes rows to temporary files as they come, so that no list has to fit into memory.
pub(crate) struct Workbook {
    book: rust_xlsxwriter::Workbook,
    style: Style,
    cover: Cover,
    counts: Counts,
    grid: Grid,
    list: List,
    /// What clients get for names: few rows, which have a sheet of their own once all are there.
    names: Vec<Cells>,
}

impl Workbook {
    /// A workbook of rows with these columns.
    pub(crate) fn start(columns: Vec<&'static str>, cover: Cover) -> Result<Self, Failure> {
        Self::with_limits(columns, cover, Limits::EXCEL, ROWS).map_err(failure)
    }

    fn with_limits(
        columns: Vec<&'static str>,
        cover: Cover,
        limits: Limits,
        rows: u32,
    ) -> Result<Self, XlsxError> {
        let mut book = rust_xlsxwriter::Workbook::new();
        // The same answer gives the same bytes, whenever it is written.
        let properties = DocProperties::new()
            .set_author("tunnelog")
            .set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?);
        book.set_properties(&properties);
        book.add_worksheet_with_constant_memory()?.set_name("Summary")?;
        book.add_worksheet_with_constant_memory()?.set_name("Matrix")?;
        let style = Style::new();
        let (counts, grid) = (Counts::new(&columns), Grid::new(&columns, limits));
        let list = List::start(&mut book, &style, "List", columns, rows)?;
        Ok(Self { book, style, cover, counts, grid, list, names: Vec::new() })
    }

    /// Writes rows.
    pub(crate) fn write(&mut self, cells: &Cells) -> Result<(), Failure> {
        self.counts.add(cells);
        self.grid.add(cells);
        guarded(|| self.list.write(&mut self.book, &self.style, cells))
    }

    /// Keeps rows of names for later.
    pub(crate) fn keep_names(&mut self, cells: Cells) {
        if cells.count() > 0 {
            self.names.push(cells);
        }
    }

    /// Writes names, where there are any, what was found in the inventories, and then all of it to `writer`.
    pub(crate) fn finish(
        mut self,
        of_names: Vec<&'static str>,
        findings: &[Finding],
        origin: Origin<'_>,
        writer: impl Write + Send,
    ) -> Result<(), Failure> {
        let end = || {
            self.list.end(&mut self.book)?;
            self.cover.write(&self.counts, self.book.worksheet_from_index(COVER)?, &self.style)?;
            self.grid.write(self.book.worksheet_from_index(MATRIX)?, &self.style)?;
            self.write_names(of_names)?;
            self.write_findings(findings, origin)?;
            self.book.save_to_writer(writer)
        };
        guarded(end)
    }

    fn write_names(&mut self, columns: Vec<&'static str>) -> Result<(), XlsxError> {
        if self.names.is_empty() {
            return Ok(());
        }
        let mut list = List::start(&mut self.book, &self.style, "Names", columns, ROWS)?;
        for cells in std::mem::take(&mut self.names) {
            list.write(&mut self.book, &self.style, &cells)?;
        }
        list.end(&mut self.book)
    }

    fn write_findings(&mut self, findings: &[Finding], origin: Origin<'_>) -> Result<(), XlsxError> {
        // Findings are of inventories, never of clients.
        let columns = columns::<Finding>(Origin { client: None, ..origin });
        let cells = Cells::of(columns.len(), findings.iter().cloned());
        let mut list = List::start(&mut self.book, &self.style, "Warnings", columns, ROWS)?;
        list.write(&mut self.book, &self.style, &cells)?;
        list.end(&mut self.book)
    }
}

/// Does what writes temporary files. The library panics where there is no room for one of them.
fn guarded(work: impl FnOnce() -> Result<(), XlsxError>) -> Result<(), Failure> {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let done = panic::catch_unwind(AssertUnwindSafe(work));
    panic::set_hook(hook);
    done.map_err(|_| {
        let folder = std::env::temp_dir();
        Failure::new(format!("the workbook cannot be written: there is no room in `{}`", folder.display()))
            .help("name another folder for temporary files with the variable `TMPDIR`")
    })?
    .map_err(failure)
}

/// What the user is hook, or the error of the writer itself, so that a closed pipe is known for what it is.
fn failure(error: XlsxError) -> Failure {
    match error {
        XlsxError::IoError(error) => error.into(),
        XlsxError::ZipError(error) => io::Error::from(error).into(),
        XlsxError::TempFileError(folder, error) => Failure::unwritable(&folder, &error),
        XlsxError::MaxStringLengthExceeded => Failure::new(
            "a text of the answer is longer than the 32,767 letters that a cell of a workbook takes",
        )
        .help("`--format csv` and `--format parquet` take texts of any length"),
        error => Failure::new(format!("the workbook cannot be written: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use crate::cli::view::json::{Cell, Row};
    use calamine::{Reader, Xlsx};
    use serde::Serialize;

    use super::*;

    #[derive(Serialize)]
    struct Reached(&'static str, &'static str, &'static str);

    impl Row for Reached {
        const COLUMNS: &'static [&'static str] = &["gateway", "network", "status"];

        fn origin(&self) -> Origin<'_> {
            Origin::default()
        }

        fn cells<Error>(&self, mut cell: impl FnMut(Cell<'_>) -> Result<(), Error>) -> Result<(), Error> {
            [self.0, self.1, self.2].into_iter().try_for_each(|text| cell(Cell::Text(text)))
        }
    }

    fn cover() -> Cover {
        Cover { verb: "tunnelog/reach/1", inventories: vec!["=here".to_owned()], model: "article" }
    }

    /// Five rows of two gateways about three networks, one of which is in two parts.
    fn sheets(limits: Limits, rows: u32) -> Vec<(String, Vec<String>)> {
        let mut workbook = Workbook::with_limits(Reached::COLUMNS.to_vec(), cover(), limits, rows).unwrap();
        let first = [
            Reached("A", "x", "unreachable"),
            Reached("A", "y", "unreachable"),
            Reached("A", "y", "reachable"),
        ];
        let second = [Reached("=B", "+w", "needs-route"), Reached("=B", "y", "blackhole")];
        workbook.write(&Cells::of(3, first)).unwrap();
        workbook.write(&Cells::of(3, second)).unwrap();
        let mut bytes = Vec::new();
        workbook.finish(Vec::new(), &[], Origin::default(), &mut bytes).unwrap();
        let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
        let names = book.sheet_names();
        let line = |row: &[calamine::Data]| row.iter().map(ToString::to_string).collect::<Vec<_>>().join("|");
        let sheet = |name: String| {
            let range = book.worksheet_range(&name).unwrap();
            (name, range.rows().map(line).collect())
        };
        names.into_iter().map(sheet).collect()
    }

    const MATRIX_ROOM: Limits = Limits { rows: 9, columns: 4, marks: 4 };
    const LIST: usize = 2;

    #[test]
    fn lists_go_on_where_a_sheet_is_full() {
        let sheets = sheets(MATRIX_ROOM, 3);
        let names: Vec<&str> = sheets.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["Summary", "Matrix", "List", "List 2", "List 3", "Warnings"]);
        let header = "gateway|network|status";
        assert_eq!(sheets[LIST].1, [header, "A|x|unreachable", "A|y|unreachable"]);
        assert_eq!(sheets[LIST + 1].1, [header, "A|y|reachable", "=B|+w|needs-route"]);
        assert_eq!(sheets[LIST + 2].1, [header, "=B|y|blackhole"]);
    }

    #[test]
    fn parts_of_a_network_share_a_cell() {
        let matrix = &sheets(MATRIX_ROOM, ROWS)[MATRIX].1;
        assert_eq!(matrix[..4], ["gateway|A|=B", "+w||+", "x|·|", "y|✓·|!"]);
        assert_eq!(matrix[5], "✓|reachable|");
    }

    #[test]
    fn the_cover_tells_what_it_is_about_and_counts() {
        let cover = &sheets(MATRIX_ROOM, ROWS)[COVER].1;
        assert_eq!(cover[..2], ["inventory|=here|||", "model|article|||"]);
        let version = concat!("made with|tunnelog ", env!("CARGO_PKG_VERSION"), "|||");
        assert_eq!(cover[2..4], [version, "rows as in|tunnelog/reach/1|||"]);
        let counts = ["gateway|reachable|needs-route|blackhole|unreachable", "=B|0|1|1|0", "A|1|0|0|2"];
        assert_eq!(cover[5..], counts);
    }

    #[test]
    fn a_matrix_too_long_lies_on_its_side() {
        let room = Limits { rows: 8, columns: 4, marks: 4 };
        let matrix = &sheets(room, ROWS)[MATRIX].1;
        assert_eq!(matrix[..3], ["gateway|+w|x|y", "A||·|✓·", "=B|+||!"]);
        assert_eq!(matrix[4], "✓|reachable||");
    }

    #[test]
    fn a_matrix_that_fits_in_no_way_is_left_out_and_says_so() {
        let note = ["The matrix does not fit on a sheet. The list has all rows."];
        for room in [
            Limits { rows: 9, columns: 2, marks: 4 },
            Limits { rows: 6, columns: 4, marks: 4 },
            Limits { rows: 9, columns: 4, marks: 3 },
        ] {
            let sheets = sheets(room, ROWS);
            assert_eq!(sheets[MATRIX].1, note);
            assert_eq!(sheets[LIST].1.len(), 6);
        }
    }

    #[test]
    fn a_text_that_no_cell_takes_is_told_of() {
        let long: &'static str = "x".repeat(32_768).leak();
        let mut workbook = Workbook::start(Reached::COLUMNS.to_vec(), cover()).unwrap();
        let failure = workbook.write(&Cells::of(3, [Reached(long, "x", "reachable")])).unwrap_err();
        assert!(failure.to_string().contains("longer than the 32,767 letters"), "{failure}");
    }
}
