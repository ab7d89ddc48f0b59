//! What stands before the rows of a document.

use serde::Serialize;

use super::finding::Finding;

/// What stands before the rows of a JSON document.
#[derive(Clone, Debug, Serialize)]
pub struct Head<'a> {
    /// The name and version of the document's shape.
    pub schema: &'static str,
    /// The profile, where the verb follows one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<&'static str>,
    /// The inventories, as given.
    pub inventories: &'a [String],
    /// What was found in them, where that is not the answer itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diagnostics: Option<&'a [Finding]>,
}
