// Undersigned: what the queue and the page of a sign-on do beyond their links and forms. Everything works without it.
// Keys press the buttons that are there; counts and claims are asked for again while somebody is at the page.
(() => {
  "use strict";
  const box = document.getElementById("live");
  if (!box) return;
  const said = document.getElementById("said");
  const say = (words) => { said.textContent = ""; setTimeout(() => { said.textContent = words; }, 100); };
  const find = (selector, root = document) => root.querySelector(selector);

  // What was just done is read out once the page has settled.
  const done = find(".notice p");
  const heading = find("h1");
  if (done) say(`${done.textContent.trim()} ${heading.textContent.trim()}`);

  // ---- keys ----

  const keys = new Map();
  for (const pair of (box.dataset.keys || "").split(" ").filter(Boolean)) {
    const at = pair.indexOf("=");
    keys.set(pair.slice(at + 1), pair.slice(0, at));
  }
  const rows = [...document.querySelectorAll("ol.rows > li")];
  const row = () => rows.find((one) => one.contains(document.activeElement)) || null;
  let busy = false;
  addEventListener("pageshow", () => { busy = false; });

  const press = (button) => {
    if (!button) return false;
    busy = true;
    button.click();
    return true;
  };
  const move = (by) => {
    const to = rows[row() ? rows.indexOf(row()) + by : 0];
    if (to) find(".row-name a", to).focus();
    return true;
  };
  // Sends a form that the row stands for: the button of the page with the row's own version.
  const send = (one, act, fields) => {
    const tick = one && find("input[name=entry]", one);
    const token = find("#open input[name=form_token]");
    if (!tick || !token) return false;
    const [id, version] = tick.value.split(":");
    const form = document.createElement("form");
    form.method = "post";
    form.action = `/staff/sign-ons/${id}/${act}`;
    const all = { form_token: token.value, version, ...fields };
    for (const [name, value] of Object.entries(all)) {
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = name;
      field.value = value;
      form.append(field);
    }
    document.body.append(form);
    busy = true;
    form.submit();
    return true;
  };
  const unfold = (act) => {
    const form = find(`.decide form[action$="/${act}"]`);
    const details = form && form.closest("details");
    const field = form && find("select, textarea", form);
    if (!field) return false;
    if (details) details.open = true;
    field.focus();
    return true;
  };
  const note = () => {
    const field = find("#note textarea");
    if (field) field.focus();
    return Boolean(field);
  };
  const onList = {
    next: () => move(1),
    previous: () => move(-1),
    open: () => press(row() && find(".row-open button, .row-name a", row())),
    approve: () => send(row(), "approve", { notify: "yes", from: "queue", show: box.dataset.show, after: box.dataset.after }),
    reject: () => send(row(), "claim", { then: "reject" }),
    hold: () => send(row(), "claim", { then: "hold" }),
    note: () => send(row(), "claim", { then: "note" }),
  };
  const onEntry = {
    approve: () => press(find(".decide form[action$='/approve'] button")),
    reject: () => unfold("reject"),
    hold: () => unfold("hold"),
    note,
  };
  const always = {
    undo: () => press(find(".notice form button") || find(".decide form[action$='/undo'] button")),
    help: () => { find("#help").showModal(); return true; },
  };
  const acts = { ...(find("#open") ? onList : onEntry), ...always };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat || event.defaultPrevented) return;
    if (busy || find("dialog[open]")) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const act = acts[keys.get(event.key)];
    if (act && act()) event.preventDefault();
  });

  // Opened with a key, to go on with this.
  const then = location.hash.slice(1);
  if (then === "hold" || then === "reject") unfold(then);
  if (then === "note") note();

  // ---- counts and claims ----

  const every = 15000;
  const untilIdle = 5 * 60000;
  let seen = Date.now();
  for (const kind of ["keydown", "pointerdown", "pointermove", "scroll", "focus"]) {
    addEventListener(kind, () => { seen = Date.now(); }, { passive: true, capture: true });
  }
  const look = async () => {
    if (document.visibilityState !== "visible" || Date.now() - seen > untilIdle) return;
    const answer = await fetch(box.dataset.live, { headers: { accept: "application/json" } }).catch(() => null);
    if (!answer || !answer.ok || answer.redirected) return;
    const { counts, claims } = await answer.json();
    for (const count of document.querySelectorAll("[data-count]")) {
      const now = counts[count.dataset.count];
      if (now !== undefined) count.textContent = String(now);
    }
    for (const claim of document.querySelectorAll("[data-claim]")) {
      const now = claims[claim.dataset.claim] || "";
      // Who comes or goes is told on the page of the entry; on the list it would interrupt.
      const who = (words) => words.split(",")[0];
      const isTold = claim.dataset.tell !== undefined;
      const isOther = who(now) !== who(claim.textContent);
      if (isTold && isOther) say(now || "Nobody has claimed it any more.");
      claim.textContent = now;
      if (!isTold || isOther) claim.hidden = now === "";
    }
  };
  setInterval(look, Number(box.dataset.every) || every);
})();
