//! Versions of a questionnaire: begun from one another, previewed, complete in its languages or not, retired.

use serde_json::{Value, json};
use stoa::people::identity::Role;

use crate::support::{Api, Browser, Grants, Person, TestApp};

const SURVEY: &str = "type,name,label::en,label::fr,hint::en,relevant\n\
    begin_group,about,About you,Sur vous,,\n\
    select_one yn,course,Did you take a course?,Avez-vous suivi un cours ?,Any course,\n\
    text,which,Which one?,,,${course} = 'yes'\n\
    end_group,,,,,\n\
    integer,age,How old are you?,Quel âge avez-vous ?,,\n";
const CHOICES: &str = "list_name,name,label::en,label::fr\nyn,yes,Yes,Oui\nyn,no,No,\n";

fn sheets(version: &str) -> Value {
    json!({"name": "Courses", "version_label": version, "survey_csv": SURVEY, "choices_csv": CHOICES, "settings_csv": "form_title::en,default_language\nCourses,en\n"})
}

struct Desk {
    coordinator: Person,
    api: Api,
    browser: Browser,
}

fn desk(app: &TestApp) -> Desk {
    let coordinator = app.person(Role::Coordinator, Grants::Instance);
    let (api, browser) = (app.as_person(&coordinator), app.browser(&coordinator));
    Desk { coordinator, api, browser }
}

/// Imports a version and publishes it.
async fn published(api: &Api, version: &str) -> String {
    let id = api.post("/api/v1/instruments", &sheets(version)).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    api.post(&format!("/api/v1/instruments/{id}/publish"), &json!({})).await.expect(200);
    id
}

