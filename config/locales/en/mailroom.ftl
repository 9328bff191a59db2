mailroom-tabs = Mail
mailroom-journal = Mail
mailroom-templates = Templates
mailroom-template = Template
mailroom-message = A mail
mailroom-mailbox = Mailbox
mailroom-mailbox-lead = Nothing leaves this demonstration. Here is every mail that would have been sent, newest first; the links in them work.

mailroom-state = State
mailroom-state-queued = Waiting
mailroom-state-sending = Being sent
mailroom-state-sent = Sent
mailroom-state-deferred = Put off
mailroom-state-bounced = Bounced
mailroom-state-failed = Failed
mailroom-state-suppressed = Held back

mailroom-keeps = This instance delivers no mail (mail.transport is “mailbox”). Mails are kept here and marked as sent. Operators see their links and can pass them on.
mailroom-filter = Show
mailroom-show-all = Show all mails
mailroom-about-id = About (identifier)
mailroom-about = About
mailroom-newest-first = Mails, newest first
mailroom-subject = Subject
mailroom-from = From
mailroom-to = To
mailroom-written = Written
mailroom-attempts = Attempts
mailroom-next-try = Next try:
mailroom-none = No mail yet
mailroom-none-text = As soon as somebody is invited or reminded, the mail appears here.
mailroom-none-found = No mail like that
mailroom-none-found-text = Choose another state, or leave the identifier empty.

mailroom-test = Send me a test mail
mailroom-tested = The test mail is on its way to your address.
mailroom-retry = Try again now
mailroom-retried = The mail is back in the queue.
mailroom-server-said = It was not delivered. What came back:
mailroom-as-it-reads = As it reads
mailroom-html = Look at the HTML version
mailroom-no-preview = This mail can no longer be shown: its template is gone or has changed.
mailroom-facts = Details
mailroom-history = History

mailroom-templates-lead = Every mail that Stoa writes, in every language, filled with examples.
mailroom-templates-table = Templates and languages
mailroom-sample-note = Names, dates and links are examples.
