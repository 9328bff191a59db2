//! PDF: nothing acts, however it is written, packed or hidden.

use evidence::Refused;

use crate::made::{deflated, look_pdf, objects_inside, pdf, stream};

const PAGES: &[u8] = b"<< /Type /Pages /Kids [] /Count 0 >>";

fn with(object: &str) -> Option<Refused> {
    look_pdf(&pdf(&[b"<< /Type /Catalog /Pages 2 0 R >>", PAGES, object.as_bytes()]))
}

fn inside(objects: &[&str]) -> Option<Refused> {
    look_pdf(&pdf(&[b"<< /Type /Catalog /Pages 2 0 R >>", PAGES, &objects_inside(objects)]))
}

const WRONG: &[(&str, Refused)] = &[
    ("<< /S /JavaScript /JS (app.launchURL\\('http://tracker'\\)) >>", Refused::Script),
    ("<< /S /J#61vaScript /J#53 (x) >>", Refused::Script),
    ("<< /OpenAction << /S /JavaScript >> >>", Refused::Script),
    ("<< /S /Launch /F (cmd.exe) >>", Refused::Acts),
    ("<< /S /SubmitForm /F (http://tracker) >>", Refused::Acts),
    ("<< /S /ImportData >>", Refused::Acts),
    ("<< /S /GoToR /F (\\\\\\\\tracker\\\\x.pdf) >>", Refused::Acts),
    ("<< /S /GoToE >>", Refused::Acts),
    ("<< /AA << /O << /S /URI /URI (http://tracker) >> >> >>", Refused::Acts),
    ("<< /OpenAction << /S /URI /URI (http://tracker) >> >>", Refused::Acts),
    ("<< /OpenAction << /S /GoTo /D [1 0 R /Fit] /Next 9 0 R >> >>", Refused::Acts),
    ("<< /Subtype /RichMedia >>", Refused::Media),
    ("<< /AcroForm << /XFA [] >> >>", Refused::Media),
    ("<< /Names << /EmbeddedFiles 9 0 R >> >>", Refused::Attachments),
    ("<< /Type /Filespec /EF << /F 9 0 R >> >>", Refused::Attachments),
    ("<< /Encrypt 9 0 R >>", Refused::Protected),
];

#[test]
fn what_acts_is_refused_in_the_open_and_inside_of_streams() {
    for (object, why) in WRONG {
        assert_eq!(with(object), Some(*why), "{object}");
        assert_eq!(inside(&["<< /A 1 >>", object]), Some(*why), "inside: {object}");
    }
}

#[test]
fn what_people_read_and_press_is_taken() {
    for object in [
        "<< /Type /Annot /A << /S /URI /URI (http://city.example/JS/AA) >> >>",
        "<< /OpenAction [3 0 R /Fit] /Title (about /JavaScript and /Launch) >>",
        "<< /OpenAction << /S /GoTo /D [3 0 R /XYZ 0 0 null] >> >>",
        "<< /S /Named /N /NextPage /R -1.5 /T true >>",
        "[ 1 0 R 2 0 R (x) <41> /Name null ]",
        "<< /URI#20s 1 /Names << /Dests 9 0 R >> >>",
        "<< /Resources << /Font << /F1 5 0 R >> >> % /JS in a comment\n >>",
    ] {
        assert_eq!(with(object), None, "{object}");
        assert_eq!(inside(&[object, "<< /B 2 >>"]), None, "inside: {object}");
    }
    let text = stream("/Filter /FlateDecode", &deflated(b"BT (7 0 obj << /JS 1 >>) Tj ET"));
    assert_eq!(look_pdf(&pdf(&[b"<< /Type /Catalog >>", PAGES, &text])), None);
}

