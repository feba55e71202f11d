// Files one message after the other and shows how far it is. Without this script the form posts all of them at once.
"use strict";

const form = document.querySelector("form[data-filing]");
if (form) {
  const input = form.querySelector("input[type=file]");
  const words = form.dataset;
  const queue = document.querySelector("#queue");
  const results = document.querySelector("#results");
  const waiting = [];
  let busy = false;

  const notice = (file) => {
    const box = document.createElement("div");
    box.className = "sheet";
    const line = document.createElement("p");
    const name = document.createElement("strong");
    name.textContent = file.name;
    const state = document.createElement("span");
    state.className = "soft small";
    state.textContent = ` ${words.queued}`;
    line.append(name, state);
    box.append(line);
    queue.append(box);
    return { file, box, state };
  };

  const fail = (entry, why) => {
    entry.box.className = "notice error";
    entry.box.querySelector("progress")?.remove();
    entry.state.textContent = ` ${why}`;
  };

  const send = (entry) => new Promise((done) => {
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.setAttribute("aria-label", entry.file.name);
    entry.box.append(bar);
    entry.state.textContent = ` ${words.sending}`;
    const body = new FormData();
    body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    body.append("messages", entry.file, entry.file.name);
    if (form.elements.sign?.checked) body.append("sign", "yes");
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("X-Part", "result");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = event.loaded / event.total;
      if (event.loaded === event.total) {
        bar.removeAttribute("value");
        entry.state.textContent = ` ${words.judging}`;
      }
    });
    request.addEventListener("load", () => {
      const html = (request.getResponseHeader("Content-Type") || "").startsWith("text/html");
      // Signed out meanwhile: the answer is the sign-in page, which must not be shown inside this one.
      if (request.status === 200 && html && !request.responseURL.includes("/sign-in")) {
        results.insertAdjacentHTML("afterbegin", request.responseText);
        entry.box.remove();
      } else {
        fail(entry, words.failed);
      }
      done();
    });
    for (const kind of ["error", "abort", "timeout"]) {
      request.addEventListener(kind, () => { fail(entry, words.failed); done(); });
    }
    request.send(body);
  });

  const work = async () => {
    if (busy) return;
    busy = true;
    results.setAttribute("aria-busy", "true");
    while (waiting.length) await send(waiting.shift());
    results.removeAttribute("aria-busy");
    busy = false;
  };

  const take = (files) => {
    for (const file of files) {
      const entry = notice(file);
      if (file.size > Number(words.limit)) fail(entry, words.large);
      else waiting.push(entry);
    }
    work();
  };

  form.classList.add("scripted");
  form.querySelector("[data-submit]").hidden = true;
  form.querySelector("[data-drop]").hidden = false;
  input.addEventListener("change", () => { take(input.files); input.value = ""; });
  form.addEventListener("submit", (event) => { event.preventDefault(); take(input.files); input.value = ""; });
  form.addEventListener("dragover", (event) => { event.preventDefault(); form.classList.add("over"); });
  form.addEventListener("dragleave", () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over");
    take([...event.dataTransfer.files]);
  });
}
