/* Tips lie above scrolling parts: this places them by the window; Escape hides them. Chart marks get a tip from their label. */
const GAP = 6;

function place(tip, box) {
  const around = tip.getBoundingClientRect();
  const left = Math.min(around.left, window.innerWidth - box.offsetWidth - GAP);
  const below = around.bottom + GAP;
  const top = below + box.offsetHeight > window.innerHeight ? around.top - box.offsetHeight - GAP : below;
  box.style.setProperty("--tip-left", `${Math.max(GAP, left)}px`);
  box.style.setProperty("--tip-top", `${top}px`);
}

function show(event) {
  const tip = event.target.closest?.(".tip");
  const box = tip?.querySelector(":scope > .tip-box");
  if (box) {
    delete document.documentElement.dataset.tips;
    box.dataset.placed = "";
    requestAnimationFrame(() => place(tip, box));
  }
}

function chartTip(event) {
  const mark = event.target.closest?.(".chart [aria-label]");
  const chart = event.target.closest?.("[data-chart]");
  const line = chart?.querySelector("[data-chart-tip]");
  if (line && mark) {
    line.textContent = mark.getAttribute("aria-label");
  }
}

document.addEventListener("pointerover", show);
document.addEventListener("focusin", show);
document.addEventListener("pointerover", chartTip);
document.addEventListener("focusin", chartTip);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    document.documentElement.dataset.tips = "off";
  }
});
