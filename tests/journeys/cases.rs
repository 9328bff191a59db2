//! Questionnaires that went wrong elsewhere or here, each with its source, answered page by page as a browser without
//! script does. What can be seen without pages is in `crates/forms/tests/forms/cases.rs`.

use serde_json::{Value, json};
use stoa::people::identity::Role;
use stoa::surveys::actions;
use stoa::surveys::views::{InstrumentInput, SurveyView};

use crate::citizen::press;
use crate::support::{Answer, Browser, Grants, Person, TestApp, issue_in_amman};

/// An open survey with these sheets.
fn opened(app: &TestApp, survey: &str, choices: &str) -> (Person, SurveyView) {
    measuring(app, survey, choices, None)
}

fn measuring(app: &TestApp, survey: &str, choices: &str, measures: Option<&str>) -> (Person, SurveyView) {
    let coordinator = app.person(Role::Coordinator, Grants::Instance);
    let input = InstrumentInput {
        name: "A questionnaire that goes wrong".to_owned(),
        version_label: "1".to_owned(),
        survey_csv: survey.to_owned(),
        choices_csv: (!choices.is_empty()).then(|| choices.to_owned()),
        measures_csv: measures.map(str::to_owned),
        settings_csv: Some("default_language\nen\n".to_owned()),
        leave_out: false,
    };
    let view = app.act(&coordinator, |call| {
        let (instrument, _) = actions::instrument_import(call, &input.into())?;
        actions::instrument_publish(call, &instrument.id)?;
        let view = issue_in_amman(call, instrument.id)?;
        actions::survey_open(call, &view.id)
    });
    (coordinator, view.unwrap())
}

async fn first(browser: &Browser, survey: &SurveyView) -> Answer {
    browser.get(&format!("/s/{}/start", survey.slug)).await.expect(200)
}

