# Surveys: what citizens read first, then what offices read.

# Citizens
surveys-next = Continue
surveys-back = Back
surveys-submit = Send my answers
surveys-change = Change
surveys-guidance = More about this question
surveys-more = Because of your answer, something on this page is new or has changed. Please look at it once more.
surveys-check-title = Check your answers
surveys-check-text = Nothing has been sent yet. You can still change every answer.
surveys-who-asks = Who asks
surveys-who-asks-text = { $city }, for “{ $round }”, in which cities look at how people learn.
surveys-how-long = How long it takes
surveys-what-is-kept = What is kept
surveys-kept-anonymous-open = Your answers, the day and the language. No name, no address, no device, no time of day: nothing joins an answer to you. What you write in your own words is kept as you write it, so please name nobody.
surveys-kept-anonymous-invitation = Your answers, the day and the language. That you have answered is noted beside your invitation, so that you are not asked again; nothing joins your answers to it or to you. What you write in your own words is kept as you write it, so please name nobody.
surveys-kept-confidential-invitation = Your answers, the day and the language, joined to your invitation. Those who run the survey could find out which answers are yours; they tell nobody, and nothing is published by which you could be recognised.
surveys-where-results = Where results will appear
surveys-where-results-text = In the profile of { $city } on this site, when it is published: shares and means of all answers together, never the answers of one person.
surveys-whom-to-ask = Whom to ask
surveys-ask-sender = Whoever gave you the address of this page.
surveys-start = Start
surveys-final-anonymous-open = Once sent, answers cannot be changed or taken back, by you or by anybody: they are stored without anything that joins them to you, so nobody could find yours again.
surveys-final-anonymous-invitation = Once sent, answers cannot be changed or taken back, by you or by anybody: that you have answered is noted, but nothing joins your answers to you, so nobody could find yours again.
surveys-final-confidential-invitation = Once sent, answers cannot be changed or taken back here: they count from that moment on. If you want yours removed, write to whom the first page names.
surveys-how-long-text = { $minutes ->
    [1] About a minute
   *[other] About { $minutes } minutes
}; { $questions ->
    [1] one question.
   *[other] { $questions } questions at most.
} The time is reckoned from the questions, not measured.
surveys-unanswered = Not answered
surveys-unavailable = It is not certain that your answers were stored. Please wait a moment and press the button again: they are never stored twice.
surveys-day = Day
surveys-month = Month
surveys-year = Year
surveys-rank = Give each a number: 1 for the most important, { $last } for the least.
surveys-closed-title = This survey is closed
surveys-closed-text = Thank you for your interest. Answers are no longer taken, and nothing was stored.
surveys-closed-kept = Answers are no longer taken. What you have typed was not stored; it is here so that you can keep a copy.
surveys-not-yet-title = This survey is not open yet
surveys-not-yet-text = Please come back a little later.
surveys-broken-title = This page can no longer be used
surveys-broken-text = It is too old, or part of it was changed on the way. Nothing was stored. Please begin again.
surveys-already-title = Answers were sent from this page before
surveys-already-text = The first answers stand, and were not changed. If these are the answers of another person, check them here and send them.
surveys-late-title = This page is from another day
surveys-late-text = If you have sent your answers already, they have arrived, and you need do nothing. If not, check them here and send them.
surveys-begin-again = Begin at the first page
surveys-thanks-title = Thank you, your answers have arrived
surveys-thanks-receipt = Your receipt is
surveys-thanks-text = Note it down or take a picture. The receipt shows that your answers are there; it does not lead to what you answered.
surveys-thanks-check = You can come back to it at any time:
surveys-receipt-link = check a receipt
surveys-receipt-title = Check a receipt
surveys-receipt-text = Type in the code that you were given after sending your answers. You will see on which day they arrived, and for which survey; the answers themselves are shown to nobody.
surveys-receipt-code = Receipt
surveys-receipt-hint = Twenty letters and digits, for example 7KQ2M-X4D90-PT3WB-61ZEK.
surveys-receipt-check = Check
surveys-receipt-found = Your answers arrived on { $day }:

