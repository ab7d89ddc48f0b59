//! The sessions in the README and in the documentation are what the program answers.

#[test]
fn sessions_are_true() {
    trycmd::TestCases::new()
        .case("README.md")
        .case("docs/queries.md")
        .case("docs/whatif.md")
        .case("docs/explain.md")
        .case("docs/fix.md")
        .case("docs/diagnostics.md")
        .case("docs/client-config.md")
        .case("docs/graph.md")
        .case("docs/verify.md");
}
