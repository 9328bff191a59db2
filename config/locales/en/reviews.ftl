# Experts, assignments, reviews, agreement and disagreements.

reviews-title = Your reviews
reviews-name = Name
reviews-email = E-mail address
reviews-email-hint = Invitations to reviews go there. An account is not needed.
reviews-city = City
reviews-note = Note
reviews-save = Save
reviews-change = Change
reviews-due = Due
reviews-level = Level
reviews-count = Ratings
reviews-done = done
reviews-as-table = The same as a table

# Experts
reviews-experts-title = Experts
reviews-experts-caption = Who can be asked to review
reviews-experts-none = No experts yet
reviews-experts-none-text = Add the people who will judge the cities' reports.
reviews-expert-add = Add an expert
reviews-expert-added = The expert was added.
reviews-expert-added-known = The expert was added. There was a record of them already; it stays as it was.
reviews-expert-round = Asked to review in
reviews-expert-round-hint = Somebody who serves in all rounds can be asked in the rounds to come, too.
reviews-expert-everywhere = All rounds
reviews-expert-elsewhere = This expert serves in other rounds too, so only a coordinator of all of them can change these facts.
reviews-expert-saved = Saved.
reviews-expert-stale = Somebody else has changed these facts. Nothing is lost: what you typed is in the form, what is stored beside it.
reviews-expert-stored = Stored meanwhile
reviews-expert-facts = What this expert can judge
reviews-languages = Languages
reviews-languages-read = Languages they can read a report in
reviews-languages-hint = One in each field; leave the rest empty.
reviews-countries = Countries
reviews-countries-of = Countries they live in or are citizens of
reviews-countries-hint = One in each field; leave the rest empty. They do not review cities there.
reviews-areas = Areas
reviews-areas-hint = Leave empty for somebody who can judge all areas alike.
reviews-areas-all = All areas
reviews-load = Load
reviews-load-max = Most reviews in one round
reviews-load-hint = 0 while they are not available.
reviews-affiliation = Affiliation

# Conflicts of interest
reviews-conflicts = Conflicts of interest
reviews-conflicts-lead = Experts are never asked about cities in this list. What Stoa found by itself can be dismissed with a reason; what experts declared stays. What you record or dismiss holds in the rounds that you coordinate.
reviews-conflicts-none = None known.
reviews-conflict-add = Record a conflict
reviews-conflict-kind = Kind of conflict
reviews-conflict-dismiss = Dismiss
reviews-conflict-dismiss-reason = Why it does not matter here
reviews-conflict-recorded = The conflict was recorded.
reviews-conflict-dismissed = The conflict was dismissed and stays dismissed, in the rounds that you coordinate.
reviews-conflict-of-round = only in { $round }
reviews-conflict-same-city = Works for the city or its administration
reviews-conflict-same-country = Lives in or is a citizen of the city's country
reviews-conflict-employment = Employment
reviews-conflict-family = Family
reviews-conflict-advisor-or-pupil = Adviser or pupil
reviews-conflict-co-author = Joint publication or project
reviews-conflict-competing-interest = Competing interest
reviews-conflict-declared = Another conflict
reviews-source-declared = declared by the expert
reviews-source-derived = found by Stoa
reviews-source-coordinator = recorded by a coordinator
reviews-conflict-state-active = stands
reviews-conflict-state-dismissed = dismissed

