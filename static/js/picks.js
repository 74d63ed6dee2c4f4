/* Ticked lines: x ticks the line that has the focus or is open, the bar says how many; Escape unticks them. */
function picks() {
  return [...document.querySelectorAll("[data-pick]")];
}

function say() {
  const number = picks().filter((pick) => pick.checked).length;
  for (const place of document.querySelectorAll("[data-pick-count]")) {
    place.textContent = number ? `${number} chosen` : "";
  }
}

function tick(isOn) {
  for (const pick of picks()) {
    pick.checked = isOn;
  }
  say();
}

document.addEventListener("perennial:pick", (event) => {
  const active = document.activeElement?.closest("li, tr");
  const pick = (active ?? document.querySelector("[data-open]"))?.querySelector("[data-pick]");
  if (pick) {
    pick.checked = !pick.checked;
    event.preventDefault();
    say();
  }
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-pick]")) {
    say();
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-pick-all]")) {
    tick(true);
  }
  if (event.target.closest("[data-pick-none]")) {
    tick(false);
  }
});

document.addEventListener("keydown", (event) => {
  const isElsewhere = event.target.matches("input:not([data-pick]), textarea, select") || event.target.closest("details[open]");
  if (event.key === "Escape" && !isElsewhere && !document.querySelector("dialog[open]")) {
    tick(false);
  }
});

document.addEventListener("htmx:afterSettle", say);
say();
