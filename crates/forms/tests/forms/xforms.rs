//! A questionnaire written as an `XForm`: what a phone is told is what was asked for here.
//! Whether phones and web forms accept and compute it is tried by `script/compare-forms`.

use forms::questionnaire::parse;
use forms::xform::write;

use crate::everything;

fn written(survey: &str, choices: &str, settings: &str) -> String {
    let read = parse(survey.as_bytes(), Some(choices.as_bytes()), Some(settings.as_bytes()));
    write(&read.unwrap_or_else(|errors| panic!("{errors:#?}")))
}

/// Each of these lines stands in the form.
fn has(form: &str, lines: &[&str]) {
    for line in lines {
        assert!(form.lines().any(|known| known.trim() == *line), "{line}\nis not in\n{form}");
    }
}

/// Elements are closed in the order in which they were opened.
fn is_balanced(form: &str) -> bool {
    let mut open: Vec<&str> = Vec::new();
    for tag in form.split('<').skip(2) {
        let tag = tag.split('>').next().unwrap();
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap();
        if tag.starts_with('/') {
            if open.pop() != Some(name) {
                return false;
            }
        } else if !tag.ends_with('/') {
            open.push(name);
        }
    }
    open.is_empty()
}

#[test]
fn a_question_of_every_kind_has_its_control_and_its_type() {
    let form = write(everything().questionnaire());
    assert!(is_balanced(&form), "{form}");
    has(
        &form,
        &[
            r#"<bind nodeset="/data/began" type="dateTime" jr:preload="timestamp" jr:preloadParams="start"/>"#,
            r#"<bind nodeset="/data/works" type="string" relevant="/data/age &lt; 70"/>"#,
            r#"<bind nodeset="/data/job" relevant="/data/works = 'yes'"/>"#,
            r#"<bind nodeset="/data/job/title" type="string" required="true()"/>"#,
            r#"<bind nodeset="/data/ways" type="string" constraint="not(selected(., 'none') and count-selected(.) &gt; 1)"/>"#,
            r#"<bind nodeset="/data/ways_other" type="string" relevant="selected(/data/ways, 'other')"/>"#,
            r#"<bind nodeset="/data/order" type="odk:rank"/>"#,
            r#"<bind nodeset="/data/mood" type="decimal"/>"#,
            r#"<bind nodeset="/data/thanks" type="string" readonly="true()"/>"#,
            r#"<bind nodeset="/data/decade" type="string" calculate="int(/data/age div 10) * 10"/>"#,
            r#"<setvalue event="odk-instance-first-load" ref="/data/seen" value="today()"/>"#,
            r#"<source>poster</source>"#,
            r#"<range ref="/data/mood" start="0" end="10" step="0.5">"#,
            r#"<odk:rank ref="/data/order">"#,
            r#"<trigger ref="/data/read">"#,
            r#"<itemset nodeset="instance('way_or_other')/root/item">"#,
            r#"<itemset nodeset="instance('town')/root/item[region = /data/region]">"#,
            r#"<value>Thanks <output value="/data/job/title"/></value>"#,
            r#"<region>north</region>"#,
        ],
    );
    assert!(!form.contains(r#"ref="/data/decade""#) && !form.contains(r#"ref="/data/began""#), "what nobody sees has no control");
}

#[test]
fn every_text_is_there_in_every_language() {
    let form = written(
        "type,name,label::en,label::ar,hint::en,guidance_hint::en,constraint,constraint_message::en,required,required_message::ar,appearance\n\
         begin_group,g,Group,,,,,,,,field-list\n\
         select_one yn,q,You & <me>,أنت,A hint,More,. != 'no',Not no,yes,مطلوب,likert\nend_group,,,,,,,,,,\n\
         note,n,You said ${q},,,,,,,,\n",
        "list_name,name,label::en,label::ar\nyn,yes,Yes,نعم\nyn,no,No,\n",
        "form_title::en,form_id,version,default_language,style,instance_name\nA title,visit,7,en,pages,\"concat(${q}, '-', today())\"\n",
    );
    assert!(is_balanced(&form), "{form}");
    has(
        &form,
        &[
            "<h:title>A title</h:title>",
            r#"<data id="visit" version="7">"#,
            r#"<translation lang="en" default="true()">"#,
            r#"<translation lang="ar">"#,
            "<value>You &amp; &lt;me&gt;</value>",
            "<value>أنت</value>",
            r#"<value form="guidance">More</value>"#,
            r#"<label ref="jr:itext('/data/g/q:label')"/>"#,
            r#"<hint ref="jr:itext('/data/g/q:hint')"/>"#,
            r#"<group ref="/data/g" appearance="field-list">"#,
            r#"<select1 ref="/data/g/q" appearance="likert">"#,
            r#"<h:body class="pages">"#,
            r#"<value>You said <output value="jr:choice-name(/data/g/q, '/data/g/q')"/></value>"#,
            r#"<bind nodeset="/data/orx:meta/orx:instanceName" type="string" calculate="concat(/data/g/q, '-', today())"/>"#,
        ],
    );
    for (text, times) in [("<value>No</value>", 2), ("<value>Not no</value>", 2), ("<value>مطلوب</value>", 2), ("<value>Group</value>", 2)] {
        assert_eq!(form.matches(text).count(), times, "{text}");
    }
    assert!(form.contains(r#"jr:constraintMsg="jr:itext('/data/g/q:jr:constraintMsg')""#), "{form}");
}

#[test]
fn expressions_are_written_so_that_engines_compute_the_same() {
    let calculated = [
        ("sum(${n}, 1)", "(coalesce(number(/data/n), 0) + coalesce(number(1), 0))"),
        ("max(${n}, -3)", "(-min(coalesce(-(/data/n), -(-3)), coalesce(-(-3), -(/data/n))))"),
        ("selected(${m}, 1)", "if(selected(/data/m, '1'), 1, 0)"),
        ("selected(${one}, 'good')", "if((/data/one = 'good'), 1, 0)"),
        ("selected(${m}, ${one})", "if(selected(/data/m, string(/data/one)), 1, 0)"),
        ("1 - (2 - 3) * -(4 + 1)", "1 - (2 - 3) * -(4 + 1)"),
        ("(1 < 2) = (true() or ${one} and ${n})", "if(1 &lt; 2 = (true() or (string-length(/data/one) &gt; 0) and boolean(number(/data/n))), 1, 0)"),
        ("boolean(coalesce(${n}, 1)) or ${n} = 2", "if(boolean(number(coalesce(/data/n, 1))) or /data/n = 2, 1, 0)"),
        ("if(not(${m}), ${c0}, 2)", "if(not((string-length(/data/m) &gt; 0)), /data/c0, 2)"),
        ("\u{2018}it\u{201d}s\u{2019}", "'it\u{201d}s'"),
        ("concat(\"it's\", 'say \"x\"')", "concat(&quot;it's&quot;, 'say &quot;x&quot;')"),
        ("jr:choice-name(${one}, '${one}')", "jr:choice-name(/data/one, '/data/one')"),
        ("format-date-time(today(), '%H')", "format-date-time(today(), '%H')"),
        ("regex(${n}, '\\d+')", "if(regex(/data/n, '^(?:\\d+)$'), 1, 0)"),
        ("${n} = '03'", "if(/data/n = 3, 1, 0)"),
        ("number(selected(${m}, '1 2'))", "number(false())"),
    ];
    let mut survey = "type,name,label,calculation\ninteger,n,N,\nselect_one q,one,One,\nselect_multiple m,m,M,\n".to_owned();
    for (number, (source, _)) in calculated.iter().enumerate() {
        survey += &format!("calculate,c{number},,\"{}\"\n", source.replace('"', "\"\""));
    }
    let form = written(&survey, "list_name,name,label\nq,good,G\nq,very good,V\nm,1,1\nm,2,2\n", "form_id\nx\n");
    for (number, (_, expected)) in calculated.iter().enumerate() {
        has(&form, &[&format!(r#"<bind nodeset="/data/c{number}" type="string" calculate="{expected}"/>"#)]);
    }
}

#[test]
fn a_group_of_which_nothing_is_seen_has_no_control() {
    let survey = "type,name,label,relevant,calculation\ntext,t,T,,\nbegin_group,a,A,${t},\nbegin_group,b,B,,\ncalculate,c,,,1 + 1\n\
                  end_group,,,,\nend_group,,,,\nbegin_group,d,D,,\nend_group,,,,\n";
    let form = written(survey, "list_name,name,label\n", "form_id\nx\n");
    assert!(!form.contains("<group"), "{form}");
    has(
        &form,
        &[
            r#"<bind nodeset="/data/a" relevant="(string-length(/data/t) &gt; 0)"/>"#,
            r#"<bind nodeset="/data/a/b/c" type="string" calculate="1 + 1"/>"#,
        ],
    );
}

/// A phone sends a day that is no date to it with midnight and a zone.
#[test]
fn a_computed_day_is_a_date() {
    let form = written(
        "type,name,label,calculation,default,read_only\ndate,d,D,,,\ncalculate,next,,date(${d} + 1),,\ncalculate,at,,now(),,\n\
         calculate,again,,once(${next}),,\ntext,seen,Seen,,today(),yes\ntext,free,Free,,today(),\nhidden,is,,,2 > 1,\nhidden,lit,,,${d} = today(),\n",
        "list_name,name,label\n",
        "form_id\nx\n",
    );
    has(
        &form,
        &[
            r#"<bind nodeset="/data/next" type="date" calculate="date(/data/d + 1)"/>"#,
            r#"<bind nodeset="/data/at" type="dateTime" calculate="now()"/>"#,
            r#"<bind nodeset="/data/again" type="date" calculate="once(/data/next)"/>"#,
            r#"<bind nodeset="/data/seen" type="date" readonly="true()"/>"#,
            r#"<setvalue event="odk-instance-first-load" ref="/data/seen" value="today()"/>"#,
            r#"<bind nodeset="/data/free" type="string"/>"#,
            r#"<setvalue event="odk-instance-first-load" ref="/data/free" value="string(today())"/>"#,
            r#"<setvalue event="odk-instance-first-load" ref="/data/lit" value="if(/data/d = today(), 1, 0)"/>"#,
        ],
    );
}

/// What was published before computed values kept their kinds has text where others have numbers.
#[test]
fn what_was_published_before_is_written_as_it_is_computed() {
    let survey = "type,name,label,calculation\ninteger,n,N,\ncalculate,c,,${n} > 1\n";
    let mut questionnaire = parse(survey.as_bytes(), None, None).unwrap();
    has(&write(&questionnaire), &[r#"<bind nodeset="/data/c" type="string" calculate="if(/data/n &gt; 1, 1, 0)"/>"#]);
    questionnaire.typed = false;
    has(&write(&questionnaire), &[r#"<bind nodeset="/data/c" type="string" calculate="string(/data/n &gt; 1)"/>"#]);
}

#[test]
fn no_text_breaks_out_of_its_place() {
    let form = written(
        "type,name,label,hint,constraint,default\ntext,q,\"a < b & \"\"c\"\" ]]> ${q}\",<value>,\"regex(., '[<>&\"\"]+\n')\",\"<x a='1'>&amp;\"\n",
        "list_name,name,label\n",
        "form_title,form_id\n<t>&,\"i\"\"d<\"\n",
    );
    assert!(is_balanced(&form), "{form}");
    has(
        &form,
        &[
            r#"<value>a &lt; b &amp; "c" ]]&gt; <output value="/data/q"/></value>"#,
            "<q>&lt;x a='1'&gt;&amp;amp;</q>",
            "<h:title>&lt;t&gt;&amp;</h:title>",
            r#"<data id="i&quot;d&lt;">"#,
        ],
    );
    assert!(form.contains("[&lt;&gt;&amp;&quot;]+&#10;"), "{form}");
}
