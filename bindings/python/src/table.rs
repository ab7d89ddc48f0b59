//! The rows of an answer, for whoever reads Arrow.

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{RecordBatch, RecordBatchIterator};
use arrow_schema::SchemaRef;
use arrow_schema::ffi::FFI_ArrowSchema;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::columns::Columns;
use crate::failure::{Failure, Said, findings};

/// The rows of an answer: an Arrow table that pandas, polars, DuckDB and pyarrow take as it is.
///
/// `pandas.DataFrame.from_arrow(rows)`, `polars.DataFrame(rows)`, `pyarrow.table(rows)` and `duckdb.sql("from rows")` read it
/// where it is.
#[pyclass(frozen, module = "tunnelog")]
pub(crate) struct Table {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
    found: Vec<Said>,
}

impl Table {
    pub(crate) fn new(columns: Columns) -> Result<Self, Failure> {
        let (schema, batches) = columns.finish()?;
        Ok(Self { schema, batches, found: Vec::new() })
    }

    /// The same with batches of the same columns behind, and with what was found meanwhile.
    pub(crate) fn with(mut self, batches: Vec<RecordBatch>, found: Vec<Said>) -> Self {
        self.batches.extend(batches);
        self.found = found;
        self
    }
}

#[pymethods]
impl Table {
    /// The names of the columns.
    #[getter]
    fn columns(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    /// What was found while the answer was worked out: notes about changes, and warnings that they bring.
    #[getter]
    fn findings<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        findings(py, &self.found)
    }

    fn __len__(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    fn __repr__(&self) -> String {
        format!("<tunnelog.Table: {} rows of {}>", self.__len__(), self.columns().join(", "))
    }

    /// The table as a stream of Arrow's C interface. It has one form, so that no other schema is heeded.
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        drop(requested_schema);
        let batches: Vec<_> = self.batches.iter().cloned().map(Ok).collect();
        let reader = RecordBatchIterator::new(batches, self.schema.clone());
        let stream = FFI_ArrowArrayStream::new(Box::new(reader));
        PyCapsule::new_with_value(py, stream, c"arrow_array_stream")
    }

    /// The columns as a schema of Arrow's C interface.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let schema = FFI_ArrowSchema::try_from(&*self.schema).map_err(Failure::from)?;
        PyCapsule::new_with_value(py, schema, c"arrow_schema")
    }
}
