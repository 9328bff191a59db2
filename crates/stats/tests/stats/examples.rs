//! The examples run to their ends.

#[path = "../../examples/agreement.rs"]
mod agreement;
#[path = "../../examples/assignment.rs"]
mod assignment;
#[path = "../../examples/estimation.rs"]
mod estimation;

#[test]
fn the_example_of_an_agreement_runs() {
    agreement::main().unwrap();
}

#[test]
fn the_example_of_an_estimate_runs() {
    estimation::main().unwrap();
}

#[test]
fn the_example_of_an_assignment_runs() {
    assignment::main().unwrap();
}
