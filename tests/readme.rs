//! The sessions in the README and in the documentation are what the program answers.

#[test]
fn sessions_are_true() {
    trycmd::TestCases::new().case("README.md").case("docs/queries.md").case("docs/diagnostics.md");
}
