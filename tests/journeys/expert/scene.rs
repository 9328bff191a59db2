//! A round with submitted reports, experts and a coordinator: where the journeys of reviewing begin.

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde_json::{Value, json};
use stoa::framework::catalogue::Catalogue;
use stoa::framework::store::{FrameworkRow, FrameworkState};
use stoa::ground::ids::{CityId, EvidenceId, FrameworkId, ParticipationId, ReportId, RoundId, RubricId, SubmissionId};
use stoa::ground::receipt::{receipt, sha256_hex};
use stoa::ground::{MeasureCode, Text, Zone};
use stoa::people::identity::{Role, Stage};
use stoa::people::policy::Reach;
use stoa::reports::submission::{Content, EvidenceRef, Section};
use stoa::rounds::place::{City, Round, RoundState};
use stoa::rounds::store::{self as rounds, ParticipationRow};
use stoa::store::schema::{evidence, evidence_content, report, submission};

use crate::support::{Answer, Grants, Person, TestApp};

/// The two measures that the scene's rubric anchors.
pub const MEASURES: [&str; 2] = ["9.1.a", "10.1.a"];
pub const EVIDENCE: &[u8] = b"%PDF-1.4 attendance by district";

pub struct Report {
    pub city: CityId,
    pub submission: SubmissionId,
    pub evidence: EvidenceId,
}

pub struct Scene<'a> {
    pub app: &'a TestApp,
    pub coordinator: Person,
    pub round: RoundId,
    pub reports: Vec<Report>,
}

impl<'a> Scene<'a> {
    /// A round with two experts a report, and a submitted report of each country.
    pub async fn with(app: &'a TestApp, countries: &[&str]) -> Self {
        let coordinator = app.person(Role::Coordinator, Grants::Instance);
        let rubric = import_rubric(app, &coordinator).await;
        let service = &app.service;
        let (clock, chance, now) = (&*service.clock, &*service.chance, service.now());
        let catalogue = Catalogue::from_csv(include_bytes!("../../../config/frameworks/key-features-2013.csv")).unwrap();
        let framework = FrameworkRow {
            id: FrameworkId::new(clock, chance),
            name: "Key Features".into(),
            version_label: "test".into(),
            state: FrameworkState::Published,
            catalogue: serde_json::to_string(&catalogue).unwrap(),
            content_hash: "x".into(),
            provenance: String::new(),
            version: 1,
            created_at: now,
        };
        service.store.write(|db| stoa::framework::store::insert(db, &framework)).unwrap();
        Self::round(app, coordinator, &framework.id, &rubric, "Monitoring 2026", &[], countries)
    }

    /// Another round of the same framework and rubric, run by somebody who runs no other: with some
    /// cities that are there already, and new ones of these countries. Reports come in that order.
    pub fn beside(&self, name: &str, cities: &[&CityId], countries: &[&str]) -> Self {
        let round = self.app.service.store.read(|db| rounds::round(db, &self.round)).unwrap();
        let coordinator = self.app.account("en");
        let scene = Self::round(self.app, coordinator, &round.framework_id, &round.rubric_id.unwrap(), name, cities, countries);
        self.app.grant(&scene.coordinator, Role::Coordinator, Grants::Round(&scene.round));
        scene
    }

    fn round(
        app: &'a TestApp,
        coordinator: Person,
        framework: &FrameworkId,
        rubric: &RubricId,
        name: &str,
        cities: &[&CityId],
        countries: &[&str],
    ) -> Self {
        let (clock, chance, now) = (&*app.service.clock, &*app.service.chance, app.service.now());
        let round = Round {
            id: RoundId::new(clock, chance),
            framework_id: framework.clone(),
            rubric_id: Some(rubric.clone()),
            name: name.into(),
            year: 2026,
            state: RoundState::Open,
            time_zone: Zone::UTC,
            report_due_at: now,
            review_due_at: now.plus(chrono::Duration::days(30)),
            experts_per_report: 2,
            version: 1,
            created_at: now,
        };
        let mut reports = Vec::new();
        let service = &app.service;
        service
            .store
            .write(|db| {
                rounds::round_insert(db, &round)?;
                let mut all: Vec<CityId> = cities.iter().map(|id| (*id).clone()).collect();
                let everything = Reach { instance: Some(Stage::Assessing), ..Reach::default() };
                let there = rounds::cities_within(db, &everything)?.len();
                for (i, country) in countries.iter().enumerate() {
                    let city = City {
                        id: CityId::new(clock, chance),
                        slug: format!("city-{}", there + i),
                        name: Text::english(format!("City {}", there + i)),
                        country: country.parse().unwrap(),
                        language: stoa::ground::Language::ENGLISH,
                        time_zone: Zone::UTC,
                        population: None,
                        version: 1,
                        created_at: now,
                    };
                    rounds::city_insert(db, &city)?;
                    all.push(city.id);
                }
                for city in all {
                    let participation = ParticipationId::new(clock, chance);
                    let row = ParticipationRow {
                        id: participation.clone(),
                        round_id: round.id.clone(),
                        city_id: city.clone(),
                        created_at: now,
                        version: 1,
                        stage: Stage::Assessing,
                    };
                    rounds::participation_insert(db, &row)?;
                    reports.push(submit(app, db, &participation, city)?);
                }
                Ok(())
            })
            .unwrap();
        Self { app, coordinator, round: round.id, reports }
    }

