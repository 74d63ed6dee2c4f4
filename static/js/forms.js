/* Forms: one press sends once, the first wrong field gets the focus, leaving with unsaved text asks first. */
let dirty = null;

document.addEventListener("submit", (event) => {
  dirty = null;
  if (event.target.dataset.sending) {
    event.preventDefault();
    return;
  }
  if (!event.target.matches("[hx-post], [hx-get], [method=dialog]")) {
    event.target.dataset.sending = "true";
  }
});

window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sending]")) {
    delete form.dataset.sending;
  }
});

document.addEventListener("input", (event) => {
  if (event.target.closest("form[data-warn-unsaved]")) {
    dirty = event.target.form;
  }
});

window.addEventListener("beforeunload", (event) => {
  if (dirty?.isConnected) {
    event.preventDefault();
  }
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-send-on-change]")) {
    event.target.form.requestSubmit();
  }
});

document.querySelector("[aria-invalid=true]")?.focus();
