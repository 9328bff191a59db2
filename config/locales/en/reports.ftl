reports-title = Reports
reports-to-begin = To begin
reports-begun = Your reports
reports-begin = Begin the report
reports-empty-heading = No reports yet
reports-empty-text = When a round is open in which your city takes part, its report appears here.
reports-overview-title = Report of { $city }
reports-state = State
reports-state-draft = draft
reports-state-submitted = submitted
reports-state-returned = returned for changes
reports-late = late
reports-due = Due
reports-sections = Sections
reports-statistics = Statistics
reports-of = { $done } of { $of }
reports-progress-sections = { $done } of { $of } sections
reports-progress-statistics = { $done } of { $of } statistics
reports-progress-all = { $done } of { $all } tasks are done
reports-lead = Fill in the sections and statistics in any order, alone or with colleagues. What you save stays a draft until you submit it. Those who coordinate the round can read it already, files too; experts cannot.
reports-tasks = What to fill in
reports-task-empty = not begun
reports-task-over = over the limit
reports-task-written = written
reports-task-statistics = Official statistics
reports-missing-count = { $count ->
    [one] One thing is still missing.
   *[other] { $count } things are still missing.
}
reports-missing-nothing = Everything is there.
reports-see-missing = See what is missing
reports-to-submit = Check and submit
reports-closed-heading = The round is not open
reports-closed-text = This report was not submitted. Nothing can be changed while the round is closed.
reports-returned-heading = Please change your report
reports-returned-text = The coordinator has given the report back. Change what is needed and submit it again.

# Sections
reports-section-title = { $code } { $label }
reports-section-of = Section { $n } of { $of }
reports-section-body = Your text
reports-section-empty = Nothing was written.
reports-section-saved = The section was saved.
reports-save = Save
reports-save-next = Save and go on
reports-stale-heading = Somebody else has changed this section
reports-stale-text = Nothing is lost: your text is still in the field below. Compare it with the stored one, put together what should stay, and save.
reports-stale-stored = The stored text
reports-too-late-submitted = The report was submitted while you were writing, so that it can no longer be changed. If your text should still go in, keep it and ask the coordinator to give the report back.
reports-too-late-closed = The round was closed while you were writing, so that the report can no longer be changed. If your text should still go in, keep it and ask the coordinator.
reports-too-late-returned = The report has been given back to the city already, and the officers have another note. If yours says more, write to them.

# Statistics
reports-statistics-title = Official statistics: { $area }
reports-statistics-of = Official statistics, page { $n } of { $of }
reports-statistics-lead = Give the newest official value, the year it is about and who published it, for example the national statistics office. You may save half and come back.
reports-statistics-saved = The statistics were saved.
reports-statistics-stale = Somebody else has changed these statistics. What you typed is still here; where it differs, the stored value is beside it. Save again to keep yours.
reports-statistics-stored = Stored meanwhile
reports-measure = Measure
reports-value = Value
reports-unit = Unit
reports-year = Year
reports-source = Source
reports-not-available = Not available
reports-not-available-hint = The city has no such value. You may say why in the field above.
reports-unit-percent = %
reports-unit-per-100000 = per 100,000
reports-unit-per-1000 = per 1,000
reports-unit-ppp-dollars = dollars (PPP)
reports-unit-years = years
reports-unit-tonnes = tonnes
reports-unit-kilograms = kg
reports-unit-ratio = ratio
reports-unit-visits-per-month = visits a month
reports-unit-score-1-5 = from 1 to 5
reports-unit-level-0-4 = level 0 to 4

# Evidence
reports-evidence = Evidence
reports-evidence-section = Evidence for this section
reports-evidence-whole = Evidence for the whole report
reports-evidence-none = No files yet.
reports-evidence-choose = Add files
reports-evidence-hint = PDF, PNG, JPEG, text, CSV, Word or Excel, up to { $most } MB each. Author names are removed where the format allows it; compressed and signed PDFs may keep theirs. What would act when somebody opens the file is taken out, or the file is refused. A file that you remove is erased at once, unless a submitted report names it.
reports-evidence-upload = Upload
reports-evidence-remove = Remove
reports-evidence-added = The evidence was added.
reports-evidence-added-less = The evidence was added. Something was taken out, so that experts can open it safely; what it was stands at the file.
reports-evidence-there = This file is already in the report. It was not stored again.
reports-evidence-removed = The file was removed from the draft.
reports-taken-out = Taken out:
# Between two things that were taken out.
reports-taken-and = ;
reports-taken-template = a link to an outside template
reports-taken-picture = a link to an outside picture
reports-taken-link = a link to another file
reports-taken-object = an embedded object or file
reports-taken-field = a field that reads from another file
reports-taken-connection = a connection to outside data
reports-taken-extension = buttons or panes of another program
reports-taken-formula = formulas in cells, which are text now

