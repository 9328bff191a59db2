//! Answers as files, read back: the workbook by calamine, the CSV by the csv crate, the system file of SPSS by a small
//! reader that knows no more of the format than its documentation. Other people's readers: `script/read-exports`.

use std::collections::{BTreeMap, HashSet};
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use forms::answers::Answers;
use forms::codebook::{self, About};
use forms::export::{Delimited, Layout, Made, Sav, Shapes, Workbook};
use forms::questionnaire::Compiled;
use proptest::prelude::*;
use serde_json::json;

use crate::{answered, everything, form, today, without_files};

fn words() -> Made {
    let text = |text: &str| text.to_owned();
    Made {
        day: today(),
        second: 3_661,
        title: text("A title"),
        not_asked: text("Not asked"),
        not_answered: text("Not answered"),
        chosen: text("Chosen"),
        not_chosen: text("Not chosen"),
    }
}

fn csv_of(compiled: &Compiled, responses: &[Answers], own_words: bool) -> Vec<Vec<String>> {
    let layout = Layout::new(compiled, "en", own_words);
    let mut file = Delimited::begin(Vec::new(), &layout).unwrap();
    for answers in responses {
        let mut row = Vec::new();
        layout.cells(answers, today(), &mut row);
        file.row(&layout, &row).unwrap();
    }
    let bytes = file.end().unwrap();
    let text = std::str::from_utf8(&bytes).unwrap().strip_prefix('\u{feff}').expect("the mark for Excel");
    let rows = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes()).into_records();
    rows.map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn sav_of(compiled: &Compiled, responses: &[Answers]) -> Vec<u8> {
    let layout = Layout::new(compiled, "en", true);
    let mut shapes = Shapes::new(&layout);
    let rows: Vec<Vec<_>> = responses
        .iter()
        .map(|answers| {
            let mut row = Vec::new();
            layout.cells(answers, today(), &mut row);
            shapes.look(&row);
            row
        })
        .collect();
    let mut file = Sav::begin(Vec::new(), &layout, &shapes, rows.len() as u64, &words()).unwrap();
    rows.iter().for_each(|row| file.row(&layout, row).unwrap());
    file.end().unwrap()
}

/// A value of a system file.
#[derive(Debug, Clone, PartialEq)]
enum Value {
    Number(f64),
    Text(String),
}

/// What a small reader finds: names in order, labels of values, rows.
struct Read {
    names: Vec<String>,
    labels: BTreeMap<String, Vec<(f64, String)>>,
    rows: Vec<Vec<Value>>,
}

struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(count);
        self.0 = rest;
        taken
    }

    fn whole(&mut self) -> i32 {
        i32::from_le_bytes(self.take(4).try_into().unwrap())
    }

    fn number(&mut self) -> f64 {
        f64::from_le_bytes(self.take(8).try_into().unwrap())
    }

    fn text(&mut self, count: usize) -> String {
        std::str::from_utf8(self.take(count)).unwrap().trim_end_matches(' ').to_owned()
    }
}

