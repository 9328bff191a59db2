demo-title = Walk through Stoa
demo-lead = Three invented cities are in the middle of a monitoring round. Step into any role; everything you do is real, in this demonstration’s own database.
demo-survey-counts = The demonstration shows whole profiles, and its cities have no other survey.
demo-citizen = As a citizen
demo-answer = Answer the survey of
demo-responses = { $n ->
    [0] Nobody has been counted yet.
   *[other] At least { $n } people had answered when it was last counted, after midnight.
}
demo-people = With an account
demo-role-coordinator = Coordinator: runs the round
demo-role-officer = City officer: writes the report
demo-role-expert = Expert: reviews reports
demo-role-agency = Survey agency: fields the survey
demo-role-analyst = Analyst: reads results
demo-role-operator = Operator: looks after accounts, mail and the audit
demo-enter = Step in
demo-mail-title = Mail
demo-mail = Nothing is sent. What would have been sent is in the
demo-api-title = For programs
demo-api = Get a token with an address such as coordinator@demo.stoa.example and the password
