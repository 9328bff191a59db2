//! An author hears, cell by cell, where phones and web forms would answer otherwise; and hears nothing of a
//! questionnaire that all run alike.

use forms::questionnaire::{Part, differences, parse};

use crate::everything;

/// Part, column and code of each difference.
fn found(survey: &str, choices: &str, settings: Option<&str>) -> Vec<(Part, &'static str, &'static str)> {
    let read = parse(survey.as_bytes(), Some(choices.as_bytes()), settings.map(str::as_bytes));
    let questionnaire = read.unwrap_or_else(|errors| panic!("{errors:#?}"));
    differences(&questionnaire).into_iter().map(|found| (found.part, found.column, found.difference.told().code)).collect()
}

#[test]
fn what_engines_answer_otherwise_is_told_at_its_cell() {
    let survey = "type,name,label,relevant,constraint,calculation,choice_filter\n\
        select_one how,how,How,,,,\n\
        select_multiple way,ways,Ways,,,,\n\
        integer,t1,Coldest,,,,\n\
        integer,t2,Warmest,,,,\n\
        date,d,Day,,. > '2024-01-01',,\n\
        text,code,Code,,\"regex(., '[[:alpha:]]+')\",,\n\
        calculate,most,,,,\"max(${t1}, ${t2})\",\n\
        calculate,total,,,,\"sum(${t1}, ${t2})\",\n\
        calculate,gone,,,,date('2023-02-29'),\n\
        calculate,cold,,,,${t1} < 0,\n\
        begin_group,g,G,${cold},,,\n\
        text,a,A,\"selected(${how}, 'good')\",,,\n\
        text,b,B,\"selected(${ways}, 1)\",,,\n\
        select_one how,again,Again,,,,\"selected(${how}, name)\"\n\
        end_group,,,,,,\n\
        text,c,C,${cold} = 'true',,,\n";
    let choices = "list_name,name,label\nhow,good,Good\nhow,very good,Very good\nway,1,One\nway,2,Two\n";
    let settings = "form_title::en,form_title::fr,default_language,instance_name\nT,T,en,\"jr:choice-name(${how}, '${how}')\"\n";
    let question = Part::Question;
    assert_eq!(
        found(survey, choices, Some(settings)),
        [
            (Part::Group(0), "relevant", "truth_of_question"),
            (question(4), "constraint", "day_as_text"),
            (question(5), "constraint", "posix_class"),
            (question(5), "constraint", "part_of_text"),
            (question(6), "calculation", "greatest_below_zero"),
            (question(6), "calculation", "extreme_of_empty"),
            (question(7), "calculation", "extreme_of_empty"),
            (question(7), "calculation", "sum_of_arguments"),
            (question(8), "calculation", "no_day"),
            (question(10), "relevant", "choice_with_blank"),
            (question(11), "relevant", "choice_by_number"),
            (question(12), "choice_filter", "choice_with_blank"),
            (question(13), "relevant", "computed_boolean"),
            (Part::Settings, "instance_name", "label_of_choice"),
        ]
    );
}

#[test]
fn a_questionnaire_that_all_run_alike_is_told_nothing_of() {
    assert_eq!(differences(everything().questionnaire()), []);
    let survey = "type,name,label,relevant,constraint\ninteger,age,Age,,. >= 16 and . <= 120\n\
        text,mail,Mail,${age} > 20,\"regex(., '^[^@]+@[^@]+$')\"\nselect_one yn,q,Q,\"not(${age} = 17)\",\n\
        text,why,Why,\"selected(${q}, 'no') or ${q} = ''\",\n";
    assert_eq!(found(survey, "list_name,name,label\nyn,yes,Yes\nyn,no,No\n", None), []);
}
