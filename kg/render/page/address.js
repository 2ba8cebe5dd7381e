"use strict";
// A state as the part of the address after "#", so that a view can be shared. What an address says is checked: it may come
// from anyone, or from the page of another day.
(() => {
  const kg = window.kg;
  const { nodes, edges, relations } = kg.graph;
  const VIEWS = ["force", "layered", "table"];
  const NAMED = 3, LONGEST = 60; // things named in a sentence, and their letters
  const DATE = /^\d{4}(-\d{2}){0,2}$/;

  const node = id => kg.short(nodes[id].iri);
  const lost = new Set(); // what the address names and the graph has not
  function id(iri) {
    if (typeof iri !== "string") return null;
    const found = kg.nodeOf(iri);
    if (!found) lost.add(iri);
    return found?.id ?? null;
  }
  const ids = list => list.map(id).filter(one => one !== null);
  const isList = value => Array.isArray(value);
  const texts = value => (isList(value) ? value.filter(one => typeof one === "string") : []);
  const range = (value, fits) => (isList(value) && value.length === 2 && value.every(fits) ? value : null);
  const isPlace = value => isList(value) && value.length === 2 && value.every(Number.isFinite);
  const isCamera = value => isList(value) && value.length === 3 && value.every(Number.isFinite) && value[2] > 0;
  const entries = value => (value && typeof value === "object" && !isList(value) ? Object.entries(value) : []);

  const edge = number => {
    const { from, relation, to } = edges[number];
    return [node(from), relations[relation].name, node(to)];
  };
  const edgeId = ([from, relation, to]) => {
    const start = id(from), end = id(to);
    if (start === null || end === null) return null;
    const found = nodes[start].out.find(one => edges[one].to === end && relations[edges[one].relation].name === relation);
    if (found === undefined) lost.add([from, relation, to].join(" "));
    return found ?? null;
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
    confidence: { write: value => value, read: value => (Number.isFinite(value) && value >= 0 && value <= 1 ? value : undefined) },
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
    camera: { write: value => value, read: value => (isCamera(value) ? value : undefined) },
    off: {
      write: value => Object.fromEntries(Object.entries(value).filter(([, names]) => names.length)),
      read: value => ({ ...kg.startState.off, ...Object.fromEntries(entries(value).filter(([facet]) => facet in kg.startState.off).map(([facet, names]) => [facet, texts(names)])) }),
    },
  };

  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  const encode = value => (typeof value === "string" ? value : JSON.stringify(value));
  const decode = (key, text) => (key === "view" || (key === "focus" || key === "selected") && !text.startsWith("[") ? text : JSON.parse(text));

  function understood(key, value) {
    try {
      return FIELDS[key].read(decode(key, value));
    } catch {
      return undefined; // not written by this page
    }
  }

  kg.address = {
    // Return what differs from the state at the start.
    write: (state, start) => new URLSearchParams(Object.keys(FIELDS).filter(key => !same(state[key], start[key]))
      .map(key => [key, encode(FIELDS[key].write(state[key]))])).toString(),

    // Return the state that an address tells of, as far as it can be understood.
    read: (text, start) => {
      const found = {};
      lost.clear();
      for (const [key, value] of new URLSearchParams(text)) {
        const before = lost.size, read = Object.hasOwn(FIELDS, key) ? understood(key, value) : undefined;
        if (read !== undefined) found[key] = read;
        else if (key && lost.size === before) lost.add(key);
      }
      return { ...start, ...found };
    },

    // Return a sentence about what the last address named in vain, "" if nothing.
    lost: () => {
      const named = [...lost].slice(0, NAMED).map(one => one.replace(/\p{Cf}/gu, "").slice(0, LONGEST));
      const more = lost.size - named.length;
      return lost.size ? `Some of the address does not fit this graph and is left out: ${named.join(", ")}${more ? ` and ${more} more` : ""}.` : "";
    },
  };
})();
