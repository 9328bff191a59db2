//! Whole files: the workbooks that people in the field wrote, and those that somebody made to do harm.

use std::io::{Cursor, Write};
use std::path::PathBuf;

use forms::questionnaire::{Import, Options, SheetCode, SheetError, import};
use forms::workbook::{Unreadable, Workbook, to_xlsx};
use zip::write::SimpleFileOptions;

use crate::places;

const LEAVE_OUT: Options = Options { leave_out: true };

/// The parts of a workbook whose sheets have these rows.
fn parts(sheets: &[(&str, &str)]) -> Vec<(String, String)> {
    let of = |n: usize| format!("xl/worksheets/sheet{}.xml", n + 1);
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let named = |n: usize, name: &str| format!(r#"<sheet name="{name}" sheetId="{}" r:id="r{n}"/>"#, n + 1);
    let related = |n: usize| format!(r#"<Relationship Id="r{n}" Type="{relations}/worksheet" Target="worksheets/sheet{}.xml"/>"#, n + 1);
    let all = |one: &dyn Fn(usize) -> String| (0..sheets.len()).map(one).collect::<String>();
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let mut parts = vec![
        (
            "_rels/.rels".to_owned(),
            format!(
                r#"<Relationships xmlns="{package}"><Relationship Id="b" Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/workbook.xml".to_owned(),
            format!(r#"<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>{}</sheets></workbook>"#, all(&|n| named(n, sheets[n].0))),
        ),
        ("xl/_rels/workbook.xml.rels".to_owned(), format!(r#"<Relationships xmlns="{package}">{}</Relationships>"#, all(&related))),
    ];
    for (n, (_, rows)) in sheets.iter().enumerate() {
        parts.push((of(n), format!(r#"<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>"#)));
    }
    parts
}

fn archive(parts: &[(String, String)]) -> Vec<u8> {
    let mut file = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        file.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        file.write_all(content.as_bytes()).unwrap();
    }
    file.finish().unwrap().into_inner()
}

/// A row of text; its number counted from 1.
fn row(number: usize, cells: &[&str]) -> String {
    let cell = |(n, text): (usize, &&str)| {
        let column = char::from(b'A' + u8::try_from(n).unwrap());
        format!(r#"<c r="{column}{number}" t="inlineStr"><is><t>{text}</t></is></c>"#)
    };
    format!(r#"<row r="{number}">{}</row>"#, cells.iter().enumerate().map(cell).collect::<String>())
}

fn workbook(sheets: &[(&str, &str)]) -> Workbook {
    Workbook::read(&archive(&parts(sheets))).unwrap()
}

fn taken(sheets: &[(&str, &str)], options: Options) -> Result<Import, Vec<SheetError>> {
    import(&workbook(sheets), options)
}

fn header() -> String {
    row(1, &["type", "name", "label"])
}

#[test]
fn a_workbook_is_read_with_its_row_numbers_and_numbers_as_they_are_typed() {
    let survey = header()
        + &row(3, &["select_one yn", "a", "A"])
        + r#"<row r="5"><c r="A5" t="inlineStr"><is><t>integer</t></is></c><c r="B5" t="inlineStr"><is><t>b</t></is></c><c r="C5"><v>2026</v></c></row>"#
        + &row(9, &["text", "b", "B"]);
    let choices = row(1, &["list_name", "name", "label"])
        + r#"<row r="2"><c r="A2" t="inlineStr"><is><t>yn</t></is></c><c r="B2"><v>1.0</v></c><c r="C2" t="b"><v>1</v></c></row>"#;
    let errors = taken(&[("Survey ", &survey), ("CHOICES", &choices)], Options::default()).unwrap_err();
    assert_eq!(places(&errors), [("survey", 9, "name", SheetCode::DuplicateName)]);
    let survey = survey.replace("<t>b</t></is></c><c r=\"C9\"", "<t>c</t></is></c><c r=\"C9\"");
    let read = taken(&[("Survey ", &survey), ("CHOICES", &choices)], Options::default()).unwrap();
    let questionnaire = read.questionnaire;
    assert_eq!(questionnaire.questions[1].label.get("und", "und"), "2026");
    let choice = &questionnaire.choice_lists["yn"][0];
    assert_eq!((choice.name.as_str(), choice.label.get("und", "und")), ("1", "TRUE"));
}

#[test]
fn what_a_spreadsheet_shows_as_an_error_is_told_at_its_cell() {
    let survey = header() + r#"<row r="2"><c r="A2" t="inlineStr"><is><t>text</t></is></c><c r="B2" t="e"><f>A1+1</f><v>#REF!</v></c></row>"#;
    let errors = taken(&[("survey", &survey)], Options::default()).unwrap_err();
    assert!(places(&errors).contains(&("survey", 2, "name", SheetCode::CellError)), "{errors:?}");
}

#[test]
fn repeats_media_and_places_are_one_message_each_and_are_left_out_on_request() {
    let survey = header()
        + &row(2, &["text", "a", "A"])
        + &row(3, &["begin repeat", "r", "R"])
        + &row(4, &["text", "inner", "Inner ${a}"])
        + &row(5, &["geopoint", "inner_place", "Where"])
        + &row(6, &["end repeat"])
        + &row(7, &["image", "photo", "Photo"])
        + &row(8, &["geopoint", "place", "Where"])
        + &row(9, &["audio", "sound", "Sound"]);
    let errors = taken(&[("survey", &survey)], Options::default()).unwrap_err();
    assert_eq!(
        places(&errors),
        [("survey", 3, "type", SheetCode::Repeats), ("survey", 7, "type", SheetCode::Media), ("survey", 8, "type", SheetCode::Geo)]
    );
    assert!(errors[1].message.contains("rows 7, 9"), "{}", errors[1].message);
    let read = taken(&[("survey", &survey)], LEAVE_OUT).unwrap();
    assert_eq!(read.questionnaire.questions.len(), 1);
    let rows: Vec<(usize, SheetCode)> = read.notes.iter().map(|note| (note.row, note.code)).collect();
    assert_eq!(rows, [3, 4, 5, 7, 8, 9].map(|row| (row, SheetCode::LeftOut)));
    // What is left out is missed where something else needs it.
    let survey = survey + &row(10, &["note", "n", "You are at ${place}, ${inner}"]);
    let errors = taken(&[("survey", &survey)], LEAVE_OUT).unwrap_err();
    assert_eq!(places(&errors), [("survey", 10, "label", SheetCode::UnknownReference); 2]);
    assert!(errors[0].message.contains("left out"), "{}", errors[0].message);
    assert_eq!(taken(&[("survey", &survey)], Options::default()).unwrap_err().len(), 3, "nor is it told twice");
}

#[test]
fn one_name_in_two_groups_is_two_answers_and_no_reference_means_both() {
    let group = |at: usize, name: &str| row(at, &["begin_group", name, "G"]) + &row(at + 1, &["text", "same", "Same"]) + &row(at + 2, &["end_group"]);
    let survey = header() + &group(2, "g") + &group(5, "h");
    let read = taken(&[("survey", &survey)], Options::default()).unwrap();
    let names: Vec<&str> = read.questionnaire.questions.iter().map(|q| q.name.as_str()).collect();
    assert_eq!(names, ["same", "same_2"]);
    assert_eq!((read.notes[0].row, read.notes[0].code), (6, SheetCode::NotUsed));
    let survey = survey + &row(8, &["note", "n", "You said ${same}"]);
    let errors = taken(&[("survey", &survey)], Options::default()).unwrap_err();
    assert_eq!(places(&errors), [("survey", 8, "label", SheetCode::UnknownReference)]);
}

#[test]
fn choices_may_share_a_name_for_different_filters_and_are_never_offered_twice() {
    let survey = row(1, &["type", "name", "label", "choice_filter"])
        + &row(2, &["select_one region", "region", "Region"])
        + &row(3, &["select_one town", "town", "Town", "region=${region}"]);
    let choices = row(1, &["list_name", "name", "label", "region"])
        + &row(2, &["region", "north", "North"])
        + &row(3, &["region", "south", "South"])
        + &row(4, &["town", "newtown", "Newtown in the north", "north"])
        + &row(5, &["town", "newtown", "Newtown in the south", "south"])
        + &row(6, &["town", "newtown", "Once more", "south"]);
    let settings = row(1, &["allow_choice_duplicates"]) + &row(2, &["yes"]);
    let sheets = [("survey", survey.as_str()), ("choices", &choices), ("settings", &settings)];
    let errors = taken(&sheets[..2], Options::default()).unwrap_err();
    assert_eq!(places(&errors), [("choices", 5, "name", SheetCode::DuplicateChoice)]);
    let read = taken(&sheets, Options::default()).unwrap();
    assert_eq!(read.notes.len(), 1, "{:?}", read.notes);
    let compiled = forms::questionnaire::Compiled::new(read.questionnaire).unwrap();
    let town = compiled.position("town").unwrap();
    for (region, label) in [("north", "Newtown in the north"), ("south", "Newtown in the south")] {
        let answers = crate::answered(serde_json::json!({"region": region, "town": "newtown"}));
        let relevance = forms::answers::Relevance::of(&compiled, &answers, crate::today());
        assert_eq!(relevance.choices(town).iter().map(|choice| choice.label.get("und", "und")).collect::<Vec<_>>(), [label]);
        assert_eq!(relevance.quoted(town, "und"), label);
        assert!(forms::answers::check(&compiled, &answers, crate::today()).is_ok());
    }
}

#[test]
fn hostile_files_are_refused_in_a_word_and_cost_little() {
    let good = archive(&parts(&[("survey", &(header() + &row(2, &["text", "a", "A"])))]));
    assert!(Workbook::read(&good).is_ok());
    for (bytes, why) in [
        (Vec::new(), Unreadable::NotAWorkbook),
        (b"type,name,label\n".to_vec(), Unreadable::NotAWorkbook),
        (good[..good.len() / 2].to_vec(), Unreadable::Damaged),
        (b"PK\x03\x04 and nothing".to_vec(), Unreadable::Damaged),
        ([&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1][..], &[0; 600]].concat(), Unreadable::Damaged),
        (archive(&[("word/document.xml".to_owned(), "<w/>".to_owned())]), Unreadable::Damaged),
        (archive(&parts(&[("Sheet1", &header())])), Unreadable::NoSurvey),
    ] {
        assert_eq!(Workbook::read(&bytes).err(), Some(why), "{} bytes", bytes.len());
    }
    // 64 MB of blanks in 64 KB.
    let mut bomb = parts(&[("survey", &header())]);
    bomb.push(("xl/sharedStrings.xml".to_owned(), " ".repeat(64 << 20)));
    assert_eq!(Workbook::read(&archive(&bomb)).err(), Some(Unreadable::TooLarge));
    // Texts that are announced and not there: the reader would make room for all of them, and the process end.
    for announced in [r#"<sst uniqueCount="100000000000000"><si><t>a</t></si></sst>"#, "<sst uniqueCount = '4000000000'/>"] {
        let mut strings = parts(&[("survey", &header())]);
        strings.push(("xl/sharedStrings.xml".to_owned(), announced.to_owned()));
        assert_eq!(Workbook::read(&archive(&strings)).err(), Some(Unreadable::Damaged), "{announced}");
        let wide: String = announced.chars().flat_map(|letter| [letter, '\0']).collect();
        strings.last_mut().unwrap().1 = wide;
        assert_eq!(Workbook::read(&archive(&strings)).err(), Some(Unreadable::Damaged), "{announced}");
    }
    // A cell far to the right in each of many rows.
    let wide: String = (2..20_000).map(|n| format!(r#"<row r="{n}"><c r="IV{n}"><v>1</v></c></row>"#)).collect();
    let errors = taken(&[("survey", &(header() + &wide))], Options::default()).unwrap_err();
    assert!(errors.iter().any(|error| error.code == SheetCode::TooLarge), "{errors:?}");
    // A cell in the last corner, and a hundred thousand rows.
    let far = header() + r#"<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#;
    let errors = taken(&[("survey", &far)], Options::default()).unwrap_err();
    assert_eq!(places(&errors)[0], ("survey", 1, "type", SheetCode::NoQuestions));
    assert!(errors.iter().any(|error| error.row == 1_048_576 && error.code == SheetCode::TooLarge), "{errors:?}");
    let many = header() + &(2..100_002).map(|n| row(n, &["note"])).collect::<String>();
    let errors = taken(&[("survey", &many)], Options::default()).unwrap_err();
    assert!(errors.iter().any(|error| error.code == SheetCode::TooLarge && error.row == 20_001));
}

#[test]
fn a_questionnaire_is_the_same_after_a_workbook_and_the_file_is_the_same_each_time() {
    let compiled = crate::everything();
    let questionnaire = compiled.questionnaire();
    let bytes = to_xlsx(questionnaire, &[]).unwrap();
    assert_eq!(bytes, to_xlsx(questionnaire, &[]).unwrap());
    let read = import(&Workbook::read(&bytes).unwrap(), Options::default()).unwrap();
    assert_eq!(&read.questionnaire, questionnaire);
    // A label that begins like a formula is text.
    let compiled = crate::form("type,name,label\ntext,a,=1+1\n", "");
    let bytes = to_xlsx(compiled.questionnaire(), &[]).unwrap();
    let read = import(&Workbook::read(&bytes).unwrap(), Options::default()).unwrap();
    assert_eq!(&read.questionnaire, compiled.questionnaire());
}

#[test]
fn an_old_workbook_that_announces_more_than_it_has_is_refused_before_there_is_room_for_it() {
    let book = |rows: [u32; 2], columns: [u16; 2]| {
        let mut stream = vec![0x09, 0x08, 4, 0, 0, 6, 0x10, 0];
        stream.extend([0x00, 0x02, 14, 0]);
        stream.extend(rows.iter().flat_map(|row| row.to_le_bytes()));
        stream.extend(columns.iter().flat_map(|column| column.to_le_bytes()));
        stream.extend([0, 0, 0x0a, 0, 0, 0]);
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        file.create_stream("/Workbook").unwrap().write_all(&stream).unwrap();
        Workbook::read(&file.into_inner().into_inner()).err()
    };
    assert_eq!(book([0, u32::MAX], [0, u16::MAX]), Some(Unreadable::TooLarge));
    assert_eq!(book([9, 3], [0, 3]), Some(Unreadable::Damaged));
    assert_ne!(book([0, 10], [0, 3]), Some(Unreadable::TooLarge));
}

/// The folder of real workbooks, where it is there.
fn shared() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/questionnaires");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("*** NOT TESTED: the real questionnaires are not at {}", folder.display());
    None
}

#[test]
fn real_workbooks_are_taken_or_refused_for_what_no_page_asks_alone() {
    use SheetCode::{Geo, Media, Repeats, UnknownList};
    let Some(folder) = shared() else { return };
    // What each is refused for; and how many questions are left when that is left out, or how many rows need it.
    let expected: [(&str, &[SheetCode], Result<usize, usize>); 14] = [
        ("abidjan_2022.xls", &[Repeats, Geo], Err(3)),
        ("blsq_forma.xlsx", &[Geo], Ok(50)),
        ("cascading.xlsx", &[], Ok(3)),
        ("correlaid_mitwirken.xlsx", &[], Ok(42)),
        ("correlaid_testA.xlsx", &[], Ok(24)),
        ("energy_igbo.xlsx", &[Geo], Ok(34)),
        // Five questions ask for a list that its author forgot; four look at three of them.
        ("hot_buildings.xls", &[UnknownList], Err(4)),
        ("kc_likert.xlsx", &[], Ok(20)),
        ("mozambique_faq.xlsx", &[], Ok(8)),
        ("mozambique_org_social.xlsx", &[Repeats, Media], Ok(16)),
        ("pizza.xlsx", &[], Ok(5)),
        ("tutorial.xlsx", &[Media, Geo], Ok(9)),
        ("unhcr_demo.xlsx", &[Repeats, Geo], Err(5)),
        ("gauteng_biweekly.xlsx", &[], Err(0)),
    ];
    for (name, causes, left) in expected {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        if name.starts_with("gauteng") {
            assert_eq!(Workbook::read(&bytes).err(), Some(Unreadable::Damaged), "{name}");
            continue;
        }
        let book = Workbook::read(&bytes).unwrap();
        let refused = import(&book, Options::default()).err().unwrap_or_default();
        assert_eq!(refused.iter().map(|error| error.code).collect::<Vec<_>>(), causes, "{name}: {refused:#?}");
        let taken = import(&book, LEAVE_OUT).map(|read| read.questionnaire.questions.len()).map_err(|errors| errors.len());
        assert_eq!(taken, left, "{name}");
    }
    let sheet = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let book = Workbook::of_csv(&sheet("xlsformfill_survey.csv"), Some(&sheet("xlsformfill_choices.csv")), None, None);
    // Written by a program for statistics, NA for nothing, and with faults of its own: it refers to what it has not.
    let errors = import(&book, Options::default()).err().unwrap_or_default();
    let own = [SheetCode::UnknownReference, SheetCode::MissingLabel, SheetCode::InvalidValue, SheetCode::DuplicateChoice];
    assert!(errors.len() < 40 && errors.iter().all(|error| own.contains(&error.code)), "{errors:#?}");
}
