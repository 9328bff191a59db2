// Comfort on survey pages: every one of them works without this file, and nothing is judged here. The service says
// what a page asks after an answer; what is to be sent waits for the line and goes by itself; answers stay in this
// browser only where the person says that the device is theirs; a shared device is cleared when nobody is there.
(() => {
  "use strict";
  const $ = (css, from = document) => from.querySelector(css);
  const all = (css, from = document) => [...from.querySelectorAll(css)];
  const html = { Accept: "text/html" };
  const read = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");
  const store = {
    get: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
    set: (key, value) => { try { localStorage.setItem(key, value); return true; } catch { return false; } },
    drop: (key) => { try { localStorage.removeItem(key); } catch { /* not allowed */ } },
  };

  // Whose answers they are, where people were invited one by one: two of one household keep theirs apart.
  let code = "";

  const begin = () => {
    const form = $("form[data-survey]");
    const main = $("main");
    code = $("[name='@code']", form ?? document)?.value || location.pathname.match(/^\/i\/([^/]+)/i)?.[1] || code;
    const key = ["stoa-survey", main.dataset.slug ?? "", code.toUpperCase().replace(/[^0-9A-Z]/g, "")].filter(Boolean).join(":");
    const texts = form?.dataset ?? {};
    const pairs = (go) => {
      const body = new URLSearchParams();
      for (const [name, value] of new FormData(form)) body.append(name, value);
      if (go) body.append("@go", go);
      return body;
    };
    let line = null;
    const say = (sentence) => {
      line ??= $("[data-line]", form);
      line.parentElement.hidden = !sentence;
      line.textContent = sentence ?? "";
    };
    $(".error-summary")?.focus();

    // One's own device: what was typed stays until it is sent, or until somebody deletes it.
    const own = $("[data-own]", form ?? document);
    let keep = () => {};
    if (own && form) {
      const tick = $("input", own);
      keep = () => {
        if (tick.checked) tick.checked = store.set(key, pairs().toString());
      };
      own.hidden = false;
      // Only the visit that was kept goes on by itself; another waits for a tick.
      const visit = (of) => new URLSearchParams(of ?? "").get("@once")?.split(".")[0];
      tick.checked = store.get(key) !== null && visit(store.get(key)) === visit(pairs());
      keep();
      tick.addEventListener("change", () => (tick.checked ? keep() : store.drop(key)));
      form.addEventListener("input", keep);
      form.addEventListener("change", keep);
    }
    const back = $("[data-own-back]");
    if (back && store.get(key) !== null) {
      back.hidden = false;
      $("button[data-go]", back).addEventListener("click", () => {
        const again = document.createElement("form");
        again.method = "post";
        again.action = `/s/${main.dataset.slug}`;
        for (const [name, value] of [...new URLSearchParams(store.get(key) ?? ""), ["@go", "stay"]]) {
          const field = document.createElement("input");
          field.type = "hidden";
          field.name = name;
          field.value = value;
          again.append(field);
        }
        document.body.append(again);
        again.submit();
      });
      $("button[data-drop]", back).addEventListener("click", () => {
        store.drop(key);
        back.hidden = true;
        main.focus();
      });
    }
    if ($("[data-sent]")) store.drop(key);

    // A shared device.
    const first = main.dataset.kiosk;
    if (first) {
      addEventListener("pageshow", (event) => event.persisted && location.replace(first));
      if (form) idle(form, first);
      else if (main.dataset.seconds) setTimeout(() => location.replace(first), Number(main.dataset.seconds) * 1000);
    }
    if (!form) return;

    // What an answer opens on the same page: the service is asked what the page is now.
    if (texts.live !== undefined) {
      let asking = null;
      let timer = 0;
      const ask = async () => {
        asking?.abort();
        asking = new AbortController();
        try {
          const answer = await fetch(form.action, { method: "POST", body: pairs("stay"), headers: html, signal: asking.signal });
          if (answer.ok) merge(form, await read(answer));
          keep();
        } catch { /* the next button asks as well */ }
      };
      const soon = (ms) => {
        // What comes back now would know nothing of what is being typed.
        asking?.abort();
        clearTimeout(timer);
        timer = setTimeout(ask, ms);
      };
      form.addEventListener("change", (event) => event.target.name && soon(150));
      form.addEventListener("input", (event) => event.target.name && soon(800));
    }

    // The last button waits for the line, and sends by itself. The same answers are never stored twice.
    let waiting = false;
    let wait = 2000;
    let timer = 0;
    const hold = (event) => waiting && event.preventDefault();
    const send = async () => {
      clearTimeout(timer);
      say(waiting ? texts.trying : texts.sending);
      let answer = null;
      try {
        answer = await fetch(form.action, { method: "POST", body: pairs("submit"), headers: html, signal: AbortSignal.timeout(30000) });
      } catch { /* no line */ }
      if (answer && ![502, 503, 504].includes(answer.status)) {
        removeEventListener("beforeunload", hold);
        removeEventListener("online", send);
        swap(await read(answer));
        return;
      }
      if (!waiting) {
        addEventListener("beforeunload", hold);
        addEventListener("online", send);
      }
      waiting = true;
      form.dataset.held = "";
      say(texts.waiting);
      timer = setTimeout(send, wait);
      wait = Math.min(wait * 2, 60000);
    };
    let busy = false;
    form.addEventListener("submit", (event) => {
      const go = event.submitter?.value;
      if (go === "submit") {
        event.preventDefault();
        if (busy) return;
        busy = true;
        wait = 2000;
        send().finally(() => (busy = false));
      } else if (waiting || !navigator.onLine) {
        // Another page would be the browser's own, which says that there is no line.
        event.preventDefault();
        say(waiting ? texts.waiting : texts.offline);
      }
    });
  };

  // Puts what the page asks now in the place of what it asked; whatever somebody is at stays as it is.
  const merge = (form, page) => {
    const fresh = $("form[data-survey]", page);
    if (!fresh || $("[name='@page']", fresh)?.value !== $("[name='@page']", form)?.value) return;
    const before = new Map(all("[data-q]", form).map((e) => [e.dataset.q, e]));
    let changed = false;
    let last = null;
    for (const next of all("[data-q]", fresh)) {
      const old = before.get(next.dataset.q);
      before.delete(next.dataset.q);
      const same = old && old.dataset.looks === next.dataset.looks;
      const here = same ? old : document.adoptNode(next);
      if (!same) {
        changed = true;
        const focus = old?.contains(document.activeElement) ? document.activeElement.id : "";
        if (old) old.replaceWith(here);
        else if (last) last.after(here);
        else $("[data-fields]", form).prepend(here);
        if (focus) document.getElementById(focus)?.focus();
      }
      last = here;
    }
    for (const gone of before.values()) {
      changed = true;
      gone.remove();
    }
    for (const part of ["[data-carried]", ".progress"]) {
      const [old, next] = [$(part), $(part, page)];
      if (old && next) old.replaceWith(document.adoptNode(next));
    }
    if (changed) $("[data-said]", form).textContent = form.dataset.live;
  };

  // The answer to a post in the place of the page.
  const swap = (page) => {
    document.title = page.title;
    document.body.replaceWith(document.adoptNode(page.body));
    scrollTo(0, 0);
    $("main").focus();
    begin();
  };

  // Nobody is there any more: it is asked, and then all is cleared.
  const idle = (form, first) => {
    const dialog = $("dialog[data-idle]");
    let timer = 0;
    const leave = () => {
      // Answers that wait for the line go on waiting, and nobody reads them here.
      if ("held" in form.dataset) {
        for (const e of all("dl, h2, .actions, [name='@go']", form)) e.hidden = true;
        return;
      }
      for (const e of all("input:not([type=hidden]), textarea, select", form)) e.disabled = true;
      const go = document.createElement("input");
      go.type = "hidden";
      go.name = "@go";
      go.value = "leave";
      form.append(go);
      form.submit();
      setTimeout(() => location.replace(first), 5000);
    };
    const count = (left) => {
      $("[data-left]", dialog).textContent = left;
      timer = left > 0 ? setTimeout(count, 1000, left - 1) : setTimeout(leave, 0);
    };
    const again = () => {
      clearTimeout(timer);
      if (dialog.open) dialog.close();
      timer = setTimeout(() => {
        dialog.showModal();
        count(Number(dialog.dataset.warn));
      }, Number(dialog.dataset.idle) * 1000);
    };
    for (const kind of ["keydown", "pointerdown", "input"]) addEventListener(kind, again);
    $("[data-here]", dialog).addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", again);
    again();
  };

  begin();
})();
