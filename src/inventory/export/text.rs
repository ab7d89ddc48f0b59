//! The bytes of an exported file as text.

/// The text of a file in UTF-8, or in UTF-16 with a byte-order mark as Windows `PowerShell` writes it; no mark is left.
pub(super) fn decode(bytes: Vec<u8>) -> Result<String, &'static str> {
    const NOT_TEXT: &str = "neither UTF-8 nor UTF-16 text";
    match bytes.as_slice() {
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes).ok_or(NOT_TEXT),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes).ok_or(NOT_TEXT),
        [b'P', b'K', 3, 4, ..] => Err("a spreadsheet or archive, not text"),
        _ => {
            let mut text = String::from_utf8(bytes).map_err(|_| NOT_TEXT)?;
            if text.starts_with('\u{feff}') {
                text.drain(..'\u{feff}'.len_utf8());
            }
            Ok(text)
        }
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let pairs = bytes.chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return None;
    }
    char::decode_utf16(pairs.map(|pair| unit([pair[0], pair[1]]))).collect::<Result<_, _>>().ok()
}

/// How many bytes of blank lines and of lines that start with `#` stand before the first other line.
pub(super) fn comment_length(text: &str) -> usize {
    text.split_inclusive('\n')
        .take_while(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
        .map(str::len)
        .sum()
}

/// The values of a cell that holds a list: a JSON array, or values between `;`, `,`, `|` or blanks.
pub(super) fn list(cell: &str) -> impl Iterator<Item = &str> {
    let is_between = |letter: char| letter.is_whitespace() || ",;|[]{}\"'".contains(letter);
    cell.split(is_between).filter(|value| !value.is_empty())
}

/// The truth value that a word of an export stands for.
pub(super) fn boolean(word: &str) -> Option<bool> {
    match word.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" | "enabled" | "wahr" | "vrai" => Some(true),
        "false" | "no" | "0" | "disabled" | "falsch" | "faux" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn byte_order_marks_are_read_and_dropped() {
        assert_eq!(decode(b"\xEF\xBB\xBF[1]".to_vec()).as_deref(), Ok("[1]"));
        assert_eq!(decode(b"\xFF\xFE[\0\xE4\0]\0".to_vec()).as_deref(), Ok("[ä]"));
        assert_eq!(decode(b"\xFE\xFF\0[\0]".to_vec()).as_deref(), Ok("[]"));
        assert!(decode(b"\xFF\xFE[".to_vec()).is_err());
        assert!(decode(b"caf\xE9".to_vec()).is_err());
    }

    #[test]
    fn lists_come_in_many_dresses() {
        for cell in ["[\"10.0.0.0/8\",\"11.0.0.0/8\"]", "10.0.0.0/8 , 11.0.0.0/8 ", "10.0.0.0/8;11.0.0.0/8"] {
            assert_eq!(list(cell).collect::<Vec<_>>(), ["10.0.0.0/8", "11.0.0.0/8"]);
        }
    }

    #[test]
    fn comments_end_at_the_first_other_line() {
        assert_eq!(comment_length("# az network vnet list\n\n[] # no"), 24);
        assert_eq!(comment_length("[]"), 0);
    }
}
