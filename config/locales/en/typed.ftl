# What the fields of forms are called when an error page gives back what was typed. A field without
# a text here is not shown again: passwords, versions, choices, buttons.

typed-affiliation = Affiliation
typed-alternate = Somebody else to ask
typed-body = Your text
typed-city-id = City
typed-closes-on = Last day
typed-comment = Reasons
typed-countries = Countries
typed-country = Country
typed-email = E-mail address
typed-evidence-pointer = Where in the report
typed-experts-per-report = Experts per report
typed-expires-on = Last day
typed-kind = Kind of conflict
typed-language = Language
typed-languages = Languages
typed-level = Level
typed-load-max = Most reviews in one round
typed-name = Name
typed-name-en = Name in English
typed-note = Note
typed-overall-comment = About the report as a whole
typed-person-id = Expert
typed-population = Population
typed-provenance = Where it comes from
typed-reason = Reason
typed-report-due-on = Reports due
typed-resolution = How it was settled
typed-review-due-on = Reviews due
typed-round-id = Round
typed-slug = Short name
typed-source = Source
typed-time-zone = Time zone
typed-value = Value
typed-version-label = Version
typed-year = Year
