# Words around every page: layout, forms, navigation. A room's own texts live in its own file.

web-skip = Skip to the main content
web-nav = Main navigation
web-language = Language
web-sign-in = Sign in
web-own-page = Your work
web-sign-out = Sign out
web-breadcrumb = You are here
web-demo = This is a demonstration with invented cities and people.
web-demo-tour = Choose a role
web-demo-mailbox = Mailbox
web-footer = Stoa: surveys and expert reviews for learning cities.
web-footer-about = About
web-footer-accessibility = Accessibility
web-footer-privacy = Privacy
web-request-id = Page reference:
web-survey-privacy = Answers are kept without your IP address, your device or the exact time.

# Forms
web-error-prefix = Error:
web-error-summary = There is a problem
web-optional = (optional)
web-choose = Please choose
web-find = Find
web-find-label = Part of the name
web-find-shown = { $shown } of { $found } shown; there are { $of } in all. Type part of the name and press Find to see others.
web-find-none = None of { $of } is called so. Type another part of the name and press Find.
web-words = { $count } of { $limit } words
web-words-limit = Up to { $limit } words
# The script puts the numbers in place of %n and %max.
web-words-live = %n of %max words
web-cannot-judge = I cannot judge this
web-cannot-judge-hint = The report does not say enough, or it is outside my field.
web-progress = Page { $n } of { $of }
web-saving = Saving …
web-saved = Saved
web-save-failed = Not saved. Your text is still here; we will try again.
web-save-conflict = This page was changed in another tab or by someone else. Copy your text, then load the page again.

# Lists
web-pagination = Pages
web-kept = What you typed here before is back. It has not been sent yet.
web-kept-other = You typed something here before and did not send it. Meanwhile this page has changed.
web-kept-back = Put my text back
web-kept-drop = Discard it
web-kept-lose = Something that you typed on this page is not with Stoa yet, and would be gone. Sign out all the same?
web-previous = Previous
web-next = Next

# Numbers
web-of = { $n } / { $of }
web-size-kb = { $n } KB
web-size-mb = { $n } MB
web-error-of-field = { $field }: { $text }
