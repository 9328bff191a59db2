//! Names to positions, in the order of the names.
//!
//! Sorted rather than hashed: answers come sorted too, so that a whole response is
//! matched in one walk, and short lists are found faster.

use std::cmp::Ordering;

#[derive(Clone, Debug, Default)]
pub(crate) struct Names(Vec<(String, usize)>);

impl Names {
    /// Names in the order of their positions.
    pub(super) fn new<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let mut sorted: Vec<(String, usize)> = names.map(str::to_owned).zip(0..).collect();
        sorted.sort_unstable();
        Self(sorted)
    }

    /// The position of `name`.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.all(name).next()
    }

    /// Every position of `name`, ascending: a choice may be there several times, for different filters.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = usize> + 'a {
        let first = self.0.partition_point(|(known, _)| known.as_str() < name);
        self.0[first..].iter().take_while(move |(known, _)| known == name).map(|(_, position)| *position)
    }

    /// Whether a name is there several times.
    pub(super) fn has_twins(&self) -> bool {
        self.0.windows(2).any(|pair| pair[0].0 == pair[1].0)
    }

    /// All positions, in the order of their names.
    pub(crate) fn positions(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().map(|(_, position)| *position)
    }

    /// Looks up many names, which must come in ascending order; `found` gets each with
    /// its position.
    pub(crate) fn find_all<'a, T>(&self, names: impl Iterator<Item = (&'a str, T)>, mut found: impl FnMut(&'a str, T, Option<usize>)) {
        let mut rest = self.0.as_slice();
        for (name, item) in names {
            let mut position = None;
            while let Some(((known, at), after)) = rest.split_first() {
                match known.as_str().cmp(name) {
                    Ordering::Less => rest = after,
                    Ordering::Equal => {
                        position = Some(*at);
                        rest = after;
                        break;
                    }
                    Ordering::Greater => break,
                }
            }
            found(name, item, position);
        }
    }
}
