//! Letters that nobody sees, or that act on what stands around them: one list, for whatever shows names.
//!
//! ```
//! use tunnelog::marks::is_unseen;
//!
//! assert!("hub\u{200b}".contains(is_unseen) && "gnp.\u{202e}exe".contains(is_unseen));
//! assert!(!"Zürich-хаб-東京 ✓".contains(is_unseen));
//! ```

/// First and last of each stretch of them, in order.
///
/// Control characters, hyphens and joiners without width, fillers that are blank, marks that turn the direction of
/// writing, variation selectors, tags, and the code points that are no characters, which XML cannot hold.
pub const UNSEEN: [(u32, u32); 38] = [
    (0x0, 0x1f),
    (0x7f, 0x9f),
    (0xad, 0xad),
    (0x34f, 0x34f),
    (0x61c, 0x61c),
    (0x115f, 0x1160),
    (0x17b4, 0x17b5),
    (0x180b, 0x180f),
    (0x200b, 0x200f),
    (0x2028, 0x202e),
    (0x2060, 0x206f),
    (0x2800, 0x2800),
    (0x3164, 0x3164),
    (0xfdd0, 0xfdef),
    (0xfe00, 0xfe0f),
    (0xfeff, 0xfeff),
    (0xffa0, 0xffa0),
    (0xfff0, 0xfffb),
    (0xfffe, 0xffff),
    (0x1_bca0, 0x1_bca3),
    (0x1_d173, 0x1_d17a),
    (0x1_fffe, 0x1_ffff),
    (0x2_fffe, 0x2_ffff),
    (0x3_fffe, 0x3_ffff),
    (0x4_fffe, 0x4_ffff),
    (0x5_fffe, 0x5_ffff),
    (0x6_fffe, 0x6_ffff),
    (0x7_fffe, 0x7_ffff),
    (0x8_fffe, 0x8_ffff),
    (0x9_fffe, 0x9_ffff),
    (0xa_fffe, 0xa_ffff),
    (0xb_fffe, 0xb_ffff),
    (0xc_fffe, 0xc_ffff),
    (0xd_fffe, 0xd_ffff),
    (0xe_0000, 0xe_0fff),
    (0xe_fffe, 0xe_ffff),
    (0xf_fffe, 0xf_ffff),
    (0x10_fffe, 0x10_ffff),
];

/// True for a letter that is not seen, or that acts on others.
#[must_use]
pub fn is_unseen(letter: char) -> bool {
    let code = u32::from(letter);
    // Nearly every letter stands before the second stretch.
    if (0x20..0x7f).contains(&code) {
        return false;
    }
    let next = UNSEEN.partition_point(|(_, last)| *last < code);
    UNSEEN.get(next).is_some_and(|(first, _)| *first <= code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_stand_in_order() {
        assert!(UNSEEN.iter().all(|(first, last)| first <= last));
        assert!(UNSEEN.windows(2).all(|pair| pair[0].1 < pair[1].0));
    }

    #[test]
    fn what_is_not_seen_is_known() {
        for code in [
            0x00, 0x0a, 0x1b, 0x7f, 0x9b, 0xad, 0x61c, 0x115f, 0x1160, 0x180e, 0x200b, 0x200d, 0x200f,
            0x2028, 0x2029, 0x202a, 0x202e, 0x2060, 0x2066, 0x206f, 0x3164, 0xfe0f, 0xfeff, 0xffa0, 0xfffe,
            0xffff, 0x1_fffe, 0xe_0001, 0xe_007f, 0xe_0100, 0x10_ffff,
        ] {
            assert!(char::from_u32(code).is_some_and(is_unseen), "{code:x}");
        }
        assert!(!"aZ~ éßẞığЖαあ中한✓…→\u{fffd}\u{1f600}".contains(is_unseen));
    }
}
