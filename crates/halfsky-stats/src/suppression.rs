//! Suppression of small counts in public tables: hidden cells must not follow from the visible ones.

use crate::small_number::SUPPRESS_BELOW;

/// Which cells to hide; `groups` are lists of cells that add up to a visible total (the total is one of them).
///
/// Every count below three is hidden; then, in each group with exactly one hidden cell, its smallest other cell,
/// until every group has none or at least two. A missing count counts as hidden. Cells that do not exist are
/// ignored. Described in `docs/methods/suppression.md`.
pub fn suppressed(counts: &[Option<u64>], groups: &[Vec<usize>]) -> Vec<bool> {
    let mut hidden: Vec<bool> =
        counts.iter().map(|count| count.is_none_or(|count| count < SUPPRESS_BELOW)).collect();
    loop {
        let mut changed = false;
        for group in groups {
            let cells = || group.iter().copied().filter(|cell| *cell < counts.len());
            if cells().filter(|cell| hidden[*cell]).count() != 1 {
                continue;
            }
            // the first of equals, so that the same table is always masked alike
            let smallest =
                cells().filter(|cell| !hidden[*cell]).min_by_key(|cell| (counts[*cell], *cell));
            if let Some(cell) = smallest {
                hidden[cell] = true;
                changed = true;
            }
        }
        if !changed {
            return hidden;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Women, men and their total: two cells must go.
    #[test]
    fn a_hidden_part_takes_the_smaller_other_with_it() {
        let counts = [Some(2), Some(9), Some(11)];
        assert_eq!(suppressed(&counts, &[vec![0, 1, 2]]), [true, true, false]);
        assert_eq!(suppressed(&[Some(3), Some(9), Some(12)], &[vec![0, 1, 2]]), [false; 3]);
        assert_eq!(suppressed(&[Some(1), Some(0), Some(1)], &[vec![0, 1, 2]]), [true; 3]);
    }

    /// Two towns by sex: hiding in a row asks for hiding in the columns.
    #[test]
    fn hiding_goes_on_until_nothing_follows() {
        // rows: town a, town b, county; columns: women, men, both
        let counts = [1, 7, 8, 6, 5, 11, 7, 12, 19].map(Some);
        let rows = [vec![0, 1, 2], vec![3, 4, 5], vec![6, 7, 8]];
        let columns = [vec![0, 3, 6], vec![1, 4, 7], vec![2, 5, 8]];
        let hidden = suppressed(&counts, &[rows, columns].concat());
        assert_eq!(hidden, [true, true, false, true, true, false, false, false, false]);
    }

    #[test]
    fn missing_counts_and_strange_groups_do_no_harm() {
        assert_eq!(suppressed(&[None, Some(5), Some(9)], &[vec![0, 1, 7]]), [true, true, false]);
        assert!(suppressed(&[], &[vec![0]]).is_empty());
    }

    proptest! {
        #[test]
        fn no_group_keeps_a_single_hidden_cell(
            counts in proptest::collection::vec(proptest::option::of(0u64..12), 1..14),
            groups in proptest::collection::vec(proptest::collection::btree_set(0usize..14, 2..5), 0..8)
        ) {
            let groups: Vec<Vec<usize>> = groups.into_iter().map(|g| g.into_iter().collect()).collect();
            let hidden = suppressed(&counts, &groups);
            for (count, hidden) in counts.iter().zip(&hidden) {
                prop_assert!(*hidden || count.is_some_and(|c| c >= SUPPRESS_BELOW));
            }
            for group in &groups {
                let cells: Vec<usize> = group.iter().copied().filter(|c| *c < counts.len()).collect();
                let number = cells.iter().filter(|c| hidden[**c]).count();
                prop_assert!(number != 1 || cells.len() == 1);
            }
        }
    }
}
