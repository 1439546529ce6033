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
