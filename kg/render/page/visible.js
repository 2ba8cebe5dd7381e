"use strict";
// What of the graph is shown in a state. Everything here depends on the state alone.
(() => {
  const kg = window.kg;
  const MOST = 1500, OVERVIEW = 400; // things shown at once, and at first if there are more
  const { nodes, edges, claims, documents, types, relations, stages, modalities } = kg.graph;
  const DENIED = modalities.indexOf("negated");
  const NOTHING = ""; // what says nothing of a facet

  // The name under which a claim counts in each facet that it has.
  const FACETS = {
    modalities: claim => modalities[claim.modality],
    stages: claim => stages[claim.stage] ?? NOTHING,
    commodities: claim => (claim.commodity < 0 ? NOTHING : kg.short(nodes[claim.commodity].iri)),
    publishers: claim => documents[claim.document].publisher,
    relations: claim => relations[edges[claim.edge].relation].name,
  };
  const year = date => Number(date.slice(0, 4));
  const within = (date, range) => !range || (date !== "" && range[0] <= date && date.slice(0, range[1].length) <= range[1]);

  const memo = make => {
    const seen = new WeakMap();
    return state => {
      if (!seen.has(state)) seen.set(state, make(state));
      return seen.get(state);
    };
  };

  // Whether a claim passes what is no facet: confidence and the two times.
  const passes = (claim, state) => claim.confidence >= state.confidence
    && (!state.stated || (claim.stated !== "" && state.stated[0] <= year(claim.stated) && year(claim.stated) <= state.stated[1]))
    && within(documents[claim.document].published, state.published);

  // Return the claims that pass all filters, and of each facet how many pass all the others.
  function sift(state) {
    const off = Object.fromEntries(Object.keys(FACETS).map(facet => [facet, new Set(state.off[facet])]));
    const counts = Object.fromEntries(Object.keys(FACETS).map(facet => [facet, new Map()]));
    const kept = new Set();
    for (const claim of claims) {
      if (!passes(claim, state)) continue;
      const failed = Object.keys(FACETS).filter(facet => off[facet].has(FACETS[facet](claim)));
      if (!failed.length) kept.add(claim.id);
      if (failed.length > 1) continue;
      for (const facet of failed.length ? failed : Object.keys(FACETS)) {
        const name = FACETS[facet](claim);
        counts[facet].set(name, (counts[facet].get(name) ?? 0) + 1);
      }
    }
    return { kept, counts };
  }

  // Return the edges that pass all filters and may be drawn, wherever they are, with the claims and counts of the facets.
  kg.candidates = memo(state => {
    const { kept, counts } = sift(state);
    const off = new Set(state.off.types), hidden = new Set(state.hidden);
    const there = node => !off.has(types[node.type].name) && !hidden.has(node.id);
    const found = new Set(), around = new Map();
    counts.types = new Map();
    const counted = new Set();
    const count = node => {
      if (counted.has(node.id) || hidden.has(node.id)) return;
      counted.add(node.id);
      counts.types.set(types[node.type].name, (counts.types.get(types[node.type].name) ?? 0) + 1);
    };
    for (const edge of edges) {
      if (!edge.claims.some(id => kept.has(id) && claims[id].modality !== DENIED)) continue;
      const from = nodes[edge.from], to = nodes[edge.to];
      if (there(to)) count(from);
      if (there(from)) count(to);
      if (!there(from) || !there(to)) continue;
      found.add(edge.id);
      for (const [one, other] of [[from.id, to.id], [to.id, from.id]]) {
        if (!around.has(one)) around.set(one, []);
        around.get(one).push([other, edge.relation]);
      }
    }
    return { edges: found, around, claims: kept, counts };
  });

  const byDegree = (a, b) => nodes[b].degree - nodes[a].degree || a - b;

  // What lies up to so many steps around a thing, the nearest first and of these the most connected, not more than fit.
  function near({ around }, start, hops) {
    const found = new Set([start]);
    let level = [start];
    for (let step = 0; step < hops && found.size < MOST; step++) {
      const next = new Set();
      for (const one of level) for (const [other] of around.get(one) ?? []) if (!found.has(other)) next.add(other);
      level = [...next].sort(byDegree).slice(0, MOST - found.size);
      for (const one of level) found.add(one);
    }
    return found;
  }

  // All, or of very many the most connected: each with the best connected that it is tied to, so that none stands alone.
  function overview({ around }) {
    if (around.size <= MOST) return new Set(around.keys());
    return new Set([...around.keys()].sort(byDegree).slice(0, OVERVIEW));
  }

  function turn(found, state, { around }) {
    const tied = ([id, name]) => (around.get(id) ?? []).filter(([, relation]) => name === "*" || relations[relation].name === name).map(([other]) => other);
    for (const one of state.collapsed) {
      for (const other of tied(one)) {
        const ties = new Set((around.get(other) ?? []).map(([node]) => node).filter(node => found.has(node)));
        if (ties.size <= 1 && other !== state.focus) found.delete(other);
      }
    }
    for (const one of state.expanded) {
      found.add(one[0]);
      for (const other of tied(one).sort(byDegree)) if (found.size < MOST) found.add(other);
    }
    return found;
  }

  // Return {nodes, edges, claims: Sets of ids; counts: facet -> Map of name -> number; total: things that could be shown}.
  kg.visible = memo(state => {
    const whole = kg.candidates(state);
    const scope = turn(state.focus === null ? overview(whole) : near(whole, state.focus, state.hops), state, whole);
    for (const id of kg.pathShown?.(state)?.nodes ?? []) scope.add(id);
    const gone = new Set(state.collapsed.map(([id, name]) => `${id} ${name}`));
    const cut = edge => gone.size && [edge.from, edge.to].some(id => gone.has(`${id} *`) || gone.has(`${id} ${relations[edge.relation].name}`));
    const shown = new Set([...whole.edges].filter(id => scope.has(edges[id].from) && scope.has(edges[id].to) && !cut(edges[id])));
    const touched = new Set([...shown].flatMap(id => [edges[id].from, edges[id].to]));
    if (state.focus !== null && !state.hidden.includes(state.focus)) touched.add(state.focus);
    if (state.selected?.kind === "node" && whole.around.has(state.selected.id)) touched.add(state.selected.id);
    const said = new Set([...shown].flatMap(id => edges[id].claims.filter(claim => whole.claims.has(claim))));
    return { nodes: touched, edges: shown, claims: said, counts: whole.counts, total: whole.around.size };
  });
  kg.visible.most = MOST;
})();
