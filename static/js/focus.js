/* Focus is never lost by a partial update: it returns to the same id, else to what the new part names, else to the
   item that took the place of the one that went away. */
let remembered = null;

function placeInList(element) {
  const item = element?.closest?.("[data-list-item]");
  return item ? [...document.querySelectorAll("[data-list-item]")].indexOf(item) : -1;
}

function remember() {
  const active = document.activeElement;
  remembered = { id: active?.id ?? "", place: placeInList(active), isBody: !active || active === document.body };
}

function isLost() {
  return document.activeElement === null || document.activeElement === document.body;
}

function restore(part) {
  const wanted = part?.querySelector?.("[data-takes-focus]");
  if (wanted) {
    wanted.focus({ preventScroll: false });
    return;
  }
  if (!remembered || remembered.isBody || !isLost()) {
    return;
  }
  const list = [...document.querySelectorAll("[data-list-item]")];
  const place = Math.min(Math.max(remembered.place, 0), list.length - 1);
  const target = (remembered.id && document.getElementById(remembered.id)) || list[place] || document.querySelector("main");
  target?.focus({ preventScroll: true });
}

document.addEventListener("htmx:beforeSwap", remember);
document.addEventListener("htmx:afterSettle", (event) => restore(event.detail.elt));
document.addEventListener("perennial:beforeUpdate", remember);
document.addEventListener("perennial:afterUpdate", (event) => restore(event.target));

/* Where a row of tabs is wider than the screen, the one that is open is in sight. */
for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
  tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft - 24;
}
