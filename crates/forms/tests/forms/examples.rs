//! The examples run to their ends.

#[path = "../../examples/export.rs"]
mod export;
#[path = "../../examples/expression.rs"]
mod expression;
#[path = "../../examples/questionnaire.rs"]
mod questionnaire;
#[path = "../../examples/xform.rs"]
mod xform;

#[test]
fn the_example_of_an_expression_runs() {
    expression::main().unwrap();
}

#[test]
fn the_example_of_a_questionnaire_runs() {
    questionnaire::main().unwrap();
}

#[test]
fn the_example_of_an_xform_runs() {
    xform::main().unwrap();
}

#[test]
fn the_example_of_an_export_runs() {
    export::main().unwrap();
}