# Assignments
reviews-assignments-title = Assignments
reviews-key-full = Reports with all experts
reviews-key-of = of { $n } submitted
reviews-key-lacking = Seats to fill
reviews-key-per-report = { $n ->
    [one] one expert per report
   *[other] { $n } experts per report
}
reviews-key-submitted = Reviews submitted
reviews-propose = Propose experts
reviews-propose-lead = Stoa can propose experts for every free seat, by language, area and load, and without conflicts of interest. Nobody is invited before you confirm.
reviews-plan = Proposed plan
reviews-plan-lead = { $seats ->
    [one] One invitation will go out when you confirm.
   *[other] { $seats } invitations will go out when you confirm.
}
reviews-plan-made = Made on
reviews-plan-picks = Experts
reviews-plan-alternates = If somebody declines
reviews-plan-confirm = Confirm and invite
reviews-plan-discard = Discard
reviews-plan-close = Close
reviews-plan-proposed = A plan was made. Look at it before you confirm.
reviews-plan-blocked = There are not enough experts. See below where they are missing.
reviews-plan-confirmed = The plan is confirmed; invitations are on their way.
reviews-plan-discarded = The plan was put away.
reviews-plan-unconnected = The reports fall into groups without a shared expert, so the strictness of experts cannot be compared across all of them.
reviews-blocked = { $reports ->
    [one] One report needs { $needed } more
   *[other] { $reports } reports need { $needed } more
} { $needed ->
    [one] review
   *[other] reviews
}; { $experts ->
    [0] no expert may review them.
    [one] the one expert who may review has { $free } left to give.
   *[other] the { $experts } experts who may review have { $free } left to give between them.
}
reviews-blocked-cities = Reports
reviews-blocked-experts = Experts who may
reviews-blocked-why = Why the others may not:
reviews-blocked-help = Add experts, raise somebody's load, or dismiss a conflict that does not matter; then propose again.
reviews-blocked-already-reviews = already asked to review: { $count }
reviews-blocked-conflict = conflict of interest: { $count }
reviews-blocked-no-shared-language = no shared language: { $count }
reviews-blocked-load-full = load is full: { $count }
reviews-blocked-account-closed = account closed: { $count }
reviews-reports = Reports
reviews-reports-none = No report has been submitted yet
reviews-reports-none-text = Experts are assigned to submitted reports. Cities that have not submitted are listed in the round.
reviews-waiting-for = Cities that have not submitted
reviews-lacking = { $n ->
    [one] lacks one expert
   *[other] lacks { $n } experts
}
reviews-full = complete
reviews-funnel = Invited { $invited }, accepted { $accepted }, submitted { $submitted }, declined { $declined }
reviews-third = third expert
reviews-suggests = suggests
reviews-withdraw = Withdraw
reviews-withdraw-reason = What the expert should know
reviews-withdraw-do = Withdraw the review
reviews-withdrawn = The review of { $name } was withdrawn and its link has ended.
reviews-assign = Invite
reviews-assign-whom = Expert
reviews-invited = { $name } is invited by mail.
reviews-candidates-link = All experts for { $city }, and why not
reviews-candidates-title = Experts for { $city }
reviews-candidates-open = Who could review, best first
reviews-candidates-none = No expert may review this report now. The reasons are below.
reviews-candidates-closed = Who may not, and why
reviews-why-not = Why not
reviews-why-already = Was asked already ({ $state })
reviews-why-conflict = Conflict of interest: { $kind } ({ $source })
reviews-why-language = Reads neither the city's language nor English
reviews-why-load = Load is full: { $load } of { $max }
reviews-why-closed = The account is closed
reviews-fit-language = reads the city's language
reviews-fit-english = reads English
reviews-fit-generalist = all areas
reviews-fit-areas = { $count ->
    [0] none of the areas
    [one] knows one area
   *[other] knows { $count } areas
}

# States
reviews-state-invited = invited
reviews-state-accepted = accepted
reviews-state-submitted = submitted
reviews-state-declined = declined
reviews-state-withdrawn = withdrawn
reviews-state-set-aside = set aside
reviews-state-reopened = asked again

