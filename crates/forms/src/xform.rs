//! A questionnaire as an ODK `XForm`: what KoboCollect, ODK Collect and web forms run.
//!
//! Here the parts come together; each has a file of its own. Not here: sending it
//! anywhere. Rule to keep: a device that runs the form accepts the answers that are
//! accepted here, and asks the same questions.

mod body;
mod model;
mod names;
mod texts;

use crate::questionnaire::Questionnaire;
use crate::xml::Xml;
use names::Names;

/// What a form is called whose settings give it no `form_id`.
const UNNAMED: &str = "questionnaire";

/// Writes the `XForm` of a questionnaire: ODK `XForms` 1.0.0 in UTF-8, one `itext` translation a language. Texts that
/// are missing in a language stand there in the default one. A questionnaire that names no language has the one
/// translation `default`.
///
/// `form_id` and `version` are those of the settings; set them before where the caller knows better ones.
///
/// ```
/// use forms::questionnaire::parse;
///
/// let survey = "type,name,label::en,label::fr,constraint\ninteger,age,How old are you?,Quel âge avez-vous ?,. >= 16\n";
/// let xform = forms::xform::write(&parse(survey.as_bytes(), None, None).unwrap());
/// assert!(xform.contains(r#"<bind nodeset="/data/age" type="int" constraint=". &gt;= 16"/>"#));
/// assert!(xform.contains(r#"<translation lang="fr">"#));
/// ```
///
/// Source: the ODK `XForms` specification, <https://getodk.github.io/xforms-spec/>.
pub fn write(questionnaire: &Questionnaire) -> String {
    let names = Names::new(questionnaire);
    let mut xml = Xml::default();
    xml.open(
        "h:html",
        &[
            ("xmlns", "http://www.w3.org/2002/xforms"),
            ("xmlns:h", "http://www.w3.org/1999/xhtml"),
            ("xmlns:jr", "http://openrosa.org/javarosa"),
            ("xmlns:orx", "http://openrosa.org/xforms"),
            ("xmlns:odk", "http://www.opendatakit.org/xforms"),
            ("xmlns:xsd", "http://www.w3.org/2001/XMLSchema"),
        ],
    );
    xml.open("h:head", &[]);
    let form_id = if questionnaire.form_id.is_empty() { UNNAMED } else { &questionnaire.form_id };
    let default = &questionnaire.default_language;
    let title = questionnaire.title.get(default, default);
    xml.leaf("h:title", &[], if title.is_empty() { form_id } else { title });
    xml.open("model", &[("odk:xforms-version", "1.0.0")]);
    texts::write(&names, &mut xml);
    model::write(&names, form_id, &mut xml);
    xml.close();
    xml.close();
    body::write(&names, &mut xml);
    xml.close();
    xml.finish()
}
