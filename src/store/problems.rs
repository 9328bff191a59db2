//! Codes of what goes wrong with repeated requests.

use crate::problems;

problems! {
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused", Conflict, "The Idempotency-Key was used with another request.";
}
