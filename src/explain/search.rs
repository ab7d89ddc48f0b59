//! The cheapest proof among all that the rules have.
//!
//! A derived tuple and its step name the premises of one application. Which of them make up the
//! cheapest proof is Knuth's generalization of Dijkstra's search: tuples are settled in the order of
//! their cost, and an application costs what its premises cost and one more. Hops count before
//! everything else, then applications; among equals the text decides.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::graph::Graph;
use super::premises::Condition;
use crate::names::NameId;
use crate::proof::{Application, Premise, Proof, Tuple};
use crate::rule::Rule;
use crate::witness::Step;

/// How much a proof costs: hops, then applications of rules.
type Cost = (u64, u64);

/// What proofs may not use.
#[derive(Default)]
pub(super) struct Avoided {
    /// Packets sent by the first router to the second.
    hops: FxHashSet<(NameId, NameId)>,
    /// Routes that the first router learned from the second.
    announcements: FxHashSet<(NameId, NameId)>,
}

impl Avoided {
    /// Avoids the hops of a proof about packets; false where there is none.
    pub(super) fn hops_of(&mut self, proof: &Proof) -> bool {
        let before = self.hops.len();
        self.hops.extend(proof.steps.iter().filter_map(|step| match step.conclusion {
            Tuple::Forwards(router, neighbour, _) => Some((router, neighbour)),
            _ => None,
        }));
        self.hops.len() > before
    }

    /// Avoids the announcements that a proof about a route rests on; false where there is none.
    pub(super) fn announcements_of(&mut self, proof: &Proof) -> bool {
        let before = self.announcements.len();
        self.announcements.extend(proof.steps.iter().filter_map(|step| match step.conclusion {
            Tuple::Learned(router, neighbour, ..) => Some((router, neighbour)),
            _ => None,
        }));
        self.announcements.len() > before
    }

    fn avoids(&self, tuple: Tuple) -> bool {
        match tuple {
            Tuple::Forwards(router, neighbour, _) => self.hops.contains(&(router, neighbour)),
            Tuple::Learned(router, neighbour, ..) => self.announcements.contains(&(router, neighbour)),
            _ => false,
        }
    }
}

impl Graph<'_> {
    /// Every application that derives the tuple.
    fn applications(&self, tuple: Tuple, avoided: &Avoided) -> Vec<(Rule, Vec<Condition>)> {
        if avoided.avoids(tuple) {
            return Vec::new();
        }
        let of_step = |step: &Step| {
            let rule = step.rule;
            self.premises(tuple, *step).into_iter().map(move |conditions| (rule, conditions))
        };
        self.steps(tuple).iter().flat_map(of_step).collect()
    }

    /// The cheapest proof of the goal that avoids what is to be avoided.
    pub(super) fn proof(&self, goal: Tuple, avoided: &Avoided) -> Option<Proof> {
        let search = Search::run(self, goal, avoided);
        search.costs.contains_key(&goal).then(|| search.proof(goal))
    }
}

/// The search for cheapest proofs of what a goal may rest on.
struct Search<'graph> {
    graph: &'graph Graph<'graph>,
    applications: FxHashMap<Tuple, Vec<(Rule, Vec<Condition>)>>,
    costs: FxHashMap<Tuple, Cost>,
}

/// An application that waits for its premises.
struct Waiting {
    head: Tuple,
    missing: usize,
    cost: Cost,
}

impl<'graph> Search<'graph> {
    fn run(graph: &'graph Graph<'graph>, goal: Tuple, avoided: &Avoided) -> Self {
        let mut search = Self { graph, applications: FxHashMap::default(), costs: FxHashMap::default() };
        let mut waiting: Vec<Waiting> = Vec::new();
        let mut waits_for: FxHashMap<Tuple, Vec<usize>> = FxHashMap::default();
        let mut queue: BinaryHeap<Reverse<(Cost, Tuple)>> = BinaryHeap::new();
        let mut open = vec![goal];
        while let Some(head) = open.pop() {
            if search.applications.contains_key(&head) {
                continue;
            }
            let applications = graph.applications(head, avoided);
            for (rule, conditions) in &applications {
                let needed: FxHashSet<Tuple> = conditions.iter().filter_map(Condition::derived).collect();
                let application = Waiting { head, missing: needed.len(), cost: own_cost(*rule) };
                if needed.is_empty() {
                    queue.push(Reverse((application.cost, head)));
                }
                for tuple in needed {
                    waits_for.entry(tuple).or_default().push(waiting.len());
                    open.push(tuple);
                }
                waiting.push(application);
            }
            search.applications.insert(head, applications);
        }
        while let Some(Reverse((cost, tuple))) = queue.pop() {
            if search.costs.contains_key(&tuple) {
                continue;
            }
            search.costs.insert(tuple, cost);
            for place in waits_for.remove(&tuple).unwrap_or_default() {
                let application = &mut waiting[place];
                application.cost = (application.cost.0 + cost.0, application.cost.1 + cost.1);
                application.missing -= 1;
                if application.missing == 0 {
                    queue.push(Reverse((application.cost, application.head)));
                }
            }
        }
        search
    }

    /// The cheapest application that derives the tuple, the first by text among equals.
    fn best(&self, tuple: Tuple) -> Option<&(Rule, Vec<Condition>)> {
        let cost = |(rule, conditions): &&(Rule, Vec<Condition>)| {
            let needed: FxHashSet<Tuple> = conditions.iter().filter_map(Condition::derived).collect();
            needed.iter().try_fold(own_cost(*rule), |sum, tuple| {
                let cost = self.costs.get(tuple)?;
                Some((sum.0 + cost.0, sum.1 + cost.1))
            })
        };
        let least = self.costs.get(&tuple)?;
        let cheapest =
            self.applications.get(&tuple)?.iter().filter(|each| cost(each).as_ref() == Some(least));
        let text = |(rule, conditions): &&(Rule, Vec<Condition>)| {
            let text = |condition: &Condition| condition.text(self.graph.names());
            (*rule, conditions.iter().map(text).collect::<Vec<String>>())
        };
        cheapest.min_by_key(text)
    }

    /// The proof of a tuple that has a cost. Premises cost less than what they prove, so it ends.
    fn proof(&self, goal: Tuple) -> Proof {
        let mut proof = Proof::default();
        let mut places: FxHashMap<Tuple, usize> = FxHashMap::default();
        let mut open = vec![goal];
        while let Some(&tuple) = open.last() {
            if places.contains_key(&tuple) {
                open.pop();
                continue;
            }
            let Some((rule, conditions)) = self.best(tuple) else {
                open.pop();
                continue;
            };
            let missing: Vec<Tuple> = conditions
                .iter()
                .filter_map(Condition::derived)
                .filter(|tuple| !places.contains_key(tuple))
                .collect();
            if !missing.is_empty() {
                open.extend(missing.into_iter().rev());
                continue;
            }
            let premise = |condition: &Condition| match condition {
                Condition::Derived(tuple) => Premise::Step(places.get(tuple).copied().unwrap_or(usize::MAX)),
                Condition::Fact(fact) => Premise::Fact(*fact),
                Condition::Not(negation) => Premise::Not(*negation),
            };
            let premises = conditions.iter().map(premise).collect();
            let step = Application { conclusion: tuple, rule: *rule, premises };
            places.insert(tuple, proof.steps.len());
            proof.steps.push(step);
            open.pop();
        }
        proof
    }
}

/// What an application costs by itself.
fn own_cost(rule: Rule) -> Cost {
    (u64::from(matches!(rule, Rule::DeliveredNext | Rule::DeliveredOn)), 1)
}
