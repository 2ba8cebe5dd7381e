"use strict";
// Put together: the picture, the view, the line that says how much is shown.
(() => {
  const kg = window.kg;
  const VIEWS = [["force", "Network"], ["layered", "Layers"], ["table", "Table"]];
  const at = id => document.getElementById(id);

  const buttons = VIEWS.map(([view, words]) => {
    const button = kg.element("button", { type: "button", textContent: words });
    button.addEventListener("click", () => kg.change({ view }));
    at("views").append(button);
    return button;
  });

  const number = (count, one, many) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

  function draw(state) {
    buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(VIEWS[i][0] === state.view)));
    at("network").hidden = state.view === "table";
    at("table").hidden = state.view !== "table";
    const { nodes, edges, total } = kg.visible(state);
    at("count").textContent = `Showing ${nodes.size.toLocaleString("en")} of ${number(total, "thing", "things")}, ${number(edges.size, "relation", "relations")}`;
  }

  kg.picture.start();
  kg.walk?.listen(kg.picture.network);
  kg.onChange(draw);
  draw(kg.state);
  kg.startTour?.();
  kg.ready = true;
})();