#[test]
fn what_is_done_at_opening_is_followed_to_where_it_leads() {
    let address = b"<< /S /URI /URI (http://tracker) >>";
    let goes = b"<< /S /GoTo /D [2 0 R /Fit] >>";
    let opens = b"<< /Type /Catalog /OpenAction 3 0 R >>";
    assert_eq!(look_pdf(&pdf(&[opens, PAGES, goes, address])), None, "an address elsewhere is pressed by hand");
    assert_eq!(look_pdf(&pdf(&[opens, PAGES, address])), Some(Refused::Acts));
    assert_eq!(look_pdf(&pdf(&[opens, PAGES, b"4 0 R", address])), Some(Refused::Acts));
    let packed = objects_inside(&["<< /S /URI /URI (http://tracker) >>"]);
    assert_eq!(look_pdf(&pdf(&[b"<< /OpenAction 20 0 R >>", PAGES, &packed])), Some(Refused::Acts));
}

#[test]
fn hiding_places_are_looked_into() {
    // In the data of another stream, to which a table may point.
    let hidden = stream("", b"q 9 0 obj << /S /JavaScript >> endobj Q");
    assert_eq!(look_pdf(&pdf(&[b"<< >>", &hidden])), Some(Refused::Script));
    // With a comment between number and word.
    let mut commented = pdf(&[b"<< >>"]);
    commented.extend(b"9 0 %7 x\nobj << /S /Launch >> endobj");
    assert_eq!(look_pdf(&commented), Some(Refused::Acts));
    // Behind a bracket that is never closed.
    let mut swallowed = pdf(&[b"<< >>", b"(never closed"]);
    swallowed.extend(b"9 0 obj << /S /Launch >> endobj");
    assert_eq!(look_pdf(&swallowed), Some(Refused::Acts));
    // A stream of objects that does not say so.
    let body = deflated(b"20 0 << /S /JavaScript >>");
    let unnamed = stream("/N 1 /First 5 /Filter /Fl", &body);
    assert_eq!(look_pdf(&pdf(&[b"<< >>", &unnamed])), Some(Refused::Script));
    // Objects that begin in the middle of others.
    let middle = stream("/N 1 /First 5 /Filter /FlateDecode", &deflated(b"20 4 << (<< /S /JavaScript >>) >>"));
    assert!(look_pdf(&pdf(&[b"<< >>", &middle])).is_some());
    // Data in another file.
    assert_eq!(look_pdf(&pdf(&[b"<< >>", &stream("/F (http://tracker/x)", b"")])), Some(Refused::Acts));
}

#[test]
fn what_cannot_be_judged_is_refused() {
    let body = deflated(b"20 0 << /S /JavaScript >>");
    for dictionary in [
        "/Type /ObjStm /N 1 /First 5 /Filter [/ASCIIHexDecode /FlateDecode]",
        "/Type /ObjStm /N 1 /First 5 /Filter [/FlateDecode /FlateDecode]",
        "/Type /ObjStm /N 1 /First 5 /Filter 9 0 R",
        "/Type /ObjStm /N 1 /First 9 0 R /Filter /FlateDecode",
        "/Type /ObjStm /N 1 /First 5 /Filter /FlateDecode /DecodeParms << /Predictor 12 >>",
        "/Type /ObjStm /N 1 /First 5 /Filter /LZWDecode",
        "/Type /ObjStm /N 7 /First 5 /Filter /FlateDecode",
        "/Type /ObjStm /Filter /FlateDecode",
    ] {
        assert!(look_pdf(&pdf(&[b"<< >>", &stream(dictionary, &body)])).is_some(), "{dictionary}");
    }
    let cut = stream("/Type /ObjStm /N 1 /First 5 /Filter /FlateDecode", &body[..10]);
    assert_eq!(look_pdf(&pdf(&[b"<< >>", &cut])), Some(Refused::Damaged));
    for object in ["<< /A >> /JS (x) >>", "<< /A ] /B 1 >>", "<< 1 2 >>", "<< /A << /B 1 >>", "[ >> ]", "<< /A endobj"] {
        assert!(with(object).is_some(), "{object}");
    }
}

/// A stream of one object that is a script, in which readers who are lenient find it.
fn lenient(dictionary: &str, data: &[u8]) -> Option<Refused> {
    let catalog = b"<< /Type /Catalog /Pages 2 0 R /OpenAction 7 0 R >>";
    look_pdf(&pdf(&[catalog, PAGES, &stream(dictionary, &deflated(data)), b"1", b"4"]))
}

