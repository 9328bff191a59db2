//! Two versions of a questionnaire beside each other, and words put in other words.

use std::collections::BTreeMap;

use forms::questionnaire::measures::MeasureRule;
use forms::questionnaire::{
    ChangeKind, Compiled, Difference, Questionnaire, What, WordingFault, completeness, difference, measures, parse, reword, wordings, write,
};

const SURVEY: &str = "type,name,label::en,label::fr,hint::en,relevant,constraint\n\
    begin_group,about,About you,Sur vous,,,\n\
    select_one yn,course,Course?,Cours ?,Any course,,\n\
    text,which,Which?,,,${course} = 'yes',\n\
    end_group,,,,,,\n\
    integer,age,Age?,Âge ?,,,. > 0\n\
    select_multiple likes or_other,likes,Likes?,Goûts ?,,,\n";
const CHOICES: &str = "list_name,name,label::en,label::fr\nyn,yes,Yes,Oui\nyn,no,No,\nlikes,a,A,A\nlikes,b,B,B\n";

fn read(survey: &str, choices: &str, settings: &str) -> Questionnaire {
    parse(survey.as_bytes(), Some(choices.as_bytes()), Some(settings.as_bytes())).unwrap()
}

fn asked() -> Questionnaire {
    read(SURVEY, CHOICES, "form_title::en,version\nCourses,1\n")
}

fn between(old: &Questionnaire, new: &Questionnaire) -> Difference {
    difference((old, &[]), (new, &[]))
}

#[test]
fn nothing_is_different_between_a_questionnaire_and_itself() {
    assert!(between(&asked(), &asked()).is_nothing());
}

#[test]
fn words_a_version_and_a_language_more_are_texts_only_and_all_else_is_not() {
    let old = asked();
    let settings = "form_title::en,version\nCourses,1\n";
    for (survey, choices, settings, texts, keeps) in [
        (SURVEY.replace("Âge ?", "Quel âge ?"), CHOICES.to_owned(), settings, true, true),
        (SURVEY.replace("Any course", ""), CHOICES.to_owned(), settings, true, true),
        (SURVEY.to_owned(), CHOICES.replace("no,No,", "no,No,Non"), settings, true, true),
        (SURVEY.to_owned(), CHOICES.to_owned(), "form_title::en,version\nCourse,2\n", true, true),
        (SURVEY.replace("hint::en", "hint::sw"), CHOICES.to_owned(), settings, true, true),
        (SURVEY.replace("integer", "decimal"), CHOICES.to_owned(), settings, false, false),
        (SURVEY.replace(". > 0", ". > 1"), CHOICES.to_owned(), settings, false, false),
        (SURVEY.replace("= 'yes'", "= 'no'"), CHOICES.to_owned(), settings, false, false),
        (SURVEY.replace("about,", "self,"), CHOICES.to_owned(), settings, false, false),
        (SURVEY.to_owned(), CHOICES.replace("likes,b,B,B\n", ""), settings, false, false),
        (SURVEY.to_owned(), CHOICES.replace("yn,yes,Yes,Oui\nyn,no,No,\n", "yn,no,No,\nyn,yes,Yes,Oui\n"), settings, false, false),
        (SURVEY.replace("or_other", ""), CHOICES.to_owned(), settings, false, false),
        (SURVEY.to_owned(), CHOICES.to_owned(), "form_title::en,version,default_language\nCourses,1,fr\n", false, false),
    ] {
        let Ok(new) = parse(survey.as_bytes(), Some(choices.as_bytes()), Some(settings.as_bytes())) else {
            assert!(settings.contains(",fr"), "{survey}");
            continue;
        };
        let found = between(&old, &new);
        assert!(!found.is_nothing(), "{survey}{choices}{settings}");
        assert_eq!((found.is_texts_only(), found.keeps_answers()), (texts, keeps), "{found:#?}");
    }
}

#[test]
fn a_language_less_keeps_answers_but_nobody_can_go_on_in_it() {
    let less = read(&SURVEY.replace("label::fr", "x"), &CHOICES.replace("label::fr", "y"), "form_title::en,version\nCourses,1\n");
    let mut less = less;
    for choice in less.choice_lists.values_mut().flatten() {
        choice.columns.clear();
    }
    let found = between(&asked(), &less);
    assert_eq!(found.languages_removed, ["fr"]);
    assert!(found.keeps_answers() && !found.is_texts_only(), "{found:#?}");
}

#[test]
fn what_was_added_removed_and_moved_is_named_once() {
    let named = |found: &Difference| found.items.iter().map(|item| (item.name.clone(), item.what)).collect::<Vec<_>>();
    let settings = "form_title::en,version\nCourses,1\n";
    let without = |part: &str| SURVEY.lines().filter(|line| !line.contains(part)).map(|line| format!("{line}\n")).collect::<String>();
    let less = read(&without("text,which"), CHOICES, settings);
    assert_eq!(named(&between(&asked(), &less)), [("which".to_owned(), What::Removed)]);
    assert_eq!(named(&between(&less, &asked())), [("which".to_owned(), What::Added)]);
    let moved = format!("{}integer,age,Age?,Âge ?,,,. > 0\n", without("integer,age"));
    let found = between(&asked(), &read(&moved, CHOICES, settings));
    assert_eq!(found.items.iter().map(|item| item.what).collect::<Vec<_>>(), [What::Moved], "{found:#?}");
    assert!(!found.keeps_answers());
}

