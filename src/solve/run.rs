//! One run of the rules over some destinations of a connected component.

use std::collections::{BTreeSet, HashSet};

use rustc_hash::{FxBuildHasher, FxHashSet};

use super::part::Component;
use crate::class::Class;
use crate::facts::ids::PrefixId;
use crate::names::NameId;
use crate::prefix::Family;
use crate::rule::Rule;
use crate::rules;
use crate::schema::{for_each_relation, row};
use crate::witness::{Step, Via, Witness};

/// What a run is about. Facts that concern other prefixes are left out: where a packet goes depends
/// on nothing but the prefixes that cover its destination.
pub(crate) struct Slice {
    /// The prefixes whose facts take part: with each, everything that covers it.
    pub(crate) relevant: Vec<PrefixId>,
    pub(crate) network_parts: Vec<(PrefixId, NameId)>,
    pub(crate) pool_parts: Vec<(PrefixId, NameId)>,
    /// The gateways whose whole client pool of the family is among `pool_parts`.
    pub(crate) complete: Vec<(NameId, Family)>,
    /// Which routers return to which gateways, from an earlier run.
    pub(crate) returned: Vec<(NameId, NameId, Family)>,
    /// True where every pair of nested prefixes is a fact, also those that no rule can join with anything.
    pub(crate) all_pairs: bool,
}

type Set<Row> = HashSet<Row, FxBuildHasher>;

/// Feeds a relation that the rules get whole.
macro_rules! feed_whole {
    (whole $program:ident $rows:ident $stated:ident $name:ident ($($column:ident),+)) => {
        $program.extend($rows.$name.iter().map(|&row!($($column),+)| rules::$stated($($column),+)));
    };
    ($given:ident $($rest:tt)*) => {};
}

/// Feeds what a relation that the rules get by network says of those that are named.
macro_rules! feed_by_network {
    (by_network $program:ident $rows:ident $named:ident $stated:ident $name:ident ($one:ident, $other:ident)) => {
        let rows = $rows.$name.iter().filter(|(one, other)| $named.hold(*one) || $named.hold(*other));
        $program.extend(rows.map(|&($one, $other)| rules::$stated($one, $other)));
    };
    ($given:ident $($rest:tt)*) => {};
}

/// Feeds what a relation that the rules get by prefix says of one prefix, which stands in its last column.
macro_rules! feed_by_prefix {
    (by_prefix $program:ident $part:ident $id:ident $stated:ident $name:ident ($one:ident, $prefix:ident)) => {
        $program.extend($part.$name.of($id).iter().map(|&(_, $one)| rules::$stated($one, $id)));
    };
    (by_prefix $program:ident $part:ident $id:ident $stated:ident $name:ident ($one:ident, $other:ident, $prefix:ident)) => {
        $program
            .extend($part.$name.of($id).iter().map(|&(_, ($one, $other))| rules::$stated($one, $other, $id)));
    };
    ($given:ident $($rest:tt)*) => {};
}

macro_rules! program {
    (
        stated { $(
            $stated:ident $name:ident $given:ident
            ($($column:ident $label:literal $kind:ident),+) $meaning:literal $said:literal;
        )* }
        prepared { $($prepared:tt)* }
        derived { $($derived:ident $derived_name:ident ($($field:ident),+) $columns:tt;)* }
        $($rest:tt)*
    ) => {
        fn feed_whole<W: Witness>(program: &mut rules::Crepe<W>, part: &Component<'_>) {
            let rows = part.facts.of(part.number);
            $(feed_whole!($given program rows $stated $name ($($column),+));)*
        }

        fn feed_by_network<W: Witness>(program: &mut rules::Crepe<W>, part: &Component<'_>, named: &Named) {
            let rows = part.facts.of(part.number);
            $(feed_by_network!($given program rows named $stated $name ($($column),+));)*
        }

        fn feed_by_prefix<W: Witness>(program: &mut rules::Crepe<W>, part: &Component<'_>, id: PrefixId) {
            $(feed_by_prefix!($given program part id $stated $name ($($column),+));)*
        }

        /// Every derived relation of a run.
        pub(crate) struct Derived<W: Witness> {
            $(pub(crate) $derived_name: Set<rules::$derived<W>>,)*
        }

        impl<W: Witness> Derived<W> {
            /// What follows from all that `program` was fed.
            fn from(program: rules::Crepe<W>) -> Self {
                let ($($derived_name,)*) = program.run_with_hasher::<FxBuildHasher>();
                Self { $($derived_name,)* }
            }
        }

        impl Derived<Step> {
            /// The rules that the witnesses of all relations name.
            pub(crate) fn rules(&self) -> BTreeSet<Rule> {
                let mut named = BTreeSet::new();
                $(named.extend(self.$derived_name.iter().map(|rules::$derived(.., step)| step.rule));)*
                named
            }
        }
    };
}
for_each_relation!(program);

