"use strict";
// A menu with keyboard (the menu pattern of the ARIA Authoring Practices), and the menus of a thing, a relation and the ground.
(() => {
  const kg = window.kg;
  const EDGE = 4; // pixels that a menu keeps from the border of the window
  let shown = null, returnTo = null;

  function close(refocus) {
    if (!shown) return;
    const menu = shown;
    shown = null;
    menu.remove();
    if (refocus) returnTo?.focus();
  }

  function entry({ label, note = "", run }) {
    const row = kg.element("button", { type: "button", role: "menuitem", tabIndex: -1 },
      kg.element("bdi", { textContent: label }), kg.element("span", { className: "note", textContent: note }));
    row.addEventListener("click", () => { close(true); run(); });
    return row;
  }

  function group({ heading, items }) {
    const name = kg.element("div", { className: "heading", role: "presentation" }, kg.element("bdi", { textContent: heading }));
    return kg.element("div", { role: "group", "aria-label": heading }, name, ...items.map(entry));
  }

  function move(event) {
    const rows = [...shown.querySelectorAll("button")], at = rows.indexOf(document.activeElement), last = rows.length - 1;
    const letter = event.key.length === 1 ? kg.fold(event.key) : "";
    const next = letter && [...rows.slice(at + 1), ...rows.slice(0, at + 1)].find(row => kg.fold(row.textContent).startsWith(letter));
    const to = { ArrowDown: at === last ? 0 : at + 1, ArrowUp: at <= 0 ? last : at - 1, Home: 0, End: last }[event.key];
    if (event.key === "Escape" || event.key === "Tab") close(true);
    else if (to !== undefined) rows[to].focus();
    else if (next) next.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function place(menu, x, y) {
    const { width, height } = menu.getBoundingClientRect();
    menu.style.left = `${Math.max(EDGE, Math.min(x, innerWidth - width - EDGE))}px`;
    menu.style.top = `${Math.max(EDGE, Math.min(y, innerHeight - height - EDGE))}px`;
  }

  // Open a menu at a place in the window: items are {label, note, run} or groups {heading, items}; the focus goes back after.
  kg.menu = (items, { x, y, label, back = document.activeElement }) => {
    close(false);
    returnTo = back;
    shown = kg.element("div", { className: "menu", role: "menu", "aria-label": label }, ...items.map(item => item.items ? group(item) : entry(item)));
    shown.addEventListener("keydown", move);
    shown.addEventListener("contextmenu", event => event.preventDefault());
    document.body.append(shown);
    place(shown, x, y);
    shown.querySelector("button")?.focus();
  };

  addEventListener("pointerdown", event => { if (shown && !shown.contains(event.target)) close(false); }, true);
  addEventListener("resize", () => close(false));
  addEventListener("blur", () => close(false));

  const relations = () => kg.graph.relations;

  // Expanding and collapsing a thing by relation, each with what it would bring or take.
  function ways(id) {
    const { walk } = kg, around = walk.around(id);
    const more = around.filter(a => a.more), less = around.filter(a => a.shown), sum = (rows, key) => rows.reduce((n, a) => n + a[key], 0);
    const found = [];
    if (more.length > 1) found.push({ label: "everything", note: `+${sum(more, "more")}`, run: () => walk.expand(id) });
    found.push(...more.map(a => ({ label: relations()[a.relation].label, note: `+${a.more}`, run: () => walk.expand(id, relations()[a.relation].name) })));
    const taken = less.length > 1 ? [{ label: "everything", note: `\u2212${sum(less, "shown")}`, run: () => walk.collapse(id) }] : [];
    taken.push(...less.map(a => ({ label: relations()[a.relation].label, note: `\u2212${a.shown}`, run: () => walk.collapse(id, relations()[a.relation].name) })));
    return [{ heading: "Expand", items: found }, { heading: "Collapse", items: taken }].filter(g => g.items.length);
  }

  function nodeItems(id) {
    const { walk, state, graph } = kg, pinned = state.pinned[id] !== undefined, start = walk.start;
    const name = i => graph.nodes[i].label;
    const path = [{ label: "Path from here \u2026", run: () => walk.pathFrom(id) }];
    if (start !== null && start !== id) path.unshift({ label: `Path from ${name(start)} to here`, run: () => walk.path(start, id) });
    return [
      ...(state.focus === id ? [] : [{ label: "Focus on this", run: () => walk.focus(id) }]),
      ...path,
      pinned ? { label: "Release", run: () => walk.release(id) } : { label: "Pin", run: () => walk.pin(id) },
      { label: "Hide", run: () => walk.hide(id) },
      ...ways(id),
    ];
  }

  function edgeItems(id) {
    const { walk, graph } = kg, edge = graph.edges[id], relation = graph.relations[edge.relation];
    return [
      { label: "Sentences behind it", run: () => walk.select("edge", id) },
      ...[edge.from, edge.to].map(end => ({ label: `Focus on ${graph.nodes[end].label}`, run: () => walk.focus(end) })),
      { label: `Switch off \u201c${relation.label}\u201d`, run: () => walk.switchOff("relations", relation.name) },
    ];
  }

  function groundItems() {
    const { walk, state, picture } = kg;
    const found = [{ label: "Fit into the window", run: () => picture.fit() }, { label: "Whole graph", run: () => walk.whole() }, { label: "Find a path \u2026", run: () => walk.pathFrom(null) }];
    if (state.hidden.length) found.push({ label: "Show what is hidden", note: String(state.hidden.length), run: () => walk.showHidden() });
    if (Object.keys(state.pinned).length) found.push({ label: "Release all pins", note: String(Object.keys(state.pinned).length), run: () => walk.releaseAll() });
    return [...found, { label: "Undo", run: () => kg.undo() }, { label: "Redo", run: () => kg.redo() }];
  }

  // Open the menu of a thing ("node"), a relation ("edge") or the ground (null) at a place in the window.
  kg.menuOf = (kind, id, at) => {
    const { nodes, edges, relations } = kg.graph, edge = kind === "edge" ? edges[id] : null;
    const label = kind === "node" ? nodes[id].label : edge ? `${nodes[edge.from].label} ${relations[edge.relation].label} ${nodes[edge.to].label}` : "The picture";
    kg.menu(kind === "node" ? nodeItems(id) : edge ? edgeItems(id) : groundItems(), { label, ...at });
  };
})();
