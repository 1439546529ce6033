// The pages need none of this: it saves keystrokes.
const search = document.querySelector("header.top input[type=search]");

// "/" goes to the search box, unless one is typing.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || !search) return;
  if (event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]")) return;
  event.preventDefault();
  search.focus();
  search.select();
});

// Suggestions for a field that names a record. Without them the server resolves what was typed.
for (const input of document.querySelectorAll("input[data-suggest]")) {
  const list = document.createElement("datalist");
  list.id = `${input.id}-suggestions`;
  input.after(list);
  input.setAttribute("list", list.id);
  let asked = "";
  input.addEventListener("input", async () => {
    const words = input.value.trim();
    if (words.length < 2 || words === asked) return;
    asked = words;
    const answer = await fetch(`${input.dataset.suggest}?q=${encodeURIComponent(words)}`, { credentials: "same-origin" });
    if (!answer.ok || asked !== words) return;
    list.replaceChildren(...(await answer.json()).map((label) => {
      const option = document.createElement("option");
      option.value = label;
      return option;
    }));
  });
}

// What is typed into a form stays in this browser until it is stored: a window that was closed or a server that ended
// loses nothing. It is offered, with the version that it was typed over, so that a change of somebody else is still told.
const sent = sessionStorage.getItem("sent");
if (sent && new URLSearchParams(location.search).has("done")) {
  localStorage.removeItem(sent);
  sessionStorage.removeItem("sent");
}
for (const form of document.querySelectorAll("form[data-kept]")) {
  const key = `kept ${form.dataset.kept} ${form.getAttribute("action")}`;
  const fields = () => [...form.elements].filter((field) => field.name && field.type !== "submit");
  const kept = localStorage.getItem(key);
  const offer = form.previousElementSibling;
  const leave = () => {
    localStorage.removeItem(key);
    offer.hidden = true;
  };
  if (kept) {
    const values = JSON.parse(kept);
    offer.hidden = fields().every((field) => field.type === "hidden" || !(field.name in values)
      || values[field.name] === (field.type === "checkbox" ? field.checked : field.value));
    offer.querySelector("[data-take]").addEventListener("click", () => {
      for (const field of fields().filter((field) => field.name in values)) {
        if (field.type === "checkbox") field.checked = values[field.name];
        else field.value = values[field.name];
      }
      offer.hidden = true;
    });
    offer.querySelector("[data-drop]").addEventListener("click", leave);
  }
  form.addEventListener("input", () => {
    const values = fields().map((field) => [field.name, field.type === "checkbox" ? field.checked : field.value]);
    localStorage.setItem(key, JSON.stringify(Object.fromEntries(values)));
  });
  form.addEventListener("submit", () => sessionStorage.setItem("sent", key));
}

// How far long work is, without loading the page anew each time.
const work = document.querySelector("[data-progress]");
if (work) {
  const look = async () => {
    const answer = await fetch(work.dataset.progress, { headers: { Accept: "application/json" } }).catch(() => null);
    if (answer && !answer.ok) return location.reload();
    if (answer) {
      const now = await answer.json();
      if (now.over) return location.reload();
      work.querySelector("[data-words]").textContent = now.text;
      const bar = work.querySelector("progress");
      if (now.total) {
        bar.max = now.total;
        bar.value = now.done;
      } else {
        bar.removeAttribute("value");
      }
    }
    setTimeout(look, 1000);
  };
  setTimeout(look, 500);
}

// One tick for all rows of a list.
for (const all of document.querySelectorAll("[data-check-all]")) {
  const rows = document.querySelectorAll(`input[name=row][form="${all.dataset.checkAll}"]`);
  all.hidden = false;
  all.addEventListener("change", () => rows.forEach((row) => { row.checked = all.checked; }));
}
