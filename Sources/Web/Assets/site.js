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
