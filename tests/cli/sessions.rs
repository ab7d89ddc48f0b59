//! The sessions in the README and in the documentation are what the program answers.

use std::fs;
use std::path::Path;

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

/// Copies a folder with all that is in it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

#[test]
fn the_tour_can_be_walked_from_its_beginning_to_its_end() {
    let folder = tempfile::tempdir().unwrap();
    // Its steps share a copy of the folder, which is what `.in` and `.out` beside the document mean.
    fs::copy("docs/tour.md", folder.path().join("tour.md")).unwrap();
    copy("docs/tour".as_ref(), &folder.path().join("tour.in"));
    fs::create_dir(folder.path().join("tour.out")).unwrap();
    // Runs when it is dropped, and so before the folder is.
    trycmd::TestCases::new().case(folder.path().join("tour.md"));
}