# Offices: surveys
surveys-title = Surveys
surveys-survey = Survey
surveys-new = Issue a survey
surveys-new-title = Issue a survey
surveys-issue = Issue
surveys-issued = The survey is issued. Open it when you want to take answers.
surveys-cancel = Cancel
surveys-city = City
surveys-round = Round
surveys-state = State
surveys-state-draft = Not open yet
surveys-state-open = Open
surveys-state-closed = Closed
surveys-questionnaire = Questionnaire
surveys-questionnaire-hint = Only published questionnaires can be issued.
surveys-responses = Responses
surveys-counted = by the end of { $day }, rounded down
surveys-where = City and round
surveys-closes-on = Last day
surveys-closes-on-hint = Answers are taken until midnight at the end of this day, in the city’s time. You can also close the survey by hand.
surveys-contact = Whom citizens may ask
surveys-contact-hint = A name with an address or a telephone number, as the first page of the survey shows it. If you leave it empty, the address of this Stoa stands there.
surveys-contact-none = The address of this Stoa
surveys-contact-title = Whom citizens may ask
surveys-contact-save = Save
surveys-contact-saved = The first page of the survey says so within a minute.
surveys-empty-heading = No surveys yet
surveys-empty-text = Issue a questionnaire to a city to get its link, its poster and its estimates.
surveys-agency-lead = The surveys that you were commissioned to field. Open one for its link, its poster and how many have answered. Interviewers enter answers through the link too; files with answers cannot be handed in yet.
surveys-empty-text-reader = As soon as a survey is issued for your city, you will see it here.
surveys-no-instruments-heading = There is no published questionnaire
surveys-no-instruments-text = Import and publish one, or take the one that comes with Stoa.
surveys-no-places-heading = No city takes part in a round yet
surveys-no-places-text = Add a city to a round first; then a survey can be issued for it.
surveys-to-rounds = Rounds
surveys-link = Link for citizens
surveys-link-text = Whoever has the link can answer, without an account. Put it into letters, mails and posters.
surveys-poster = Poster
surveys-poster-back = Back to the survey
surveys-poster-text = Print this page; only the poster comes out.
surveys-poster-heading = How do you learn in { $city }?
surveys-poster-invite = Take part in the survey on learning in our city. It takes a few minutes.
surveys-poster-promise = Your answers are stored without your name. You need no account.
surveys-poster-until = You can answer until { $day }.
surveys-close = Close the survey
surveys-open-draft = Open the survey
surveys-open-open = Open the survey again
surveys-open-closed = Open the survey again
surveys-opened = Opened
surveys-closes = Closes
surveys-ended = Its last day has passed, or its round is closed.
surveys-opened-flash = The survey is open.
surveys-closed-flash = The survey is closed. Nothing more is taken, and its estimates are being computed.
surveys-round-closed = The round is closed. Open the round before you open its surveys.
surveys-days = Responses by the end of each day
surveys-by-language = By language
surveys-days-text = Counted after midnight, rounded down to a multiple of { $step }. Nothing else is said of an open survey.
surveys-date = Day
surveys-estimates = Estimates
surveys-computed = Computed on { $at } from { $count } responses.
surveys-stands = Since then fewer than { $limit } responses came or changed for one of these values. They stay as they were, so that no difference tells one person’s answer.
surveys-not-computed = The estimates could not be computed. The operator sees why, and can have it tried again.
surveys-computing = The estimates are being computed
surveys-estimates-caption = What the responses say about each measure
surveys-measure = Measure
surveys-value = Value
surveys-interval = 95 % interval
surveys-n = Respondents
surveys-suppressed = Withheld: fewer than { $limit } people have answered.
surveys-suppressed-note = Results of fewer than { $limit } people are withheld, so that nobody can be recognised.
surveys-undefined-nobody = Nobody has answered yet.
surveys-undefined-not-closed = The survey has not closed yet. Estimates are computed from all responses when it has.
surveys-undefined-being-computed = The survey has closed; its estimates are being computed.
surveys-undefined-no-spread = All answers are the same or nearly so: they show no spread.
surveys-undefined-not-relied-on = An open link asks whoever wants to answer. It is no official estimate unless a coordinator says that it counts.
surveys-undefined-too-alike = It would tell about fewer people than the limit: so few differ from the others, or from another measure.
surveys-undefined-one-unit = A single answer, or a single place of the sample, shows no spread.
surveys-undefined-lonely-psu = A part of the sample consists of a single place, so that it shows no spread.
surveys-undefined-zero-denominator = What it would be divided by adds up to zero.
surveys-undefined-too-large = The numbers are too large to be added up.
surveys-undefined-not-computable = Cannot be estimated from these answers.
surveys-no-interval = none
surveys-no-measures = This questionnaire feeds no measure.
surveys-figure-desc = { $value }, 95 % interval { $interval }

