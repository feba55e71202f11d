// Comfort on every page, none of it needed: "/" goes to the search, and numbers can be copied.
"use strict";

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const search = document.querySelector("#q");
  if (!search) return;
  event.preventDefault();
  search.focus();
  search.select();
});

// A part of a page that renews itself must not take the focus from somebody who is in it.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.responseURL.includes("/sign-in")) window.location.reload(); // signed out meanwhile
  if (event.detail.target.id === "live" && event.detail.target.contains(document.activeElement)) event.detail.shouldSwap = false;
});

if (navigator.clipboard) {
  const reveal = (root) => root.querySelectorAll("button[data-copy]").forEach((button) => { button.hidden = false; });
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-copy]");
    if (!button) return;
    const said = button.textContent;
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.copied;
    setTimeout(() => { button.textContent = said; }, 1500);
  });
  reveal(document);
  document.addEventListener("htmx:afterSwap", () => reveal(document));
}
