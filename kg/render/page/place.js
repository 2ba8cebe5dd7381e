"use strict";
// Where things stand: as the file says or, around one thing, on rings.
(() => {
  const kg = window.kg;
  const { nodes, edges } = kg.graph;

  kg.positions = (state, shown) => {
    const found = new Map();
    for (const id of shown.nodes) {
      const node = nodes[id];
      found.set(id, state.view === "layered" ? [node.lx, node.ly] : [node.x, node.y]);
    }
    for (const [id, place] of Object.entries(state.pinned)) if (found.has(Number(id))) found.set(Number(id), place);
    return found;
  };
})();
