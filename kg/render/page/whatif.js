"use strict";
// What happens without an entity: who loses which input, directly and down the chain, and what else there is.
(() => {
  const kg = window.kg;
  const of = kg.dependencies;
  const NO_INPUT = "policy"; // the kind of a restriction: nobody loses anything by its end
  const WORLD = "global", WORLDS = ["", WORLD, "world", "the world", "worldwide"];
  const MOST_NAMED = 4;

  // The edges that are lost, each once, after their hops.
  function lost(dependencies, without) {
    const inputs = dependencies.filter(
      e => of.kind(e) !== NO_INPUT && e.dependent !== e.provider && e.dependent !== without);
    const provided = kg.groupBy(inputs, e => e.provider);
    let level = inputs.filter(e => e.provider === without || e.on === without);
    const direct = new Set(level), failing = new Set([without]), found = [];
    for (let hops = 1; level.length; hops++) {
      found.push(...level.map(edge => [hops, edge]));
      const failed = new Set(level.filter(e => !failing.has(e.dependent) && of.handsOn(e)).map(e => e.dependent));
      for (const id of failed) failing.add(id);
      level = of.sortBy([...failed], of.iri).flatMap(id => provided.get(id) || []).filter(e => !direct.has(e) && of.feels(e));
    }
    return found;
  }

  // Lost edges by what is lost: of the same hops, dependent, provider and commodity.
  function losses(pairs) {
    const iri = id => (id < 0 ? "" : of.iri(id));
    const groups = kg.groupBy(pairs, ([hops, e]) => `${hops} ${e.dependent} ${e.provider} ${e.on}`);
    const found = [...groups.values()].map(group => {
      const [[hops, { dependent, provider, on }]] = group;
      return { hops, dependent, provider, on, edges: of.sortBy(group.map(pair => pair[1]), e => e.iri) };
    });
    const ordered = of.sortBy(found, l => [l.hops, iri(l.dependent), iri(l.provider), iri(l.on)]);
    return of.sortBy(ordered, l => [l.hops, ...of.largestFirst(of.shareOf(l.edges))]);
  }

  // The shares that claims state, sorted by claim; what copies say the same, and one document twice, is one.
  function shareStatements(include, relation) {
    const { claims, edges, relations } = kg.graph;
    const counts = of.counting(include), told = kg.evidence().claims;
    const stated = claims.filter(c => c.share && relations[edges[c.edge].relation].name === relation && counts(c.modality));
    const found = new Map();
    for (const claim of of.sortBy(stated, c => [isCopy(c.document) ? 1 : 0, told[c.id].iri])) {
      const one = statement(claim, told[claim.id], edges[claim.edge]);
      const key = JSON.stringify([one.holder, one.good, one.stage, one.scope, one.low, one.high, one.time, one.source]);
      if (!found.has(key)) found.set(key, one);
    }
    return of.sortBy([...found.values()], s => s.iri);
  }

  const isCopy = document => kg.graph.documents[document].source !== document;

  function statement(claim, { iri, qualifiers: { time = "", scope: whole = "" } }, { from, to }) {
    const { published, source } = kg.graph.documents[claim.document];
    const [low, high] = claim.share;
    const scope = WORLDS.includes(whole.toLowerCase()) ? WORLD : whole;
    const about = { iri, holder: from, good: to, stage: of.stage(claim.stage), scope };
    return { ...about, low, high, time, source, ...yearOf(time, published) };
  }

  // The last year for which a statement holds, that of its time or of its source, and whether it is about time to come.
  function yearOf(time, published) {
    const stated = yearsIn(time), written = yearsIn(published);
    const ongoing = /^from |\/\.\.$/.test(time);
    const years = (ongoing || !stated.length) && written.length ? written : stated;
    const year = years.length ? years[years.length - 1] : null;
    return { year, forecast: (written.length > 0 && year !== null && year > written[0]) || time.startsWith("by ") };
  }

  const yearsIn = text => (text.match(/(?<!\d)\d{4}(?!\d)/g) || []).map(Number);

  // What the latest statements about one holder and one whole say together; null if all are forecasts.
  function joined(statements) {
    const held = statements.filter(s => !s.forecast);
    if (!held.length) return null;
    const last = held.reduce((most, s) => (s.year !== null && (most === null || s.year > most) ? s.year : most), null);
    const newest = held.filter(s => s.year === last);
    const [lows, highs] = [newest.map(s => s.low), newest.map(s => s.high)];
    const known = bounds => bounds.filter(b => b !== null);
    const low = known(lows).length ? Math.max(...known(lows)) : null;
    const high = known(highs).length ? Math.min(...known(highs)) : null;
    if (low === null || high === null || low <= high) return { low, high };
    return { low: lows.includes(null) ? null : Math.min(...lows), high: highs.includes(null) ? null : Math.max(...highs) };
  }

  const bounds = holding => (holding ? [holding.low || 0, holding.high === null ? 1 : holding.high] : [0, 0]);

  // Who else holds how much of goods: of several stages, that of the highest share.
  function holdings(statements, goods, without) {
    const told = statements.filter(s => goods.has(s.good) && s.holder !== without && s.scope === WORLD);
    const found = new Map();
    for (const group of kg.groupBy(of.sortBy(told, s => [s.stage, s.iri]), s => `${s.good} ${s.holder} ${s.stage}`).values()) {
      const holding = joined(group), [{ good, holder }] = group;
      if (!found.has(good)) found.set(good, new Map());
      const before = found.get(good).get(holder);
      if (holding && (!before || of.compare(bounds(holding), bounds(before)) > 0)) found.get(good).set(holder, holding);
    }
    return found;
  }

  // Who else provides goods to anyone: their edges, by what they provide and by who they are.
  function providers(dependencies, goods, without) {
    const found = dependencies.filter(e => goods.has(e.on) && e.provider !== without && of.kind(e) !== NO_INPUT);
    return new Map([...kg.groupBy(found, e => e.on)].map(([good, edges]) => [good, kg.groupBy(edges, e => e.provider)]));
  }

  // Who else has a good: those that lose nothing themselves first, then the highest share, then the surest provider.
  function alternatives(provided, held, affected) {
    const found = [...new Set([...provided.keys(), ...held.keys()])].map(
      holder => ({ holder, edges: provided.get(holder) || [], holding: held.get(holder) || null, affected: affected.has(holder) }));
    return of.sortBy(found, a => [a.affected ? 1 : 0, ...bounds(a.holding).map(b => -b),
      -Math.max(0, ...a.edges.map(e => e.confidence)), of.iri(a.holder)]);
  }

  // Those that provide the same to the same dependent already.
  function others({ dependent, provider, on }, provided) {
    const found = [...(provided.get(on) || [])].filter(([, edges]) => edges.some(e => e.dependent === dependent));
    return of.sortBy(found.map(([holder]) => holder).filter(id => id !== provider && id !== dependent), of.iri);
  }

  function named({ holder, holding, affected }) {
    const known = holding && (holding.low !== null || holding.high !== null);
    const notes = [known ? kg.describeShare(holding.low, holding.high) : "", affected ? "affected itself" : ""].filter(Boolean);
    return of.label(holder) + (notes.length ? ` (${notes.join(", ")})` : "");
  }

  function instead(loss, provided, elsewhere) {
    const same = others(loss, provided), known = new Set([...same, loss.dependent, loss.provider]);
    const about = loss.on < 0 ? loss.dependent : loss.on;
    const rest = (elsewhere.get(about) || []).filter(a => !known.has(a.holder));
    const all = [...same.map(of.label), ...rest.map(named)];
    const more = all.length > MOST_NAMED ? ` and ${of.number(all.length - MOST_NAMED)} more` : "";
    return of.cell(all.slice(0, MOST_NAMED).join(", ") + more);
  }

  function row(loss, alternative) {
    const { hops, dependent, provider, on, edges } = loss;
    const claim = of.quoted(of.surest(edges));
    const kinds = of.sortBy([...new Set(edges.map(of.kind))], k => k).join(", ");
    const ends = [of.label(dependent), of.cell(of.label(on)), of.label(provider)];
    const cells = [hops, ...ends, kinds, ...of.shareOf(edges), of.timesOf(edges), alternative, ...of.said(claim)];
    return { cells, claim, nodes: { who: dependent, loses: on, from: provider } };
  }

  // A row a loss, those of fewer hops and then of larger shares first.
  kg.whatIf = (without, include, relation) => {
    const dependencies = of.counted(include), found = losses(lost(dependencies, without));
    const about = new Set(found.map(l => (l.on < 0 ? l.dependent : l.on)).filter(id => id !== without));
    const goods = new Set(found.map(l => l.on).filter(id => id >= 0 && id !== without));
    const provided = providers(dependencies, goods, without);
    const held = holdings(shareStatements(include, relation), about, without);
    const affected = new Set(found.map(l => l.dependent)), nobody = new Map();
    const elsewhere = new Map([...new Set([...provided.keys(), ...held.keys()])].map(
      good => [good, alternatives(provided.get(good) || nobody, held.get(good) || nobody, affected)]));
    const rows = found.map(loss => row(loss, instead(loss, provided, elsewhere)));
    return { rows, noun: "loss", edges: found.flatMap(l => l.edges) };
  };

  // A number between 0 and 1 with four digits as a percentage, a half to the even digit.
  function percent(share) {
    const value = share * 100;
    if (!value) return "0%";
    const [digits, exponent] = value.toExponential(60).split("e").map((part, i) => (i ? Number(part) : part.replace(/[.-]/g, "")));
    const half = /^50*$/.test(digits.slice(4)) && digits[3] % 2 === 0;
    const four = half ? Number(`${value < 0 ? "-" : ""}${digits[0]}.${digits.slice(1, 4)}e${exponent}`) : Number(value.toPrecision(4));
    return `${four}%`;
  }

  // A share with its bounds, either of which may be null.
  kg.describeShare = (low, high) => {
    if (high === null) return `>${percent(low)}`;
    if (low === null) return `<${percent(high)}`;
    return percent(low) === percent(high) ? percent(low) : `${percent(low)}-${percent(high)}`;
  };
})();
