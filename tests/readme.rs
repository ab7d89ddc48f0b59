//! The sessions in the README are what the program answers.

#[test]
fn sessions_are_true() {
    trycmd::TestCases::new().case("README.md");
}
