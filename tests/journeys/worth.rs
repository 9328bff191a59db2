//! What an open link is worth: its estimates count for a city's results only where a coordinator says so, and the
//! profile says whose answers a value is from.

use serde_json::{Value, json};
use stoa::people::identity::Role;
use stoa::surveys::actions::{survey_issue, survey_open};
use stoa::surveys::views::{SurveyInput, SurveyView};

use crate::support::{Api, Grants, Person, TestApp, issue_in_amman};

const SURVEY: &str = "type,name,label\nselect_one yn,course,Did you take a course?\n";
const CHOICES: &str = "list_name,name,label\nyn,yes,Yes\nyn,no,No\n";
const MEASURES: &str = "measure,question,statistic,positive,domain\n1.2.b,course,proportion,yes,\n";

/// A survey in Amman that takes answers, and who coordinates its round.
pub struct Scene {
    pub desk: Api,
    pub coordinator: Person,
    pub survey: SurveyView,
}

impl Scene {
    pub async fn new(app: &TestApp) -> Self {
        Self::asking(app, SURVEY, CHOICES).await
    }

    /// The same with other questions; the first is the one that is estimated.
    pub async fn asking(app: &TestApp, survey: &str, choices: &str) -> Self {
        let coordinator = app.person(Role::Coordinator, Grants::Instance);
        let desk = app.as_person(&coordinator);
        let sheets = json!({"name": "courses", "version_label": "1", "survey_csv": survey, "choices_csv": choices, "measures_csv": MEASURES});
        let instrument = desk.post("/api/v1/instruments", &sheets).await.expect(201).json()["id"].as_str().unwrap().to_owned();
        desk.post(&format!("/api/v1/instruments/{instrument}/publish"), &json!({})).await.expect(200);
        let issue = |call: &stoa::people::call::Call<'_>| {
            let survey = issue_in_amman(call, instrument.parse().unwrap())?;
            survey_open(call, &survey.id)
        };
        let survey = app.act(&coordinator, issue).unwrap();
        Self { desk, coordinator, survey }
    }

    /// Another survey of the same city with the same questions.
    pub fn another(&self, app: &TestApp) -> SurveyView {
        let input = SurveyInput::open_link(self.survey.participation_id.clone(), self.survey.instrument_id.clone());
        app.act(&self.coordinator, |call| survey_open(call, &survey_issue(call, &input)?.id)).unwrap()
    }

    /// Sixty people answer, so many of them with yes, and the survey closes.
    async fn over(&self, app: &TestApp, survey: &SurveyView, yes: usize) {
        for n in 0..60 {
            let answers = json!({"answers": {"course": if n < yes { "yes" } else { "no" }}});
            app.anonymous().post(&format!("/api/v1/surveys/{}/responses", survey.slug), &answers).await.expect(201);
        }
        self.desk.post(&format!("/api/v1/surveys/{}/close", survey.id), &json!({})).await.expect(200);
        app.work();
    }

    async fn rely(&self, app: &TestApp, survey: &SurveyView, relied_on: bool) {
        let body = json!({"relied_on": relied_on, "reason": "Every household was written to."});
        let view = self.desk.post(&format!("/api/v1/surveys/{}/reliance", survey.id), &body).await.expect(200).json();
        assert_eq!(view["reliance"]["relied_on"], relied_on);
        app.work();
    }

    async fn step(&self, word: &str) {
        self.desk.post(&format!("/api/v1/participations/{}/results/{word}", self.survey.participation_id), &json!({})).await.expect(200);
    }

    async fn row(&self, reader: &Api) -> Value {
        let path = format!("/api/v1/participations/{}/profile", self.survey.participation_id);
        let profile = reader.get(&path).await.expect(200).json();
        profile["results"].as_array().unwrap().iter().find(|row| row["measure"] == "1.2.b").unwrap().clone()
    }
}

