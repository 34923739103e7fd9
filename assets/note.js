// Saves a note while it is written. Without this file the button does the same.
"use strict";
for (const form of document.querySelectorAll("form[data-autosave]")) {
  const text = form.querySelector("textarea");
  const version = form.querySelector("[name=version]");
  const said = form.querySelector("[data-said]");
  let saved = text.value;
  let timer = 0;
  let running = false;
  // An answer that is no data is a page that says why: most often that the log-in has ended.
  const reason = async (answer) => {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const heading = page.querySelector("h1");
    return heading ? heading.textContent.trim() : "Press the button to see why";
  };
  const save = async (isLeaving) => {
    if (running || text.value === saved) return;
    running = true;
    const sent = text.value;
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(form.action, {
        method: "POST",
        headers: { accept: "application/json" },
        body,
        // Whoever leaves the field may leave the page: what was sent outlives it. Browsers keep 64 KiB alive.
        keepalive: isLeaving && body.toString().length < 60000,
        redirect: "error",
      });
      const isData = (answer.headers.get("content-type") || "").startsWith("application/json");
      const told = isData ? await answer.json() : {};
      if (!isData) {
        said.textContent = `Not saved yet. ${await reason(answer)}. What you typed is still here.`;
        running = false;
        return;
      }
      if (answer.ok) {
        saved = sent;
        version.value = told.version;
        said.textContent = "Saved.";
      } else if (answer.status === 409) {
        said.textContent = "Somebody else has changed the note. Press the button to see both.";
        running = false;
        return;
      } else {
        said.textContent = told.problem || "Not saved yet. Press the button to see why.";
      }
    } catch {
      said.textContent = "Not saved yet: the server cannot be reached. Press the button to try again.";
    }
    running = false;
    if (text.value !== sent) later();
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => save(false), 1500);
  };
  text.addEventListener("input", () => {
    said.textContent = "Not saved yet.";
    later();
  });
  text.addEventListener("blur", () => save(true));
}