# Offices: questionnaires
surveys-instruments-title = Questionnaires
surveys-instruments-empty = There is no questionnaire yet.
surveys-instrument-new = Import a questionnaire
surveys-instrument-default = Add Stoa’s questionnaire
surveys-instrument-default-text = Stoa comes with a questionnaire for citizens that covers every measure of the Key Features that is asked in surveys.
surveys-instrument-title = Title
surveys-instrument-name = Name
surveys-instrument-name-hint = What colleagues call it; citizens see the title.
surveys-instrument-version = Version
surveys-instrument-state-draft = Draft
surveys-instrument-state-published = Published
surveys-instrument-languages = Languages
surveys-instrument-questions = Questions
surveys-instrument-hash = Fingerprint, to compare copies
surveys-instrument-hash-text = Two questionnaires with the same fingerprint (SHA-256) are the same, letter for letter.
surveys-import = Import
surveys-download = Download or print
surveys-download-text = As the import takes them: change them in a spreadsheet and import them under another name or version.
surveys-example = An example
surveys-example-text = The questionnaire that comes with Stoa, sheet by sheet, to begin with.
surveys-import-text = A questionnaire is an XLSForm: a workbook, or its sheets as CSV files. Importing under the name of a draft replaces it.
surveys-import-errors = What to correct
surveys-import-errors-text = Rows are counted as in the spreadsheet; the headings are row 1.
surveys-imported = The questionnaire is stored.
surveys-sheet = Sheet
surveys-row = Row
surveys-column = Column
surveys-what = What is wrong
surveys-sheet-survey = Sheet “survey”
surveys-sheet-choices = Sheet “choices”
surveys-sheet-settings = Sheet “settings”
surveys-sheet-measures = Measures
surveys-sheet-measures-hint = Columns measure, question, statistic, positive, domain: what is estimated from the answers.
surveys-publish = Publish
surveys-publish-text = Please read it once more. A published questionnaire never changes; corrections become a new version.
surveys-published = The questionnaire is published.
surveys-page-n = Page { $n }
surveys-condition-page = Not everybody sees this page
surveys-condition = Not everybody is asked this
surveys-constraint = Not every answer is taken
surveys-only-if = Only if this holds:
surveys-must = An answer is taken if this holds:
surveys-required = answer needed
surveys-measures = Measures
surveys-measures-text = What is estimated from the answers
surveys-question = Question
surveys-statistic = Statistic
surveys-statistic-proportion = Share answering
surveys-statistic-mean = Mean
surveys-domain = Who counts
surveys-domain-all = everybody
surveys-domain-some = not everybody
surveys-kind-text = text
surveys-kind-integer = whole number
surveys-kind-decimal = number
surveys-kind-select-one = one choice
surveys-kind-select-multiple = several choices
surveys-kind-rank = ranking
surveys-kind-range = number on a scale
surveys-kind-date = date
surveys-kind-note = text to read
surveys-kind-acknowledge = box to tick
surveys-kind-calculate = calculated
surveys-kind-hidden = hidden
surveys-kind-metadata = not collected

