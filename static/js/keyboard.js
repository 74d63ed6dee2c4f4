/* Keys of the page. Every key has a visible twin: an element with data-key, which the key clicks or focuses.
   j and k move through [data-list-item]; g and a letter go to the page whose link has data-go. A key pressed while the
   part that may have its twin is still coming ([data-coming]) waits for it. */
const SEQUENCE_MS = 900;
let goingSince = 0;
let waitingKey = "";

function isTyping(target) {
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}

function isVisible(element) {
  return element.checkVisibility({ visibilityProperty: true });
}

function twin(key) {
  const found = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)];
  return found.find(isVisible);
}

function press(element) {
  if (element.matches("input, textarea, select")) {
    element.focus();
    element.select?.();
  } else {
    element.click();
  }
}

function items() {
  return [...document.querySelectorAll("[data-list-item]")].filter(isVisible);
}

function move(step) {
  const list = items();
  if (list.length === 0) {
    return;
  }
  const here = list.indexOf(document.activeElement);
  const open = list.findIndex((item) => item.closest("[data-open]"));
  const from = here >= 0 ? here : open;
  const next = from < 0 ? 0 : from + step;
  const target = list[Math.min(Math.max(next, 0), list.length - 1)];
  target.focus();
  target.scrollIntoView({ block: "nearest" });
}

/* A key that acts on the open item first opens the item that has the focus. */
function openFocusedFirst(key) {
  const item = document.activeElement?.closest("[data-list-item]");
  if (!item || item.closest("[data-open]") || !item.hasAttribute("hx-get")) {
    return false;
  }
  waitingKey = key;
  item.click();
  return true;
}

function go(key) {
  const link = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
  goingSince = 0;
  link?.click();
  return Boolean(link);
}

function showKeys() {
  listKeys();
  document.querySelector("#keys").showModal();
}

function listKeys() {
  const dialog = document.querySelector("#keys");
  const list = dialog.querySelector("[data-keys-of-page]");
  list.replaceChildren();
  const seen = new Set();
  for (const element of document.querySelectorAll("[data-key][data-key-word]")) {
    if (isVisible(element) && !seen.has(element.dataset.key)) {
      seen.add(element.dataset.key);
      list.append(...keyRow(element.dataset.keyWord, element.dataset.key));
    }
  }
}

function keyRow(word, key) {
  const name = document.createElement("dt");
  const value = document.createElement("dd");
  const cap = document.createElement("kbd");
  name.textContent = word;
  cap.textContent = key;
  value.append(cap);
  return [name, value];
}

function onKey(event) {
  const key = event.key;
  if ((event.ctrlKey || event.metaKey) && key === "k") {
    event.preventDefault();
    press(twin("/"));
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) {
    return;
  }
  if (isTyping(event.target) && event.target.type !== "checkbox") {
    if (key === "Escape") {
      event.target.blur();
    }
    return;
  }
  if (document.querySelector("dialog[open]")) {
    return;
  }
  if (handle(key)) {
    event.preventDefault();
  }
}

function handle(key) {
  if (goingSince && performance.now() - goingSince < SEQUENCE_MS) {
    return go(key);
  }
  if (key === "g") {
    goingSince = performance.now();
    return true;
  }
  if (key === "j" || key === "k") {
    move(key === "j" ? 1 : -1);
    return true;
  }
  if (key === "?") {
    showKeys();
    return true;
  }
  if (key === "x" && !document.dispatchEvent(new CustomEvent("perennial:pick", { cancelable: true }))) {
    return true;
  }
  const element = key.length === 1 ? twin(key) : undefined;
  if (element?.closest("[data-acts-on-item]") && openFocusedFirst(key)) {
    return true;
  }
  if (element) {
    press(element);
  } else if (key.length === 1 && document.querySelector("[data-coming]") && !openFocusedFirst(key)) {
    waitingKey = key;
  }
  return Boolean(element);
}

document.addEventListener("keydown", onKey);
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-show-keys]")) {
    showKeys();
  }
  if (event.target.closest("[data-close-dialog]")) {
    event.target.closest("dialog").close();
  }
});
document.addEventListener("htmx:afterSettle", () => {
  if (document.querySelector("#keys[open]")) {
    listKeys();
  }
  const key = waitingKey;
  waitingKey = "";
  const element = key && twin(key);
  if (element) {
    press(element);
  }
});
