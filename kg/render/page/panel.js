"use strict";
// The panel of evidence: what stands behind the node or edge that is selected, by relation and other end.
(() => {
  const kg = window.kg;
  const OPEN = 40; // cards that are made at once; further groups are filled when one opens them
  const mount = kg.element("div"), spoken = kg.element("p", { className: "unseen", role: "status" });
  document.getElementById("panel").append(mount, spoken);

  const text = (tag, words, className = "") => kg.element(tag, { textContent: words, className });

  function choice(node) {
    const button = kg.element("button", { type: "button", className: "thing" }, text("bdi", node.label));
    button.addEventListener("click", () => kg.change({ selected: { kind: "node", id: node.id } }));
    return button;
  }

  // "Lynas supplies Japan", in which what is selected is plain and the others can be chosen.
  function fact(edge, selected) {
    const ends = [edge.from, edge.to].map(id => kg.graph.nodes[id]);
    const [from, to] = ends.map(node => (node.id === selected ? text("bdi", node.label) : choice(node)));
    return [from, ` ${kg.graph.relations[edge.relation].label} `, to];
  }

  const factWords = edge => [kg.graph.nodes[edge.from].label, kg.graph.relations[edge.relation].label, kg.graph.nodes[edge.to].label].join(" ");

  // "Shares as stated: 2 different values from 3 sources"; of several parts, each part tells its own.
  function caption(name, statements) {
    const claims = statements.map(s => s.claim), parts = new Set(claims.map(kg.part)).size;
    const sources = kg.plural(new Set(claims.map(c => kg.graph.documents[c.document].source)).size, "source");
    return text("figcaption", parts > 1 ? `${name} as stated by ${sources}` : `${name} as stated: ${kg.valuesWords(claims)} from ${sources}`);
  }

  // Return the number of a claim as it is compared: a share, or an amount with its currency; "" if it has none.
  kg.valueWords = claim => {
    if (claim.share) return kg.share(claim).words;
    if (claim.amount === null) return "";
    const { currency, bound } = kg.evidence().claims[claim.id].qualifiers.amount;
    return `${{ min: ">", max: "<", approx: "~" }[bound] ?? ""}${currency} ${claim.amount.toLocaleString("en")}`;
  };

  const VALUE_COLUMNS = [
    ["Value", claim => `${kg.valueWords(claim)}${kg.graph.modalities[claim.modality] === "asserted" ? "" : ` (${kg.modalityWord(kg.graph.modalities[claim.modality])})`}`],
    ["Of", kg.part],
    ["For", claim => claim.stated],
    ["Source", kg.source],
    ["Published", claim => kg.graph.documents[claim.document].published],
  ];

  // A row a claim; a column of which no claim says anything is left out.
  function valueTable(statements) {
    const claims = kg.byDate(statements.map(s => s.claim));
    const columns = VALUE_COLUMNS.filter(([, cell]) => claims.some(cell));
    const head = columns.map(([name]) => kg.element("th", { scope: "col", textContent: name }));
    const rows = claims.map(claim => kg.element("tr", {}, ...columns.map(([name, cell]) => kg.element("td", { className: name.toLowerCase() }, text("bdi", cell(claim))))));
    return kg.element("table", { className: "values" }, kg.element("thead", {}, kg.element("tr", {}, ...head)), kg.element("tbody", {}, ...rows));
  }

  // Values that several statements give of one thing, side by side: shares as a picture with a table, amounts as a table.
  function sideBySide(statements) {
    const shares = statements.filter(s => s.claim.share), amounts = statements.filter(s => !s.claim.share && s.claim.amount !== null);
    const made = [];
    if (shares.length > 1) {
      made.push(kg.element("figure", { className: "compared" }, caption("Shares", shares), kg.shareChart(shares.map(s => s.claim)),
        kg.element("details", {}, text("summary", "As a table"), valueTable(shares))));
    }
    if (amounts.length > 1) made.push(kg.element("figure", { className: "compared" }, caption("Amounts", amounts), valueTable(amounts)));
    return made;
  }

  // Whether some say that it is so and others that it is not.
  function disputed(statements) {
    const said = new Set(statements.map(s => kg.graph.modalities[s.claim.modality]));
    if (!said.has("negated")) return [];
    const words = said.size > 1 ? "Some claims here state this, others deny it." : "Denied only: no source says that it is so.";
    return [text("p", words, "dispute")];
  }

  // What is denied is never drawn; of the rest one wants to know why the picture lacks it.
  const isLeftOut = ({ claim, copies }, shown) => kg.graph.modalities[claim.modality] !== "negated" && ![claim, ...copies].some(c => shown.has(c.id));

  function cards(group, shown) {
    return [...disputed(group.statements), ...sideBySide(group.statements),
      ...group.statements.map(s => kg.card(s, isLeftOut(s, shown)))];
  }

  // A group under its fact. Those beyond the first are filled when one asks for them: some things have hundreds of claims.
  function section(group, selected, shown, open) {
    const made = kg.element("section", { className: "group" }, kg.element("h3", { className: "fact" }, ...fact(group.edge, selected)));
    if (open) made.append(...cards(group, shown));
    else {
      const more = kg.element("button", { type: "button", className: "more", textContent: `Show ${kg.plural(group.statements.length, "claim")}` });
      more.addEventListener("click", () => more.replaceWith(...cards(group, shown)));
      made.append(more);
    }
    return made;
  }

  function grouped(claims) {
    const found = [...kg.groupBy(claims, c => c.edge)].map(([id, members]) => ({ edge: kg.graph.edges[id], claims: members, statements: sorted(kg.foldCopies(members)) }));
    const key = ({ edge }) => [kg.graph.relations[edge.relation].label, factWords(edge)];
    return found.sort((a, b) => compare(key(a), key(b)) || a.edge.id - b.edge.id);
  }

  const compare = (one, other) => one[0].localeCompare(other[0], "en") || one[1].localeCompare(other[1], "en");

  // Facts before plans, possibilities and denials; the latest first.
  function sorted(statements) {
    const published = s => kg.graph.documents[s.claim.document].published;
    return statements.sort((a, b) => a.claim.modality - b.claim.modality || (published(a) < published(b) ? 1 : published(a) > published(b) ? -1 : a.claim.id - b.claim.id));
  }

  // Return the claims behind a node: those of its edges, and those that name it as what is traded.
  function claimsOf(node) {
    const own = new Set([...node.out, ...node.in]);
    return kg.graph.claims.filter(c => own.has(c.edge) || c.commodity === node.id);
  }

  function heading(words, note) {
    return [kg.element("h2", { tabIndex: -1 }, text("bdi", words)), text("p", note, "note")];
  }

  function nodeParts(node, shown) {
    const claims = claimsOf(node), groups = grouped(claims);
    const type = kg.graph.types[node.type];
    const also = node.also.filter(name => name !== node.label).slice(0, 8);
    const names = also.length ? [kg.element("p", { className: "also" }, "Also called ", ...also.flatMap((name, i) => [i ? ", " : "", text("bdi", name)]))] : [];
    let made = 0;
    const parts = groups.map(group => section(group, node.id, shown, (made += group.statements.length) <= OPEN || groups.length === 1));
    return [...heading(node.label, `${type.label}; ${kg.countWords(claims, groups.flatMap(g => g.statements))}`), ...names, ...parts];
  }

  function edgeParts(edge, shown) {
    const claims = edge.claims.map(id => kg.graph.claims[id]);
    const [group] = grouped(claims);
    return [kg.element("h2", { tabIndex: -1, className: "fact" }, ...fact(edge, null)), text("p", kg.countWords(claims, group.statements), "note"), ...cards(group, shown)];
  }

  function empty() {
    return [text("h2", "Evidence"), text("p", "Select a line or a thing to read the sentences behind it.", "note")];
  }

  function draw(state, fresh) {
    const within = mount.contains(document.activeElement);
    const { selected } = state, shown = kg.visible(state).claims;
    const thing = selected && (selected.kind === "node" ? kg.graph.nodes : kg.graph.edges)[selected.id];
    kg.fill(mount, ...(!thing ? empty() : selected.kind === "node" ? nodeParts(thing, shown) : edgeParts(thing, shown)));
    if (!fresh) return;
    mount.closest("aside").scrollTop = 0;
    if (within) mount.querySelector("h2").focus();
    spoken.textContent = thing ? `${mount.querySelector("h2").textContent}: ${mount.querySelector(".note").textContent}` : "";
  }

  // What the panel depends on; the rest of the state, such as what is pinned, leaves it as it is.
  const watched = s => JSON.stringify([s.selected, s.off, s.confidence, s.stated, s.published, s.hidden, s.focus, s.hops, s.expanded, s.collapsed]);
  const chosen = s => JSON.stringify(s?.selected ?? null);

  kg.onChange((state, before) => {
    if (!before || watched(state) !== watched(before)) draw(state, chosen(state) !== chosen(before));
  });
  draw(kg.state, false);
})();
