//! Several files in one input, and where findings about them point.

use tunnelog::diagnostic::{Report, Severity};

/// The files of an input, each with its name. A line `== NAME` begins one; what stands before the first has no name.
pub(crate) fn files(input: &[u8]) -> Vec<(&[u8], Vec<u8>)> {
    let mut files: Vec<(&[u8], Vec<u8>)> = Vec::new();
    for line in input.split_inclusive(|byte| *byte == b'\n') {
        match (line.strip_prefix(b"== "), files.last_mut()) {
            (Some(name), _) => files.push((name.trim_ascii(), Vec::new())),
            (None, Some((_, text))) => text.extend(line),
            (None, None) => files.push((b"", line.to_vec())),
        }
    }
    files
}

/// Requires that something was read where there is no error, and that each finding points into a text.
pub(crate) fn sound(is_read: bool, report: &Report) {
    let has_errors = report.worst() == Some(Severity::Error);
    assert_eq!(is_read, !has_errors, "{:?}", report.diagnostics);
    places(report);
}

/// Requires that each finding points into a text and can be told in one line.
pub(crate) fn places(report: &Report) {
    for finding in &report.diagnostics {
        assert!(!finding.message.contains('\n'), "{finding:?}");
        for span in finding.span.iter().chain(finding.related.iter().map(|(span, _)| span)) {
            let source = report.sources.get(span.file);
            assert!(source.text().get(span.range()).is_some(), "{finding:?} in {:?}", source.text());
            assert!(report.sources.position(*span).line > 0);
        }
    }
}
