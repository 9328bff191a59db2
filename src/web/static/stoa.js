// Comfort only: every page works without this file. Counts words, saves drafts, keeps what was typed
// and not sent until somebody comes back to it, and guards against sending a form twice.
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

  // What was typed and not sent stays in this tab, for whoever typed it and under the address that the
  // form is sent to, and is put back when they come again. Passwords, codes and files never; nothing of
  // strangers, but drafts that a link opens.
  const who = document.querySelector(".caller")?.dataset.key ?? "";
  const status = performance.getEntriesByType("navigation")[0]?.responseStatus ?? 200;
  const refused = status >= 400 || document.querySelector(".error-summary") !== null;
  const texts = document.body.dataset;
  const box = {
    get: (key) => { try { return sessionStorage.getItem(key); } catch { return null; } },
    // What is older than what can be kept must not come back in its place.
    set: (key, value) => { try { sessionStorage.setItem(key, value); } catch { box.drop(key); } },
    drop: (key) => { try { sessionStorage.removeItem(key); } catch { /* not allowed */ } },
    clear: () => { try { Object.keys(sessionStorage).filter((key) => key.startsWith("stoa:")).forEach(box.drop); } catch { /* not allowed */ } },
  };
  // Somebody else in the same tab finds nothing.
  if (who) {
    if ((box.get("stoa-who") ?? who) !== who) box.clear();
    box.set("stoa-who", who);
  }
  // The page that follows a form says which one was taken; what was typed into it is with Stoa then.
  // Without that somebody was not heard: the line was down, they went elsewhere, or it was refused.
  const sent = box.get("stoa-sent");
  const taken = document.querySelector("[data-from]")?.dataset.from;
  box.drop("stoa-sent");
  if (sent && taken && sent.includes(`:${taken}:`)) box.drop(sent);
  const UNKEPT = ["hidden", "file", "password", "submit", "button", "reset", "image", "one-time-code"];
  const fields = (form) =>
    [...form.elements].filter((e) => e.name && !e.disabled && e.matches("input, textarea, select") && !UNKEPT.includes(e.type) && !UNKEPT.includes(e.autocomplete));
  const ticked = (e) => e.type === "checkbox" || e.type === "radio";
  const text = (form) => JSON.stringify(fields(form).map((e) => (ticked(e) ? [e.name, e.checked, e.value] : [e.name, e.value])));
  const hidden = (form, which) =>
    [...form.elements].filter((e) => e.type === "hidden" && e.name !== "csrf" && e.name.startsWith("version") === which).map((e) => `${e.name}=${e.value}`).join("&");
  const worthKeeping = (form) => {
    const all = fields(form);
    if (!who && !form.hasAttribute("data-draft")) return false;
    if (form.querySelector("[type=password]") && all.length < 3) return false;
    return all.length > 3 || all.some((e) => !ticked(e) && e.type !== "select-one");
  };
  const keys = new Set();
  const kept = (form) => {
    let key = `stoa:${who}:${form.getAttribute("action") ?? location.pathname}:${hidden(form, false)}`;
    while (keys.has(key)) key += "+";
    keys.add(key);
    // A form that was refused shows what was typed, and nothing of it is with Stoa.
    const back = sent === key && refused;
    let shown = back ? "" : text(form);
    const keep = () => (text(form) === shown ? box.drop(key) : box.set(key, JSON.stringify({ base: hidden(form, true), text: text(form) })));
    const put = (was) => {
      const all = fields(form);
      JSON.parse(was).forEach(([name, value, of], at) => {
        const field = all[at]?.name === name ? all[at] : all.find((e) => e.name === name);
        if (!field) return;
        if (ticked(field)) field.checked = value && field.value === of;
        else field.value = value;
      });
      form.closest("details")?.setAttribute("open", "");
      form.dispatchEvent(new Event("input", { bubbles: true }));
      for (const area of form.querySelectorAll("textarea")) area.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const tell = (sentence, ...actions) => {
      const notice = document.createElement("div");
      notice.className = "notice";
      notice.setAttribute("role", "status");
      const line = document.createElement("p");
      line.textContent = sentence;
      notice.append(line);
      for (const [label, act] of actions) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "quiet";
        button.textContent = label;
        button.addEventListener("click", () => {
          notice.remove();
          act();
        });
        notice.append(button);
      }
      form.prepend(notice);
    };
    const copy = JSON.parse(box.get(key) ?? "null");
    if (back) keep();
    else if (copy && copy.text === shown) box.drop(key);
    else if (copy) {
      const before = shown;
      const drop = [texts.keptDrop, () => (put(before), box.drop(key))];
      const again = () => put(copy.text);
      form.closest("details")?.setAttribute("open", "");
      if (copy.base === hidden(form, true)) setTimeout(() => (again(), tell(texts.kept, drop)));
      else tell(texts.keptOther, [texts.keptBack, again], drop);
    }
    form.addEventListener("input", keep);
    form.addEventListener("change", keep);
    form.addEventListener("submit", () => {
      keep();
      box.set("stoa-sent", key);
    });
    return {
      waits: () => text(form) !== shown,
      keep,
      // What is typed meanwhile is kept on.
      saved: (what) => {
        shown = what;
        keep();
      },
    };
  };
  const guards = new Map([...document.querySelectorAll("form[method=post]")].filter(worthKeeping).map((form) => [form, kept(form)]));
  const leavers = document.querySelectorAll("form[action$='/sign-out'], form[action$='/sign-out-everywhere']");

  // Within Stoa the copy waits for whoever comes back; closing the tab would lose it.
  let inside = false;
  const within = () => {
    inside = true;
    setTimeout(() => (inside = false), 3000);
  };
  document.addEventListener("submit", within);
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (link && link.origin === location.origin) within();
  });
  addEventListener("beforeunload", (event) => {
    if (!inside && [...guards.values()].some((guard) => guard.waits())) event.preventDefault();
  });

  // Drafts: a form with data-autosave posts itself there a moment after the last change, and when the
  // page is left. The answer may carry {"version": "…"} or {"versions": {…}}, which go into the form's
  // hidden fields of these names, so that a second tab gets 412 instead of overwriting the first;
  // "saved", when that was, "lacks", what is still missing, and "whole": false where not all was saved.
  const drafts = [];
  const soon = (ms) => new Promise((go) => setTimeout(go, ms));
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
    const guard = guards.get(form);
    let timer = 0;
    let edits = 0;
    let done = 0;
    let running = null;
    let sending = false;
    let wait = 1500;
    const later = (ms) => {
      clearTimeout(timer);
      timer = setTimeout(save, ms);
    };
    const post = (more) => {
      const body = new URLSearchParams();
      for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
      return fetch(form.dataset.autosave, { method: "POST", body, headers: { Accept: "application/json" }, ...more });
    };
    const save = () => {
      if (!sending && done !== edits) running ??= attempt().finally(() => (running = null));
      return running;
    };
    async function attempt() {
      const upTo = edits;
      const what = text(form);
      say("saving");
      try {
        const answer = await post({ signal: AbortSignal.timeout(20000) });
        if (answer.status === 409 || answer.status === 412 || answer.status === 422) {
          say(answer.status === 422 ? "failed" : "conflict");
          return;
        }
        if (!answer.ok) throw new Error(String(answer.status));
        const { version, versions, saved, lacks, whole } = (await answer.json().catch(() => null)) ?? {};
        for (const [name, value] of Object.entries(versions ?? { version })) {
          if (value !== undefined && form.elements[name]) form.elements[name].value = value;
        }
        done = upTo;
        wait = 1500;
        if (whole === false) guard?.keep();
        else guard?.saved(what);
        say("saved", [[" ", saved], [" · ", lacks]]);
      } catch {
        wait = Math.min(wait * 2, 60000);
        say("failed");
      }
      if (done !== edits) later(wait);
    }
    drafts.push(async () => {
      clearTimeout(timer);
      await running;
      await save();
      return done === edits;
    });
    form.addEventListener("input", () => {
      edits += 1;
      later(1500);
    });
    form.addEventListener("submit", (event) => {
      // What is on its way would make this a change by somebody else: it goes first, but not for ever.
      const first = running && Promise.race([running, soon(8000)]);
      if (first) event.preventDefault();
      first?.then(() => {
        running = null;
        form.requestSubmit(event.submitter);
      });
      sending = !first;
    });
    addEventListener("pageshow", (event) => {
      if (event.persisted) sending = false;
    });
    // Should it fail, or be too long for a last word, the copy in this tab is put back.
    addEventListener("pagehide", () => {
      if (!sending && done !== edits) post({ keepalive: true }).catch(() => {});
    });
  }

  // Signing out ends the right to save, and the copies: all goes to Stoa first, or somebody decides.
  for (const form of leavers) {
    let asked = false;
    let busy = false;
    form.addEventListener("submit", (event) => {
      if (asked) return;
      event.preventDefault();
      if (busy) return;
      busy = true;
      // Not before this event is over: until then a form does not let itself be sent again.
      Promise.race([Promise.all([soon(0), ...drafts.map((flush) => flush())]), soon(8000)]).then(() => {
        busy = false;
        if ([...guards.values()].some((guard) => guard.waits()) && !confirm(texts.keptLose)) return;
        asked = true;
        box.clear();
        form.requestSubmit(event.submitter);
      });
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
