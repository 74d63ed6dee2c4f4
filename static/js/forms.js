/* Forms: one press sends once, the first wrong field gets the focus, leaving with unsaved text asks first;
   an unfolded form takes the focus, Escape folds it, Ctrl Enter sends its text. */
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

document.addEventListener(
  "toggle",
  (event) => {
    if (event.target.open && event.target.matches(".task-form")) {
      event.target.querySelector("input:checked, input:not([type=hidden]), select, textarea")?.focus();
    }
  },
  true,
);

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea")) {
    event.target.form.requestSubmit();
  }
  if (event.key === "Escape") {
    const form = event.target.closest(".task-form[open]");
    if (form) {
      form.open = false;
      form.querySelector("summary").focus();
    }
  }
});
