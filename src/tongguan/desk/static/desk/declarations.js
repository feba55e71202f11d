// Comfort in the editor of declarations, none of it needed: keys for its buttons, and the cursor in the row just added.
"use strict";

document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
  const button = document.querySelector(`#declaration button[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});

// After the page has gone to the place its address names, which takes the cursor away.
const wanted = document.querySelector("#focus");
if (wanted) window.addEventListener("load", () => setTimeout(() => document.getElementById(wanted.dataset.focus)?.focus()));
