//! What an officer types is there again: over a limit, in two tabs, too late, signed out, half wrong, and left by
//! every button.

use super::*;

both! {
    async fn a_text_over_its_limit_is_kept_and_shown_and_keeps_the_report_back(app) {
        let world = world(app);
        let report = begun(app, &world).await;
        let browser = app.browser(&world.officer);
        let section = format!("{}/sections/3.3.a", page_of(&report));
        let long = format!("{}end", "word ".repeat(300));
        let page = browser.form(&section, &[("version", "0"), ("body", &long)]).await.expect(422);
        page.shows("it has 301 words").shows("word word end");
        assert_eq!(page.input("version").unwrap(), "1");
        browser.get(&section).await.expect(200).shows("word end").shows("This has 301 words");
        browser.get(&format!("{}/submit", page_of(&report))).await.expect(200).shows("301 of 300 words");
        let view = app.as_person(&world.officer).get(&report).await.expect(200).json();
        assert_eq!((&view["sections"][0]["over_limit"], &view["sections_done"]), (&json!(true), &json!(0)));
        // Characters that nobody can see are refused, and the text comes back.
        let page = browser.form(&section, &[("version", "1"), ("body", "a\u{7}bell")]).await.expect(422);
        page.shows("cannot be shown").shows("bell");
    }

    async fn two_tabs_do_not_overwrite_each_other(app) {
        let world = world(app);
        let report = begun(app, &world).await;
        let browser = app.browser(&world.officer);
        let section = format!("{}/sections/3.3.a", page_of(&report));
        let saved = script_save(&browser, &section, "0", "First tab").await.expect(200);
        let kept = json!({"version": "1", "saved": "2026-03-02 12:00"});
        assert_eq!(saved.json(), kept, "with the time as the page writes it");
        // The same again (a lost answer) is no conflict; another text with the old version is.
        assert_eq!(script_save(&browser, &section, "0", "First tab").await.expect(200).json(), kept);
        script_save(&browser, &section, "0", "Second tab").await.expect(412);
        script_save(&browser, &section, "", "No version").await.expect(422);
        let page = browser.form(&section, &[("version", "0"), ("body", "Second tab")]).await.expect(412);
        page.shows("First tab").shows("Second tab").shows("Nothing is lost");
        assert_eq!(page.input("version").unwrap(), "1");
        let api = app.as_person(&world.officer);
        let address = format!("{report}/sections/3.3.a");
        api.request(Method::PUT, &address).json(&json!({"body": "x"})).send().await.map(|a| assert_eq!(a.status(), 428)).unwrap();
        assert_eq!(api.put(&address, "\"v7\"", &json!({"body": "x"})).await.expect(412).code(), "stale");
        assert_eq!(api.put(&address, "\"v1\"", &json!({"body": "Both"})).await.expect(200).etag(), "\"v2\"");

        let statistics = format!("{}/statistics/1", page_of(&report));
        browser.form(&statistics, &[("version-1.1.a", "0"), ("value-1.1.a", "90")]).await.expect(303);
        let page = browser.form(&statistics, &[("version-1.1.a", "0"), ("value-1.1.a", "80"), ("source-1.1.a", "Mine")]).await.expect(412);
        page.shows("Stored meanwhile: 90");
        assert_eq!((page.input("value-1.1.a").unwrap(), page.input("source-1.1.a").unwrap()), ("80".to_owned(), "Mine".to_owned()));
    }

    async fn nothing_typed_is_lost_when_the_report_is_submitted_or_the_round_closed_meanwhile(app) {
        let world = world(app);
        let report = begun(app, &world).await;
        let (officer, browser) = (app.as_person(&world.officer), app.browser(&world.officer));
        fill(&officer, &report).await;
        let (page, section) = (page_of(&report), format!("{}/sections/3.3.a", page_of(&report)));
        let token = browser.csrf(&section).await;
        officer.post(&format!("{report}/submit"), &json!({})).await.expect(201);
        let text = "A paragraph with <marks> & care.\nAnd a second one.";
        let typed = [("csrf", token.as_str()), ("version", "1"), ("body", text), ("then", "next")];
        let late = browser.send(&section, &typed).await.expect(409);
        late.shows("was submitted while you were writing").shows("None of this was saved").shows("Your work").shows("Your text").shows("<marks> & care. And a second one.");
        assert!(late.text().contains(&format!("href=\"{page}\"")), "the way on is there: {late:?}");
        assert!(!late.seen().contains(&token) && !late.text().contains("<marks>"), "{late:?}");
        // What could not be saved anyway comes back too, and is not to be mended first.
        let broken = [("csrf", token.as_str()), ("version", "1"), ("body", "a\u{7}bell")];
        browser.send(&section, &broken).await.expect(409).shows("bell");
        let statistics = format!("{page}/statistics/1");
        let typed = [
            ("csrf", token.as_str()), ("version-1.1.a", "1"), ("value-1.1.a", "88.5"), ("year-1.1.a", "soon"), ("source-1.1.a", "Ministry of Education"),
        ];
        let late = browser.send(&statistics, &typed).await.expect(409);
        late.shows("88.5").shows("soon").shows("Ministry of Education").shows("Value 1.1.a");
        // Arabic, and the script's own save.
        let arabic = browser.send(&format!("{section}?lang=ar"), &[("csrf", token.as_str()), ("version", "1"), ("body", "نصي الجديد")]).await.expect(409);
        arabic.shows("نصي الجديد").shows("ما كتبتموه").shows("أثناء كتابتكم");

        let coordinator = app.browser(&world.coordinator);
        let frozen = browser.get(&format!("{page}/submit")).await.expect(303).location().to_owned();
        let token = coordinator.csrf(&frozen).await;
        let give_back = format!("{page}/return");
        coordinator.send(&give_back, &[("csrf", &token), ("note", "First note")]).await.expect(303);
        let second = coordinator.send(&give_back, &[("csrf", &token), ("note", "Second note")]).await.expect(409);
        second.shows("has been given back to the city already").shows("Second note");
        app.act(&world.coordinator, |call| rounds::round_close(call, &world.round)).unwrap();
        let closed = browser.send(&section, &[("csrf", &browser.csrf("/account").await), ("version", "1"), ("body", "After the end")]).await.expect(409);
        closed.shows("round was closed while you were writing").shows("After the end");
    }

    async fn what_was_typed_comes_back_when_the_session_has_ended_but_never_a_password(app) {
        let world = world(app);
        let report = begun(app, &world).await;
        let browser = app.browser(&world.officer);
        let section = format!("{}/sections/3.3.a", page_of(&report));
        let token = browser.csrf(&section).await;
        app.act(&world.officer, stoa::people::actions::session_end_everywhere).unwrap();
        let ended = browser.send(&section, &[("csrf", &token), ("version", "0"), ("body", "An evening's work")]).await.expect(401);
        ended.shows("Please sign in").shows("An evening's work");
        let fields = [("csrf", token.as_str()), ("name", "New name"), ("current_password", "correct horse"), ("new_password", "battery staple")];
        let ended = browser.send("/account/password", &fields).await;
        assert!(ended.status == 401 && !ended.text().contains("correct horse") && !ended.text().contains("battery"), "{ended:?}");
        // Signed in anew in another tab: the page is out of date, and its text comes back, to a page of ours only.
        let anew = app.browser(&world.officer);
        let send = async |site: &str| {
            let old = anew.request(Method::POST, &section).header("Sec-Fetch-Site", site);
            let body = format!("csrf={token}&version=0&body=An+evening%27s+work");
            Answer::of(old.header("Content-Type", "application/x-www-form-urlencoded").body(body)).await.expect(403)
        };
        send("same-origin").await.shows("An evening's work");
        for site in ["same-site", "cross-site", "none"] {
            let elsewhere = send(site).await;
            assert!(!elsewhere.text().contains("evening"), "{site}: {elsewhere:?}");
        }
    }

    async fn every_typed_number_comes_back_when_one_is_wrong(app) {
        let world = world(app);
        let report = begun(app, &world).await;
        let browser = app.browser(&world.officer);
        let address = format!("{}/statistics/1", page_of(&report));
        let typed = [
            ("version-1.1.a", "0"), ("value-1.1.a", "140"), ("year-1.1.a", "soon"), ("source-1.1.a", "Office"),
            ("version-1.2.a", "0"), ("value-1.2.a", "55,5"), ("year-1.2.a", "2025"),
            ("version-1.4.a", "0"), ("value-1.4.a", "1,234"),
        ];
        let page = browser.form(&address, &typed).await.expect(422);
        page.shows("between 0 and 100").shows("whole number").shows("two ways");
        for (name, value) in typed.iter().filter(|(name, _)| !name.starts_with("version")) {
            assert_eq!(page.input(name).as_deref(), Some(*value), "{name}");
        }
        let view = app.as_person(&world.officer).get(&report).await.json();
        assert!(view["statistics"].as_array().unwrap().iter().all(|s| s["version"] == 0), "nothing is half-written");
        let api = app.as_person(&world.officer);
        let wrong = api.put(&format!("{report}/statistics/1.1.a"), "\"v0\"", &json!({"value": 140, "year": 1800})).await.expect(422);
        assert_eq!(wrong.fields(), ["value", "year"]);
        for nothing in ["9.9.z", "no%20code"] {
            api.put(&format!("{report}/statistics/{nothing}"), "\"v0\"", &json!({"value": 1})).await.expect(404);
            api.put(&format!("{report}/sections/{nothing}"), "\"v0\"", &json!({"body": "x"})).await.expect(404);
            browser.get(&format!("{}/sections/{nothing}", page_of(&report))).await.expect(404);
        }
    }

    async fn every_button_of_a_draft_saves_it_before_it_leads_away(app) {
        let world = world(app);
        let report = begun(app, &world).await;
        let (browser, page) = (app.browser(&world.officer), page_of(&report));
        let section = format!("{page}/sections/4.3.a");
        let sections = app.as_person(&world.officer).get(&report).await.json()["sections"].clone();
        let next = format!("{page}/sections/{}", sections[2]["measure"].as_str().unwrap());
        let ways = browser.get(&section).await.expect(200);
        for to in ["/reports", &page, &format!("{page}/sections/3.3.a"), &next] {
            assert!(ways.text().contains(&format!("form=\"draft\" name=\"then\" value=\"{to}\"")), "no button leads to {to}: {ways:?}");
        }
        for (version, to) in ["/reports", &page, "/about"].into_iter().enumerate() {
            let (text, version) = (format!("On the way to {to}"), version.to_string());
            let left = browser.form(&section, &[("version", &version), ("body", &text), ("then", to)]).await.expect(303);
            assert_eq!(left.location(), to);
            browser.get(&section).await.expect(200).shows(&text);
        }
        for elsewhere in ["//evil.example", "https://evil.example", "/\\evil.example"] {
            let stays = browser.form(&section, &[("version", "3"), ("body", "On the way to /about"), ("then", elsewhere)]).await.expect(303);
            assert_eq!(stays.location(), section, "{elsewhere}");
        }
        let statistics = format!("{page}/statistics/1");
        let typed = [("version-1.1.a", "0"), ("value-1.1.a", "90"), ("source-1.1.a", "Half of it"), ("then", page.as_str())];
        assert_eq!(browser.form(&statistics, &typed).await.expect(303).location(), page);
        assert_eq!(browser.get(&statistics).await.input("source-1.1.a").as_deref(), Some("Half of it"));
        // What cannot be read stays where it was typed, by the name of its measure.
        let wrong = [("version-1.1.a", "1"), ("value-1.1.a", "about ninety"), ("version-1.2.a", "0"), ("year-1.2.a", "soon"), ("then", page.as_str())];
        let refused = browser.form(&statistics, &wrong).await.expect(422);
        refused.shows("– Value: Please give a number").shows("– Year: Please give a whole number");
        assert_eq!(refused.input("value-1.1.a").as_deref(), Some("about ninety"));
        // The script saves what can be read, and says what cannot.
        let token = browser.csrf(&statistics).await;
        let half = format!("csrf={token}&version-1.1.a=1&value-1.1.a=about&version-1.2.a=0&value-1.2.a=5");
        let saved = browser.request(Method::POST, &statistics).header("Accept", "application/json").header("Content-Type", "application/x-www-form-urlencoded");
        let saved = Answer::of(saved.body(half)).await.expect(200).json();
        assert_eq!((&saved["whole"], &saved["versions"]), (&json!(false), &json!({"version-1.2.a": "1"})));
        assert_eq!(saved["lacks"], "Please give a number, for example 12.");
    }
}
