//! Answering from its first page on: what somebody is told before they begin, and before they send.

use serde_json::json;
use stoa::people::identity::Role;

use crate::citizen::{open_survey, press};
use crate::support::Grants;

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
