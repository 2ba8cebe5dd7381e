"use strict";
// The path between two things: the form that asks for them, and the ways found, in words.
(() => {
  const kg = window.kg;
  const place = document.getElementById("path");
  if (!place) return;
  const { nodes, edges, relations } = kg.graph;
  let asked = false; // whether the form is open without a path

  const ends = { from: null, to: null };
  const chosen = key => node => { ends[key] = node.id; go(key === "from" ? to : from); };
  const from = kg.combobox({ label: "Path from", placeholder: "from \u2026", keep: true, onChoose: node => chosen("from")(node) });
  const to = kg.combobox({ label: "Path to", placeholder: "to \u2026", keep: true, onChoose: node => chosen("to")(node) });
  const directed = kg.element("input", { type: "checkbox", id: "path-directed" });
  const swap = kg.element("button", { type: "button", title: "The other way round", "aria-label": "Swap the ends", textContent: "\u21c4" });
  const shut = kg.element("button", { type: "button", className: "shut", title: "Close the path", "aria-label": "Close the path", textContent: "\u00d7" });
  const told = kg.element("p", { role: "status" });
  const list = kg.element("ol", { "aria-label": "Shortest ways" });

  function go(next) {
    if (ends.from === null || ends.to === null) next.input.focus();
    else kg.walk.path(ends.from, ends.to, directed.checked);
  }

  // One step in words, as a sentence each for what ties the two; a press shows the sentences of the articles.
  function step({ from, to, edges: between }) {
    return between.flatMap((id, i) => {
      const edge = edges[id], words = relations[edge.relation].label;
      const forward = edge.from === from;
      const text = forward ? `\u2014 ${words} \u2192` : `\u2190 ${words} \u2014`;
      const name = `${nodes[edge.from].label} ${words} ${nodes[edge.to].label}`;
      const press = kg.element("button", { type: "button", className: "tie", title: name, "aria-label": name, textContent: text });
      press.addEventListener("click", () => kg.walk.select("edge", id));
      return i ? [kg.element("span", { className: "and", textContent: " and " }), press] : [" ", press];
    }).concat(" ", thing(to));
  }
  function thing(id) {
    const press = kg.element("button", { type: "button", className: "thing" }, kg.element("bdi", { textContent: nodes[id].label }));
    press.addEventListener("click", () => kg.walk.select("node", id));
    return press;
  }

  const steps = number => `${number} ${number === 1 ? "step" : "steps"}`;
  function sentence(shown, path) {
    const a = kg.nameIn(path.from), b = kg.nameIn(path.to);
    if (path.from === path.to) return "Both ends are the same thing.";
    if (!shown.found) return `No way leads from ${a} to ${b}${path.directed ? " along the arrows" : ""}, through what is switched on and not hidden.`;
    if (shown.count === 1) return `One shortest way, ${steps(shown.length)}.`;
    const listed = shown.ways.length < shown.count ? `; the first ${shown.ways.length} are listed, all are drawn` : "";
    return `${shown.count.toLocaleString("en")} shortest ways, ${steps(shown.length)} each${listed}.`;
  }

  function draw(state) {
    const { path } = state, shown = kg.pathShown(state);
    place.hidden = !path && !asked;
    if (path) {
      asked = false;
      Object.assign(ends, { from: path.from, to: path.to });
      directed.checked = path.directed;
      from.set(path.from);
      to.set(path.to);
    }
    told.textContent = path ? sentence(shown, path) : "Choose two things.";
    kg.fill(list, ...(path ? shown.ways : []).filter(way => way.length).map(way => kg.element("li", {}, thing(way[0].from), ...way.flatMap(step))));
  }

  // Open the form; a path that is shown stays until another is asked for.
  kg.askPath = id => {
    asked = true;
    Object.assign(ends, { from: id, to: null });
    from.set(id);
    to.set(null);
    place.hidden = false;
    if (!kg.state.path) draw(kg.state);
    (id === null ? from : to).input.focus();
  };

  swap.addEventListener("click", () => {
    Object.assign(ends, { from: ends.to, to: ends.from });
    from.set(ends.from);
    to.set(ends.to);
    go(ends.from === null ? from : to);
  });
  directed.addEventListener("change", () => { if (kg.state.path) kg.walk.path(kg.state.path.from, kg.state.path.to, directed.checked); });
  shut.addEventListener("click", () => { asked = false; kg.walk.noPath(); draw(kg.state); });
  place.setAttribute("aria-label", "Path between two things");
  place.append(kg.element("div", { className: "ends" }, from, swap, to,
    kg.element("label", {}, directed, "follow the arrows"), shut), told, list);
  // Bring the ways into view, once the picture has drawn them.
  function bring({ path, view }, before) {
    if (!path || path === before.path || view === "table") return;
    queueMicrotask(() => {
      const there = Object.keys(kg.picture.network.getPositions([...kg.pathShown(kg.state)?.nodes ?? []])).map(Number);
      if (there.length) kg.picture.network.fit({ nodes: there, animation: false });
    });
  }

  kg.onChange((state, before) => {
    draw(state);
    bring(state, before);
  });
  draw(kg.state);
})();
