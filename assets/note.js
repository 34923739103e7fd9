// Saves a note while it is written. Without this file the button does the same.
"use strict";
for (const form of document.querySelectorAll("form[data-autosave]")) {
  const text = form.querySelector("textarea");
  const version = form.querySelector("[name=note_version]");
  const said = form.querySelector("[data-said]");
  let saved = text.value;
  let timer = 0;
  let running = false;
  const save = async () => {
    if (running || text.value === saved) return;
    running = true;
    const sent = text.value;
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        headers: { accept: "application/json" },
        body: new URLSearchParams(new FormData(form)),
        redirect: "error",
      });
      const body = await answer.json();
      if (answer.ok) {
        saved = sent;
        version.value = body.version;
        said.textContent = "Saved.";
      } else if (answer.status === 409) {
        said.textContent = "Somebody else has changed the note. Press the button to see both.";
        running = false;
        return;
      } else {
        said.textContent = body.problem || "Not saved yet. Press the button to see why.";
      }
    } catch {
      said.textContent = "Not saved yet: the server cannot be reached. Press the button to try again.";
    }
    running = false;
    if (text.value !== sent) later();
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(save, 1500);
  };
  text.addEventListener("input", () => {
    said.textContent = "Not saved yet.";
    later();
  });
  text.addEventListener("blur", save);
}
