"use strict";
// The toolbar above the picture: whole graph, hops, what can be done with the selected thing, path, undo and redo.
(() => {
  const kg = window.kg;
  const HOPS = [1, 2, 3];
  const place = document.getElementById("toolbar");
  if (!place) return;

  function button(text, title, run) {
    const made = kg.element("button", { type: "button", title, textContent: text, tabIndex: -1 });
    if (!/\w/.test(text) && text) made.setAttribute("aria-label", title);
    made.addEventListener("click", () => { if (made.getAttribute("aria-disabled") !== "true") run(made); });
    return made;
  }

  const below = node => { const { left, bottom } = node.getBoundingClientRect(); return { x: left, y: bottom + 2, back: node }; };
  const parts = {
    whole: button("Whole graph", "Show everything again", () => kg.walk.whole()),
    fit: button("Fit", "Fit what is shown into the window", () => kg.picture.fit()),
    selected: button("Actions \u25be", "What can be done with the selected thing or relation", node =>
      kg.menuOf(kg.state.selected?.kind ?? null, kg.state.selected?.id ?? null, below(node))),
    path: button("Path \u2026", "Find the shortest ways between two things", () => kg.walk.pathFrom(kg.state.selected?.kind === "node" ? kg.state.selected.id : null)),
    undo: button("\u21b6", "Undo", () => kg.undo()),
    redo: button("\u21b7", "Redo", () => kg.redo()),
    hidden: button("", "Show the hidden things again", () => kg.walk.showHidden()),
    pinned: button("", "Let pinned things go back to their places", () => kg.walk.releaseAll()),
  };
  const hops = HOPS.map(number => button(String(number), `Show what is up to ${number} ${number === 1 ? "step" : "steps"} away`, () => kg.walk.hops(number)));
  const around = kg.element("span", { className: "hops", role: "group", "aria-label": "Steps around the focus" }, kg.element("bdi", { className: "focus" }), ...hops);

  const usable = () => [...place.querySelectorAll("button")].filter(one => !one.hidden && !one.closest("[hidden]"));
  const enable = (node, on) => node.setAttribute("aria-disabled", String(!on));

  // One stop of the tab key for the whole bar; the arrows go along it.
  function move(event) {
    const all = usable(), at = all.indexOf(document.activeElement), last = all.length - 1;
    const to = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at <= 0 ? last : at - 1, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    all[to].focus();
  }
  function stop(node) {
    for (const one of place.querySelectorAll("button")) one.tabIndex = one === node ? 0 : -1;
  }

  function draw(state) {
    const number = Object.keys(state.pinned).length, focus = kg.graph.nodes[state.focus];
    around.hidden = !focus;
    around.firstChild.textContent = focus ? `Around ${focus.label}` : "";
    hops.forEach((one, i) => one.setAttribute("aria-pressed", String(HOPS[i] === state.hops)));
    parts.whole.hidden = !(focus || state.path || state.expanded.length || state.collapsed.length);
    enable(parts.undo, kg.canUndo());
    enable(parts.redo, kg.canRedo());
    parts.hidden.hidden = !state.hidden.length;
    parts.hidden.textContent = `Show ${state.hidden.length} hidden`;
    parts.pinned.hidden = !number;
    parts.pinned.textContent = `Release ${number} ${number === 1 ? "pin" : "pins"}`;
    const all = usable();
    if (!all.some(one => one.tabIndex === 0)) stop(all[0]);
  }

  place.setAttribute("role", "toolbar");
  place.setAttribute("aria-label", "View");
  place.append(around, parts.whole, parts.fit, parts.selected, parts.path, parts.undo, parts.redo, parts.hidden, parts.pinned);
  place.addEventListener("keydown", move);
  place.addEventListener("focusin", event => stop(event.target));
  kg.onChange(draw);
  draw(kg.state);
})();
