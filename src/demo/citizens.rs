//! Answers of invented citizens to the shipped questionnaire, checked like real ones.

use chrono::Days;
use serde_json::{Map, Value, json};

use crate::ground::chance::{Chance, SeededChance};
use crate::ground::{Error, Language, Result};
use crate::people::call::Call;
use crate::people::policy::UseCase;
use crate::surveys::intake::Issued;
use crate::surveys::store::responses::{Placed, ResponseRow, add};
use forms::answers::{Answers, check_to_json};

/// Over how many days the answers are spread, today's included.
pub const DAYS: u32 = 19;

/// Draws choices with weights.
struct Dice(SeededChance);

impl Dice {
    fn pick(&self, choices: &[(&'static str, u64)]) -> &'static str {
        let total = choices.iter().map(|c| c.1).sum();
        let mut at = self.0.below(total);
        for (choice, weight) in choices {
            if at < *weight {
                return choice;
            }
            at -= weight;
        }
        choices[0].0
    }

    fn in_hundred(&self, share: u64) -> bool {
        self.0.below(100) < share
    }

    fn yes(&self, share: u64) -> Value {
        json!(if self.in_hundred(share) { "yes" } else { "no" })
    }
}

/// One citizen. `lean` shifts the shares a little, so that cities differ.
fn citizen(dice: &Dice, lean: u64) -> Value {
    let mut a = Map::new();
    let mut put = |name: &str, value: Value| a.insert(name.to_owned(), value);
    let work = dice.pick(&[("employee", 46), ("self_employed", 9), ("seeking", 7), ("student", 12), ("home", 8), ("retired", 16), ("other", 2)]);
    let learner = dice.in_hundred(28 + lean);
    put("residence", json!(dice.pick(&[("under_1", 5), ("from_1_to_4", 18), ("from_5_to_14", 30), ("over_14", 47)])));
    put("course", json!(if learner { "yes" } else { "no" }));
    put("work_status", json!(work));
    if learner {
        put("learning_places", json!([dice.pick(&[("university", 20), ("vocational", 25), ("community", 25), ("workplace", 20), ("online", 10)])]));
        put("learning_satisfaction", json!(dice.pick(&[("1", 4), ("2", 9), ("3", 27), ("4", 40), ("5", 20)])));
    } else {
        put("barriers", json!([dice.pick(&[("cost", 22), ("time", 38), ("family", 18), ("information", 14), ("no_need", 8)])]));
    }
    put("online_learning", dice.yes(41 + lean));
    if matches!(work, "employee" | "self_employed") {
        put("employer_support", json!(dice.pick(&[("1", 9), ("2", 17), ("3", 29), ("4", 31), ("5", 14)])));
        put("employer_training", dice.yes(44));
    }
    put("community_learning", json!(dice.pick(&[("weekly", 12), ("monthly", 19), ("yearly", 22), ("rarely", 24), ("never", 23)])));
    put("shared_skills", dice.yes(23 + lean / 2));
    put("volunteered", dice.yes(29 + lean / 2));
    put("mixing", json!(dice.pick(&[("weekly", 31), ("monthly", 24), ("yearly", 15), ("rarely", 18), ("never", 12)])));
    put("culture_visits", json!(dice.0.below(4) + dice.0.below(3) * dice.0.below(2)));
    put("exercise", json!(dice.pick(&[("most_days", 21), ("weekly", 35), ("monthly", 14), ("rarely", 18), ("never", 12)])));
    put("transport_satisfaction", json!(dice.pick(&[("1", 10), ("2", 17), ("3", 28), ("4", 29), ("5", 11), ("dont_know", 5)])));
    let circumstance = dice.pick(&[("none", 60), ("low_income", 18), ("migrant", 9), ("disability", 6), ("little_schooling", 5), ("prefer_not", 2)]);
    put("circumstances", json!([circumstance]));
    let children = dice.in_hundred(46);
    put("children", json!(if children { "yes" } else { "no" }));
    if children && !matches!(circumstance, "none" | "prefer_not") {
        put(
            "children_outlook",
            json!(dice.pick(&[("much_better", 20), ("better", 38), ("same", 22), ("worse", 10), ("much_worse", 3), ("dont_know", 7)])),
        );
    }
    put("city_rating", json!(dice.pick(&[("1", 4), ("2", 11), ("3", 31), ("4", 38), ("5", 16)])));
    let age = [("age_18_24", 13), ("age_25_34", 19), ("age_35_44", 19), ("age_45_54", 17), ("age_55_64", 15), ("age_65_plus", 16), ("prefer_not", 1)];
    put("age_band", json!(dice.pick(&age)));
    put("gender", json!(dice.pick(&[("woman", 51), ("man", 46), ("other", 1), ("prefer_not", 2)])));
    Value::Object(a)
}

/// Writes `count` responses spread over the days before today. The same seed gives the same answers.
pub fn answer(call: &Call<'_>, slug: &str, languages: &[Language], count: usize, seed: u64, mut tick: impl FnMut(u64)) -> Result<()> {
    let permit = call.allow(UseCase::response_submit)?;
    let dice = Dice(SeededChance::new(seed));
    let now = call.service.now();
    let issued = permit.read(|db| Issued::look_up(db, slug, None, 0, now))?;
    let today = issued.day(now);
    let mut done = 0;
    while done < count {
        let batch = (count - done).min(100);
        let mut rows = Vec::with_capacity(batch);
        for _ in done..done + batch {
            let answers: Answers = serde_json::from_value(citizen(&dice, seed % 9)).map_err(Error::internal)?;
            let language = &languages[usize::from(dice.in_hundred(12)) % languages.len()];
            let answers = check_to_json(&issued.compiled, &answers, issued.today(now))
                .map_err(|e| Error::internal(format!("the demo's answers do not fit the questionnaire: {e:?}")))?;
            let day = today.checked_sub_days(Days::new(dice.0.below(u64::from(DAYS)))).unwrap_or(today);
            rows.push(ResponseRow {
                survey_id: issued.id.clone(),
                day,
                language: language.clone(),
                answers,
                mark: None,
                edition: 1,
                stratum: None,
                invitation_id: None,
            });
        }
        let first = -1 - i64::try_from(dice.0.below(1 << 62)).unwrap_or_default();
        let placed: Vec<Placed<'_>> = rows.iter().zip((i64::MIN..=first).rev()).collect();
        let left = permit.write(|db| add(db, &placed))?;
        debug_assert!(left.is_empty());
        done += batch;
        tick(batch as u64);
    }
    Ok(())
}
