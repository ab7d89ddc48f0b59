//! Texts of exports before they are read: comments in front, and secrets inside.

/// How many bytes of blank lines and of lines that start with `#` stand before the first other line.
pub(crate) fn comment_length(text: &str) -> usize {
    text.split_inclusive('\n')
        .take_while(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
        .map(str::len)
        .sum()
}

/// The names of fields that hold secrets, as Azure, its tools and Terraform write them.
const SECRETS: [&str; 10] = [
    "\"shared_key\"",
    "\"sharedKey\"",
    "\"SharedKey\"",
    "\"authorization_key\"",
    "\"authorizationKey\"",
    "\"AuthorizationKey\"",
    "\"radius_server_secret\"",
    "\"radiusServerSecret\"",
    "\"RadiusServerSecret\"",
    "\"secret\"",
];

/// Puts asterisks in the place of secrets, so that none is shown beside what a finding is about.
///
/// Nothing moves, so that places in the text stay what they are.
pub(super) fn without_secrets(text: String) -> String {
    let mut hidden = Vec::new();
    for name in SECRETS {
        for at in memchr::memmem::find_iter(text.as_bytes(), name) {
            let rest = text[at + name.len()..].trim_start();
            let Some(value) = rest.strip_prefix(':').map(str::trim_start).and_then(|it| it.strip_prefix('"'))
            else {
                continue;
            };
            let start = text.len() - value.len();
            let mut is_escaped = false;
            let end = value.bytes().position(|byte| {
                let is_end = byte == b'"' && !is_escaped;
                is_escaped = byte == b'\\' && !is_escaped;
                is_end
            });
            hidden.push(start..start + end.unwrap_or(value.len()));
        }
    }
    if hidden.is_empty() {
        return text;
    }
    let mut bytes = text.into_bytes();
    for range in hidden {
        bytes[range].fill(b'*');
    }
    // Whole strings of JSON have become ASCII, so that nothing but UTF-8 is left.
    String::from_utf8(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_become_asterisks_where_they_stand() {
        let text = "{\"shared_key\" : \"a\\\"ü\", \"name\":\"hub\",\"sharedKey\":null,\"secret\":\"\"}";
        let masked = without_secrets(text.to_owned());
        assert_eq!(
            masked,
            "{\"shared_key\" : \"*****\", \"name\":\"hub\",\"sharedKey\":null,\"secret\":\"\"}"
        );
        assert_eq!(masked.len(), text.len());
        assert_eq!(without_secrets("{\"secret\":\"open".into()), "{\"secret\":\"****");
    }

    #[test]
    fn comments_end_at_the_first_other_line() {
        assert_eq!(comment_length("# az network vnet list\n\n[] # no"), 24);
        assert_eq!(comment_length("[]"), 0);
    }
}
