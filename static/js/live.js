/* A part with data-live asks its address again every data-live-seconds while the page is seen, changes only what is
   new, keeps scroll, focus, open details and typed text, and says how old it is. */
const parts = new WeakMap();

function seconds(part) {
  return Number(part.dataset.liveSeconds || 15);
}

function isBusy(part) {
  const active = document.activeElement;
  return part.contains(active) && active.matches("input, textarea, select");
}

function openDetails(part) {
  return [...part.querySelectorAll("details[id][open]")].map((details) => details.id);
}

function change(part, html) {
  const opened = openDetails(part);
  part.dispatchEvent(new CustomEvent("perennial:beforeUpdate", { bubbles: true }));
  part.innerHTML = html;
  for (const id of opened) {
    const details = document.getElementById(id);
    if (details) {
      details.open = true;
    }
  }
  window.htmx?.process(part);
  part.dispatchEvent(new CustomEvent("perennial:afterUpdate", { bubbles: true }));
}

async function ask(part) {
  if (document.hidden || isBusy(part)) {
    return;
  }
  const state = parts.get(part);
  try {
    const answer = await fetch(part.dataset.live, {
      headers: { "HX-Request": "true", "HX-Target": part.id },
      credentials: "same-origin",
      redirect: "error",
    });
    if (!answer.ok) {
      throw new Error(String(answer.status));
    }
    const html = await answer.text();
    if (html !== state.html && !isBusy(part)) {
      change(part, html);
    }
    state.html = html;
    state.askedAt = Date.now();
    state.isStale = false;
  } catch {
    state.isStale = true;
  }
}

function sayAge(part) {
  const state = parts.get(part);
  const age = Math.round((Date.now() - state.askedAt) / 1000);
  const words = age < 5 ? "just now" : age < 120 ? `${age} s ago` : `${Math.round(age / 60)} min ago`;
  for (const place of document.querySelectorAll(`[data-live-age="${part.id}"]`)) {
    place.textContent = state.isStale ? `Not updated since ${words}: no answer` : `Updated ${words}`;
  }
}

function start(part) {
  parts.set(part, { askedAt: Date.now(), html: null, isStale: false });
  setInterval(() => ask(part), seconds(part) * 1000);
  setInterval(() => sayAge(part), 5000);
  sayAge(part);
}

for (const part of document.querySelectorAll("[data-live]")) {
  start(part);
}
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) {
    document.querySelectorAll("[data-live]").forEach(ask);
  }
});
