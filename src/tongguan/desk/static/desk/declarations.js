// Comfort in the editor of declarations, none of it needed: keys for its buttons, and the cursor in the row just added.
"use strict";

document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
  const button = document.querySelector(`#declaration button[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});

const wanted = document.querySelector("#focus");
if (wanted) document.getElementById(wanted.dataset.focus)?.focus();
