//! The city's journey: its officer begins the report, fills it, hands it in and gets it back.

use reqwest::Method;
use serde_json::{Value, json};
use stoa::ground::Text;
use stoa::ground::ids::{CityId, ParticipationId, RoundId};
use stoa::people::identity::Role;
use stoa::reports;
use stoa::rounds::actions::{self as rounds, CityInput, ParticipationInput, RoundInput};
use stoa::store::Db;
use stoa::store::migrate::migrate;
use stoa::surveys::actions::ensure_default_instrument;

use crate::support::{Answer, Api, Browser, Grants, Person, TestApp, Upload, issue_in_amman};

mod files;
mod typing;

/// A round on the shipped framework with two cities, their officers and the coordinator.
pub struct World {
    pub round: RoundId,
    pub participation: ParticipationId,
    pub coordinator: Person,
    pub officer: Person,
    pub foreign_officer: Person,
}

fn city(app: &TestApp, coordinator: &Person, slug: &str, name: &str) -> CityId {
    let mut names = Text::english(name);
    names.set(stoa::ground::Language::of("ar"), "ميناء ميريديان");
    let input = CityInput {
        slug: slug.to_owned(),
        name: names,
        country: "JO".into(),
        language: "en".into(),
        time_zone: "Asia/Amman".into(),
        population: Some(120_000),
    };
    app.act(coordinator, |call| rounds::city_create(call, &input)).unwrap().id
}

pub fn world(app: &TestApp) -> World {
    let coordinator = app.person(Role::Coordinator, Grants::Instance);
    let framework = app.act(&coordinator, stoa::framework::actions::ensure_default_framework).unwrap();
    let input = RoundInput {
        name: "Monitoring round 2026".to_owned(),
        year: 2026.into(),
        framework_id: framework,
        rubric_id: None,
        time_zone: "Europe/Berlin".into(),
        report_due_on: "2026-04-30".parse::<chrono::NaiveDate>().unwrap().into(),
        review_due_on: "2026-06-30".parse::<chrono::NaiveDate>().unwrap().into(),
        experts_per_report: 2.into(),
    };
    let round = app.act(&coordinator, |call| rounds::round_create(call, &input)).unwrap().id;
    let (here, there) = (city(app, &coordinator, "port-meridian", "Port Meridian"), city(app, &coordinator, "elsewhere", "Elsewhere"));
    let take_part = |id: &CityId| {
        let input = ParticipationInput { city_id: id.clone() };
        app.act(&coordinator, |call| rounds::participation_add(call, &round, &input)).unwrap().id
    };
    let participation = take_part(&here);
    take_part(&there);
    app.act(&coordinator, |call| rounds::round_open(call, &round)).unwrap();
    let officer = app.person(Role::CityOfficer, Grants::City(&here));
    let foreign_officer = app.person(Role::CityOfficer, Grants::City(&there));
    World { round, participation, coordinator, officer, foreign_officer }
}

/// Begins the report through the API; gives its address there.
pub async fn begun(app: &TestApp, world: &World) -> String {
    let answer = app.as_person(&world.officer).post("/api/v1/reports", &json!({"participation_id": world.participation})).await.expect(201);
    answer.location().to_owned()
}

fn page_of(report: &str) -> String {
    report.replace("/api/v1", "")
}

/// Fills everything that is asked.
pub async fn fill(api: &Api, report: &str) {
    let view = api.get(report).await.expect(200).json();
    for section in view["sections"].as_array().unwrap() {
        let address = format!("{report}/sections/{}", section["measure"].as_str().unwrap());
        api.put(&address, &etag(section), &json!({"body": "What we do, who does it, and what has come of it."})).await.expect(200);
    }
    for (i, statistic) in view["statistics"].as_array().unwrap().iter().enumerate() {
        let address = format!("{report}/statistics/{}", statistic["measure"].as_str().unwrap());
        let value =
            if i == 0 { json!({"not_available": true, "source": "never counted"}) } else { json!({"value": 12.5, "year": 2024, "source": "Office"}) };
        api.put(&address, &etag(statistic), &value).await.expect(200);
    }
}

pub fn etag(part: &Value) -> String {
    format!("\"v{}\"", part["version"])
}

fn csv<'a>(bytes: &'a [u8]) -> Upload<'a> {
    Upload { field: "file", name: "Budget.csv", media_type: "text/csv", bytes }
}

