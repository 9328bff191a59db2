//! Answers as files for analysts: `EXPORT_TO=FOLDER cargo run -p stoa-forms --example export` writes one of each kind
//! there, with the codebook; without a folder the CSV is shown.

use std::fs::{File, create_dir_all, write};
use std::path::{Path, PathBuf};

use forms::answers::Answers;
use forms::codebook::{self, About};
use forms::export::{Cell, Delimited, Layout, Made, Sav, Shapes, Workbook};
use forms::expression::Day;
use forms::questionnaire::{Compiled, parse};

const SURVEY: &str = "type,name,label::English (en),label::Arabic (ar),relevant,calculation,parameters\n\
    integer,age,How old are you?,كم عمرك؟,,,\n\
    decimal,hours,Hours of learning a week,ساعات التعلّم في الأسبوع,,,\n\
    select_one yn,works,Do you work?,هل تعمل؟,${age} < 70,,\n\
    select_one level,rating,How good is the city for learners?,ما مدى ملاءمة المدينة للمتعلّمين؟,,,\n\
    select_multiple place,places,Where do you learn?,أين تتعلّم؟,${hours} > 0,,\n\
    rank place,best,Which place first?,أيّ مكان أولًا؟,${hours} > 0,,\n\
    range,trust,\"Trust, 0 to 10\",\"الثقة، من 0 إلى 10\",,,start=0 end=10 step=1\n\
    date,moved,When did you move here?,متى انتقلت إلى هنا؟,,,\n\
    time,rises,When do you get up?,متى تستيقظ؟,,,\n\
    dateTime,met,When did you last meet others to learn?,متى التقيت آخرين للتعلّم آخر مرة؟,,,\n\
    acknowledge,agreed,I agree,أوافق,,,\n\
    calculate,twice,,,,${age} * 2,\n\
    calculate,band,,,,\"if(${age} < 30, 'young', 'older')\",\n\
    text,why,Why?,لماذا؟,,,\n\
    calculate,quoted,,,,\"if(${why} = '', 'nothing', ${why})\",\n\
    text,_by,Anything else?,شيء آخر؟,${works} = 'yes',,\n";
const CHOICES: &str = "list_name,name,label::English (en),label::Arabic (ar)\n\
    yn,yes,Yes,نعم\nyn,no,No,لا\n\
    level,1,Very poor,ضعيفة جدًا\nlevel,3,Fair,مقبولة\nlevel,5,Very good,جيدة جدًا\nlevel,-98,Cannot say,لا أستطيع القول\n\
    place,university,At a university,في جامعة\nplace,library,In a library,في مكتبة\nplace,online,Online,عبر الإنترنت\n";

fn responses() -> Vec<Answers> {
    let long = format!("{} – النهاية", "نص طويل جدًا ".repeat(60));
    [
        r#"{"age":34,"hours":2.5,"works":"yes","rating":"5","places":["library","online"],"best":["online","library","university"],"trust":7,
            "moved":"2001-03-14","rises":"06:05","met":"2026-02-28T14:30","agreed":"OK","twice":68,"band":"older","why":"=HYPERLINK(\"http://x\")","quoted":"=HYPERLINK","_by":"naïve, \"quoted\"\nand more"}"#
            .to_owned(),
        r#"{"age":75,"hours":0,"rating":"-98","twice":150,"band":"older"}"#.to_owned(),
        r#"{"age":20,"works":"no","trust":0,"twice":40,"band":"young","why":"+49 171"}"#.to_owned(),
        format!(r#"{{"age":151,"hours":0.1,"rating":"1","places":["university"],"twice":302,"band":"older","why":"{long}"}}"#),
    ]
    .iter()
    .map(|json| serde_json::from_str(json).expect("answers"))
    .collect()
}

/// What takes a row.
type Take<'a> = Box<dyn FnMut(&[Cell<'_>]) -> std::io::Result<()> + 'a>;

fn write_all(folder: &Path, compiled: &Compiled, language: &str, made: &Made) -> std::io::Result<()> {
    let (layout, day, responses) = (Layout::new(compiled, language, true), made.day, responses());
    let at = |kind: &str| File::create(folder.join(format!("responses-{language}.{kind}")));
    let mut shapes = Shapes::new(&layout);
    let each = |mut take: Take<'_>| {
        responses.iter().try_for_each(|answers| {
            let mut row = Vec::new();
            layout.cells(answers, day, &mut row);
            take(&row)
        })
    };
    each(Box::new(|row| {
        shapes.look(row);
        Ok(())
    }))?;
    let mut csv = Delimited::begin(at("csv")?, &layout)?;
    each(Box::new(|row| csv.row(&layout, row)))?;
    csv.end()?;
    let mut sav = Sav::begin(at("sav")?, &layout, &shapes, responses.len() as u64, made)?;
    each(Box::new(|row| sav.row(&layout, row)))?;
    sav.end()?;
    let mut book = Workbook::begin(&layout, folder, made)?;
    each(Box::new(|row| book.row(&layout, row)))?;
    book.end(&codebook::rows(&layout, made), at("xlsx")?)?;
    let about = About { title: "Learning in our city", identifier: "example", version: "1", language, words: made };
    write(folder.join(format!("codebook-{language}.csv")), codebook::csv(compiled, language, made))?;
    write(folder.join(format!("codebook-{language}.xml")), codebook::ddi(compiled, &about))
}

pub fn main() -> std::io::Result<()> {
    let questionnaire = parse(SURVEY.as_bytes(), Some(CHOICES.as_bytes()), None).expect("a questionnaire");
    let compiled = Compiled::new(questionnaire).expect("what parses compiles");
    let words = |not_asked: &str, not_answered: &str, chosen: &str, not_chosen: &str| Made {
        day: Day::from_date(2026, 3, 14).expect("a day"),
        second: 0,
        title: "Learning in our city".to_owned(),
        not_asked: not_asked.to_owned(),
        not_answered: not_answered.to_owned(),
        chosen: chosen.to_owned(),
        not_chosen: not_chosen.to_owned(),
    };
    let english = words("Not asked", "Not answered", "Chosen", "Not chosen");
    if let Some(folder) = std::env::var_os("EXPORT_TO").map(PathBuf::from) {
        create_dir_all(&folder)?;
        write_all(&folder, &compiled, "en", &english)?;
        return write_all(&folder, &compiled, "ar", &words("لم يُسأل", "لم يُجب", "اختير", "لم يُختر"));
    }
    // What people wrote stays out unless it is asked for.
    let layout = Layout::new(&compiled, "en", false);
    let mut csv = Delimited::begin(std::io::stdout(), &layout)?;
    let responses = responses();
    for answers in &responses {
        let mut row = Vec::new();
        layout.cells(answers, english.day, &mut row);
        csv.row(&layout, &row)?;
    }
    csv.end().map(drop)
}