fn read(file: &[u8]) -> Read {
    let mut bytes = Bytes(file);
    assert_eq!((bytes.text(4), bytes.text(60)), ("$FL2".into(), "@(#) SPSS DATA FILE Stoa".into()));
    let head: Vec<i32> = (0..5).map(|_| bytes.whole()).collect();
    assert_eq!((head[0], head[2], head[3], bytes.number()), (2, 1, 0, 100.0), "layout, packed, without weights, bias");
    assert_eq!((bytes.text(9), bytes.text(8), bytes.text(64)), ("14 Mar 26".into(), "01:01:01".into(), "A title".into()));
    bytes.take(3);
    // Short names with their widths; the empty records behind a text count as places.
    let (mut records, mut places, mut labels, mut pending) = (Vec::new(), Vec::new(), BTreeMap::new(), Vec::new());
    let (mut long, mut wide) = (BTreeMap::new(), BTreeMap::new());
    loop {
        match bytes.whole() {
            2 => {
                let (width, label, missing) = (bytes.whole(), bytes.whole(), bytes.whole());
                bytes.take(8);
                let name = bytes.text(8);
                if label == 1 {
                    let length = usize::try_from(bytes.whole()).unwrap();
                    bytes.take(length.next_multiple_of(4));
                }
                bytes.take(8 * usize::try_from(missing).unwrap());
                places.push(name.clone());
                if width >= 0 {
                    records.push((name, usize::try_from(width).unwrap()));
                }
            }
            3 => {
                for _ in 0..bytes.whole() {
                    let (value, length) = (bytes.number(), usize::from(bytes.take(1)[0]));
                    let label = bytes.text((length + 1).next_multiple_of(8) - 1);
                    assert_eq!(label.len(), length);
                    pending.push((value, label));
                }
            }
            4 => {
                assert_eq!(bytes.whole(), 1);
                let at = usize::try_from(bytes.whole()).unwrap();
                labels.insert(places[at - 1].clone(), std::mem::take(&mut pending));
            }
            7 => {
                let (kind, size, count) = (bytes.whole(), bytes.whole(), bytes.whole());
                let part = bytes.take(usize::try_from(size * count).unwrap());
                let text = || std::str::from_utf8(part).unwrap();
                match kind {
                    13 => long.extend(text().split('\t').map(|pair| pair.split_once('=').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap())),
                    14 => wide.extend(text().split_terminator("\0\t").map(|pair| {
                        let (name, width) = pair.split_once('=').unwrap();
                        (name.to_owned(), width.parse::<usize>().unwrap())
                    })),
                    20 => assert_eq!(text(), "UTF-8"),
                    _ => {}
                }
            }
            999 => break,
            other => panic!("a record of kind {other}"),
        }
    }
    bytes.take(4);
    assert_eq!(usize::try_from(head[1]).unwrap(), places.len());
    assert_eq!(records.iter().map(|(name, _)| name).collect::<HashSet<_>>().len(), records.len(), "short names are there once");
    let mut eights = Vec::new();
    while !bytes.0.is_empty() {
        for code in bytes.take(8) {
            match code {
                0 => {}
                253 => eights.push(<[u8; 8]>::try_from(bytes.take(8)).unwrap()),
                254 => eights.push(*b"        "),
                code => eights.push((f64::from(*code) - 100.0).to_le_bytes()),
            }
        }
    }
    assert_eq!(eights.len(), places.len() * usize::try_from(head[4]).unwrap(), "as many rows as the head says");
    let rows = eights.chunks(places.len()).map(|row| {
        let (mut row, mut records, mut values) = (row.iter(), records.iter(), Vec::new());
        while let Some((name, width)) = records.next() {
            if *width == 0 {
                values.push(Value::Number(f64::from_le_bytes(*row.next().unwrap())));
                continue;
            }
            let pieces = wide.get(name).map_or(1, |width| width.div_ceil(252));
            let mut text = Vec::new();
            for piece in 0..pieces {
                let width = if piece == 0 { *width } else { records.next().unwrap().1 };
                let bytes: Vec<u8> = row.by_ref().take(width.div_ceil(8)).flatten().copied().collect();
                text.extend_from_slice(&bytes[..width]);
            }
            values.push(Value::Text(String::from_utf8(text).unwrap().trim_end_matches(' ').to_owned()));
        }
        values
    });
    let rows = rows.collect();
    let first: Vec<&String> = places.iter().filter(|name| long.contains_key(*name)).collect();
    let labels = labels.into_iter().map(|(short, labels)| (long[&short].clone(), labels)).collect();
    Read { names: first.into_iter().map(|short| long[short].clone()).collect(), labels, rows }
}

const CHOICES: &str = "list_name,name,label\nyn,yes,Yes\nyn,no,No\nplace,a,At home\nplace,b,\"=At work\"\n";

