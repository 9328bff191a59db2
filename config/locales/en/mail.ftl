# Words around every mail.
mail-footer-why = You receive this mail because you have an account or a task with the service below. No reply is needed. If it was not meant for you, please ignore it.
