"use strict";
// The picture: vis-network with just what is shown, in places that are known beforehand.
(() => {
  const kg = window.kg;
  const { nodes, edges, claims, documents, types, relations, modalities } = kg.graph;
  const DASHES = { planned: [8, 6], possible: [2, 5] };
  const container = document.getElementById("network");
  const things = new vis.DataSet(), ties = new vis.DataSet();
  kg.picture = { dashes: DASHES };

  const styleOf = id => {
    const { type, degree } = nodes[id];
    return { id, group: String(type), size: 7 + 3 * Math.sqrt(degree) };
  };

  // How wide a line is: by the share it tells of or, if none, by the amount; in pixels.
  function widthOf(said) {
    const shares = said.flatMap(claim => claim.share ?? []).filter(value => value !== null);
    if (shares.length) return 1.5 + 5.5 * Math.min(1, Math.max(...shares));
    const amount = Math.max(0, ...said.map(claim => Math.abs(claim.amount ?? 0)));
    return 1.5 + (amount > 1e6 ? Math.min(5.5, 1.2 * Math.log10(amount / 1e6)) : 0);
  }

  const hex = part => Math.round(255 * part).toString(16).padStart(2, "0");
  const OPACITY = [0.45, 0.45, 0.65, 0.85, 1];

  function lineOf(edge, shown, lane) {
    const said = edge.claims.filter(id => shown.claims.has(id)).map(id => claims[id]);
    const modality = modalities[Math.min(...said.map(claim => claim.modality))];
    const sources = new Set(said.map(claim => documents[claim.document].source)).size;
    const relation = relations[edge.relation], color = kg.colorOf(relation);
    return {
      id: edge.id, from: edge.from, to: edge.to, width: widthOf(said), dashes: DASHES[modality] ?? false,
      color: { color: color + hex(OPACITY[Math.min(sources, 4)]), highlight: color, hover: color },
      arrows: relation.symmetric ? { to: { enabled: false } } : "to",
      smooth: lane ? { enabled: true, type: lane % 2 ? "curvedCW" : "curvedCCW", roundness: 0.12 * Math.ceil(lane / 2) } : false,
    };
  }

  function linesOf(shown) {
    const lanes = new Map();
    return [...shown.edges].map(id => {
      const edge = edges[id], ends = `${Math.min(edge.from, edge.to)} ${Math.max(edge.from, edge.to)}`;
      const lane = lanes.get(ends) ?? 0;
      lanes.set(ends, lane + 1);
      return lineOf(edge, shown, lane);
    });
  }

  const placesOf = (state, shown) => [...kg.positions(state, shown)].map(([id, [x, y]]) => ({ ...styleOf(id), x, y }));

  const groups = () => Object.fromEntries(types.map((type, i) => {
    const color = kg.colorOf(type);
    return [i, { shape: type.shape, color: { background: color, border: color, highlight: { background: color, border: ink() }, hover: { background: color, border: ink() } } }];
  }));
  const ink = () => getComputedStyle(document.body).color;

  function sync(set, wanted) {
    const keep = new Set(wanted.map(one => one.id));
    set.remove(set.getIds().filter(id => !keep.has(id)));
    set.update(wanted);
  }

  let drawn = null;
  function draw(state) {
    const shown = kg.visible(state);
    if (shown !== drawn || true) {
      sync(things, placesOf(state, shown));
      sync(ties, linesOf(shown));
      drawn = shown;
    }
    select(state);
  }

  function select({ selected }) {
    const { network } = kg.picture;
    network.unselectAll();
    if (selected?.kind === "node" && things.get(selected.id)) network.selectNodes([selected.id], false);
    if (selected?.kind === "edge" && ties.get(selected.id)) network.selectEdges([selected.id]);
  }

  function listen(network) {
    network.on("click", ({ nodes: [node], edges: [edge] }) => {
      const selected = node !== undefined ? { kind: "node", id: node } : edge !== undefined ? { kind: "edge", id: edge } : null;
      kg.change({ selected });
    });
    network.on("doubleClick", ({ nodes: [node] }) => { if (node !== undefined) kg.change({ focus: node, selected: { kind: "node", id: node } }); });
  }

  kg.picture.start = () => {
    const shown = kg.visible(kg.state);
    things.add(placesOf(kg.state, shown));
    ties.add(linesOf(shown));
    kg.picture.network = new vis.Network(container, { nodes: things, edges: ties }, { ...kg.graph.options, groups: groups() });
    listen(kg.picture.network);
    kg.drawLabels?.(kg.picture.network);
    kg.picture.fit();
    select(kg.state);
    kg.onChange((state, before) => {
      draw(state);
      if (state.focus !== before.focus || state.hops !== before.hops || state.view !== before.view) kg.picture.fit();
    });
    kg.onTheme(() => { kg.picture.network.setOptions({ groups: groups() }); draw(kg.state); });
  };
  kg.picture.fit = () => kg.picture.network.fit({ animation: false });
  kg.picture.center = id => kg.picture.network.focus(id, { scale: Math.max(kg.picture.network.getScale(), 0.8), animation: false });
  kg.picture.png = () => new Promise(done => container.querySelector("canvas").toBlob(done, "image/png"));
})();
