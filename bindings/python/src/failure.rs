//! Why there is no answer, until it becomes an exception.

use arrow_schema::ArrowError;
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use tunnelog::diagnostic::Report;
use tunnelog::document::{Finding, Row};

/// The module that defines the exceptions, and findings, which are alike in Python and here.
const FINDINGS: &str = "tunnelog._findings";

/// A finding, in the columns of `check`: code, severity, file, line, column, message and help, empty where there is none.
pub(crate) type Said = Vec<String>;

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Failure {
    /// An argument is none that the function takes.
    Value(String),
    /// A name that the inventory does not know: what is said of it, the name, and those that there are.
    Unknown(String, String, Vec<String>),
    /// The findings of an inventory that cannot be read.
    Inventory(Vec<Said>),
    /// The findings of changes that cannot be made.
    Changes(Vec<Said>),
    /// What cannot be put into a table or a document.
    Shape(String),
    /// What Python raised meanwhile, such as at Ctrl-C.
    Raised(PyErr),
}

impl Failure {
    /// Says what `noun` a word has to be one of.
    pub(crate) fn word(noun: &str, word: &str, words: &[&str]) -> Self {
        Self::Value(format!("`{word}` is no {noun}; there are {}", words.join(", ")))
    }
}

impl From<ArrowError> for Failure {
    fn from(error: ArrowError) -> Self {
        Self::Shape(error.to_string())
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Shape(error.to_string())
    }
}

impl From<PyErr> for Failure {
    fn from(error: PyErr) -> Self {
        Self::Raised(error)
    }
}

impl From<Failure> for PyErr {
    fn from(failure: Failure) -> Self {
        Python::attach(|py| match failure {
            Failure::Value(message) => PyValueError::new_err(message),
            Failure::Unknown(said, name, known) => raised(py, "UnknownName", (said, name, known)),
            Failure::Inventory(found) => with_findings(py, "InvalidInventory", &found),
            Failure::Changes(found) => with_findings(py, "BadChange", &found),
            Failure::Shape(message) => PyRuntimeError::new_err(message),
            Failure::Raised(error) => error,
        })
    }
}

/// What `report` says, in its order; it is sorted before, which puts asterisks in the place of secrets.
pub(crate) fn said(report: &mut Report) -> Vec<Said> {
    report.sort();
    Finding::all(report, None)
        .map(|finding| {
            let mut cells = Vec::new();
            let Ok(()) = finding.cells(|cell| {
                cells.push(cell.to_string());
                Ok::<(), std::convert::Infallible>(())
            });
            cells
        })
        .collect()
}

/// Findings as Python has them.
pub(crate) fn findings<'py>(py: Python<'py>, found: &[Said]) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let of = py.import(FINDINGS)?.getattr("Finding")?.getattr("of")?;
    found.iter().map(|cells| of.call1((cells.clone(),))).collect()
}

fn with_findings(py: Python<'_>, class: &str, found: &[Said]) -> PyErr {
    match findings(py, found) {
        Ok(found) => raised(py, class, (found,)),
        Err(error) => error,
    }
}

fn raised<'py>(py: Python<'py>, class: &str, arguments: impl pyo3::call::PyCallArgs<'py>) -> PyErr {
    let exception = py.import(FINDINGS).and_then(|module| module.getattr(class)?.call1(arguments));
    exception.map_or_else(|error| error, PyErr::from_value)
}