both! {
    async fn an_open_link_is_no_official_estimate_until_a_coordinator_says_so(app) {
        let scene = Scene::new(app).await;
        let officer = app.person(Role::CityOfficer, Grants::City(&scene.survey.city_id));
        let path = format!("/api/v1/surveys/{}", scene.survey.id);
        scene.over(app, &scene.survey, 24).await;

        let seen = scene.row(&scene.desk).await;
        assert_eq!((&seen["state"], &seen["value"], &seen["n"], &seen["because"]), (&json!("missing"), &Value::Null, &Value::Null, &json!("not_relied_on")));
        assert_eq!((&seen["from"], &seen["mode"], &seen["chosen"]), (&json!(scene.survey.id), &json!("open_link"), &json!(false)));
        let estimates = scene.desk.get(&format!("{path}/estimates")).await.expect(200).json();
        assert_eq!((&estimates["relied_on"], &estimates["mode"], &estimates["items"][0]["estimate"]), (&json!(false), &json!("open_link"), &json!(0.4)));
        // The officer learns why there is none, and where, though nothing else of the survey yet.
        let seen = scene.row(&app.as_person(&officer)).await;
        assert_eq!((&seen["state"], &seen["because"]), (&json!("missing"), &json!("not_relied_on")));
        let profile = format!("/participations/{}/profile", scene.survey.participation_id);
        let page = app.browser(&officer).get(&profile).await.expect(200);
        page.shows("It is no official estimate unless a coordinator says that it counts");
        assert!(page.text().contains(&format!("href=\"/surveys/{}\"", scene.survey.id)));

        // A reason is asked, and kept where the survey is read; the audit has none.
        let none = scene.desk.post(&format!("{path}/reliance"), &json!({"relied_on": true, "reason": " "})).await.expect(422);
        assert_eq!(none.json()["errors"][0]["field"], "reason");
        app.as_person(&officer).post(&format!("{path}/reliance"), &json!({"relied_on": true, "reason": "We like it."})).await.expect(404);
        scene.rely(app, &scene.survey, true).await;
        scene.rely(app, &scene.survey, true).await;
        let seen = scene.row(&scene.desk).await;
        assert_eq!((seen["value"].as_f64(), &seen["mode"], &seen["chosen"], &seen["passed_over"]), (Some(40.0), &json!("open_link"), &json!(true), &json!(0)));
        let view = app.as_person(&officer).get(&path).await.expect(200).json();
        assert_eq!(view["reliance"]["reason"], "Every household was written to.");
        assert_eq!(app.audit_verbs().iter().filter(|verb| *verb == "survey_rely").count(), 1, "pressed twice it is once");
        app.browser(&scene.coordinator).get(&profile).await.expect(200).shows("Open link: whoever wanted to answer").shows("Chosen by the coordinator");
    }

    async fn the_choice_is_taken_back_until_the_results_are_released(app) {
        let scene = Scene::new(app).await;
        scene.over(app, &scene.survey, 24).await;
        scene.rely(app, &scene.survey, true).await;
        scene.rely(app, &scene.survey, false).await;
        assert_eq!(scene.row(&scene.desk).await["because"], "not_relied_on");
        scene.rely(app, &scene.survey, true).await;
        scene.step("check").await;
        scene.step("release").await;

        let path = format!("/api/v1/surveys/{}/reliance", scene.survey.id);
        let body = json!({"relied_on": false, "reason": "Too late."});
        assert_eq!(scene.desk.post(&path, &body).await.expect(409).code(), "results_released");
        let page = app.browser(&scene.coordinator).get(&format!("/surveys/{}", scene.survey.id)).await.expect(200);
        page.shows("The results of the city are released and stay as they are").shows("Every household was written to.");
        assert!(!page.seen().contains("Let them not count"));
        // The version that was released says it too, to everybody once it is public, without a way to the survey's page.
        scene.step("publish").await;
        let frozen = scene.row(&app.anonymous()).await;
        assert_eq!((frozen["value"].as_f64(), &frozen["mode"], &frozen["chosen"]), (Some(40.0), &json!("open_link"), &json!(true)));
        let public = app.visitor().get(&format!("/participations/{}/profile", scene.survey.participation_id)).await.expect(200);
        public.shows("Open link: whoever wanted to answer");
        assert!(!public.text().contains("href=\"/surveys/"));

        let back = format!("/api/v1/participations/{}/results/recall", scene.survey.participation_id);
        for from in ["published", "released"] {
            scene.desk.post(&back, &json!({"from": from, "reason": "An error."})).await.expect(200);
        }
        scene.desk.post(&path, &body).await.expect(200);
        app.work();
        assert_eq!(scene.row(&scene.desk).await["because"], "not_relied_on");
    }

    async fn of_two_surveys_of_a_city_one_rule_decides(app) {
        let scene = Scene::new(app).await;
        let newer = scene.another(app);
        scene.over(app, &scene.survey, 24).await;
        scene.over(app, &newer, 30).await;
        // The one that counts, whichever is newer.
        scene.rely(app, &scene.survey, true).await;
        let seen = scene.row(&scene.desk).await;
        assert_eq!((seen["value"].as_f64(), &seen["from"], &seen["passed_over"]), (Some(40.0), &json!(scene.survey.id), &json!(0)));
        // Of two that count, the newest; and it is said that there is another.
        scene.rely(app, &newer, true).await;
        let seen = scene.row(&scene.desk).await;
        assert_eq!((seen["value"].as_f64(), &seen["from"], &seen["passed_over"]), (Some(50.0), &json!(newer.id), &json!(1)));
        let profile = format!("/participations/{}/profile", scene.survey.participation_id);
        app.browser(&scene.coordinator).get(&profile).await.expect(200).shows("Another survey says something about this too");
    }

    async fn the_coordinator_decides_on_the_page_and_keeps_what_was_typed(app) {
        let scene = Scene::new(app).await;
        let (browser, page) = (app.browser(&scene.coordinator), format!("/surveys/{}", scene.survey.id));
        browser.get(&page).await.expect(200).shows("Do not count for the city’s results").shows("Let them count");
        let action = format!("{page}/reliance");
        let long = "a".repeat(2_001);
        let again = browser.form_to(&page, &action, &[("relied_on", "true"), ("reason", &long)]).await.expect(422);
        assert!(again.text().contains(&long));
        browser.form_to(&page, &action, &[("relied_on", "true"), ("reason", "")]).await.expect(422).shows("Reason: ");
        let done = browser.form_to(&page, &action, &[("relied_on", "true"), ("reason", "Nothing else is at hand.")]).await.expect(303);
        browser.follow(&done).await.expect(200).shows("The estimates count for the city’s results.").shows("Nothing else is at hand.");
        browser.form_to(&page, &action, &[("relied_on", "false"), ("reason", "A sample is on its way.")]).await.expect(303);
        browser.get(&page).await.expect(200).shows("A sample is on its way.").shows("Let them count");
    }
}
