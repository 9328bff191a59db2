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
pub async fn published(api: &Api, version: &str) -> String {
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
        app.visitor().get(&format!("/s/{}/start", survey.slug)).await.expect(200).shows("Did you take a course?");
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
        first.shows("This is a preview.");
        assert!(first.text().contains(&format!("{address}/start?lang")) && !first.text().contains("/s/"), "{}", first.text());
        let questions = browser.get(&format!("{address}/start")).await.expect(200);
        questions.shows("This is a preview.").shows("Did you take a course?");
        assert!(questions.text().contains(&format!(r#"action="{address}""#)) && !questions.text().contains("/s/"), "{}", questions.text());
        let french = browser.get(&format!("{address}/start?lang=fr")).await.expect(200);
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

    async fn texts_of_a_draft_are_edited_language_by_language_as_an_import_would(app) {
        let Desk { api, browser, .. } = desk(app);
        let id = api.post("/api/v1/instruments", &sheets("1")).await.expect(201).json()["id"].as_str().unwrap().to_owned();
        let page = format!("/instruments/{id}/texts/fr");
        browser.get(&format!("/instruments/{id}")).await.expect(200).shows("Edit the texts");
        let form = browser.get(&page).await.expect(200);
        form.shows("Part 1 of 1").shows("4 of 8 texts").shows("Did you take a course?");
        let was = form.input("w:choices/yn/no").unwrap();
        let fields = [("t:choices/yn/no", "Non"), ("w:choices/yn/no", was.as_str()), ("t:survey/which/label", "Lequel, ${course} ?"), ("then", "stay")];
        browser.form_to(&page, &page, &fields).await.expect(303);
        browser.get(&page).await.expect(200).shows("6 of 8 texts").shows("Lequel, ${course} ?");
        // What an import of its own workbook gives is the same, letter for letter.
        let edited = api.get(&format!("/api/v1/instruments/{id}")).await.expect(200).json();
        let mut source = api.get(&format!("/api/v1/instruments/{id}/source")).await.expect(200).json();
        assert!(source["survey_csv"].as_str().unwrap().contains("Lequel, ${course} ?"));
        source["name"] = json!("Again");
        assert_eq!(api.post("/api/v1/instruments", &source).await.expect(201).json()["content_hash"], edited["content_hash"]);
        // A language more, by its name.
        browser.form_to(&format!("/instruments/{id}"), &format!("/instruments/{id}/languages"), &[("language", "Klingon")]).await.expect(422);
        let added = browser.form_to(&format!("/instruments/{id}"), &format!("/instruments/{id}/languages"), &[("language", "Kiswahili")]).await.expect(303);
        assert_eq!(added.location(), format!("/instruments/{id}/texts/sw"));
        browser.get(added.location()).await.expect(200).shows("0 of 8 texts");
        // What was published never changes.
        api.post(&format!("/api/v1/instruments/{id}/publish"), &json!({})).await.expect(200);
        browser.get(&page).await.expect(200).shows("What was published never changes.");
        let late = browser.form_to(&format!("/instruments/{id}"), &page, &[("t:choices/yn/no", "Nenni")]).await;
        late.expect(409).shows("What was published never changes.");
    }

    async fn bad_words_are_named_at_their_field_and_nothing_typed_is_lost(app) {
        let Desk { api, browser, .. } = desk(app);
        let id = api.post("/api/v1/instruments", &sheets("1")).await.expect(201).json()["id"].as_str().unwrap().to_owned();
        let page = format!("/instruments/{id}/texts/fr");
        let long = "x".repeat(32_768);
        let fields = [
            ("t:survey/age/label", "Et ${nobody} ?"), ("t:survey/which/label", "**Lequel ?"), ("t:survey/course/label", "${course"),
            ("t:survey/course/hint", "a\u{7}b"), ("t:choices/yn/yes", "Ouais"), ("t:choices/yn/no", long.as_str()), ("t:survey/gone/label", "Perdu ?"),
        ];
        let again = browser.form_to(&page, &page, &fields[..6]).await.expect(422);
        again.shows("Ouais").shows("a\u{7}b").shows("Et ${nobody} ?");
        let again = browser.form_to(&page, &page, &[fields[0], fields[1], fields[2], fields[4]]).await.expect(422);
        again.shows("${nobody}").shows("quotes no question").shows("A mark is not closed: **").shows("lacks its }").shows("Ouais");
        let again = browser.form_to(&page, &page, &fields[6..]).await.expect(422);
        again.shows("The questionnaire has no such text").shows("Perdu ?");
        let own = format!("/instruments/{id}/texts/en");
        browser.form_to(&own, &own, &[("t:survey/age/label", " ")]).await.expect(422).shows("The default language needs this text.");
        assert_eq!(api.get(&format!("/api/v1/instruments/{id}")).await.json()["version"], 1, "nothing was stored");
        let put = async |etag: &str, texts: Value| api.put(&format!("/api/v1/instruments/{id}/texts/fr"), etag, &json!({"texts": texts})).await;
        let refused = put("\"v1\"", json!({"survey/age/label": "${nobody}", "survey/nobody/label": "x"})).await.expect(422);
        assert_eq!(refused.fields(), ["survey/nobody/label"]);
        put("\"v9\"", json!({"survey/age/label": "Âge ?"})).await.expect(412);
        let done = put("\"v1\"", json!({"survey/age/label": "Âge ?", "choices/yn/no": "Non"})).await.expect(200);
        assert_eq!(done.json()["version"], 2);
        let texts = api.get(&format!("/api/v1/instruments/{id}/texts/fr")).await.expect(200);
        assert_eq!(texts.etag(), "\"v2\"");
        let age = texts.json()["items"].as_array().unwrap().iter().find(|item| item["key"] == "survey/age/label").unwrap().clone();
        assert_eq!((&age["text"], &age["default"]), (&json!("Âge ?"), &json!("How old are you?")));
    }

    async fn two_who_translate_at_once_lose_nothing(app) {
        let Desk { api, browser, .. } = desk(app);
        let id = api.post("/api/v1/instruments", &sheets("1")).await.expect(201).json()["id"].as_str().unwrap().to_owned();
        let page = format!("/instruments/{id}/texts/fr");
        let form = browser.get(&page).await.expect(200);
        let (age, no) = (form.input("w:survey/age/label").unwrap(), form.input("w:choices/yn/no").unwrap());
        let other = app.browser(&app.person(Role::Coordinator, Grants::Instance));
        other.form_to(&page, &page, &[("t:survey/age/label", "Quel est votre âge ?"), ("w:survey/age/label", &age)]).await.expect(303);
        // Another text of the same page is no conflict.
        let fine = browser.form_to(&page, &page, &[("t:choices/yn/no", "Non"), ("w:choices/yn/no", &no)]).await;
        fine.expect(303);
        // The same text is: both are shown, and what was typed goes over the other when it is sent again.
        let both = [("t:survey/age/label", "Votre âge ?"), ("w:survey/age/label", age.as_str()), ("t:choices/yn/yes", "Ouais")];
        let stale = browser.form_to(&page, &page, &both).await.expect(412);
        stale.shows("Votre âge ?").shows("Quel est votre âge ?").shows("Ouais").shows("Saved meanwhile:");
        let now = stale.input("w:survey/age/label").unwrap();
        browser.form_to(&page, &page, &[("t:survey/age/label", "Votre âge ?"), ("w:survey/age/label", &now)]).await.expect(303);
        let texts = api.get(&format!("/api/v1/instruments/{id}/texts/fr")).await.expect(200).json();
        let text = |key: &str| texts["items"].as_array().unwrap().iter().find(|item| item["key"] == key).unwrap()["text"].clone();
        assert_eq!((text("survey/age/label"), text("choices/yn/no"), text("choices/yn/yes")), (json!("Votre âge ?"), json!("Non"), json!("Oui")));
    }

    async fn a_corrected_translation_is_answered_from_the_next_day_on_and_answers_know_theirs(app) {
        let Desk { coordinator, api, browser } = desk(app);
        let id = published(&api, "1").await;
        let survey = app.act(&coordinator, |call| crate::support::issue_in_amman(call, id.parse().unwrap())).unwrap();
        api.post(&format!("/api/v1/surveys/{}/open", survey.id), &json!({})).await.expect(200);
        let slug = survey.slug.clone();
        let visitor = app.visitor();
        let begun = visitor.get(&format!("/s/{slug}/start?lang=fr")).await.expect(200);
        let once = begun.input("@once").unwrap();
        let answer = async |age: u8| app.anonymous().post(&format!("/api/v1/surveys/{slug}/responses"), &json!({"answers": {"course": "no", "age": age}})).await.expect(201);
        answer(20).await;
        let version = async |label: &str, from: &str, to: &str| {
            app.clock.advance(chrono::Duration::minutes(1));
            let mut other = sheets(label);
            other["survey_csv"] = json!(SURVEY.replace(from, to));
            let id = api.post("/api/v1/instruments", &other).await.expect(201).json()["id"].as_str().unwrap().to_owned();
            api.post(&format!("/api/v1/instruments/{id}/publish"), &json!({})).await.expect(200);
            id
        };
        let worded = version("2", "Avez-vous suivi un cours ?", "Avez-vous suivi une formation ?").await;
        let asked = version("3", "integer,age", "decimal,age").await;
        let editions = format!("/api/v1/surveys/{}/editions", survey.id);
        let page = format!("/surveys/{}/editions", survey.id);
        let refused = browser.form_to(&page, &page, &[("instrument_id", &asked)]).await.expect(422);
        refused.shows("differs in more than words");
        let code = async |id: &str| api.post(&editions, &json!({"instrument_id": id})).await.expect(422).json()["errors"][0]["code"].clone();
        assert_eq!(code("ins_00000000000000000000000000000000").await, "instrument_not_published");
        browser.form_to(&page, &page, &[("instrument_id", &worded)]).await.expect(303);
        assert_eq!(code(&asked).await, "version_asks_otherwise");
        // Today it is asked as before: an answer's edition tells no more than its day.
        app.visitor().get(&format!("/s/{slug}/start?lang=fr")).await.expect(200).shows("Avez-vous suivi un cours ?");
        answer(21).await;
        let list = api.get(&editions).await.expect(200).json();
        let today = app.service.now().date();
        assert_eq!((&list["items"][0]["since"], &list["items"][1]["since"]), (&Value::Null, &json!(today + chrono::Days::new(1))));
        // From midnight on in the other words; who began before goes on.
        app.clock.advance(chrono::Duration::days(1));
        app.visitor().get(&format!("/s/{slug}/start?lang=fr")).await.expect(200).shows("Avez-vous suivi une formation ?");
        answer(22).await;
        let fields = [("@once", once.as_str()), ("@language", "fr"), ("@page", "0"), ("@seen", "0"), ("@go", "next"), ("course", "yes")];
        let more = visitor.send(&format!("/s/{slug}"), &fields).await.expect(200);
        more.shows("Avez-vous suivi une formation ?").shows("Which one?");
        let kept = app.service.store.read(|db| {
            use diesel::prelude::*;
            use stoa::store::schema::response;
            Ok(response::table.order((response::day, response::edition)).select(response::edition).load::<i32>(db)?)
        });
        assert_eq!(kept.unwrap(), [1, 1, 2]);
        // When a day is over its answers are written anew, and know their edition still.
        app.clock.advance(chrono::Duration::days(3));
        app.work();
        let kept = app.service.store.read(|db| {
            use diesel::prelude::*;
            use stoa::store::schema::response;
            Ok(response::table.order((response::day, response::edition)).select(response::edition).load::<i32>(db)?)
        });
        assert_eq!(kept.unwrap(), [1, 1, 2]);
        browser.get(&page).await.expect(200).shows("Answered from").shows("Take over a newer version");
        assert!(app.audit_verbs().iter().any(|verb| verb == "survey_revise"));
    }
}
