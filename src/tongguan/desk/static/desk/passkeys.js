// Passkeys: asks the portal for a challenge, the device for its answer, and sends that as the form.
"use strict";

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
const words = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const read = (options) => {
  const listed = (rows) => (rows || []).map((row) => ({ ...row, id: bytes(row.id) }));
  const made = { ...options, challenge: bytes(options.challenge) };
  if (options.user) made.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) made.excludeCredentials = listed(options.excludeCredentials);
  if (options.allowCredentials) made.allowCredentials = listed(options.allowCredentials);
  return made;
};

const written = (made) => {
  const response = { clientDataJSON: words(made.response.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (made.response[part]) response[part] = words(made.response[part]);
  }
  return JSON.stringify({ id: made.id, rawId: words(made.rawId), type: made.type, response, clientExtensionResults: {} });
};

document.querySelectorAll("form[data-passkey]").forEach((form) => {
  const say = (problem) => { form.querySelector("[data-problem]").textContent = problem; };
  form.addEventListener("submit", async (event) => {
    if (form.elements.answer.value) return;
    event.preventDefault();
    if (!window.PublicKeyCredential) { say(form.dataset.missing); return; }
    say("");
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      const reply = await fetch(form.dataset.offer, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
      const options = await reply.json();
      if (!reply.ok) { say(options.problem || form.dataset.failed); return; }
      const made = await navigator.credentials[form.dataset.passkey]({ publicKey: read(options) });
      form.elements.answer.value = written(made);
      if (form.elements.password) form.elements.password.value = "";
      form.submit();
    } catch (problem) {
      say(form.dataset.failed);
    } finally {
      button.disabled = false;
    }
  });
});
