//! Agreement over a round, as a job computed it last (`jobs.rs`), with the disagreements of now.

use super::disagreements::disagreement_list;
use super::guard::{blind_cities, own_cities};
use super::thresholds;
use crate::framework;
use crate::ground::ids::RoundId;
use crate::ground::{Error, Result};
use crate::people::call::Call;
use crate::people::identity::Stage;
use crate::people::policy::UseCase;
use crate::reviews::coefficients::Agreement;
use crate::reviews::jobs::of_nothing;
use crate::reviews::store::{self, CaseKey};
use crate::reviews::views::{AgreementView, GapView};
use crate::rounds;
use crate::rounds::actions::round_for;
use crate::web::paging::{Listing, PageAt};

/// Disagreements begin at `at`.
pub fn agreement_read(call: &Call<'_>, id: &RoundId, at: &PageAt<CaseKey>) -> Result<AgreementView> {
    let permit = round_for(call, UseCase::agreement_read, id)?;
    let gaps: Listing<GapView> = match disagreement_list(call, id, at) {
        Ok(cases) => cases.map(GapView::from),
        // Not for every reader.
        Err(Error::Forbidden(_) | Error::NotFound(_)) => Listing { items: Vec::new(), next_cursor: None },
        Err(e) => return Err(e),
    };
    let thresholds = thresholds(&call.service.config);
    let judged = |agreement: Agreement| agreement.judged(thresholds);
    permit.read(|db| {
        let catalogue = framework::store::catalogue_of(db, &permit.framework_id)?;
        let mut unseen = own_cities(call, db, id)?;
        unseen.extend(blind_cities(call, db, id)?);
        // Whatever is counted over all cities tells of each of them, to whoever sees the others: with no other report
        // rated twice, measure by measure whether the panel agreed. From the release on it is for more readers.
        if !unseen.is_empty() && rounds::store::target_of_round(db, id)?.stage < Some(Stage::Released) {
            let nothing = of_nothing(call.service, &permit, &catalogue);
            return Ok(AgreementView {
                overall: None,
                measures: Vec::new(),
                withheld: true,
                gaps: gaps.items,
                next_cursor: gaps.next_cursor,
                ..nothing
            });
        }
        let mut view = match store::agreement(db, id)? {
            Some((at, content)) => {
                let view: AgreementView = serde_json::from_str(&content).map_err(|e| Error::internal(format!("agreement of {id}: {e}")))?;
                AgreementView { computed_at: Some(at), overall: view.overall.map(judged), ..view }
            }
            None if store::is_judged(db, id)? => {
                AgreementView { overall: None, measures: Vec::new(), ..of_nothing(call.service, &permit, &catalogue) }
            }
            None => of_nothing(call.service, &permit, &catalogue),
        };
        view.singles.retain(|single| single.city_id.as_ref().is_none_or(|city| !unseen.contains(city)));
        // Beside the levels of other cities, what is counted over all of them would tell those of one's own.
        let counted = unseen.is_empty();
        if let Some(overall) = view.overall.as_mut().filter(|_| !counted) {
            overall.distribution.clear();
        }
        view.measures = view
            .measures
            .into_iter()
            .map(|mut m| {
                m.agreement = judged(m.agreement);
                if !counted {
                    m.agreement.distribution.clear();
                }
                m
            })
            .collect();
        (view.alpha_good, view.alpha_tentative) = (thresholds.good, thresholds.tentative);
        view.round.clone_from(&permit.name);
        (view.gaps, view.next_cursor) = (gaps.items, gaps.next_cursor);
        Ok(view)
    })
}
