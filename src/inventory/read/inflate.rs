//! What packed bytes unpack to, up to a size that only an attack goes beyond.

use std::io::{self, Read};

/// Whatever is packed, so many bytes may come of it.
const ALWAYS: u64 = 64 << 20;

/// More bytes come of one only where next to nothing is in it: inventories and exports stay below a fifth of this.
const RATIO: u64 = 200;

/// How much may still be unpacked.
pub(super) struct Allowance {
    left: u64,
}

impl Allowance {
    /// For what comes of `packed` bytes altogether.
    pub(super) fn new(packed: u64) -> Self {
        Self { left: packed.saturating_mul(RATIO).max(ALWAYS).min(u64::from(u32::MAX)) }
    }

    /// All bytes of `stream`.
    ///
    /// # Errors
    /// Where they are more than is left, or are not packed as they should be.
    pub(super) fn unpacked(&mut self, stream: impl Read) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        stream.take(self.left + 1).read_to_end(&mut bytes)?;
        let Some(left) = self.left.checked_sub(bytes.len() as u64) else {
            return Err(io::Error::other(format!(
                "it unpacks to more than {RATIO} times its size, or to more than 4 GiB"
            )));
        };
        self.left = left;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_small_is_unpacked_and_what_is_out_of_proportion_is_not() {
        let mut allowance = Allowance::new(10);
        let half = usize::try_from(ALWAYS / 2).unwrap();
        assert_eq!(allowance.unpacked(io::repeat(b' ').take(ALWAYS / 2)).unwrap().len(), half);
        assert_eq!(allowance.unpacked(io::repeat(b' ').take(ALWAYS / 2)).unwrap().len(), half);
        let error = allowance.unpacked(&b" "[..]).unwrap_err();
        assert!(error.to_string().contains("more than 200 times"), "{error}");
        let mut allowance = Allowance::new(1 << 20);
        assert!(allowance.unpacked(io::repeat(b' ').take(ALWAYS + 1)).is_ok());
    }
}
