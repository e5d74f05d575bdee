//! The order of operations that depend on each other.

use std::collections::{BTreeSet, VecDeque};

/// What each operation depends on, by position.
pub(super) type Dependencies = Vec<BTreeSet<usize>>;

/// Groups of operations, each after those that it depends on: single ones, and those that depend on each other in a circle.
///
/// An operation waits for what it depends on; otherwise the order is that of the request. So nothing overtakes an operation
/// that comes before it, which may free a name that it takes.
pub(super) fn in_order(dependencies: &Dependencies) -> VecDeque<Vec<usize>> {
    let group_of = groups(dependencies);
    let mut nodes = vec![Group::default(); dependencies.len()];
    for (index, (group, dependencies)) in group_of.iter().zip(dependencies).enumerate() {
        let others = dependencies
            .iter()
            .filter_map(|dependency| group_of.get(*dependency))
            .filter(|other| *other != group);
        let mut waits = 0;
        for other in others {
            waits += 1;
            if let Some(other) = nodes.get_mut(*other) {
                other.dependents.push(*group);
            }
        }
        if let Some(node) = nodes.get_mut(*group) {
            node.members.push(index);
            node.waits += waits;
        }
    }
    // A group stands where its last member does.
    let place = |node: &Group, group: usize| Some((*node.members.last()?, group));
    let mut ready: BTreeSet<(usize, usize)> = nodes
        .iter()
        .enumerate()
        .filter(|(_, node)| node.waits == 0)
        .filter_map(|(group, node)| place(node, group))
        .collect();
    let mut order = VecDeque::new();
    while let Some((_, group)) = ready.pop_first() {
        let Some(node) = nodes.get_mut(group).map(std::mem::take) else {
            continue;
        };
        order.push_back(node.members);
        for dependent in node.dependents {
            let Some(node) = nodes.get_mut(dependent) else {
                continue;
            };
            node.waits -= 1;
            if node.waits == 0 {
                ready.extend(place(node, dependent));
            }
        }
    }
    order
}

#[derive(Clone, Default)]
struct Group {
    members: Vec<usize>,
    dependents: Vec<usize>,
    /// How many dependencies on other groups are still open.
    waits: usize,
}

/// The number of the strongly connected component of each operation (Tarjan 1972), without recursion.
#[expect(
    clippy::indexing_slicing,
    reason = "every index is a position in `dependencies`, and the lists are as long"
)]
fn groups(dependencies: &Dependencies) -> Vec<usize> {
    let count = dependencies.len();
    let mut entered: Vec<Option<usize>> = vec![None; count];
    let mut lowest = vec![0; count];
    let mut group: Vec<Option<usize>> = vec![None; count];
    let mut open = Vec::new();
    let (mut next, mut groups) = (0, 0);
    for start in 0..count {
        let mut path = Vec::new();
        let mut entering = entered[start].is_none().then_some(start);
        loop {
            if let Some(node) = entering.take() {
                entered[node] = Some(next);
                lowest[node] = next;
                next += 1;
                open.push(node);
                path.push((node, dependencies[node].iter()));
            }
            let Some((node, targets)) = path.last_mut() else {
                break;
            };
            let node = *node;
            if let Some(&target) = targets.next() {
                match entered[target] {
                    None => entering = Some(target),
                    Some(at) if group[target].is_none() => lowest[node] = at.min(lowest[node]),
                    Some(_) => {}
                }
                continue;
            }
            path.pop();
            if let Some((parent, _)) = path.last() {
                lowest[*parent] = lowest[*parent].min(lowest[node]);
            }
            if entered[node] == Some(lowest[node]) {
                while let Some(member) = open.pop() {
                    group[member] = Some(groups);
                    if member == node {
                        break;
                    }
                }
                groups += 1;
            }
        }
    }
    group.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn order(dependencies: &[&[usize]]) -> Vec<Vec<usize>> {
        let sets: Dependencies = dependencies
            .iter()
            .map(|own| own.iter().copied().collect())
            .collect();
        in_order(&sets).into()
    }

    #[test]
    fn the_order_of_the_request_stays_where_it_can() {
        assert_eq!(order(&[&[], &[], &[]]), [[0], [1], [2]]);
        assert_eq!(order(&[&[2], &[], &[]]), [[1], [2], [0]]);
        assert_eq!(order(&[&[1], &[2], &[]]), [[2], [1], [0]]);
    }

    #[test]
    fn a_circle_is_one_group() {
        assert_eq!(
            order(&[&[2], &[], &[0], &[0]]),
            [vec![1], vec![0, 2], vec![3]]
        );
        assert_eq!(order(&[&[0], &[]]), [[0], [1]]);
        assert_eq!(order(&[&[1], &[2], &[0], &[3]]), [vec![0, 1, 2], vec![3]]);
    }

    #[test]
    fn a_long_chain_needs_no_stack() {
        let count = 100_000;
        let chain: Dependencies = (0..count)
            .map(|index| [(index + 1) % count].into())
            .collect();
        assert_eq!(in_order(&chain).len(), 1);
        let chain: Dependencies = (0..count)
            .map(|index| {
                (index + 1 < count)
                    .then_some(index + 1)
                    .into_iter()
                    .collect()
            })
            .collect();
        let order = in_order(&chain);
        assert_eq!(order.front(), Some(&vec![count - 1]));
        assert_eq!(order.len(), count);
    }

    fn reaches(dependencies: &Dependencies, from: usize, to: usize) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = vec![from];
        while let Some(node) = open.pop() {
            for next in &dependencies[node] {
                if seen.insert(*next) {
                    open.push(*next);
                }
            }
        }
        seen.contains(&to)
    }

    proptest! {
        #[test]
        fn dependencies_come_first_and_circles_are_found(
            edges in proptest::collection::vec((0..12_usize, 0..12_usize), 0..30)
        ) {
            let mut dependencies: Dependencies = vec![BTreeSet::new(); 12];
            for (from, to) in edges {
                dependencies[from].insert(to);
            }
            let mut done = BTreeSet::new();
            for group in in_order(&dependencies) {
                prop_assert!(group.is_sorted());
                for (one, other) in group.iter().flat_map(|one| group.iter().map(move |other| (*one, *other))) {
                    prop_assert!(one == other || reaches(&dependencies, one, other));
                }
                let needed = group.iter().flat_map(|index| &dependencies[*index]);
                for dependency in needed {
                    let is_known = done.contains(dependency) || group.contains(dependency);
                    prop_assert!(is_known, "{dependency} is missing before {group:?}");
                }
                done.extend(group);
            }
            prop_assert_eq!(done.len(), 12);
        }
    }
}
