"use strict";
// What is shown as tables: things, relations and claims. A column sorts, a row selects what it is about.
(() => {
  const kg = window.kg;
  const ROW = 32, SPARE = 12, WHOLE = 500; // pixels of a row; rows kept around those in sight; up to how many all are made
  const mount = document.getElementById("table");
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

  const label = id => kg.graph.nodes[id].label;
  const proof = claim => kg.evidence().claims[claim.id];
  const article = claim => kg.graph.documents[claim.document];
  const sources = claims => new Set(claims.map(c => article(c).source)).size;
  const modality = claim => kg.graph.modalities[claim.modality];
  const shownOf = (ids, shown) => ids.filter(id => shown.claims.has(id)).map(id => kg.graph.claims[id]);
  const behind = (node, shown) => [...new Set([...node.out, ...node.in])].flatMap(id => shownOf(kg.graph.edges[id].claims, shown));
  const latest = claims => claims.map(c => article(c).published).reduce((one, other) => (one > other ? one : other), "");

  const column = (name, title, value, width = 12, kind = "text") => ({ name, title, value, width, kind });
  const count = (name, title, value) => column(name, title, value, 9, "number");
  const exported = (name, value) => column(name, "", value, 0, "exported"); // in files only

  const edgeColumns = [
    column("from", "From", r => label(r.edge.from), 17),
    column("relation", "Relation", r => kg.graph.relations[r.edge.relation].label, 12),
    column("to", "To", r => label(r.edge.to), 17),
  ];
  const edgeIris = [exported("from_iri", r => kg.graph.nodes[r.edge.from].iri), exported("to_iri", r => kg.graph.nodes[r.edge.to].iri)];

  // Each table: its rows among what is shown, its columns, and what a row selects.
  kg.tables = {
    things: {
      title: "Things",
      rows: shown => sorted(shown.nodes).map(id => ({ node: kg.graph.nodes[id], claims: behind(kg.graph.nodes[id], shown), shown })),
      selects: r => ({ kind: "node", id: r.node.id }),
      columns: [
        column("name", "Name", r => r.node.label, 26),
        column("type", "Type", r => kg.graph.types[r.node.type].label, 14),
        count("relations", "Relations", r => [...new Set([...r.node.out, ...r.node.in])].filter(id => r.shown.edges.has(id)).length),
        count("claims", "Claims", r => r.claims.length),
        count("sources", "Sources", r => sources(r.claims)),
        exported("iri", r => r.node.iri),
      ],
    },
    relations: {
      title: "Relations",
      rows: shown => sorted(shown.edges).map(id => ({ edge: kg.graph.edges[id], claims: shownOf(kg.graph.edges[id].claims, shown) })),
      selects: r => ({ kind: "edge", id: r.edge.id }),
      columns: [
        ...edgeColumns,
        column("said", "Manner", r => [...new Set(r.claims.map(c => c.modality))].sort().map(m => kg.modalityWord(kg.graph.modalities[m])).join(", "), 11),
        column("values", "Values", r => [...new Set(r.claims.map(kg.valueWords).filter(Boolean))].join("; "), 12),
        count("claims", "Claims", r => r.claims.length),
        count("sources", "Sources", r => sources(r.claims)),
        column("latest", "Latest", r => latest(r.claims), 11),
        ...edgeIris,
      ],
    },
    claims: {
      title: "Claims",
      rows: shown => sorted(shown.claims).map(id => ({ claim: kg.graph.claims[id], edge: kg.graph.edges[kg.graph.claims[id].edge] })),
      selects: r => ({ kind: "edge", id: r.edge.id }),
      columns: [
        ...edgeColumns,
        column("details", "Details", r => proof(r.claim).details, 14),
        column("said", "Manner", r => kg.modalityWord(modality(r.claim)), 10),
        column("sentence", "Sentence", r => proof(r.claim).quote.replace(/\s+/g, " ").trim(), 45),
        column("according_to", "According to", r => proof(r.claim).attribution, 11),
        column("confidence", "Confidence", r => r.claim.confidence, 11, "number"),
        column("stated", "As of", r => r.claim.stated, 10),
        column("published", "Published", r => article(r.claim).published, 11),
        column("publisher", "Publisher", r => article(r.claim).publisher, 13),
        column("article", "Article", r => article(r.claim).title || article(r.claim).name, 20),
        exported("address", r => article(r.claim).url),
        exported("claim_iri", r => proof(r.claim).iri),
        ...edgeIris,
      ],
    },
  };

  const sorted = ids => [...ids].sort((a, b) => a - b);

  // Return rows in the order of a column; what has no value comes last in both directions, equals keep their order.
  function ordered(rows, { value }, way) {
    const keyed = rows.map((row, place) => ({ row, place, key: value(row) }));
    const none = key => key === "" || key === null;
    const compare = (a, b) => (typeof a === "number" ? a - b : collator.compare(a, b));
    keyed.sort((a, b) => none(a.key) - none(b.key) || (none(a.key) ? 0 : way * compare(a.key, b.key)) || a.place - b.place);
    return keyed.map(k => k.row);
  }

  const chosen = { table: "relations", column: null, way: 1 }; // of this reader, not of the view that is shared
  let rows = [], active = 0, parts = null, seen = null;

  const columns = () => kg.tables[chosen.table].columns.filter(c => c.kind !== "exported");

  function tab(name) {
    const button = kg.element("button", { type: "button", "aria-pressed": String(name === chosen.table), textContent: kg.tables[name].title });
    button.addEventListener("click", () => {
      Object.assign(chosen, { table: name, column: null, way: 1 });
      draw(kg.state);
      mount.querySelector('[aria-pressed="true"]').focus();
    });
    return button;
  }

  function header(col) {
    const direction = chosen.column === col.name ? (chosen.way > 0 ? "ascending" : "descending") : "none";
    const button = kg.element("button", { type: "button", textContent: col.title });
    button.addEventListener("click", () => {
      const again = chosen.column === col.name;
      Object.assign(chosen, { column: col.name, way: again ? -chosen.way : col.kind === "number" ? -1 : 1 });
      draw(kg.state);
      mount.querySelector(`th[data-name="${col.name}"] button`).focus();
    });
    const cell = kg.element("th", { scope: "col", "aria-sort": direction, className: col.kind }, button);
    cell.dataset.name = col.name;
    return cell;
  }

  function line(row, place, selected) {
    const cells = columns().map(col => {
      const value = col.value(row), words = value === null ? "" : String(value);
      return kg.element("td", { className: col.kind, title: words }, kg.element("bdi", { textContent: words }));
    });
    const about = kg.tables[chosen.table].selects(row);
    const is = Boolean(selected && selected.kind === about.kind && selected.id === about.id);
    const made = kg.element("tr", { tabIndex: place === active ? 0 : -1, "aria-rowindex": String(place + 2), "aria-selected": String(is) }, ...cells);
    made.dataset.place = place;
    return made;
  }

  function space(count) {
    const cell = kg.element("td", { colSpan: columns().length });
    cell.style.height = `${count * ROW}px`;
    return count ? [kg.element("tr", { className: "space", "aria-hidden": "true" }, cell)] : [];
  }

  // Make the rows that are in sight, all of them if they are few.
  function fill() {
    const { box, body } = parts;
    const first = rows.length <= WHOLE ? 0 : Math.max(0, Math.floor(box.scrollTop / ROW) - SPARE);
    const last = rows.length <= WHOLE ? rows.length : Math.min(rows.length, Math.ceil((box.scrollTop + box.clientHeight) / ROW) + SPARE);
    const held = body.contains(document.activeElement) || document.activeElement === box;
    const { selected } = kg.state;
    kg.fill(body, ...space(first), ...rows.slice(first, last).map((row, i) => line(row, first + i, selected)), ...space(rows.length - last));
    if (held) (body.querySelector(`[data-place="${active}"]`) ?? box).focus({ preventScroll: true });
  }

  function go(place) {
    active = Math.max(0, Math.min(rows.length - 1, place));
    const { box, body } = parts, head = body.previousElementSibling.offsetHeight;
    if (active * ROW < box.scrollTop) box.scrollTop = active * ROW;
    else if ((active + 1) * ROW + head > box.scrollTop + box.clientHeight) box.scrollTop = (active + 1) * ROW + head - box.clientHeight;
    fill();
    body.querySelector(`[data-place="${active}"]`)?.focus({ preventScroll: true });
  }

  function select(place) {
    active = place;
    kg.change({ selected: kg.tables[chosen.table].selects(rows[place]) });
  }

  function press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !rows.length || event.target.closest("th")) return;
    const page = Math.max(1, Math.floor(parts.box.clientHeight / ROW) - 2);
    const steps = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + page, PageUp: active - page, Home: 0, End: rows.length - 1 };
    if (event.key === "Enter" || event.key === " ") select(active);
    else if (event.key in steps) go(steps[event.key]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function listen(box, body) {
    let frame = 0;
    box.addEventListener("scroll", () => {
      if (rows.length <= WHOLE) return;
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(fill);
    });
    box.addEventListener("keydown", press);
    body.addEventListener("click", event => {
      const place = event.target.closest("tr")?.dataset.place;
      if (place !== undefined && getSelection().isCollapsed) select(Number(place)); // one who copies a sentence selects nothing else
    });
  }

  function draw(state) {
    const { title, rows: found } = kg.tables[chosen.table], sorting = columns().find(c => c.name === chosen.column);
    rows = found(kg.visible(state));
    if (sorting) rows = ordered(rows, sorting, chosen.way);
    active = Math.max(0, Math.min(active, rows.length - 1));
    const widths = columns().map(({ width }) => Object.assign(kg.element("col"), { width: width * 9 }));
    const body = kg.element("tbody");
    const table = kg.element("table", { role: "grid", "aria-rowcount": String(rows.length + 1), "aria-label": `${title} that are shown` },
      kg.element("colgroup", {}, ...widths), kg.element("thead", {}, kg.element("tr", { "aria-rowindex": "1" }, ...columns().map(header))), body);
    table.style.width = `max(100%, ${columns().reduce((sum, { width }) => sum + width * 9, 0)}px)`;
    const box = kg.element("div", { className: "rows", tabIndex: -1 }, table);
    const bar = kg.element("div", { className: "tabs", role: "group", "aria-label": "Which table" }, ...Object.keys(kg.tables).map(tab),
      kg.element("span", { className: "n", textContent: `${rows.length.toLocaleString("en")} ${rows.length === 1 ? "row" : "rows"}` }));
    const scrolled = parts?.box.scrollTop ?? 0;
    parts = { box, body };
    kg.fill(mount, bar, box);
    box.scrollTop = scrolled;
    fill();
    listen(box, body);
  }

  // What is shown depends on all but what is selected and where things lie.
  const shown = ({ selected, pinned, ...rest }) => JSON.stringify(rest);

  function refresh(state) {
    if (state.view !== "table") return;
    if (seen === shown(state)) fill();
    else draw(state);
    seen = shown(state);
  }

  kg.onChange(refresh);
  refresh(kg.state);
})();