# Submitting
reports-check-title = Check and submit
reports-check-missing = { $count ->
    [one] One thing is still missing. The report can be submitted when it is done.
   *[other] { $count } things are still missing. The report can be submitted when they are done.
}
reports-check-complete = Everything is there.
reports-check-late = The deadline has passed. You can still submit; the report will be marked as late.
reports-check-freeze = After submitting, nothing can be changed unless the coordinator gives the report back. All officers of the city get a receipt by mail.
reports-submit = Submit the report
reports-back = Back to the report
reports-gap-section-missing = no text yet
reports-gap-too-many-words = { $count } of { $max } words
reports-gap-statistic-missing = no value yet
reports-gap-year-missing = the year is missing
reports-gap-source-missing = the source is missing
reports-submitted = The report was submitted. Thank you.
reports-submitted-before = This report was submitted before. Here is its receipt.

# Submissions
reports-submission = Submitted
reports-submission-title = Submitted report of { $city }
reports-submission-at = Submission { $number },
reports-submission-read = Read the submitted report
reports-submission-returned = The coordinator has given this report back.
reports-submission-continue = Continue the report
reports-superseded = A newer submission has taken the place of this one.
reports-receipt = Receipt
reports-hash = Check sum (SHA-256)
reports-prompt-show = What was asked
reports-others = Other submissions
reports-return = Give the report back to the city
reports-return-note = What should the city change?
reports-return-hint = The city’s officers get this text by mail and see it above their report.
reports-at-work = Experts at work
reports-at-work-counts = Invited { $invited }, accepted { $accepted } (writing { $writing }), submitted { $submitted }
reports-at-work-rated = { $n ->
    [0] Nothing has been rated yet.
    [one] One rating has been given.
   *[other] { $n } ratings have been given.
}
reports-at-work-cases = Disagreements: { $open } open, { $settled } settled.
reports-at-work-kept = They are told by mail. Ratings stay shown while the city has its report. When it is submitted again, ratings and settled disagreements of sections that are the same are kept; changed sections are asked again.
reports-at-work-nobody = No expert is at work on it.
reports-return-button = Give back
reports-returned = The report was given back to the city.

error-section-missing = A text is missing.
error-report-incomplete = { $count ->
    [one] The report was not submitted: one thing is missing.
   *[other] The report was not submitted: { $count } things are missing.
}
error-section-too-long = Your text was saved, but it has { $count } words. Shorten it to { $max } before you submit.
error-section-changed = Somebody else has changed this section. Nothing was saved yet.
error-statistics-changed = Somebody else has changed these statistics. Nothing was saved yet.
error-statistic-missing = A value is missing.
error-year-missing = The year is missing.
error-source-missing = The source is missing.
error-value-and-not-available = Give a value or say that there is none, not both.
error-ambiguous-number = This can be read in two ways. Write 1234 for one thousand, or 1.234 for a little more than one.
error-file-empty = “{ $name }” is empty. Please choose another file.
error-file-too-large = “{ $name }” is larger than { $max } MB. Please make it smaller.
error-upload-too-large = What you sent is larger than { $max } MB. Please choose a smaller file, or send several one by one.
error-file-name-mismatch = The name “{ $name }” does not agree with what the file is. Its name should end in .{ $extension }.
error-file-damaged = “{ $name }” could not be read through; it seems to be damaged. Please save it again, or print it to PDF, and upload that.
error-file-not-utf8 = “{ $name }” is text, but not in UTF-8, so its letters cannot be told for sure. In Excel choose “Save as”, then “CSV UTF-8”; in other programs choose the encoding UTF-8.
error-file-protected = “{ $name }” is encrypted or asks for a password, so nobody can look into it. Please save it without protection.
error-file-unpacks-too-large = “{ $name }” unpacks to far more than its size. Please make it smaller, or print it to PDF.
error-file-has-controls = “{ $name }” contains ActiveX controls or the pane of another program. Please remove them, or print the document to PDF.
error-file-has-live-data = “{ $name }” takes values from another program while it is open (DDE, or fields made by other fields). Please replace them with their values, or print the document to PDF.
error-file-fetches = “{ $name }” has formulas that fetch something from elsewhere (WEBSERVICE, IMAGE, RTD or the like). Please copy these cells and paste their values.
error-file-has-script = “{ $name }” contains JavaScript. Please print it to PDF, or export it as PDF/A, and upload that.
error-file-acts = “{ $name }” does something when it is opened or pressed: it starts a program, opens another file or sends data. Please print it to PDF, or export it as PDF/A, and upload that.
error-file-has-attachments = “{ $name }” has other files inside. Please upload those one by one, and this one without them, printed to PDF or exported as PDF/A.
error-file-has-media = “{ $name }” contains film, sound, three-dimensional scenes or a form (XFA). Please print it to PDF, or export it as PDF/A, and upload that.
error-evidence-withheld = This file came before Stoa looked into files, and it holds something that acts when it is opened. It is not handed out. Ask the city for a copy without it.
error-file-has-macros = “{ $name }” contains macros. Please save it without them.
error-too-many-files = A report can have at most { $max } files, removed ones included.
