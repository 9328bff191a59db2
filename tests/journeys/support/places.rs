//! A place to ask citizens in: Amman, in a round of 2026, with an instrument issued to it.

use stoa::framework::actions::ensure_default_framework;
use stoa::ground::ids::InstrumentId;
use stoa::ground::{Result, Text};
use stoa::people::call::Call;
use stoa::rounds::actions::{CityInput, ParticipationInput, RoundInput, city_create, participation_add, round_create};
use stoa::surveys::actions;
use stoa::surveys::views::{SurveyInput, SurveyView};

/// Issues an instrument to Amman by open link; the survey is not open yet.
pub fn issue_in_amman(call: &Call<'_>, instrument_id: InstrumentId) -> Result<SurveyView> {
    let framework_id = ensure_default_framework(call)?;
    let city = city_create(
        call,
        &CityInput {
            slug: "amman".to_owned(),
            name: Text::english("Amman").and(stoa::ground::Language::of("ar"), "عمّان"),
            country: "JO".into(),
            language: "ar".into(),
            time_zone: "Asia/Amman".into(),
            population: None,
        },
    )?;
    let day = |text: &str| text.parse::<chrono::NaiveDate>().expect("a day");
    let round = round_create(
        call,
        &RoundInput {
            name: "Round 2026".to_owned(),
            year: 2026.into(),
            framework_id,
            rubric_id: None,
            time_zone: "UTC".into(),
            report_due_on: day("2026-06-30").into(),
            review_due_on: day("2026-09-30").into(),
            experts_per_report: 2.into(),
        },
    )?;
    let place = participation_add(call, &round.id, &ParticipationInput { city_id: city.id })?;
    let input = SurveyInput::open_link(place.id, instrument_id);
    actions::survey_issue(call, &input)
}
