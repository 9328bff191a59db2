//! The menu of the house: where the navigation leads, and under which entry each page is found.

use crate::people::caller::{Menu, Way};
use crate::people::identity::Role;
use crate::people::policy::UseCase;

pub const MENU: Menu = Menu { ways: WAYS, entry };

const fn way(href: &'static str, use_case: UseCase) -> Way {
    Way { href, use_case, role: None }
}

const WAYS: &[Way] = &[
    way("/rounds", UseCase::round_funnel),
    way("/cities", UseCase::city_update),
    way("/experts", UseCase::expert_list),
    way("/reports", UseCase::report_list),
    // Everybody may list their own reviews, but only experts have any.
    Way { href: "/reviews", use_case: UseCase::review_list, role: Some(Role::Expert) },
    way("/surveys", UseCase::survey_list),
    way("/profiles", UseCase::profile_list),
    way("/people", UseCase::person_list),
    way("/messages", UseCase::message_list),
    way("/framework", UseCase::framework_list),
    way("/jobs", UseCase::job_list),
    way("/audit", UseCase::audit_list),
    way("/account", UseCase::account_read),
];

/// The entry of the navigation under which a page is found. What lives inside something else has an
/// address that begins with another word than its entry's.
fn entry(path: &str) -> Option<&'static str> {
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    match parts.as_slice() {
        ["participations", _, "profile", ..] => Some("/profiles"),
        ["participations", _, "surveys", ..] | ["instruments", ..] => Some("/surveys"),
        ["submissions", _, "candidates" | "reviews"] | ["disagreements", ..] => Some("/rounds"),
        ["submissions", ..] => Some("/reports"),
        [first, ..] => WAYS.iter().map(|way| way.href).find(|href| href.strip_prefix('/') == Some(*first)),
        [] => None,
    }
}

#[cfg(test)]
mod tests {
    use super::entry;

    #[test]
    fn every_page_is_found_under_the_entry_of_the_navigation_that_leads_to_it() {
        let pages = [
            ("/rounds", Some("/rounds")),
            ("/rounds/rnd_1/agreement", Some("/rounds")),
            ("/disagreements/dis_1", Some("/rounds")),
            ("/submissions/sub_1/candidates", Some("/rounds")),
            ("/submissions/sub_1/reviews", Some("/rounds")),
            ("/submissions/sub_1", Some("/reports")),
            ("/participations/prt_1/profile", Some("/profiles")),
            ("/participations/prt_1/surveys/new", Some("/surveys")),
            ("/instruments/ins_1", Some("/surveys")),
            ("/roundsmen", None),
            ("/", None),
        ];
        for (path, expected) in pages {
            assert_eq!(entry(path), expected, "{path}");
        }
    }
}