#[test]
fn a_stream_of_objects_is_found_however_its_numbers_are_written() {
    let script = b"7 0 << /S /JavaScript /JS (app.alert(1)) >>";
    let flate = "/Filter /FlateDecode";
    for numbers in [
        "/N +1 /First +4",
        "/N 1.0 /First 4.0",
        "/N 1 /First 4.",
        "/N 4 0 R /First 5 0 R",
        "/N 1",
        "/N +1",
        "/N 4 0 R",
        "/First 4",
        "/N 9 /N 1 /First 4",
        "/#4E 1 /F#69rst 4",
        "/N#80 1 /First 4",
        "/N --1 /First (4)",
        "/N null /First 4",
        "/Type 4 0 R /N +1 /First 4",
    ] {
        assert!(lenient(&format!("{numbers} {flate}"), script).is_some(), "{numbers}");
    }
    // A colour profile says how many colours it has.
    assert_eq!(lenient(&format!("/N 3 /Alternate /DeviceRGB {flate}"), b"\0\0\x0cHLino\x02\x10\0\0mntrRGB XYZ "), None);
    assert_eq!(lenient("/N 3 /Filter [/ASCII85Decode /FlateDecode]", b"\0\0\x0cHLino"), Some(Refused::Damaged));
}

#[test]
fn a_stream_of_objects_is_read_alike_by_all_who_read_it_or_by_none() {
    let flate = "/Filter /FlateDecode";
    let good = b"7 0 8 12 << /D (b) >> [ 1 0 R ]";
    assert_eq!(lenient(&format!("/Type /ObjStm /N 2 /First 9 {flate}"), good), None);
    for (dictionary, data) in [
        // Where the list is cut off in the middle of a number, by which others go.
        ("/N 1 /First 3", &b"7 12 << >>    << /S /Launch >>"[..]),
        // Out of order, with something between, and one in the other.
        ("/N 2 /First 8", b"7 6 8 0 << >> << >>"),
        ("/N 2 /First 9", b"7 0 8 12 << >> 9    << >>"),
        ("/N 2 /First 8", b"7 0 8 6 << /A << >> >>"),
        ("/N 1 /First 9", b"7 0 8 12 << /D (b) >> [ 1 0 R ]"),
        ("/N 1 /First 6", b"7 %\n0 << >>"),
    ] {
        assert_eq!(lenient(&format!("/Type /ObjStm {dictionary} {flate}"), data), Some(Refused::Damaged), "{dictionary}");
    }
    // A length that cuts a word off.
    let cut = |length: &str| {
        let data = b"7 0 << /F 1 /S /LaunchX /Y 1 >>";
        let stream = format!("<< /Type /ObjStm /N 1 /First 4 /Length {length} >>\nstream\n").into_bytes();
        look_pdf(&pdf(&[b"<< >>", &[&stream, &data[..], b"\nendstream"].concat(), b"31", b"23"]))
    };
    assert_eq!((cut("31"), cut("32"), cut("3 0 R")), (None, None, None));
    for other in ["23", "4 0 R", "9 0 R", "+31", "31 /Length 23"] {
        assert_eq!(cut(other), Some(Refused::Damaged), "{other}");
    }
    let blank = b"<< /Type /ObjStm /N 1 /First 4 /Length 8 >>\nstream \n7 0 << >>\nendstream";
    assert_eq!(look_pdf(&pdf(&[b"<< >>", blank])), Some(Refused::Damaged));
}

