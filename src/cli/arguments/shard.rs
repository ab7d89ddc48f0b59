//! Shares of the work, for several machines.

use std::str::FromStr;

/// One of several equal shares of the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shard {
    number: usize,
    count: usize,
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/').and_then(|(number, count)| {
            Some(Self { number: number.parse().ok()?, count: count.parse().ok()? })
        });
        parts
            .filter(|shard| (1..=shard.count).contains(&shard.number))
            .ok_or_else(|| "expected K/N with K from 1 to N, such as `2/8`".to_owned())
    }
}

impl Shard {
    /// The part of `items` that this share has.
    pub(crate) fn of<Item>(self, items: &[Item]) -> &[Item] {
        let end = |number: usize| items.len() * number / self.count;
        &items[end(self.number - 1)..end(self.number)]
    }

    /// True for the share that outputs begin with.
    pub(crate) fn is_first(self) -> bool {
        self.number == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_all_there_is_and_nothing_twice() {
        let items: Vec<usize> = (0..11).collect();
        let shares = (1..=4).flat_map(|number| Shard { number, count: 4 }.of(&items).to_vec());
        assert_eq!(shares.collect::<Vec<_>>(), items);
        assert!("0/4".parse::<Shard>().is_err());
        assert!("5/4".parse::<Shard>().is_err());
        assert_eq!("4/4".parse(), Ok(Shard { number: 4, count: 4 }));
    }
}
