//! The names of networks and clients as small numbers: equal without regard to case, printed as first written.

use hashbrown::HashTable;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::Hasher;
use std::sync::Arc;

/// The number of a name in its [`Names`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameId(u32);

impl NameId {
    /// What stands for the Internet among networks. No name has the number.
    pub const INTERNET: Self = Self(u32::MAX);

    /// True for a private endpoint, which is a network of its own to what is asked of it.
    #[must_use]
    pub fn is_endpoint(self) -> bool {
        self.0 >= FIRST_ENDPOINT && self != Self::INTERNET
    }

    /// The place of the name in the order of first mention, from 0; a private endpoint has none among networks.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The number of the first private endpoint. They have names of their own, as Azure lets one be called as a VNet is.
const FIRST_ENDPOINT: u32 = 1 << 31;

/// The number of the name of a subnet, a route table, an appliance or a zone in its [`Labels`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LabelId(NameId);

impl LabelId {
    /// The place of the name in the order of first mention, from 0.
    #[must_use]
    pub fn index(self) -> usize {
        self.0.index()
    }
}

/// The names of what is no network and no client: subnets, route tables, appliances, resolvers, zones and private endpoints,
/// each name once. What it is the
/// name of, the place says where it stands.
#[derive(Clone, Debug)]
pub struct Labels(Names);

/// The subnets that hold resources of Azure itself; no client is answered from one. Every [`Labels`] starts with them, that of
/// gateways first.
const RESERVED: [&str; 5] = [
    "GatewaySubnet",
    "AzureFirewallSubnet",
    "AzureFirewallManagementSubnet",
    "RouteServerSubnet",
    "AzureBastionSubnet",
];

impl Default for Labels {
    fn default() -> Self {
        let mut names = Names::default();
        for name in RESERVED {
            names.intern(name);
        }
        Self(names)
    }
}

impl LabelId {
    /// True for a subnet that is reserved for resources of Azure itself, such as `GatewaySubnet`.
    #[must_use]
    pub fn is_reserved(self) -> bool {
        self.index() < RESERVED.len()
    }

    /// True for the subnet that holds a VNet's gateways.
    #[must_use]
    pub fn is_gateway_subnet(self) -> bool {
        self.index() == 0
    }
}

impl Labels {
    /// The number of `name`, which is new where no name equal to it was interned before.
    ///
    /// # Panics
    /// After 2³² names, which no inventory that fits into memory holds.
    pub fn intern(&mut self, name: &str) -> LabelId {
        LabelId(self.0.intern(name))
    }

    /// The number of each of `names`, as [`Labels::intern`] gives them one after the other, with all threads at work.
    pub(crate) fn intern_all<'text>(&mut self, names: &[&'text str]) -> Vec<LabelId> {
        let within = |names: &[&'text str]| {
            let mut places: FxHashMap<&str, usize> = FxHashMap::default();
            let mut distinct = Vec::new();
            let mut numbers = Vec::with_capacity(names.len());
            for name in names {
                let number = *places.entry(*name).or_insert_with(|| {
                    distinct.push(*name);
                    distinct.len() - 1
                });
                numbers.push(number);
            }
            (numbers, distinct)
        };
        // In the names of a chunk, each of which stands there in the order of first mention.
        let chunks: Vec<(Vec<usize>, Vec<&'text str>)> = names.par_chunks(CHUNK).map(within).collect();
        let mut labels = Vec::with_capacity(names.len());
        for (numbers, distinct) in chunks {
            let distinct: Vec<LabelId> = distinct.into_iter().map(|name| self.intern(name)).collect();
            labels.extend(numbers.into_iter().map(|number| distinct[number]));
        }
        labels
    }

    /// Numbers `names` in their order. False where two of them are equal or one was interned before; then nothing has changed.
    pub(crate) fn intern_distinct(&mut self, names: &[&str]) -> bool {
        self.0.intern_distinct(names)
    }

    /// The number of `name` if it was interned, in whatever case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<LabelId> {
        self.0.get(name).map(LabelId)
    }

    /// The name after `name` in the order of first mention, if that is how `text` writes it.
    pub(crate) fn next_if(&self, name: LabelId, text: &str) -> Option<LabelId> {
        self.0.next_if(name.0, text).map(LabelId)
    }

    /// The name as it was first written.
    #[must_use]
    pub fn text(&self, name: LabelId) -> &str {
        self.0.text(name.0)
    }

    /// How many names there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// All names in the order of first mention.
    pub fn iter(&self) -> impl Iterator<Item = LabelId> + use<> {
        self.0.iter().map(LabelId)
    }
}

