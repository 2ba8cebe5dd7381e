"use strict";
// Answers as `kg ask` gives them: the same rows in the same order, from the dependencies that the page holds.
(() => {
  const kg = window.kg;
  const MOST_COMPARED = 20; // of the claims of an edge, when its quote is chosen

  // The order of code points, which is that of Python and of SPARQL; `<` compares halves of them.
  const unit = code => (code < 0xd800 ? code : code < 0xe000 ? code + 0x2000 : code - 0x800);

  function byCode(a, b) {
    const length = Math.min(a.length, b.length);
    for (let i = 0; i < length; i++) {
      if (a[i] !== b[i]) return unit(a.charCodeAt(i)) - unit(b.charCodeAt(i));
    }
    return a.length - b.length;
  }

  // Compares arrays (and what is in them) place by place; null comes first.
  function compare(a, b) {
    if (a === b) return 0;
    if (a === null || b === null) return a === null ? -1 : 1;
    if (typeof a === "string") return byCode(a, b);
    if (!Array.isArray(a)) return a - b;
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const found = compare(a[i], b[i]);
      if (found) return found;
    }
    return a.length - b.length;
  }

  const sortBy = (items, key) =>
    items.map(item => [key(item), item]).sort((a, b) => compare(a[0], b[0])).map(pair => pair[1]);

  const iri = id => kg.graph.nodes[id].iri;
  const label = id => (id < 0 ? null : kg.graph.nodes[id].label);
  const stage = id => (id < 0 ? "" : kg.graph.stages[id]);
  const typeOf = id => kg.graph.types[kg.graph.nodes[id].type]?.name ?? "";
  const cell = value => (typeof value === "number" ? value : value || null);

  const counting = include => modality => ["asserted", ...include].includes(kg.graph.modalities[modality]);

  // The dependencies of the modalities that count, by IRI.
  function counted(include) {
    const counts = counting(include);
    return sortBy(kg.evidence().dependencies.filter(d => counts(d.modality)), d => d.iri);
  }

  // How far a loss goes: a rule that carries lets the dependent feel it, and some types of dependents hand it on.
  const carries = edge => kg.evidence().rules[edge.rule].carries;
  const feels = edge => carries(edge).length > 0;
  const handsOn = edge => carries(edge).includes(typeOf(edge.dependent));

  // The highest lower and the lowest upper bound, or the lowest and the highest where they contradict each other.
  function shareOf(edges) {
    const lows = edges.map(e => e.shareMin).filter(b => b !== null);
    const highs = edges.map(e => e.shareMax).filter(b => b !== null);
    const low = lows.length ? Math.max(...lows) : null;
    const high = highs.length ? Math.min(...highs) : null;
    if (low !== null && high !== null && low > high) return [Math.min(...lows, high), Math.max(...highs, low)];
    return [low, high];
  }

  const largestFirst = ([low, high]) => [-(low || 0), -(high === null ? low || 0 : high)];

  const surest = edges => sortBy(edges, e => [-e.confidence, e.iri])[0];

  // The claim that is quoted for an edge: the surest of the first of its claims by IRI.
  function quoted(edge) {
    const said = kg.evidence().claims;
    const claims = sortBy(edge.claims, id => said[id].iri).slice(0, MOST_COMPARED);
    return claims.reduce((best, id) => (kg.graph.claims[id].confidence > kg.graph.claims[best].confidence ? id : best));
  }

  const documentOf = claim => kg.graph.documents[kg.graph.claims[claim].document];

  // The last cells of every row: quote, source and date.
  function said(claim) {
    const document = documentOf(claim);
    return [kg.evidence().claims[claim].quote, document.name, document.published].map(cell);
  }

  const timesOf = edges => cell(sortBy([...new Set(edges.flatMap(e => e.times))], t => t).join(", "));

  const number = value => String(value).replace(/\B(?=(\d{3})+$)/g, ",");
  const count = (value, noun) => `${number(value)} ${noun}${value === 1 ? "" : "s"}`;

  // What an answer rests on, in words.
  function basis(edges) {
    const claims = new Set(edges.flatMap(e => e.claims));
    if (!claims.size) return "Rests on no claim.";
    const documents = new Set([...claims].map(documentOf));
    const dates = sortBy([...documents].map(d => d.published).filter(Boolean), d => d);
    const told = `${count(claims.size, "claim")} of ${count(documents.size, "source")}`;
    const range = [...new Set([dates[0], dates[dates.length - 1]].filter(Boolean))].join(" to ");
    return range ? `Rests on ${told}, ${range}.` : `Rests on ${told}.`;
  }

  // What an entity rests on: its inputs by kind, those of fewer hops first, then the largest share.
  function exposure(node, include) {
    const inputs = kg.groupBy(reached(node, include), ([hops, e]) => JSON.stringify(
      [kind(e), hops, iri(e.dependent), iri(e.provider), e.on < 0 ? "" : iri(e.on), stage(e.stage)]));
    const found = sortBy([...inputs], ([key]) => JSON.parse(key)).map(([key, pairs]) => {
      const [of, hops] = JSON.parse(key);
      return { kind: of, hops, edges: sortBy(pairs.map(pair => pair[1]), e => e.iri) };
    });
    const rows = sortBy(found, i => [i.kind, i.hops, ...largestFirst(shareOf(i.edges))]).map(inputRow);
    return { rows, noun: "input", edges: found.flatMap(i => i.edges) };
  }

  const kind = edge => kg.evidence().rules[edge.rule].kind;

  function inputRow({ kind: of, hops, edges }) {
    const [edge] = edges;
    const claim = quoted(surest(edges));
    const ends = [edge.dependent, edge.provider, edge.on];
    const cells = [of, hops, ...ends.map(label), cell(stage(edge.stage)), ...shareOf(edges), timesOf(edges), ...said(claim)];
    return { cells, claim, nodes: { who: edge.dependent, needs: edge.provider, what: edge.on } };
  }

  // The edges that lead to inputs, each once, after their hops.
  function reached(node, include) {
    const needed = kg.groupBy(
      counted(include).filter(e => e.provider !== e.dependent && e.provider !== node), e => e.dependent);
    const found = [], seen = new Set([node]);
    let level = needed.get(node) || [];
    for (let hops = 1; level.length; hops++) {
      found.push(...level.map(edge => [hops, edge]));
      const onward = [...new Set(level.filter(feels).map(e => e.provider))].filter(id => !seen.has(id));
      for (const id of onward) seen.add(id);
      level = sortBy(onward, iri).flatMap(id => needed.get(id) || []).filter(handsOn);
    }
    return found;
  }

  // Who is said to depend on an entity; `ends` tells by relation at which end of a claim that entity stands.
  function dependsOn(node, ends) {
    const { nodes, edges, claims, relations, modalities } = kg.graph;
    const found = [];
    for (const id of new Set([...nodes[node].out, ...nodes[node].in])) {
      const edge = edges[id], end = ends[relations[edge.relation].name];
      if (!end || (end === "subject" ? edge.from : edge.to) !== node) continue;
      const dependent = end === "subject" ? edge.to : edge.from;
      found.push(...edge.claims.filter(c => modalities[claims[c].modality] !== "negated").map(c => dependentRow(dependent, c)));
    }
    const rows = distinct(sortBy(found, orderOf));
    return { rows: oneRowAFact(rows), noun: "row", edges: null };
  }

  function dependentRow(dependent, claim) {
    const stated = kg.graph.claims[claim], { share, quantity, commodity, time } = kg.evidence().claims[claim].qualifiers;
    const approximate = share?.approx || quantity?.approx ? "true" : null;
    const [low, high] = stated.share || [null, null];
    const modality = kg.graph.modalities[stated.modality];
    const cells = [label(dependent), cell(commodity), low, high, approximate, modality, cell(time), ...said(claim)];
    return { cells, claim, nodes: { who: dependent } };
  }

  const descending = value => (value === null ? Infinity : -value);
  const lower = text => (text === null ? null : text.toLowerCase());

  function orderOf({ cells: [who, what, low, high, , modality, time, quote, source, date] }) {
    return [modality, descending(low === null ? high : low), newest(date), lower(who), lower(what), time, source, quote];
  }

  // Later dates first, and none last: what stands for a date sorts the other way round.
  const newest = date => [...(date || "")].map(c => -c.codePointAt(0)).concat(Infinity);

  const distinct = rows => [...new Map([...rows].reverse().map(row => [JSON.stringify(row.cells), row])).values()].reverse();

  // Rows without those that say nothing which another row of the same sentence does not say.
  function oneRowAFact(rows) {
    const quote = 7;
    const others = rows.length ? rows[0].cells.map((_, i) => i).filter(i => i !== quote) : [];
    const always = others.filter(i => rows.every(row => row.cells[i] !== null));
    const alike = kg.groupBy(rows, row => JSON.stringify(always.map(i => row.cells[i])));
    const place = new Map(rows.map((row, i) => [row, i]));
    const saysNoMore = (one, other) => one !== other && other.cells[quote].includes(one.cells[quote]) &&
      others.every(i => one.cells[i] === null || one.cells[i] === other.cells[i]) &&
      (place.get(other) < place.get(one) || one.cells.some((value, i) => value !== other.cells[i]));
    const kept = [...alike.values()].flatMap(same => same.filter(one => !same.some(other => saysNoMore(one, other))));
    return kept.sort((a, b) => place.get(a) - place.get(b));
  }

  // Fills a question's sentence with the name of a thing.
  const asked = (question, node) => question.sentence.replace(`{${question.parameter}}`, () => kg.graph.nodes[node].label);

  // Answers a question of the page: { sentence, basis, columns, rows: [{cells, claim, nodes}], noun }.
  function ask(name, node, include = []) {
    const question = kg.graph.questions[name];
    const allowed = include.filter(modality => question.include.includes(modality));
    const answers = { "depends-on": () => dependsOn(node, question.ends), exposure: () => exposure(node, allowed),
      "what-if": () => kg.whatIf(node, allowed, question.shares) };
    const { rows, noun, edges } = answers[name]();
    return { sentence: asked(question, node), basis: edges ? basis(edges) : "", columns: question.columns, rows, noun };
  }

  kg.dependencies = { ask, counted, counting, feels, handsOn, shareOf, largestFirst, surest, quoted, said, timesOf, kind,
    label, stage, iri, cell, sortBy, compare, number };
})();