/// Excel keeps a time as a part of a day; SPSS as seconds, from 1582 on where there is a day.
#[test]
fn times_are_times_in_every_file() {
    let survey = "type,name,label,appearance\ntime,t,T,\ndateTime,m,M,\ndate,o,O,month-year\n";
    let compiled = form(survey, "list_name,name,label\n");
    let responses = [
        answered(json!({"t": "14:30", "m": "2026-12-31T14:30", "o": "2026-12-01"})),
        answered(json!({})),
        answered(json!({"m": "1899-01-01T06:00"})),
    ];
    let table = csv_of(&compiled, &responses, false);
    assert_eq!(table, [["t", "m", "o"], ["14:30", "2026-12-31T14:30", "2026-12-01"], ["", "", ""], ["", "1899-01-01T06:00", ""]]);
    let sav = read(&sav_of(&compiled, &responses));
    let of_day = |days: f64| (days + 141_428.0) * 86_400.0;
    let number = Value::Number;
    assert_eq!(sav.rows[0], [number(52_200.0), number(of_day(20_818.0) + 52_200.0), number(of_day(20_788.0))]);
    assert_eq!(sav.rows[1], [number(-99.0), number(-99.0), number(-99.0)]);
    let layout = Layout::new(&compiled, "en", false);
    let mut book = Workbook::begin(&layout, &std::env::temp_dir(), &words()).unwrap();
    for answers in &responses {
        let mut row = Vec::new();
        layout.cells(answers, today(), &mut row);
        book.row(&layout, &row).unwrap();
    }
    let mut file = Cursor::new(Vec::new());
    book.end(&[], &mut file).unwrap();
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(file).unwrap();
    let rows = book.worksheet_range("responses").unwrap();
    let cell = |row: u32, column: u32| rows.get_value((row, column)).cloned().unwrap_or(Data::Empty);
    let numbers = [0, 1, 2].map(|column| if let Data::DateTime(at) = cell(1, column) { at.as_f64() } else { panic!("{:?}", cell(1, column)) });
    assert!((numbers[0] - 14.5 / 24.0).abs() < 1e-9 && (numbers[1] - 46_387.0 - 14.5 / 24.0).abs() < 1e-9, "{numbers:?}");
    assert_eq!(cell(3, 1), Data::String("1899-01-01T06:00".to_owned()), "workbooks know no such day");
    let held: Vec<String> = codebook::rows(&layout, &words()).iter().map(|row| row[3].clone()).collect();
    assert!(held.contains(&"time".to_owned()) && held.contains(&"day_and_time".to_owned()), "{held:?}");
}

