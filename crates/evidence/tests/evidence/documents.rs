//! Word and Excel: what is taken out keeps the document whole, what cannot be taken out is refused.

use std::io::Cursor;

use evidence::{Refused, Taken};
use zip::ZipArchive;

use crate::made::{Document, link, links};

const OLE: [u8; 16] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0, 0, 0, 0, 0, 0, 0];

fn plain() -> Document {
    Document::word("<w:p><w:r><w:t>the text</w:t></w:r></w:p>")
}

fn with_links(all: &str) -> Document {
    plain().part("word/_rels/document.xml.rels", links(all))
}

#[test]
fn a_plain_document_stays_as_it_is_but_for_who_wrote_it() {
    let kept = plain().part("docProps/core.xml", "<dc:creator>Amal</dc:creator>").taken().unwrap();
    assert_eq!(kept.out(), []);
    assert!(kept.part("word/document.xml").unwrap().contains("the text"));
    assert!(!kept.all().contains("Amal"));
    let again = evidence::look(kept.0.bytes.clone(), "docx").unwrap();
    assert!(again.taken.is_empty(), "what was looked at once has nothing to take out");
}

#[test]
fn links_that_lead_out_lead_nowhere_and_those_that_somebody_presses_stay() {
    let all = [
        link("rId1", "attachedTemplate", "http://tracker.example/t.dotm", "External"),
        link("rId2", "image", "https://tracker.example/p.png", "External"),
        link("rId3", "hyperlink", "https://city.example/plan", "External"),
        link("rId4", "hyperlink", "file://tracker.example/share", "External"),
        link("rId5", "subDocument", "\\\\tracker.example\\x.docx", "external"),
        link("rId6", "frame", "http://tracker.example/frame", "External"),
        link("rId7", "somethingNew", "http://tracker.example/new", "External"),
    ];
    let kept = with_links(&all.concat()).taken().unwrap();
    assert_eq!(kept.out(), [Taken::Template, Taken::Picture, Taken::Link]);
    let left = kept.part("word/_rels/document.xml.rels").unwrap();
    assert!(left.contains("https://city.example/plan") && !kept.all().contains("tracker"), "{left}");
    assert_eq!(left.matches("<Relationship ").count(), 7, "each link keeps its place");
    let again = evidence::look(kept.0.bytes.clone(), "docx").unwrap();
    assert!(again.taken.is_empty(), "{:?}", again.taken);
}