# Errors in sheets
surveys-sheet-errors-more = { $count ->
    [one] One more cell is wrong; it is shown when these are mended.
   *[other] { $count } more cells are wrong; they are shown when these are mended.
}
surveys-sheet-error-not-utf8 = The cell is not text in any encoding that is known here. Save the sheet as CSV in UTF-8.
surveys-sheet-error-too-large = The sheet or the cell is too large.
surveys-sheet-error-missing-column = A column is missing.
surveys-sheet-error-unknown-column = This column is not supported.
surveys-sheet-error-duplicate-column = This column is there twice.
surveys-sheet-error-language-without-tag = Write the language with its tag, like label::English (en).
surveys-sheet-error-cell-without-header = The cell stands in a column without a heading.
surveys-sheet-error-open-quote = A quotation mark is opened here and never closed.
surveys-sheet-error-extra-row = This sheet has only one row below its headings.
surveys-sheet-error-missing-type = The type is missing.
surveys-sheet-error-unknown-type = This type of question is not supported.
surveys-sheet-error-missing-name = The name is missing.
surveys-sheet-error-invalid-name = The name cannot be used; what a name may have stands beside it.
surveys-sheet-error-duplicate-name = This name is there twice.
surveys-sheet-error-missing-label = The label is missing.
surveys-sheet-error-missing-calculation = The calculation is missing.
surveys-sheet-error-missing-list = The choice list is missing.
surveys-sheet-error-unknown-list = There is no choice list of this name.
surveys-sheet-error-duplicate-choice = This choice is there twice.
surveys-sheet-error-space-in-choice = The name of a choice has no spaces here.
surveys-sheet-error-unbalanced-group = The group is not opened, or not closed.
surveys-sheet-error-invalid-expression = The expression cannot be read.
surveys-sheet-error-unknown-reference = This refers to a question that does not exist.
surveys-sheet-error-circular-reference = This depends on itself.
surveys-sheet-error-not-for-this-type = This does not go with the type of the question.
surveys-sheet-error-invalid-parameter = The parameters cannot be read.
surveys-sheet-error-invalid-value = This value is not possible here.
surveys-sheet-error-no-questions = The sheet asks no question.
surveys-sheet-error-unknown-question = There is no question of this name.
surveys-sheet-error-unknown-statistic = The statistic is either proportion or mean.
surveys-sheet-error-unknown-choice = The question has no choice of this name.
surveys-sheet-error-duplicate-measure = This measure is there twice.
surveys-sheet-error-cell-error = The spreadsheet shows an error in this cell.
surveys-sheet-error-repeats = Sections that repeat are not asked here.
surveys-sheet-error-media = Pictures, sounds and other files are neither asked nor shown here.
surveys-sheet-error-geo = Places on a map are not asked here.
surveys-sheet-error-not-a-workbook = This is neither an .xlsx or .xls workbook, nor CSV, nor a questionnaire as JSON.
surveys-sheet-error-damaged = The file is damaged. Open it in a spreadsheet program and save it again.
surveys-sheet-error-protected = The file asks for a password. Save it without one.
surveys-sheet-error-missing-sheet = The workbook has no sheet called survey.
surveys-sheet-note-left-out = Left out, as you asked.
surveys-sheet-note-not-used = Taken, but not used.
surveys-sheet-note-differs = On phones and in other web forms this is answered otherwise.
surveys-sheet-note-guessed-encoding = The file is not UTF-8; look whether all letters are right.
surveys-file-xlsx = XLSForm, a workbook (.xlsx)
surveys-file-xml = XForm for KoboCollect and ODK Collect (.xml)
surveys-file-json = Stoa’s own format (.json)
surveys-print = On paper
surveys-print-back = Back to the questionnaire
surveys-print-text = Print this page from your browser.
surveys-print-several = Several answers are possible.
surveys-print-rank = Write a number beside each: 1 for the first.
surveys-print-date = Day, month, year
surveys-workbook = Questionnaire as a workbook
surveys-workbook-hint = An XLSForm (.xlsx or .xls) with the sheets survey, choices and settings, and perhaps measures; or a questionnaire that Stoa gave out as JSON.
surveys-sheets-instead = Sheets as CSV files instead
surveys-sheets-hint = Separated by commas, semicolons or tabs, in UTF-8 or another common encoding.
surveys-leave-out = What no page asks
surveys-leave-out-hint = Sections that repeat, pictures, sounds, files and places on a map. Each row that is left out is listed, and nothing else may refer to it.
surveys-leave-out-do = Leave it out and take the rest
surveys-leave-out-advice = Some of this can be left out: choose the file again and tick “Leave it out and take the rest”. What is wrong with the rest is said then.
surveys-imported-noted = The questionnaire is here as a draft. Look at the list of what was not taken as it was.
surveys-note = What became of it
surveys-notes = What was not taken as it was
surveys-notes-text = By row of the file that was imported
error-workbook-and-sheets = Choose a workbook or sheets as CSV, not both.

# Errors in fields
error-not-on-step = Please choose a number from { $start } on, in steps of { $step }.
error-too-much = All answers together may have 100,000 characters. Please shorten this one.
error-incomplete-rank = Please give every entry its own number, from 1 on.
error-constraint = This answer does not fit. Please check it.
error-unknown-question = The survey has no question of this name.
error-bad-once = Please use { $min } to { $max } visible ASCII characters.
error-bad-receipt = A receipt has twenty letters and digits, for example 7KQ2M-X4D90-PT3WB-61ZEK. Please compare it with yours.
error-no-such-receipt = No answers have this receipt. Please compare every letter.
error-instrument-not-published = Please choose a published questionnaire.
error-instrument-published = This version is published and never changes. Please give the new one another version.
error-wrong-sheets = The sheets have errors; each is listed with its row and column.
error-mode-not-available = Surveys can be issued with an open link only, so far.
error-closes-too-late = A survey can be open until { $last } at the latest.
error-in-the-past = Please choose a day that is not over yet.
surveys-held-back = The estimates are shown here when the results of the city are released.

