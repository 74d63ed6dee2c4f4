/* The list under the search field: arrows walk through it, Escape and a click elsewhere close it. */
const field = document.querySelector("#search");
const results = document.querySelector("#search-results");

function hits() {
  return [...results.querySelectorAll("[data-search-hit]")];
}

function close() {
  results.replaceChildren();
}

function walk(event) {
  const list = hits();
  const here = list.indexOf(document.activeElement);
  const next = event.key === "ArrowDown" ? here + 1 : here - 1;
  event.preventDefault();
  (list[Math.min(next, list.length - 1)] ?? field).focus();
}

if (field && results) {
  document.addEventListener("keydown", (event) => {
    const isInside = event.target === field || results.contains(event.target);
    if (isInside && hits().length > 0 && ["ArrowDown", "ArrowUp"].includes(event.key)) {
      walk(event);
    } else if (isInside && event.key === "Escape") {
      close();
      field.focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (!results.contains(event.target) && event.target !== field) {
      close();
    }
  });
}