/// Every name of an inventory, each once.
///
/// ```
/// let mut names = tunnelog::names::Names::default();
/// let hub = names.intern("Hub-West");
/// assert_eq!(names.get("hub-west"), Some(hub));
/// assert_eq!(names.text(hub), "Hub-West");
/// ```
///
/// A copy shares them until one of the two takes in another name.
#[derive(Clone, Debug, Default)]
pub struct Names(Arc<All>);

/// The names, and how they are found.
#[derive(Clone, Debug, Default)]
struct All {
    text: String,
    ends: Vec<usize>,
    tables: [HashTable<NameId>; TABLES],
    /// What else a name may be called, in small letters.
    aliases: FxHashMap<String, NameId>,
    endpoints: Endpoints,
}

/// The names of private endpoints.
#[derive(Clone, Debug, Default)]
struct Endpoints {
    texts: Vec<Box<str>>,
    /// By the name in small letters.
    numbers: FxHashMap<String, NameId>,
}

/// How many tables names are shared out to by their hashes, so that threads can fill them side by side.
const TABLES: usize = 16;

/// How many names a thread takes at once.
const CHUNK: usize = 1 << 14;

/// Which of the tables a name with that hash stands in. A table goes by other bits of the hash.
fn table_of(hash: u64) -> usize {
    (hash >> 20) as usize % TABLES
}

impl Names {
    /// The number of `name`, which is new where no name equal to it was interned before.
    ///
    /// # Panics
    /// After 2³² names, which no inventory that fits into memory holds.
    pub fn intern(&mut self, name: &str) -> NameId {
        if let Some(known) = self.own(name) {
            return known;
        }
        let number = number(self.len());
        let All { text, ends, tables, .. } = Arc::make_mut(&mut self.0);
        text.push_str(name);
        ends.push(text.len());
        let hashed = hash(name);
        tables[table_of(hashed)].insert_unique(hashed, number, |&other| hash(slice(text, ends, other)));
        number
    }

    /// Numbers `names` in their order, with all threads at work. False where two of them are equal or
    /// one was interned before; then nothing has changed.
    ///
    /// # Panics
    /// After 2³² names, which no inventory that fits into memory holds.
    pub(crate) fn intern_distinct(&mut self, names: &[&str]) -> bool {
        let first = self.len();
        let shared_out = |(chunk, names): (usize, &[&str])| {
            let mut shares: [Vec<(u64, NameId)>; TABLES] = std::array::from_fn(|_| Vec::new());
            for (index, name) in (first + chunk * CHUNK..).zip(names) {
                let hashed = hash(name);
                shares[table_of(hashed)].push((hashed, number(index)));
            }
            shares
        };
        let chunks: Vec<_> = names.par_chunks(CHUNK).enumerate().map(shared_out).collect();
        let mut tables = self.0.tables.clone();
        let fill = |(place, table): (usize, &mut HashTable<NameId>)| {
            let own = || chunks.iter().flat_map(|shares| &shares[place]);
            let text = |name: NameId| {
                name.index().checked_sub(first).map_or_else(|| self.text(name), |at| names[at])
            };
            table.reserve(own().count(), |&other| hash(text(other)));
            own().all(|(hashed, name)| {
                let is_new = table.find(*hashed, |&other| equal(text(other), text(*name))).is_none();
                if is_new {
                    table.insert_unique(*hashed, *name, |&other| hash(text(other)));
                }
                is_new
            })
        };
        let (are_distinct, text) =
            rayon::join(|| tables.par_iter_mut().enumerate().all(fill), || names.concat());
        if are_distinct {
            let all = Arc::make_mut(&mut self.0);
            all.tables = tables;
            let mut end = all.text.len();
            all.ends.extend(names.iter().map(|name| {
                end += name.len();
                end
            }));
            if all.text.is_empty() {
                all.text = text;
            } else {
                all.text.push_str(&text);
            }
        }
        are_distinct
    }

