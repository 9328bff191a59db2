# People: signing in, passwords, accounts, roles, the audit, the first start.

nav-account = Your account
nav-audit = Audit

error-password-too-short = Please use at least { $min } characters. A sentence that only you would think of is easy to keep.
error-password-is-email = Please do not use the e-mail address as the password.
error-passwords-differ = The two passwords are not the same. Please type both again.
error-wrong-password = This is not your current password.
error-wrong-setup-code = This is not the code that the service has printed.
error-account-disabled = This account is disabled. An operator can open it again.
error-account-erased = This account was erased. It cannot be opened again.
error-not-the-address = This is not the address of the account. Please type it as it stands above.
error-audit-broken = The audit chain is broken: an entry is missing or was changed. Verify it under Audit, which says where.
error-last-operator = This is the last operator. Give somebody else that role first.
error-scope-not-for-role = This role does not go with that part of the work. Please choose another.
error-unknown-scope = This round, city or survey does not exist, or is not yours.
error-too-many-grants = Please give at most 50 roles at once.

people-email = E-mail address
people-name = Name
people-language = Language
people-language-hint = For mails and pages.
people-time-zone = Time zone
people-time-zone-hint = Deadlines are shown on this clock.
people-password = Password
people-password-new = New password
people-password-again = The same password again
people-password-hint = At least { $min } characters. A short sentence is easier to keep than a difficult word.
people-save = Save
people-cancel = Cancel
people-role = Role
people-scope = Where
people-scope-hint = A role works only there.

# Signing in and out
people-sign-in-title = Sign in
people-sign-in = Sign in
people-sign-in-forgot = Forgotten the password, or never had one?
people-sign-in-no-account-title = No account?
people-sign-in-no-account = You need none to answer a survey. Whoever reviews a report comes by the link in the invitation. City officers and others get an invitation from the coordinator of their round.
people-signed-out = You are signed out.
people-signed-out-everywhere = You are signed out in every browser and program.

# Passwords
people-forgot-title = Set a new password
people-forgot-lead = Give the e-mail address of your account. We will send a link to it.
people-forgot-send = Send the link
people-forgot-sent-title = Look into your mail
people-forgot-sent = If there is an account for this address, a link is on its way to it:
people-forgot-sent-hint = It may take a few minutes. Nothing there? Look among unwanted mail, check the address, or ask the coordinator of your round.
people-forgot-back = Back to signing in
people-password-first-title = Welcome to Stoa
people-password-first-lead = Choose a password, { $name }. Then sign in with it.
people-password-new-title = Choose a new password
people-password-new-lead = It takes the place of the old one. You will be signed out everywhere else.
people-password-for = Account
people-password-set-button = Set the password
people-password-set = The password is set. Sign in with it now.
people-link-ended-title = This link has ended
people-link-ended = It was used before, replaced by a newer one, or is too old. That is quickly mended: we will send a new link to your e-mail address.
people-link-ended-action = Get a new link

# One's own account
people-account-title = Your account
people-account-details = Details
people-account-saved = Your account is saved.
people-account-roles = Your roles
people-account-roles-none-title = No role yet
people-account-roles-none = A coordinator can give you one. Until then there is little to see here.
people-account-password = Password
people-password-current = Current password
people-password-change = Change the password
people-password-changed = The password is changed. You are signed out everywhere else.
people-account-sessions = Signed in elsewhere?
people-account-sessions-text = This ends every visit of yours, in this browser and in all others, and the access of programs that act for you.
people-sign-out-everywhere = Sign out everywhere

# Accounts of others
people-list-title = People
people-list-lead = Everybody with an account in your part of the work.
people-list-roles = Roles
people-list-state = State
people-list-alone-title = Nobody else yet
people-list-alone = Invite the people you work with: city officers, experts, an agency, a colleague.
people-none = none
people-invite-title = Invite a person
people-invite-lead = The person gets a mail with a link to choose a password. Whoever has an account already only gets the role.
people-invite = Send the invitation
people-invite-no-scopes = You hold no part of the work in which you could give roles.
people-invited = { $name } is invited. The mail is on its way.
people-invited-again = The invitation to { $name } is on its way again.
people-invited-untold = { $name } has the role. If there was no account for this address yet, an invitation is on its way.
people-had-account = { $name } had an account already and now has the role.
people-saved = Saved.
people-since = Account since
people-roles-title = Roles
people-roles-none = This person has no role that you can see.
people-grant-add-title = Give another role
people-grant-add = Give the role
people-grant-added = The role is given. It works at once.
people-grant-remove = Take away
people-grant-removed = The role is taken away. It stopped working at once.
people-edit-title = Account
people-state = Access
people-state-invited = invited
people-state-active = active
people-state-disabled = disabled
people-state-open = Open
people-state-open-hint = The person can sign in.
people-state-disabled-hint = The person is signed out at once; links and programs stop working. Nothing is deleted.
people-state-erased = erased

