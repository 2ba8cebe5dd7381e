"use strict";
// What pages do besides when there is JavaScript: names while one types, and notes that stay in the window and shut on Escape.
(() => {
  const WAIT = 150; // milliseconds between the last key and a look at the names

  function suggest(input) {
    const list = input.list;
    let timer = 0;
    let asked = 0;
    const fill = (names) => list.replaceChildren(...names.map((name) => Object.assign(document.createElement("option"), { value: name })));
    const ask = async () => {
      const number = ++asked;
      const address = `${input.dataset.search}?${new URLSearchParams({ q: input.value, limit: "10" })}`;
      const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
      if (answer?.ok && number === asked) {
        const { hits } = await answer.json();
        fill([...new Set(hits.map((hit) => hit.label))]);
      }
    };
    input.addEventListener("input", () => {
      clearTimeout(timer);
      if (input.value.trim().length > 1) timer = setTimeout(ask, WAIT);
    });
  }

  function keepInside(passage) {
    const notes = passage.querySelector(".notes");
    notes.style.left = "";
    const over = notes.getBoundingClientRect().right - document.documentElement.clientWidth + 8;
    if (over > 0 && getComputedStyle(notes).position === "absolute") notes.style.left = `${-over}px`;
  }

  document.querySelectorAll("input[data-search]").forEach(suggest);
  document.querySelectorAll(".passage").forEach((passage) => {
    for (const event of ["mouseenter", "focusin"]) {
      passage.addEventListener(event, () => { passage.classList.remove("shut"); keepInside(passage); });
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.querySelectorAll(".passage:hover, .passage:focus, .passage:focus-within").forEach((p) => p.classList.add("shut"));
  });
})();
