//! Long lists to choose from: a select of thousands is read by nobody and weighs more than its page. Where there is
//! more than fits, the form has a field to type part of a name into and a button that shows the same form with
//! what is called so; whatever else was typed stays. It works without script.

use icu_normalizer::DecomposingNormalizerBorrowed;
use icu_properties::CodePointMapData;
use icu_properties::props::GeneralCategory;
use serde_json::{Value, json};

/// So many can still be read through.
pub const MOST: usize = 100;
/// The button that looks for something; its value is the name of the field.
pub const FIND: &str = "find";
const PREFIX: &str = "find_";

/// The name of the field to type part of a name into, beside a field to choose with.
pub fn field(name: &str) -> String {
    format!("{PREFIX}{name}")
}

/// Whether a field of a form is there to look for something.
pub fn is_field(name: &str) -> bool {
    name == FIND || name.starts_with(PREFIX)
}

/// Leaves of the options of a page, where they are more than [`MOST`], those that are called what was typed for the
/// field, and the chosen one. `<options>_found` says then how many there are.
pub fn narrow(page: &mut Value, options: &str, name: &str, values: &Value) {
    let Value::Array(all) = page[options].take() else { return };
    if all.len() <= MOST {
        page[options] = Value::Array(all);
        return;
    }
    let typed = values[field(name)].as_str().unwrap_or_default().trim();
    let chosen = values[name].as_str().unwrap_or_default();
    let wanted: Vec<String> = plain(typed).split_whitespace().map(str::to_owned).collect();
    let is_chosen = |option: &Value| !chosen.is_empty() && option["value"] == chosen;
    let is_called = |option: &Value| {
        let name = plain(option["label"].as_str().unwrap_or_default());
        wanted.iter().all(|word| name.contains(word))
    };
    let of = all.len();
    let (mut shown, mut found) = (Vec::new(), 0);
    for option in all {
        let called = is_called(&option);
        found += usize::from(called);
        if is_chosen(&option) || called && found <= MOST {
            shown.push(option);
        }
    }
    page[options] = Value::Array(shown);
    page[format!("{options}_found")] = json!({"of": of, "found": found, "shown": found.min(MOST), "typed": typed, "looked": !typed.is_empty()});
}

/// A name as it is looked for: in small letters, without accents and vowel signs.
fn plain(name: &str) -> String {
    let category = CodePointMapData::<GeneralCategory>::new();
    let bare = |c: &char| category.get(*c) != GeneralCategory::NonspacingMark;
    DecomposingNormalizerBorrowed::new_nfkd().normalize(name).to_lowercase().chars().filter(bare).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(name: &str, typed: &str, chosen: &str) -> (Vec<String>, Value) {
        let mut all: Vec<Value> = (0..1_200).map(|n| json!({"value": n.to_string(), "label": format!("City {n}")})).collect();
        all.push(json!({"value": "last", "label": name}));
        let mut page = json!({"cities": all});
        narrow(&mut page, "cities", "city_id", &json!({"find_city_id": typed, "city_id": chosen}));
        let values = page["cities"].as_array().unwrap().iter().map(|o| o["value"].as_str().unwrap().to_owned()).collect();
        (values, page["cities_found"].clone())
    }

    #[test]
    fn what_is_called_so_is_found_however_it_is_written() {
        for (name, typed) in
            [("Zürich", "zurich"), ("São Paulo", "paulo SAO"), ("Al Ḥusayn", "husayn"), ("İzmir", "izmir"), ("مَدِينَة", "مدينة"), ("Zagreb", "  ZAG  ")]
        {
            let (values, found) = shown(name, typed, "");
            assert_eq!((values, &found["found"]), (vec!["last".to_owned()], &json!(1)), "{name}");
        }
        assert!(shown("Zagreb", "Zagrebx", "").0.is_empty());
    }

    #[test]
    fn too_many_are_said_to_be_so_and_what_is_chosen_stays() {
        let (values, found) = shown("Zagreb", "", "");
        assert_eq!((values.len(), &found["of"], &found["found"], &found["looked"]), (MOST, &json!(1_201), &json!(1_201), &json!(false)));
        let (values, found) = shown("Zagreb", "city", "last");
        assert_eq!((values.len(), values.last().unwrap().as_str(), &found["found"]), (MOST + 1, "last", &json!(1_200)));
        let mut few = json!({"cities": [{"value": "1", "label": "One"}]});
        narrow(&mut few, "cities", "city_id", &json!({"find_city_id": "nothing"}));
        assert_eq!(few, json!({"cities": [{"value": "1", "label": "One"}]}), "what can be read through is left alone");
    }
}
