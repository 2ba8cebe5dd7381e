"use strict";
// Stated shares of one thing as a picture: a line a statement, by date, with its source and its bounds.
(() => {
  const kg = window.kg;
  const WIDTH = 340, LEFT = 116, RIGHT = 80, ROW = 36, HEAD = 24, FOOT = 22; // in units of the view box
  const SPAN = WIDTH - LEFT - RIGHT;
  const LINE = 17, ROUGHLY = 1e-9; // letters that fit beside a row
  const WORLD = "global"; // a share is one of the world if no scope is told, as kg/query/shares.py has it
  const NO_CELL = new Set(["share", "amount", "quantity", "time", "rank", "role"]); // what is stated of a thing, not which thing

  const qualifiers = claim => kg.evidence().claims[claim.id].qualifiers;
  const percent = part => `${Number((part * 100).toPrecision(4))}%`;

  // Return a share in words, as `kg ask` writes it: 60%, ~60%, >80%, <90%, 70%-80%.
  kg.shareWords = ([low, high], about = false) => {
    if (low === null) return `<${percent(high)}`;
    if (high === null) return `>${percent(low)}`;
    return Math.abs(high - low) < ROUGHLY ? `${about ? "~" : ""}${percent(low)}` : `${percent(low)}-${percent(high)}`;
  };

  // Return the share of a claim as it is drawn: [low, high], in words, about or not.
  kg.share = claim => {
    const about = Boolean(qualifiers(claim).share?.approx);
    return { bounds: claim.share, about, words: kg.shareWords(claim.share, about) };
  };

  // Return which part of a thing a claim is on: its stage, scope, kind, commodity ...; only what agrees in it can be compared.
  kg.part = claim => Object.entries(qualifiers(claim)).filter(([name, said]) => !NO_CELL.has(name) && !(name === "scope" && said === WORLD)).map(([, said]) => String(said)).join(", ");

  // Return when a claim holds, and when it was published if it does not say: what statements are sorted by.
  kg.when = claim => claim.stated || kg.graph.documents[claim.document].published || "";

  kg.source = claim => {
    const { publisher, title, name } = kg.graph.documents[claim.document];
    return publisher || title || name;
  };

  const x = part => LEFT + SPAN * part;
  const text = (name, left, top, words, anchor = "start") => kg.svg("text", { class: name, x: left, y: top, "text-anchor": anchor }, words);

  // Return a text that fits beside a row; Chinese letters are as wide as two others.
  function fitting(words, most = LINE) {
    let room = most;
    for (const [at, letter] of [...words].entries()) {
      room -= /[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60]/.test(letter) ? 2 : 1;
      if (room < 0) return `${[...words].slice(0, at - 1).join("")}…`;
    }
    return words;
  }

  function axis(bottom) {
    return [0, 0.25, 0.5, 0.75, 1].flatMap(part => [
      kg.svg("line", { class: "grid", x1: x(part), x2: x(part), y1: 0, y2: bottom }),
      ...(part % 0.5 ? [] : [text("soft", x(part), bottom + 15, percent(part), "middle")]),
    ]);
  }

  // A point for what is stated, a bar between two bounds, an arrow for what is open to one side.
  function mark({ bounds: [low, high], about }, y, modality) {
    const left = x(low ?? 0), right = x(high ?? 1), name = `mark ${modality}${about ? " about" : ""}`;
    const bar = right - left > 1 ? [kg.svg("line", { class: "bar", x1: left, x2: right, y1: y, y2: y })] : [];
    const cap = at => kg.svg("line", { class: "cap", x1: at, x2: at, y1: y - 6, y2: y + 6 });
    if (low === null) return [...bar, arrow(left, y, -1), cap(right)];
    if (high === null) return [...bar, cap(left), arrow(right, y, 1)];
    if (bar.length) return [...bar, cap(left), cap(right)];
    return [kg.svg("circle", { class: name, cx: left, cy: y, r: 5 }), ...(modality === "negated" ? [cross(left, y)] : [])];
  }

  const arrow = (at, y, way) => kg.svg("path", { class: "arrow", d: `M${at - 7 * way},${y - 5}L${at},${y}L${at - 7 * way},${y + 5}` });
  const cross = (at, y) => kg.svg("path", { class: "cap", d: `M${at - 5},${y - 5}L${at + 5},${y + 5}M${at - 5},${y + 5}L${at + 5},${y - 5}` });

  function row(claim, y) {
    const share = kg.share(claim), modality = kg.graph.modalities[claim.modality];
    const manner = modality === "asserted" ? [] : [text("soft", WIDTH, y + 13, kg.modalityWord(modality), "end")];
    return kg.svg("g", {}, kg.svg("title", {}, kg.statementWords(claim)),
      text("", 0, y - 3, fitting(kg.when(claim) || "no date")), text("soft", 0, y + 11, fitting(kg.source(claim))),
      ...mark(share, y, modality), text("value", WIDTH, y + (manner.length ? 0 : 4), share.words, "end"), ...manner);
  }

  // Return a statement in words: "60% for 2024 (Reuters, 2025-01-02)", "~15%, planned (Reuters)".
  kg.statementWords = claim => {
    const modality = kg.graph.modalities[claim.modality], { published } = kg.graph.documents[claim.document];
    const said = modality === "asserted" ? "" : `, ${kg.modalityWord(modality)}`;
    const where = [kg.source(claim), published].filter(Boolean).join(", ");
    return `${kg.share(claim).words}${claim.stated ? ` for ${claim.stated}` : ""}${said} (${where})`;
  };

  const order = (one, other) => (one < other ? -1 : one > other ? 1 : 0);
  // Return claims by the part of the thing that they are on, and in each by date.
  kg.byDate = claims => [...claims].sort((a, b) => order(kg.part(a), kg.part(b)) || order(kg.when(a), kg.when(b)) || a.id - b.id);

  // Return how many different values claims state, in words.
  kg.valuesWords = claims => {
    const count = new Set(claims.map(kg.valueWords)).size;
    return count === 1 ? "one value" : `${count} different values`;
  };

  // Return the picture of claims with shares, in parts by stage and the like; its words are in <title> and <desc>.
  kg.shareChart = claims => {
    const parts = kg.groupBy(kg.byDate(claims), kg.part);
    const drawn = [];
    let y = 2;
    for (const [part, members] of parts) {
      if (parts.size > 1 || part) drawn.push(text("part", 0, (y += HEAD) - 8, fitting(`${part || "stage not said"}: ${kg.valuesWords(members)}`, 48)));
      for (const claim of members) drawn.push(row(claim, (y += ROW) - ROW / 2));
    }
    const told = kg.byDate(claims).map(kg.statementWords).join("; ");
    return kg.svg("svg", { class: "chart", viewBox: `0 0 ${WIDTH} ${y + FOOT}`, role: "img", "aria-label": `Stated shares: ${told}` },
      ...axis(y + 2), ...drawn);
  };
})();
