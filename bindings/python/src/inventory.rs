//! An inventory as Python holds it.

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::prelude::*;
use tunnelog::check::check_paths;

use crate::failure::{findings, said};
use crate::scope::{Scope, gateways};
use crate::state::State;
use crate::table::Table;
use crate::{answers, changes, differences, documents};

/// An inventory without errors, ready to be asked.
#[pyclass(frozen, module = "tunnelog._tunnelog")]
pub(crate) struct Inventory(Arc<State>);

/// Reads the inventory or export at `path`, and looks for what is wrong in it.
#[pyfunction]
pub(crate) fn load(py: Python<'_>, path: PathBuf) -> PyResult<Inventory> {
    let state = py.detach(move || State::read(&path))?;
    Ok(Inventory(Arc::new(state)))
}

#[pymethods]
impl Inventory {
    #[getter]
    fn path(&self) -> &str {
        &self.0.path
    }

    #[getter]
    fn gateways(&self) -> Vec<String> {
        let mut gateways = gateways(&self.0.inventory);
        gateways.sort_unstable();
        gateways
    }

    fn findings<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let found = py.detach(|| said(&mut self.0.report()));
        findings(py, &found)
    }

    fn check<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let found = py.detach(|| {
            let mut report = self.0.report();
            check_paths(&self.0.inventory, self.0.facts(), &mut report);
            said(&mut report)
        });
        findings(py, &found)
    }

    fn routes(&self, py: Python<'_>, scope: Scope, to: Vec<String>) -> PyResult<Table> {
        Ok(py.detach(move || answers::routes(&self.0, &scope, &to))?)
    }

    fn reach(&self, py: Python<'_>, scope: Scope, to: Vec<String>, status: Vec<String>) -> PyResult<Table> {
        Ok(py.detach(move || answers::reach(&self.0, &scope, &to, &status))?)
    }

    fn names(&self, py: Python<'_>, scope: Scope, status: Vec<String>) -> PyResult<Table> {
        Ok(py.detach(move || answers::names(&self.0, &scope, &status))?)
    }

    fn with_changes(&self, py: Python<'_>, changes: Vec<String>, force: bool) -> PyResult<Self> {
        let state = py.detach(move || changes::changed(&self.0, &changes, force))?;
        Ok(Self(Arc::new(state)))
    }

    fn whatif(&self, py: Python<'_>, scope: Scope, changes: Vec<String>, force: bool) -> PyResult<Table> {
        Ok(py.detach(move || differences::whatif(&self.0, &scope, &changes, force))?)
    }

    fn scenarios(
        &self,
        py: Python<'_>,
        scope: Scope,
        scenarios: Vec<(String, Vec<String>)>,
        force: bool,
        skip: bool,
    ) -> PyResult<Table> {
        Ok(py.detach(move || differences::scenarios(&self.0, &scope, &scenarios, force, skip))?)
    }

    fn diff(&self, py: Python<'_>, scope: Scope, other: &Self) -> PyResult<Table> {
        Ok(py.detach(move || differences::diff(&self.0, &other.0, &scope))?)
    }

    fn explain(
        &self,
        py: Python<'_>,
        scope: Scope,
        start: String,
        to: Vec<String>,
        all: bool,
    ) -> PyResult<String> {
        Ok(py.detach(move || documents::explain(&self.0, &scope, &start, &to, all))?)
    }

    fn explain_zone(&self, py: Python<'_>, scope: Scope, start: String, zone: String) -> PyResult<String> {
        Ok(py.detach(move || documents::explain_zone(&self.0, &scope, &start, &zone))?)
    }

    fn fix(
        &self,
        py: Python<'_>,
        scope: Scope,
        start: String,
        to: Vec<String>,
        zones: Vec<String>,
        search: documents::Search,
    ) -> PyResult<String> {
        Ok(py.detach(move || documents::fix(&self.0, &scope, &start, &to, &zones, &search))?)
    }
}
