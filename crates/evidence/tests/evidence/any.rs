//! Whatever comes: an answer, no panic, and what is kept once is kept again without a change.

use evidence::look;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::made::{Document, deflated, link, links, objects_inside, pdf, stream};

const EXTENSIONS: [&str; 7] = ["pdf", "png", "jpg", "txt", "csv", "docx", "xlsx"];

fn seeds() -> Vec<Vec<u8>> {
    let word = Document::word("<w:ins w:author=\"A\"><w:instrText>PAGE</w:instrText></w:ins>");
    let word = word.part("word/_rels/document.xml.rels", links(&link("rId1", "hyperlink", "https://city.example", "External")));
    vec![
        word.packed(),
        Document::excel("<sheetData><row><c><f>SUM(A1)</f></c></row></sheetData>").packed(),
        pdf(&[b"<< /Type /Catalog /OpenAction [1 0 R /Fit] >>", &objects_inside(&["<< /A (b) >>", "[ 1 0 R ]"])]),
        pdf(&[&stream("/Filter /FlateDecode", &deflated(b"BT ET"))]),
        b"\xff\xd8\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xda\x00\x02ab\xff\xd9".to_vec(),
        b"\x89PNG\r\n\x1a\n\0\0\0\x01IHDRaaaaa\0\0\0\0IEND\0\0\0\0".to_vec(),
        b"a,b\n=1,2\n".to_vec(),
    ]
}

fn holds(bytes: Vec<u8>, extension: &str) -> Result<(), TestCaseError> {
    if let Ok(clean) = look(bytes, extension) {
        let again = look(clean.bytes.clone(), extension);
        let again = again.map_err(|e| TestCaseError::fail(format!("kept, and then refused: {e:?}")))?;
        prop_assert!(again.taken.is_empty(), "{:?}", again.taken);
        prop_assert_eq!(again.kind, clean.kind);
    }
    Ok(())
}

proptest! {
    #[test]
    fn files_with_some_bytes_changed(seed in 0..7_usize, changes in vec((any::<prop::sample::Index>(), any::<u8>()), 0..6), cut in any::<prop::sample::Index>(), whole in any::<bool>(), extension in 0..7_usize) {
        let mut bytes = seeds().swap_remove(seed);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if !whole {
            bytes.truncate(cut.index(bytes.len()));
        }
        holds(bytes, EXTENSIONS[extension])?;
    }

    #[test]
    fn markup_of_any_kind_inside_of_a_document(body in "(<(/)?(w:)?(instrText|t|fldChar w:fldCharType=\"(begin|separate|end)\"|ins w:author=\"[a-c]\"|OLEObject|f)(/)?>|&#6[0-9];|DDE|PAGE | ){0,12}") {
        holds(Document::word(&body).packed(), "docx")?;
        holds(Document::excel(&body).packed(), "xlsx")?;
    }

    #[test]
    fn objects_of_any_kind_inside_of_a_pdf(body in "(<<|>>|\\[|\\]|/[A-Z]{1,2}|/#4[0-9]|\\(|\\)|[0-9]{1,2}|R|obj|endobj|stream\n|endstream|trailer|%|\n| ){0,40}") {
        holds(pdf(&[b"<< /A 1 >>", body.as_bytes()]), "pdf")?;
        holds(pdf(&[b"<< /A 1 >>", &objects_inside(&[&body])]), "pdf")?;
    }

    #[test]
    fn cells_of_any_kind(text in "([=+@-]|[0-9.]|[,;\t\n\"|']|[a-c ]){0,30}") {
        holds(text.into_bytes(), "csv")?;
    }
}