# Erasing an account
people-erased-name = No longer here (no. { $number })
people-erased-since = Erased on
people-erased-soon = Name and address go as soon as the last mail has gone out, after a day at the latest.
people-erased-gone = Name and address are gone. What the person did for others is kept under this number.
people-erase-title = Erase the account
people-erase-text = Takes away name, address and every way in, for good. What others rely on stays without a name.
people-erase-look = See what goes and what stays
people-erase-never-back = There is no way back.
people-erase-goes = What goes
people-erase-goes-ways = At once: password, passkeys, recovery codes, sessions, tokens, programs, links and all roles.
people-erase-goes-name = Name, address, language and time zone, once a last mail has said so; after a day at the latest.
people-erase-goes-facts = What is said about an expert: languages, countries, areas, employer, and the words of conflicts of interest.
people-erase-goes-mails = Every mail to the person, and the name in mails to others.
people-erase-goes-open = { $n ->
    [one] One open review is withdrawn. The coordinators hear of it.
   *[other] { $n } open reviews are withdrawn. The coordinators hear of it.
}
people-erase-stays = What stays
people-erase-stays-reviews = { $n ->
    [one] One submitted review. It goes on counting, from somebody who is no longer here.
   *[other] { $n } submitted reviews. They go on counting, from somebody who is no longer here.
}
people-erase-stays-work = What the person wrote for a city or a round: reports, submissions, notes. Texts are kept as they were typed.
people-erase-stays-audit = Entries of the audit, which name people by a number only.
people-erase-stays-backups = Backups that were made before. They go when they are deleted.
people-erase-confirm = The address of the account
people-erase-confirm-hint = Type it, so that nobody is erased by accident.
people-erase-do = Erase for good
people-erase-done = The account is erased. Name and address go as soon as the last mail has gone out.
people-account-leaving = Leaving Stoa?
people-account-leaving-text = Ask whoever runs this service to erase your account: your name, your address, every way in and what is said about you go for good. You hear of it by mail.
people-account-leaving-stays = What others rely on stays without your name: reviews you submitted, what you wrote in reports, and entries of the audit under a number.
people-waiting = This person has not chosen a password yet.
people-invite-again = Send the invitation again

people-role-operator = Operator
people-role-coordinator = Coordinator
people-role-city-officer = City officer
people-role-expert = Expert
people-role-agency = Survey agency
people-role-analyst = Analyst
people-role-hint-operator = runs the instance: people, mail, audit
people-role-hint-coordinator = runs rounds
people-role-hint-city-officer = answers for a city
people-role-hint-expert = judges what cities submit
people-role-hint-agency = fields surveys on commission
people-role-hint-analyst = reads results
people-scope-instance = everywhere
people-scope-round = round: { $name }
people-scope-city = city: { $name }
people-scope-survey = survey: { $name }
people-scope-review = review: { $name }

# Audit
people-audit-title = Audit
people-audit-lead = Who did what, newest first. Each entry carries the fingerprint of the one before it, so that a missing or changed entry shows.
people-audit-verify = Is the chain whole?
people-audit-verify-text = Verifying reads every entry, from the first to the newest, and works out its fingerprint again. If an entry was changed or taken out since it was written, it says which is the first. With many entries this takes a while.
people-audit-verify-do = Verify the chain
people-audit-verify-again = Verify again
people-audit-holds = The chain is whole: { $count ->
    [one] one entry
   *[other] { $count } entries
 }, none missing, none changed.
people-audit-broken = The chain is broken at entry { $number }: it is missing or was changed. Keep a copy of the database and find out why before you go on.
people-audit-caption = Entries; times in { $zone }
people-audit-at = When
people-audit-actor = Who
people-audit-verb = What
people-audit-object = To what
people-audit-only = Only entries about
people-audit-all = Show all entries
people-audit-stoa = Stoa itself
people-audit-anonymous = somebody not signed in
people-audit-link = by a link
people-audit-withheld = withheld from you, for it is the panel of a city that you are bound to
people-audit-empty-title = Nothing yet
people-audit-empty = Entries appear as soon as somebody does something.

