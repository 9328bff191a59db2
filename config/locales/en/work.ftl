nav-jobs = Work
work-title = Work behind the scenes
work-lead = What Stoa does by itself, after or beside what people ask for. Each is tried again when it fails; what was given up waits here for you.
work-order = What failed first, then what is being done, what waits, and what was done last
work-mail-late = Mail has not gone out for a while. { $n ->
    [0] Mail to those invited to a survey waits, written
    [one] One mail waits, written
   *[other] { $n } mails wait, the oldest written
} { $since }.
work-mail-late-look = See what the mail server says
work-kind = What
work-state = State
work-state-waiting = Waiting
work-state-running = Being done
work-state-done = Done
work-state-failed = Given up
work-due = due
work-outcome = Result
work-attempts = { $n ->
    [one] one attempt
   *[other] { $n } attempts
}
work-retry = Do it now
work-retried = It will be done in a moment.
work-more = Older work is not shown.
work-none = Nothing to do
work-none-text = Work shows here once Stoa has begun it.
work-kind-outbox = Mail: send what waits in the outbox
work-outcome-outbox = { $outcome ->
    [0] No mail was due
    [1] One mail handled
   *[other] { $outcome } mails handled
}
work-kind-housekeeping = Housekeeping: delete what has had its time
work-outcome-housekeeping = { $outcome ->
    [0] Nothing to delete
    [1] One row deleted
   *[other] { $outcome } rows deleted
}
work-kind-retention = Retention: delete, once a day, what was kept for as long as the settings say
work-outcome-retention = { $outcome ->
    [0] Nothing to delete
    [1] One row deleted
   *[other] { $outcome } rows deleted
}
work-kind-audit-check = Audit: verify the whole chain, once a day
work-outcome-audit-check = { $outcome ->
    [0] No entry yet
    [1] The chain is whole: one entry holds
   *[other] The chain is whole: { $outcome } entries hold
}
work-kind-erasure = Erasing an account: name and address go once the last mail is out
work-outcome-erasure = { $outcome ->
    [waits] The last mail has not gone out yet
    [gone] Name and address are gone
   *[kept] The account was not erased
}
work-kind-estimates = Estimates of a survey that has closed
work-outcome-estimates = { $outcome ->
    [computed] Computed
    [stand] Too little changed: the estimates stand as they were
   *[open] The survey takes answers
}
work-kind-waves = Mails to those invited
work-kind-exports = A file of responses
work-outcome-exports = { $outcome ->
    [made] Made
    [gone] Nobody waits for it any more
   *[waits] Waits for the night in which the last day’s responses lose their order
}
work-kind-counts = Counting, after midnight, how many have answered open surveys
work-outcome-counts = { $outcome ->
    [0] No day has ended since
    [1] One survey counted
   *[other] { $outcome } surveys counted
}
work-kind-days = Closing days: writing their answers anew, in no order
work-outcome-days = Days that are over are closed
work-kind-results = Results of a city, or of all in a round
work-outcome-results = { $outcome ->
    [0] The city takes part no more
    [1] Assembled
   *[other] Assembled for { $outcome } cities
}
work-kind-agreement = Agreement of a round's experts
work-outcome-agreement = { $outcome ->
    [0] No ratings yet
    [1] Computed from one rating
   *[other] Computed from { $outcome } ratings
}
work-error-lease-ended = Every attempt lost its worker: the process ended in the middle, or said nothing for too long.
work-error-unavailable = The database did not answer.
work-error-other = It met an error of Stoa's own, which is in the log.
work-kind-unknown = Work that this version of Stoa does not know: { $kind }
work-outcome-unknown = { $outcome }
work-outcome-waves = { $outcome ->
    [0] No invitation was to be looked at
    [1] One invitation looked at
   *[other] { $outcome } invitations looked at
}