#[test]
fn what_was_not_asked_is_apart_from_what_was_not_answered_and_each_choice_has_its_column() {
    let survey = "type,name,label,relevant,calculation\n\
                  integer,age,Age,,\nselect_one yn,works,Work,${age} < 70,\nselect_multiple place,where,Where,${works} = 'yes',\n\
                  rank place,best,Best,${works} = 'yes',\ncalculate,twice,,,${age} * 2\ntext,_why,Why?,,\ntext,with,With,${works} = 'yes',\n\
                  calculate,said,,,\"if(${_why} = '', 'no', ${_why})\"\n";
    let compiled = form(survey, CHOICES);
    let responses: Vec<Answers> = [
        json!({"age": 30, "works": "yes", "where": ["b"], "best": ["b", "a"], "twice": 60, "_why": "=1+1", "said": "=1+1"}),
        json!({"age": 80, "twice": 160}),
        json!({"age": 20, "works": "yes"}),
    ]
    .into_iter()
    .map(answered)
    .collect();
    let rows = csv_of(&compiled, &responses, true);
    assert_eq!(rows[0], ["age", "works", "where", "where_a", "where_b", "best_a", "best_b", "twice", "why", "with_v", "said"]);
    assert_eq!(rows[1], ["30", "yes", "b", "0", "1", "2", "1", "60", "'=1+1", "", "'=1+1"]);
    assert_eq!(rows[2], ["80", "NA", "NA", "NA", "NA", "NA", "NA", "160", "", "NA", ""]);
    assert_eq!(rows[3], ["20", "yes", "", "", "", "", "", "", "", "", ""]);
    let without = csv_of(&compiled, &responses, false);
    assert_eq!(without[1], rows[1][..8], "what people wrote, and what quotes it, is left out; names stay");

    let sav = read(&sav_of(&compiled, &responses));
    assert_eq!(sav.names, rows[0]);
    let number = |row: usize, name: &str| match &sav.rows[row][sav.names.iter().position(|one| one == name).unwrap()] {
        Value::Number(number) => *number,
        Value::Text(text) => panic!("{text}"),
    };
    assert_eq!((number(0, "works"), number(1, "works"), number(2, "where_a")), (1.0, -98.0, -99.0));
    assert_eq!(sav.rows[0][8], Value::Text("=1+1".to_owned()), "a system file runs nothing");
    let labels = |name: &str| sav.labels[name].iter().map(|(value, label)| (*value, label.as_str())).collect::<Vec<_>>();
    assert_eq!(labels("works"), [(1.0, "Yes"), (2.0, "No"), (-98.0, "Not asked"), (-99.0, "Not answered")]);

    let layout = Layout::new(&compiled, "en", true);
    let folder = std::env::temp_dir();
    let mut book = Workbook::begin(&layout, &folder, &words()).unwrap();
    for answers in &responses {
        let mut row = Vec::new();
        layout.cells(answers, today(), &mut row);
        book.row(&layout, &row).unwrap();
    }
    let mut file = Cursor::new(Vec::new());
    book.end(&codebook::rows(&layout, &words()), &mut file).unwrap();
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(file).unwrap();
    assert!(book.worksheet_formula("responses").unwrap().is_empty(), "nothing runs");
    let sheet = book.worksheet_range("responses").unwrap();
    let shown =
        |at: usize| -> Vec<String> { (0..rows[0].len()).map(|column| sheet.get((at, column)).map_or(String::new(), Data::to_string)).collect() };
    assert_eq!([0, 1, 2, 3].map(shown), [0, 1, 2, 3].map(|at| rows[at].clone()), "the same as in the CSV");
    let said: Vec<String> = book.worksheet_range("codebook").unwrap().rows().map(|row| row[9].to_string()).collect();
    assert!(said.contains(&"'=At work".to_owned()) || said.contains(&"Not asked".to_owned()));
}

#[test]
fn a_codebook_explains_the_columns_and_is_well_formed() {
    let compiled = everything();
    let csv = codebook::csv(&compiled, "en", &words());
    let about = About { title: "A & B <test>", identifier: "x", version: "1", language: "en", words: &words() };
    let ddi = codebook::ddi(&compiled, &about);
    let layout = Layout::new(&compiled, "en", true);
    for variable in &layout.variables {
        assert!(csv.contains(&format!("\n{},", variable.name)), "{}", variable.name);
        assert!(ddi.contains(&format!(" name=\"{}\" ", variable.name)), "{}", variable.name);
    }
    assert!(ddi.contains("<titl>A &amp; B &lt;test&gt;</titl>") && ddi.contains("xmlns=\"ddi:codebook:2_5\""));
    // Every element that opens closes, in order.
    let mut open: Vec<String> = Vec::new();
    for tag in ddi.split('<').skip(1).map(|rest| rest.split('>').next().unwrap()).filter(|tag| !tag.starts_with('?') && !tag.ends_with('/')) {
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop().as_deref(), Some(name)),
            None => open.push(tag.split(' ').next().unwrap().to_owned()),
        }
    }
    assert!(open.is_empty());
}