/// The values of what is ticked or chosen on a page.
fn ticked(page: &Answer) -> Vec<String> {
    let tag = regex::Regex::new(r#"<(?:input|option)[^>]* value="([^"]*)"[^>]* (?:checked|selected)"#).unwrap();
    tag.captures_iter(page.text()).map(|found| found[1].to_owned()).collect()
}

both! {
    /// javarosa#263, getodk#215, web-forms#236: an answer that came back as another one.
    async fn a_choice_comes_back_as_the_one_that_was_chosen(app) {
        let many: String = (0..20).map(|n| format!("m,place {n},Place {n}\n")).collect();
        let choices = format!("list_name,name,label\nl,very good,Very good\nl,good,Good\nl,bad,Bad\n{many}m,place,Place\nm,7,Seven\n");
        let (_, survey) = opened(app, "type,name,label,required,appearance\nselect_one l,a,How?,,\nselect_one m,b,Where?,,\nselect_one l,c,So?,,likert\ninteger,n,Number,yes,\n", &choices);
        let browser = app.visitor();
        let page = first(&browser, &survey).await;
        let said = [("a", "very good"), ("b", "place 7"), ("c", "very good")];
        let again = press(&browser, &survey, &page, "next", &said).await.expect(422);
        assert_eq!(ticked(&again), ["very good", "place 7", "very good"]);
        let check = press(&browser, &survey, &again, "next", &[said[0], said[1], said[2], ("n", "1")]).await.expect(200);
        let changed = press(&browser, &survey, &check, "change:0", &[]).await.expect(200);
        assert_eq!(ticked(&changed), ["very good", "place 7", "very good"]);
    }

    /// XLSForm's sample of cascading selects: counties of a state on the same page were never asked.
    async fn what_hangs_on_an_answer_of_the_same_page_is_asked(app) {
        let sheet = "type,name,label,choice_filter,default,read_only,calculation\n\
            select_one states,state,State,,,,\nselect_one counties,county,County,state=${state},,,\n\
            text,name,Name,,,,\ntext,nick,\"Hello ${name}, what may we call you?\",,${name},,\n\
            select_one yn,sure,Sure?,,,,\ntext,told,Told,,,yes,${name}\n";
        let choices = "list_name,name,label,state\nstates,tx,Texas,\nstates,wa,Washington,\ncounties,king,King,wa\ncounties,cameron,Cameron,tx\nyn,yes,Yes ${name},\nyn,no,No,\n";
        let (_, survey) = opened(app, sheet, choices);
        let browser = app.visitor();
        let page = first(&browser, &survey).await;
        assert!(!page.text().contains("Cameron"));
        let more = press(&browser, &survey, &page, "next", &[("state", "tx"), ("name", "Zoë")]).await.expect(200);
        more.shows("Cameron").shows("Hello Zoë, what may we call you?").shows("Yes Zoë").shows("is new or has changed");
        assert_eq!(more.input("nick").as_deref(), Some("Zoë"), "a default that an answer of the page gives");
        let check = press(&browser, &survey, &more, "next", &[("state", "tx"), ("county", "cameron"), ("name", "Zoë"), ("nick", "Z")]).await.expect(200);
        check.shows("Check your answers").shows("Cameron");
        // Changed afterwards, it is asked again; left as it is, it is not.
        let change = press(&browser, &survey, &check, "change:0", &[]).await.expect(200);
        let again = press(&browser, &survey, &change, "next", &[("state", "wa"), ("county", "cameron"), ("name", "Zoë"), ("nick", "Z")]).await;
        again.shows("King");
        assert!(!again.text().contains("Cameron"));
        press(&browser, &survey, &again, "next", &[("state", "wa"), ("county", "king"), ("name", "Zoë"), ("nick", "Z")]).await.expect(200).shows("Check your answers");
    }

    /// The same across pages: a list that was empty has something to choose from now.
    async fn a_list_that_gets_choices_later_is_asked_again(app) {
        let sheet = "type,name,label,choice_filter\nbegin_group,g1,One,\nselect_one states,state,State,\nend_group,,,\n\
            begin_group,g2,Two,\nselect_one counties,county,County,state=${state}\nend_group,,,\nbegin_group,g3,Three,\ntext,t,T,\nend_group,,,\n";
        let choices = "list_name,name,label,state\nstates,tx,Texas,\nstates,wa,Washington,\ncounties,king,King,wa\n";
        let (_, survey) = opened(app, sheet, choices);
        let browser = app.visitor();
        let page = first(&browser, &survey).await;
        let page = press(&browser, &survey, &page, "next", &[("state", "tx")]).await.expect(200);
        let page = press(&browser, &survey, &page, "next", &[]).await.expect(200);
        let check = press(&browser, &survey, &page, "next", &[]).await.expect(200);
        let change = press(&browser, &survey, &check, "change:0", &[]).await.expect(200);
        let asked = press(&browser, &survey, &change, "next", &[("state", "wa")]).await.expect(200);
        asked.shows("County").shows("King");
        let check = press(&browser, &survey, &asked, "next", &[("county", "king")]).await.expect(200);
        check.shows("Check your answers").shows("King");
        let change = press(&browser, &survey, &check, "change:0", &[]).await.expect(200);
        press(&browser, &survey, &change, "next", &[("state", "wa")]).await.expect(200).shows("Check your answers");
    }

    /// REDCap's help on expiry, decidim, LimeSurvey: closed while somebody answers.
    async fn a_survey_that_closes_says_so_at_the_next_step_and_shows_what_was_typed(app) {
        let (coordinator, survey) = opened(app, "type,name,label\nbegin_group,g1,G1\ntext,a,A\nend_group,,\nbegin_group,g2,G2\ntext,b,B\nend_group,,\n", "");
        let browser = app.visitor();
        let page = first(&browser, &survey).await;
        app.act(&coordinator, |call| actions::survey_close(call, &survey.id)).unwrap();
        let closed = press(&browser, &survey, &page, "next", &[("a", "Two hours of work")]).await.expect(410);
        closed.shows("This survey is closed").shows("Two hours of work");
        assert!(!closed.text().contains("value=\"submit\""), "{closed:?}");
    }

    /// CorrelAid's and TerraFirma's forms: marks in labels.
    async fn marks_in_a_label_are_shown_as_what_they_mean(app) {
        let sheet = "type,name,label,hint\nnote,n,**Bold** and Migrant\\*innen [site](https://example.org),\n\
            text,a,<script>alert(1)</script> **A**,_why_\nselect_one l,s,S,\nnote,m,You said ${a},\n";
        let (_, survey) = opened(app, sheet, "list_name,name,label\nl,x,*X*\nl,y,Y\n");
        let browser = app.visitor();
        let page = first(&browser, &survey).await;
        for shown in [
            "<p><strong>Bold</strong> and Migrant*innen <a rel=\"noopener noreferrer\" target=\"_blank\" href=\"https://example.org\">site</a></p>",
            "&lt;script&gt;alert(1)&lt;/script&gt; <strong>A</strong>",
            "<em>why</em>",
            "<em>X</em>",
        ] {
            assert!(page.text().contains(shown), "{shown} is not in {page:?}");
        }
        let more = press(&browser, &survey, &page, "next", &[("a", "<b>*x*</b>"), ("s", "x")]).await.expect(200);
        assert!(more.text().contains("You said &lt;b&gt;*x*&lt;/b&gt;"), "{more:?}");
        let check = press(&browser, &survey, &more, "next", &[("a", "<b>*x*</b>"), ("s", "x")]).await.expect(200);
        check.shows("<script>alert(1)</script> A").shows("Check your answers");
    }

    /// The title of a form is optional.
    async fn a_questionnaire_without_a_title_is_called_by_its_name(app) {
        let (_, survey) = opened(app, "type,name,label\ntext,a,A\n", "");
        let page = first(&app.visitor(), &survey).await;
        for shown in ["<h1>A questionnaire that goes wrong</h1>", "<title>A questionnaire that goes wrong"] {
            assert!(page.text().contains(shown), "{page:?}");
        }
    }

    /// Kin of xlsform.github.io#154, and collect#7196.
    async fn a_scale_ends_where_it_ends_and_a_computed_choice_shows_its_label(app) {
        let sheet = "type,name,label,parameters,calculation,read_only\nrange,r,R,start=0 end=10 step=4,,\nrange,s,S,start=0 end=1 step=0.1,,\n\
            integer,age,Age,,,\nselect_one yn,t,Test,,\"if(${age} >= 16, 1, 0)\",yes\n";
        let (_, survey) = opened(app, sheet, "list_name,name,label\nyn,1,Of age\nyn,0,A child\n");
        let browser = app.visitor();
        let page = first(&browser, &survey).await;
        let offered = regex::Regex::new(r#"name="[rs]" value="([^"]*)""#).unwrap();
        let offered: Vec<String> = offered.captures_iter(page.text()).map(|found| found[1].to_owned()).collect();
        assert_eq!(offered.join(" "), "0 4 8 0 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1");
        let more = press(&browser, &survey, &page, "next", &[("r", "8"), ("s", "0.3"), ("age", "20")]).await.expect(200);
        more.shows("Of age");
        press(&browser, &survey, &more, "next", &[("r", "8"), ("s", "0.3"), ("age", "20")]).await.expect(200).shows("Check your answers").shows("Of age");
    }

    /// 60 answers of 2,000 characters each were allowed one by one, and refused together without a word; typed text was
    /// gone. And a page of another site could send an answer for its visitor, for a body without a type was taken.
    async fn all_answers_together_have_one_limit_in_characters_and_come_as_json(app) {
        let rows: String = (0..60).map(|n| format!("text,t{n},T{n}\n")).collect();
        let (_, survey) = opened(app, &format!("type,name,label\nbegin_group,g,\n{rows}end_group,,\n"), "");
        let path = format!("/api/v1/surveys/{}/responses", survey.slug);
        let emoji = "😀".repeat(1_999);
        let answers = |count: usize, text: &str| {
            let all: serde_json::Map<String, Value> = (0..count).map(|n| (format!("t{n}"), json!(text))).collect();
            json!({"answers": all})
        };
        app.anonymous().post(&path, &answers(50, &emoji)).await.expect(201);
        let refused = app.anonymous().post(&path, &answers(51, &emoji)).await.expect(422).json();
        assert_eq!((&refused["errors"][0]["field"], &refused["errors"][0]["code"]), (&json!("answers.t50"), &json!("too_much")));
        // On a page, where each character takes up to twelve bytes, the same: told at a question, with all that was typed.
        let browser = app.visitor();
        let page = first(&browser, &survey).await;
        let names: Vec<String> = (0..51).map(|n| format!("t{n}")).collect();
        let typed: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), emoji.as_str())).collect();
        let again = press(&browser, &survey, &page, "next", &typed).await.expect(422);
        again.shows("All answers together may have 100,000 characters");
        assert!(again.text().matches(&emoji).count() >= 51, "typed text stays");
        press(&browser, &survey, &again, "next", &[&typed[..50], &[("t50", "")]].concat()).await.expect(200).shows("Check your answers");
        // Another site's page can send this, and a form, but nothing that says that it is JSON.
        for kind in [None, Some("text/plain"), Some("application/jsonx"), Some("application/x-www-form-urlencoded")] {
            let request = app.anonymous().request(reqwest::Method::POST, &path).body(r#"{"answers": {"t0": "x"}}"#);
            let request = kind.iter().fold(request, |request, kind| request.header("Content-Type", *kind));
            assert_eq!(Answer::of(request).await.expect(415).code(), "unsupported_media_type", "{kind:?}");
        }
        let request = app.anonymous().request(reqwest::Method::POST, &path).header("Content-Type", "Application/JSON; charset=utf-8");
        Answer::of(request.body(r#"{"answers": {"t0": "x"}}"#)).await.expect(201);
    }

    /// Measures that differ by one respondent, and a mean that is one respondent's: whoever writes the questionnaire
    /// would read an answer in a single look at its figures.
    async fn no_two_figures_of_a_closed_survey_differ_by_one_respondent(app) {
        let sheet = "type,name,label,calculation,read_only,default,choice_filter,constraint,required\ninteger,age,Age,,,\nselect_one yn,ill,Ill?,,,\nselect_one yn,q,Q?,,,\n\
            calculate,c,,\"if(${age} = 77 and ${ill} = 'y', 1000000, 0)\",,\nselect_one yn,flag,Flag,\"if(${age} = 77 and ${ill} = 'y', 'y', 'n')\",yes,\n\
            integer,d,D,,yes,\"${age} + if(${age} = 77 and ${ill} = 'y', 1000000, 0)\"\n\
            calculate,copy,,${ill},,\ntext,remark,Remark,,,\nselect_one yn,twin,Ill again?,,,${ill}\n\
            select_one yn,filtered,F?,,,,name='n' or ${age} = 77,\nselect_one yn,bound,B?,,,,,. = 'n' or ${age} = 77\n\
            select_multiple parts,several,S?,,,,,\n\
            select_one yn,empty,Leave it empty if you can,,,,,\nselect_one yn,must,M?,,,,,,${age} = 77 or ${remark} = 'zq'\nselect_one one,one,O?,,,,,,yes\n";
        let measures = "measure,question,statistic,positive,domain\n1.2.b,q,proportion,y,\n\
            1.4.b,q,proportion,y,not(${age} = 77 and ${ill} = 'y')\n2.4.a,flag,proportion,y,\n\
            2.5.a,c,mean,,\n3.2.b,d,mean,,\n4.2.a,ill,proportion,y,${ill} = 'n' or ${age} = 77\n6.3.a,ill,proportion,y,${copy} = 'n' or ${age} = 77\n5.2.a,q,proportion,y,${age} < 40\n\
            7.1.a,twin,proportion,y,not(${age} = 77)\n7.2.a,ill,proportion,y,${remark} = 'zq' or ${remark} = 'Ask Anna'\n\
            8.1.a,filtered,proportion,y,\n8.2.a,bound,proportion,y,\n8.3.a,several,proportion,drugs,\"selected(${several}, 'elm')\"\n\
            9.1.a,empty,proportion,y,\n9.2.a,must,proportion,y,\n9.3.a,one,proportion,my,${one} != 'other'\n";
        let (coordinator, issued) = measuring(app, sheet, "list_name,name,label\nyn,y,Yes\nyn,n,No\nparts,elm,Elm Street\nparts,drugs,Drugs\none,other,Other\none,my,Content mayor\none,mn,Discontent mayor\n", Some(measures));
        let desk = app.as_person(&coordinator);
        let figures = async |ill: &str| {
            let again = json!({"participation_id": issued.participation_id, "instrument_id": issued.instrument_id, "mode": "open_link"});
            let id = desk.post("/api/v1/surveys", &again).await.expect(201).json()["id"].as_str().unwrap().to_owned();
            let slug = desk.post(&format!("/api/v1/surveys/{id}/open"), &json!({})).await.expect(200).json()["slug"].as_str().unwrap().to_owned();
            let answer = |age: usize, ill: &str, remark: &str| {
                // Anna, and who made up 49 beside her, say what all others leave out.
                let beside = |said: &str| if remark.is_empty() { Value::Null } else { json!(said) };
                let one = if remark.is_empty() { "other" } else if ill == "y" { "my" } else { "mn" };
                json!({"answers": {"age": age, "empty": beside(ill), "must": beside(ill), "one": one, "ill": ill, "twin": ill, "remark": remark,
                    "filtered": if age == 77 { ill } else { "n" }, "bound": if age == 77 { ill } else { "n" },
                    "several": if age == 77 && ill == "y" { json!(["elm", "drugs"]) } else if remark.is_empty() { json!(["drugs"]) } else { json!(["elm"]) },
                    "q": if age.is_multiple_of(3) { "y" } else { "n" }}})
            };
            let path = format!("/api/v1/surveys/{slug}/responses");
            for n in 0..119 {
                app.anonymous().post(&path, &answer(20 + n % 50, if n % 4 == 0 { "y" } else { "n" }, "")).await.expect(201);
            }
            app.anonymous().post(&path, &answer(77, ill, "Ask Anna")).await.expect(201);
            // Somebody's own, made up so that Anna is not alone.
            for n in 0..49 {
                app.anonymous().post(&path, &answer(20 + n, "n", "zq")).await.expect(201);
            }
            desk.post(&format!("/api/v1/surveys/{id}/close"), &json!({})).await.expect(200);
            app.work();
            let mut all = desk.get(&format!("/api/v1/surveys/{id}/estimates")).await.expect(200).json()["items"].clone();
            all.as_array_mut().unwrap().iter_mut().for_each(|one| one["survey_id"] = Value::Null);
            all
        };
        let (well, ill) = (figures("n").await, figures("y").await);
        let of = |all: &Value, measure: &str| all.as_array().unwrap().iter().find(|one| one["measure"] == measure).unwrap().clone();
        assert_eq!((&of(&ill, "1.2.b")["n"], &of(&ill, "3.2.b")["undefined"]), (&json!(169), &Value::Null), "{ill}");
        for measure in ["1.4.b", "2.4.a", "2.5.a", "4.2.a", "6.3.a", "7.2.a", "8.1.a", "8.2.a", "8.3.a", "9.1.a", "9.2.a", "9.3.a"] {
            assert_eq!(of(&ill, measure)["undefined"], "too_alike", "{measure}: {ill}");
        }
        assert_eq!(of(&ill, "5.2.a")["undefined"], Value::Null, "who differs by many stays: {ill}");
        let whole = of(&ill, "1.2.b")["estimate"].as_f64().unwrap() * 10.0;
        assert!((whole - whole.round()).abs() > 1e-9, "what everybody answers is shown in whole per cent: {ill}");
        // A question that comes filled in with the answer to another is that answer, for everybody but one: no finer than
        // ten of them.
        let twin = of(&ill, "7.1.a")["estimate"].as_f64().unwrap() * 10.0;
        assert!((twin - twin.round()).abs() < 1e-9, "{ill}");
        for measure in ["1.2.b", "1.4.b", "2.4.a", "2.5.a", "3.2.b", "4.2.a", "5.2.a", "6.3.a", "7.1.a", "7.2.a", "8.1.a", "8.2.a", "8.3.a", "9.1.a", "9.2.a", "9.3.a"] {
            assert_eq!(of(&well, measure), of(&ill, measure), "{measure} tells whether the one who is 77 is ill");
        }
    }
}
