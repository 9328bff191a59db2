//! Codes of what goes wrong with people and with coming in.

use crate::problems;

problems! {
    BAD_CREDENTIALS = "bad_credentials", Unauthenticated, "E-mail address or password are not right.";
    TOKEN_EXPIRED = "token_expired", Unauthenticated, "The token is too old; get a new one.";
    TOKEN_INVALID = "token_invalid", Unauthenticated, "The token is not one of this service, or was revoked.";
    SERVICE_TOKEN_ENDED = "service_token_ended", Unauthenticated, "The service token has ended or was revoked; its person can make a new one.";
    NOT_IN_TOKEN = "not_in_token", Forbidden, "The service token does not allow this.";
    SECOND_FACTOR_NEEDED = "second_factor_needed", Unauthenticated, "The account has a second factor: send a recovery_code too, or use a service token.";
    SECOND_FACTOR_MISSING = "second_factor_missing", Forbidden, "The account must have a second factor: sign in on the pages and set it up.";
    STEP_ENDED = "step_ended", Unauthenticated, "That took too long, or too many answers were wrong; begin again.";
    LAST_PASSKEY = "last_passkey", Conflict, "This account must have a passkey; add another one first.";
    OWN_SECOND_FACTOR = "own_second_factor", Conflict, "Nobody takes away their own second factor this way: remove passkeys with the password, or ask another operator.";
    PASSKEYS_IMPOSSIBLE = "passkeys_impossible", Conflict, "Passkeys need an address with a name and https.";
    LAST_OPERATOR = "last_operator", Conflict, "The instance would be left without an operator.";
    ACCOUNT_DISABLED = "account_disabled", Conflict, "The account is disabled; an operator can open it again.";
    ACCOUNT_ERASED = "account_erased", Conflict, "The account was erased; it cannot be opened again.";
    AUDIT_BROKEN = "audit_broken", Conflict, "The audit chain is broken: an entry is missing or was changed.";
}
