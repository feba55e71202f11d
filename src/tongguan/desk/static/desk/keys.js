// Moving in a list by keys: j and k, Enter, x, n, and ? which shows them; choosing all rows. None of it is needed.
"use strict";

const rows = () => [...document.querySelectorAll("table.list tbody > tr")];
const typing = (event) => event.ctrlKey || event.metaKey || event.altKey || event.isComposing
  || event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog[open]");

function go(step) {
  const all = rows();
  const at = all.findIndex((row) => row.contains(document.activeElement));
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step];
  if (!next) return;
  next.tabIndex = -1;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

const here = () => document.activeElement.closest?.("table.list tbody > tr");
const acts = {
  j: () => go(1),
  k: () => go(-1),
  x: () => here()?.querySelector("input[type=checkbox]")?.click(),
  n: () => document.querySelector("#on")?.click(),
  "?": () => document.querySelector("#keys-help")?.showModal(),
  Enter: () => document.activeElement === here() && here().querySelector("a[href]")?.click(),
};

document.addEventListener("keydown", (event) => {
  const act = acts[event.key];
  if (!act || typing(event) || !document.querySelector("table.list, #keys-help")) return;
  if (event.key === "Enter" && document.activeElement !== here()) return;
  event.preventDefault();
  act();
});

document.querySelectorAll("[data-keys]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", acts["?"]);
});

// What opens above a list closes when one turns elsewhere.
document.addEventListener("click", (event) => {
  document.querySelectorAll("details.pop[open]").forEach((one) => { if (!one.contains(event.target)) one.open = false; });
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.querySelectorAll("details.pop[open]").forEach((one) => {
    one.open = false;
    one.querySelector("summary").focus();
  });
});

// Choosing all rows of a page, and how many are chosen.
document.querySelectorAll("form[data-bulk]").forEach((form) => {
  const head = form.querySelector("thead .tick");
  const said = form.querySelector("[data-chosen]");
  if (!head || !said) return;
  const boxes = () => [...form.querySelectorAll("tbody .tick input[type=checkbox]")];
  const all = Object.assign(document.createElement("input"), { type: "checkbox" });
  all.setAttribute("aria-label", said.dataset.all);
  head.append(all);
  const count = () => {
    const chosen = boxes().filter((one) => one.checked).length;
    all.checked = chosen > 0 && chosen === boxes().length;
    all.indeterminate = chosen > 0 && !all.checked;
    said.hidden = chosen === 0;
    said.textContent = said.dataset.says.replace("{n}", chosen);
  };
  all.addEventListener("change", () => { boxes().forEach((one) => { one.checked = all.checked; }); count(); });
  form.addEventListener("change", (event) => event.target !== all && count());
});
