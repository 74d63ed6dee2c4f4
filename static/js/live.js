/* A part with data-live asks its address again (none given: that of the page) every data-live-seconds while the page
   is seen, and changes only what is new: scroll, focus, open details and loaded menus stay. It waits while somebody
   writes in it, and says how old it is. */
const parts = new WeakMap();
const KEPT = "[data-live-keep], [data-live-own]";

function isBusy(part) {
  const active = document.activeElement;
  const fields = [...part.querySelectorAll("textarea, input:not([type=hidden]), select")];
  const isWriting = part.contains(active) && active.matches("input, textarea, select");
  return isWriting || Boolean(part.querySelector("tr form[data-warn-unsaved]")) || fields.some(isChanged);
}

function isChanged(field) {
  if (field.matches("select")) {
    return [...field.options].some((option) => option.selected !== option.defaultSelected) && field.selectedIndex > 0;
  }
  return field.matches("[type=checkbox], [type=radio]") ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
}

function isSame(old, fresh) {
  return old.nodeType === fresh.nodeType && old.nodeName === fresh.nodeName && (old.id ?? "") === (fresh.id ?? "");
}

function changeAttributes(old, fresh) {
  for (const name of fresh.getAttributeNames()) {
    if (name !== "open" && old.getAttribute(name) !== fresh.getAttribute(name)) {
      old.setAttribute(name, fresh.getAttribute(name));
    }
  }
  for (const name of old.getAttributeNames()) {
    if (name !== "open" && !fresh.hasAttribute(name)) {
      old.removeAttribute(name);
    }
  }
}

function changeNode(old, fresh) {
  if (old.isEqualNode(fresh) || old.matches?.("input[name=csrfmiddlewaretoken]")) {
    return;
  }
  if (old.nodeType !== Node.ELEMENT_NODE) {
    old.data = fresh.data;
  } else if (!old.matches("[data-live-keep]")) {
    changeAttributes(old, fresh);
    changeInside(old, fresh);
  }
}

function isBlank(node) {
  return node.nodeType === Node.TEXT_NODE && !node.data.trim();
}

/* Each fresh node changes the next old one of its kind; what lies between has gone, and what has none is new. */
function changeInside(old, fresh) {
  let before = [...old.childNodes].filter((node) => !isBlank(node) && !node.matches?.("[data-live-own]"));
  for (const node of [...fresh.childNodes].filter((each) => !isBlank(each))) {
    const place = before.findIndex((each) => isSame(each, node));
    if (place < 0) {
      old.insertBefore(node, before[0] ?? null);
      node.before(" ");
    } else {
      removeAll(before.slice(0, place));
      changeNode(before[place], node);
      before = before.slice(place + 1);
    }
  }
  removeAll(before);
}

function removeAll(nodes) {
  nodes.filter((node) => !node.matches?.(KEPT)).forEach((node) => node.remove());
}

function change(part, html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  part.dispatchEvent(new CustomEvent("perennial:beforeUpdate", { bubbles: true }));
  changeInside(part, page.getElementById(part.id) ?? page.body);
  window.htmx?.process(part);
  part.dispatchEvent(new CustomEvent("perennial:afterUpdate", { bubbles: true }));
}

async function ask(part) {
  if (document.hidden || isBusy(part)) {
    return;
  }
  const state = parts.get(part);
  const address = state.address ?? (part.dataset.live || location.pathname + location.search);
  try {
    const answer = await fetch(address, {
      headers: { "HX-Request": "true", "HX-Target": part.id },
      credentials: "same-origin",
      redirect: "error",
    });
    // Whoever is logged out by now is led to the log-in page by the next press; what is shown stays and says its age.
    if (!answer.ok || answer.headers.has("HX-Redirect")) {
      throw new Error(String(answer.status));
    }
    const html = await answer.text();
    if (isBusy(part) || (!part.dataset.live && address !== location.pathname + location.search)) {
      return;
    }
    change(part, html);
    state.askedAt = Date.now();
    state.isStale = false;
  } catch {
    state.isStale = true;
  }
  sayAge(part);
}

function agePlaces(part) {
  const places = [...document.querySelectorAll(`[data-live-age="${part.id}"]`)];
  const head = part.querySelector("h1");
  if (!places.length && head) {
    const place = document.createElement("p");
    place.className = "page-live quiet small";
    place.dataset.liveOwn = "";
    place.dataset.liveAge = part.id;
    head.parentElement.append(place);
    return [place];
  }
  return places;
}

function sayAge(part) {
  const state = parts.get(part);
  const age = Math.round((Date.now() - state.askedAt) / 1000);
  const words = age < 5 ? "just now" : age < 120 ? `${age} s ago` : `${Math.round(age / 60)} min ago`;
  const waits = isBusy(part) ? "; it waits while you write" : "";
  for (const place of agePlaces(part)) {
    place.textContent = state.isStale ? `Not updated since ${words}: no answer` : `Updated ${words}${waits}`;
  }
}

function start(part) {
  parts.set(part, { askedAt: Date.now(), isStale: false });
  setInterval(() => ask(part), Number(part.dataset.liveSeconds || 15) * 1000);
  setInterval(() => sayAge(part), 5000);
  sayAge(part);
}

for (const part of document.querySelectorAll("[data-live]")) {
  start(part);
}
/* A box in which somebody chose something else asks for that from then on. */
document.addEventListener("htmx:afterSwap", (event) => {
  const state = parts.get(event.detail.target);
  if (state && event.detail.target.dataset.live && event.detail.requestConfig.verb === "get") {
    state.address = event.detail.pathInfo.requestPath;
  }
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) {
    document.querySelectorAll("[data-live]").forEach(ask);
  }
});
