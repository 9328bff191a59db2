//! Twenty-four people in six streets of two districts were asked whether they took a course. What share
//! of the city is that, with the interval that the design deserves, before and after the weights are
//! made to meet the census?
//!
//! `cargo run -p stoa-stats --example estimation`

use std::error::Error;

use stats::estimation::{Margin, Options, Plan, read_and_estimate};

/// Who answered: each stands for `weight` people. The last two gave no answer.
const ANSWERS: &str = "\
district,street,weight,age,course
north,n1,120,young,yes\nnorth,n1,120,young,no\nnorth,n1,120,old,no\nnorth,n1,120,old,no
north,n2,150,young,yes\nnorth,n2,150,young,yes\nnorth,n2,150,old,no\nnorth,n2,150,old,yes
north,n3,130,young,no\nnorth,n3,130,old,no\nnorth,n3,130,old,yes\nnorth,n3,130,old,no
south,s1,90,young,no\nsouth,s1,90,young,yes\nsouth,s1,90,old,no\nsouth,s1,90,old,no
south,s2,110,young,yes\nsouth,s2,110,old,no\nsouth,s2,110,old,no\nsouth,s2,110,old,no
south,s3,100,young,no\nsouth,s3,100,young,yes\nsouth,s3,100,old,NA\nsouth,s3,100,old,
";

pub fn main() -> Result<(), Box<dyn Error>> {
    let plan = Plan {
        proportions: vec!["course=yes".into()],
        weights: Some("weight".into()),
        strata: Some("district".into()),
        cluster: Some("street".into()),
        ..Plan::default()
    };
    show("as asked", &plan)?;

    // The census knows how many people there are of each age.
    let census = Margin::new("age", &[("young", 900.0), ("old", 1_900.0)]);
    show("by the census", &Plan { poststratify: Some(census), ..plan.clone() })?;

    // By district, results of fewer than twelve answers are withheld, and then what would give them away.
    let options = Options { suppress_below: 12, ..Options::default() };
    show("by district", &Plan { by: Some("district".into()), options, ..plan })
}

fn show(what: &str, plan: &Plan) -> Result<(), Box<dyn Error>> {
    for found in read_and_estimate(ANSWERS.as_bytes(), plan)? {
        let of = found.domain.unwrap_or_else(|| "everybody".to_owned());
        match (found.estimate, found.ci95) {
            (Some(share), Some([low, high])) => println!(
                "{what}: {:.1} % of {of} ({:.1} to {:.1}), {} answers worth {:.1}",
                share * 100.0,
                low * 100.0,
                high * 100.0,
                found.n.unwrap_or_default(),
                found.n_eff.unwrap_or_default()
            ),
            (Some(share), None) => println!("{what}: {:.1} % of {of}, without an interval: {:?}", share * 100.0, found.undefined),
            (None, _) => println!("{what}: nothing of {of}, {}", found.suppressed.map_or_else(String::new, |reason| reason.to_string())),
        }
    }
    Ok(())
}
