"use strict";
// The data of the page, as objects. The graph is decoded at opening, the evidence when it is first asked for.
(() => {
  const kg = window.kg;
  const ABSOLUTE = /^[a-z][a-z0-9+.-]*:/i;
  const read = id => JSON.parse(document.getElementById(id).textContent);
  const raw = read("graph");
  const whole = iri => (ABSOLUTE.test(iri) ? iri : raw.base + iri);

  // Turn columns into rows: make(i) makes the row at place i.
  const rows = (columns, make) => Array.from({ length: Object.values(columns)[0].length }, (_, i) => make(columns, i));

  const nodes = rows(raw.nodes, (c, i) => ({
    id: i, iri: whole(c.iri[i]), label: c.label[i], type: c.type[i], also: c.also[i],
    x: c.x[i], y: c.y[i], lx: c.lx[i], ly: c.ly[i], layer: c.layer[i], degree: c.degree[i], out: [], in: [],
  }));
  const edges = rows(raw.edges, (c, i) => ({ id: i, from: c.from[i], to: c.to[i], relation: c.relation[i], claims: c.claims[i] }));
  for (const edge of edges) {
    nodes[edge.from].out.push(edge.id);
    nodes[edge.to].in.push(edge.id);
  }
  const claims = rows(raw.claims, (c, i) => ({
    id: i, edge: c.edge[i], modality: c.modality[i], confidence: c.confidence[i], document: c.document[i], stage: c.stage[i],
    commodity: c.commodity[i], stated: c.stated[i], share: c.share[i], amount: c.amount[i],
  }));
  const row = (c, i) => Object.fromEntries(Object.entries(c).map(([key, column]) => [key, column[i]]));
  const documents = rows(raw.documents, (c, i) => ({ id: i, ...row(c, i) }));

  kg.graph = { ...raw, nodes, edges, claims, documents };
  delete kg.graph.base;
  kg.short = iri => (iri.startsWith(raw.base) && !ABSOLUTE.test(iri.slice(raw.base.length)) ? iri.slice(raw.base.length) : iri);

  let byIri = null;
  // Return the node with an IRI, whole or as the address has it, or undefined.
  kg.nodeOf = iri => {
    byIri ??= new Map(nodes.map(node => [node.iri, node]));
    return byIri.get(whole(iri));
  };

  let evidence = null;
  kg.evidence = () => {
    if (evidence) return evidence;
    const part = read("evidence");
    const decoded = columns => rows(columns, (c, i) => ({ id: i, ...row(c, i), iri: whole(c.iri[i]) }));
    evidence = { ...part, claims: decoded(part.claims), dependencies: decoded(part.dependencies) };
    return evidence;
  };
})();
