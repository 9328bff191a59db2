//! Profiles: subjects to whom the same raters gave the same categories are interchangeable even for
//! coefficients that ask who rated, so each profile is looked at once and counts for all of its
//! subjects. Five raters on five levels make at most 7776 profiles, however many subjects there are.
//!
//! The rule to keep: where there are too many possible profiles to be worth a table, every subject
//! is its own profile, and nothing else changes.

use super::ratings::Ratings;

/// Largest table of keys (1 MB); with more possible profiles most subjects differ anyway.
const MOST_KEYS: usize = 1 << 18;

/// A subject with the number of subjects that have the same profile, itself included.
#[derive(Debug, Clone, Copy)]
pub struct Profile {
    pub subject: usize,
    pub weight: f64,
}

/// The profiles of all subjects, in the order in which they first appear.
pub fn profiles(ratings: &Ratings) -> Vec<Profile> {
    let digits = ratings.categories().len() + 1;
    let keys = u32::try_from(ratings.raters()).ok().and_then(|raters| digits.checked_pow(raters));
    let Some(keys) = keys.filter(|keys| *keys <= MOST_KEYS) else {
        return (0..ratings.subjects()).map(|subject| Profile { subject, weight: 1.0 }).collect();
    };
    // A key is the row of categories written as one number, a digit for each rater, 0 for none.
    let steps: Vec<usize> = (0_u32..).take(ratings.raters()).map(|rater| digits.pow(rater)).collect();
    let mut profile_of = vec![u32::MAX; keys];
    let mut profiles: Vec<Profile> = Vec::new();
    for subject in 0..ratings.subjects() {
        let (raters, codes) = ratings.of_subject(subject);
        let key: usize = raters.iter().zip(codes).map(|(rater, code)| steps[*rater as usize] * (*code as usize + 1)).sum();
        match profiles.get_mut(profile_of[key] as usize) {
            Some(profile) => profile.weight += 1.0,
            None => {
                profile_of[key] = u32::try_from(profiles.len()).expect("fewer profiles than keys");
                profiles.push(Profile { subject, weight: 1.0 });
            }
        }
    }
    profiles
}