# Whether a survey counts for the results of its city.
surveys-reliance = What the estimates are worth
surveys-relied-on = Count for the city’s results
surveys-not-relied-on = Do not count for the city’s results
surveys-reliance-open-link = An open link asks whoever wants to answer, and the same person can answer more than once. Its estimates describe those who answered, not the people of the city.
surveys-reliance-invitation = People of a sample were invited, and each can answer once.
surveys-reliance-agency = An agency interviews the people of a sample.
surveys-reliance-decided = A coordinator decided this on { $at }, because:
surveys-reliance-settled = The results of the city are released and stay as they are.
surveys-rely-yes = Let them count
surveys-rely-no = Let them not count
surveys-rely-hint = For example who was reached, and why nothing better is at hand. Whoever may see this survey reads it; the city’s profile says that you chose it.
surveys-relied-on-flash = The estimates count for the city’s results.
surveys-not-relied-on-flash = The estimates no longer count for the city’s results.
error-results-released = The results of the city are released and stay as they are.

# Below the choices of a question with a long list.
surveys-choices-more = { $count ->
    [one] and one more
   *[other] and { $count } more
}
# Answers on their way out.
surveys-sealed = Closed for good: it is never opened again, and its answers may leave.
surveys-sealed-flash = The survey is closed for good. Its answers may leave now.
surveys-seal = Close for good
surveys-seal-lead = Answers one by one leave Stoa only once the survey is closed for good.
surveys-seal-text = A survey that was closed for good is never opened again, by nobody: files made before and after one more answer would tell that answer. Whoever wants more answers issues another survey.
surveys-seal-others = A coordinator of the round has to close the survey for good first.
surveys-exports-title = Take the answers
surveys-exports-lead = A file has a row for each response, without its day, its language and anything that leads to who answered. The rows are in an order that tells nothing. Who asked for which file is in the audit.
surveys-exports-files = Your files
surveys-exports-files-text = Only you see them. They go a day after they were made.
surveys-exports-look = Look again
surveys-export-format = Kind of file
surveys-export-csv = CSV
surveys-export-xlsx = Excel
surveys-export-sav = SPSS
surveys-export-about-csv = Text for any program, with the names of choices
surveys-export-about-xlsx = A workbook, with the codebook on its second sheet
surveys-export-about-sav = With labels of variables and values; R, Stata and Python read it too
surveys-export-language = Language of the labels
surveys-export-language-hint = Answers stay as they were given.
surveys-export-own-words = Answers in people’s own words
surveys-export-own-words-hint = They may name people, and stand beside everything else that the same person answered. Take them only if you cannot do without; to read them, the list below has them alone.
surveys-export-own-words-yes = Put them into the file too
surveys-export-with-own-words = with answers in people’s own words
surveys-export-warning = Rows of answers can tell who somebody is, by what is rare together. Keep the file where nobody else reads it, pass it on to nobody, and delete it when you are done.
surveys-export-new = Make a file
surveys-export-make = Make the file
surveys-export-asked = The file is being made. Look again in a moment.
surveys-export-there = You have asked for this file before; it is in your list.
surveys-export-state-waiting = Waiting
surveys-export-state-running = Being made
surveys-export-state-ready = Ready
surveys-export-state-failed = Given up
surveys-export-failed-text = The file could not be made. The operator sees why, and can have it tried again.
surveys-export-night = The last day’s answers lose their order in the night. The file is made after six in the morning, in the city’s time.
surveys-export-percent = { $n } %
surveys-export-rows = { $n ->
    [one] one row
   *[other] { $n } rows
}
surveys-export-kilobytes = { $size } kB
surveys-export-megabytes = { $size } MB
surveys-export-ends = Goes
surveys-export-not-asked = Not asked
surveys-export-not-answered = Not answered
surveys-export-chosen = Chosen
surveys-export-not-chosen = Not chosen
surveys-texts-title = In people’s own words
surveys-texts-lead = What people wrote to a question, without anything else that they answered, in an order that tells nothing. It may name people: pass nothing on that does. Each look is in the audit.
surveys-texts-read = Read them
surveys-texts-find = Only with this in it
surveys-texts-show = Show
surveys-texts-all = { $n ->
    [0] Nobody wrote anything.
    [one] One person wrote something.
   *[other] { $n } people wrote something.
}
surveys-texts-found = { $n } of { $of } fit.
surveys-texts-times = ({ $n } times)
surveys-texts-none = This questionnaire has no question that people answer in their own words.
surveys-codebook = Codebook
surveys-codebook-text = What the columns of exported answers mean: questions, values and their codes, and when a question is asked. DDI is the form that archives of data take (DDI-Codebook 2.5).
error-survey-sealed = This survey was closed for good. It is never opened again; issue another one.
error-survey-not-sealed = Answers leave only once the survey is closed for good.
error-survey-takes-answers = The survey still takes answers. Close it first.
error-estimates-not-ready = The estimates are still being computed. Please try again in a moment.
error-estimates-stand = Since the estimates were computed, fewer responses came than the limit. A file would tell of them, so none is made.
error-too-few-responses = Fewer responses came than the limit for this kind of survey. So that nobody can be recognised, there is no file.
error-export-not-ready = The file is still being made. Please look again in a moment.
error-too-large-for-workbook = There are more answers or columns than a workbook holds. Please choose CSV or SPSS.

