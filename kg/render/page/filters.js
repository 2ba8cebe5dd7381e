"use strict";
// The legend, which is also the filter: what each colour, shape and line stands for, how much there is of it, on or off.
(() => {
  const kg = window.kg;
  const place = document.getElementById("legend");
  const { nodes, claims, documents, types, relations, stages, modalities } = kg.graph;
  const LONG = 12; // rows from which a list can be searched
  const NONE = "none named";
  const updates = []; // what brings each part of the legend to a state
  const add = update => {
    updates.push(update);
    update(kg.state, kg.visible(kg.state).counts);
  };

  const whole = kg.candidates(kg.startState).counts;
  const named = (facet, labelOf) => [...whole[facet]].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => ({ name, label: name === "" ? NONE : labelOf(name) }));
  const there = (facet, items) => items.filter(item => whole[facet].has(item.name));

  const FACETS = [
    { facet: "types", title: "Things", open: true, items: there("types", types), sample: item => kg.glyph(item) },
    { facet: "relations", title: "Relations", open: true, items: there("relations", relations), sample: item => kg.stroke(item) },
    { facet: "modalities", title: "Lines", open: true, items: there("modalities", modalities.map(name => ({ name, label: kg.words(name) }))), sample: item => kg.stroke(null, item.name) },
    { facet: "commodities", title: "Commodity", items: named("commodities", iri => kg.nodeOf(iri).label) },
    { facet: "stages", title: "Stage", items: there("stages", [...stages.map(name => ({ name, label: kg.words(name) })), { name: "", label: NONE }]) },
    { facet: "publishers", title: "Publisher", items: named("publishers", name => name) },
  ];

  const off = (facet, names) => kg.change({ off: { ...kg.state.off, [facet]: names } });

  // One row: a box, a sample, the name, a button that leaves just this one on, and the count.
  function row({ facet, items, sample }, item) {
    const box = kg.element("input", { type: "checkbox" }), count = kg.element("span", { className: "n" });
    const only = kg.element("button", { type: "button", className: "only", textContent: "only", "aria-label": `Only ${item.label}` });
    const looks = kg.element("span", { className: "sample", "aria-hidden": "true" });
    box.addEventListener("change", () => {
      const others = kg.state.off[facet].filter(name => name !== item.name);
      off(facet, box.checked ? others : [...others, item.name]);
    });
    only.addEventListener("click", () => off(facet, items.map(one => one.name).filter(name => name !== item.name)));
    const line = kg.element("li", {}, kg.element("label", {}, box, ...(sample ? [looks] : []), kg.element("bdi", { textContent: item.label })), only, count);
    const show = () => { if (sample) kg.fill(looks, sample(item)); };
    if (sample) {
      show();
      kg.onTheme(show);
    }
    add((state, counts) => {
      const number = counts[facet].get(item.name) ?? 0;
      box.checked = !state.off[facet].includes(item.name);
      count.textContent = number.toLocaleString("en");
      line.classList.toggle("empty", number === 0);
    });
    return line;
  }

  // A field that leaves just the rows whose name holds what is typed.
  function sieve(list, title) {
    const field = kg.element("input", { type: "search", placeholder: "find in this list", "aria-label": `Find in the list ${title}` });
    field.addEventListener("input", () => {
      const text = field.value.trim().toLowerCase();
      for (const line of list.children) line.hidden = !line.querySelector("bdi").textContent.toLowerCase().includes(text);
    });
    return field;
  }

  function section(part) {
    const { facet, title, items, open } = part;
    const all = kg.element("button", { type: "button", className: "all", textContent: "all", "aria-label": `Switch all on: ${title}` });
    const head = kg.element("summary", {}, title, all);
    all.addEventListener("click", event => { event.preventDefault(); off(facet, []); });
    const list = kg.element("ul", { id: `legend-${facet}` });
    const fill = () => { if (!list.children.length) list.append(...items.map(item => row(part, item))); };
    add(state => { all.hidden = !state.off[facet].length; });
    const made = kg.element("details", { open: Boolean(open) }, head, ...(items.length > LONG && !open ? [sieve(list, title)] : []), list);
    if (open) fill();
    else made.addEventListener("toggle", fill); // a long list costs nothing until it is looked at
    return made;
  }

  const years = list => [...new Set(list.filter(Boolean).map(date => Number(date.slice(0, 4))))].sort((a, b) => a - b);
  const span = list => (list.length ? Array.from({ length: list.at(-1) - list[0] + 1 }, (_, i) => list[0] + i) : []);
  const dates = [...new Set(documents.map(one => one.published).filter(Boolean))].sort();

  function times() {
    const stated = claims.map(claim => claim.stated), published = claims.map(claim => documents[claim.document].published);
    return [
      kg.rangeSlider({ title: "Stated for", key: "stated", steps: span(years(stated)), all: stated, stepOf: date => Number(date.slice(0, 4)) }),
      kg.rangeSlider({ title: "Published", key: "published", steps: dates, all: published, stepOf: date => date }),
    ];
  }

  const reset = kg.element("button", { type: "button", textContent: "Reset", title: "Switch everything on" });
  reset.addEventListener("click", () => {
    const { off: none, confidence, stated, published } = kg.startState;
    kg.change({ off: none, confidence, stated, published });
  });
  const filtered = state => ["off", "confidence", "stated", "published"].some(key => JSON.stringify(state[key]) !== JSON.stringify(kg.startState[key]));

  const sliders = [kg.confidenceSlider(), ...times()].filter(Boolean);
  place.append(kg.element("div", { className: "head" }, kg.element("h2", { textContent: "Legend and filter" }), reset),
    ...FACETS.filter(part => part.items.length > 1 || part.open).map(section), ...sliders.map(one => one.element));
  function draw(state) {
    const { counts } = kg.visible(state);
    reset.disabled = !filtered(state);
    for (const update of updates) update(state, counts);
    for (const one of sliders) one.update(state);
  }
  kg.onChange(draw);
  draw(kg.state);
})();
