"use strict";
// Files for other programs: CSV for spreadsheets, GEXF 1.3 (https://gexf.net/) for Gephi and networkx.
(() => {
  const kg = window.kg;
  const FORMULA = /^[ \t\r\n\v\f\0\ufeff\xa0]*[=+\-@\uff1d\uff0b\uff0d\uff20]/; // what a spreadsheet would run, in any width
  const SHAPES = { square: "square", triangle: "triangle", diamond: "diamond" }; // of GEXF; the others are discs

  // A cell by RFC 4180. Text that begins like a formula gets an apostrophe, which spreadsheets hide; numbers stay as they are.
  function cell(value) {
    if (typeof value !== "string") return value === null ? "" : String(value);
    const text = FORMULA.test(value) ? "'" + value : value;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  }

  // Return a table of `kg.tables` as CSV; a byte order mark tells spreadsheets that it is UTF-8.
  kg.asCsv = (name, shown) => {
    const { columns, rows } = kg.tables[name];
    const lines = [columns.map(c => c.name), ...rows(shown).map(row => columns.map(c => c.value(row)))];
    return "\ufeff" + lines.map(line => line.map(cell).join(",") + "\r\n").join("");
  };

  // Text as XML 1.0 can hold it, in an attribute.
  const NOT_XML = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\p{Cs}]/gu;
  const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;" };
  const escaped = text => String(text).replace(NOT_XML, "\ufffd").replace(/[&<>"\t\n\r]/g, c => ESCAPES[c]);

  function tag(name, attributes, ...children) {
    const said = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`).join("");
    return children.length ? `<${name}${said}>${children.join("")}</${name}>` : `<${name}${said}/>`;
  }

  // Columns that are text or numbers of nodes and edges, by the tables of the page.
  const attributes = (table, left) => kg.tables[table].columns.filter(c => !left.includes(c.name));
  const typed = c => (c.kind === "number" ? "integer" : "string");

  function declared(of, columns) {
    return tag("attributes", { class: of }, ...columns.map(c => tag("attribute", { id: c.name, title: c.name, type: typed(c) })));
  }

  const told = (columns, row) => tag("attvalues", {}, ...columns.map(c => tag("attvalue", { for: c.name, value: c.value(row) ?? "" })));

  function node(row, columns) {
    const { iri, label, type, x = 0, y = 0 } = row.node, { color, shape } = kg.graph.types[type];
    const [r, g, b] = [1, 3, 5].map(at => parseInt(color.slice(at, at + 2), 16));
    return tag("node", { id: iri, label }, told(columns, row), tag("viz:color", { r, g, b }),
      tag("viz:position", { x, y: -y, z: 0 }), tag("viz:size", { value: 10 + 4 * Math.round(Math.sqrt(row.node.degree)) }),
      tag("viz:shape", { value: SHAPES[shape] ?? "disc" }));
  }

  function edge(row, columns, weight) {
    const [source, target] = [row.edge.from, row.edge.to].map(id => kg.graph.nodes[id].iri);
    const { name, label } = kg.graph.relations[row.edge.relation];
    return tag("edge", { id: row.edge.id, source, target, type: "directed", kind: name, label, weight }, told(columns, row));
  }

  // Return the graph that is shown as GEXF; the weight of an edge is the number of its sources, at least 1.
  kg.asGexf = shown => {
    const ofNodes = attributes("things", ["name", "iri"]), ofEdges = attributes("relations", ["from", "to", "from_iri", "to_iri"]);
    const sources = ofEdges.find(c => c.name === "sources");
    const nodes = kg.tables.things.rows(shown).map(row => node(row, ofNodes));
    const edges = kg.tables.relations.rows(shown).map(row => edge(row, ofEdges, Math.max(1, sources.value(row))));
    const graph = tag("graph", { defaultedgetype: "directed", mode: "static" }, declared("node", ofNodes), declared("edge", ofEdges),
      tag("nodes", { count: nodes.length }, ...nodes), tag("edges", { count: edges.length }, ...edges));
    const root = { xmlns: "http://gexf.net/1.3", "xmlns:viz": "http://gexf.net/1.3/viz", version: "1.3" };
    return `<?xml version="1.0" encoding="UTF-8"?>\n${tag("gexf", root, tag("meta", {}, tag("creator", {}, "Lodestone")), graph)}\n`;
  };
})();
