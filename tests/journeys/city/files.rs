//! Files that experts open: nothing in them acts, the city is told what was taken out, and what nobody can
//! reach any more is erased.

use std::io::{Cursor, Write};

use diesel::prelude::*;
use stoa::store::schema::{evidence, evidence_content};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

/// A Word document with a template that lies elsewhere.
fn tracked() -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let template = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" Target="http://tracker.example/t.dotm" TargetMode="External"/></Relationships>"#;
    for (name, body) in [
        (
            "[Content_Types].xml",
            r#"<Types><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/xml"/></Types>"#,
        ),
        ("word/document.xml", r#"<w:document xmlns:w="w"><w:t>Plan</w:t></w:document>"#),
        ("word/_rels/settings.xml.rels", template),
        ("word/settings.xml", r#"<w:settings xmlns:w="w" xmlns:r="r"><w:attachedTemplate r:id="rId1"/></w:settings>"#),
    ] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(body.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn upload<'a>(name: &'a str, bytes: &'a [u8]) -> Upload<'a> {
    Upload { field: "file", name, media_type: "application/octet-stream", bytes }
}

/// How many files have their bytes.
fn stored(app: &TestApp) -> i64 {
    app.service.store.read(|db| Ok(evidence_content::table.count().get_result(db)?)).unwrap()
}

both! {
    async fn a_city_is_told_what_was_taken_out_of_its_file_and_so_is_whoever_reads_it(app) {
        let world = world(app);
        let report = begun(app, &world).await;
        let (browser, api) = (app.browser(&world.officer), app.as_person(&world.officer));
        let (page, section) = (page_of(&report), format!("{}/sections/3.3.a", page_of(&report)));
        let document = tracked();
        let added = browser.upload(&section, &section, &[("version", "0"), ("body", "x"), ("then", "upload")], &[upload("Plan.docx", &document)]).await;
        let shown = browser.follow(&added.expect(303)).await.expect(200);
        shown.shows("Something was taken out").shows("Taken out: a link to an outside template");
        browser.get(&page).await.expect(200).shows("Taken out: a link to an outside template");
        browser.get(&format!("{page}?lang=ar")).await.expect(200).shows("نُزع منه: رابط إلى قالب خارجي");
        let table = api.upload(&format!("{report}/evidence"), &[], &[upload("t.csv", b"a,=1+2\n")]).await.expect(201).json();
        assert_eq!(table["taken_out"], json!(["formula"]));
        let view = api.get(&report).await.expect(200).json();
        let named = |files: &Value| files.as_array().unwrap().iter().find(|file| file["file_name"] == "Plan.docx").unwrap().clone();
        let plan = named(&view["evidence"]);
        assert_eq!(plan["taken_out"], json!(["template"]));
        let file = api.get(&format!("/api/v1/evidence/{}", plan["id"].as_str().unwrap())).await.expect(200);
        assert!(!file.body.windows(7).any(|w| w == b"tracker") && file.body.starts_with(b"PK"));
        fill(&api, &report).await;
        let sent = api.post(&format!("{report}/submit"), &json!({})).await.expect(201).json();
        assert_eq!(named(&sent["content"]["evidence"])["taken_out"], json!(["template"]));
        let frozen = format!("/submissions/{}", sent["id"].as_str().unwrap());
        app.browser(&world.coordinator).get(&frozen).await.expect(200).shows("Taken out: formulas in cells");
    }

    async fn a_file_that_acts_is_refused_with_its_reason_and_what_to_do(app) {
        let world = world(app);
        let report = begun(app, &world).await;
        let (browser, api) = (app.browser(&world.officer), app.as_person(&world.officer));
        let page = page_of(&report);
        for (name, bytes, code, says) in [
            ("a.pdf", &b"%PDF-1.7\n1 0 obj << /OpenAction << /S /JavaScript >> >> endobj"[..], "file_has_script", "contains JavaScript"),
            ("b.pdf", b"%PDF-1.7\n1 0 obj << /Encrypt 2 0 R >> endobj", "file_protected", "save it without protection"),
            ("c.csv", b"Stra\xdfe;12\r\n", "file_not_utf8", "CSV UTF-8"),
        ] {
            let refused = api.upload(&format!("{report}/evidence"), &[], &[upload(name, bytes)]).await.expect(422);
            assert_eq!(refused.json()["errors"][0]["code"], code);
            browser.upload(&page, &format!("{page}/evidence"), &[], &[upload(name, bytes)]).await.expect(422).shows(&format!("“{name}”")).shows(says);
        }
    }

    async fn a_removed_file_is_erased_unless_a_submission_names_it(app) {
        let world = world(app);
        let report = begun(app, &world).await;
        let (officer, coordinator) = (app.as_person(&world.officer), app.as_person(&world.coordinator));
        let add = async |text: &'static [u8]| officer.upload(&format!("{report}/evidence"), &[], &[csv(text)]).await.expect(201).json()["id"].as_str().unwrap().to_owned();
        let (kept, gone) = (add(b"kept").await, add(b"gone").await);
        assert_eq!(stored(app), 2);
        officer.delete(&format!("{report}/evidence/{gone}")).await.expect(204);
        assert_eq!(stored(app), 1, "no submission names it");
        fill(&officer, &report).await;
        officer.post(&format!("{report}/submit"), &json!({})).await.expect(201);
        coordinator.post(&format!("{report}/return"), &json!({"note": "again"})).await.expect(200);
        officer.delete(&format!("{report}/evidence/{kept}")).await.expect(204);
        assert_eq!(stored(app), 1, "the submission keeps it");
        coordinator.get(&format!("/api/v1/evidence/{kept}")).await.expect(200);
        // The same bytes come again, and go alone.
        let again = add(b"kept").await;
        officer.delete(&format!("{report}/evidence/{again}")).await.expect(204);
        coordinator.get(&format!("/api/v1/evidence/{kept}")).await.expect(200);
        assert_eq!(stored(app), 1);
        // What a version before has left is erased behind requests.
        let left = add(b"left").await;
        let row = evidence::table.find(left.clone());
        let removed = |db: &mut Db| Ok(diesel::update(row).set(evidence::removed_at.eq(Some(app.service.now()))).execute(db)?);
        app.service.store.write(removed).unwrap();
        assert_eq!(stored(app), 2);
        stoa::server::housekeeping::sweep(&app.service, |_| Ok(())).unwrap();
        assert_eq!(stored(app), 1);
        officer.get(&format!("/api/v1/evidence/{left}")).await.expect(404);
    }

    async fn a_file_that_came_by_older_rules_leaves_by_those_of_today(app) {
        let world = world(app);
        let report = begun(app, &world).await;
        let (browser, api) = (app.browser(&world.officer), app.as_person(&world.officer));
        let add = async |name: &'static str, bytes: &'static [u8]| {
            let added = api.upload(&format!("{report}/evidence"), &[], &[upload(name, bytes)]).await.expect(201).json();
            added["id"].as_str().unwrap().to_owned()
        };
        let (table, plan) = (add("t.csv", b"a,b").await, add("p.pdf", b"%PDF-1.7\n1 0 obj << >> endobj").await);
        let came_before = |id: &str, bytes: &'static [u8]| {
            let sha256 = stoa::ground::receipt::sha256_hex(bytes);
            let write = |db: &mut Db| {
                diesel::update(evidence_content::table.find(id)).set(evidence_content::bytes.eq(bytes)).execute(db)?;
                Ok(diesel::update(evidence::table.find(id)).set((evidence::rules.eq(0), evidence::sha256.eq(sha256))).execute(db)?)
            };
            app.service.store.write(write).unwrap();
        };
        came_before(&table, b"a,=1+2");
        came_before(&plan, b"%PDF-1.7\n1 0 obj << /S /Launch >> endobj");
        assert_eq!(api.get(&format!("/api/v1/evidence/{table}")).await.expect(200).body, b"a,'=1+2");
        assert_eq!(api.get(&format!("/api/v1/evidence/{plan}")).await.expect(409).code(), "evidence_withheld");
        browser.get(&format!("/evidence/{plan}")).await.expect(409).shows("Ask the city for a copy");
    }
}