#[test]
fn templates_frames_and_documents_inside_lose_their_elements_too() {
    let settings = r#"<w:settings xmlns:w="w" xmlns:r="r"><w:zoom/><w:attachedTemplate r:id="rId1"/><w:mailMerge><w:query w:val="x"/></w:mailMerge></w:settings>"#;
    let kept = plain().part("word/settings.xml", settings).taken().unwrap();
    assert_eq!(kept.out(), [Taken::Template, Taken::Connection]);
    assert_eq!(kept.part("word/settings.xml").unwrap(), r#"<w:settings xmlns:w="w" xmlns:r="r"><w:zoom/></w:settings>"#);
    let body = r#"<w:p><w:t>a &amp; b</w:t></w:p><w:altChunk r:id="rId9"/><w:subDoc r:id="rId8"/>"#;
    let chunk = link("rId9", "aFChunk", "chunk.htm", "");
    let kept = Document::word(body)
        .part("word/_rels/document.xml.rels", links(&chunk))
        .part("word/chunk.htm", "<html><img src='http://tracker'>")
        .typed("word/chunk.htm", "text/html")
        .taken()
        .unwrap();
    assert_eq!(kept.out(), [Taken::Link, Taken::Object]);
    assert!(!kept.all().contains("tracker") && kept.part("word/document.xml").unwrap().contains("a &amp; b"));
    assert!(!kept.part("[Content_Types].xml").unwrap().contains("chunk"));
}

#[test]
fn objects_are_taken_out_under_whatever_name_and_charts_stay() {
    let object = r#"<w:object><v:shape xmlns:v="v"/><o:OLEObject xmlns:o="o" Type="Embed" r:id="rId1"/></w:object>"#;
    let kept = Document::word(object)
        .part("word/_rels/document.xml.rels", links(&link("rId1", "oleObject", "embeddings/oleObject1.bin", "")))
        .part("word/embeddings/oleObject1.bin", OLE)
        .typed("word/embeddings/oleObject1.bin", "application/vnd.openxmlformats-officedocument.oleObject")
        .taken()
        .unwrap();
    assert_eq!(kept.out(), [Taken::Object]);
    assert!(kept.part("word/embeddings/oleObject1.bin").is_none() && !kept.part("word/document.xml").unwrap().contains("OLEObject"));
    assert!(kept.part("word/document.xml").unwrap().contains("shape"), "its picture stays");
    // The same bytes as a picture.
    let disguised = with_links(&link("rId1", "image", "media/image1.png", "")).part("word/media/image1.png", OLE).taken().unwrap();
    assert_eq!(disguised.out(), [Taken::Object]);
    assert!(disguised.part("word/media/image1.png").is_none());
    // The table behind a chart.
    let chart = with_links(&link("rId1", "chart", "charts/chart1.xml", ""))
        .part("word/charts/chart1.xml", r#"<c:chartSpace xmlns:c="c" xmlns:r="r"><c:v>12</c:v><c:externalData r:id="rId1"/></c:chartSpace>"#)
        .part("word/charts/_rels/chart1.xml.rels", links(&link("rId1", "package", "../embeddings/Book1.xlsx", "")))
        .part("word/embeddings/Book1.xlsx", "PK\u{3}\u{4}anything")
        .typed("word/embeddings/Book1.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        .taken()
        .unwrap();
    assert_eq!(chart.out(), [Taken::Object]);
    let left = chart.part("word/charts/_rels/chart1.xml.rels").unwrap();
    assert!(left.contains("oleObject") && left.contains("External") && chart.part("word/charts/chart1.xml").unwrap().contains("<c:v>12"));
    assert!(chart.part("word/embeddings/Book1.xlsx").is_none());
}

#[test]
fn programs_are_refused_by_type_link_or_content() {
    let renamed = plain().part("word/notes.bin", OLE).typed("word/notes.bin", "application/vnd.ms-office.vbaProject");
    assert_eq!(renamed.taken().err(), Some(Refused::Macros));
    let by_link = with_links(&link("rId1", "vbaProject", "notes.xml", "")).part("word/notes.xml", "<a/>");
    assert_eq!(by_link.taken().err(), Some(Refused::Macros));
    assert_eq!(plain().part("word/vbaProject.bin", "x").taken().err(), Some(Refused::Macros));
    let by_content = plain().part("word/notes.xml", OLE).taken().unwrap();
    assert!(by_content.part("word/notes.xml").is_none() && by_content.out() == [Taken::Object]);
    let enabled = plain().typed("word/document.xml", "application/vnd.ms-word.document.macroEnabled.main+xml");
    assert_eq!(enabled.taken().err(), Some(Refused::Macros));
    let control = with_links(&link("rId1", "control", "activeX/activeX1.xml", "")).part("word/activeX/activeX1.xml", "<a/>");
    assert_eq!(control.taken().err(), Some(Refused::Controls));
    let ribbon =
        r#"<Relationship Id="rId9" Type="http://schemas.microsoft.com/office/2006/relationships/ui/extensibility" Target="customUI/customUI.xml"/>"#;
    let mut ui = plain().part("customUI/customUI.xml", "<customUI onLoad='x'/>");
    ui.parts[1].1 = links(&(link("rId1", "officeDocument", "word/document.xml", "") + ribbon)).into_bytes();
    let ui = ui.taken().unwrap();
    assert_eq!(ui.out(), [Taken::Extension]);
    assert!(!ui.all().contains("customUI"));
}

fn field(pieces: &[&str]) -> String {
    let codes: String = pieces.iter().map(|piece| format!("<w:r><w:instrText>{piece}</w:instrText></w:r>")).collect();
    format!(
        r#"<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{codes}<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>shown</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>"#
    )
}

#[test]
fn fields_that_read_from_elsewhere_lose_their_code_and_keep_their_result() {
    for code in [
        &["DDEAUTO c:\\\\windows\\\\x.exe"][..],
        &["INCLUDE", "PICTURE \"http://tracker/x.png\" \\d"],
        &["&#68;DE", " excel a b"],
        &["  includetext tracker"],
        &["LINK Excel.Sheet.8 tracker"],
        &["DATABASE \\d tracker"],
    ] {
        let kept = Document::word(&field(code)).taken().unwrap();
        assert_eq!(kept.out(), [Taken::Field], "{code:?}");
        let left = kept.part("word/document.xml").unwrap();
        assert!(left.contains("shown") && left.contains("<w:instrText></w:instrText>"), "{left}");
        assert!(!left.to_uppercase().contains("DDE") && !left.contains("tracker"), "{left}");
    }
    for code in [&["PAGE"][..], &["TOC \\o \"1-3\""], &["HYPERLINK \"https://city.example\""], &[" = 1 + 2"], &["REF", " _Ref1 \\h"]] {
        assert_eq!(Document::word(&field(code)).taken().unwrap().out(), [], "{code:?}");
    }
    let simple = r#"<w:fldSimple w:instr=" INCLUDEPICTURE &quot;http://tracker&quot; "><w:r><w:t>shown</w:t></w:r></w:fldSimple>"#;
    let kept = Document::word(simple).taken().unwrap();
    assert!(kept.out() == [Taken::Field] && !kept.all().contains("tracker") && kept.all().contains("shown"));
    // The first word made by another field can be any.
    let nested = r#"<w:fldChar w:fldCharType="begin"/><w:fldChar w:fldCharType="begin"/><w:instrText>QUOTE 68 68 69</w:instrText>"#;
    assert_eq!(Document::word(nested).taken().err(), Some(Refused::LiveData));
    // Found by fuzzing: taken out, the outer one would leave its code to the inner one.
    let around = r#"<w:fldChar w:fldCharType="begin"/><w:instrText>LINK x </w:instrText><w:fldChar w:fldCharType="begin"/><w:instrText>QUOTE DDE</w:instrText>"#;
    assert_eq!(Document::word(around).taken().err(), Some(Refused::LiveData));
}

#[test]
fn a_field_that_hides_behind_what_readers_skip_is_refused_or_loses_its_code() {
    let begin = r#"<w:fldChar w:fldCharType="begin"/>"#;
    // Blanks in front of the first word.
    let blanks = format!("{}DDEAUTO x", " ".repeat(300));
    let kept = Document::word(&field(&[blanks.as_str()])).taken().unwrap();
    assert!(kept.out() == [Taken::Field] && !kept.all().contains("DDEAUTO"));
    for hidden in [
        // What a newer program would see, or none.
        r#"<mc:AlternateContent><mc:Choice Requires="z"><w:instrText>PAGE </w:instrText></mc:Choice></mc:AlternateContent><w:instrText>DDEAUTO x</w:instrText>"#,
        "<z:skip><w:r><w:instrText>PAGE </w:instrText></w:r></z:skip><w:instrText>DDEAUTO x</w:instrText>",
        "<z:instrText>PAGE </z:instrText><w:instrText>DDEAUTO x</w:instrText>",
        "<a:t>PAGE </a:t><w:instrText>DDEAUTO x</w:instrText>",
        r#"<z:fldChar z:fldCharType="separate"/><w:instrText>DDEAUTO x</w:instrText>"#,
    ] {
        assert_eq!(Document::word(&format!("{begin}{hidden}")).taken().err(), Some(Refused::LiveData), "{hidden}");
    }
    // Two attributes of one name, and a prefix that is another one for a while.
    let two = r#"<w:fldChar z:fldCharType="separate" w:fldCharType="begin"/><w:instrText>DDEAUTO x</w:instrText>"#;
    assert_eq!(Document::word(two).taken().err(), Some(Refused::Damaged));
    let named = r#"<w:fldChar xmlns:fldCharType="x" w:fldCharType="begin"/><w:instrText>DDEAUTO x</w:instrText>"#;
    assert_eq!(Document::word(named).taken().unwrap().out(), [Taken::Field]);
    let other = format!(r#"{begin}<w:skip xmlns:w="urn:z"><w:instrText>PAGE </w:instrText></w:skip>"#);
    assert_eq!(Document::word(&other).taken().err(), Some(Refused::Damaged));
    // A field in a text box that a newer program draws is a field.
    let inside = format!("<mc:AlternateContent><mc:Choice>{}</mc:Choice></mc:AlternateContent>", field(&["PAGE"]));
    assert_eq!(Document::word(&inside).taken().unwrap().out(), []);
}

#[test]
fn a_field_that_begins_in_the_middle_of_a_text_is_refused() {
    let begin = r#"<w:fldChar w:fldCharType="begin"/>"#;
    // What came before it in the same piece was no code yet, what comes after is: by fuzzing.
    for hidden in [
        format!("<w:t>said {begin}DDEAUTO x</w:t>"),
        format!("<w:instrText>PAGE {begin}DDEAUTO x</w:instrText>"),
        format!("<w:t><w:r>{begin}</w:r>DDEAUTO x"),
        format!("{begin}<w:instrText>PAGE <w:instrText>x</w:instrText></w:instrText>"),
        r#"<w:t><w:fldSimple w:instr="DDEAUTO x"/></w:t>"#.to_owned(),
    ] {
        assert_eq!(Document::word(&hidden).taken().err(), Some(Refused::Damaged), "{hidden}");
    }
}

#[test]
fn names_of_namespaces_are_no_attributes() {
    let hidden = r#"<Relationship xmlns:TargetMode="Internal" xmlns:Target="styles.xml" Id="rId7" Type="http://x/attachedTemplate" Target="http://evil/t.dotm" TargetMode="External"/>"#;
    let kept = with_links(hidden).taken().unwrap();
    assert!(kept.out() == [Taken::Template] && !kept.all().contains("evil"), "{}", kept.all());
    let other = r#"<Relationship z:TargetMode="Internal" Id="rId7" Type="http://x/image" Target="http://evil/t.png" TargetMode="External"/>"#;
    assert!(!with_links(other).taken().unwrap().all().contains("evil"));
}

#[test]
fn names_in_comments_and_changes_become_numbers() {
    let body = r#"<w:ins w:id="1" w:author="Amal Haddad"><w:r><w:t>new</w:t></w:r></w:ins><w:del w:author="Bilal"/><w:ins w:author="Amal Haddad"/>"#;
    let people = r#"<w15:people xmlns:w15="p"><w15:person w15:author="Amal Haddad"><w15:presenceInfo w15:userId="amal@city.example"/></w15:person></w15:people>"#;
    let kept = Document::word(body).part("word/people.xml", people).taken().unwrap();
    assert!(!kept.all().contains("Amal") && !kept.all().contains("amal") && !kept.all().contains("Bilal"));
    let left = kept.part("word/document.xml").unwrap();
    let numbers = |n: &str| left.matches(n).count();
    assert_eq!((numbers("\"Author 1\""), numbers("\"Author 2\"")), (2, 1), "{left}");
    assert_eq!(kept.out(), []);
    let notes = r#"<comments xmlns="s"><authors><author>Amal &amp; Bilal</author></authors><commentList/></comments>"#;
    let kept = Document::excel("<sheetData/>").part("xl/comments1.xml", notes).taken().unwrap();
    assert!(kept.part("xl/comments1.xml").unwrap().contains("<author>Author 1</author>") && !kept.all().contains("Bilal"));
}

#[test]
fn a_workbook_neither_fetches_nor_asks_another_program() {
    let cell = |formula: &str| Document::excel(&format!(r#"<sheetData><row><c r="A1"><f>{formula}</f><v>1</v></c></row></sheetData>"#));
    assert_eq!(cell("SUM(B1:B3)&amp;\"x\"").taken().unwrap().out(), []);
    assert_eq!(cell("_xlfn.WEBSERVICE(\"http://tracker\")").taken().err(), Some(Refused::Fetches));
    assert_eq!(cell("_xlfn.&#73;MAGE(A1)").taken().err(), Some(Refused::Fetches));
    assert_eq!(cell("<![CDATA[WEBSERVICE(A1)]]>").taken().err(), Some(Refused::Fetches));
    assert_eq!(cell("cmd|'/C calc'!A0").taken().err(), Some(Refused::LiveData));
    let dde = cell("1").part("xl/externalLinks/externalLink1.xml", r#"<externalLink><ddeLink ddeService="cmd" ddeTopic="/C calc"/></externalLink>"#);
    assert_eq!(dde.taken().err(), Some(Refused::LiveData));
    let linked = cell("[1]S!A1")
        .part("xl/externalLinks/externalLink1.xml", r#"<externalLink xmlns:r="r"><externalBook r:id="rId1"/></externalLink>"#)
        .part("xl/externalLinks/_rels/externalLink1.xml.rels", links(&link("rId1", "externalLinkPath", "https://tracker/b.xlsx", "External")))
        .taken()
        .unwrap();
    assert!(linked.out() == [Taken::Link] && !linked.all().contains("tracker"));
    let connections = r#"<connections xmlns="s"><connection id="1" name="n" refreshOnLoad="1" interval="5"><dbPr connection="Provider=x;Data Source=tracker" command="SELECT"/><webPr url="http://tracker"/></connection></connections>"#;
    let kept = cell("1").part("xl/connections.xml", connections).taken().unwrap();
    assert!(kept.out() == [Taken::Connection] && !kept.all().contains("tracker"));
    assert!(kept.part("xl/connections.xml").unwrap().contains(r#"refreshOnLoad="0" interval="0""#));
    let objects = Document::excel(r#"<sheetData/><oleObjects><oleObject progId="Package" r:id="rId1"/></oleObjects>"#).taken().unwrap();
    assert!(objects.out() == [Taken::Object] && !objects.all().contains("oleObject"));
}

#[test]
fn pictures_that_name_an_address_themselves_name_none() {
    let body = r#"<v:shape xmlns:v="v" xmlns:o="o" href="https://city.example/pressed"><v:imagedata src="http://tracker/x.png" o:href="\\tracker\y" r:id="rId1"/></v:shape>"#;
    let kept = Document::word(body).taken().unwrap();
    assert!(kept.out() == [Taken::Picture] && !kept.all().contains("tracker") && kept.all().contains("city.example/pressed"));
    assert!(kept.part("word/document.xml").unwrap().contains(r#"r:id="rId1""#));
    let svg = r#"<svg xmlns="s" xmlns:x="x"><script>fetch()</script><image x:href="http://tracker/x.png"/><image x:href="data:image/png;base64,AA"/></svg>"#;
    let kept = plain().part("word/media/image1.svg", svg).typed("word/media/image1.svg", "image/svg+xml").taken().unwrap();
    assert!(!kept.all().contains("tracker") && !kept.all().contains("fetch") && kept.all().contains("data:image"));
}

#[test]
fn links_to_press_lead_nowhere_as_soon_as_something_else_follows_them() {
    let pressed = link("rId9", "hyperlink", "http://tracker.example/x.png", "External");
    let word = |body: &str| Document::word(body).part("word/_rels/document.xml.rels", links(&pressed)).taken().unwrap();
    for (body, out) in [
        (r#"<a:blip xmlns:a="a" r:link="rId9"/>"#, Taken::Picture),
        (r#"<a:blip xmlns:a="a" r:embed=" rId9 "/><w:hyperlink r:id="rId9"/>"#, Taken::Picture),
        (r#"<v:shape xmlns:v="v"><v:imagedata r:id="rId9" r:href="rId9"/></v:shape>"#, Taken::Picture),
        (r#"<v:fill xmlns:v="v" r:id="RID9"/>"#, Taken::Picture),
        (r#"<w:saveThroughXslt r:id="rId9"/>"#, Taken::Link),
        (r#"<a:hlinkClick xmlns:a="a" r:id="rId9"><a:snd r:embed="rId9"/></a:hlinkClick>"#, Taken::Link),
        (r#"<z:somethingNew xmlns:z="z" z:other="rId9"/>"#, Taken::Link),
    ] {
        let kept = word(body);
        assert_eq!(kept.out(), [out], "{body}");
        assert!(!kept.all().contains("tracker"), "{body}");
        let again = evidence::look(kept.0.bytes.clone(), "docx").unwrap();
        assert!(again.taken.is_empty(), "{:?}", again.taken);
    }
    for body in [
        r#"<w:hyperlink r:id="rId9"/>"#,
        r#"<wp:docPr xmlns:wp="wp" xmlns:a="a"><a:hlinkClick r:id="rId9"/><a:hlinkHover r:id="rId9"/></wp:docPr>"#,
        "<w:p/>",
    ] {
        let kept = word(body);
        assert!(kept.out().is_empty() && kept.all().contains("tracker.example"), "{body}");
    }
    let excel = |sheet: &str| Document::excel(sheet).part("xl/worksheets/_rels/sheet1.xml.rels", links(&pressed)).taken().unwrap();
    assert_eq!(excel(r#"<picture r:id="rId9"/>"#).out(), [Taken::Picture]);
    assert!(excel(r#"<hyperlinks><hyperlink ref="A1" r:id="rId9"/></hyperlinks>"#).all().contains("tracker.example"));
    let book = Document::excel("")
        .part("xl/externalLinks/externalLink1.xml", r#"<externalLink xmlns="x" xmlns:r="r"><externalBook r:id="rId9"/></externalLink>"#)
        .part("xl/externalLinks/_rels/externalLink1.xml.rels", links(&pressed));
    let kept = book.taken().unwrap();
    assert!(kept.out() == [Taken::Link] && !kept.all().contains("tracker"));
}

#[test]
fn pictures_of_markup_fetch_nothing_or_go() {
    let with = |inside: &str| {
        let svg = format!(r#"<svg xmlns="s" xmlns:x="x">{inside}</svg>"#);
        let all = with_links(&link("rId1", "image", "media/image1.svg", "")).part("word/media/image1.svg", svg);
        all.typed("word/media/image1.svg", "image/svg+xml").taken().unwrap()
    };
    for fetches in [
        "<style>@import url(http://tracker/a.css);</style>",
        "<style>.a{} <![CDATA[@imp]]>ort 'http://tracker'</style>",
        "<style><b/>.a{fill:url(http://tracker)}</style>",
        "<defs><style>.a{fill:u\\72l(http://tracker)}</style></defs>",
        r#"<rect fill="url(http://tracker/b)"/>"#,
        r#"<rect style="fill:URL( 'http://tracker/c' )"/>"#,
        r#"<image><set attributeName="href" to="http://tracker/d"/></image>"#,
        r#"<rect onload="fetch('http://tracker')"/>"#,
    ] {
        let kept = with(fetches);
        assert_eq!(kept.out(), [Taken::Picture], "{fetches}");
        assert!(!kept.all().contains("tracker") && kept.part("word/media/image1.svg").is_none(), "{fetches}");
        let left = kept.part("word/_rels/document.xml.rels").unwrap();
        assert!(left.contains("taken-out"), "{left}");
    }
    let linked = with(r#"<linearGradient x:href="http://tracker/g"/><a x:href="https://city.example"><rect fill="url(#a)"/></a>"#);
    assert!(!linked.all().contains("tracker") && linked.all().contains("city.example") && linked.part("word/media/image1.svg").is_some());
    assert_eq!(with(r##"<style>.a{fill:url(#b)}</style><rect class="a" mask="url('#c')" transform="scale(2)"/>"##).out(), []);
    // Under the name of another kind of picture, open or packed.
    for hidden in
        [&b"<svg><style>@import url(http://tracker)</style></svg>"[..], b"\xef\xbb\xbf \n<svg/>", b"\x1f\x8b\x08", b"\xff\xfe<\0", b"%!PS-Adobe"]
    {
        let kept = with_links(&link("rId1", "image", "media/image1.png", "")).part("word/media/image1.png", hidden).taken().unwrap();
        assert!(kept.out() == [Taken::Object] && kept.part("word/media/image1.png").is_none());
    }
}

#[test]
fn formulas_that_fetch_are_refused_wherever_they_stand() {
    for sheet in [
        r#"<c><f>IMPORTDATA("http://tracker")</f></c>"#,
        r#"<c><f>SUM(T['#x])+WEBSERVICE("http://tracker")</f></c>"#,
        r#"<dataValidation><formula1>INDIRECT("'http://tracker'#$S.A1")</formula1></dataValidation>"#,
        r#"<x:formula1 xmlns:x="x"><xm:f xmlns:xm="m">WEBSERVICE("http://tracker")</xm:f></x:formula1>"#,
        r#"<calculatedItem formula="WEBSERVICE(1)"/>"#,
    ] {
        assert_eq!(Document::excel(sheet).taken().err(), Some(Refused::Fetches), "{sheet}");
    }
    // Another element in the middle, by which it would be two.
    for sheet in [r#"<f>WEBSERVICE("http://tracker")<f></f></f>"#, "<f>WEB<f/>SERVICE(1)</f>", "<f>WEB<b>x</b>SERVICE(1)</f>"] {
        assert_eq!(Document::excel(sheet).taken().err(), Some(Refused::Damaged), "{sheet}");
    }
}

#[test]
fn parts_with_odd_or_doubled_names_are_refused() {
    for name in ["../../../../tmp/evil", "/etc/passwd", "word/../../x.xml", "word\\x.xml", "C:/x.xml", "word/%2e%2e/x.xml", "word//x.xml", "word/x."]
    {
        assert_eq!(plain().part(name, "<a/>").taken().err(), Some(Refused::Damaged), "{name}");
    }
    assert_eq!(plain().part("WORD/Document.xml", "<a/>").taken().err(), Some(Refused::Damaged), "doubled but for its letters");
    // The very same name, which no writer writes: another name of the same length, changed afterwards.
    let mut doubled = plain().part("word/documenx.xml", "<a/>").packed();
    let at: Vec<usize> = doubled.windows(17).enumerate().filter(|(_, w)| *w == b"word/documenx.xml").map(|(at, _)| at).collect();
    for at in at {
        doubled[at + 12] = b't';
    }
    assert!(ZipArchive::new(Cursor::new(&doubled)).is_ok());
    assert_eq!(evidence::look(doubled, "docx").err(), Some(Refused::Damaged));
}

#[test]
fn what_two_readers_would_read_in_two_ways_is_refused() {
    for body in [
        "<!DOCTYPE a [<!ENTITY e 'DDE'>]><a/>",
        "<?xml version='1.0' encoding='utf-7'?><a/>",
        "<a>&other;</a>",
        "<a b='1' b='2'/>",
        "<a><b></a>",
        "\u{feff}<a>\u{0}",
    ] {
        let kept = plain().part("word/notes.xml", body).taken();
        assert!(matches!(kept.as_ref().err(), Some(Refused::Damaged)) || body.contains('\0'), "{body}: {:?}", kept.err());
    }
    let letters: Vec<u8> = "<a>DDE</a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let wide = [b"\xff\xfe".to_vec(), letters].concat();
    assert!(plain().part("word/notes.xml", &wide).taken().is_err());
    // What other programs keep for themselves (reports of sales, queries) is often of that kind.
    let kept = plain().part("customXml/item1.xml", &wide).taken().unwrap();
    assert_eq!(kept.part("customXml/item1.xml").unwrap(), "<none/>");
}

#[test]
fn what_unpacks_to_too_much_is_refused_in_little_memory() {
    let picture = with_links(&link("rId1", "image", "media/image1.png", "")).part("word/media/image1.png", vec![0_u8; 100_000]).packed();
    // What it says to unpack to stands in its directory.
    let saying = |size: u32| {
        let mut bytes = picture.clone();
        let at = bytes.windows(4).rposition(|w| w == 100_000_u32.to_le_bytes()).unwrap();
        bytes[at..at + 4].copy_from_slice(&size.to_le_bytes());
        evidence::look(bytes, "docx").err()
    };
    assert_eq!(saying(100_000), None);
    assert_eq!(saying(300 * 1024 * 1024), Some(Refused::Unpacks));
    assert_eq!(saying(10_000), Some(Refused::Damaged), "it holds more than it says");
    let long = format!("<a>{}</a>", " ".repeat(40 * 1024 * 1024));
    assert_eq!(plain().part("word/notes.xml", long).taken().err(), Some(Refused::Unpacks));
    // Attributes are compared with each other.
    let many: String = (0..300).map(|n| format!(" a{n}=''")).collect();
    assert_eq!(plain().part("word/notes.xml", format!("<a{many}/>")).taken().err(), Some(Refused::Damaged));
    let large = vec![0_u8; 35 * 1024 * 1024];
    let two = plain().part("word/media/a.png", &large).part("word/media/b.png", &large).packed();
    assert!(two.len() < 100_000);
    assert_eq!(evidence::look(two, "docx").err(), Some(Refused::Unpacks));
    let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    assert_eq!(plain().part("word/notes.xml", deep).taken().err(), Some(Refused::Damaged));
}

#[test]
fn parts_that_share_their_bytes_are_refused() {
    // 1,000 names for the same bytes.
    let plain = Document::word(&"x".repeat(40_000)).packed();
    let place = |what: &[u8]| plain.windows(4).rposition(|w| w == what).unwrap();
    let first = plain.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    let (directory, end) = (first, place(b"PK\x05\x06"));
    let mut shared = plain[..end].to_vec();
    let entry = &plain[directory..directory + 46 + 19];
    for number in 0..1000 {
        let mut entry = entry.to_vec();
        entry[46..49].copy_from_slice(format!("{number:03}").as_bytes());
        shared.extend(entry);
    }
    let (count, size) = (1003_u16, u32::try_from(shared.len() - directory).unwrap());
    shared.extend(&plain[end..end + 8]);
    shared.extend(count.to_le_bytes());
    shared.extend(count.to_le_bytes());
    shared.extend(size.to_le_bytes());
    shared.extend(&plain[end + 16..]);
    assert_eq!(ZipArchive::new(Cursor::new(&shared)).map(|a| a.len()).ok(), Some(1003));
    assert_eq!(evidence::look(shared, "docx").err(), Some(Refused::Damaged));
}
