/* List left, detail right: marks the open item, shows one of both on a narrow screen. */
function split() {
  return document.querySelector("[data-split]");
}

function markOpen(link) {
  for (const item of document.querySelectorAll("[data-open]")) {
    delete item.dataset.open;
  }
  link.closest("li").dataset.open = "";
}

document.addEventListener("htmx:afterRequest", (event) => {
  const link = event.detail.elt;
  if (event.detail.successful && link.matches?.("[data-list-item]")) {
    markOpen(link);
    split().dataset.showing = "";
    document.querySelector(".split-detail").scrollTop = 0;
    if (getComputedStyle(document.querySelector(".split-list")).display === "none") {
      window.scrollTo(0, 0);
    }
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-split-back]")) {
    event.preventDefault();
    delete split().dataset.showing;
    document.querySelector("[data-open] [data-list-item]")?.focus();
  }
});
