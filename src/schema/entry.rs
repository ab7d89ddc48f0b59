//! Every relation with its names and the number of its fields, for what is compared with the table.

use super::table::for_each_relation;

/// A relation as the table has it, for what is compared with the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it is called in Rust.
    pub variant: &'static str,
    /// What it is called in text.
    pub name: &'static str,
    /// How the rules get a relation that is stated; `prepared`; or `derived`.
    pub given: &'static str,
    /// How many fields a row has.
    pub fields: usize,
    /// What a row of a fact says.
    pub said: &'static str,
}

macro_rules! entries {
    (
        stated { $(
            $stated:ident $stated_name:ident $given:ident
            ($($stated_column:ident $label:literal $stated_kind:ident),+) $stated_meaning:literal $stated_said:literal;
        )* }
        prepared { $(
            $prepared:ident $prepared_name:ident
            ($($prepared_column:ident $prepared_kind:ident),+) $prepared_meaning:literal $prepared_said:literal;
        )* }
        derived { $($derived:ident $derived_name:ident ($($field:ident),+) $columns:tt;)* }
        $($rest:tt)*
    ) => {
        /// Every relation but those that are only asked.
        pub const ENTRIES: &[Entry] = &[
            $(Entry {
                variant: stringify!($stated),
                name: stringify!($stated_name),
                given: stringify!($given),
                fields: [$(stringify!($stated_column)),+].len(),
                said: $stated_said,
            },)*
            $(Entry {
                variant: stringify!($prepared),
                name: stringify!($prepared_name),
                given: "prepared",
                fields: [$(stringify!($prepared_column)),+].len(),
                said: $prepared_said,
            },)*
            $(Entry {
                variant: stringify!($derived),
                name: stringify!($derived_name),
                given: "derived",
                fields: [$(stringify!($field)),+].len(),
                said: "",
            },)*
        ];
    };
}
for_each_relation!(entries);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sentence_says_each_value_once() {
        for entry in ENTRIES.iter().filter(|entry| entry.given != "derived") {
            for field in 0..entry.fields {
                assert_eq!(entry.said.matches(&format!("{{{field}}}")).count(), 1, "{entry:?}");
            }
            assert_eq!(entry.said.matches('{').count(), entry.fields, "{entry:?}");
        }
    }
}