#[test]
fn where_an_expression_reads_what_choices_say_their_words_are_no_mere_texts() {
    let survey = format!("{SURVEY}calculate,said,,,,,\n").replace("relevant,constraint", "relevant,constraint,calculation");
    let survey = survey.replace("calculate,said,,,,,\n", "calculate,said,,,,,,\"jr:choice-name(${course}, '${course}')\"\n");
    let survey: String = survey.lines().map(|line| if line.contains("calculat") { format!("{line}\n") } else { format!("{line},\n") }).collect();
    let settings = "form_title::en,version\nCourses,1\n";
    let (old, new) = (read(&survey, CHOICES, settings), read(&survey, &CHOICES.replace("Yes", "Yes!"), settings));
    assert!(!between(&old, &new).keeps_answers());
    // In another language nothing is computed with it.
    assert!(between(&old, &read(&survey, &CHOICES.replace("Oui", "Oui !"), settings)).is_texts_only());
}

#[test]
fn what_is_estimated_is_a_difference_of_its_own() {
    let compiled = Compiled::new(asked()).unwrap();
    let rules = |sheet: &str| -> Vec<MeasureRule> { measures::parse(sheet.as_bytes(), &compiled).unwrap() };
    let old = rules("measure,question,statistic,positive\n1.a,course,proportion,yes\n");
    let new = rules("measure,question,statistic,positive\n1.a,course,proportion,no\n");
    let found = difference((compiled.questionnaire(), &old), (compiled.questionnaire(), &new));
    assert!(found.keeps_answers() && !found.is_texts_only());
    assert_eq!((found.items[0].name.as_str(), found.items[0].kind), ("1.a", ChangeKind::Measure));
}

#[test]
fn every_text_has_a_key_and_what_lacks_is_counted_by_language() {
    let asked = asked();
    let keys: Vec<String> = wordings(&asked).into_iter().filter(|wording| wording.wanted).map(|wording| wording.key).collect();
    assert_eq!(
        keys,
        [
            "settings/form_title",
            "survey/about/label",
            "survey/course/label",
            "survey/course/hint",
            "choices/yn/yes",
            "choices/yn/no",
            "survey/which/label",
            "survey/age/label",
            "survey/likes/label",
            "choices/likes/a",
            "choices/likes/b",
        ]
    );
    let of = completeness(&asked);
    assert_eq!(of.iter().map(|one| (one.language, one.there(), one.of)).collect::<Vec<_>>(), [("en", 11, 11), ("fr", 7, 11)]);
}

#[test]
fn other_words_are_what_the_sheets_with_them_say() {
    let mut asked = asked();
    let words = |pairs: &[(&str, &str)]| pairs.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect::<BTreeMap<_, _>>();
    reword(&mut asked, "fr", &words(&[("choices/yn/no", "Non"), ("survey/which/label", "Lequel, ${course} ?"), ("survey/course/hint", " ")]))
        .unwrap();
    reword(&mut asked, "sw", &words(&[("survey/age/label", "Umri?")])).unwrap();
    assert_eq!(asked.languages, ["en", "fr", "sw"]);
    let sheets = write(&asked);
    let csv = |rows: &Vec<Vec<String>>| {
        rows.iter().map(|row| row.iter().map(|cell| format!("\"{cell}\"")).collect::<Vec<_>>().join(",")).collect::<Vec<_>>().join("\n")
    };
    let again = read(&csv(&sheets.survey), &csv(&sheets.choices), &csv(&sheets.settings));
    assert_eq!(again.questions[1].label.exact("fr"), Some("Lequel, ${course} ?"));
    assert_eq!(again.languages, asked.languages);
    let faults = |words: &[(&str, &str)], language: &str| {
        let words = words.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect();
        reword(&mut asked.clone(), language, &words).unwrap_err().into_iter().map(|(_, fault)| fault).collect::<Vec<_>>()
    };
    assert_eq!(faults(&[("survey/age/label", "${nobody}?")], "fr"), [WordingFault::UnknownReference("nobody".to_owned())]);
    assert_eq!(faults(&[("survey/age/label", "${course ?")], "fr"), [WordingFault::OpenReference]);
    assert_eq!(faults(&[("survey/age/label", "**Âge ?")], "fr"), [WordingFault::OpenMark("**")]);
    assert_eq!(faults(&[("survey/age/label", " ")], "en"), [WordingFault::Missing]);
    assert_eq!(
        faults(&[("survey/nobody/label", "x"), ("choices/likes or_other/other", "x")], "fr"),
        [WordingFault::UnknownText, WordingFault::UnknownText]
    );
}