    /// Adds an expert who reads English and lives in a country, through the API.
    pub async fn expert(&self, number: usize, country: &str) -> Expert {
        let email = format!("expert.{number}@example.org");
        let body = json!({"email": email, "name": format!("Expert {number}"), "languages": ["en"], "countries": [country], "load_max": 5});
        let view = self.app.as_person(&self.coordinator).post("/api/v1/experts", &body).await.expect(201).json();
        Expert { id: view["person_id"].as_str().unwrap().to_owned(), email }
    }

    /// Who could review a report, and why others could not: name → `may`, or the reason.
    pub async fn candidates(&self, report: usize) -> BTreeMap<String, String> {
        let path = format!("/api/v1/submissions/{}/candidates", self.reports[report].submission);
        let list = self.app.as_person(&self.coordinator).get(&path).await.expect(200).json();
        let text = |v: &Value| v.as_str().map(str::to_owned);
        let one = |c: &Value| (text(&c["name"]).unwrap(), text(&c["ineligible"]["why"]).unwrap_or_else(|| "may".to_owned()));
        list["items"].as_array().unwrap().iter().map(one).collect()
    }

    /// Invites an expert to review report `report` by hand.
    pub async fn invite(&self, report: usize, expert: &Expert) -> Answer {
        let path = format!("/api/v1/submissions/{}/reviews", self.reports[report].submission);
        // Mails of one instant have no order.
        self.app.clock.advance(chrono::Duration::minutes(1));
        self.app.as_person(&self.coordinator).post(&path, &json!({"person_id": expert.id})).await
    }

    /// Invites an expert and takes the link from their mail.
    pub async fn seat(&self, report: usize, expert: &Expert) -> Seat {
        let id = self.invite(report, expert).await.expect(201).json()["review_id"].as_str().unwrap().to_owned();
        self.seat_of(&id, expert)
    }

    /// The seat of a review that exists, with the link from the newest invitation.
    pub fn seat_of(&self, id: &str, expert: &Expert) -> Seat {
        let mails = self.app.mails_to(&expert.email);
        let mail = mails.iter().rev().find(|m| m.template == "review_invitation" && m.subject_id == id).expect("an invitation");
        let path = mail.paths(self.app).first().expect("a link").clone();
        let token = path.strip_prefix("/review/").expect("a link to a review").to_owned();
        Seat { id: id.to_owned(), path, token }
    }

    /// An expert reviews report `report`: accepts, gives these levels to the measures, submits.
    pub async fn reviews(&self, report: usize, expert: &Expert, levels: [i32; 2]) -> Seat {
        let seat = self.seat(report, expert).await;
        self.completes(&seat, &MEASURES, &levels).await;
        seat
    }

    pub async fn completes(&self, seat: &Seat, measures: &[&str], levels: &[i32]) {
        let api = self.app.with_token(&seat.token);
        api.post(&format!("/api/v1/reviews/{}/accept", seat.id), &json!({})).await.expect(200);
        for (measure, level) in measures.iter().zip(levels) {
            self.rates(seat, measure, json!({"level": level, "comment": "Said in the report."})).await.expect(200);
        }
        api.post(&format!("/api/v1/reviews/{}/submit", seat.id), &json!({})).await.expect(200);
    }

    /// Everything is rated, nothing submitted.
    pub async fn completes_draft(&self, seat: &Seat) {
        for measure in MEASURES {
            self.rates(seat, measure, json!({"level": 3, "comment": "Said in the report."})).await.expect(200);
        }
    }

    /// A first save of one measure.
    pub async fn rates(&self, seat: &Seat, measure: &str, rating: Value) -> Answer {
        self.app.with_token(&seat.token).put(&format!("/api/v1/reviews/{}/ratings/{measure}", seat.id), "\"v0\"", &rating).await
    }

    pub async fn review(&self, id: &str) -> Value {
        self.app.as_person(&self.coordinator).get(&format!("/api/v1/reviews/{id}")).await.expect(200).json()
    }