# What was done, in the audit: one text for each verb
people-verb-account-update = Changed their own account
people-verb-assignment-plan-confirm = Confirmed a plan of reviews
people-verb-assignment-plan-discard = Discarded a plan of reviews
people-verb-assignment-plan-propose = Had a plan of reviews proposed
people-verb-city-create = Added a city
people-verb-city-update = Changed a city
people-verb-conflict-declare = Recorded a conflict of interest
people-verb-conflict-dismiss = Dismissed a conflict of interest
people-verb-demo-enter = Stepped into a role of the demonstration
people-verb-disagreement-invite-third = Asked a third expert
people-verb-review-set-aside = Set a review aside
people-verb-review-put-back = Put a review back
people-verb-panel-move = A panel went on to the next submission
people-verb-disagreement-open = A disagreement between experts came up
people-verb-disagreement-resolve = Settled a disagreement
people-verb-evidence-add = Added a file of evidence
people-verb-evidence-remove = Removed a file of evidence
people-verb-expert-add = Added an expert
people-verb-expert-save = Changed what is known about an expert
people-verb-framework-import = Imported a version of the Key Features
people-verb-framework-publish = Published a version of the Key Features
people-verb-grant-add = Gave a role
people-verb-grant-remove = Took a role away
people-verb-instrument-upload = Imported a questionnaire as a file
people-verb-instrument-import = Imported a questionnaire
people-verb-instrument-publish = Published a questionnaire
people-verb-survey-revise = Took a newer version of a questionnaire over
people-verb-instrument-texts-save = Edited texts of a questionnaire
people-verb-instrument-draft = Began another version of a questionnaire
people-verb-instrument-retire = Retired a questionnaire
people-verb-instrument-restore = Restored a questionnaire
people-verb-message-retry = Had a mail sent again
people-verb-message-test = Asked for a test mail
people-verb-job-retry = Had work tried again
people-verb-participation-add = Added a city to a round
people-verb-participation-remove = Took a city out of a round
people-verb-password-reset-request = Asked for a link to set a password
people-verb-password-set = Set a password
people-verb-person-invite = Invited a person
people-verb-person-update = Changed the account of a person
people-verb-person-erase = Erased the account of a person
people-verb-rating-save = Saved the draft of a rating
people-verb-report-begin = Began a report
people-verb-report-return = Gave a report back to the city
people-verb-report-section-save = Saved a section of a report
people-verb-report-statistic-save = Saved a statistic of a report
people-verb-report-submit = Submitted a report
people-verb-review-accept = Accepted a review
people-verb-review-assign = Invited an expert to a review
people-verb-review-decline = Declined a review
people-verb-review-submit = Submitted a review
people-verb-review-withdraw = Withdrew a review
people-verb-round-close = Closed a round
people-verb-round-create = Prepared a round
people-verb-round-open = Opened a round
people-verb-round-update = Changed a round
people-verb-rubric-import = Imported a rubric
people-verb-session-end = Signed out
people-verb-session-end-everywhere = Signed out everywhere
people-verb-session-start = Signed in
people-verb-setup-start = Became the first person of this service
people-verb-response-export = Asked for a file of responses
people-verb-response-texts-read = Read what people wrote
people-verb-survey-close = Closed a survey
people-verb-survey-reschedule = Moved the days of a survey
people-verb-invitation-import = Invited people to a survey
people-verb-invitation-correct = Corrected the address of somebody invited
people-verb-invitation-remove = Took somebody off a list of those invited
people-verb-quota-set = Set how many of a stratum may answer
people-verb-wave-plan = Planned mails to those invited
people-verb-wave-cancel = Cancelled mails to those invited
people-verb-letter-read = Read letters with codes of those invited
people-verb-survey-issue = Issued a survey
people-verb-survey-open = Opened a survey
people-verb-survey-update = Changed whom citizens may ask about a survey
people-verb-survey-seal = Closed a survey for good
people-verb-survey-rely = Decided whether a survey counts for its city’s results
people-verb-survey-census = Said what a census gives beside a survey
people-verb-token-issue = Got access for a program
people-verb-token-refresh = Renewed the access of a program
people-verb-token-revoke = Ended the access of a program

# The first start
people-setup-title = The first person
people-setup-lead = This instance is fresh: nobody has an account yet. Whoever begins becomes coordinator and operator, and invites the others.
people-setup-page-title = Here, with the setup code
people-setup-code = Setup code
people-setup-code-hint = Ten characters that the service printed in its terminal or log when it started. It proves that this is your machine.
people-setup-start = Begin
people-setup-done = Welcome. You are coordinator and operator of this instance.
people-setup-terminal-title = Or in the terminal
people-setup-terminal = On the machine where Stoa runs, this prints a link to choose a password:
people-setup-terminal-name = Your Name
people-verb-results-check = Showed the draft results to the city
people-verb-results-release = Released results
people-verb-results-publish = Made results public
people-verb-results-recall = Took results one step back
