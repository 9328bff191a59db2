// Comfort only: every page works without this file. Counts words, saves drafts, guards against
// leaving unsaved text and against sending a form twice.
(() => {
  "use strict";

  // Brings the error summary into view and to the reader's attention.
  document.querySelector(".error-summary")?.focus();

  // Word counts: the words come from the page (data-text), with %n and %max in them.
  const words = (text) => (text.trim() ? text.trim().split(/\s+/u).length : 0);
  for (const area of document.querySelectorAll("textarea[data-limit]")) {
    const out = document.getElementById(`${area.id}-count`);
    if (!out) continue;
    const numbers = new Intl.NumberFormat(document.documentElement.lang || undefined);
    const show = () => {
      const n = words(area.value);
      const max = Number(area.dataset.limit);
      out.textContent = area.dataset.text
        .replace("%n", numbers.format(n))
        .replace("%max", numbers.format(max));
      out.classList.toggle("over", n > max);
    };
    area.addEventListener("input", show);
    show();
  }

  // Drafts: a form with data-autosave posts itself there a moment after the last change. The
  // answer may carry {"version": "…"}, which goes into the form's hidden field of that name, so
  // that a second tab gets 409 instead of overwriting the first; "saved", when that was, and
  // "lacks", what is still missing.
  for (const form of document.querySelectorAll("form[data-autosave]")) {
    const status = form.querySelector("[data-autosave-status]");
    const say = (kind, detail) => {
      if (!status) return;
      status.textContent = status.dataset[kind];
      // As the page itself writes it: when it was saved, and what is still missing.
      for (const [mark, part] of detail ?? []) {
        if (!part) continue;
        const own = document.createElement("bdi");
        own.textContent = part;
        status.append(mark, own);
      }
      status.classList.toggle("over", kind === "failed" || kind === "conflict");
    };
    let timer = 0;
    let edits = 0;
    let kept = 0;
    let busy = false;
    let sending = false;
    let wait = 1500;
    const later = (ms) => {
      clearTimeout(timer);
      timer = setTimeout(save, ms);
    };
    async function save() {
      if (busy || sending || kept === edits) return;
      busy = true;
      const upTo = edits;
      say("saving");
      const body = new URLSearchParams();
      for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
      try {
        const answer = await fetch(form.dataset.autosave, { method: "POST", body, headers: { Accept: "application/json" } });
        if (answer.status === 409 || answer.status === 412) {
          say("conflict");
          busy = false;
          return;
        }
        if (!answer.ok) throw new Error(String(answer.status));
        const { version, saved, lacks } = (await answer.json().catch(() => null)) ?? {};
        if (version !== undefined && form.elements.version) form.elements.version.value = version;
        kept = upTo;
        wait = 1500;
        say("saved", [[" ", saved], [" · ", lacks]]);
      } catch {
        wait = Math.min(wait * 2, 60000);
        say("failed");
      }
      busy = false;
      if (kept !== edits) later(wait);
    }
    form.addEventListener("input", () => {
      edits += 1;
      later(1500);
    });
    form.addEventListener("submit", () => {
      sending = true;
    });
    addEventListener("beforeunload", (event) => {
      if (!sending && kept !== edits) event.preventDefault();
    });
  }

  // A second press within five seconds does not send a form twice.
  for (const form of document.querySelectorAll("form[method=post]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      if (event.defaultPrevented) return;
      form.dataset.sent = "1";
      setTimeout(() => delete form.dataset.sent, 5000);
    });
  }
})();
