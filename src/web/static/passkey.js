// Passkeys: asks the browser for one and sends its answer with the form. The button is shown here, for without
// script there are no passkeys; the page says so and offers what works without.
(() => {
  "use strict";

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const ask = async (how, question) => {
    const publicKey = question.publicKey;
    publicKey.challenge = bytes(publicKey.challenge);
    for (const list of [publicKey.allowCredentials, publicKey.excludeCredentials]) {
      for (const known of list ?? []) known.id = bytes(known.id);
    }
    if (publicKey.user) publicKey.user.id = bytes(publicKey.user.id);
    const made = await (how === "create" ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey }));
    const said = made.response;
    const response = { clientDataJSON: text(said.clientDataJSON) };
    if (how === "create") {
      response.attestationObject = text(said.attestationObject);
    } else {
      response.authenticatorData = text(said.authenticatorData);
      response.signature = text(said.signature);
      response.userHandle = said.userHandle ? text(said.userHandle) : null;
    }
    return JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response, extensions: {} });
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const button = form.querySelector("button");
    const said = form.querySelector("[data-said]");
    if (!window.PublicKeyCredential) {
      said.textContent = form.dataset.failed;
      continue;
    }
    button.hidden = false;
    form.addEventListener("submit", async (event) => {
      if (form.elements.passkey.value) return;
      event.preventDefault();
      // Others must not take this for a form that was sent.
      event.stopImmediatePropagation();
      button.disabled = true;
      said.textContent = "";
      try {
        form.elements.passkey.value = await ask(form.dataset.passkey, JSON.parse(form.dataset.question));
        button.disabled = false;
        form.requestSubmit(button);
      } catch {
        said.textContent = form.dataset.failed;
        button.disabled = false;
      }
    }, true);
  }
})();