proptest! {
    #![proptest_config(without_files())]

    #[test]
    fn whatever_people_write_comes_back_letter_by_letter(texts in prop::collection::vec("\\PC{0,400}|(أ|=|é){0,900}", 1..6), age in -1_000_000_i32..1_000_000) {
        let compiled = form("type,name,label\ntext,a,A\ninteger,age,Age\ntext,b,B\n", "");
        let responses: Vec<Answers> = texts.iter().map(|text| answered(json!({"a": text, "age": age, "b": "short"}))).collect();
        let sav = read(&sav_of(&compiled, &responses));
        let csv = csv_of(&compiled, &responses, true);
        for ((text, values), cells) in texts.iter().zip(&sav.rows).zip(&csv[1..]) {
            let blank = forms::answers::Answer::from(text.as_str()).is_blank();
            let kept = if blank { "" } else { text.as_str() };
            prop_assert_eq!(&values[0], &Value::Text(kept.trim_end_matches(' ').to_owned()));
            prop_assert_eq!((&values[1], &values[2]), (&Value::Number(f64::from(age)), &Value::Text("short".to_owned())));
            prop_assert!(cells[0] == kept || cells[0].strip_prefix('\'') == Some(kept));
        }
    }
}

/// Columns that told the day put answers of several surveys beside each other; columns that were no questions held
/// words where none were asked for.
#[test]
fn no_column_tells_the_day_and_none_holds_words_that_nobody_asked_for() {
    let sheet = "type,name,label,relevant,calculation,default,read_only\n\
        integer,age,Age,,,,\ntext,said,Said,,,,\n\
        calculate,day,,,today(),,\ncalculate,number,,,int(decimal-date-time(now())),,\ncalculate,later,,,${day} + 1,,\n\
        select_one yn,first,Asked at first,today() < date('2026-04-01'),,,\n\
        begin_group,g,G,${day} != '',,,\ninteger,inside,Inside,,,,\nend_group,,,,,,\n\
        select_multiple yn,copy,Copy,,${said},,yes\nhidden,sent,,,,,\ncalculate,kept,,,once('x'),,\ncalculate,doubled,,,2 * ${age},,\n";
    let compiled = form(sheet, "list_name,name,label\nyn,y,Yes\nyn,n,No\n");
    let columns = |own_words: bool| csv_of(&compiled, &[], own_words)[0].clone();
    assert_eq!(columns(false), ["age", "doubled"]);
    assert_eq!(columns(true), ["age", "said", "copy", "copy_y", "copy_n", "sent", "kept", "doubled"]);
}

/// `required` told the day by what was left empty, and a constraint that looks at a calculation by what was chosen; a
/// condition elsewhere refused whatever did not fit the day.
#[test]
fn no_answer_tells_the_day_through_what_must_be_answered_or_what_else_is_refused() {
    let kept = |extra: &str, rows: &str| {
        let sheet = format!(
            "type,name,label,required,relevant,constraint,calculation,choice_filter,default,read_only\ninteger,n,N,yes,,,,,,\n{extra}\n{rows}\n"
        );
        let compiled = form(&sheet, "list_name,name,label\nyn,y,Yes\nyn,x,No\n");
        csv_of(&compiled, &[], true)[0].join(" ")
    };
    let day = "calculate,d,,,,,today(),,,";
    for (extra, row) in [
        ("", "select_one yn,q,Q,today()='2026-11-30',,,,,,"),
        (day, "select_one yn,q,Q,${d}='2026-11-30',,,,,,"),
        (day, "select_one yn,q,Q,yes,,(. = 'y') = (${d} = '2026-11-30'),,,,"),
        (day, "select_one yn,q,Q,yes,${d}='2026-11-30',,,,,"),
        (day, "select_one yn,q,Q,yes,,,,${d}='2026-11-30' or name='y',,"),
        ("", "select_one yn,q,Q,yes,,,,\"name = if(today()='2026-11-30', 'y', 'x')\",,"),
        (day, "select_one yn,q,Q,yes,,,,,\"if(${d}='2026-11-30', 'y', 'x')\","),
        (day, "begin_group,g,G,,${d}='2026-11-30',,,,,\nselect_one yn,q,Q,yes,,,,,,\nend_group,,,,,,,,,"),
        // Somebody else's condition.
        ("select_one yn,q,Q,yes,,,,,,", "text,t,T,yes,,(${q} = 'y') = (today() = '2026-11-30'),,,,"),
        ("select_one yn,q,Q,yes,,,,,,", "text,t,T,yes,(${q} = 'y') = (today() = '2026-11-30'),false(),,,,"),
        ("select_one yn,q,Q,yes,,,,,,", "text,t,T,(${q} = 'y') = (today() = '2026-11-30'),,,,,,yes"),
        ("select_one yn,q,Q,yes,,,,,,", "select_one yn,t,T,(${q} = 'y') = (today() = '2026-11-30'),,,,false(),,"),
        ("select_one yn,q,Q,yes,,,,,,\ncalculate,e,,,,,(${q} = 'y') = (today() = '2026-11-30'),,,", "text,t,T,yes,,${e} = 1,,,,"),
        (
            "select_one yn,q,Q,yes,,,,,,\nbegin_group,g,G,,(${q} = 'y') = (today() = '2026-11-30'),,,,,",
            "text,t,T,yes,,false(),,,,\nend_group,,,,,,,,,",
        ),
    ] {
        let columns = kept(extra, row);
        assert!(!columns.split(' ').any(|name| name == "q"), "{extra} {row}: {columns}");
        assert!(columns.starts_with('n'), "{columns}");
    }
    // Texts so long that no response has room for them refuse as well.
    let long = "x".repeat(7_000);
    let rows: String = (0..80).map(|n| format!("calculate,c{n},,,,,\"if((${{q}} = 'y') = (today() = '2026-11-30'), '{long}', '')\",,,\n")).collect();
    assert_eq!(kept("select_one yn,q,Q,yes,,,,,,", &rows), "n");
    assert_eq!(kept("select_one yn,q,Q,yes,,,,,,\nselect_one yn,r,R,yes,,,,,,", "calculate,c,,,,,\"if(${q} = 'y', today(), '')\",,,"), "n q r");
    assert_eq!(kept("integer,age,Age,yes,,. > 0,,,,\ntext,t,T,,${age} > 9,string-length(.) < 9,,,,", "date,on,On,,,. <= today(),,,,"), "n age t");
}

