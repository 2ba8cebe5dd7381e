"use strict";
// What is shown as Turtle (https://www.w3.org/TR/turtle/), in the terms of `kg export`: claims with their evidence, and
// direct triples of those that are asserted. Every triple is one of the whole graph, but for the types of things, which are the broad ones.
(() => {
  const kg = window.kg;
  const PREFIXES = {
    lode: "https://w3id.org/lodestone/ontology#", rdf: "http://www.w3.org/1999/02/22-rdf-syntax-ns#", xsd: "http://www.w3.org/2001/XMLSchema#",
    skos: "http://www.w3.org/2004/02/skos/core#", prov: "http://www.w3.org/ns/prov#", oa: "http://www.w3.org/ns/oa#", dcterms: "http://purl.org/dc/terms/",
  };
  const ESCAPES = { '"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };
  const code = (letter, digits) => letter.codePointAt(0).toString(16).toUpperCase().padStart(digits, "0");

  // Quoted as STRING_LITERAL_QUOTE; what does not show, or turns the text around it, is written by its number.
  const quoted = text => `"${text.replace(/\p{Cs}/gu, "\ufffd").replace(/["\\\n\r\t]/g, c => ESCAPES[c]).replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, c => `\\u${code(c, 4)}`)}"`;
  const literal = (text, type) => quoted(text) + (type ? `^^xsd:${type}` : "");
  const english = text => `${quoted(text)}@en`;
  const bytes = letter => [...new TextEncoder().encode(letter)].map(b => `%${b.toString(16).toUpperCase().padStart(2, "0")}`).join("");
  const iri = address => `<${address.replace(/[\0-\x20<>"{}|^`\\\p{Cs}]/gu, bytes)}>`;

  // A decimal without exponent: 0.94, 400000000.
  function decimal(number) {
    const [digits, exponent] = String(number).split("e");
    if (exponent === undefined) return literal(digits, "decimal");
    const [whole, part = ""] = digits.replace("-", "").split("."), at = whole.length + Number(exponent);
    const all = (whole + part).padEnd(at, "0"), sign = number < 0 ? "-" : "";
    return literal(sign + (at > 0 ? all.slice(0, at) + (all.length > at ? `.${all.slice(at)}` : "") : `0.${"0".repeat(-at)}${all}`), "decimal");
  }

  // A year, month or day as precisely as it is written; anything else is text.
  function moment(text) {
    const [, year, month, day] = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(text) ?? [];
    const date = new Date(Date.UTC(2000, Number(month ?? 1) - 1, Number(day ?? 1)));
    date.setUTCFullYear(Number(year), Number(month ?? 1) - 1, Number(day ?? 1));
    const real = Number(year) > 0 && date.toISOString().slice(0, 10) === `${year}-${month ?? "01"}-${day ?? "01"}`;
    return literal(text, real ? (day ? "date" : month ? "gYearMonth" : "gYear") : "");
  }

  function times(text) {
    const [start, end] = text.split("/", 2);
    if (text.startsWith("by ")) return [["lode:timeEnd", moment(text.slice(3))]];
    if (text.startsWith("from ")) return [["lode:timeStart", moment(text.slice(5))]];
    if (end === undefined) return [];
    return [["lode:timeStart", moment(start)], ...(end === ".." ? [] : [["lode:timeEnd", moment(end)]])];
  }

  function bounds(name, { min, max, value, approx }) {
    const low = min ?? value ?? null, high = max ?? value ?? null;
    return [
      ...(low !== null && low === high ? [[`lode:${name}`, decimal(low)]] : []),
      ...(low === null ? [] : [[`lode:${name}Min`, decimal(low)]]), ...(high === null ? [] : [[`lode:${name}Max`, decimal(high)]]),
      ...(approx ? [["lode:approximate", literal("true", "boolean")]] : []),
    ];
  }

  // How qualifiers that are more than text are written; the others are text of the property that the ontology names.
  const MEASURED = {
    amount: a => [["lode:amount", decimal(a.value)], ["lode:currency", literal(a.currency)], ...(a.bound ? [["lode:amountBound", literal(a.bound)]] : [])],
    share: s => bounds("share", s),
    quantity: q => [...bounds("quantity", q), ["lode:unitText", literal(q.unit)]],
    time: t => [["lode:time", moment(t)], ...times(t)],
    stage: s => [kg.graph.stageIris[kg.graph.stages.indexOf(s)] ?? s].filter(one => /^https?:/.test(one)).map(one => ["lode:stage", iri(one)]),
  };

  function qualified([name, value]) {
    if (Object.hasOwn(MEASURED, name)) return MEASURED[name](value);
    return [[iri(kg.evidence().qualifierIris[name]), literal(String(value))]];
  }

  const typed = term => (term ? [["a", iri(term)]] : []); // the ontology may not know a type
  const block = (subject, pairs) => `${subject} ${pairs.map(([property, object]) => `${property} ${object}`).join(" ;\n    ")} .\n`;
  const documentOf = claim => kg.evidence().claims[claim.id].iri.split("#")[0];

  // What is traded, if it is neither end of the relation: only then the graph says so with a term of its own.
  function traded({ commodity, edge }) {
    const { from, to } = kg.graph.edges[edge];
    return commodity === -1 || commodity === from || commodity === to ? null : commodity;
  }

  function claimBlocks(claim) {
    const proof = kg.evidence().claims[claim.id], edge = kg.graph.edges[claim.edge], document = documentOf(claim);
    const span = `${proof.start},${proof.end}`, part = name => iri(`${document}#${name}=${span}`);
    const said = [
      ["a", "lode:Claim"], ["rdf:subject", iri(kg.graph.nodes[edge.from].iri)], ["rdf:predicate", iri(kg.graph.relations[edge.relation].iri)],
      ["rdf:object", iri(kg.graph.nodes[edge.to].iri)], ["lode:modality", `lode:${kg.graph.modalities[claim.modality]}`],
      ["lode:confidence", decimal(claim.confidence)], ["lode:evidence", part("char")], ["prov:wasDerivedFrom", iri(document)],
      ...(proof.attribution ? [["lode:attributedTo", literal(proof.attribution)]] : []),
      ...(traded(claim) === null ? [] : [["lode:commodityEntity", iri(kg.graph.nodes[traded(claim)].iri)]]),
      ...Object.entries(proof.qualifiers).flatMap(qualified),
    ];
    return [
      block(iri(proof.iri), said),
      block(part("char"), [["a", "oa:SpecificResource"], ["oa:hasSource", iri(document)], ["oa:hasSelector", part("position")], ["oa:hasSelector", part("quote")]]),
      block(part("position"), [["a", "oa:TextPositionSelector"], ["oa:start", literal(String(proof.start), "integer")], ["oa:end", literal(String(proof.end), "integer")]]),
      block(part("quote"), [["a", "oa:TextQuoteSelector"], ["oa:exact", literal(proof.quote)]]),
    ];
  }

  function documentBlock(address, { name, title, publisher, published, citation }) {
    return block(iri(address), [["a", "lode:Document"], ["dcterms:identifier", literal(name)],
      ...(title ? [["dcterms:title", literal(title)]] : []), ...(publisher ? [["dcterms:publisher", literal(publisher)]] : []),
      ...(published ? [["dcterms:issued", moment(published)]] : []), ...(citation ? [["dcterms:source", literal(citation)]] : [])]);
  }

  function directBlocks(edge) {
    const { iri: property, symmetric } = kg.graph.relations[edge.relation];
    const [from, to] = [edge.from, edge.to].map(id => iri(kg.graph.nodes[id].iri));
    return [`${from} ${iri(property)} ${to} .\n`, ...(symmetric ? [`${to} ${iri(property)} ${from} .\n`] : [])];
  }

  const sorted = ids => [...ids].sort((a, b) => a - b);

  // Return what is shown as Turtle: the things, the claims and their articles.
  kg.asTurtle = shown => {
    const claims = sorted(shown.claims).map(id => kg.graph.claims[id]);
    const ends = claims.flatMap(c => [kg.graph.edges[c.edge].from, kg.graph.edges[c.edge].to, traded(c)]).filter(id => id !== null);
    const things = sorted(new Set([...shown.nodes, ...ends])).map(id => kg.graph.nodes[id]);
    const documents = new Map(claims.map(c => [documentOf(c), kg.graph.documents[c.document]]));
    const asserted = new Set(claims.filter(c => kg.graph.modalities[c.modality] === "asserted").map(c => c.edge));
    return [
      ...Object.entries(PREFIXES).map(([name, address]) => `@prefix ${name}: ${iri(address)} .\n`), "\n",
      ...things.map(({ iri: address, type, label }) => block(iri(address), [...typed(kg.graph.types[type].iri), ["skos:prefLabel", english(label)]])),
      ...[...documents].map(([address, document]) => documentBlock(address, document)),
      ...new Set(claims.flatMap(claimBlocks)), ...sorted(asserted).flatMap(id => directBlocks(kg.graph.edges[id])),
    ].join("");
  };
})();
