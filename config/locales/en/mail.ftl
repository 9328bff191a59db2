# The sentences of every mail: mail-<template>-<part>. A letter's fields are the arguments, here and in the subject.
mail-footer-why = You receive this mail because you have an account or a task with the service below. No reply is needed. If it was not meant for you, please ignore it.
mail-greeting = Dear { $recipient_name },
mail-receipt = Receipt: { $receipt }

mail-test-message-subject = Test mail: Stoa can write to you
mail-test-message-lead = This is the test mail that you asked for on { $asked_at }. If you can read it, mail from Stoa reaches you.
mail-test-message-open = Follow its way in the journal of mails

mail-account-invite-subject = Your account in Stoa
mail-account-invite-lead = There is an account for you in Stoa, the service that finds out how learning cities are doing.
mail-account-invite-lead-invited = { $invited_by } has made an account for you in Stoa, the service that finds out how learning cities are doing.
mail-account-invite-open = Choose a password
mail-account-invite-until = The link works until { $expires_at } ({ $time_zone }). If it has ended, the page behind it sends you a new one.
mail-account-invite-unexpected = You did not expect this? Then do nothing: without a password, nobody can use the account.

mail-password-reset-subject = A new password for Stoa
mail-password-reset-lead = Somebody, most likely you, has asked for a new password for your account in Stoa.
mail-password-reset-open = Choose a new password
mail-password-reset-until = The link works once, until { $expires_at } ({ $time_zone }).
mail-password-reset-unexpected = It was not you? Then do nothing: your password stays as it is.

mail-report-receipt-subject = Receipt for the report of { $city }
mail-report-receipt-lead = { $late ->
    [true] The report of { $city } for { $round } was submitted on { $submitted_at } ({ $time_zone }), after the deadline. It can no longer be changed unless the coordinator gives it back.
   *[false] The report of { $city } for { $round } was submitted on { $submitted_at } ({ $time_zone }). It can no longer be changed unless the coordinator gives it back.
}
mail-report-receipt-number = Submission: { $number }
mail-report-receipt-check-sum = Check sum (SHA-256): { $content_hash }
mail-report-receipt-open = Read the submitted report

mail-report-submitted-subject = { $city } has submitted its report
mail-report-submitted-lead = { $late ->
    [true] { $city } has submitted its report for { $round }, after the deadline. It is submission { $number } of this report.
   *[false] { $city } has submitted its report for { $round }. It is submission { $number } of this report.
}
mail-report-submitted-open = Read the report
mail-report-submitted-return = If something must be changed before it is reviewed, you can give it back to the city there.

mail-report-returned-subject = Please change the report of { $city }
mail-report-returned-lead = The coordinator has given the report of { $city } for { $round } back to you and writes:
mail-report-returned-next = Your texts, statistics and files are as you left them. Change what is needed and submit the report again.
mail-report-returned-open = Open the report

mail-review-invitation-subject = { $third ->
    [true] Third judgement wanted: { $city }
   *[false] Invitation to review the report of { $city }
}
mail-review-invitation-lead = { $third ->
    [true] Experts judge one section of the report of { $city } ({ $round }) differently. Would you give an independent third judgement on it, without knowing theirs?
   *[false] Would you review the report of { $city } for { $round }?
}
mail-review-invitation-what = { $third ->
    [true] What: one section
   *[false] What: { $sections } sections, each against five described levels
}
mail-review-invitation-work = Work: about { $hours } h, in as many sittings as you like
mail-review-invitation-due = Until: { $due }
mail-review-invitation-open = See the invitation and answer
mail-review-invitation-answer = There you can accept, decline, or tell us about a conflict of interest. The link is yours alone; it works until the review is closed. Your name is never given to the city.

mail-review-declined-subject = { $expert } does not review { $city }
mail-review-declined-lead = { $conflict ->
    [true] { $expert } does not review the report of { $city } ({ $round }), because of a conflict of interest. The seat is free again.
   *[false] { $expert } does not review the report of { $city } ({ $round }). The seat is free again.
}
mail-review-declined-reason = The reason given:
mail-review-declined-suggested = Suggests: { $suggested }
mail-review-declined-next = Next in the assignment plan: { $next }
mail-review-declined-nobody = No other expert may review this report now. The page below says why.
mail-review-declined-open = Fill the seat

mail-review-receipt-subject = Receipt { $receipt }: your review of { $city }
mail-review-receipt-lead = Your review of the report of { $city } ({ $round }) has arrived. Thank you.
mail-review-receipt-submitted = Submitted: { $submitted }
mail-review-receipt-sections = Sections: { $sections }
mail-review-receipt-open = Read what you have submitted

mail-review-withdrawn-subject = Your review of { $city } is no longer needed
mail-review-withdrawn-lead = The review of the report of { $city } ({ $round }) that we asked you for is no longer needed. Its link has ended; there is nothing you have to do.
mail-review-withdrawn-reason = The coordinator writes:
mail-review-withdrawn-thanks = Thank you for your readiness to help.

mail-review-given-back-subject = { $city } is working on its report again
mail-review-given-back-lead = The report of { $city } ({ $round }), which you are asked to review, was given back to the city. It may change before it is submitted again.
mail-review-given-back-kept = { $begun ->
    [true] Nothing that you have written is lost. What you judged of sections that stay as they are is kept; sections that change will be asked again, beside what was there before.
   *[false] You need not do anything now. The invitation stays open.
}
mail-review-given-back-next = We write to you when the report is there again. Your link goes on working.
mail-review-given-back-open = To the review