#[test]
fn numbers_and_names_that_some_readers_take_otherwise_hide_nothing() {
    for header in [&b"9 +0 obj "[..], b"+9 0 obj ", b"9 0.0 obj ", b"9 0 obj\x80", b"9 0\xffobj ", b"9 -0 obj", b"9 0. %x\nobj "] {
        let file = [&pdf(&[b"<< >>"])[..], header, b"<< /S /Launch >> endobj"].concat();
        assert!(look_pdf(&file).is_some(), "{}", String::from_utf8_lossy(header));
    }
    assert_eq!(look_pdf(b"%PDF-1.4\ntrailer\x80<< /Root << /OpenAction << /S /Launch >> >> >>"), Some(Refused::Damaged));
    for object in ["<< /S /JavaScript#80 >>", "<< /S /Launch#00x >>", "<< /S /Im#7zortData >>", "<< /O#7zenAction 9 0 R >>"] {
        assert!(with(object).is_some(), "{object}");
        assert!(inside(&[object]).is_some(), "inside: {object}");
    }
    let raw = [b"<< /S /JavaScript".as_slice(), b"\xff", b" >>"].concat();
    assert_eq!(look_pdf(&pdf(&[b"<< >>", &raw])), Some(Refused::Damaged));
    for object in ["<< /Font#20Name /C# /Art /D\u{e9}but >>", "<< /A#B 1 >>"] {
        assert_eq!(with(object), None, "{object}");
    }
    // A reference that is one to those who take its number so.
    let catalog = b"<< /Type /Catalog /OpenAction 3 0 R >>";
    assert_eq!(look_pdf(&pdf(&[catalog, PAGES, b"+4 0 R", b"<< /S /URI /URI (http://tracker) >>"])), Some(Refused::Acts));
}

#[test]
fn nothing_but_going_to_a_page_is_done_at_opening() {
    for action in [
        "<< /S /Thread /F (\\\\tracker\\x.pdf) /D 0 >>",
        "<< /S /Thread /D 0 >>",
        "<< /S /Named /N /Print >>",
        "<< /S 3 0 R /D 0 >>",
        "<< /Type /Action /S /Hide /T (x) >>",
        "<< /S /GoTo /D << /S /URI >> >>",
        "<< /S /GoTo /D [2 0 R /Fit] /Next 9 0 R >>",
        "<< /S /SetOCGState /State [] >>",
    ] {
        assert_eq!(with(&format!("<< /OpenAction {action} >>")), Some(Refused::Acts), "{action}");
        let file = pdf(&[b"<< /Type /Catalog /OpenAction 3 0 R >>", PAGES, action.as_bytes(), b"<< /S /GoTo /D (a) /Type /Action >>"]);
        assert_eq!(look_pdf(&file), Some(Refused::Acts), "{action}");
    }
    for goes in
        ["<< /S /GoTo /D (chapter) >>", "<< /Type /Action /S /GoTo /D [2 0 R /Fit] /SD [2 0 R /Fit] >>", "[2 0 R /FitH 9]", "/chapter", "null"]
    {
        assert_eq!(with(&format!("<< /OpenAction {goes} >>")), None, "{goes}");
        assert_eq!(look_pdf(&pdf(&[b"<< /OpenAction 3 0 R >>", PAGES, goes.as_bytes()])), None, "{goes}");
    }
}

#[test]
fn nothing_names_a_file_or_takes_a_page_of_one() {
    for object in [
        "<< /Subtype /Form /Ref << /F (http://tracker/x.pdf) /Page 0 >> >>",
        "<< /Subtype /Form /Ref << /F 9 0 R /Page 0 >> >>",
        "<< /Subtype /Form /Ref 9 0 R >>",
        "<< /S /Thread /F (x.pdf) >>",
        "<< /A << /S /Thread /F << /FS /URL /F (http://tracker) >> >> >>",
        "<< /Type /Filespec /UF (x) >>",
        "<< /OPI << /1.3 << /F (x.tif) >> >> >>",
        "<< /S /Thread /F <41> >>",
        "<< /Resources << /XObject << /X << /Subtype /Form /Ref << /Page 0 >> >> >> >> >>",
    ] {
        assert_eq!(with(object), Some(Refused::Acts), "{object}");
    }
    assert_eq!(look_pdf(&pdf(&[b"<< >>", b"<< /S /Thread /F 3 0 R >>", b"(http://tracker)"])), Some(Refused::Acts));
    // Flags of a note, a font called F, and what a piece of text refers to.
    for object in ["<< /Subtype /Link /F 4 >>", "<< /Font << /F 2 0 R >> >>", "<< /S /Reference /Ref [2 0 R] >>"] {
        assert_eq!(with(object), None, "{object}");
    }
}