/// Twenty selects that are asked by the letters of a text spelled it in a file without own words.
#[test]
fn what_hangs_on_own_words_in_any_way_is_not_in_a_file_without_them() {
    let kept = |rows: &str| {
        let sheet = format!(
            "type,name,label,required,relevant,constraint,calculation,choice_filter,default,read_only\ninteger,n,N,,,,,,,\ntext,said,Said,,,,,,,\n{rows}\n"
        );
        let compiled = form(&sheet, "list_name,name,label\nyn,y,Yes\nyn,x,No\n");
        csv_of(&compiled, &[], false)[0].join(" ")
    };
    for row in [
        "select_one yn,q,Q,,\"contains('ab', substr(${said},0,1))\",,,,,",
        "select_one yn,q,Q,\"contains('ab', substr(${said},0,1))\",,,,,,",
        "select_one yn,q,Q,,,\". = if(${said} = 'a', 'y', 'x')\",,,,",
        "select_one yn,q,Q,,,,,\"name = if(${said} = 'a', 'y', 'x')\",,",
        "select_one yn,q,Q,,,,,,\"if(${said} = 'a', 'y', 'x')\",",
        "integer,q,Q,,,,string-length(${said}),,,yes",
        "begin_group,g,G,,${said} = 'a',,,,,\nselect_one yn,q,Q,,,,,,,\nend_group,,,,,,,,,",
        "calculate,c,,,,,${said} = 'a',,,\nselect_one yn,q,Q,,${c} = 1,,,,,",
        "select_one yn,q,Q,,,,,,,\ninteger,m,M,yes,,(${q} = 'y') = (${said} = 'a'),,,,",
        "select_one yn,q,Q,,,,,,,\ntext,m,M,yes,,\"(${q} = 'y') = contains(., 'a')\",,,,",
    ] {
        assert_eq!(kept(row), "n", "{row}");
    }
    // What asks for the words tells nothing of them.
    assert_eq!(kept("select_one yn,q,Q,,,,,,,\ntext,other,Other,yes,${q} = 'y',string-length(.) < 90,,,,"), "n q");
}
