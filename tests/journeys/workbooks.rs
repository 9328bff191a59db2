//! Questionnaires as files: a coordinator brings the workbook that an agency wrote, and hears what of it is asked.

use std::io::{Cursor, Write};

use serde_json::{Value, json};
use stoa::people::identity::Role;
use zip::write::SimpleFileOptions;

use crate::support::{Answer, Grants, Upload};

/// An .xlsx workbook with these sheets of text.
fn workbook(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    let (main, relations) =
        ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://schemas.openxmlformats.org/officeDocument/2006/relationships");
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let mut file = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut put = |name: &str, content: String| {
        file.start_file(name, SimpleFileOptions::default()).unwrap();
        file.write_all(content.as_bytes()).unwrap();
    };
    let to_book = format!(r#"<Relationship Id="b" Type="{relations}/officeDocument" Target="xl/workbook.xml"/>"#);
    put("_rels/.rels", format!(r#"<Relationships xmlns="{package}">{to_book}</Relationships>"#));
    let (mut named, mut related) = (String::new(), String::new());
    for (n, (name, rows)) in sheets.iter().enumerate() {
        named += &format!(r#"<sheet name="{name}" sheetId="{}" r:id="r{n}"/>"#, n + 1);
        related += &format!(r#"<Relationship Id="r{n}" Type="{relations}/worksheet" Target="worksheets/s{n}.xml"/>"#);
        let mut cells = String::new();
        for (r, row) in rows.iter().enumerate() {
            let cell = |(c, text): (usize, &&str)| {
                let column = char::from(b'A' + u8::try_from(c).unwrap());
                format!(r#"<c r="{column}{}" t="inlineStr"><is><t>{text}</t></is></c>"#, r + 1)
            };
            cells += &format!(r#"<row r="{}">{}</row>"#, r + 1, row.iter().enumerate().map(cell).collect::<String>());
        }
        put(&format!("xl/worksheets/s{n}.xml"), format!(r#"<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>"#));
    }
    put("xl/workbook.xml", format!(r#"<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>{named}</sheets></workbook>"#));
    put("xl/_rels/workbook.xml.rels", format!(r#"<Relationships xmlns="{package}">{related}</Relationships>"#));
    file.finish().unwrap().into_inner()
}

fn file<'a>(field: &'a str, name: &'a str, bytes: &'a [u8]) -> Upload<'a> {
    Upload { field, name, media_type: "application/octet-stream", bytes }
}

/// What an answer refuses.
fn wrong(answer: &Answer) -> Vec<String> {
    let errors = answer.json()["errors"].as_array().cloned().unwrap_or_default();
    errors.iter().map(|e| format!("{}: {}", e["field"].as_str().unwrap(), e["code"].as_str().unwrap())).collect()
}

const SURVEY: &[&[&str]] = &[
    &["type", "name", "label::English (en)", "label::Français (fr)", "comments"],
    &["select_one yn", "learns", "Did you learn **something**?", "Avez-vous appris **quelque chose** ?", "ask slowly"],
    &["geopoint", "place", "Where?", "Où ?"],
    &["integer", "age", "How old are you?", "Quel âge avez-vous ?"],
];
const CHOICES: &[&[&str]] =
    &[&["list_name", "name", "label::English (en)", "label::Français (fr)"], &["yn", "yes", "Yes", "Oui"], &["yn", "no", "No", "Non"]];
const MEASURES: &[&[&str]] = &[&["measure", "question", "statistic", "positive"], &["1.2.b", "learns", "proportion", "yes"]];

const API: &str = "/api/v1/instruments/files";

both! {
    async fn a_workbook_is_refused_in_one_message_a_cause_and_taken_without_what_no_page_asks(app) {
        let coordinator = app.person(Role::Coordinator, Grants::Instance);
        let (api, browser) = (app.as_person(&coordinator), app.browser(&coordinator));
        let bytes = workbook(&[("survey", SURVEY), ("choices", CHOICES), ("measures", MEASURES), ("Notes of Jan", &[&["x"]])]);
        let book = file("workbook", "form.xlsx", &bytes);
        let fields = [("name", "Field"), ("version_label", "1")];
        let refused = api.upload(API, &fields, &[book]).await.expect(422).json();
        assert_eq!(refused["errors"].as_array().unwrap().len(), 1);
        assert_eq!((&refused["errors"][0]["field"], &refused["errors"][0]["code"]), (&json!("survey:3:type"), &json!("geo")));
        let page = browser.upload("/instruments/new", "/instruments", &fields, &[book]).await.expect(422);
        page.shows("Places on a map are not asked here").shows("Leave it out and take the rest");

        let fields = [("name", "Field"), ("version_label", "1"), ("leave_out", "yes")];
        let taken = api.upload(API, &fields, &[book]).await.expect(201).json();
        let notes: Vec<(&str, u64)> =
            taken["notes"].as_array().unwrap().iter().map(|n| (n["code"].as_str().unwrap(), n["row"].as_u64().unwrap())).collect();
        assert_eq!(notes, [("not_used", 2), ("left_out", 3), ("not_used", 1)]);
        let path = format!("/api/v1/instruments/{}", taken["id"].as_str().unwrap());
        let read = api.get(&path).await.expect(200).json();
        assert_eq!(read["questionnaire"]["questions"].as_array().unwrap().len(), 2);
        assert_eq!((&read["questionnaire"]["languages"], &read["notes"]), (&json!(["en", "fr"]), &taken["notes"]));
        // The page of the questionnaire lists it, row by row.
        let sent = browser.upload("/instruments/new", "/instruments", &fields, &[book]).await;
        browser.follow(&sent).await.expect(200).shows("Left out, as you asked").shows("Notes of Jan").shows("something");
        // The same in another file changes nothing; Stoa's own JSON is the same questionnaire again.
        let whole = json!({"questionnaire": read["questionnaire"], "measures": [{"measure": "1.2.b", "question": "learns", "statistic": "proportion", "positive": ["yes"]}]});
        let json = whole.to_string();
        let again = api.upload(API, &fields, &[file("workbook", "form.json", json.as_bytes())]).await.expect(201).json();
        assert_eq!((&again["content_hash"], &again["id"]), (&taken["content_hash"], &taken["id"]));
        // A measure that no framework here has is taken, and said.
        app.act(&coordinator, stoa::framework::actions::ensure_default_framework).unwrap();
        let measures: &[&[&str]] = &[MEASURES[0], MEASURES[1], &["99.9.z", "learns", "proportion", "yes"]];
        let bytes = workbook(&[("survey", SURVEY), ("choices", CHOICES), ("measures", measures)]);
        let fields = [("name", "Field"), ("version_label", "2"), ("leave_out", "yes")];
        let taken = api.upload(API, &fields, &[file("workbook", "form.xlsx", &bytes)]).await.expect(201).json();
        let said = |answer: &Value| answer["notes"].as_array().unwrap().last().map(|n| (n["code"].clone(), n["sheet"].clone(), n["row"].clone()));
        assert_eq!(said(&taken), Some((json!("unknown_measure"), json!("measures"), json!(3))));
        let id = taken["id"].as_str().unwrap();
        assert_eq!(said(&api.get(&format!("/api/v1/instruments/{id}")).await.expect(200).json()), said(&taken));
        browser.get(&format!("/instruments/{id}")).await.expect(200).shows("No framework here has this measure").shows("99.9.z");
    }

    async fn a_questionnaire_leaves_as_a_workbook_an_xform_json_and_on_paper(app) {
        let coordinator = app.person(Role::Coordinator, Grants::Instance);
        let (api, browser) = (app.as_person(&coordinator), app.browser(&coordinator));
        let bytes = workbook(&[("survey", SURVEY), ("choices", CHOICES), ("measures", MEASURES)]);
        let fields = [("name", "Field"), ("version_label", "1"), ("leave_out", "yes")];
        let taken = api.upload(API, &fields, &[file("workbook", "form.xlsx", &bytes)]).await.expect(201).json();
        let id = taken["id"].as_str().unwrap();
        // What leaves comes back as the same questionnaire.
        for format in ["xlsx", "json"] {
            let answer = api.get(&format!("/api/v1/instruments/{id}/files/{format}")).await.expect(200);
            assert!(answer.header("content-disposition").contains(&format!("Field 1.{format}")), "{answer:?}");
            let again = api.upload(API, &[("name", "Field"), ("version_label", "1")], &[file("workbook", "f", &answer.body)]).await.expect(201).json();
            assert_eq!((&again["content_hash"], &again["notes"]), (&taken["content_hash"], &json!([])), "{format}");
        }
        let xform = api.get(&format!("/api/v1/instruments/{id}/files/xml")).await.expect(200);
        assert!(xform.text().contains(r#"id="Field""#) && xform.text().contains(r#"<translation lang="fr">"#), "{}", xform.text());
        api.get(&format!("/api/v1/instruments/{id}/files/pdf")).await.expect(404);
        browser.get(&format!("/instruments/{id}/files/xlsx")).await.expect(200);
        let paper = browser.get(&format!("/instruments/{id}/print?language=fr")).await.expect(200);
        paper.shows("Avez-vous appris quelque chose ?").shows("Oui").shows("Quel âge avez-vous ?");
        assert!(paper.text().contains(r#"lang="fr" dir="ltr""#));
    }

    async fn files_that_are_no_questionnaire_say_so_and_lose_nothing(app) {
        let coordinator = app.person(Role::Coordinator, Grants::Instance);
        let (api, browser) = (app.as_person(&coordinator), app.browser(&coordinator));
        let fields = [("name", "Field"), ("version_label", "1")];
        let good = workbook(&[("survey", SURVEY), ("choices", CHOICES)]);
        let whole = br#"{"questionnaire": {"default_language": "en", "languages": ["en"], "questions": [], "pages": [{"questions": [7]}]}}"#;
        // Little JSON that would be large sheets, and one whose section goes on after a break: its condition would be lost.
        let tags: Vec<String> = (0..101).map(|n| format!("en-x-{n}")).collect();
        let wide = json!({"questionnaire": {"default_language": "en", "languages": tags, "questions": [], "pages": []}}).to_string();
        let question = |name: &str, group: Option<u8>| json!({"name": name, "type": "text", "label": {"en": name}, "group": group});
        let broken = json!({"questionnaire": {"default_language": "en", "languages": ["en"],
            "questions": [question("q", None), question("r", Some(0)), question("s", None), question("t", Some(0))],
            "groups": [{"name": "g", "relevant": "${q} = 'x'"}], "pages": [{"questions": [0]}, {"group": 0, "questions": [1, 3]}, {"questions": [2]}]}})
        .to_string();
        for (bytes, code) in [
            (wide.as_bytes(), "not_a_workbook"),
            (broken.as_bytes(), "not_a_workbook"),
            (&good[..good.len() - 40], "damaged"),
            (&workbook(&[("Tabelle1", SURVEY)])[..], "missing_sheet"),
            (&b"%PDF-1.7 \x00\xff\xfe"[..], "not_a_workbook"),
            (&b"{\"questionnaire\": 1}"[..], "not_a_workbook"),
            (whole, "not_a_workbook"),
            (&b"hello"[..], "missing_column"),
        ] {
            let refused = api.upload(API, &fields, &[file("workbook", "form.xlsx", bytes)]).await.expect(422).json();
            assert_eq!(refused["errors"][0]["code"], json!(code), "{refused}");
        }
        assert_eq!(wrong(&api.upload(API, &fields, &[]).await.expect(422)), ["workbook: required"]);
        let both = [file("workbook", "f.xlsx", &good), file("survey_csv", "s.csv", b"type,name,label\n")];
        assert_eq!(wrong(&api.upload(API, &fields, &both).await.expect(422)), ["workbook: workbook_and_sheets"]);
        assert_eq!(wrong(&api.upload(API, &[("name", "Field"), ("version_label", "1"), ("who", "me")], &[both[0]]).await.expect(422)), ["who: unknown_field"]);
        let page = browser.upload("/instruments/new", "/instruments", &fields, &[file("workbook", "f.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")]).await;
        let page = page.expect(422);
        page.shows("The file is damaged");
        assert_eq!(page.input("name").as_deref(), Some("Field"), "what was typed stays");
        // Sheets in an encoding of before, by semicolons, as spreadsheets of many countries write them.
        let survey = latin("type;name;label\nnote;hello;Où êtes-vous né ? Là-bas, à côté de l'école\ninteger;age;Âge\n");
        let taken = api.upload(API, &fields, &[file("survey_csv", "survey.csv", &survey)]).await.expect(201).json();
        assert_eq!(taken["notes"][0]["code"], "guessed_encoding");
        let read = api.get(&format!("/api/v1/instruments/{}", taken["id"].as_str().unwrap())).await.expect(200).json();
        assert_eq!(read["questionnaire"]["questions"][1]["label"]["und"], "Âge");
    }
}

/// Latin letters in one byte each, as Windows wrote them.
fn latin(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).expect("a Latin letter")).collect()
}
