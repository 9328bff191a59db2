# The second factor: passkeys, recovery codes, the second step of signing in.

second-factor-title = Second factor
second-account = With a passkey, nobody gets into your account by your password alone.
second-open = See your second factor
second-what = A passkey is kept by a device of yours: a phone, a computer, a key that you plug in. It opens your account together with your password, by your fingerprint, your face or the device's PIN, which never leave the device.
second-required = Your role needs one: whoever signs in as you sees the names of others.
second-passkeys = Your passkeys
second-none = None. Your password alone opens your account. The first one signs you out everywhere else, and ends the tokens of programs.
second-since = added { $at }
second-used = last used { $on }
second-used-never = never used
second-remove = Remove
second-remove-title = Remove “{ $name }”
second-remove-text = This device opens your account no more. With the last passkey the recovery codes go too, and your password alone is enough.
second-removed = “{ $name }” is removed.
second-added = The passkey is added. Next time you sign in with it.
second-add-title = Add a passkey
second-add = Add the passkey
second-name = Name of the passkey
second-name-hint = So that you know the device again, for example “Phone”.
second-name-usual = My device
second-continue = Continue
second-confirm = Confirm
second-impossible = This service is reached by a number, or without https. Browsers have passkeys only where an address has a name and https; an operator can set that.
second-device-title = Now your device
second-device-lead = The browser asks your device for the passkey “{ $name }”.
second-failed = The device has given no passkey. Try again, or use another device or browser.
second-codes = Recovery codes
second-codes-title = Your recovery codes
second-codes-left = { $count ->
    [0] No code is left.
    [one] One code is left.
   *[other] { $count } codes are left.
 }
second-codes-few = Make new codes before you need one.
second-codes-new = Make new codes
second-codes-new-title = Make new recovery codes
second-codes-new-text = You get ten new codes. Those that you have end.
second-codes-once = This is the only time that you see them. Print them or write them down, now.
second-codes-lead = Each opens your account once, with your password, if your device is not at hand. Keep them where your password is not.
second-codes-done = I have put them away

second-title = Second step
second-lead = The password is right, { $name }. One more step.
second-passkey = With your passkey
second-passkey-use = Use the passkey
second-script = A passkey needs a script, which this browser does not run here. Use a recovery code.
second-script-set-up = A passkey needs a script, which this browser does not run here. Allow it, or use another browser.
second-code = With a recovery code
second-code-label = Recovery code
second-code-hint = Twenty letters and digits. Each works once.
second-code-use = Use the code
second-code-none = You have no recovery code left.
second-lost = Neither passkey nor code? An operator of this service can take your second factor away.
second-begin-again = Begin again
second-set-up-title = Add a passkey
second-set-up-lead = The password is right, { $name }. Your role needs a second factor: add a passkey, and you are in.
second-reset = Take the second factor away
second-reset-text = For somebody who has lost passkeys and codes, after you made sure who asks. The password alone is enough then, until a passkey is added. Everything that is signed in to the account ends, programs too. They hear of it by mail.
second-reset-done = The second factor is taken away.

people-verb-second-factor-ask = Gave the password; a second factor was asked for
people-verb-session-confirm = Signed in with the second factor
people-verb-session-set-up = Added a first passkey and signed in
people-verb-passkey-add = Added a passkey
people-verb-passkey-remove = Removed a passkey
people-verb-recovery-code-make = Made new recovery codes
people-verb-second-factor-reset = Took away the second factor of a person

error-second-factor-needed = This account has a second factor. Send one of its recovery codes too, or use a service token.
error-second-factor-missing = This account must have a second factor. Sign in on the pages and set it up.
error-step-ended = That took too long, or too many answers were wrong. Please begin again.
error-own-second-factor = This is your own second factor. Remove passkeys on the page of your account, with your password; or ask another operator.
error-last-passkey = Your role needs a passkey. Add another one before you remove this one.
error-passkeys-impossible = Passkeys need an address with a name and https.
error-passkey-refused = This was not one of your passkeys, or not for this sign-in. Please try again.
error-passkey-known = This passkey is known already.
error-passkey-needs-script = A passkey needs a script, which this browser does not run here.
error-passkey-first = Recovery codes stand in for a passkey. Add one first.
error-too-many-passkeys = You have { $max } passkeys. Please remove one first.
error-wrong-recovery-code = This is not one of your recovery codes, or it was used before.

mail-account-notice-subject = { $what ->
    [passkey_added] A passkey was added to your account
    [passkey_removed] A passkey was removed from your account
    [recovery_code_used] A recovery code opened your account
    [recovery_codes_made] New recovery codes for your account
    [second_factor_reset] Your second factor was taken away
   *[program_added] A program may now act in your name
 }
mail-account-notice-lead = { $what ->
    [passkey_added] On { $at } ({ $time_zone }) a passkey was added to your account in Stoa: { $name }.
    [passkey_removed] On { $at } ({ $time_zone }) a passkey was removed from your account in Stoa: { $name }.
    [recovery_code_used] On { $at } ({ $time_zone }) somebody signed in to your account in Stoa with your password and a recovery code. Codes left: { $name }.
    [recovery_codes_made] On { $at } ({ $time_zone }) new recovery codes were made for your account in Stoa. Those before do not work any more.
    [second_factor_reset] On { $at } ({ $time_zone }) an operator of Stoa took your passkeys and recovery codes away. Your password alone opens your account until you add a passkey.
   *[program_added] On { $at } ({ $time_zone }) a program was let into your account in Stoa: { $name }.
 }
mail-account-notice-unexpected = It was not you? Then change your password and sign out everywhere, which ends the access of programs too, and look at your passkeys.
mail-account-notice-open = Look at your account
