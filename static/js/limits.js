/* Limits between bands: handles to drag, or to move by arrow keys, beside the fields they write into.
   Without this script the fields stand alone; the server judges what is sent either way. */
const STEP = 1;
const LEAP = 10;
const KEYS = {
  ArrowLeft: -STEP,
  ArrowDown: -STEP,
  ArrowRight: STEP,
  ArrowUp: STEP,
  PageDown: -LEAP,
  PageUp: LEAP,
  Home: -100,
  End: 100,
};

function enhance(track) {
  const fields = [...track.closest("form").querySelectorAll("input[name^='limit:']")];
  const parts = [...track.querySelectorAll("[data-band-part]")];
  if (!fields.length || parts.length !== fields.length + 1) {
    return;
  }
  const handles = fields.map((field) => handleOf(field, track));
  track.append(...handles);
  track.hidden = false;

  const value = (place) => Number(fields[place].value.replace(",", "."));
  const room = (place) => [
    (place > 0 ? value(place - 1) : 0) + STEP,
    (place + 1 < fields.length ? value(place + 1) : 100) - STEP,
  ];

  function draw() {
    const edges = [0, ...fields.map((_, place) => value(place)), 100];
    if (edges.some((edge, place) => !Number.isFinite(edge) || (place > 0 && edge <= edges[place - 1]) || edge > 100)) {
      return; // what is typed is no rising row of limits: the server will say so, the picture stays as it was
    }
    parts.forEach((part, place) => part.style.setProperty("flex-basis", `${edges[place + 1] - edges[place]}%`));
    handles.forEach((handle, place) => {
      const [low, high] = room(place);
      handle.style.setProperty("inset-inline-start", `${value(place)}%`);
      handle.setAttribute("aria-valuemin", low);
      handle.setAttribute("aria-valuemax", high);
      handle.setAttribute("aria-valuenow", value(place));
      handle.setAttribute("aria-valuetext", `${value(place)}: ${handle.getAttribute("aria-label")}`);
    });
  }

  function set(place, wanted) {
    const [low, high] = room(place);
    if (low > high) {
      return;
    }
    fields[place].value = String(Math.min(Math.max(Math.round(wanted), low), high));
    fields[place].dispatchEvent(new Event("input", { bubbles: true }));
  }

  handles.forEach((handle, place) => {
    handle.addEventListener("keydown", (event) => {
      if (event.key in KEYS && !event.altKey && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        set(place, value(place) + KEYS[event.key]);
      }
    });
    handle.addEventListener("pointerdown", (event) => {
      handle.setPointerCapture(event.pointerId);
      handle.focus();
    });
    handle.addEventListener("pointermove", (event) => {
      if (handle.hasPointerCapture(event.pointerId)) {
        const box = track.getBoundingClientRect();
        set(place, (100 * (event.clientX - box.left)) / box.width);
      }
    });
    fields[place].addEventListener("input", draw);
  });
  draw();
}

function handleOf(field, track) {
  const handle = document.createElement("span");
  handle.className = "band-handle";
  handle.tabIndex = 0;
  handle.setAttribute("role", "slider");
  handle.setAttribute("aria-orientation", "horizontal");
  handle.setAttribute("aria-controls", field.id);
  handle.setAttribute("aria-label", track.closest("form").querySelector(`label[for="${field.id}"]`).textContent);
  return handle;
}

for (const track of document.querySelectorAll("[data-band-track]")) {
  enhance(track);
}
