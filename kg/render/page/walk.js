"use strict";
// Going about in the graph: focus, expand and collapse, path, hide, pin. Each verb makes one change that can be undone.
(() => {
  const kg = window.kg;
  const ALL = "*"; // any relation
  const TURNS = /[\u202a-\u202e\u2066-\u2069]/g; // marks of direction that a name may hold
  // The name of a thing within a sentence of ours, whose direction it must not turn.
  const label = id => `\u2068${kg.graph.nodes[id].label.replace(TURNS, "")}\u2069`;
  kg.nameIn = label;
  const without = (pairs, id, relation) => pairs.filter(([node, name]) => node !== id || (relation !== ALL && name !== relation));

  // Return what changes in a state if a thing is expanded ("expanded") or collapsed ("collapsed") by a relation.
  function turned(state, key, id, relation) {
    const other = key === "expanded" ? "collapsed" : "expanded";
    return { [key]: [...without(state[key], id, relation), [id, relation]], [other]: without(state[other], id, relation) };
  }

  const edgesOf = id => [...new Set([...kg.graph.nodes[id].out, ...kg.graph.nodes[id].in])];

  // Whether a line is away because the thing at its other end is collapsed.
  function cutElsewhere({ collapsed }, { from, to, relation }, id) {
    const { name } = kg.graph.relations[relation], other = from === id ? to : from;
    return collapsed.some(([node, by]) => node === other && (by === ALL || by === name));
  }

  // Say so if there is nothing to draw around what was asked for.
  function explain(id) {
    const { edges } = kg.visible(kg.state);
    if (edgesOf(id).some(edge => edges.has(edge))) return;
    const why = kg.graph.nodes[id].degree ? "what is switched off leaves nothing around it" : "nothing ties it to another thing";
    kg.say(`${label(id)} is here, but ${why}.`);
  }

  const GROUND = { kind: null, id: null };

  // The thing or relation under a point of the picture.
  function under(network, point) {
    const node = network.getNodeAt(point), edge = node === undefined ? network.getEdgeAt(point) : undefined;
    return node !== undefined ? { kind: "node", id: node } : edge !== undefined ? { kind: "edge", id: edge } : GROUND;
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

    expand(id, relation = ALL) {
      const before = kg.visible(kg.state).edges.size;
      kg.change(turned(kg.state, "expanded", id, relation));
      if (kg.visible(kg.state).edges.size <= before) kg.say(`Nothing more can be shown around ${label(id)}.`);
    },
    collapse(id, relation = ALL) { kg.change(turned(kg.state, "collapsed", id, relation)); },

    // Return [{relation, more, shown}]: how many lines of each relation at a thing are not drawn and could be, and are drawn.
    around(id) {
      const { state, graph } = kg, drawn = kg.visible(state).edges, { edges } = kg.candidates(state), found = new Map();
      for (const edge of edgesOf(id)) {
        if (!edges.has(edge) || (!drawn.has(edge) && cutElsewhere(state, graph.edges[edge], id))) continue;
        const { relation } = graph.edges[edge], row = found.get(relation) ?? { relation, more: 0, shown: 0 };
        found.set(relation, row);
        row[drawn.has(edge) ? "shown" : "more"] += 1;
      }
      return [...found.values()].sort((a, b) => a.relation - b.relation);
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
      const at = place ?? kg.picture.network.getPositions([id])[id];
      if (at) kg.change({ pinned: { ...kg.state.pinned, [id]: [Math.round(at.x), Math.round(at.y)] } });
      else kg.say(`${label(id)} is not in the picture.`);
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
      kg.change({ path: { from, to, directed }, selected: null, hidden: kg.state.hidden.filter(one => one !== from && one !== to) });
    },
    noPath() {
      kg.walk.start = null;
      if (kg.state.path) kg.change({ path: null });
    },

    // Listen to a vis-network: dragging pins, the right button, the menu key and a long touch open a menu.
    listen(network) {
      const canvas = network.body.container;
      const open = ({ kind, id }, point) => {
        const { left, top } = canvas.getBoundingClientRect();
        kg.menuOf(kind, id, { x: left + point.x, y: top + point.y, back: document.activeElement });
      };
      network.on("oncontext", ({ event, pointer }) => {
        const byKey = event.button === 0 && event.detail === 0;
        event.preventDefault();
        open((byKey && kg.state.selected) || under(network, pointer.DOM), pointer.DOM);
      });
      // A long touch has selected what it is on, and the picture may have made room for the panel since.
      network.on("hold", ({ event, pointer }) => { if (event.pointerType === "touch") open(kg.state.selected ?? GROUND, pointer.DOM); });
      network.on("dragEnd", ({ nodes }) => {
        if (!nodes.length) return;
        const places = Object.entries(network.getPositions(nodes)).map(([id, { x, y }]) => [id, [Math.round(x), Math.round(y)]]);
        kg.change({ pinned: { ...kg.state.pinned, ...Object.fromEntries(places) } });
      });
    },
  };
})();
