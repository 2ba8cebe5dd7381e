"use strict";
// Where things stand: as the file says or, if only a part is shown, on rings around the focus or in close layers.
(() => {
  const kg = window.kg;
  const { nodes, edges } = kg.graph;
  const RING = 190, ALONG = 54, WIDE = 1.35; // pixels between rings and along a ring; rings are wider than high
  const LAYER = 250, COLUMN = 120, ROW = 52, ROWS = 20;
  const TIDY = 400; // things up to which layers are drawn close

  // Return node -> neighbours over what is shown, those of one relation together.
  function neighbours(shown) {
    const found = new Map([...shown.nodes].map(id => [id, []]));
    const ties = [...shown.edges].map(id => edges[id]).sort((a, b) => a.relation - b.relation || a.id - b.id);
    for (const { from, to } of ties) {
      found.get(from).push(to);
      found.get(to).push(from);
    }
    return found;
  }

  // Return the tree of shortest ways from a thing, as node -> children, and the nodes in the order of their distance.
  function treeFrom(start, near) {
    const children = new Map([[start, []]]), order = [start], depth = new Map([[start, 0]]);
    for (const id of order) {
      for (const other of near.get(id) ?? []) {
        if (children.has(other)) continue;
        children.set(other, []);
        children.get(id).push(other);
        depth.set(other, depth.get(id) + 1);
        order.push(other);
      }
    }
    return { children, order, depth };
  }

  // How far from the middle each ring is: so far that what stands on it has room.
  function radii(order, depth) {
    const number = [];
    for (const id of order) number[depth.get(id)] = (number[depth.get(id)] ?? 0) + 1;
    const found = [0];
    for (let ring = 1; ring < number.length; ring++) found.push(Math.max(found[ring - 1] + RING, (number[ring] * ALONG) / (2 * Math.PI)));
    return found;
  }

  function rings(start, shown) {
    const { children, order, depth } = treeFrom(start, neighbours(shown)), radius = radii(order, depth);
    const leaves = new Map();
    for (const id of [...order].reverse()) leaves.set(id, Math.max(1, children.get(id).reduce((sum, child) => sum + leaves.get(child), 0)));
    const found = new Map([[start, [0, 0]]]), sector = new Map([[start, [-Math.PI / 2, 1.5 * Math.PI]]]);
    for (const id of order) {
      let [from, to] = sector.get(id);
      const step = (to - from) / leaves.get(id);
      children.get(id).forEach((child, i) => {
        to = from + step * leaves.get(child);
        sector.set(child, [from, to]);
        const angle = (from + to) / 2, far = radius[depth.get(child)] * (children.get(id).length > 14 && i % 2 ? 0.82 : 1);
        found.set(child, [Math.round(WIDE * far * Math.cos(angle)), Math.round(far * Math.sin(angle))]);
        from = to;
      });
    }
    return found;
  }

  // What is shown in its layers, those that hold nothing left out; a long layer takes several columns.
  function layers(shown) {
    const found = new Map(), rows = new Map();
    for (const id of [...shown.nodes].sort((a, b) => nodes[a].layer - nodes[b].layer || nodes[a].ly - nodes[b].ly || a - b)) {
      const { layer } = nodes[id];
      rows.has(layer) ? rows.get(layer).push(id) : rows.set(layer, [id]);
    }
    let left = 0;
    for (const ids of rows.values()) {
      const columns = Math.ceil(ids.length / ROWS), step = ROW / columns;
      ids.forEach((id, i) => found.set(id, [left + COLUMN * (i % columns), Math.round((i - (ids.length - 1) / 2) * step)]));
      left += LAYER + COLUMN * (columns - 1);
    }
    return found;
  }

  function baked(state, shown) {
    const layered = state.view === "layered";
    return new Map([...shown.nodes].map(id => [id, layered ? [nodes[id].lx, nodes[id].ly] : [nodes[id].x, nodes[id].y]]));
  }

  function laid(state, shown) {
    const part = shown.nodes.size < shown.total;
    if (state.view === "layered" && part && shown.nodes.size <= TIDY) return layers(shown);
    if (state.view !== "layered" && state.focus !== null && shown.nodes.has(state.focus)) return new Map([...baked(state, shown), ...rings(state.focus, shown)]);
    return baked(state, shown);
  }

  // Return node -> [x, y] for all that is shown in a state.
  kg.positions = (state, shown) => {
    const found = laid(state, shown);
    for (const [id, place] of Object.entries(state.pinned)) if (found.has(Number(id))) found.set(Number(id), place);
    return found;
  };
})();
