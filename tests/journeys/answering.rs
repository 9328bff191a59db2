//! Answering from its first page on: what somebody is told before they begin, and before they send.

use chrono::Duration;
use diesel::prelude::*;
use reqwest::Method;
use serde_json::json;
use stoa::people::identity::Role;
use stoa::surveys::actions;
use stoa::surveys::store::drafts::DraftRow;
use stoa::surveys::views::{InstrumentInput, SurveyView};

use crate::citizen::{hidden, open_survey, press};
use crate::support::{Answer, Browser, Grants, TestApp, issue_in_amman};

both! {
    async fn the_first_page_says_who_asks_how_long_it_takes_what_is_kept_and_whom_to_ask(app) {
        let (coordinator, survey) = open_survey(app);
        let browser = app.visitor();
        let address = format!("/s/{}", survey.slug);
        let first = browser.get(&format!("{address}?lang=en")).await.expect(200);
        first.shows("Learning in our city").shows("Who asks").shows("Round 2026").shows("About 10 minutes").shows("nothing joins an answer to you");
        first.shows("In the profile of").shows("Whoever gave you the address of this page.");
        assert_eq!(first.header("set-cookie"), "", "no cookie for citizens");
        browser.get(&format!("{address}?lang=ar")).await.expect(200).shows("من يسأل").shows("لا شيء يربط إجابة بكم");

        // The coordinator says whom to ask, and says it otherwise later.
        let desk = app.as_person(&coordinator);
        let path = format!("/api/v1/surveys/{}", survey.id);
        let view = desk.get(&path).await.expect(200);
        let etag = view.header("etag").to_owned();
        let set = async |etag: &str, contact: &str| desk.put(&path, etag, &json!({"contact": contact})).await;
        let changed = set(&etag, "Rana, town hall\n+962 6 000 000").await.expect(200);
        assert_eq!(changed.json()["contact"], "Rana, town hall\n+962 6 000 000");
        assert_eq!(set(&etag, "Somebody else").await.expect(412).code(), "stale");
        assert_eq!(set(changed.header("etag"), &"x".repeat(501)).await.expect(422).fields(), ["contact"]);
        browser.get(&address).await.expect(200).shows("Rana, town hall").shows("+962 6 000 000");
        let page = app.browser(&coordinator);
        let form = format!("/surveys/{}/contact", survey.id);
        let version = page.get(&form).await.expect(200).input("version").unwrap();
        let refused = page.form(&form, &[("contact", "\u{7}bell"), ("version", &version)]).await.expect(422);
        refused.shows("Whom citizens may ask");
        page.form(&form, &[("contact", "ask@city.example"), ("version", &version)]).await.expect(303);
        browser.get(&address).await.expect(200).shows("ask@city.example");
        let officer = app.person(Role::CityOfficer, Grants::Instance);
        app.as_person(&officer).put(&path, &etag, &json!({"contact": "me"})).await.expect(404);

        // The button leads to the questions, in the language that was chosen.
        let start = regex::Regex::new(r#"<a class="button" href="([^"]*)""#).unwrap().captures(first.text()).unwrap()[1].replace("&#x3D;", "=");
        let questions = browser.get(&start).await.expect(200);
        questions.shows("How long have you lived in this city?");
        let wrong = press(&browser, &survey, &questions, "next", &[]).await;
        wrong.expect(422);
    }
}

const CODE: &str = r#"<code dir="ltr">([0-9A-Z]{4}(?:-[0-9A-Z]{4}){4})</code>"#;

fn code_on(page: &Answer) -> String {
    regex::Regex::new(CODE).unwrap().captures(page.text()).unwrap_or_else(|| panic!("no code: {page:?}"))[1].to_owned()
}

/// Opens the questions of a survey.
async fn start(browser: &Browser, survey: &SurveyView) -> Answer {
    browser.get(&format!("/s/{}/start?lang=en", survey.slug)).await.expect(200)
}

/// Types a code in.
async fn resume(browser: &Browser, survey: &SurveyView, code: &str) -> Answer {
    let address = format!("/s/{}/resume", survey.slug);
    let page = browser.get(&format!("{address}?lang=en")).await.expect(200);
    let hidden = hidden(&page);
    let mut fields: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.push(("code", code));
    browser.send(&address, &fields).await
}

/// Everything that lies half done, as the database has it.
fn drafts(app: &TestApp) -> Vec<DraftRow> {
    let all = |db: &mut stoa::store::Db| Ok(stoa::store::schema::response_draft::table.select(DraftRow::as_select()).load(db)?);
    app.service.store.read(all).unwrap()
}

both! {
    async fn who_has_no_time_now_goes_on_later_with_a_code_on_another_device(app) {
        let (_, survey) = open_survey(app);
        let browser = app.visitor();
        let first = start(&browser, &survey).await;
        let page = press(&browser, &survey, &first, "next", &[("residence", "over_14"), ("course", "yes"), ("work_status", "seeking")]).await.expect(200);
        let kept = press(&browser, &survey, &page, "keep", &[("learning_places", "school"), ("learning_satisfaction", "2")]).await.expect(200);
        kept.shows("Your answers are kept").shows("2026-04-01").shows(&format!("/s/{}", survey.slug));
        let code = code_on(&kept);

        // Neither the code nor an answer is in the database, and no moment within the day.
        let [row] = drafts(app).try_into().unwrap();
        assert_eq!((row.day.to_string().as_str(), row.kib, row.sealed.len()), ("2026-03-02", 1, 1_024));
        let bytes = String::from_utf8_lossy(&row.sealed);
        assert!(!bytes.contains("school") && !bytes.contains("course") && !row.code_hash.to_uppercase().contains(&code.replace('-', "")));
        assert_eq!((app.stored_responses(), kept.header("set-cookie")), (0, ""));
        assert!(!app.audit_verbs().iter().any(|verb| verb.starts_with("response")), "no entry for a citizen");

        // Keeping once more replaces it, under the same code; a second press, too.
        let on = press(&browser, &survey, &kept, "stay", &[]).await.expect(200);
        let again = press(&browser, &survey, &on, "keep", &[("learning_places", "online"), ("learning_satisfaction", "4")]).await.expect(200);
        assert_eq!((code_on(&again), drafts(app).len()), (code.clone(), 1));

        // Two days later, on another device: on the same page, with what was answered last.
        app.clock.advance(Duration::days(2));
        app.work();
        let elsewhere = app.visitor();
        let page = resume(&elsewhere, &survey, &code.to_lowercase().replace('-', " ")).await.expect(200);
        assert!(page.text().contains(r#"value="online" checked"#) && !page.text().contains(r#"value="school" checked"#), "{page:?}");
        let mut page = press(&elsewhere, &survey, &page, "next", &[("learning_places", "online"), ("learning_satisfaction", "4")]).await.expect(200);
        for fields in [&[("community_learning", "weekly")][..], &[("volunteered", "yes")], &[("children", "no")], &[], &[("age_band", "age_35_44")]] {
            page = press(&elsewhere, &survey, &page, "next", fields).await.expect(200);
        }
        page.shows("Check your answers").shows("cannot be changed or taken back").shows("Without work and looking for it");
        press(&elsewhere, &survey, &page, "submit", &[]).await.expect(200).shows("your answers have arrived");
        assert_eq!((app.stored_responses(), drafts(app).len()), (1, 0), "what was sent is kept half done no more");
        resume(&elsewhere, &survey, &code).await.expect(422).shows("Nothing is kept under this code");
    }

    async fn what_nobody_comes_back_to_is_gone_after_thirty_days(app) {
        let (coordinator, survey) = open_survey(app);
        let browser = app.visitor();
        let code = code_on(&press(&browser, &survey, &start(&browser, &survey).await, "keep", &[("course", "yes")]).await.expect(200));
        let other = code_on(&press(&browser, &survey, &start(&browser, &survey).await, "keep", &[]).await.expect(200));
        assert_ne!(code, other);
        app.clock.advance(Duration::days(30));
        app.work();
        resume(&browser, &survey, &code).await.expect(200);
        app.clock.advance(Duration::days(1));
        resume(&browser, &survey, &code).await.expect(422).shows("30 days are over");
        app.clock.advance(Duration::days(1));
        app.work();
        assert_eq!(drafts(app).len(), 0);

        // A closed survey keeps it, one that is closed for good does not.
        let code = code_on(&press(&browser, &survey, &start(&browser, &survey).await, "keep", &[]).await.expect(200));
        let desk = app.as_person(&coordinator);
        desk.post(&format!("/api/v1/surveys/{}/close", survey.id), &json!({})).await.expect(200);
        app.work();
        let closed = browser.get(&format!("/s/{}/resume", survey.slug)).await.expect(410);
        closed.shows("This survey is closed");
        assert_eq!(drafts(app).len(), 1);
        desk.post(&format!("/api/v1/surveys/{}/open", survey.id), &json!({})).await.expect(200);
        resume(&browser, &survey, &code).await.expect(200);
        let answers = json!({"answers": {"course": "no", "work_status": "home", "age_band": "age_35_44"}});
        for _ in 0..50 {
            app.anonymous().post(&format!("/api/v1/surveys/{}/responses", survey.slug), &answers).await.expect(201);
        }
        desk.post(&format!("/api/v1/surveys/{}/close", survey.id), &json!({})).await.expect(200);
        app.work();
        desk.post(&format!("/api/v1/surveys/{}/seal", survey.id), &json!({})).await.expect(200);
        app.clock.advance(Duration::hours(2));
        app.work();
        assert_eq!(drafts(app).len(), 0);
    }

    async fn a_forged_code_opens_nothing_and_guessing_is_slowed(app) {
        let (_, survey) = open_survey(app);
        let browser = app.visitor();
        let code = code_on(&press(&browser, &survey, &start(&browser, &survey).await, "keep", &[("course", "yes")]).await.expect(200));
        // A letter that was misread is told from a code that opens nothing.
        let mut misread = code.clone();
        misread.replace_range(..1, if code.starts_with('7') { "8" } else { "7" });
        for wrong in [misread.as_str(), "", "no code", "FFAJ4-Q7KX2-MC4A9-2TRX8", &"7".repeat(5_000), "\u{202e}7KQ2"] {
            resume(&browser, &survey, wrong).await.expect(422).shows("This is not a code");
        }
        let page = resume(&browser, &survey, "0000-0000-0000-0000-0000").await.expect(422);
        page.shows("Nothing is kept under this code");
        assert_eq!(page.input("code").as_deref(), Some("0000-0000-0000-0000-0000"), "what was typed stays");
        // No page of another site puts anybody into answers of somebody else.
        let form = browser.get(&format!("/s/{}/resume", survey.slug)).await.expect(200);
        let once = form.input("@once").unwrap();
        let body = format!("%40once={once}&code={code}");
        let foreign = browser.request(Method::POST, &format!("/s/{}/resume", survey.slug)).header("Sec-Fetch-Site", "cross-site");
        Answer::of(foreign.header("Content-Type", "application/x-www-form-urlencoded").body(body.clone())).await.expect(400);
        let foreign = browser.request(Method::POST, &format!("/s/{}/resume", survey.slug)).header("Origin", "https://evil.example");
        Answer::of(foreign.header("Content-Type", "application/x-www-form-urlencoded").body(body)).await.expect(400);
        browser.send(&format!("/s/{}/resume", survey.slug), &[("code", code.as_str())]).await.expect(400);
        let mut statuses = Vec::new();
        for _ in 0..30 {
            statuses.push(resume(&browser, &survey, "0000-0000-0000-0000-0000").await.status);
        }
        assert_eq!((statuses.first(), statuses.last()), (Some(&422), Some(&429)), "{statuses:?}");
        app.clock.advance(Duration::hours(1));
        resume(&browser, &survey, &code).await.expect(200);
    }

    async fn at_a_device_that_many_share_nothing_is_left_for_the_next_person(app) {
        let (_, survey) = open_survey(app);
        let browser = app.visitor();
        let first = browser.get(&format!("/s/{}/kiosk?lang=en", survey.slug)).await.expect(200);
        first.shows("Many people share this device.");
        assert!(!first.text().contains("/resume"), "no code is offered");
        let start = format!("/s/{}/start?lang=en&kiosk=1", survey.slug);
        let page = browser.get(&start).await.expect(200);
        assert!(page.text().contains(r#"autocomplete="off""#));
        // Where no script sees that somebody has gone away.
        let leaves = format!(r#"<noscript><meta http-equiv="refresh" content="900;url=/s/{}/kiosk"></noscript>"#, survey.slug);
        assert!(page.text().contains(&leaves) && page.seen().contains("within 15 minutes"));
        let own = browser.get(&format!("/s/{}/start?lang=en", survey.slug)).await.expect(200);
        assert!(!own.text().contains("http-equiv") && !own.seen().contains("within 15 minutes"), "nobody's own device is cleared");
        let answered = [("residence", "over_14"), ("course", "no"), ("work_status", "seeking")];
        let mut page = press(&browser, &survey, &page, "next", &answered).await.expect(200);
        assert!(!page.seen().contains("Save and go on later"));
        assert_eq!(press(&browser, &survey, &page, "keep", &[]).await.expect(200).header("cache-control"), "no-store");
        assert_eq!(drafts(app).len(), 0, "nothing is kept here");
        for fields in [&[][..], &[("community_learning", "weekly")], &[("volunteered", "yes")], &[("children", "no")], &[], &[("age_band", "age_35_44")]] {
            page = press(&browser, &survey, &page, "next", fields).await.expect(200);
            assert_eq!(page.header("cache-control"), "no-store");
        }
        let thanks = press(&browser, &survey, &page, "submit", &[]).await.expect(200);
        let next = format!("60;url=/s/{}/kiosk", survey.slug);
        assert!(thanks.text().replace("&#x3D;", "=").contains(&format!(r#"<meta http-equiv="refresh" content="{next}">"#)), "{thanks:?}");
        assert_eq!((thanks.header("cache-control"), app.stored_responses()), ("no-store", 1));
        // Whoever goes back and has a page posted again sees nothing of whoever was there.
        for go in ["submit", "next", "back", "stay"] {
            let over = press(&browser, &survey, &page, go, &[]).await.expect(303);
            assert_eq!(over.location(), format!("/s/{}/kiosk?lang=en&over=1", survey.slug));
        }
        browser.get(&format!("/s/{}/kiosk?lang=en&over=1", survey.slug)).await.expect(200).shows("What was sent has arrived.");
        assert_eq!(app.stored_responses(), 1);
        // So it is after somebody has left without sending.
        let page = browser.get(&start).await.expect(200);
        let page = press(&browser, &survey, &page, "next", &answered).await.expect(200);
        press(&browser, &survey, &page, "leave", &[]).await.expect(303);
        press(&browser, &survey, &page, "back", &[]).await.expect(303);
        app.clock.advance(Duration::days(4));
        app.work();
        let rows = |db: &mut stoa::store::Db| Ok(stoa::store::schema::visit_ended::table.count().get_result::<i64>(db)?);
        assert_eq!(app.service.store.read(rows).unwrap(), 0);
    }

    async fn whatever_comes_instead_of_answers_is_one_clear_message(app) {
        let (_, survey) = open_survey(app);
        let browser = app.visitor();
        let first = start(&browser, &survey).await;
        let good = [("residence", "over_14"), ("work_status", "seeking")];
        let with = async |more: &[(&str, &str)]| press(&browser, &survey, &first, "next", &[&good[..], more].concat()).await;
        // Outside the list, twice, of a question that does not exist: what fits stays chosen.
        let outside = with(&[("course", "perhaps")]).await.expect(422);
        outside.shows("Please choose one of the given options.");
        assert!(outside.text().contains(r#"value="seeking" checked"#));
        with(&[("course", "yes"), ("shoe", "44"), ("__proto__", "x")]).await.expect(200);
        let page = with(&[("course", "no"), ("employer_support", "5")]).await.expect(200);
        assert!(!page.seen().contains("My employer"), "what was not asked is not taken");
        // Text in the way, and too much of it: it stays where it was typed.
        let page = press(&browser, &survey, &page, "next", &[]).await.expect(200);
        let page = press(&browser, &survey, &page, "next", &[("community_learning", "weekly")]).await.expect(200);
        let wrong = press(&browser, &survey, &page, "next", &[("volunteered", "yes"), ("culture_visits", "3\u{7}")]).await.expect(422);
        assert_eq!(wrong.input("culture_visits").as_deref(), Some("3\u{7}"), "{wrong:?}");
        let long = "x".repeat(2_001);
        let long = press(&browser, &survey, &page, "next", &[("volunteered", "yes"), ("culture_visits", &long)]).await.expect(422);
        assert_eq!(long.input("culture_visits").map(|text| text.len()), Some(2_001));
        let address = format!("/s/{}", survey.slug);
        let raw = async |body: Vec<u8>| {
            let request = browser.request(Method::POST, &address).header("Content-Type", "application/x-www-form-urlencoded").header("Accept-Language", "en");
            Answer::of(request.body(body)).await
        };
        let flood = [b"%40once=x&neighbourhood=".to_vec(), vec![b'a'; 10 * 1_048_576]].concat();
        raw(flood).await.expect(413).shows("This is more text than can be taken").shows("nothing is lost");
        for broken in [&b"neighbourhood=%00"[..], b"neighbourhood=%ff"] {
            raw(broken.to_vec()).await.expect(422).shows("Something in your answers cannot be read");
        }
        raw(b"%40once=x&neighbourhood=y".to_vec()).await.expect(400).shows("This page can no longer be used");
        // The same of a program.
        let url = format!("/api/v1/surveys/{}/responses", survey.slug);
        let api = app.anonymous();
        let basis = json!({"course": "no", "work_status": "home", "age_band": "age_35_44"});
        for (name, value, code) in [
            ("course", json!("perhaps"), "not_a_choice"),
            ("neighbourhood", json!("a\u{0}b"), "control_characters"),
            ("neighbourhood", json!("x".repeat(2_001)), "too_long"),
            ("shoe", json!(44), "unknown_question"),
            ("culture_visits", json!("٣٫٥"), "not_an_integer"),
        ] {
            let mut answers = basis.clone();
            answers[name] = value;
            let refused = api.post(&url, &json!({"answers": answers})).await.expect(422);
            assert_eq!(refused.fields(), [format!("answers.{name}")], "{code}: {refused:?}");
        }
        let mut much = basis.clone();
        much["neighbourhood"] = json!("x".repeat(10 * 1_048_576));
        api.post(&url, &json!({"answers": much})).await.expect(413);
        api.post(&url, &json!({"answers": basis, "version": 7})).await.expect(422);
        assert_eq!(app.stored_responses(), 0);
    }
}

/// Sixty questions on one page with a scale of five words each, and every one of them missing: nothing is heavier.
#[actix_web::test]
async fn the_heaviest_page_weighs_thirty_kilobytes_at_most() {
    let app = TestApp::sqlite().await;
    let coordinator = app.person(Role::Coordinator, Grants::Instance);
    let words = ["استعمل المكتبة العامة", "شارك في دورة", "تعلّم مع آخرين", "زار متحفًا", "قرأ كتابًا", "تحدّث مع جيرانه"];
    let question = |n: usize| format!("select_one agree,q{n},كم مرة {} خلال الشهر رقم {n} من السنة الماضية؟,yes,likert\n", words[n % words.len()]);
    let rows: String = (0..60).map(question).collect();
    let input = InstrumentInput {
        name: "heavy".to_owned(),
        version_label: "1".to_owned(),
        survey_csv: format!("type,name,label::العربية (ar),required,appearance\n{rows}"),
        choices_csv: Some(
            "list_name,name,label::العربية (ar)\nagree,1,أبدًا\nagree,2,نادرًا\nagree,3,أحيانًا\nagree,4,كثيرًا\nagree,5,دائمًا\n".to_owned(),
        ),
        ..InstrumentInput::default()
    };
    let survey = app
        .act(&coordinator, |call| {
            let (instrument, _) = actions::instrument_import(call, &input.into())?;
            actions::instrument_publish(call, &instrument.id)?;
            let view = issue_in_amman(call, instrument.id)?;
            actions::survey_open(call, &view.id)
        })
        .unwrap();
    let browser = app.visitor();
    let page = browser.get(&format!("/s/{}/start", survey.slug)).await.expect(200);
    let style = regex::Regex::new(r#"href="(/static/[^"]*/survey\.css)""#).unwrap().captures(page.text()).unwrap()[1].to_owned();
    let mut weight = 0;
    for address in [style.clone(), style.replace("survey.css", "survey.js")] {
        weight += Answer::of(browser.request(Method::GET, &address).header("Accept-Encoding", "gzip")).await.expect(200).body.len();
    }
    let fields: Vec<(String, String)> = hidden(&page).into_iter().chain([("@go".to_owned(), "next".to_owned())]).collect();
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
    let post = browser.request(Method::POST, &format!("/s/{}", survey.slug)).header("Accept-Encoding", "gzip");
    let refused = Answer::of(post.header("Content-Type", "application/x-www-form-urlencoded").body(body)).await.expect(422);
    weight += refused.body.len();
    println!("the heaviest page: {weight} bytes");
    assert!(weight <= 30_000, "{weight} bytes");
}