/// Runs the rules over `slice` of `part`, for the classes that each gateway serves.
pub(crate) fn run<W: Witness>(part: &Component<'_>, slice: &Slice, serves: &[(NameId, Class)]) -> Derived<W> {
    let mut program = rules::Crepe::<W>::new();
    feed_whole(&mut program, part);
    feed_by_network(&mut program, part, &Named::by(part, slice));
    let sessions = part.paths.of_sessions(part.facts, part.number);
    program.extend(sessions.map(|(one, other, own, others)| rules::Bgp(one, other, own, others)));
    program.extend(part.summarizing().into_iter().map(rules::Summarizes));
    feed_prefixes(&mut program, part, slice);
    program.extend(slice.network_parts.iter().map(|(id, name)| rules::PartOfNetwork(*name, *id)));
    program.extend(slice.pool_parts.iter().map(|(id, name)| rules::PartOfPool(*name, *id)));
    let parts = slice.network_parts.iter().chain(&slice.pool_parts);
    program.extend(parts.map(|(id, _)| rules::OfFamily(*id, part.table.prefix(*id).family())));
    program.extend(slice.complete.iter().map(|(name, family)| rules::PoolComplete(*name, *family)));
    let before = W::step(Rule::ReturnedBefore, Via::Nothing);
    let returned = slice.returned.iter();
    program
        .extend(returned.map(|&(router, gateway, family)| rules::Returned(router, gateway, family, before)));
    program.extend(serves.iter().map(|(gateway, class)| rules::Serves(*gateway, *class)));
    program.extend(Class::ALL.into_iter().filter(|class| class.follows_table()).map(rules::FollowsTable));
    program.extend(
        Class::ALL.into_iter().filter(|class| class.follows_site_routes()).map(rules::FollowsSiteRoutes),
    );
    Derived::from(program)
}

/// The networks that a run is about. Every clause that asks a fact about peerings asks for a prefix of one of the two networks
/// besides: its address, a part of it that is carried, or a private endpoint in it.
struct Named(Option<FxHashSet<NameId>>);

impl Named {
    fn by(part: &Component<'_>, slice: &Slice) -> Self {
        /// Where a run is about more of the prefixes than one in so many, it is about most networks.
        const OF_MANY: usize = 8;
        if slice.relevant.len() > part.facts.address.of(part.number).len() / OF_MANY {
            return Self(None);
        }
        let of = |id: &PrefixId| {
            let own = part.address.of(*id).iter().map(|row| row.1);
            let carried = part.peered_prefix.of(*id).iter().flat_map(|row| [row.1.0, row.1.1]);
            let endpoints = part.endpoints.of(*id).iter().map(|row| row.1.1);
            own.chain(carried).chain(endpoints)
        };
        Self(Some(slice.relevant.iter().flat_map(of).collect()))
    }

    fn hold(&self, network: NameId) -> bool {
        self.0.as_ref().is_none_or(|named| named.contains(&network))
    }
}

fn feed_prefixes<W: Witness>(program: &mut rules::Crepe<W>, part: &Component<'_>, slice: &Slice) {
    let at_stake = at_stake(part, slice);
    for &id in &slice.relevant {
        feed_by_prefix(program, part, id);
        let endpoints = part.endpoints.of(id).iter();
        program.extend(endpoints.map(|&(_, (endpoint, vnet))| rules::PrivateEndpoint(endpoint, vnet, id)));
        // A pair matters to forwarding where a destination lies in the inner prefix, to what a router refuses
        // where the outer one is a network's, and to what a gateway announces where it is a summary.
        let every = slice.all_pairs || at_stake.contains(&id);
        let is_attached =
            |outer: PrefixId| !part.address.of(outer).is_empty() || !part.peered_prefix.of(outer).is_empty();
        let is_summary = |outer: PrefixId| !part.summarized_prefix.of(outer).is_empty();
        let matters = |outer: &PrefixId| every || is_attached(*outer) || is_summary(*outer);
        program.extend(part.table.covering(id).filter(matters).map(|outer| rules::Covers(outer, id)));
        if part.table.prefix(id).is_default_route() {
            program.extend([rules::DefaultRoute(id)]);
        }
    }
}

/// The prefixes that a destination of the run lies in.
fn at_stake(part: &Component<'_>, slice: &Slice) -> FxHashSet<PrefixId> {
    let destinations = slice.network_parts.iter().chain(&slice.pool_parts);
    destinations.flat_map(|(id, _)| part.table.covering(*id)).collect()
}
