"use strict";
// Put together: the picture, its views, the panels at its sides, and the line that says how much is shown.
(() => {
  const kg = window.kg;
  const VIEWS = [["force", "Network", "As a network"], ["layered", "Layers", "In layers, from who provides to who depends"], ["table", "Table", "As a table"]];
  const SIDES = [["legend", "Legend", "Show or hide the legend and filters"], ["side", "Evidence", "Show or hide evidence and questions"]];
  const NARROW = 1000; // pixels below which the sides lie over the picture
  const at = id => document.getElementById(id);

  function toggle(text, title, run) {
    const button = kg.element("button", { type: "button", title, textContent: text });
    button.addEventListener("click", run);
    return button;
  }

  const views = VIEWS.map(([view, text, title]) => toggle(text, title, () => kg.change({ view })));
  at("views").append(...views);
  at("views").setAttribute("role", "group");

  const sides = SIDES.map(([id, text, title]) => toggle(text, title, () => showSide(id, at(id).hidden)));
  at("sides").append(...sides);

  // Open or close the panel at a side; where there is no room for both, opening one closes the other.
  function showSide(id, on) {
    SIDES.forEach(([other], i) => {
      if (other === id) at(other).hidden = !on;
      else if (on && window.innerWidth < NARROW) at(other).hidden = true;
      sides[i].setAttribute("aria-pressed", String(!at(other).hidden));
      document.body.classList.toggle(`no-${other}`, at(other).hidden);
    });
  }

  kg.showSide = showSide;

  const number = (count, one, many) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
  function counted({ nodes, edges, total }, state) {
    const part = nodes.size < total && state.focus === null && total > kg.visible.most;
    return `Showing ${nodes.size.toLocaleString("en")} of ${number(total, "thing", "things")}, ${number(edges.size, "relation", "relations")}`
      + (part ? ": the most connected. Search, or expand a thing, for the rest." : "");
  }

  function draw(state, before) {
    views.forEach((button, i) => button.setAttribute("aria-pressed", String(VIEWS[i][0] === state.view)));
    at("network").hidden = state.view === "table";
    at("table").hidden = state.view !== "table";
    at("flow").hidden = state.view !== "layered";
    at("count").textContent = counted(kg.visible(state), state);
    if (state.selected && before && state.selected !== before.selected && window.innerWidth < NARROW) showSide("side", true);
  }

  kg.onChange(draw); // before the picture listens, so that it has its size
  draw(kg.state, null);
  const wide = window.innerWidth >= NARROW;
  showSide("legend", wide);
  showSide("side", wide || kg.state.selected !== null);
  kg.picture.start();
  kg.walk?.listen(kg.picture.network);
  kg.startTour?.();
  kg.ready = true;
})();