    /// The name after `name` in the order of first mention, if that is how `text` writes it.
    pub(crate) fn next_if(&self, name: NameId, text: &str) -> Option<NameId> {
        let next = NameId(name.0.checked_add(1)?);
        (next.index() < self.len() && self.text(next) == text).then_some(next)
    }

    /// Lets `alias` be found as `name`, unless a name is called so.
    pub(crate) fn alias(&mut self, alias: &str, name: NameId) {
        Arc::make_mut(&mut self.0).aliases.insert(alias.to_lowercase(), name);
    }

    /// The number of `name` if it was interned, in whatever case, or is another word for one that was.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<NameId> {
        let own = self.own(name);
        if own.is_some() || self.0.aliases.is_empty() {
            return own;
        }
        self.0.aliases.get(&name.to_lowercase()).copied()
    }

    /// What the name of a network stands for: a private endpoint, or the Internet, where no network has that name.
    #[must_use]
    pub fn network(&self, name: &str) -> Option<NameId> {
        let is_internet = || name.eq_ignore_ascii_case(self.text(NameId::INTERNET));
        let other = || self.endpoint(name).or_else(|| is_internet().then_some(NameId::INTERNET));
        self.get(name).or_else(other)
    }

    /// The number of the private endpoint called `name`, which is new where none was interned under that name.
    ///
    /// # Panics
    /// After 2³¹ names, which no inventory that fits into memory holds.
    pub fn intern_endpoint(&mut self, name: &str) -> NameId {
        let Endpoints { texts, numbers } = &mut Arc::make_mut(&mut self.0).endpoints;
        *numbers.entry(name.to_lowercase()).or_insert_with(|| {
            texts.push(name.into());
            NameId(number(texts.len() - 1).0 + FIRST_ENDPOINT)
        })
    }

    /// The number of the private endpoint called `name`, in whatever case.
    #[must_use]
    pub fn endpoint(&self, name: &str) -> Option<NameId> {
        if self.0.endpoints.numbers.is_empty() {
            return None;
        }
        self.0.endpoints.numbers.get(&name.to_lowercase()).copied()
    }

    /// The names of private endpoints in the order of first mention.
    pub(crate) fn endpoints(&self) -> impl Iterator<Item = &str> {
        self.0.endpoints.texts.iter().map(|text| &**text)
    }

    fn own(&self, name: &str) -> Option<NameId> {
        let hashed = hash(name);
        self.0.tables[table_of(hashed)].find(hashed, |&other| equal(self.text(other), name)).copied()
    }

    /// The name as it was first written.
    #[must_use]
    pub fn text(&self, name: NameId) -> &str {
        if name == NameId::INTERNET {
            return "Internet";
        }
        if name.is_endpoint() {
            return &self.0.endpoints.texts[(name.0 - FIRST_ENDPOINT) as usize];
        }
        slice(&self.0.text, &self.0.ends, name)
    }

    /// True where both are the very same, so that a number stands for one name in both.
    pub(crate) fn are_shared_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// How many different names there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.ends.len()
    }

    /// True where nothing was interned yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.ends.is_empty()
    }

    /// All names in the order of first mention.
    pub fn iter(&self) -> impl Iterator<Item = NameId> + use<> {
        (0..u32::try_from(self.0.ends.len()).unwrap_or(u32::MAX)).map(NameId)
    }
}

fn number(index: usize) -> NameId {
    NameId(u32::try_from(index).expect("fewer than 2^32 names"))
}

fn slice<'names>(text: &'names str, ends: &[usize], name: NameId) -> &'names str {
    let start = name.index().checked_sub(1).map_or(0, |previous| ends[previous]);
    &text[start..ends[name.index()]]
}

fn folded(name: &str) -> impl Iterator<Item = char> + '_ {
    name.chars().flat_map(char::to_lowercase)
}

fn equal(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
        || (!(one.is_ascii() && other.is_ascii()) && folded(one).eq(folded(other)))
}