both! {
    async fn a_version_is_retired_while_its_surveys_go_on_and_offered_again(app) {
        let Desk { coordinator, api, browser } = desk(app);
        let id = published(&api, "1").await;
        let survey = app.act(&coordinator, |call| crate::support::issue_in_amman(call, id.parse().unwrap())).unwrap();
        api.post(&format!("/api/v1/surveys/{}/open", survey.id), &json!({})).await.expect(200);
        browser.form_to(&format!("/instruments/{id}"), &format!("/instruments/{id}/retire"), &[]).await.expect(303);
        browser.get(&format!("/instruments/{id}")).await.expect(200).shows("Retired").shows("no other survey can be issued with it");
        browser.get("/instruments").await.expect(200).shows("Retired");
        let again = json!({"participation_id": survey.participation_id, "instrument_id": id, "mode": "open_link"});
        let refused = api.post("/api/v1/surveys", &again).await.expect(422);
        assert_eq!(refused.json()["errors"][0]["code"], "instrument_not_published");
        let form = browser.get("/surveys/new").await.expect(200);
        assert!(!form.text().contains(&id), "nobody is offered it");
        // Who answers goes on.
        app.visitor().get(&format!("/s/{}", survey.slug)).await.expect(200).shows("Did you take a course?");
        let answer = json!({"answers": {"course": "no", "age": 30}});
        app.anonymous().post(&format!("/api/v1/surveys/{}/responses", survey.slug), &answer).await.expect(201);
        // What is retired is not published, and its content is not replaced.
        assert_eq!(api.post(&format!("/api/v1/instruments/{id}/publish"), &json!({})).await.expect(409).code(), "instrument_retired");
        let other = json!({"name": "Courses", "version_label": "1", "survey_csv": "type,name,label\ntext,a,A\n"});
        assert_eq!(api.post("/api/v1/instruments", &other).await.expect(409).code(), "in_use");
        let back = api.post(&format!("/api/v1/instruments/{id}/restore"), &json!({})).await.expect(200).json();
        assert_eq!(back["state"], "published");
        let verbs = app.audit_verbs();
        assert!(["instrument_retire", "instrument_restore"].iter().all(|verb| verbs.iter().any(|known| known == verb)));
    }

    async fn another_version_begins_with_the_content_of_one(app) {
        let Desk { api, browser, .. } = desk(app);
        let id = published(&api, "1").await;
        let begin = format!("/instruments/{id}/versions");
        let taken = browser.form_to(&format!("/instruments/{id}"), &begin, &[("version_label", "1")]).await.expect(422);
        taken.shows("There is a version of this name already.");
        let begun = browser.form_to(&format!("/instruments/{id}"), &begin, &[("version_label", "2")]).await.expect(303);
        let draft = begun.location().rsplit('/').next().unwrap().to_owned();
        let versions = api.get(&format!("/api/v1/instruments/{id}/versions")).await.expect(200).json();
        let said: Vec<(&str, &str)> =
            versions["items"].as_array().unwrap().iter().map(|one| (one["version_label"].as_str().unwrap(), one["state"].as_str().unwrap())).collect();
        assert_eq!(said, [("2", "draft"), ("1", "published")]);
        assert_eq!(versions["items"][0]["content_hash"], versions["items"][1]["content_hash"]);
        browser.get(&format!("/instruments/{id}")).await.expect(200).shows("(this one)");
        assert!(browser.get(&format!("/instruments/{id}")).await.text().contains(&format!("/instruments/{draft}")));
        assert_eq!(api.post(&format!("/api/v1/instruments/{draft}/retire"), &json!({})).await.expect(409).code(), "instrument_is_draft");
        // Its structure comes by import, under the same name and version.
        let mut other = sheets("2");
        other["survey_csv"] = json!(SURVEY.replace("integer,age,", "decimal,age,"));
        assert_eq!(api.post("/api/v1/instruments", &other).await.expect(201).json()["id"], draft.as_str());
    }

    async fn each_language_says_how_much_of_it_there_is_and_what_it_lacks(app) {
        let Desk { api, browser, .. } = desk(app);
        let id = published(&api, "1").await;
        let languages = api.get(&format!("/api/v1/instruments/{id}/languages")).await.expect(200).json();
        let (en, fr) = (&languages["items"][0], &languages["items"][1]);
        assert_eq!((&en["language"], &en["there"], &en["of"], &en["default"]), (&json!("en"), &json!(8), &json!(8), &json!(true)));
        assert_eq!((&fr["language"], &fr["there"], &fr["of"]), (&json!("fr"), &json!(4), &json!(8)));
        let lacks: Vec<&str> = fr["lacks"].as_array().unwrap().iter().map(|lack| lack["key"].as_str().unwrap()).collect();
        assert_eq!(lacks, ["settings/form_title", "survey/course/hint", "choices/yn/no", "survey/which/label"]);
        assert_eq!(fr["lacks"][2]["instead"], "No");
        let page = browser.get(&format!("/instruments/{id}")).await.expect(200);
        page.shows("8 of 8 texts").shows("4 of 8 texts").shows("4 texts are missing").shows("survey/which/label");
        assert!(page.text().contains(r#"<progress value="4" max="8""#));
    }

    async fn a_draft_is_walked_through_as_a_citizen_and_nothing_is_stored(app) {
        let Desk { api, browser, .. } = desk(app);
        let id = api.post("/api/v1/instruments", &sheets("1")).await.expect(201).json()["id"].as_str().unwrap().to_owned();
        let address = format!("/instruments/{id}/preview");
        assert!(browser.get(&format!("/instruments/{id}")).await.text().contains(&address));
        let first = browser.get(&address).await.expect(200);
        first.shows("This is a preview.").shows("Did you take a course?");
        assert!(first.text().contains(&format!(r#"action="{address}""#)) && !first.text().contains("/s/"), "{}", first.text());
        let french = browser.get(&format!("{address}?lang=fr")).await.expect(200);
        french.shows("Avez-vous suivi un cours ?").shows("Oui");
        assert!(french.text().contains(r#"lang="fr" dir="ltr""#));
        let common = [("@language", "en"), ("@once", "")];
        let step = |fields: &[(&'static str, &'static str)]| [&common[..], fields].concat();
        let more = browser.send(&address, &step(&[("@page", "0"), ("@seen", "0"), ("@go", "next"), ("course", "yes")])).await.expect(200);
        more.shows("Which one?");
        let wrong = browser.send(&address, &step(&[("@page", "1"), ("@seen", "0,1,2"), ("@go", "next"), ("course", "no"), ("age", "old")])).await;
        wrong.expect(422).shows("This is a preview.");
        let check = browser.send(&address, &step(&[("@page", "1"), ("@seen", "0,1,2"), ("@go", "next"), ("course", "no"), ("age", "30")])).await.expect(200);
        check.shows("Check your answers").shows("This is a preview.");
        let end = browser.send(&address, &step(&[("@seen", "0,1,2"), ("@go", "submit"), ("course", "no"), ("age", "30")])).await.expect(200);
        end.shows("The preview ends here").shows("Nothing was stored, and there is no receipt.");
        assert_eq!(app.stored_responses(), 0);
        // It is for coordinators; others hear nothing of a draft this way.
        app.visitor().get(&address).await.expect(401);
        app.browser(&app.person(Role::Analyst, Grants::Instance)).get(&address).await.expect(403);
    }

    async fn what_is_different_between_two_versions_is_said_and_whether_answers_can_be_compared(app) {
        let Desk { api, browser, .. } = desk(app);
        let id = published(&api, "1").await;
        let none = api.get(&format!("/api/v1/instruments/{id}/difference")).await.expect(422);
        assert_eq!(none.json()["errors"][0]["code"], "no_version_before");
        browser.get(&format!("/instruments/{id}/difference")).await.expect(200).shows("There is no earlier version to compare with.");
        let mut worded = sheets("2");
        worded["survey_csv"] = json!(SURVEY.replace("Quel âge avez-vous ?", "Votre âge ?"));
        let second = api.post("/api/v1/instruments", &worded).await.expect(201).json()["id"].as_str().unwrap().to_owned();
        let words = api.get(&format!("/api/v1/instruments/{second}/difference")).await.expect(200).json();
        assert_eq!((&words["texts_only"], &words["keeps_answers"], &words["before"]["id"]), (&json!(true), &json!(true), &json!(id)));
        let cell = &words["items"][0]["cells"][0];
        assert_eq!((&cell["column"], &cell["language"], &cell["before"], &cell["after"]), (&json!("label"), &json!("fr"), &json!("Quel âge avez-vous ?"), &json!("Votre âge ?")));
        let page = browser.get(&format!("/instruments/{second}/difference")).await.expect(200);
        page.shows("Only words are different.").shows("Votre âge ?").shows("Other words");
        let mut asked = sheets("3");
        asked["survey_csv"] = json!(SURVEY.replace("text,which,Which one?,,,${course} = 'yes'\n", "").replace("integer,age", "decimal,age"));
        let third = api.post("/api/v1/instruments", &asked).await.expect(201).json()["id"].as_str().unwrap().to_owned();
        let structure = api.get(&format!("/api/v1/instruments/{third}/difference?from={id}")).await.expect(200).json();
        assert_eq!((&structure["texts_only"], &structure["keeps_answers"]), (&json!(false), &json!(false)));
        let what: Vec<(&str, &str)> =
            structure["items"].as_array().unwrap().iter().map(|item| (item["name"].as_str().unwrap(), item["what"].as_str().unwrap())).collect();
        assert_eq!(what, [("which", "removed"), ("age", "changed")]);
        let page = browser.get(&format!("/instruments/{third}/difference?from={id}")).await.expect(200);
        page.shows("Something else is asked.").shows("Removed").shows("Which one?").shows("Asked in another way");
        browser.get(&format!("/instruments/{third}/difference?from=nobody")).await.expect(404);
        assert!(browser.get(&format!("/instruments/{third}")).await.text().contains(&format!("/instruments/{third}/difference")));
    }
}
