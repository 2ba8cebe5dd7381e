"use strict";
// A state as the part of the address after "#", so that a view can be shared. What an address says is checked: it may come
// from anyone, or from the page of another day.
(() => {
  const kg = window.kg;
  const { nodes, edges, relations } = kg.graph;
  const VIEWS = ["force", "layered", "table"];
  const DATE = /^\d{4}(-\d{2}){0,2}$/;

  const node = id => kg.short(nodes[id].iri);
  const id = iri => (typeof iri === "string" ? kg.nodeOf(iri)?.id ?? null : null);
  const ids = list => list.map(id).filter(one => one !== null);
  const isList = value => Array.isArray(value);
  const texts = value => (isList(value) ? value.filter(one => typeof one === "string") : []);
  const range = (value, fits) => (isList(value) && value.length === 2 && value.every(fits) ? value : null);
  const isPlace = value => isList(value) && value.length === 2 && value.every(Number.isFinite);
  const entries = value => (value && typeof value === "object" && !isList(value) ? Object.entries(value) : []);

  const edge = number => {
    const { from, relation, to } = edges[number];
    return [node(from), relations[relation].name, node(to)];
  };
  const edgeId = ([from, relation, to]) => {
    const start = id(from), end = id(to);
    if (start === null) return null;
    return nodes[start].out.find(one => edges[one].to === end && relations[edges[one].relation].name === relation) ?? null;
  };
  const steps = { write: list => list.map(([one, name]) => [node(one), name]),
    read: value => (isList(value) ? value : []).filter(one => isList(one) && id(one[0]) !== null && typeof one[1] === "string")
      .map(([one, name]) => [id(one), name]) };

  // How each field is written and read; what cannot be read is undefined and stays as at the start.
  const FIELDS = {
    view: { write: value => value, read: value => (VIEWS.includes(value) ? value : undefined) },
    focus: { write: node, read: value => id(value) ?? undefined },
    hops: { write: value => value, read: value => ([1, 2, 3].includes(value) ? value : undefined) },
    selected: {
      write: value => (value.kind === "node" ? node(value.id) : edge(value.id)),
      read: value => {
        const found = isList(value) ? edgeId(value) : id(value);
        return found === null ? undefined : { kind: isList(value) ? "edge" : "node", id: found };
      },
    },
    confidence: { write: value => value, read: value => (value >= 0 && value <= 1 ? value : undefined) },
    stated: { write: value => value, read: value => range(value, Number.isInteger) },
    published: { write: value => value, read: value => range(value, one => DATE.test(one)) },
    hidden: { write: list => list.map(node), read: value => (isList(value) ? ids(value) : undefined) },
    pinned: {
      write: value => Object.fromEntries(Object.entries(value).map(([one, place]) => [node(one), place])),
      read: value => Object.fromEntries(entries(value).filter(([iri, place]) => id(iri) !== null && isPlace(place)).map(([iri, place]) => [id(iri), place])),
    },
    expanded: steps,
    collapsed: steps,
    path: {
      write: ({ from, to, directed = false }) => ({ from: node(from), to: node(to), directed }),
      read: value => {
        const from = id(value?.from), to = id(value?.to);
        return from === null || to === null ? undefined : { from, to, directed: value.directed === true };
      },
    },
    question: {
      write: value => ({ ...value, node: value.node === null ? null : node(value.node) }),
      read: value => (typeof value?.name === "string" ? { name: value.name, node: id(value.node), include: texts(value.include) } : undefined),
    },
    off: {
      write: value => Object.fromEntries(Object.entries(value).filter(([, names]) => names.length)),
      read: value => ({ ...kg.startState.off, ...Object.fromEntries(entries(value).filter(([facet]) => facet in kg.startState.off).map(([facet, names]) => [facet, texts(names)])) }),
    },
  };

  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  const encode = value => (typeof value === "string" ? value : JSON.stringify(value));
  const decode = (key, text) => (key === "view" || (key === "focus" || key === "selected") && !text.startsWith("[") ? text : JSON.parse(text));

  kg.address = {
    // Return what differs from the state at the start.
    write: (state, start) => new URLSearchParams(Object.keys(FIELDS).filter(key => !same(state[key], start[key]))
      .map(key => [key, encode(FIELDS[key].write(state[key]))])).toString(),

    // Return the fields that an address tells of and that can be understood.
    read: (text, start) => {
      const found = {};
      for (const [key, value] of new URLSearchParams(text)) {
        if (!Object.hasOwn(FIELDS, key)) continue;
        try {
          const read = FIELDS[key].read(decode(key, value));
          if (read !== undefined) found[key] = read;
        } catch { /* not written by this page: it is left out */ }
      }
      return { ...start, ...found };
    },
  };
})();
