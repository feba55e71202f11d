// Comfort where a password is typed, none of it needed: it can be shown, and a new one is told how strong it is.
"use strict";

document.querySelectorAll("input[type=password][data-show]").forEach((input) => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "plain";
  button.textContent = input.dataset.show;
  button.setAttribute("aria-controls", input.id);
  button.addEventListener("click", () => {
    const shown = input.type === "text";
    input.type = shown ? "password" : "text";
    button.textContent = shown ? input.dataset.show : input.dataset.hide;
  });
  input.after(button);
  input.form.addEventListener("submit", () => { input.type = "password"; });
  if (input.dataset.strength) measure(input, button, input.dataset.strength.split("|"));
});

// Bits by length and by how many different characters there are; the server decides what is taken.
function measure(input, after, words) {
  const meter = document.createElement("meter"), said = document.createElement("output");
  Object.assign(meter, { min: 0, max: 90, low: 45, high: 70, optimum: 90 });
  meter.setAttribute("aria-hidden", "true");
  said.className = "soft small";
  after.after(" ", meter, " ", said);
  const tell = () => {
    const length = [...input.value].length, different = new Set(input.value).size;
    const bits = length < 12 ? Math.min(length * 3, 40) : length * Math.log2(different + 1);
    meter.value = bits;
    said.textContent = length ? words[bits < 45 ? 0 : bits < 70 ? 1 : 2] : "";
  };
  input.addEventListener("input", tell);
  tell();
}
