//! Numbers that look like chance and are the same in every run.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// Numbers that depend on nothing but the seed.
pub(super) struct Random(ChaCha8Rng);

impl Random {
    /// The numbers of a seed.
    pub(super) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Any number.
    pub(super) fn number(&mut self) -> u32 {
        self.0.next_u32()
    }

    /// A number below `bound`, which is not 0.
    pub(super) fn below(&mut self, bound: u32) -> u32 {
        self.number() % bound
    }

    /// True in `share` of the cases.
    pub(super) fn happens(&mut self, share: f64) -> bool {
        f64::from(self.number()) < share * 2f64.powi(32)
    }
}
