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

  // The place in a list of names of each claim, for each facet, so that sifting compares numbers.
  const facets = Object.entries(FACETS).map(([facet, nameOf]) => {
    const places = new Map(), at = new Uint32Array(claims.length);
    for (const claim of claims) {
      const name = nameOf(claim);
      if (!places.has(name)) places.set(name, places.size);
      at[claim.id] = places.get(name);
    }
    return { facet, names: [...places.keys()], at };
  });

  // Return the claims that pass all filters, and of each facet how many pass all the others.
  function sift(state) {
    const off = facets.map(({ facet, names }) => names.map(name => state.off[facet].includes(name)));
    const numbers = facets.map(({ names }) => new Uint32Array(names.length)), kept = new Set();
    for (const claim of claims) {
      if (!passes(claim, state)) continue;
      let failed = 0, last = 0;
      for (let i = 0; i < facets.length; i++) if (off[i][facets[i].at[claim.id]]) { failed++; last = i; }
      if (failed > 1) continue;
      if (failed) { numbers[last][facets[last].at[claim.id]]++; continue; }
      kept.add(claim.id);
      for (let i = 0; i < facets.length; i++) numbers[i][facets[i].at[claim.id]]++;
    }
    const counts = facets.map(({ facet, names }, i) => [facet, new Map(names.map((name, k) => [name, numbers[i][k]]).filter(([, number]) => number))]);
    return { kept, counts: Object.fromEntries(counts) };
  }

  // Return a Map of things to [[other, relation]] over edges.
  function tiesOf(ids) {
    const found = new Map();
    const add = (one, other, relation) => { found.has(one) ? found.get(one).push([other, relation]) : found.set(one, [[other, relation]]); };
    for (const id of ids) {
      const { from, to, relation } = edges[id];
      add(from, to, relation);
      add(to, from, relation);
    }
    return found;
  }

  // Return what passes all filters and may be drawn, wherever it is: {edges, nodes, claims: Sets of ids; counts: facet -> Map
  // of name -> number; around: Map of node -> [[other, relation]], made when it is first asked for}.
  kg.candidates = memo(state => {
    const { kept, counts } = sift(state);
    const off = types.map(type => state.off.types.includes(type.name)), hidden = new Set(state.hidden);
    const found = new Set(), touched = new Set(), counted = new Set();
    for (const edge of edges) {
      if (!edge.claims.some(id => kept.has(id) && claims[id].modality !== DENIED)) continue;
      const { from, to } = edge;
      if (hidden.has(from) || hidden.has(to)) continue;
      const fromOn = !off[nodes[from].type], toOn = !off[nodes[to].type];
      if (toOn) counted.add(from);
      if (fromOn) counted.add(to);
      if (!fromOn || !toOn) continue;
      found.add(edge.id);
      touched.add(from).add(to);
    }
    const numbers = new Uint32Array(types.length);
    for (const id of counted) numbers[nodes[id].type]++;
    counts.types = new Map(types.map((type, i) => [type.name, numbers[i]]).filter(([, number]) => number));
    let around = null;
    return { edges: found, nodes: touched, claims: kept, counts, get around() { return (around ??= tiesOf(found)); } };
  });

  const byDegree = (a, b) => nodes[b].degree - nodes[a].degree || a - b;

  // What lies up to so many steps around a thing, the nearest first and of these the most connected, not more than fit.
  function near(whole, start, hops) {
    const { around } = whole;
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

  // All, or of very many the most connected.
  function overview(whole) {
    return whole.nodes.size <= MOST ? new Set(whole.nodes) : new Set([...whole.nodes].sort(byDegree).slice(0, OVERVIEW));
  }

  function turn(found, state, whole) {
    if (!state.collapsed.length && !state.expanded.length) return found;
    const { around } = whole;
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
    if (state.selected?.kind === "node" && whole.nodes.has(state.selected.id)) touched.add(state.selected.id);
    const said = new Set([...shown].flatMap(id => edges[id].claims.filter(claim => whole.claims.has(claim))));
    return { nodes: touched, edges: shown, claims: said, counts: whole.counts, total: whole.nodes.size };
  });
  kg.visible.most = MOST;
})();