async fn script_save(browser: &Browser, page: &str, version: &str, body: &str) -> Answer {
    let token = browser.csrf(page).await;
    let fields = [("csrf", token.as_str()), ("version", version), ("body", body)];
    let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = browser.request(Method::POST, page).header("Accept", "application/json");
    Answer::of(request.header("Content-Type", "application/x-www-form-urlencoded").body(form)).await
}

both! {
    async fn an_officer_begins_fills_and_submits_a_report_on_its_pages(app) {
        let world = world(app);
        let browser = app.browser(&world.officer);
        let list = browser.get("/reports").await.expect(200);
        list.shows("To begin").shows("Port Meridian").shows("2026-05-01 00:59").shows("Asia/Amman");
        let began = browser.form("/reports", &[("participation_id", world.participation.as_str())]).await.expect(303);
        let report = began.location().to_owned();
        browser.get(&report).await.expect(200).shows("0 of 16 sections").shows("Official statistics");
        // The button pressed twice leads to the same report.
        let token = browser.csrf(&report).await;
        let twice = browser.send("/reports", &[("csrf", &token), ("participation_id", world.participation.as_str())]).await.expect(303);
        assert_eq!(twice.location(), report);

        let section = format!("{report}/sections/3.3.a");
        let page = browser.get(&section).await.expect(200);
        page.shows("Section 1 of 16").shows("Up to 300 words");
        assert_eq!(page.input("version").unwrap(), "0");
        let saved = browser.form(&section, &[("version", "0"), ("body", "نعلّم في المدارس"), ("then", "next")]).await.expect(303);
        assert_eq!(saved.location(), format!("{report}/sections/4.3.a"));
        browser.get(&section).await.expect(200).shows("نعلّم في المدارس").shows("3 of 300 words");

        let statistics = format!("{report}/statistics/1");
        let typed = [("version-1.1.a", "0"), ("value-1.1.a", "٩٧٫٥"), ("year-1.1.a", "٢٠٢٤"), ("source-1.1.a", "Statistics office")];
        browser.form(&statistics, &typed).await.expect(303);
        let page = browser.get(&statistics).await.expect(200);
        assert_eq!((page.input("value-1.1.a").unwrap(), page.input("version-1.1.a").unwrap()), ("97.5".to_owned(), "1".to_owned()));

        // Not complete: submitting names what is missing, and nothing is frozen.
        let check = browser.get(&format!("{report}/submit")).await.expect(200);
        check.shows("things are still missing").shows("no text yet");
        let refused = browser.send(&format!("{report}/submit"), &[("csrf", &browser.csrf(&report).await)]).await.expect(422);
        refused.shows("The report was not submitted");
        fill(&app.as_person(&world.officer), &format!("/api/v1{report}")).await;
        let done = browser.form(&format!("{report}/submit"), &[]).await.expect(303);
        let frozen = browser.follow(&done).await.expect(200);
        frozen.shows("The report was submitted").shows("Receipt").shows("What we do, who does it");
        // Pressed twice: the same receipt, one submission.
        let token = browser.csrf(done.location()).await;
        let twice = browser.send(&format!("{report}/submit"), &[("csrf", &token)]).await.expect(303);
        assert_eq!(twice.location(), done.location());
        browser.follow(&twice).await.shows("was submitted before");
        assert_eq!(app.audit_verbs().iter().filter(|v| *v == "report_submit").count(), 1);
        let mails = app.mails();
        let of = |template: &str| mails.iter().filter(|m| m.template == template).map(|m| m.to_email.clone()).collect::<Vec<_>>();
        assert_eq!(of("report_receipt"), std::slice::from_ref(&world.officer.email));
        assert_eq!(of("report_submitted"), std::slice::from_ref(&world.coordinator.email));
    }

    async fn what_is_changed_of_a_city_is_changed_and_what_is_taken_out_is_gone(app) {
        let world = world(app);
        let api = app.as_person(&world.coordinator);
        let cities = api.get("/api/v1/cities").await.expect(200).json();
        let mut city = cities["items"].as_array().unwrap().iter().find(|c| c["slug"] == "port-meridian").unwrap().clone();
        let address = format!("/api/v1/cities/{}", city["id"].as_str().unwrap());
        let mut typed = city.clone();
        for name in ["id", "version"] {
            typed.as_object_mut().unwrap().remove(name);
        }
        for (name, value) in [("name", json!({"ar": "الميناء", "en": "The Port"})), ("language", json!("ar")), ("population", json!(null))] {
            (typed[name], city[name]) = (value.clone(), value);
        }
        api.put(&address, &etag(&city), &typed).await.expect(200);
        city["version"] = json!(2);
        assert_eq!(api.get(&address).await.expect(200).json(), city);
        api.put(&address, "\"v1\"", &typed).await.expect(412);
    }

    async fn the_profile_awaits_the_report_until_the_round_ends_without_one(app) {
        let world = world(app);
        let profile = format!("/participations/{}/profile", world.participation);
        let officer = app.browser(&world.officer);
        officer.get(&profile).await.expect(200).shows("The results are being put together");
        app.work();
        let open = officer.get(&profile).await.expect(200);
        open.shows("The report is still awaited").shows("2026-04-30 23:59 (Europe/Berlin)");
        assert!(!open.seen().contains("No report was submitted"));
        assert!(open.text().contains(r#"<a href="/profiles" aria-current="page">"#), "the menu shows where the page belongs");
        app.act(&world.coordinator, |call| rounds::round_close(call, &world.round)).unwrap();
        app.work();
        let closed = officer.get(&profile).await.expect(200);
        closed.shows("No report was submitted");
        assert!(!closed.seen().contains("still awaited"));
        officer.get(&format!("{profile}?lang=ar")).await.expect(200).shows("لم يُقدَّم تقرير.");
    }

    async fn a_coordinator_is_told_what_keeps_the_report_from_beginning(app) {
        let coordinator = app.person(Role::Coordinator, Grants::Instance);
        let survey = app.act(&coordinator, |call| issue_in_amman(call, ensure_default_instrument(call)?)).unwrap();
        let place = app.service.store.read(|db| stoa::rounds::store::place(db, &survey.participation_id)).unwrap();
        let browser = app.browser(&coordinator);
        let round = format!("/rounds/{}", place.round.id);
        let next = async || app.as_person(&coordinator).get(&format!("/api/v1{round}/funnel")).await.json()["cities"][0]["next"].clone();

        // Nobody could write the report: the link leads to the form, with role and city chosen.
        let invite = format!("/people/new?role=city_officer&scope=city:{}", place.city.id);
        let page = browser.get(&round).await.expect(200).text().replace("&amp;", "&").replace("&#x3D;", "=");
        assert!(page.contains(&format!("<a href=\"{invite}\">Invite an officer</a>")), "{page}");
        browser.get(&format!("{round}?lang=ar")).await.expect(200).shows("دعوة مسؤول للمدينة");
        browser.get(&format!("{round}?lang=en")).await.expect(200);
        assert_eq!(next().await, "invite_officer");
        let form = browser.get(&invite).await.expect(200);
        let chosen = regex::Regex::new(r#"value="city_officer"[^>]*checked"#).unwrap();
        assert!(chosen.is_match(form.text()), "the role is chosen");
        assert!(form.text().contains(&format!("<option value=\"city:{}\" selected>", place.city.id)), "the city is chosen");

        app.person(Role::CityOfficer, Grants::City(&place.city.id));
        assert_eq!(next().await, "open_round");
        let page = browser.get(&round).await.expect(200);
        assert!(page.text().contains("<a href=\"#open-round\">Open the round</a>") && page.text().contains("id=\"open-round\""));
        browser.form_to(&round, &format!("{round}/open"), &[]).await.expect(303);
        assert_eq!(next().await, "wait_for_report");
        browser.get(&round).await.expect(200).shows("Waiting for the report");
        app.act(&coordinator, |call| rounds::round_close(call, &place.round.id)).unwrap();
        assert_eq!(next().await, "read_profile", "a closed round takes no report any more");
    }

    async fn an_area_of_which_nothing_is_known_looks_as_the_key_says(app) {
        let world = world(app);
        let page = app.browser(&world.officer).get(&format!("/participations/{}/profile", world.participation)).await.expect(200);
        let (_, temple) = page.text().split_once(r#"id="profile-temple""#).expect("a temple");
        let (temple, rest) = temple.split_once("</svg>").expect("an end of it");
        // Twelve areas, of which three have a stone in the pediment and one in the frieze.
        assert_eq!(temple.matches(r#"fill="url(#profile-temple-hatch)""#).count(), 15, "no value, no tint");
        let key: Vec<&str> = rest.split_once(r#"<ul class="key">"#).expect("a key").1.split("</ul>").next().unwrap().split("</li>").collect();
        let hatched: Vec<bool> = key[..3].iter().map(|item| item.contains("fill=\"url(#key-none-hatch)\"")).collect();
        assert_eq!(hatched, [false, false, true]);
        assert!(key[2].ends_with("none has yet"), "{}", key[2]);
        assert!(!page.seen().contains("own targets"), "no page takes a target");
    }

    async fn evidence_is_taken_by_its_content_and_given_out_only_as_an_attachment(app) {
        let world = world(app);
        let report = begun(app, &world).await;
        let browser = app.browser(&world.officer);
        let (page, section) = (page_of(&report), format!("{}/sections/3.3.a", page_of(&report)));
        let disguised = Upload { field: "file", name: "plan.pdf", media_type: "application/pdf", bytes: b"<html><script>alert(1)</script></html>" };
        // A file that is refused does not take the text beside it along.
        let beside = [("version", "0"), ("body", "Beside the file"), ("then", "upload")];
        let refused = browser.upload(&section, &section, &beside, &[disguised]).await.expect(422);
        refused.shows("Add files: This kind of file is not accepted").shows("Beside the file");
        browser.get(&section).await.expect(200).shows("Beside the file");
        let nothing = Upload { field: "file", name: "", media_type: "application/octet-stream", bytes: b"" };
        browser.upload(&page, &format!("{page}/evidence"), &[], &[nothing]).await.expect(422).shows("Please choose a file");
        let huge = vec![b'a'; app.service.config.limits.evidence_bytes + 1];
        let large = Upload { field: "file", name: "big.txt", media_type: "text/plain", bytes: &huge };
        browser.upload(&page, &format!("{page}/evidence"), &[], &[large]).await.expect(422).shows("larger than 10 MB");
        // Nor do files that are too large together to be read to their end.
        let more = [("version", "1"), ("body", "Beside the large files"), ("then", "upload")];
        browser.upload(&section, &section, &more, &[large, large]).await.expect(413).shows("What you sent is larger than").shows("Beside the large files");
        browser.get(&section).await.expect(200).shows("Beside the large files");

        let added = browser.upload(&section, &section, &[("version", "2"), ("body", "With a file"), ("then", "upload")], &[csv(b"a,b\n1,2\n")]).await;
        browser.follow(&added.expect(303)).await.expect(200).shows("Budget.csv").shows("With a file");
        let api = app.as_person(&world.officer);
        let again = api.upload(&format!("{report}/evidence"), &[("measure", "4.3.a")], &[csv(b"a,b\n1,2\n")]).await.expect(200).json();
        assert_eq!(again["already_there"], true);
        let view = api.get(&report).await.json();
        assert_eq!((view["evidence"].as_array().unwrap().len(), &view["evidence"][0]["measure"]), (1, &json!("3.3.a")));
        for nothing in ["nonsense", "no code"] {
            let refused = api.upload(&format!("{report}/evidence"), &[("measure", nothing)], &[csv(b"x")]).await.expect(422);
            assert_eq!(refused.fields(), ["measure"]);
        }
        let whole = api.upload(&format!("{report}/evidence"), &[], &[csv(b"about all of it")]).await.expect(201).json();
        assert_eq!(whole["measure"], "");
        api.upload(&format!("{report}/evidence"), &[("what", "x")], &[csv(b"x")]).await.expect(422);
        app.anonymous().upload(&format!("{report}/evidence"), &[], &[csv(b"x")]).await.expect(401);

        let id = again["id"].as_str().unwrap().to_owned();
        for file in [browser.get(&format!("/evidence/{id}")).await.expect(200), api.get(&format!("/api/v1/evidence/{id}")).await.expect(200)] {
            assert_eq!(file.body, b"a,b\n1,2\n");
            assert!(file.header("content-disposition").starts_with("attachment; filename=\"Budget.csv\""));
            assert_eq!((file.header("x-content-type-options"), file.header("content-security-policy")), ("nosniff", "sandbox; default-src 'none'"));
        }
        let foreign = app.as_person(&world.foreign_officer);
        foreign.get(&format!("/api/v1/evidence/{id}")).await.expect(404);
        foreign.delete(&format!("{report}/evidence/{id}")).await.expect(404);
        browser.form_to(&page, &format!("/evidence/{id}/remove"), &[]).await.expect(303);
        browser.get(&format!("/evidence/{id}")).await.expect(404);
        api.delete(&format!("{report}/evidence/{id}")).await.expect(204);
    }

    async fn what_was_submitted_is_frozen_until_the_coordinator_gives_it_back(app) {
        let world = world(app);
        let report = begun(app, &world).await;
        let (officer, coordinator) = (app.as_person(&world.officer), app.as_person(&world.coordinator));
        fill(&officer, &report).await;
        let file = officer.upload(&format!("{report}/evidence"), &[], &[csv(b"kept")]).await.expect(201).json();
        let first = officer.post(&format!("{report}/submit"), &json!({})).await.expect(201).json();
        assert_eq!((&first["number"], &first["late"], first["receipt"].as_str().unwrap().len()), (&json!(1), &json!(false), 11));
        assert_eq!(officer.post(&format!("{report}/submit"), &json!({})).await.expect(409).code(), "already_submitted");
        let section = format!("{report}/sections/3.3.a");
        assert_eq!(officer.put(&section, "\"v1\"", &json!({"body": "Later"})).await.expect(409).code(), "already_submitted");
        officer.put(&format!("{report}/statistics/1.1.a"), "\"v1\"", &json!({})).await.expect(409);
        officer.upload(&format!("{report}/evidence"), &[], &[csv(b"more")]).await.expect(409);
        officer.delete(&format!("{report}/evidence/{}", file["id"].as_str().unwrap())).await.expect(409);

        officer.post(&format!("{report}/return"), &json!({"note": "x"})).await.expect(404);
        coordinator.post(&format!("{report}/return"), &json!({"note": " "})).await.expect(422);
        let browser = app.browser(&world.coordinator);
        let frozen = format!("/submissions/{}", first["id"].as_str().unwrap());
        let page = format!("{}/return", page_of(&report));
        browser.form_to(&frozen, &page, &[("note", "")]).await.expect(422).shows("Please fill this in");
        browser.form_to(&frozen, &page, &[("note", "Please check 3.3.a")]).await.expect(303);
        coordinator.post(&format!("{report}/return"), &json!({"note": "again"})).await.expect(409);
        app.browser(&world.officer).get(&page_of(&report)).await.expect(200).shows("Please check 3.3.a");
        let mails = app.mails_to(&world.officer.email);
        assert!(mails.iter().any(|m| m.template == "report_returned" && m.context["note"] == "Please check 3.3.a"));

        // The deadline has passed; a report that first came in time is not late.
        app.clock.advance(chrono::Duration::days(80));
        officer.put(&section, "\"v1\"", &json!({"body": "Better"})).await.expect(200);
        officer.delete(&format!("{report}/evidence/{}", file["id"].as_str().unwrap())).await.expect(204);
        let second = officer.post(&format!("{report}/submit"), &json!({})).await.expect(201).json();
        assert_eq!((&second["number"], &second["late"], &second["content"]["sections"][0]["body"]), (&json!(2), &json!(false), &json!("Better")));
        let old = coordinator.get(&format!("/api/v1/submissions/{}", first["id"].as_str().unwrap())).await.expect(200).json();
        assert_eq!((&old["newest"], &old["content"]), (&json!(false), &first["content"]));
        browser.get(&frozen).await.expect(200).shows("newer submission").shows("Submission 2");
        // The first submission keeps the file that the draft gave up; the second never had it.
        coordinator.get(&format!("/api/v1/evidence/{}", file["id"].as_str().unwrap())).await.expect(200);
        let evidence = file["id"].as_str().unwrap().parse().unwrap();
        let read = |submission: &Value| {
            let id = submission["id"].as_str().unwrap().parse().unwrap();
            app.service.store.read(|db| reports::actions::evidence_for_submission(db, &id, &evidence))
        };
        assert_eq!(read(&first).unwrap().opened(&stoa::reports::actions::Looking::default(), "a test").unwrap().1, b"kept");
        assert!(read(&second).is_err());
        let standing = app.service.store.read(|db| reports::store::standing_by_participation(db, std::slice::from_ref(&world.participation))).unwrap();
        let standing = &standing[&world.participation];
        assert_eq!((standing.sections_done, standing.late, standing.submission_id.as_ref().map(ToString::to_string)), (16, false, second["id"].as_str().map(str::to_owned)));
    }

    async fn the_note_of_a_returned_report_outlives_an_upgrade(app) {
        use diesel::prelude::*;
        use diesel_migrations::{FileBasedMigrations, MigrationHarness};
        use stoa::store::schema::audit_entry;
        let world = world(app);
        let report = begun(app, &world).await;
        let (officer, coordinator) = (app.as_person(&world.officer), app.as_person(&world.coordinator));
        fill(&officer, &report).await;
        let notes = ["Please check 3.3.a", "And \"3.3.b\", too"];
        for note in notes {
            officer.post(&format!("{report}/submit"), &json!({})).await.expect(201);
            coordinator.post(&format!("{report}/return"), &json!({"note": note})).await.expect(200);
        }
        // Entries held the notes then.
        app.service.store.write(|db| {
            let entries = audit_entry::table.filter(audit_entry::verb.eq("report_return")).order(audit_entry::seq).select(audit_entry::seq);
            for (seq, note) in entries.load::<i64>(db)?.into_iter().zip(notes) {
                let detail = audit_entry::detail.eq(json!({"note": note}).to_string());
                diesel::update(audit_entry::table.find(seq)).set(detail).execute(db)?;
            }
            Ok(())
        }).unwrap();
        // As it was when the audit alone had the notes.
        app.service.store.read(|db| {
            let kind = if matches!(db, Db::Sqlite(_)) { "sqlite" } else { "postgres" };
            let folder = format!("{}/migrations/{kind}", env!("CARGO_MANIFEST_DIR"));
            let from = FileBasedMigrations::from_path(folder).unwrap();
            while stoa::on_each!(db, c => c.revert_last_migration(from.clone()).map(|v| v.to_string())).unwrap() != "00000000000004" {}
            Ok(())
        }).unwrap();
        migrate(&app.service.store).unwrap();
        let view = officer.get(&report).await.expect(200).json();
        assert_eq!(view["return_note"], "And \"3.3.b\", too");
    }

    async fn a_late_report_is_taken_while_the_round_is_open_and_marked(app) {
        let world = world(app);
        let report = begun(app, &world).await;
        let officer = app.as_person(&world.officer);
        fill(&officer, &report).await;
        app.clock.advance(chrono::Duration::days(80));
        app.browser(&world.officer).get(&format!("{}/submit", page_of(&report))).await.expect(200).shows("deadline has passed");
        app.act(&world.coordinator, |call| rounds::round_close(call, &world.round)).unwrap();
        assert_eq!(officer.post(&format!("{report}/submit"), &json!({})).await.expect(409).code(), "closed");
        assert_eq!(officer.put(&format!("{report}/sections/3.3.a"), "\"v1\"", &json!({"body": "x"})).await.expect(409).code(), "closed");
        app.act(&world.coordinator, |call| rounds::round_open(call, &world.round)).unwrap();
        assert_eq!(officer.post(&format!("{report}/submit"), &json!({})).await.expect(201).json()["late"], true);
    }

    async fn a_report_is_not_there_for_the_officer_of_another_city(app) {
        let world = world(app);
        let report = begun(app, &world).await;
        let foreign = app.as_person(&world.foreign_officer);
        foreign.get(&report).await.expect(404);
        foreign.put(&format!("{report}/sections/3.3.a"), "\"v0\"", &json!({"body": "x"})).await.expect(404);
        foreign.post(&format!("{report}/submit"), &json!({})).await.expect(404);
        foreign.post("/api/v1/reports", &json!({"participation_id": world.participation})).await.expect(404);
        assert_eq!(foreign.get("/api/v1/reports").await.expect(200).json()["items"], json!([]));
        let browser = app.browser(&world.foreign_officer);
        for path in ["", "/sections/3.3.a", "/statistics", "/statistics/1", "/submit"] {
            browser.get(&format!("{}{path}", page_of(&report))).await.expect(404);
        }
        // The coordinator reads, but does not write for the city.
        let coordinator = app.as_person(&world.coordinator);
        assert_eq!(coordinator.get(&format!("/api/v1/reports?round_id={}", world.round)).await.expect(200).json()["items"].as_array().unwrap().len(), 1);
        coordinator.put(&format!("{report}/sections/3.3.a"), "\"v0\"", &json!({"body": "x"})).await.expect(404);
        app.browser(&world.coordinator).get(&format!("{}/submit", page_of(&report))).await.expect(404);
        let expert = app.person(Role::Expert, Grants::Round(&world.round));
        app.as_person(&expert).get(&report).await.expect(404);
        app.as_person(&expert).get("/api/v1/reports").await.expect(403);
    }
}