mail-review-on-subject = { $reopened ->
    [true] { $city } has changed its report: please judge again
   *[false] The report of { $city } is there again
}
mail-review-on-lead = { $reopened ->
    [true] { $city } ({ $round }) has submitted its report again. You have reviewed it before; some of its sections have changed since.
   *[false] { $city } ({ $round }) has submitted its report again. Please go on with your review.
}
mail-review-on-changed = These sections have changed:
mail-review-on-kept = { $begun ->
    [true] Everything else that you have judged is kept and need not be done again. What you wrote about these sections is still there, beside the text before and after.
   *[false] The review that you are invited to is of the new text.
}
mail-review-on-same = Nothing has changed in the sections that you are asked about. Everything that you have written is kept.
mail-review-on-due = Until: { $due }
mail-review-on-open = To the review

mail-review-past-subject = Your review of { $city } is no longer needed
mail-review-past-lead = { $city } has changed the section that you were asked for a third judgement of ({ $round }). The disagreement about it is past; there is nothing you have to do, and the link has ended.
mail-review-past-thanks = Thank you for your readiness to help.

mail-review-stopped-subject = A conflict of interest: the review of { $city } has stopped
mail-review-stopped-lead = A conflict of interest between { $expert } and { $city } ({ $round }) is on record now. The review has stopped: nothing more can be written or submitted.
mail-review-stopped-next = { $submitted ->
    [true] What was submitted counts until you set the review aside. It is kept either way.
   *[false] Nothing was submitted. You can withdraw the review and ask somebody else.
}
mail-review-stopped-open = To the assignments

mail-review-aside-subject = { $back ->
    [true] Your review of { $city } counts again
   *[false] Your review of { $city } was set aside
}
mail-review-aside-lead = { $back ->
    [true] Your review of the report of { $city } ({ $round }) had been set aside. It was put back and counts again.
   *[false] A coordinator has set your review of the report of { $city } ({ $round }) aside. It is kept, but not counted.
}
mail-review-aside-next = { $back ->
    [true] If something is still open, the page of the review says so.
   *[false] There is nothing you have to do. You can still read what you have written.
}
mail-review-aside-open = To the review

mail-disagreement-opened-subject = Experts disagree about { $city }
mail-disagreement-opened-lead = Experts judge the report of { $city } ({ $round }) differently. Until this is settled, these measures have no score:
mail-disagreement-opened-measure = { $reason ->
    [decision_line] { $label }: on opposite sides of the decision line
    [outlier] { $label }: one rating far from the others
   *[gap] { $label }: two or more levels apart
}
mail-disagreement-opened-next = You can ask a third expert, or record a consensus or an adjudication.

mail-results-moved-subject = { $stage ->
    [checking] Please check the results of { $city }
    [released] The results of { $city } are final
    [published] The results of { $city } are public
   *[other] The results of { $city } were taken back
}
mail-results-moved-lead = { $back ->
    [true] The coordinator has taken the results of { $city } for { $round } one step back.
   *[false] { $stage ->
        [checking] The draft results of { $city } for { $round } are ready for you to check the facts.
        [released] The results of { $city } for { $round } are final. They will stay as they are.
       *[other] The results of { $city } for { $round } can now be read by everybody.
    }
}
mail-results-moved-reason = The reason:
mail-results-moved-next = { $stage ->
    [checking] Please tell the coordinator if something is wrong: a number, a year, a source. Estimates from surveys are added when the results are released.
    [released] Analysts can read them too; the public cannot yet.
   *[other] Anybody who has the address can read them, without an account.
}
mail-results-moved-open = See the results

mail-account-erased-subject = Your account is erased
mail-account-erased-lead = Your account was erased on { $at } ({ $time_zone }). You cannot sign in any more, and every link and program of yours has ended.
mail-account-erased-gone = With this mail your name and your address go, too, and what was said about you. This is the last mail you get from us.
mail-account-erased-stays = What others rely on stays without your name: reviews you submitted, what you wrote in reports, and entries of the audit under a number. Backups that were made before keep your name until they are deleted.
mail-account-erased-unexpected = You did not expect this? Write to whoever runs the service. It cannot be undone, but you can be invited again.

mail-survey-invitation-subject = { $reminder ->
    [true] Still open: { $title }
   *[false] { $city } asks you: { $title }
}
mail-survey-invitation-lead = { $reminder ->
    [true] Some days ago we asked you to answer the survey “{ $title }” of { $city }. Every answer counts, and there is still time.
   *[false] You were chosen for the survey “{ $title }” of { $city }. Please answer it yourself.
}
mail-survey-invitation-privacy = { $confidential ->
    [true] Your answer is confidential: a link to this invitation is kept for a while and then erased; the first page says until when.
   *[false] Your answer is stored without your name, and nothing that is stored leads from it to you.
}
mail-survey-invitation-until = Until: { $until }
mail-survey-invitation-link = Answer the survey
mail-survey-invitation-once = { $reminder ->
    [true] If you have answered in the meantime, thank you: there is nothing more to do.
   *[false] The link is yours alone. Please do not pass it on.
}
mail-survey-invitation-stop = No more mail about surveys of this city
