/* Theme and folded navigation: kept in cookies, so that the server draws the page right the first time. */
const YEAR_SECONDS = 31_536_000;

function keep(name, value) {
  document.documentElement.dataset[name] = value;
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
}

function markChoice() {
  const chosen = document.documentElement.dataset.theme || "system";
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === chosen));
  }
}

function isNarrow() {
  const nav = document.querySelector(".nav");
  return nav !== null && nav.offsetWidth < 100;
}

document.addEventListener("click", (event) => {
  const choice = event.target.closest("[data-theme-choice]");
  if (choice) {
    keep("theme", choice.dataset.themeChoice);
    markChoice();
  }
  if (event.target.closest("[data-nav-fold]")) {
    keep("nav", isNarrow() ? "wide" : "narrow");
  }
});

markChoice();
