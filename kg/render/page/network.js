"use strict";
// The picture: vis-network with just what is shown, in places that are known beforehand.
(() => {
  const kg = window.kg;
  const container = document.getElementById("network");
  const things = new vis.DataSet(), ties = new vis.DataSet();
  const SIDE = 64, TOP = 64, END = 36, CLOSEST = 1.3, FARTHEST = 0.02; // pixels left for names and, above, for the tools; scales
  const NODE = 0.55, LINE = 0.7; // powers of the scale by which things and lines resist zooming

  // Far away things and lines stay large enough to be seen, and near they do not grow as fast as the space between them.
  // vis-network draws each node with the size among its options and asks each edge for its width.
  function resistZoom(network) {
    const { nodes, edges } = network.body;
    network.on("beforeDrawing", () => {
      const factor = network.getScale() ** -NODE;
      for (const id of network.body.nodeIndices) {
        const size = kg.sizeOf(id) * factor, { options, shape } = nodes[id];
        if (options.size === size) continue;
        options.size = size;
        shape.refreshNeeded = true;
      }
    });
    patchWidth(Object.values(edges)[0]?.edgeType);
  }

  let patched = false;
  function patchWidth(line) {
    let kind = line;
    while (kind && !Object.hasOwn(kind, "getLineWidth")) kind = Object.getPrototypeOf(kind);
    if (!kind || patched) return;
    patched = true;
    const plain = kind.getLineWidth;
    kind.getLineWidth = function (...state) {
      return plain.apply(this, state) * this._body.view.scale ** -LINE;
    };
  }

  const optionsOf = dark => ({ ...kg.graph.options, groups: kg.groupsOf(dark) });

  // Bring a data set to what is wanted: only what differs is touched.
  function sync(set, wanted, drawn) {
    const keep = new Set(wanted.map(one => one.id));
    const gone = set.getIds().filter(id => !keep.has(id));
    const changed = wanted.filter(one => {
      const key = JSON.stringify(one), differs = drawn.get(one.id) !== key;
      drawn.set(one.id, key);
      return differs;
    });
    for (const id of gone) drawn.delete(id);
    if (gone.length) set.remove(gone);
    if (changed.length) set.update(changed);
  }

  const UNDRAWN = ["selected", "question", "camera"];
  const asDrawn = { things: new Map(), ties: new Map() };
  // Whether what is drawn stays, whatever else of the state is new.
  const stays = (state, before) => Object.keys(state).every(key => UNDRAWN.includes(key) || state[key] === before[key])
    && (state.selected?.kind !== "node" || Boolean(things.get(state.selected.id)));

  function draw(state, before) {
    if (!before || !stays(state, before)) redraw(state);
    select(state);
  }

  function redraw(state) {
    const shown = kg.visible(state);
    const gone = ties.getIds().filter(id => !shown.edges.has(id));
    for (const id of gone) asDrawn.ties.delete(id);
    ties.remove(gone); // before the things that they tie
    sync(things, kg.thingsOf(state, shown), asDrawn.things);
    sync(ties, kg.linesOf(state, shown), asDrawn.ties);
    if (kg.picture.network) patchWidth(Object.values(kg.picture.network.body.edges)[0]?.edgeType);
  }

  function select({ selected }) {
    const { network } = kg.picture;
    network.unselectAll();
    if (selected?.kind === "node" && things.get(selected.id)) network.selectNodes([selected.id], true);
    if (selected?.kind === "edge" && ties.get(selected.id)) network.selectEdges([selected.id]);
  }

  function listen(network) {
    network.on("click", ({ nodes: [node], edges: [edge] }) => {
      kg.change({ selected: node !== undefined ? { kind: "node", id: node } : edge !== undefined ? { kind: "edge", id: edge } : null });
    });
    network.on("doubleClick", ({ nodes: [node] }) => { if (node !== undefined) kg.change({ focus: node, selected: { kind: "node", id: node } }); });
    network.on("hoverNode", ({ node }) => { kg.picture.hovered = { kind: "node", id: node }; });
    network.on("hoverEdge", ({ edge }) => { kg.picture.hovered = { kind: "edge", id: edge }; });
    network.on("blurNode", () => { kg.picture.hovered = null; });
    network.on("blurEdge", () => { kg.picture.hovered = null; });
  }

  let kept = null; // what the window shows since it was moved by hand
  const REST = 250; // milliseconds after the last turn of a wheel

  function keep() {
    const { x, y } = kg.picture.network.getViewPosition(), scale = kg.picture.network.getScale();
    kept = [Math.round(x), Math.round(y), Number(scale.toPrecision(4))];
    kg.change({ camera: kept }, { replace: true });
  }

  function keepCamera(network) {
    let resting;
    network.on("dragEnd", ({ nodes }) => { if (!nodes.length) keep(); });
    network.on("zoom", () => {
      clearTimeout(resting);
      resting = setTimeout(keep, REST);
    });
  }

  // Bring into the window what was in it when it was moved by hand, else all that is shown.
  function look({ camera }) {
    if (!camera) show();
    else if (camera !== kept) kg.picture.network.moveTo({ position: { x: camera[0], y: camera[1] }, scale: camera[2], animation: false });
  }

  const moved = (state, before) => ["focus", "hops", "view", "camera"].some(key => state[key] !== before[key]);

  function start() {
    redraw(kg.state);
    const network = new vis.Network(container, { nodes: things, edges: ties }, optionsOf(kg.isDark()));
    kg.picture.network = network;
    resistZoom(network);
    kg.drawLabels(network, { dark: () => kg.isDark() });
    listen(network);
    look(kg.state);
    keepCamera(network);
    select(kg.state);
    kg.onChange((state, before) => {
      if (state.view === "table") return;
      draw(state, before);
      if (moved(state, before)) look(state);
    });
    kg.onTheme(() => {
      network.setOptions({ groups: kg.groupsOf() });
      draw(kg.state);
    });
  }

  // Bring all that is shown into the window, with room for names at its edges.
  function show() {
    const { network } = kg.picture, places = Object.values(network.getPositions()), { clientWidth, clientHeight } = container;
    if (!places.length || !clientWidth) return;
    const [left, right] = ends(places.map(place => place.x)), [top, bottom] = ends(places.map(place => place.y));
    const scale = Math.min((clientWidth - 2 * SIDE) / (right - left || 1), (clientHeight - TOP - END) / (bottom - top || 1), CLOSEST);
    const near = Math.max(scale, FARTHEST), y = (top + bottom) / 2 - (TOP - END) / 2 / near;
    network.moveTo({ position: { x: (left + right) / 2, y }, scale: near, animation: false });
  }
  function fit() {
    kg.change({ camera: null }, { replace: true });
    show();
  }
  const ends = numbers => numbers.reduce(([least, most], number) => [Math.min(least, number), Math.max(most, number)], [Infinity, -Infinity]);

  // The picture as it is seen, at twice its size, on a light or a dark ground, as the promise of a PNG file.
  function png({ dark = kg.isDark() } = {}) {
    const { clientWidth, clientHeight } = container, shown = kg.visible(kg.state), from = kg.picture.network;
    const frame = kg.element("div", { className: "copy" });
    Object.assign(frame.style, { width: `${2 * clientWidth}px`, height: `${2 * clientHeight}px` });
    document.body.append(frame);
    const data = { nodes: new vis.DataSet(kg.thingsOf(kg.state, shown)), edges: new vis.DataSet(kg.linesOf(kg.state, shown, dark)) };
    const copy = new vis.Network(frame, data, { ...optionsOf(dark), interaction: {} });
    copy.on("beforeDrawing", context => {
      context.save();
      context.resetTransform();
      context.fillStyle = kg.ground(dark).paper;
      context.fillRect(0, 0, context.canvas.width, context.canvas.height);
      context.restore();
    });
    resistZoom(copy);
    kg.drawLabels(copy, { dark: () => dark, times: 2 });
    copy.moveTo({ position: from.getViewPosition(), scale: 2 * from.getScale() });
    copy.redraw();
    return new Promise(done => frame.querySelector("canvas").toBlob(done, "image/png")).finally(() => { copy.destroy(); frame.remove(); });
  }

  kg.picture = {
    start, png, hovered: null, dashes: kg.lineDashes,
    fit,
  };
})();
