//! A questionnaire written as sheets is read again as it was.

use forms::cells::to_csv;
use forms::questionnaire::{Questionnaire, parse, write};

use crate::everything;

/// The questionnaire, written and read again; gives the survey sheet too.
fn again(questionnaire: &Questionnaire) -> (Questionnaire, String) {
    let sheets = write(questionnaire);
    let (survey, choices, settings) = (to_csv(&sheets.survey), to_csv(&sheets.choices), to_csv(&sheets.settings));
    let read = parse(survey.as_bytes(), Some(choices.as_bytes()), Some(settings.as_bytes()));
    (read.unwrap_or_else(|errors| panic!("{errors:#?}\n{survey}\n{choices}")), survey)
}

#[test]
fn a_question_of_every_kind_is_written_as_it_is_read() {
    let all = everything();
    let (read, survey) = again(all.questionnaire());
    assert_eq!(&read, all.questionnaire());
    assert!(survey.contains("select_multiple way or_other,ways,Ways") && !survey.contains("ways_other"), "{survey}");
}

#[test]
fn groups_in_groups_and_groups_without_a_question_keep_their_places() {
    let survey = "type,name,label::en,label::ar\n\
         begin_group,a,A,\nbegin_group,b,B,\ntext,q1,Q1,س١\nend_group,,,\nbegin_group,c,,\nend_group,,,\nbegin_group,d,,\n\
         begin_group,e,,\nend_group,,,\nend_group,,,\nend_group,,,\ntext,q2,Q2,\nbegin_group,f,F,\ntext,q3,Q3,\n\
         begin_group,g,,\nend_group,,,\ntext,q4,Q4,\nend_group,,,\nbegin_group,h,,\nend_group,,,\n";
    let read = parse(survey.as_bytes(), None, None).expect("good");
    assert_eq!(again(&read).0, read);
}

#[test]
fn what_a_spreadsheet_would_run_leaves_guarded_and_comes_back_as_it_was() {
    let survey = "type,name,label,hint,constraint,default\ninteger,n,'\u{2060}=HYPERLINK(1),+more,-5 < .,-3\ntext,t,\"@all\nof it\",,,\n";
    let read = parse(survey.as_bytes(), None, None).expect("good");
    assert_eq!(read.questions[0].label.exact("und"), Some("=HYPERLINK(1)"));
    let (back, written) = again(&read);
    assert_eq!(back, read);
    assert!(written.contains(",'\u{2060}=HYPERLINK(1),'\u{2060}+more,'\u{2060}-5 < .,-3"), "{written}");
    assert!(written.contains("\"'\u{2060}@all\nof it\""), "{written}");
}
