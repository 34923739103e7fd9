// Passkeys: asks the browser for one, and puts what it answers into the form. Without this file a code does.
(() => {
  "use strict";
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  const decode = (text) =>
    Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const encode = (bytes) =>
    btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const named = (all) => all.map((one) => ({ ...one, id: decode(one.id) }));

  // What a passkey is to sign, from us.
  const ask = async (href, form) => {
    const token = form.elements.form_token.value;
    const answer = await fetch(href, {
      method: "POST",
      headers: { accept: "application/json" },
      body: new URLSearchParams({ form_token: token }),
      redirect: "error",
    });
    const body = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(body.problem || "This page was open for too long. Load it once more.");
    return body;
  };

  const show = async (box, form) => {
    const options = await ask(box.dataset.challenge, form);
    const publicKey = {
      ...options,
      challenge: decode(options.challenge),
      allowCredentials: named(options.allowCredentials),
    };
    const { rawId, response } = await navigator.credentials.get({ publicKey });
    form.elements.passkey.value = JSON.stringify({
      credential: encode(rawId),
      client: encode(response.clientDataJSON),
      authenticator: encode(response.authenticatorData),
      signature: encode(response.signature),
    });
  };

  const make = async (box, form) => {
    const options = await ask(box.dataset.challenge, form);
    const publicKey = {
      ...options,
      challenge: decode(options.challenge),
      user: { ...options.user, id: decode(options.user.id) },
      excludeCredentials: named(options.excludeCredentials),
    };
    const { response } = await navigator.credentials.create({ publicKey });
    const key = response.getPublicKey();
    if (!key) throw new Error("Your browser cannot read this passkey. Use another one.");
    form.elements.made.value = JSON.stringify({
      client: encode(response.clientDataJSON),
      authenticator: encode(response.getAuthenticatorData()),
      public_key: encode(key),
      algorithm: response.getPublicKeyAlgorithm(),
    });
  };

  const why = (error) => {
    if (error.name === "NotAllowedError") return "No passkey was used. Press the button to try again.";
    if (error.name === "InvalidStateError") return "This one is on your account already. Use another one.";
    if (error instanceof DOMException || error instanceof TypeError) return "That did not work. Press the button to try again.";
    return error.message;
  };

  for (const box of document.querySelectorAll("[data-challenge]")) {
    const form = box.closest("form");
    const button = box.querySelector("button");
    const said = box.querySelector("[role=status]");
    const act = form.elements.made ? make : show;
    const run = async (event) => {
      event.preventDefault();
      // The name first: a passkey that is refused afterwards stays in the browser.
      if (button.disabled || (act === make && !form.reportValidity())) return;
      button.disabled = true;
      said.textContent = "";
      try {
        await act(box, form);
        form.submit();
      } catch (error) {
        said.textContent = why(error);
      }
      button.disabled = false;
    };
    if (act === make) {
      form.addEventListener("submit", run);
    } else {
      box.hidden = false;
      button.addEventListener("click", run);
    }
  }
})();
