//! Times, days with a time, months and years: asked page by page without script, on both databases.

use serde_json::json;
use stoa::people::identity::Role;
use stoa::surveys::actions;
use stoa::surveys::views::{InstrumentInput, SurveyView};

use crate::citizen::press;
use crate::support::{Grants, Person, TestApp, issue_in_amman};

const SURVEY: &str = "type,name,label::en,label::ar,required,appearance,constraint,constraint_message::en\n\
    begin_group,first,First,أولا,,,,\n\
    time,woke,When did you get up?,متى استيقظتم؟,yes,,,\n\
    time,slept,When did you go to bed?,متى نمتم؟,,,. > ${woke},Later than you got up.\n\
    end_group,,,,,,,\n\
    begin_group,second,Second,ثانيا,,,,\n\
    dateTime,seen,When did you see it?,متى رأيتموه؟,yes,,,\n\
    end_group,,,,,,,\n\
    begin_group,third,Third,ثالثا,,,,\n\
    date,since,Since which month?,منذ أي شهر؟,yes,month-year,,\n\
    date,born,In which year were you born?,في أي سنة ولدتم؟,yes,year,,\n\
    note,told,\"You got up at ${woke} and saw it on ${seen}.\",استيقظتم ${woke},,,,\n\
    end_group,,,,,,,\n";

fn open(app: &TestApp) -> (Person, SurveyView) {
    let coordinator = app.person(Role::Coordinator, Grants::Instance);
    let view = app.act(&coordinator, |call| {
        let input = InstrumentInput {
            name: "hours".to_owned(),
            version_label: "1".to_owned(),
            survey_csv: SURVEY.to_owned(),
            choices_csv: Some("list_name,name,label::en,label::ar\n".to_owned()),
            ..InstrumentInput::default()
        };
        let (instrument, _) = actions::instrument_import(call, &input.into())?;
        actions::instrument_publish(call, &instrument.id)?;
        let view = issue_in_amman(call, instrument.id)?;
        actions::survey_open(call, &view.id)
    });
    (coordinator, view.expect("a survey"))
}

both! {
    async fn hours_days_with_an_hour_months_and_years_are_answered_page_by_page_and_what_is_wrong_is_kept_and_explained(app) {
        let (coordinator, survey) = open(app);
        let browser = app.visitor();
        let page = browser.get(&format!("/s/{}/start?lang=en", survey.slug)).await.expect(200);
        page.shows("When did you get up?").shows("Hour (0–23)").shows("Minute");

        let wrong = [("woke[hour]", "25"), ("woke[minute]", "7"), ("slept[hour]", "٩"), ("slept[minute]", "")];
        let wrong = press(&browser, &survey, &page, "next", &wrong).await.expect(422);
        wrong.shows("Please give an hour from 0 to 23 and a minute from 0 to 59, like 14 and 30.");
        assert!(wrong.text().contains("href=\"#q-woke-hour\""), "the summary leads to the first field");
        let typed = |name: &str| wrong.input(name).unwrap_or_default();
        assert_eq!([typed("woke[hour]"), typed("woke[minute]"), typed("slept[hour]"), typed("slept[minute]")], ["25", "7", "٩", ""]);
        let early = [("woke[hour]", "6"), ("woke[minute]", "5"), ("slept[hour]", "6"), ("slept[minute]", "5")];
        press(&browser, &survey, &wrong, "next", &early).await.expect(422).shows("Later than you got up.");
        let right = [("woke[hour]", "٦"), ("woke[minute]", "5"), ("slept[hour]", "22:30"), ("slept[minute]", "")];
        let second = press(&browser, &survey, &wrong, "next", &right).await.expect(200);

        second.shows("When did you see it?");
        let parts = |day, hour| [("seen[day]", day), ("seen[month]", "2"), ("seen[year]", "2026"), ("seen[hour]", hour), ("seen[minute]", "15")];
        for (day, hour) in [("30", "14"), ("28", "24"), ("28", "")] {
            let wrong = press(&browser, &survey, &second, "next", &parts(day, hour)).await.expect(422);
            wrong.shows("Please give a date and a time, like 2026-11-30 and 14:30.");
            assert_eq!((wrong.input("seen[day]").as_deref(), wrong.input("seen[hour]").unwrap_or_default().as_str()), (Some(day), hour));
            assert_eq!((wrong.input("seen[month]").as_deref(), wrong.input("seen[minute]").as_deref()), (Some("2"), Some("15")));
        }
        let third = press(&browser, &survey, &second, "next", &parts("28", "14")).await.expect(200);

        third.shows("You got up at 06:05 and saw it on 2026-02-28 14:15.");
        assert!(third.input("since[day]").is_none() && third.input("born[month]").is_none(), "no more is asked than is wanted");
        let wrong = press(&browser, &survey, &third, "next", &[("since[month]", "13"), ("since[year]", "2019"), ("born", "80")]).await.expect(422);
        wrong.shows("Please give a month and a year with four digits").shows("Please give a year with four digits, like 2026.");
        assert_eq!((wrong.input("since[month]").as_deref(), wrong.input("born").as_deref()), (Some("13"), Some("80")));
        let check = press(&browser, &survey, &third, "next", &[("since[month]", "3"), ("since[year]", "2019"), ("born", "١٩٨٠")]).await.expect(200);
        check.shows("06:05").shows("22:30").shows("2026-02-28 14:15").shows("2019-03").shows("1980");
        press(&browser, &survey, &check, "submit", &[]).await.expect(200).shows("your answers have arrived");

        // In Arabic, too; and a program hears the same of it by code.
        let arabic = browser.get(&format!("/s/{}/start?lang=ar", survey.slug)).await.expect(200);
        arabic.shows("متى استيقظتم؟").shows("الساعة (من 0 إلى 23)").shows("الدقيقة");
        press(&browser, &survey, &arabic, "next", &[("woke[hour]", "6")]).await.expect(422).shows("يرجى إدخال ساعة من 0 إلى 23");
        let second = press(&browser, &survey, &arabic, "next", &[("woke[hour]", "٦"), ("woke[minute]", "٥")]).await.expect(200);
        let third = press(&browser, &survey, &second, "next", &parts("28", "14")).await.expect(200);
        third.shows("استيقظتم \u{2066}06:05\u{2069}");
        let address = format!("/api/v1/surveys/{}/responses", survey.slug);
        let send = async |answers: serde_json::Value| app.anonymous().post(&address, &json!({"answers": answers})).await;
        let refused = send(json!({"woke": "6", "seen": "2026-02-28T14:15Z", "since": "2019", "born": "x"})).await.expect(422).json();
        let codes: Vec<&str> = refused["errors"].as_array().unwrap().iter().map(|error| error["code"].as_str().unwrap()).collect();
        assert_eq!(codes, ["bad_time", "bad_date_time", "bad_month", "not_a_year"]);
        send(json!({"woke": "6:05", "seen": "2026-02-28T14:15", "since": "2019-03", "born": 1980})).await.expect(201);

        // Who looks at the questionnaire sees what is asked, on the page and on paper.
        let desk = app.browser(&coordinator);
        let instrument = format!("/instruments/{}", survey.instrument_id);
        desk.get(&instrument).await.expect(200).shows("· date and time").shows("· time").shows("· month and year").shows("· year");
        let print = desk.get(&format!("{instrument}/print?language=en")).await.expect(200);
        print.shows("Hour (0–23), minute").shows("Day, month, year, hour (0–23), minute").shows("Month, year");
    }
}