# The expert's pages
reviews-none = No reviews
reviews-none-text = When a coordinator invites you, the review appears here and in a mail.
reviews-none-coordinator = Here are reviews that you yourself are asked for. The reviews of the rounds that you run are under the assignments of each round.
reviews-none-to-rounds = To the rounds
reviews-none-other = Reviews are for experts whom a coordinator has invited; this account is not one of them. Did you get an invitation by mail? The link in it opens your review.
reviews-none-to-start = To your start page
reviews-review-title = Review of { $city }
reviews-invitation = You are asked to judge the report of { $city }, section by section, against described levels.
reviews-invitation-third = Two experts judge one section of the report of { $city } differently. You are asked for an independent third judgement, without knowing theirs.
reviews-accepted-lead = Judge each section on its own page. Everything you type is saved; you can stop and come back with the same link.
reviews-accepted-complete = Every section is judged. Look at your answers once more, then submit.
reviews-withdrawn-lead = This review is no longer needed. Thank you.
reviews-declined-lead = You have declined this review. The coordinator has been told. Thank you for your answer.
reviews-draft-private = Drafts are seen by the expert alone. Ratings appear here once the review is submitted.
reviews-sections = Sections
reviews-sections-count = { $n ->
    [one] one section
   *[other] { $n } sections
}
reviews-work = Work
reviews-work-hours = { $n ->
    [one] up to one hour
   *[other] about { $n } hours
}
reviews-progress = { $n } of { $of } sections judged
reviews-what = What you are asked to judge
reviews-accept = Accept this review
reviews-accepted = Thank you. You can begin now or come back later.
reviews-begin = Begin
reviews-continue = Continue
reviews-to-check = Check your answers
reviews-cannot = If you cannot review
reviews-decline = Decline
reviews-decline-reason = Reason
reviews-decline-reason-hint = The coordinator reads it; the city does not.
reviews-decline-alternate = Somebody you would ask instead
reviews-decline-do = Decline this review
reviews-declined = Your answer was sent to the coordinator.
reviews-conflict-declare = Declare a conflict of interest
reviews-conflict-declare-lead = You will not be asked about this city again.
reviews-conflict-declare-do = Declare and decline
reviews-conflict-said = Thank you for saying so. The coordinator has been told.
reviews-receipt-lead = Your review was submitted. Keep this reference:
reviews-ratings = Ratings
reviews-report-text = What the city reports
reviews-words = { $n ->
    [one] one word
   *[other] { $n } words
}
reviews-whole-report = This section in the whole report
reviews-no-text = The city has written nothing in this section.
reviews-evidence = Evidence
reviews-evidence-none = No files for this section.
reviews-evidence-whole = for the whole report
reviews-download = download
reviews-judgement = Your judgement
reviews-level-hint = Choose the level whose description the report shows. Judge what is written and proved, not what you know otherwise.
reviews-comment = Reasons
reviews-comment-hint = Why this level and not the next; at least { $n } characters. The city may read it without your name.
reviews-pointer = Where in the report
reviews-pointer-hint = Section, file, page
reviews-save-next = Save and go on
reviews-save-check = Save and check all answers
reviews-rating-saved = Saved.
reviews-rating-lacks = Saved, but “{ $measure }” is not complete: { $lack }.
reviews-rating-stale = This section was changed in another tab. Nothing is lost: your text is in the form, the stored one beside it.
reviews-stored = Stored from another tab
reviews-stored-help = If you save now, your text takes its place.
reviews-all-sections = All sections
reviews-lack-level-missing = no level yet
reviews-lack-comment-missing = reasons are missing
reviews-check-title = Check your review of { $city }
reviews-check-complete = Every section is judged.
reviews-check-lacking = { $n ->
    [one] One section is not complete.
   *[other] { $n } sections are not complete.
}
reviews-overall = About the report as a whole
reviews-overall-hint = Strengths, and what would help the city most.
reviews-submit-lead = After you submit, your ratings can no longer be changed. You get a receipt by mail.
reviews-submit = Submit the review
reviews-later = Not yet
reviews-submitted = Thank you. A receipt is on its way to you by mail.

reviews-kept = kept
reviews-asked-again = asked again
reviews-read = Read
reviews-kept-lead = Your rating is kept: this section has not changed since you judged it. There is nothing to do here.
reviews-kept-next = Go on
reviews-given-back = The city has its report back and may change it. Nothing that you have written is lost: what you judge of sections that stay as they are is kept, sections that change are asked again. We write to you when the report is there again.
reviews-reopened-lead = The city has submitted its report again. Some sections have changed since you judged them; these are asked again. Everything else is kept. Please submit once more when you are done.
reviews-aside-lead = A coordinator has set this review aside. It is kept, but not counted; there is nothing you have to do.
reviews-seat-kept = Ratings kept: { $kept }; asked again: { $again }
reviews-changed = The city has changed this section
reviews-changed-lead = Please judge it again. What is gone is struck through, what is new is underlined.
reviews-changed-before = The text before
reviews-changed-files-gone = Files that are gone:
reviews-changed-files-new = Files that are new:
reviews-changed-level = What you chose before:
reviews-rating-stale-changed = The city has changed this section since you opened the page. Nothing is lost: your text is in the form. Please look at what has changed before you save.
reviews-case-earlier = This disagreement was about a section of an earlier submission, which the city has changed since. It stands no longer.
reviews-case-aside = This disagreement stands no longer, because a rating in it was set aside.