#[test]
fn to_blank_an_author_makes_no_code_of_what_was_a_text() {
    for hidden in [
        "<< /Q (<x:xmpmeta) % </x:xmpmeta>) /S /JavaScript /JS (app.alert(1))\n>>",
        "<< /Q <41/Author (> % ) > /S /JavaScript /JS (app.alert(1))\n>>",
    ] {
        let file = pdf(&[b"<< /Type /Catalog /Pages 2 0 R /OpenAction 3 0 R >>", PAGES, hidden.as_bytes()]);
        match evidence::look(file, "pdf") {
            Err(why) => assert!(matches!(why, Refused::Script | Refused::Damaged), "{hidden}: {why:?}"),
            Ok(kept) => assert_eq!(look_pdf(&kept.bytes), None, "{hidden}: what leaves is what was looked at"),
        }
    }
}

#[test]
fn comments_before_objects_cost_no_more_than_they_are_long() {
    let many = [b"<< /Length 2000000 >> stream\n".to_vec(), b"% obj ".repeat(400_000), b"\nendstream".to_vec()].concat();
    assert_eq!(look_pdf(&pdf(&[b"<< /Type /Catalog /Pages 2 0 R >>", PAGES, &many])), Some(Refused::Unpacks));
    let few = [b"<< /Length 2000000 >> stream\n".to_vec(), b"% obj ".repeat(100), b"\nendstream".to_vec()].concat();
    assert_eq!(look_pdf(&pdf(&[b"<< /Type /Catalog /Pages 2 0 R >>", PAGES, &few])), None);
}

#[test]
fn files_made_to_cost_memory_or_time_cost_neither() {
    let bomb = deflated(&vec![b' '; 40 * 1024 * 1024]);
    assert!(bomb.len() < 60_000);
    let objects = stream("/Type /ObjStm /N 1 /First 5 /Filter /FlateDecode", &bomb);
    assert_eq!(look_pdf(&pdf(&[b"<< >>", &objects])), Some(Refused::Unpacks));
    // Objects in objects in objects: each is read to the end of all.
    let nested = "1 0 obj [ ".repeat(100_000);
    assert!(look_pdf(format!("%PDF-1.4\n{nested}").as_bytes()).is_some());
    let strings = "1 0 obj ( ".repeat(100_000);
    assert_eq!(look_pdf(format!("%PDF-1.4\n{strings}").as_bytes()), Some(Refused::Unpacks));
    // Streams that end at one place, and words before them that are read without being an object.
    for each in ["1 0 obj<</N 1>>stream\nx\n", "1 0 obj null%", "1 0 obj 5 (", "trailer%", "trailer(", "1 0 obj<</N 1/Author 2 0 R>>stream\n(\n"] {
        let many = format!("%PDF-1.4\n{}endstream\nendobj\n%%EOF", each.repeat(100_000));
        assert_eq!(look_pdf(many.as_bytes()), Some(Refused::Unpacks), "{each}");
    }
    // One object, listed very often.
    let often = format!("{}<< >>", "20 0 ".repeat(2_000_000));
    let listed = stream("/Type /ObjStm /N 2000000 /First 10000000 /Filter /FlateDecode", &deflated(often.as_bytes()));
    assert_eq!(look_pdf(&pdf(&[b"<< >>", &listed])), Some(Refused::Damaged));
}

#[test]
fn whoever_wrote_a_document_or_a_note_is_in_no_pdf_that_is_open() {
    let file = pdf(&[
        b"<< /Type /Catalog /Pages 2 0 R /Metadata 5 0 R >>",
        PAGES,
        b"<< /#41uthor 4 0 R /Title (Plan) >>",
        b"(Amal)",
        &stream("/Type /Metadata /Subtype /XML", b"<y:xmpmeta><dc:creator>Amal</dc:creator></y:xmpmeta>"),
        b"<< /Type /Annot /Subtype /Text /T (Amal) /Contents (Why so few?) >>",
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (street) >>",
    ]);
    let kept = evidence::look(file.clone(), "pdf").unwrap().bytes;
    let has = |what: &[u8]| kept.windows(what.len()).any(|w| w == what);
    assert!(!has(b"Amal") && has(b"(Plan)") && has(b"(Why so few?)") && has(b"(street)") && kept.len() == file.len());
    assert_eq!(evidence::look(kept.clone(), "pdf").unwrap().bytes, kept);
}
