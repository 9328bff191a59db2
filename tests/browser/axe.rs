//! axe-core, which finds what is wrong with a page for people who do not see it. `script/install-test-tools` fetches
//! it with npm where that is there; where it is not, this says so, and the other checks go on.

use serde_json::Value;

use crate::driver::Window;

/// Where `script/install-test-tools` puts it.
const PLACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/axe/axe.min.js");

const RUN: &str = r#"
const done = arguments[arguments.length - 1];
axe.run(document, { resultTypes: ["violations"] }).then(
  ({ violations }) => done(violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => n.html.slice(0, 160)).join(" | ")}`)),
  (error) => done([String(error)]),
);"#;

/// Ends the test if axe finds anything on the page.
pub async fn finds_nothing(window: &Window<'_>, name: &str) {
    let Ok(axe) = std::fs::read_to_string(PLACE) else {
        eprintln!("NOT LOOKED WITH AXE at {name}: {PLACE} is not there; script/install-test-tools fetches it with npm");
        return;
    };
    window.client.execute(&format!("{axe};window.axe = axe"), Vec::new()).await.expect("axe is a script");
    let found = window.client.execute_async(RUN, Vec::new()).await.expect("axe runs");
    let found: Vec<&str> = found.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    assert!(found.is_empty(), "{name}, {}: {found:#?}", window.path().await);
}
