"use strict";
// Going about in the graph: focus, expand and collapse, path, hide, pin. Each verb makes one change that can be undone.
(() => {
  const kg = window.kg;
  const ALL = "*"; // any relation
  const label = id => kg.graph.nodes[id].label;
  const without = (pairs, id, relation) => pairs.filter(([node, name]) => node !== id || (relation !== ALL && name !== relation));

  // Return what changes in a state if a thing is expanded ("expanded") or collapsed ("collapsed") by a relation.
  function turned(state, key, id, relation) {
    const other = key === "expanded" ? "collapsed" : "expanded";
    return { [key]: [...without(state[key], id, relation), [id, relation]], [other]: without(state[other], id, relation) };
  }

  const edgesOf = id => [...new Set([...kg.graph.nodes[id].out, ...kg.graph.nodes[id].in])];

  // Say so if what was asked for does not show because it is filtered out.
  function explain(id) {
    if (!kg.visible(kg.state).nodes.has(id)) kg.say(`${label(id)} is found, but what is switched off leaves nothing of it to draw.`);
  }

  // The vis-network node or edge under a point of the picture, else what is selected if the menu was asked for by key.
  function under(network, point, byKey) {
    const node = network.getNodeAt(point), edge = node === undefined ? network.getEdgeAt(point) : undefined;
    if (byKey && kg.state.selected) return kg.state.selected;
    return node !== undefined ? { kind: "node", id: node } : edge !== undefined ? { kind: "edge", id: edge } : { kind: null, id: null };
  }

  kg.walk = {
    start: null, // where a path is to begin that has no end yet

    focus(id, hops = kg.state.hops) {
      kg.change({ focus: id, hops, selected: { kind: "node", id }, hidden: kg.state.hidden.filter(one => one !== id) });
      explain(id);
    },
    hops(number) { kg.change({ hops: number }); },
    whole() { kg.change({ focus: null, expanded: [], collapsed: [], path: null }); },
    select(kind, id) { kg.change({ selected: { kind, id } }); },
    switchOff(facet, name) {
      const off = kg.state.off;
      kg.change({ off: { ...off, [facet]: [...off[facet].filter(one => one !== name), name] } });
    },

    expand(id, relation = ALL) { kg.change(turned(kg.state, "expanded", id, relation)); },
    collapse(id, relation = ALL) { kg.change(turned(kg.state, "collapsed", id, relation)); },

    // Return [{relation, more, shown}]: how many lines of each relation expanding a thing would bring, and collapsing take.
    around(id) {
      const { state, graph } = kg, now = kg.visible(state).edges;
      return [...new Set(edgesOf(id).map(edge => graph.edges[edge].relation))].sort((a, b) => a - b).map(relation => {
        const { name } = graph.relations[relation];
        const after = key => kg.visible({ ...state, ...turned(state, key, id, name) }).edges;
        const gone = after("collapsed");
        return {
          relation,
          more: [...after("expanded")].filter(edge => !now.has(edge)).length,
          shown: [...now].filter(edge => !gone.has(edge)).length,
        };
      });
    },

    hide(id) {
      const { hidden, selected, focus, path } = kg.state, has = one => one === id;
      kg.change({
        hidden: [...hidden.filter(one => !has(one)), id],
        selected: selected?.kind === "node" && has(selected.id) ? null : selected,
        focus: has(focus) ? null : focus,
        path: path && (has(path.from) || has(path.to)) ? null : path,
      });
      kg.say(`${label(id)} is hidden.`);
    },
    showHidden() { kg.change({ hidden: [] }); },

    pin(id, place) {
      const { x, y } = place ?? kg.picture.network.getPosition(id);
      kg.change({ pinned: { ...kg.state.pinned, [id]: [Math.round(x), Math.round(y)] } });
    },
    release(id) {
      const { [id]: _, ...pinned } = kg.state.pinned;
      kg.change({ pinned });
    },
    releaseAll() { kg.change({ pinned: {} }); },

    // Begin a path at a thing (null: ask for it too): route.js asks for its end.
    pathFrom(id) {
      kg.walk.start = id;
      kg.askPath(id);
    },
    path(from, to, directed = kg.state.path?.directed ?? false) {
      kg.walk.start = null;
      kg.change({ path: { from, to, directed }, hidden: kg.state.hidden.filter(one => one !== from && one !== to) });
    },
    noPath() {
      kg.walk.start = null;
      if (kg.state.path) kg.change({ path: null });
    },

    // Listen to a vis-network: dragging pins, the right button, the menu key and a long touch open a menu.
    listen(network) {
      const canvas = network.body.container;
      const open = (point, byKey) => {
        const { kind, id } = under(network, point, byKey), { left, top } = canvas.getBoundingClientRect();
        kg.menuOf(kind, id, { x: left + point.x, y: top + point.y, back: document.activeElement });
      };
      network.on("oncontext", ({ event, pointer }) => {
        event.preventDefault();
        open(pointer.DOM, event.button === 0 && event.detail === 0);
      });
      network.on("hold", ({ event, pointer }) => { if (event.pointerType === "touch") open(pointer.DOM, false); });
      network.on("dragEnd", ({ nodes }) => {
        if (!nodes.length) return;
        const places = Object.entries(network.getPositions(nodes)).map(([id, { x, y }]) => [id, [Math.round(x), Math.round(y)]]);
        kg.change({ pinned: { ...kg.state.pinned, ...Object.fromEntries(places) } });
      });
    },
  };
})();