reviews-absent-role-taken = Stopped: no longer an expert of this round.
reviews-absent-account-closed = Stopped: the account is closed.
reviews-absent-lead = This review has stopped, because the expert's role in this round has ended. What was submitted stays.
reviews-seat-stopped = Stopped: conflict of interest.
reviews-stopped-lead = This review has stopped, because a conflict of interest with this city is on record.
reviews-stopped-text = Nothing more can be written or submitted. What you have written is kept and shown below. The coordinators know; please ask them if this is a mistake.
reviews-aside = Set aside
reviews-aside-hint = The review is kept, but its ratings do not count any more, and its seat is free again. You can put it back.
reviews-aside-reason = Why, for the record
reviews-aside-do = Set the review aside
reviews-aside-done = The review of { $name } was set aside. Its seat is free again.
reviews-back = Put back
reviews-back-done = The review of { $name } was put back and counts again.
reviews-own-city = A conflict of interest stands between you and this city, for example an office that you hold there. Who judges its report is not shown to you, and another coordinator of the round decides about it.
reviews-plan-withheld = A plan of another coordinator waits. It is not shown to you, for it counts the seats of a city with which you have a conflict of interest. If you have a plan proposed, that one is put away.
reviews-plan-own-cities = { $n ->
    [one] The plan also names experts for a city with which you have a conflict of interest; they are not shown. Another coordinator has to confirm it.
   *[other] The plan also names experts for { $n } cities with which you have a conflict of interest; they are not shown. Another coordinator has to confirm it.
}

# Agreement
reviews-agreement-title = Agreement
reviews-alpha = Krippendorff's alpha
reviews-ac2 = Gwet's AC2
reviews-equal = Same level
reviews-within-one = At most one level apart
reviews-interval = { $low } to { $high }
reviews-agreement-basis = { $experts } experts, { $reports } reports, { $double } of them judged by two or more, { $ratings } ratings.
reviews-agreement-cannot = "Cannot judge" was said { $n ->
    [one] once
   *[other] { $n } times
} and is no level.
reviews-agreement-left-out = { $n } ratings on another version of the rubric are not pooled.
reviews-agreement-method = Only independent ratings count. A third expert's rating, a consensus and an adjudication are kept beside them and change nothing here. Intervals cover 95 %; coefficients use ordinal weights.
reviews-verdict-too-few = No coefficient is shown below { $least } reports with two or more experts; so far there { $count ->
    [one] is one
   *[other] are { $count }
}. With so few, chance alone would move it from one end of the scale to the other.
reviews-verdict-undefined = Agreement cannot be told from chance: the ratings do not differ enough.
reviews-verdict-reliable = Reliable: the whole interval lies above { $good }.
reviews-verdict-tentative = Good for tentative conclusions: the whole interval lies above { $tentative }, but not above { $good }.
reviews-verdict-uncertain = Not certain: the interval reaches below { $tentative }. More doubly judged reports would narrow it.
reviews-verdict-unreliable = Not reliable: the whole interval lies below { $tentative }. Do not publish scores before the rubric and the experts have been looked at.
reviews-few = Only { $n } reports were judged by two or more experts, so the intervals are wide.
reviews-undefined-no-ratings = no ratings yet
reviews-undefined-no-pairs = no report was judged twice
reviews-undefined-one-rater = only one expert
reviews-undefined-no-variation = all levels are the same
reviews-undefined-not-computable = cannot be computed
reviews-undefined-too-few-reports = too few reports
reviews-distribution = Ratings by level
reviews-as-of = As of { $at }. It is computed anew a moment after a review is submitted.
reviews-agreement-computing = The agreement is being computed. Look again in a moment.
reviews-and-more = { $n ->
    [one] and one more
   *[other] and { $n } more
}
reviews-agreement-withheld = The agreement is not shown to you before all results of the round are released: it counts a panel that you may not see, of a city that you are bound to or one on which you sit and have not submitted. Another coordinator of the round reads it.
reviews-distribution-withheld = How often each level was given is not shown to you, as it would tell what a panel gave that you may not see.
reviews-distribution-caption = A coefficient falls when nearly all ratings are the same, even if experts agree. Read both together.
reviews-distribution-short = Levels 0 to 4
reviews-by-measure = Agreement by measure
reviews-measure = Measure
reviews-double = Judged twice
reviews-gaps = Disagreements
reviews-gaps-none = No report has ratings that contradict each other.
reviews-singles = Judged by one expert only
reviews-second-wanted = second rating wanted
reviews-reason-gap = Two or more levels apart
reviews-reason-decision-line = On opposite sides of the decision line
reviews-reason-outlier = One rating far from the others
reviews-case-open = open
reviews-case-third-invited = third expert asked
reviews-case-resolved = resolved
reviews-case-lapsed = past

