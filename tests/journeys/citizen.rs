//! A citizen with a link: answering page by page, in two languages, and whatever can go wrong.

use std::collections::BTreeSet;

use chrono::Duration;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use stoa::people::identity::Role;
use stoa::surveys::actions;
use stoa::surveys::views::{InstrumentInput, SurveyView};

use crate::support::{Answer, Browser, Grants, Person, TestApp, issue_in_amman};

/// A coordinator, and an open survey with Stoa's own questionnaire in one city.
pub fn open_survey(app: &TestApp) -> (Person, SurveyView) {
    let coordinator = app.person(Role::Coordinator, Grants::Instance);
    let view = app
        .act(&coordinator, |call| {
            let instrument_id = actions::ensure_default_instrument(call)?;
            let view = issue_in_amman(call, instrument_id)?;
            actions::survey_open(call, &view.id)
        })
        .expect("a survey");
    (coordinator, view)
}

/// Everything hidden that a page carries on, as a browser would send it.
pub fn hidden(page: &Answer) -> Vec<(String, String)> {
    let tag = regex::Regex::new(r#"<input type="hidden" name="([^"]*)" value="([^"]*)">"#).unwrap();
    let plain = |text: &str| text.replace("&#x3D;", "=").replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    tag.captures_iter(page.text()).map(|c| (plain(&c[1]), plain(&c[2]))).collect()
}

/// Presses a button of a page with some fields filled in.
pub async fn press(browser: &Browser, survey: &SurveyView, page: &Answer, go: &str, fields: &[(&str, &str)]) -> Answer {
    let hidden = hidden(page);
    let mut all: Vec<(&str, &str)> = hidden.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    all.extend_from_slice(fields);
    all.push(("@go", go));
    browser.send(&format!("/s/{}", survey.slug), &all).await
}

/// Walks through Stoa's questionnaire as somebody who is out of work and took a course.
async fn walk(browser: &Browser, survey: &SurveyView, first: Answer) -> Answer {
    let go = async |page: &Answer, fields: &[(&str, &str)]| press(browser, survey, page, "next", fields).await.expect(200);
    let page = go(&first, &[("residence", "over_14"), ("course", "yes"), ("work_status", "seeking")]).await;
    let page = go(&page, &[("learning_places", "school"), ("learning_places", "online"), ("learning_satisfaction", "4")]).await;
    let page = go(&page, &[("community_learning", "weekly")]).await;
    let page = go(&page, &[("volunteered", "yes"), ("culture_visits", "3")]).await;
    let page = go(&page, &[("children", "no")]).await;
    let page = go(&page, &[("city_rating", "4")]).await;
    go(&page, &[("age_band", "age_35_44"), ("neighbourhood", "<b>\"Old\" & new</b>")]).await
}

fn answers() -> Value {
    json!({"course": "yes", "work_status": "seeking", "age_band": "age_35_44", "volunteered": "yes", "culture_visits": 3})
}

/// The receipt that a page of thanks shows.
fn receipt_on(thanks: &Answer) -> String {
    let code = regex::Regex::new(r#"<code dir="ltr">([0-9A-Z-]{23})</code>"#).unwrap();
    code.captures(thanks.text()).unwrap_or_else(|| panic!("no receipt: {thanks:?}"))[1].to_owned()
}

/// Closes a survey, has its estimates computed and reads them.
async fn close(app: &TestApp, coordinator: &Person, survey: &SurveyView) -> Value {
    let api = app.as_person(coordinator);
    api.post(&format!("/api/v1/surveys/{}/close", survey.id), &json!({})).await.expect(200);
    let address = format!("/api/v1/surveys/{}/estimates", survey.id);
    let computing = api.get(&address).await.expect(200).json();
    assert_eq!((&computing["undefined"], &computing["items"]), (&json!("being_computed"), &json!([])));
    app.work();
    api.get(&address).await.expect(200).json()
}

fn path(survey: &SurveyView) -> String {
    format!("/api/v1/surveys/{}/responses", survey.slug)
}

both! {
    async fn a_citizen_answers_page_by_page_and_gets_a_receipt(app) {
        let (_, survey) = open_survey(app);
        let browser = app.visitor();
        let first = browser.get(&format!("/s/{}/start?lang=en", survey.slug)).await.expect(200);
        first.shows("How long have you lived in this city?");
        assert_eq!(first.header("set-cookie"), "", "no cookie for citizens");
        assert_eq!(first.header("cache-control"), "private, no-cache", "the browser's Back button finds the page as it was left");
        let check = walk(&browser, &survey, first).await;
        assert_eq!(check.header("cache-control"), "private, no-cache");
        check.shows("Check your answers").shows("Without work and looking for it").shows("<b>\"Old\" & new</b>");
        // Whoever has no employer was not asked about one.
        assert!(!check.seen().contains("My employer"), "{check:?}");
        assert_eq!(app.stored_responses(), 0, "nothing is stored before the end");
        let thanks = press(&browser, &survey, &check, "submit", &[]).await.expect(200);
        assert_eq!(thanks.header("set-cookie"), "");
        let receipt = receipt_on(&thanks);
        let found = browser.send("/receipt", &[("receipt", &receipt.to_lowercase().replace('-', " "))]).await.expect(200);
        found.shows("2026-03-02").shows("Learning in our city");
        for wrong in ["00000-00000", "00000-00000-00000-00000", "no receipt"] {
            browser.send("/receipt", &[("receipt", wrong)]).await.expect(422);
            assert_eq!(app.anonymous().post("/api/v1/receipts", &json!({"receipt": wrong})).await.expect(422).fields(), ["receipt"]);
        }
        let found = app.anonymous().post("/api/v1/receipts", &json!({"receipt": receipt})).await.expect(200).json();
        assert_eq!((&found["day"], &found["city"]["en"]), (&json!("2026-03-02"), &json!("Amman")));
        // A double click and a replay are the same response.
        let again = join_all((0..8).map(|_| press(&browser, &survey, &check, "submit", &[]))).await;
        assert!(again.iter().all(|one| one.status == 200 && receipt_on(one) == receipt));
        assert_eq!(app.stored_responses(), 1);
        assert!(!app.audit_verbs().iter().any(|verb| verb == "response_submit"), "no entry per response");
    }

    async fn a_page_that_is_posted_again_days_later_is_not_another_response(app) {
        let (_, survey) = open_survey(app);
        let browser = app.visitor();
        let first = browser.get(&format!("/s/{}/start?lang=en", survey.slug)).await.expect(200);
        let check = walk(&browser, &survey, first).await;
        let thanks = press(&browser, &survey, &check, "submit", &[]).await.expect(200);
        // 03:00 of the next day in Amman: still the same.
        app.clock.advance(Duration::hours(15));
        app.work();
        assert_eq!(receipt_on(&press(&browser, &survey, &check, "submit", &[]).await.expect(200)), receipt_on(&thanks));
        app.clock.advance(Duration::days(2));
        app.work();
        let late = press(&browser, &survey, &check, "submit", &[]).await.expect(409);
        late.shows("This page is from another day").shows("Without work and looking for it");
        assert_eq!(app.stored_responses(), 1);
        // Somebody who had not sent them loses nothing of what was typed.
        press(&browser, &survey, &late, "submit", &[]).await.expect(200);
        assert_eq!(app.stored_responses(), 2);
    }

    async fn a_citizen_answers_in_arabic_from_right_to_left(app) {
        let (_, survey) = open_survey(app);
        let browser = app.visitor();
        let first = browser.get(&format!("/s/{}/start?lang=ar", survey.slug)).await.expect(200);
        assert!(first.text().contains(r#"<html lang="ar" dir="rtl">"#));
        first.shows("منذ متى تعيشون في هذه المدينة؟").shows("عمّان").shows("(اختياري)");
        let check = walk(&browser, &survey, first).await;
        check.shows("راجعوا إجاباتكم");
        // In the middle of it, in another language: nothing is lost.
        let english = press(&browser, &survey, &check, "language:en", &[]).await.expect(200);
        english.shows("Check your answers").shows("Without work and looking for it");
        press(&browser, &survey, &check, "submit", &[]).await.expect(200);
    }

    async fn what_was_typed_stays_when_something_is_wrong(app) {
        let (_, survey) = open_survey(app);
        let browser = app.visitor();
        let first = browser.get(&format!("/s/{}/start?lang=en", survey.slug)).await.expect(200);
        let wrong = press(&browser, &survey, &first, "next", &[("residence", "under_1")]).await.expect(422);
        wrong.shows("There is a problem").shows("did you take part in any education or training? – Please fill this in.");
        assert!(wrong.text().contains(r#"value="under_1" checked"#), "{wrong:?}");
        let page = press(&browser, &survey, &wrong, "next", &[("residence", "under_1"), ("course", "no"), ("work_status", "home")]).await.expect(200);
        let wrong = press(&browser, &survey, &page, "next", &["cost", "time", "family", "no_need"].map(|one| ("barriers", one))).await.expect(422);
        wrong.shows("Choose at most three answers.");
        let page = press(&browser, &survey, &wrong, "next", &[("barriers", "cost")]).await.expect(200);
        let page = press(&browser, &survey, &page, "next", &[]).await.expect(200);
        let wrong = press(&browser, &survey, &page, "next", &[("culture_visits", "about ten")]).await.expect(422);
        assert_eq!(wrong.input("culture_visits").as_deref(), Some("about ten"));
        // Back keeps even what is wrong, and asks nothing.
        let back = press(&browser, &survey, &wrong, "back", &[("culture_visits", "about ten")]).await.expect(200);
        assert_eq!(back.input("culture_visits").as_deref(), Some("about ten"));
    }

    async fn a_changed_answer_leads_to_the_questions_it_opens(app) {
        let (_, survey) = open_survey(app);
        let browser = app.visitor();
        let first = browser.get(&format!("/s/{}/start?lang=en", survey.slug)).await.expect(200);
        let check = walk(&browser, &survey, first).await;
        let page = press(&browser, &survey, &check, "change:0", &[]).await.expect(200);
        assert_eq!(page.text().matches(r#"value="seeking" checked"#).count(), 1);
        let page = press(&browser, &survey, &page, "next", &[("course", "yes"), ("work_status", "employee")]).await.expect(200);
        page.shows("My employer supports my learning.");
        let check = press(&browser, &survey, &page, "next", &[("employer_support", "5"), ("community_learning", "weekly")]).await.expect(200);
        check.shows("Check your answers").shows("Strongly agree").shows("Working for an employer");
    }

    async fn a_form_that_was_tampered_with_is_checked_again_at_the_end(app) {
        let (_, survey) = open_survey(app);
        let browser = app.visitor();
        let first = browser.get(&format!("/s/{}/start?lang=en", survey.slug)).await.expect(200);
        let check = walk(&browser, &survey, first).await;
        let address = format!("/s/{}", survey.slug);
        let with = |name: &str, value: &str| {
            let mut fields: Vec<(String, String)> = hidden(&check).into_iter().filter(|(k, _)| k != name).collect();
            fields.push((name.to_owned(), value.to_owned()));
            fields.push(("@go".to_owned(), "submit".to_owned()));
            fields
        };
        let send = async |fields: Vec<(String, String)>| {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
            browser.send(&address, &fields).await
        };
        send(with("volunteered", "perhaps")).await.expect(422).shows("Please choose one of the given options.");
        send(with("age_band", "")).await.expect(422).shows("How old are you?");
        send(with("@once", "")).await.expect(400).shows("This page can no longer be used");
        send(with("@once", "aaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaa")).await.expect(400);
        send(with("@seen", "999999999999999999999,x,-1")).await.expect(200);
        // The same page again with other answers: the first stand, and the next person's are kept.
        let next = send(with("volunteered", "no")).await.expect(409);
        next.shows("Answers were sent from this page before").shows("Check your answers");
        assert_eq!(app.stored_responses(), 1);
        press(&browser, &survey, &next, "submit", &[]).await.expect(200);
        assert_eq!(app.stored_responses(), 2);
    }

    async fn a_closed_survey_says_so_kindly(app) {
        let (coordinator, survey) = open_survey(app);
        let browser = app.visitor();
        let first = browser.get(&format!("/s/{}/start?lang=en", survey.slug)).await.expect(200);
        let check = walk(&browser, &survey, first).await;
        let once = json!({"once": "once-and-only-once", "answers": answers()});
        let receipt = app.anonymous().post(&path(&survey), &once).await.expect(201).json();
        app.act(&coordinator, |call| actions::survey_close(call, &survey.id)).unwrap();
        press(&browser, &survey, &check, "submit", &[]).await.expect(410).shows("This survey is closed");
        browser.get(&format!("/s/{}", survey.slug)).await.expect(410);
        let refused = app.anonymous().post(&path(&survey), &json!({"answers": answers()})).await.expect(409);
        assert_eq!(refused.code(), "closed");
        // What was stored before can still be asked for.
        assert_eq!(app.anonymous().post(&path(&survey), &once).await.expect(201).json(), receipt);
        app.act(&coordinator, |call| actions::survey_open(call, &survey.id)).unwrap();
        press(&browser, &survey, &check, "submit", &[]).await.expect(200);
        assert_eq!(app.stored_responses(), 2);
    }

    async fn five_hundred_at_once_are_all_stored(app) {
        let (_, survey) = open_survey(app);
        let client = app.anonymous();
        let url = path(&survey);
        let body = json!({"answers": answers()});
        let sent = join_all((0..500).map(|_| client.post(&url, &body))).await;
        let receipts: BTreeSet<String> = sent.into_iter().map(|one| one.expect(201).json()["receipt"].as_str().unwrap().to_owned()).collect();
        assert_eq!(receipts.len(), 500);
        assert_eq!(app.stored_responses(), 500);
    }

    async fn the_same_token_is_one_response_however_often_it_comes(app) {
        let (_, survey) = open_survey(app);
        let client = app.anonymous();
        let (url, body) = (path(&survey), json!({"once": "0123456789abcdef", "answers": answers()}));
        let sent = join_all((0..20).map(|_| client.post(&url, &body))).await;
        let receipts: BTreeSet<String> = sent.into_iter().map(|one| one.expect(201).text().to_owned()).collect();
        assert_eq!(receipts.len(), 1);
        let mut other = body.clone();
        other["answers"]["volunteered"] = json!("no");
        assert_eq!(client.post(&url, &other).await.expect(409).code(), "already_submitted");
        assert_eq!(app.stored_responses(), 1);
    }

    async fn a_response_that_does_not_fit_is_refused_by_name(app) {
        let (_, survey) = open_survey(app);
        let client = app.anonymous();
        let url = path(&survey);
        for (body, field) in [
            (json!({"answers": {"course": "yes", "work_status": "home"}}), "answers.age_band"),
            (json!({"answers": {"course": "yes", "work_status": "home", "age_band": "age_35_44", "shoe": 4}}), "answers.shoe"),
            (json!({"answers": {"course": "yes", "work_status": "home", "age_band": "age_35_44", "culture_visits": 61}}), "answers.culture_visits"),
            (json!({"answers": {"course": ["yes"], "work_status": "home", "age_band": "age_35_44"}}), "answers.course"),
            (json!({"answers": answers(), "language": "xx"}), "language"),
            (json!({"answers": answers(), "once": "short"}), "once"),
            (json!({"answers": answers(), "colour": "red"}), "colour"),
            (json!({"language": "en"}), "answers"),
        ] {
            assert_eq!(client.post(&url, &body).await.expect(422).fields(), [field], "{body}");
        }
        for nowhere in ["nowhere-000000", "%00", "%F0%9F%8F%9B"] {
            client.post(&format!("/api/v1/surveys/{nowhere}/responses"), &json!({"answers": {}})).await.expect(404);
            client.get(&format!("/api/v1/surveys/{nowhere}/questionnaire")).await.expect(404);
            app.visitor().get(&format!("/s/{nowhere}")).await.expect(404);
        }
        let raw = async |body: Vec<u8>| Answer::of(client.request(Method::POST, &url).header("Content-Type", "application/json").body(body)).await;
        raw(vec![b'{'; 1_600_000]).await.expect(413);
        raw(b"{\"answers\": {\"course\": \"\xff\"}}".to_vec()).await.expect(422);
        raw(b"not json".to_vec()).await.expect(422);
        assert_eq!(app.stored_responses(), 0);
    }

    async fn estimates_are_what_one_computes_by_hand(app) {
        let (coordinator, survey) = open_survey(app);
        let client = app.anonymous();
        // 24 of 60 volunteered; visits 0 to 19, mean 9.5; nobody has an employer.
        for n in 0..60 {
            let mut one = answers();
            one["volunteered"] = json!(if n < 24 { "yes" } else { "no" });
            one["culture_visits"] = json!(n % 20);
            client.post(&path(&survey), &json!({"answers": one})).await.expect(201);
        }
        let estimates = close(app, &coordinator, &survey).await;
        let of = |code: &str| estimates["items"].as_array().unwrap().iter().find(|e| e["measure"] == code).unwrap().clone();
        assert_eq!((&estimates["responses"], &estimates["stands"], &estimates["undefined"]), (&json!(60), &json!(false), &Value::Null));
        let share = of("1.2.b");
        assert_eq!((&share["kind"], &share["n"], &share["n_eff"]), (&json!("proportion"), &json!(60), &json!(60.0)));
        // Root of 0.4 × 0.6 ÷ 59 is 0.0638; by an open link all is in whole per cent, outwards.
        assert_eq!((&share["estimate"], &share["se"]), (&json!(0.4), &json!(0.07)));
        let mean = of("2.4.a");
        // Variance of three times 0…19 is 33.81, so that four deviations are 23.3 and the step is 0.5; the
        // error is 0.7507, and t(59) at 97.5 % is 2.0010.
        assert_eq!((&mean["estimate"], &mean["se"], &mean["ci95"]), (&json!(9.5), &json!(1.0), &json!([7.5, 11.5])));
        let nobody = of("6.3.a");
        assert_eq!((&nobody["estimate"], &nobody["n"], &nobody["suppressed"]), (&Value::Null, &Value::Null, &json!(true)));
        let page = app.browser(&coordinator).get(&format!("/surveys/{}", survey.id)).await.expect(200);
        page.shows("40 %").shows("from 60 responses").shows("fewer than 50 people");
    }

    async fn why_a_value_is_missing_is_said_in_the_readers_language(app) {
        let (coordinator, survey) = open_survey(app);
        for _ in 0..52 {
            app.anonymous().post(&path(&survey), &json!({"answers": answers()})).await.expect(201);
        }
        let api = app.as_person(&coordinator);
        let profile = format!("/participations/{}/profile", survey.participation_id);
        let because = async |word: &str| {
            let rows = api.get(&format!("/api/v1{profile}")).await.expect(200).json();
            rows["results"].as_array().unwrap().iter().find(|r| r["because"] == word).unwrap().clone()
        };
        app.work();
        assert_eq!(because("not_relied_on").await["state"], "missing");
        let counts = json!({"relied_on": true, "reason": "لا يوجد استبيان آخر."});
        api.post(&format!("/api/v1/surveys/{}/reliance", survey.id), &counts).await.expect(200);
        app.work();
        let open = because("not_closed").await;
        assert_eq!(open["because_text"], "The survey has not closed yet. Estimates are computed from all responses when it has.");
        assert_eq!((&open["state"], &open["value"], &open["n"]), (&json!("awaited"), &Value::Null, &Value::Null));
        let desk = app.browser(&coordinator);
        desk.get(&format!("{profile}?lang=ar")).await.expect(200).shows("لم يُغلق الاستبيان بعد.");
        let estimates = close(app, &coordinator, &survey).await;
        let why = |code: &str| estimates["items"].as_array().unwrap().iter().find(|e| e["measure"] == code).unwrap()["undefined"].clone();
        assert_eq!((why("2.4.a"), why("6.3.a")), (json!("no_spread"), Value::Null));
        assert_eq!(because("no_spread").await["because_text"], "All answers are the same or nearly so: they show no spread.");
        assert!(because("awaiting_report").await["because_text"].as_str().unwrap().contains("2026-06-30"));
        let sentence = regex::Regex::new("[a-z]{2,} [a-z]{2,}").unwrap();
        for page in [profile.clone(), format!("/surveys/{}", survey.id), format!("/rounds/{}/agreement", survey.round_id)] {
            let seen = desk.get(&format!("{page}?lang=ar")).await.expect(200).seen();
            assert!(!sentence.is_match(&seen), "{page} says {:?} to a reader of Arabic", sentence.find(&seen));
        }
        desk.get(&format!("{profile}?lang=ar")).await.expect(200).shows("جميع الإجابات متطابقة").shows("عدد المجيبين أقل من أن يُعرض");
    }

    async fn results_of_a_few_people_are_withheld(app) {
        let (coordinator, survey) = open_survey(app);
        let client = app.anonymous();
        for _ in 0..49 {
            client.post(&path(&survey), &json!({"answers": answers()})).await.expect(201);
        }
        let one = close(app, &coordinator, &survey).await["items"][0].clone();
        assert_eq!((&one["suppressed"], &one["estimate"], &one["n"]), (&json!(true), &Value::Null, &Value::Null));
        app.browser(&coordinator).get(&format!("/surveys/{}", survey.id)).await.expect(200).shows("fewer than 50 people");
    }

    async fn a_published_questionnaire_never_changes(app) {
        let coordinator = app.person(Role::Coordinator, Grants::Instance);
        let api = app.as_person(&coordinator);
        let body = |label: &str| json!({"name": "Short", "version_label": "1", "survey_csv": format!("type,name,label\ntext,q,{label}\n")});
        let draft = api.post("/api/v1/instruments", &body("One?")).await.expect(201).json();
        let replaced = api.post("/api/v1/instruments", &body("Two?")).await.expect(201).json();
        assert_eq!(draft["id"], replaced["id"]);
        assert_ne!(draft["content_hash"], replaced["content_hash"]);
        let id = draft["id"].as_str().unwrap();
        api.post(&format!("/api/v1/instruments/{id}/publish"), &json!({})).await.expect(200);
        assert_eq!(api.post("/api/v1/instruments", &body("Three?")).await.expect(409).code(), "in_use");
        let same = api.post("/api/v1/instruments", &body("Two?")).await.expect(201).json();
        assert_eq!(same["state"], "published");
        let wrong = json!({"name": "Short", "version_label": "2", "survey_csv": "type,name,label\ntext,q,Q\nnonsense,r,R\ntext,q,Again\n"});
        assert_eq!(api.post("/api/v1/instruments", &wrong).await.expect(422).fields(), ["survey:3:type", "survey:4:name"]);
        let input = InstrumentInput { name: "x".to_owned(), version_label: "1".to_owned(), ..InstrumentInput::default() };
        let officer = app.person(Role::CityOfficer, Grants::Instance);
        assert!(app.act(&officer, |call| actions::instrument_import(call, &input.clone().into())).is_err());
    }
}

/// A page that opens a question of its own shows it before it goes on.
#[actix_web::test]
async fn a_question_that_its_own_page_opens_is_shown_before_the_next_page() {
    let app = TestApp::sqlite().await;
    let coordinator = app.person(Role::Coordinator, Grants::Instance);
    let survey_csv = "type,name,label,required,relevant\nselect_one yn,pets,Pets?,yes,\ninteger,number,How many?,yes,${pets} = 'yes'\ndate,since,Since when?,,\nrank yn,order,Which first?,,\nbegin_group,g,Last,,\nrange,score,Score,,\nacknowledge,ok,I agree,,\nend_group,,,,\n";
    let survey = app
        .act(&coordinator, |call| {
            let input = InstrumentInput {
                name: "pets".to_owned(),
                version_label: "1".to_owned(),
                survey_csv: survey_csv.to_owned(),
                choices_csv: Some("list_name,name,label\nyn,yes,Yes\nyn,no,No\n".to_owned()),
                ..InstrumentInput::default()
            };
            let (instrument, _) = actions::instrument_import(call, &input.into())?;
            actions::instrument_publish(call, &instrument.id)?;
            let view = issue_in_amman(call, instrument.id)?;
            actions::survey_open(call, &view.id)
        })
        .unwrap();
    let browser = app.visitor();
    let first = browser.get(&format!("/s/{}/start", survey.slug)).await.expect(200);
    assert!(!first.seen().contains("How many?"));
    let date = [("since[year]", "2020"), ("since[month]", "2"), ("since[day]", "31"), ("order[yes]", "2"), ("order[no]", "2")];
    let fields: Vec<(&str, &str)> = [("pets", "yes")].into_iter().chain(date).collect();
    let more = press(&browser, &survey, &first, "next", &fields).await.expect(422);
    more.shows("How many?");
    assert_eq!(more.input("since[day]").as_deref(), Some("31"));
    assert_eq!(more.input("order[no]").as_deref(), Some("2"));
    let good = [
        ("pets", "yes"),
        ("number", "٣"),
        ("since[year]", "2020"),
        ("since[month]", "2"),
        ("since[day]", "29"),
        ("order[yes]", "2"),
        ("order[no]", "1"),
    ];
    let last = press(&browser, &survey, &more, "next", &good).await.expect(200);
    last.shows("I agree");
    let check = press(&browser, &survey, &last, "next", &[("score", "7"), ("ok", "OK")]).await.expect(200);
    check.shows("1. No 2. Yes").shows("2020-02-29");
    press(&browser, &survey, &check, "submit", &[]).await.expect(200);
}

#[actix_web::test]
async fn every_survey_page_is_light() {
    let app = TestApp::sqlite().await;
    let (_, survey) = open_survey(&app);
    let client = app.visitor();
    let mut page = client.get(&format!("/s/{}/start?lang=ar", survey.slug)).await.expect(200);
    let style = regex::Regex::new(r#"href="(/static/[^"]*/survey\.css)""#).unwrap().captures(page.text()).unwrap()[1].to_owned();
    let packed = async |method: Method, address: &str, body: String| {
        let request = client.request(method, address).header("Accept-Encoding", "gzip").header("Content-Type", "application/x-www-form-urlencoded");
        Answer::of(request.body(body)).await.expect(200).body.len()
    };
    let css = packed(Method::GET, &style, String::new()).await + packed(Method::GET, &style.replace("survey.css", "survey.js"), String::new()).await;
    for _ in 0..7 {
        let fields: Vec<(String, String)> = hidden(&page)
            .into_iter()
            .chain(
                [("course", "yes"), ("work_status", "employee"), ("age_band", "age_35_44"), ("@go", "next")]
                    .map(|(k, v)| (k.to_owned(), v.to_owned())),
            )
            .collect();
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
        let weight = packed(Method::POST, &format!("/s/{}", survey.slug), body).await + css;
        assert!(weight < 30_000, "{weight} bytes");
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        page = client.send(&format!("/s/{}", survey.slug), &fields).await.expect(200);
    }
}