    pub async fn disagreements(&self) -> Vec<Value> {
        let path = format!("/api/v1/rounds/{}/disagreements", self.round);
        self.app.as_person(&self.coordinator).get(&path).await.expect(200).json()["items"].as_array().unwrap().clone()
    }

    /// Panel scores of the round as (measure, score, state).
    pub fn scores(&self) -> Vec<(String, Option<f64>, String)> {
        let service = &self.app.service;
        let read = service.store.read(|db| {
            let newest: std::collections::BTreeMap<_, _> = stoa::reports::store::newest_submission_ids(db, &self.round)?.into_iter().collect();
            let places = stoa::rounds::store::places_of_round(db, &self.round)?;
            let wanted = places.iter().map(|p| (p.participation.clone(), newest.get(&p.participation).cloned())).collect();
            stoa::reviews::actions::panel_scores(service, db, &places[0].round, wanted)
        });
        let scores = read.unwrap();
        let mine = scores.into_iter().filter(|s| MEASURES.contains(&&*s.measure));
        mine.map(|s| (s.measure.to_string(), s.score, s.state.to_string())).collect()
    }
}

pub struct Expert {
    pub id: String,
    pub email: String,
}

/// An invited expert's way in.
pub struct Seat {
    pub id: String,
    /// `/review/cap_…`
    pub path: String,
    pub token: String,
}

async fn import_rubric(app: &TestApp, coordinator: &Person) -> RubricId {
    let mut csv = "measure,level,label::en,anchor::en\n".to_owned();
    for measure in MEASURES {
        for level in 0..=4 {
            csv += &format!("{measure},{level},Level {level},What level {level} of {measure} shows\n");
        }
    }
    let body = json!({"name": "Short", "version_label": "1", "csv": csv});
    let view = app.as_person(coordinator).post("/api/v1/rubrics", &body).await.expect(201).json();
    view["id"].as_str().unwrap().parse().unwrap()
}

fn submit(app: &TestApp, db: &mut stoa::store::Db, participation: &ParticipationId, city: CityId) -> stoa::ground::Result<Report> {
    let (clock, chance, now) = (&*app.service.clock, &*app.service.chance, app.service.now());
    let (report_id, id, file) = (ReportId::new(clock, chance), SubmissionId::new(clock, chance), EvidenceId::new(clock, chance));
    diesel::insert_into(report::table)
        .values((
            report::id.eq(&report_id),
            report::participation_id.eq(participation),
            report::state.eq("submitted"),
            report::version.eq(1),
            report::created_at.eq(now),
        ))
        .execute(db)?;
    diesel::insert_into(evidence::table)
        .values((
            evidence::id.eq(&file),
            evidence::report_id.eq(&report_id),
            evidence::measure.eq(MEASURES[0]),
            evidence::file_name.eq("attendance \"2026\".pdf"),
            evidence::media_type.eq("application/pdf"),
            evidence::size.eq(i32::try_from(EVIDENCE.len()).unwrap()),
            evidence::sha256.eq(sha256_hex(EVIDENCE)),
            evidence::removed_at.eq(None::<stoa::ground::UtcTime>),
            evidence::created_at.eq(now),
            evidence::created_by.eq("test"),
        ))
        .execute(db)?;
    diesel::insert_into(evidence_content::table)
        .values((evidence_content::evidence_id.eq(&file), evidence_content::bytes.eq(EVIDENCE)))
        .execute(db)?;
    let section =
        |measure: &str| Section { measure: MeasureCode::from_stored(measure), body: format!("What the city says about {measure}."), words: 6 };
    let content = Content {
        sections: MEASURES.iter().map(|m| section(m)).collect(),
        statistics: vec![],
        evidence: vec![EvidenceRef {
            id: file.clone(),
            measure: Some(MeasureCode::from_stored(MEASURES[0])),
            file_name: "attendance \"2026\".pdf".into(),
            media_type: "application/pdf".into(),
            size: i32::try_from(EVIDENCE.len()).unwrap(),
            taken_out: vec![stoa::reports::evidence::TakenOut::Link],
            sha256: sha256_hex(EVIDENCE),
        }],
    };
    let json = serde_json::to_string(&content).unwrap();
    diesel::insert_into(submission::table)
        .values((
            submission::id.eq(&id),
            submission::report_id.eq(&report_id),
            submission::number.eq(1),
            submission::content.eq(&json),
            submission::content_hash.eq(sha256_hex(json.as_bytes())),
            submission::receipt.eq(receipt("submission", id.as_str())),
            submission::submitted_at.eq(now),
            submission::submitted_by.eq("test"),
        ))
        .execute(db)?;
    Ok(Report { city, submission: id, evidence: file })
}
