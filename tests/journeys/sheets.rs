//! What is imported can be taken out again, corrected in a spreadsheet and brought back.

use serde_json::{Value, json};
use stoa::framework::actions::ensure_default_framework;
use stoa::ground::ids::InstrumentId;
use stoa::people::identity::Role;
use stoa::reviews::actions::ensure_default_rubric;
use stoa::surveys::actions::ensure_default_instrument;

use crate::support::{Grants, Person, TestApp, Upload};

/// What comes with Stoa, as its start and a coordinator take it in.
fn shipped(app: &TestApp, coordinator: &Person) -> InstrumentId {
    let all = app.act(coordinator, |call| {
        ensure_default_framework(call)?;
        call.service.store.write(|db| ensure_default_rubric(call.service, db))?;
        ensure_default_instrument(call)
    });
    all.unwrap()
}

both! {
    async fn what_an_import_took_is_given_back_as_it_takes_it(app) {
        let coordinator = app.person(Role::Coordinator, Grants::Instance);
        let instrument = shipped(app, &coordinator);
        let api = app.as_person(&coordinator);
        let first = async |list: &str| api.get(&format!("/api/v1/{list}")).await.expect(200).json()["items"][0].clone();
        for (list, field) in [("frameworks", "version_label"), ("rubrics", "version_label"), ("instruments", "name")] {
            let known = first(list).await;
            let address = format!("/api/v1/{list}/{}", known["id"].as_str().unwrap());
            let mut source = api.get(&format!("{address}/source")).await.expect(200).json();
            source[field] = json!("taken out and in");
            let again: Value = api.post(&format!("/api/v1/{list}"), &source).await.expect(201).json();
            assert_ne!(again["id"], known["id"]);
            assert_eq!(again["content_hash"], known["content_hash"], "{list}");
        }
        let same = api.get(&format!("/api/v1/instruments/{instrument}/source")).await.expect(200).json();
        assert_eq!(api.post("/api/v1/instruments", &same).await.expect(201).json()["id"], json!(instrument), "nothing new");
        app.anonymous().get(&format!("/api/v1/instruments/{instrument}/source")).await.expect(401);
        api.get("/api/v1/instruments/ins_00000000000000000000000000000000/source").await.expect(404);
    }

    async fn beside_every_import_stands_the_download(app) {
        let coordinator = app.person(Role::Coordinator, Grants::Instance);
        let instrument = shipped(app, &coordinator);
        let browser = app.browser(&coordinator);
        let links = regex::Regex::new(r#"href="(/[^"]+)" download>"#).unwrap();
        for (page, count) in [("/framework", 1), ("/framework/import", 1), ("/instruments/new", 4), (&format!("/instruments/{instrument}"), 7)] {
            let text = browser.get(page).await.expect(200).text().to_owned();
            let found: Vec<&str> = links.captures_iter(&text).map(|c| c.get(1).unwrap().as_str()).collect();
            assert_eq!(found.len(), count, "{page}: {found:?}");
            for link in found {
                let file = browser.get(link).await.expect(200);
                assert!(file.header("content-disposition").starts_with("attachment; "), "{file:?}");
                if link.contains("/files/") {
                    continue;
                }
                assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
                assert!(file.header("content-security-policy").contains("sandbox") && file.body.starts_with("\u{feff}".as_bytes()));
            }
        }
        browser.get(&format!("/instruments/{instrument}/sheets/secrets")).await.expect(404);
        app.visitor().get("/instruments/new/sheets/survey").await.expect(401);

        // Through the pages, as somebody with a spreadsheet does it.
        let sheet = async |name: &str| browser.get(&format!("/instruments/{instrument}/sheets/{name}")).await.expect(200).body;
        let files = [("survey_csv", sheet("survey").await), ("choices_csv", sheet("choices").await), ("settings_csv", sheet("settings").await), ("measures_csv", sheet("measures").await)];
        let files: Vec<Upload> = files.iter().map(|(field, bytes)| Upload { field, name: "sheet.csv", media_type: "text/csv", bytes }).collect();
        let fields = [("name", "brought back"), ("version_label", "1")];
        let done = browser.upload("/instruments/new", "/instruments", &fields, &files).await.expect(303);
        let hash = async |id: &str| app.as_person(&coordinator).get(&format!("/api/v1/instruments/{id}")).await.json()["content_hash"].clone();
        assert_eq!(hash(done.location().split('/').next_back().unwrap()).await, hash(instrument.as_str()).await);
    }
}
