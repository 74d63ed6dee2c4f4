/* What just happened, with undo where there is one: a toast leaves after a while unless it is being looked at. */
const STAYS_MS = 9000;

function isLookedAt(toast) {
  return toast.matches(":hover") || toast.contains(document.activeElement);
}

function leaveLater(toast) {
  setTimeout(() => (isLookedAt(toast) ? leaveLater(toast) : toast.remove()), STAYS_MS);
}

function say(words) {
  const toast = document.createElement("div");
  const text = document.createElement("p");
  toast.className = "toast";
  text.className = "toast-text";
  text.textContent = words;
  toast.append(text);
  document.querySelector("#toasts").append(toast);
}

const area = document.querySelector("#toasts");
if (area) {
  area.querySelectorAll(".toast").forEach(leaveLater);
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) {
        if (node.matches?.(".toast")) {
          leaveLater(node);
        }
      }
    }
  }).observe(area, { childList: true });
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close-toast]")) {
    event.target.closest(".toast").remove();
  }
});
document.addEventListener("htmx:sendError", () =>
  say("The server did not answer. Nothing was changed, what you typed is still here. Try again in a moment."),
);
document.addEventListener("htmx:responseError", (event) => {
  const code = event.detail.xhr.status;
  const incident = event.detail.xhr.getResponseHeader("X-Incident-Id");
  const number = incident ? ` Incident ${incident}.` : "";
  say(
    code === 403
      ? "Your role does not allow this. Nothing was changed. An admin of the workspace can give the right."
      : `This did not work (${code}). Nothing was changed, what you typed is still here.${number}`,
  );
});