/// Equal for names that are equal without regard to case.
fn hash(name: &str) -> u64 {
    if name.is_ascii() {
        hash_of_bytes(name.as_bytes())
    } else {
        hash_of_bytes(folded(name).collect::<String>().as_bytes())
    }
}

/// The bit that tells an ASCII capital from a small letter is set everywhere: that some other bytes meet too costs nothing but a
/// comparison. A table looks at few bits of a hash, so these have to be mixed well: names differ in a digit or two.
fn hash_of_bytes(name: &[u8]) -> u64 {
    const CASE: u8 = 0x20;
    let mut hasher = FxHasher::default();
    let mut letters = [0; 64];
    for part in name.chunks(letters.len()) {
        let letters = &mut letters[..part.len()];
        for (letter, byte) in letters.iter_mut().zip(part) {
            *letter = byte | CASE;
        }
        hasher.write(letters);
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_tell_names_apart() {
        let mut names = Names::default();
        let hub = names.intern("Zürich");
        assert_eq!(names.intern("ZÜRICH"), hub);
        assert_ne!(names.intern("Zurich"), hub);
        // The Kelvin sign folds to an ASCII letter, so the two spellings must meet in one bucket.
        let kelvin = names.intern("\u{212a}elvin");
        assert_eq!(names.intern("kelvin"), kelvin);
        assert_eq!(names.text(hub), "Zürich");
        assert_eq!(names.len(), 3);
    }

    #[test]
    fn another_word_for_a_name_gives_way_to_a_name() {
        let mut names = Names::default();
        let hub = names.intern("Hub");
        names.alias("vgw-Hub", hub);
        assert_eq!((names.get("VGW-hub"), names.len()), (Some(hub), 1));
        let other = names.intern("vgw-hub");
        assert_ne!(other, hub);
        assert_eq!(names.get("vgw-hub"), Some(other));
    }

    #[test]
    fn a_private_endpoint_may_be_called_as_a_network_is() {
        let mut names = Names::default();
        let (endpoint, hub) = (names.intern_endpoint("Vault"), names.intern("Hub"));
        assert_eq!((names.intern_endpoint("VAULT"), names.text(endpoint)), (endpoint, "Vault"));
        assert_eq!((names.len(), names.get("vault"), names.network("vault")), (1, None, Some(endpoint)));
        let vnet = names.intern("vault");
        assert_eq!((names.network("Vault"), names.endpoint("Vault")), (Some(vnet), Some(endpoint)));
        assert!(endpoint.is_endpoint() && !hub.is_endpoint() && !NameId::INTERNET.is_endpoint());
    }

    #[test]
    fn distinct_names_are_numbered_in_their_order() {
        let mut names = Names::default();
        let first = names.intern("first");
        let many: Vec<String> = (0..1000).map(|number| format!("VNet{number}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(names.intern_distinct(&many));
        for (name, text) in names.iter().zip(std::iter::once("first").chain(many)) {
            assert_eq!((names.text(name), names.get(&text.to_uppercase())), (text, Some(name)));
        }
        assert_eq!(names.intern("FIRST"), first);
        assert_eq!(names.len(), 1001);
    }

    #[test]
    fn labels_are_numbered_by_first_mention_on_all_threads() {
        let texts: Vec<String> = (0..3 * CHUNK).map(|number| format!("App{}", number % 40_000)).collect();
        let texts: Vec<&str> =
            ["web", "WEB", "GatewaySubnet"].into_iter().chain(texts.iter().map(String::as_str)).collect();
        let (mut together, mut alone) = (Labels::default(), Labels::default());
        let expected: Vec<LabelId> = texts.iter().map(|text| alone.intern(text)).collect();
        assert_eq!(together.intern_all(&texts), expected);
        assert_eq!((together.len(), together.text(expected[1])), (alone.len(), "web"));
    }

    #[test]
    fn names_that_are_equal_change_nothing() {
        let mut names = Names::default();
        names.intern("hub");
        assert!(!names.intern_distinct(&["spoke", "Hub"]));
        assert!(!names.intern_distinct(&["spoke", "Zürich", "ZÜRICH"]));
        assert_eq!((names.len(), names.get("spoke"), names.get("zürich")), (1, None, None));
        assert_eq!(names.intern("spoke").index(), 1);
    }
}
