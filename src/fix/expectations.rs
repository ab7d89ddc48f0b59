//! Expectations of query files: what plans have to bring about, and what they may break.

use super::wish::{Direction, Goal, ZoneGoal};
use crate::answer::{Analysis, Resolution, Status};
use crate::change;
use crate::class::Profile;
use crate::diagnostic::Report;
use crate::inventory::Inventory;
use crate::language::syntax::{Change, Expectation, Goal as Condition, QueryFile, Statement, Term};
use crate::query::evaluate::{Evaluator, TooManyRows};
use crate::query::unknown::Unknown;

/// What query files expect of an inventory as it is; what they expect after changes of their own is left out.
#[derive(Clone, Debug, Default)]
pub struct Expectations(Vec<Expectation>);

impl Expectations {
    /// The expectations of `files`, which were parsed without mistakes.
    #[must_use]
    pub fn of(files: &[QueryFile]) -> Self {
        let scenarios = files.iter().flat_map(|file| &file.scenarios);
        let unchanged = scenarios.flat_map(|scenario| {
            let is_change = |line: &&(Statement, _)| matches!(line.0, Statement::Change(_));
            scenario.statements.iter().take_while(move |line| !is_change(line))
        });
        let expectations = unchanged.filter_map(|(statement, _)| match statement {
            Statement::Expect(expectation) => Some(expectation.clone()),
            Statement::Change(_) | Statement::Ask(_) => None,
        });
        Self(expectations.collect())
    }

    /// True where nothing is expected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Reports names that `inventory` does not know.
    pub fn check(&self, inventory: &Inventory, profile: Profile, report: &mut Report) {
        let analysis = Analysis::new(inventory);
        let mut unknown = Unknown::new(&analysis);
        for expectation in &self.0 {
            unknown.report(&Statement::Expect(expectation.clone()), profile, report);
        }
    }

    /// The expectations that do not hold in `inventory`, by their places.
    ///
    /// # Errors
    /// Where one of them is too large.
    pub fn failing(&self, inventory: &Inventory, profile: Profile) -> Result<Vec<usize>, TooManyRows> {
        let analysis = Analysis::new(inventory);
        let mut evaluator = Evaluator::new(&analysis);
        let mut failing = Vec::new();
        for (place, expectation) in self.0.iter().enumerate() {
            if !evaluator.expect(expectation, profile)?.passed {
                failing.push(place);
            }
        }
        Ok(failing)
    }

    /// The expectations that do not hold after `changes`; none where these cannot be made.
    ///
    /// # Errors
    /// Where one of them is too large.
    pub fn failing_after(
        &self,
        inventory: &Inventory,
        changes: &[Change],
        profile: Profile,
    ) -> Result<Option<Vec<usize>>, TooManyRows> {
        let after = change::apply(inventory, changes, false, &mut Report::default());
        after.map(|after| self.failing(&after, profile)).transpose()
    }

    /// The expectation as it is written.
    #[must_use]
    pub fn text(&self, place: usize) -> String {
        self.0.get(place).map(ToString::to_string).unwrap_or_default()
    }

    /// What the expectation asks to be reached, or to be closed; none where it is no such wish.
    #[must_use]
    pub fn goal(
        &self,
        place: usize,
        inventory: &Inventory,
        direction: Direction,
        profile: Profile,
    ) -> Option<Goal> {
        let [gateway, class, network, status] = self.terms(place, direction, "access")?;
        let is_any = |term: &Term| direction == Direction::Close && matches!(term, Term::Anything(_));
        let is_reachable = constant(status).is_some_and(|word| word == Status::Reachable.word());
        let classes = profile.classes();
        let class = match constant(class) {
            Some(word) => classes.iter().find(|class| class.word() == word).copied(),
            // Whether packets arrive does not depend on the class.
            None => is_any(class).then(|| classes.first().copied()).flatten(),
        };
        (is_reachable || is_any(status)).then_some(())?;
        let (gateway, network) = (name(inventory, gateway)?, name(inventory, network)?);
        Some(Goal { gateway, class: class?, client: None, network, within: None })
    }

    /// Whose names the expectation asks to resolve; none where it is no such wish.
    #[must_use]
    pub fn zone_goal(
        &self,
        place: usize,
        inventory: &Inventory,
        direction: Direction,
        profile: Profile,
    ) -> Option<ZoneGoal> {
        let opens = direction == Direction::Open;
        let [gateway, class, zone, status] = self.terms(place, direction, "resolves").filter(|_| opens)?;
        let class = constant(class)?;
        let class = profile.classes().iter().find(|known| known.word() == class).copied()?;
        (constant(status)? == Resolution::Resolves.word()).then_some(())?;
        let zone = inventory.labels.get(&constant(zone)?)?;
        let zone = inventory.labels.text(zone).to_owned();
        Some(ZoneGoal { gateway: name(inventory, gateway)?, class, client: None, zone })
    }

    /// The terms of an expectation that is about one fact of the relation alone, in the form of the direction.
    fn terms(&self, place: usize, direction: Direction, relation: &str) -> Option<[&Term; 4]> {
        let ((Expectation::Some(query), Direction::Open) | (Expectation::None(query), Direction::Close)) =
            (self.0.get(place)?, direction)
        else {
            return None;
        };
        let [Condition::Holds(atom)] = &query.goals[..] else { return None };
        let [one, two, three, four] = &atom.terms[..] else { return None };
        (atom.relation.text == relation).then_some([one, two, three, four])
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

fn constant(term: &Term) -> Option<String> {
    match term {
        Term::Constant(word) => Some(word.text.clone()),
        Term::Variable(_) | Term::Anything(_) => None,
    }
}

/// The network of that name, as it is written.
fn name(inventory: &Inventory, term: &Term) -> Option<String> {
    let name = inventory.names.get(&constant(term)?)?;
    Some(inventory.names.text(name).to_owned())
}