# One disagreement
reviews-disagreement-title = Disagreement
reviews-expert-letter = Expert { $letter }
reviews-never-overwritten = These ratings stay as they are, whatever is decided.
reviews-third-ask = Ask a third expert
reviews-third-lead = They judge this section only, without seeing the other ratings. The middle of all independent ratings then becomes the panel score.
reviews-third-do = Invite the third expert
reviews-third-asked = The third expert is invited by mail.
reviews-third-waits = Third expert asked:
reviews-third-review = Their review
reviews-resolve = Or settle it now
reviews-resolve-waiting = Settle it without waiting
reviews-resolve-waiting-lead = The third expert’s judgement settles the case as soon as it is submitted. If you settle it yourself before, their judgement is kept but no longer decides.
reviews-resolve-how = How was it settled?
reviews-resolution-third-expert = By a third expert
reviews-resolution-further-rating = By a further independent rating
reviews-resolution-consensus = By consensus
reviews-resolution-adjudication = By adjudication
reviews-resolution-hint-consensus = The experts talked and came to one level.
reviews-resolution-hint-adjudication = Somebody without a conflict of interest has decided.
reviews-resolve-level = Level
reviews-resolve-note = How it was come to
reviews-resolve-note-hint = Kept with the case.
reviews-resolve-do = Settle the disagreement
reviews-resolved-lead = Panel score { $level }.
reviews-case-settled = The disagreement is settled.

# Problems
error-not-accepted = Please accept the review first.
error-expert-elsewhere = This expert serves in rounds that are not yours, so you cannot change what is said about them. A coordinator of all their rounds can.
error-role-taken = Your role as an expert in this round has ended, so the review has stopped. What you have written is kept. Please ask the coordinators if this is a mistake.
error-own-panel = You sit on this panel yourself: until you have submitted you do not see what the others gave, and another coordinator decides about their reviews and about disagreements.
error-conflict-of-interest = A conflict of interest with this city is on record, so the review has stopped. What you have written is kept. The coordinators see it; please ask them if this is a mistake.
error-conflict-declared = The expert declared this conflict. It stands in every round and cannot be dismissed.
error-nothing-to-assign = Every submitted report has its experts. There is nothing to propose.
error-plan-outdated = Something has changed since this plan was made. Please propose a new one.
error-third-invited = A third expert has been asked already. Please wait for their review, or settle the case yourself.
error-case-resolved = This disagreement has been settled already. Its page says how, and by which level.
error-case-lapsed = This disagreement stands no longer: the section or its ratings have changed since.
error-rating-kept = This section has not changed since you judged it. Your rating is kept and need not be given again.
error-not-current = The city has submitted its report again. Please go on with the newest submission.
error-conflict-stands = A conflict of interest stands between this expert and the city. It has to be dismissed before the review can be put back.
error-own-city = A conflict of interest stands between you and this city, for example an office that you hold there. Another coordinator of the round has to do this.
error-level-missing = Please choose a level, or say that you cannot judge it.
error-comment-missing = Please give reasons, with at least { $min } characters.
error-level-and-cannot-judge = Please give either a level or "cannot judge", not both.
error-ineligible-already-reviews = This expert was already asked about this report.
error-ineligible-conflict = This expert has a conflict of interest with the city.
error-ineligible-no-shared-language = This expert reads neither the city's language nor English.
error-ineligible-load-full = This expert has as many reviews as they can take.
error-ineligible-account-closed = This person's account is closed.
error-level-unknown = Line { $line }: levels are 0 to 4, not "{ $detail }".
error-levels-missing = Line { $line }: levels are missing for { $detail }.
reviews-expert-gone = The expert is no longer here.