# Versions and languages of a questionnaire.
surveys-instrument-state-retired = Retired
surveys-languages-text = How many of the texts (labels, hints, messages, choices, title) each language has. Where one is missing, citizens read the default language.
surveys-language-default = Default
surveys-language-there = { $n } of { $of } texts
surveys-language-lacks = { $n ->
    [one] One text is missing
   *[other] { $n } texts are missing
}
surveys-language-lacks-more = { $n ->
    [one] and one more
   *[other] and { $n } more
}
surveys-versions = Versions
surveys-version-day = Since
surveys-version-this = (this one)
surveys-version-begin = Begin another version
surveys-version-begin-text = A draft with the same content. Edit its texts on its pages, or import its structure anew under the same name and version.
surveys-version-label = Its version
surveys-version-begun = The draft is there, with the same content.
surveys-retire = Retire
surveys-retire-text = No other survey can be issued with this version. Surveys that use it go on, and it can be restored.
surveys-retired = The version is retired. Surveys that use it go on.
surveys-retired-text = This version is retired: no other survey can be issued with it.
surveys-restore = Restore
surveys-restored = Surveys can be issued with this version again.
error-instrument-is-draft = A draft is no version yet. Only what was published is retired or restored.
error-instrument-retired = This version is retired. Restore it, or begin another version.
error-version-taken = There is a version of this name already. Please give the new one another.
surveys-preview = Preview as a citizen
surveys-preview-banner = This is a preview.
surveys-preview-banner-text = Nothing that you type here is stored.
surveys-preview-back = Back to the questionnaire
surveys-preview-end = The preview ends here
surveys-preview-end-text = Citizens read here that their answers have arrived, and get a receipt. Nothing was stored, and there is no receipt.
surveys-preview-again = Begin again
surveys-difference-title = What is different
surveys-difference-from = Compared with version
surveys-difference-show = Compare
surveys-difference-none = There is no earlier version to compare with.
surveys-difference-nothing = Nothing is different.
surveys-difference-texts = Only words are different.
surveys-difference-texts-text = Answers to both versions can be counted together, and an open survey can take the newer one over.
surveys-difference-keeps = The same is asked.
surveys-difference-keeps-text = Answers to both versions can be counted together. A language is gone, or something else is estimated from the answers, so that no open survey can take it over.
surveys-difference-structure = Something else is asked.
surveys-difference-structure-text = Answers to one version are no answers to the other. Surveys that are open go on as they are; the new version takes another survey.
surveys-difference-languages-added = Languages added:
surveys-difference-languages-removed = Languages removed:
surveys-difference-added = Added
surveys-difference-removed = Removed
surveys-difference-moved = Moved
surveys-difference-changed = Asked in another way
surveys-difference-worded = Other words
surveys-difference-before = Before
surveys-difference-after = Now
surveys-difference-more = { $n ->
    [one] One more difference is not shown.
   *[other] { $n } more differences are not shown.
}
error-no-version-before = There is no earlier version of this name. Please name the one to compare with.
