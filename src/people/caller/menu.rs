//! What stands around a page: the caller's name and the ways that are open to them.

use std::collections::BTreeSet;

use crate::ground::Result;
use crate::ground::receipt::sha256_hex;
use crate::people::call::Call;
use crate::people::identity::Role;
use crate::people::policy::{self, UseCase};
use crate::web::pages::{FrameCaller, NavItem};

/// Where the navigation leads: registered by the roof, which knows every room's pages.
#[derive(Debug, Clone, Copy)]
pub struct Menu {
    pub ways: &'static [Way],
    /// The entry under which the page of a path is found.
    pub entry: fn(&str) -> Option<&'static str>,
}

/// One way, shown to whoever may do its use case somewhere: nobody is shown a closed door.
#[derive(Debug)]
pub struct Way {
    /// Its label is the text `nav-<href>`.
    pub href: &'static str,
    pub use_case: UseCase,
    /// Only for those who have this role: where everybody may look, but only some have something there.
    pub role: Option<Role>,
}

/// The name and the navigation around a page.
pub fn around(call: &Call<'_>, path: &str) -> Result<(Option<FrameCaller>, Vec<NavItem>)> {
    let caller = &call.caller;
    if caller.person.is_none() {
        return Ok((None, Vec::new()));
    }
    let texts = call.service.pages.texts();
    let menu: &Menu = call.service.registered()?;
    let here = (menu.entry)(path);
    let open = |way: &&Way| way.role.is_none_or(|role| caller.has_role(role)) && policy::somewhere(caller, way.use_case);
    let item = |way: &Way| NavItem {
        href: way.href.to_owned(),
        label: texts.get(&call.language, &format!("nav-{}", way.href.trim_start_matches('/'))),
        current: here == Some(way.href),
    };
    let nav = menu.ways.iter().filter(open).map(item).collect();
    let roles = caller.grants.iter().map(|g| g.role.to_string()).collect::<BTreeSet<_>>().into_iter().collect();
    let key = sha256_hex(caller.actor().as_bytes())[..16].to_owned();
    Ok((Some(FrameCaller { name: caller.name.clone(), key, home: "/".to_owned(), roles }), nav))
}
