"use strict";
// Shortest ways between two things over what is shown: found, counted, and told in words.
(() => {
  const kg = window.kg;
  const LISTED = 50; // ways written out; all of them are counted and drawn

  // Return node -> (neighbour -> its edges) as one may walk them.
  function ties(edges, directed, symmetric) {
    const found = new Map();
    const add = (from, to, id) => {
      if (!found.has(from)) found.set(from, new Map());
      const row = found.get(from);
      row.has(to) ? row.get(to).push(id) : row.set(to, [id]);
    };
    for (const edge of edges) {
      if (edge.from === edge.to) continue;
      add(edge.from, edge.to, edge.id);
      if (!directed || symmetric(edge)) add(edge.to, edge.from, edge.id);
    }
    return found;
  }

  // Return node -> steps from `start`, level by level, up to the level that holds `end`.
  function distances(next, start, end) {
    const found = new Map([[start, 0]]);
    let level = [start];
    while (level.length && !found.has(end)) {
      const reached = [];
      for (const node of level) {
        for (const other of next.get(node)?.keys() ?? []) {
          if (found.has(other)) continue;
          found.set(other, found.get(node) + 1);
          reached.push(other);
        }
      }
      level = reached;
    }
    return found;
  }

  // Return node -> the nodes after it on shortest ways to `end`, and node -> how many ways lead on from it.
  function waysOn(next, far, end) {
    const before = new Map();
    for (const [node, row] of next) {
      for (const other of row.keys()) {
        if (far.get(other) !== far.get(node) + 1) continue;
        before.has(other) ? before.get(other).push(node) : before.set(other, [node]);
      }
    }
    const after = new Map([[end, []]]), count = new Map([[end, 1]]);
    let level = new Set([end]);
    while (level.size) {
      const earlier = new Set();
      for (const node of level) {
        for (const one of before.get(node) ?? []) {
          after.has(one) ? after.get(one).push(node) : after.set(one, [node]);
          count.set(one, (count.get(one) ?? 0) + count.get(node));
          earlier.add(one);
        }
      }
      level = earlier;
    }
    return { after, count };
  }

  function writeOut(after, next, from, to, most) {
    const found = [], way = [];
    const walk = node => {
      if (found.length >= most) return;
      if (node === to) { found.push(way.slice()); return; }
      for (const other of after.get(node)) {
        way.push({ from: node, to: other, edges: next.get(node).get(other) });
        walk(other);
        way.pop();
      }
    };
    walk(from);
    return found;
  }

  // Return all shortest ways from one node to another along `edges` ({id, from, to}), null if there is none. A way is a
  // list of steps {from, to, edges}; edges that run beside each other are one step. `count` counts all ways, `ways`
  // lists at most `most`; `nodes` and `edges` hold what lies on any of them. Takes time in proportion to the edges.
  kg.shortestPaths = ({ from, to, edges, directed = false, symmetric = () => false, most = LISTED, order = (a, b) => a - b }) => {
    const next = ties(edges, directed, symmetric);
    const far = distances(next, from, to);
    if (!far.has(to)) return null;
    const { after, count } = waysOn(next, far, to);
    for (const list of after.values()) list.sort(order);
    const used = new Set();
    for (const [node, list] of after) for (const other of list) for (const id of next.get(node).get(other)) used.add(id);
    return { length: far.get(to), count: count.get(from), ways: writeOut(after, next, from, to, most), nodes: new Set(after.keys()), edges: used };
  };

  const seen = new WeakMap(); // a state never changes, so what was found for it stays

  // Return what lies between the two things that a state asks about: as kg.shortestPaths, with `found` false if nothing does.
  kg.pathShown = state => {
    if (!state.path) return null;
    if (!seen.has(state)) seen.set(state, search(state));
    return seen.get(state);
  };

  function search(state) {
    const { from, to, directed } = state.path;
    const { edges, nodes, relations } = kg.graph;
    const visible = kg.candidates(state);
    const found = kg.shortestPaths({
      from, to, directed,
      edges: [...visible.edges].map(id => edges[id]),
      symmetric: edge => relations[edge.relation].symmetric,
      order: (a, b) => nodes[b].degree - nodes[a].degree || a - b,
    });
    return found ? { found: true, ...found } : { found: false, length: 0, count: 0, ways: [], nodes: new Set([from, to]), edges: new Set() };
  }
})();
