//! The tables, as both databases have them: one description for both migration folders.
//!
//! `tests/store.rs` compares it with what the migrations make. No foreign tables, no views.

diesel::table! {
    person (id) {
        id -> Text,
        email -> Text,
        name -> Text,
        language -> Text,
        time_zone -> Text,
        password_hash -> Nullable<Text>,
        state -> Text,
        version -> Integer,
        created_at -> Timestamp,
        erased_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    role_grant (id) {
        id -> Text,
        person_id -> Text,
        role -> Text,
        scope_kind -> Text,
        scope_id -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    /// Cookie sessions; the id is the hash of the cookie's token.
    session (id) {
        id -> Text,
        person_id -> Text,
        created_at -> Timestamp,
        seen_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    /// Refresh tokens by hash; reuse of a spent one revokes its family.
    refresh_token (id) {
        id -> Text,
        family_id -> Text,
        person_id -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        spent_at -> Nullable<Timestamp>,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    /// What people let programs do in their name, and until when; only the hash of the token is kept.
    service_token (id) {
        id -> Text,
        person_id -> Text,
        name -> Text,
        token_hash -> Text,
        access -> Text,
        use_cases -> Text,
        scope_kind -> Text,
        scope_id -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        last_used_on -> Nullable<Date>,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    /// Passkeys: public keys, with what their devices say of them.
    passkey (id) {
        id -> Text,
        person_id -> Text,
        name -> Text,
        credential_id -> Text,
        credential -> Text,
        created_at -> Timestamp,
        last_used_on -> Nullable<Date>,
    }
}

diesel::table! {
    /// Codes that stand in for a passkey, each once; only their hashes are kept.
    recovery_code (person_id, code_hash) {
        person_id -> Text,
        code_hash -> Text,
        created_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    /// Steps between a right password and what it is for, by the hash of their token.
    second_step (id) {
        id -> Text,
        person_id -> Text,
        purpose -> Text,
        name -> Text,
        question -> Text,
        state -> Text,
        tries -> Integer,
        created_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    /// Scoped secrets in links; only the hash of the token is kept.
    capability (id) {
        id -> Text,
        token_hash -> Text,
        purpose -> Text,
        subject_id -> Text,
        person_id -> Nullable<Text>,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    login_attempt (subject) {
        subject -> Text,
        failures -> Integer,
        window_started_at -> Timestamp,
    }
}

diesel::table! {
    /// Where accounts signed in from, as keyed hashes of both.
    known_address (subject) {
        subject -> Text,
        seen_at -> Timestamp,
    }
}

diesel::table! {
    audit_entry (seq) {
        seq -> BigInt,
        at -> Timestamp,
        actor -> Text,
        verb -> Text,
        object -> Text,
        detail -> Text,
        previous_hash -> Text,
        hash -> Text,
    }
}

diesel::table! {
    /// One row: the end of the audit chain; updating it orders the writers.
    audit_head (id) {
        id -> Integer,
        seq -> BigInt,
        hash -> Text,
    }
}

diesel::table! {
    idempotency (caller, key) {
        caller -> Text,
        key -> Text,
        request_hash -> Text,
        status -> Integer,
        content_type -> Text,
        location -> Text,
        etag -> Text,
        body -> Binary,
        created_at -> Timestamp,
    }
}

diesel::table! {
    framework (id) {
        id -> Text,
        name -> Text,
        version_label -> Text,
        state -> Text,
        catalogue -> Text,
        content_hash -> Text,
        provenance -> Text,
        version -> Integer,
        created_at -> Timestamp,
    }
}

diesel::table! {
    city (id) {
        id -> Text,
        slug -> Text,
        name -> Text,
        country -> Text,
        language -> Text,
        time_zone -> Text,
        population -> Nullable<BigInt>,
        version -> Integer,
        created_at -> Timestamp,
    }
}

diesel::table! {
    rubric (id) {
        id -> Text,
        name -> Text,
        version_label -> Text,
        content -> Text,
        content_hash -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    round (id) {
        id -> Text,
        framework_id -> Text,
        rubric_id -> Nullable<Text>,
        name -> Text,
        year -> Integer,
        state -> Text,
        time_zone -> Text,
        report_due_at -> Timestamp,
        review_due_at -> Timestamp,
        experts_per_report -> Integer,
        version -> Integer,
        created_at -> Timestamp,
    }
}

diesel::table! {
    participation (id) {
        id -> Text,
        round_id -> Text,
        city_id -> Text,
        created_at -> Timestamp,
        version -> Integer,
        stage -> Text,
    }
}

diesel::table! {
    results_release (participation_id, number) {
        participation_id -> Text,
        number -> Integer,
        released_at -> Timestamp,
        released_by -> Text,
        content -> Text,
        content_hash -> Text,
        published_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    result_set (participation_id) {
        participation_id -> Text,
        computed_at -> Timestamp,
        framework_id -> Text,
        submission_id -> Nullable<Text>,
        rubric_id -> Nullable<Text>,
        panel -> Nullable<Text>,
    }
}

diesel::table! {
    result (participation_id, measure) {
        participation_id -> Text,
        measure -> Text,
        state -> Nullable<Text>,
        value -> Nullable<Double>,
        low -> Nullable<Double>,
        high -> Nullable<Double>,
        n -> Nullable<BigInt>,
        year -> Nullable<Integer>,
        origin -> Text,
        origin_at -> Nullable<Timestamp>,
        because -> Nullable<Text>,
        mode -> Nullable<Text>,
        chosen -> Bool,
        passed_over -> BigInt,
    }
}

diesel::table! {
    instrument (id) {
        id -> Text,
        name -> Text,
        version_label -> Text,
        state -> Text,
        title -> Text,
        questionnaire -> Text,
        measures -> Text,
        content_hash -> Text,
        version -> Integer,
        created_at -> Timestamp,
        notes -> Text,
    }
}

diesel::table! {
    survey (id) {
        id -> Text,
        participation_id -> Text,
        instrument_id -> Text,
        slug -> Text,
        mode -> Text,
        state -> Text,
        opened_at -> Nullable<Timestamp>,
        closes_at -> Nullable<Timestamp>,
        version -> Integer,
        created_at -> Timestamp,
        sealed_at -> Nullable<Timestamp>,
        contact -> Text,
        edition -> Integer,
        privacy -> Text,
        opens_at -> Nullable<Timestamp>,
        key_seed -> Nullable<Text>,
        list_until -> Nullable<Date>,
    }
}

diesel::table! {
    response_draft (survey_id, code_hash) {
        survey_id -> Text,
        code_hash -> Text,
        kib -> Integer,
        sealed -> Binary,
        day -> Date,
    }
}

diesel::table! {
    visit_ended (survey_id, mark) {
        survey_id -> Text,
        mark -> BigInt,
        day -> Date,
    }
}

diesel::table! {
    response (survey_id, day, key) {
        survey_id -> Text,
        day -> Date,
        key -> BigInt,
        language -> Text,
        answers -> Text,
        mark -> Nullable<BigInt>,
        edition -> Integer,
        stratum -> Nullable<Text>,
        invitation_id -> Nullable<Text>,
    }
}

diesel::table! {
    /// Which questionnaire a survey asks, from which day on.
    survey_edition (survey_id, edition) {
        survey_id -> Text,
        edition -> Integer,
        instrument_id -> Text,
        since -> Nullable<Date>,
    }
}

diesel::table! {
    response_day (survey_id, day) {
        survey_id -> Text,
        day -> Date,
    }
}

diesel::table! {
    survey_stratum (survey_id, name) {
        survey_id -> Text,
        name -> Text,
        invited -> BigInt,
        quota -> Nullable<BigInt>,
        taken -> BigInt,
    }
}

diesel::table! {
    invitation (survey_id, id) {
        survey_id -> Text,
        id -> Text,
        number -> Integer,
        name -> Text,
        email -> Nullable<Text>,
        postal -> Text,
        language -> Text,
        stratum -> Text,
        code_hash -> Text,
        state -> Text,
        written -> Bool,
    }
}

diesel::table! {
    /// By a MAC of the invitation.
    invitation_spent (survey_id, mark) {
        survey_id -> Text,
        mark -> BigInt,
        once -> Nullable<BigInt>,
        day -> Nullable<Date>,
    }
}

diesel::table! {
    survey_wave (survey_id, number) {
        survey_id -> Text,
        number -> Integer,
        kind -> Text,
        due_at -> Timestamp,
        state -> Text,
        reached -> Integer,
        created_at -> Timestamp,
    }
}

diesel::table! {
    opt_out (city_id, address_hash) {
        city_id -> Text,
        address_hash -> Text,
    }
}

diesel::table! {
    receipt_before (survey_id, number) {
        survey_id -> Text,
        number -> BigInt,
        day -> Date,
    }
}

diesel::table! {
    /// A file of a survey's responses, for who asked for it.
    response_export (id) {
        id -> Text,
        survey_id -> Text,
        person_id -> Text,
        format -> Text,
        language -> Text,
        own_words -> Bool,
        state -> Text,
        responses -> BigInt,
        bytes -> BigInt,
        version -> Integer,
        created_at -> Timestamp,
        ends_at -> Timestamp,
    }
}

diesel::table! {
    /// The file, packed, a part in each row.
    response_export_part (export_id, place) {
        export_id -> Text,
        place -> Integer,
        bytes -> Binary,
    }
}

diesel::table! {
    estimate_set (survey_id) {
        survey_id -> Text,
        computed_at -> Timestamp,
        responses -> BigInt,
        content_hash -> Text,
        checked_at -> Timestamp,
        stands -> Bool,
    }
}

diesel::table! {
    estimate (survey_id, measure, domain) {
        survey_id -> Text,
        measure -> Text,
        domain -> Text,
        place -> Integer,
        kind -> Text,
        value -> Nullable<Double>,
        se -> Nullable<Double>,
        low -> Nullable<Double>,
        high -> Nullable<Double>,
        n -> BigInt,
        n_eff -> Nullable<Double>,
        method -> Nullable<Text>,
        suppressed -> Bool,
        undefined -> Nullable<Text>,
    }
}

diesel::table! {
    survey_daily (survey_id, day, part, name) {
        survey_id -> Text,
        day -> Date,
        part -> Text,
        name -> Text,
        count -> BigInt,
    }
}

diesel::table! {
    survey_figure (survey_id, part, name) {
        survey_id -> Text,
        part -> Text,
        name -> Text,
        place -> Integer,
        base -> Nullable<BigInt>,
        count -> Nullable<BigInt>,
    }
}

diesel::table! {
    survey_share (survey_id, part, name) {
        survey_id -> Text,
        part -> Text,
        name -> Text,
        share -> Double,
    }
}

diesel::table! {
    survey_reliance (survey_id, number) {
        survey_id -> Text,
        number -> Integer,
        relied_on -> Bool,
        reason -> Text,
        decided_at -> Timestamp,
        decided_by -> Text,
    }
}

diesel::table! {
    survey_count (survey_id, day, part, name) {
        survey_id -> Text,
        day -> Date,
        part -> Text,
        name -> Text,
        responses -> BigInt,
    }
}

diesel::table! {
    report (id) {
        id -> Text,
        participation_id -> Text,
        state -> Text,
        version -> Integer,
        created_at -> Timestamp,
    }
}

diesel::table! {
    report_section (report_id, measure) {
        report_id -> Text,
        measure -> Text,
        body -> Text,
        version -> Integer,
        updated_at -> Timestamp,
        updated_by -> Text,
    }
}

diesel::table! {
    report_statistic (report_id, measure) {
        report_id -> Text,
        measure -> Text,
        value -> Nullable<Double>,
        year -> Nullable<Integer>,
        source -> Text,
        not_available -> Bool,
        version -> Integer,
        updated_at -> Timestamp,
        updated_by -> Text,
    }
}

diesel::table! {
    evidence (id) {
        id -> Text,
        report_id -> Text,
        measure -> Text,
        file_name -> Text,
        media_type -> Text,
        size -> Integer,
        sha256 -> Text,
        removed_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        created_by -> Text,
        taken_out -> Text,
        rules -> Integer,
    }
}

diesel::table! {
    evidence_content (evidence_id) {
        evidence_id -> Text,
        bytes -> Binary,
    }
}

diesel::table! {
    submission (id) {
        id -> Text,
        report_id -> Text,
        number -> Integer,
        content -> Text,
        content_hash -> Text,
        receipt -> Text,
        submitted_at -> Timestamp,
        submitted_by -> Text,
    }
}

diesel::table! {
    report_return (submission_id) {
        submission_id -> Text,
        note -> Text,
        returned_at -> Timestamp,
        returned_by -> Text,
    }
}

diesel::table! {
    expert (person_id) {
        person_id -> Text,
        languages -> Text,
        countries -> Text,
        areas -> Text,
        load_max -> Integer,
        affiliation -> Text,
        version -> Integer,
        created_at -> Timestamp,
    }
}

diesel::table! {
    conflict (id) {
        id -> Text,
        person_id -> Text,
        city_id -> Text,
        kind -> Text,
        source -> Text,
        note -> Text,
        state -> Text,
        created_at -> Timestamp,
        round_id -> Nullable<Text>,
    }
}

diesel::table! {
    assignment_plan (id) {
        id -> Text,
        round_id -> Text,
        state -> Text,
        content -> Text,
        version -> Integer,
        created_at -> Timestamp,
        created_by -> Text,
    }
}

diesel::table! {
    review (id) {
        id -> Text,
        round_id -> Text,
        submission_id -> Text,
        person_id -> Text,
        rubric_id -> Text,
        kind -> Text,
        state -> Text,
        measures -> Text,
        due_at -> Timestamp,
        invited_at -> Timestamp,
        responded_at -> Nullable<Timestamp>,
        submitted_at -> Nullable<Timestamp>,
        decline_reason -> Text,
        overall_comment -> Text,
        receipt -> Text,
        version -> Integer,
        aside -> Text,
    }
}

diesel::table! {
    rating (review_id, measure) {
        review_id -> Text,
        measure -> Text,
        level -> Nullable<Integer>,
        cannot_judge -> Bool,
        comment -> Text,
        evidence_pointer -> Text,
        version -> Integer,
        updated_at -> Timestamp,
        given_on -> Nullable<Text>,
    }
}

diesel::table! {
    /// Ratings of sections that the city has changed since, as they were.
    rating_before (review_id, measure, submission_id) {
        review_id -> Text,
        measure -> Text,
        submission_id -> Text,
        given_on -> Nullable<Text>,
        level -> Nullable<Integer>,
        cannot_judge -> Bool,
        comment -> Text,
        evidence_pointer -> Text,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    round_agreement (round_id) {
        round_id -> Text,
        computed_at -> Timestamp,
        content -> Text,
    }
}

diesel::table! {
    disagreement (id) {
        id -> Text,
        round_id -> Text,
        submission_id -> Text,
        measure -> Text,
        reason -> Text,
        state -> Text,
        third_review_id -> Nullable<Text>,
        resolution -> Text,
        level -> Nullable<Double>,
        note -> Text,
        resolved_by -> Text,
        resolved_at -> Nullable<Timestamp>,
        version -> Integer,
        created_at -> Timestamp,
    }
}

diesel::table! {
    /// The outbox. `round_id` is empty for mails that belong to no round.
    message (round_id, id) {
        round_id -> Text,
        id -> Text,
        template -> Text,
        language -> Text,
        person_id -> Text,
        to_name -> Text,
        to_email -> Text,
        subject_kind -> Text,
        subject_id -> Text,
        context -> Text,
        subject -> Text,
        state -> Text,
        attempts -> Integer,
        due_at -> Timestamp,
        lease_until -> Nullable<Timestamp>,
        last_error -> Text,
        created_at -> Timestamp,
        sent_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    message_event (round_id, message_id, number) {
        round_id -> Text,
        message_id -> Text,
        number -> Integer,
        at -> Timestamp,
        state -> Text,
        detail -> Text,
    }
}

diesel::table! {
    instance (name) {
        name -> Text,
        value -> Text,
    }
}

diesel::table! {
    job (kind, key) {
        kind -> Text,
        key -> Text,
        state -> Text,
        due_at -> Timestamp,
        again_at -> Nullable<Timestamp>,
        lease_until -> Nullable<Timestamp>,
        attempts -> Integer,
        done -> BigInt,
        todo -> BigInt,
        outcome -> Text,
        last_error -> Text,
        created_at -> Timestamp,
        started_at -> Nullable<Timestamp>,
        finished_at -> Nullable<Timestamp>,
    }
}

/// The one list of all tables: they may stand in one query, and an archive has every one of them.
macro_rules! every {
    ($($table:ident),+ $(,)?) => {
        diesel::allow_tables_to_appear_in_same_query!($($table),+);

        /// All tables with their columns, as they are described here.
        pub fn tables() -> Vec<super::archive::tables::Table> {
            vec![$(super::archive::tables::Table::of::<$table::table>(stringify!($table))),+]
        }
    };
}

every!(
    person,
    role_grant,
    session,
    refresh_token,
    service_token,
    passkey,
    recovery_code,
    second_step,
    capability,
    known_address,
    login_attempt,
    audit_entry,
    audit_head,
    idempotency,
    instance,
    framework,
    city,
    rubric,
    round,
    participation,
    results_release,
    result_set,
    result,
    instrument,
    survey,
    survey_edition,
    response,
    response_day,
    receipt_before,
    response_draft,
    visit_ended,
    response_export,
    response_export_part,
    estimate_set,
    estimate,
    survey_count,
    survey_reliance,
    survey_daily,
    survey_figure,
    survey_share,
    survey_stratum,
    invitation,
    invitation_spent,
    survey_wave,
    opt_out,
    report,
    report_section,
    report_statistic,
    evidence,
    evidence_content,
    submission,
    report_return,
    expert,
    conflict,
    assignment_plan,
    review,
    rating,
    rating_before,
    round_agreement,
    disagreement,
    message,
    message_event,
    job,
);
