"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const ink = getComputedStyle(document.body).color;
  const soft = getComputedStyle(document.getElementById("count")).color;
  const hidden = { kinds: new Set(), relations: new Set(), modalities: new Set() };
  let focus = null;

  const nodes = new vis.DataSet(data.nodes);
  const edges = new vis.DataSet(data.edges);
  const byEdge = Map.groupBy ? Map.groupBy(data.claims, c => c.edge) : group(data.claims, c => c.edge);
  const shownEdge = e => !hidden.relations.has(e.relation) && !hidden.modalities.has(e.modality) &&
    shownKind(e.from) && shownKind(e.to) && (!focus || e.from === focus || e.to === focus);
  const shownKind = id => !hidden.kinds.has(nodes.get(id).kind);
  const touched = () => new Set(edges.get({ filter: shownEdge }).flatMap(e => [e.from, e.to]));
  let visible = touched();
  const nodeView = new vis.DataView(nodes, { filter: n => visible.has(n.id) });
  const edgeView = new vis.DataView(edges, { filter: shownEdge });

  const network = new vis.Network(document.getElementById("network"), { nodes: nodeView, edges: edgeView }, {
    physics: false,
    layout: { improvedLayout: false },
    nodes: { size: 14, borderWidth: 1, font: { color: ink, size: 15, face: "system-ui, sans-serif", strokeWidth: 0 } },
    edges: { smooth: false, color: { color: soft, highlight: ink }, font: { color: soft, size: 11, strokeWidth: 0, align: "middle" }, arrows: { to: { scaleFactor: 0.6 } } },
    interaction: { hover: true, keyboard: { enabled: true, bindToWindow: false }, multiselect: false },
  });

  function group(items, key) {
    const found = new Map();
    for (const item of items) found.set(key(item), [...(found.get(key(item)) || []), item]);
    return found;
  }

  function element(name, properties = {}, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(properties)) node[key] = value;
    node.append(...children);
    return node;
  }

  function refresh(fit = false) {
    visible = touched();
    nodeView.refresh();
    edgeView.refresh();
    document.getElementById("count").textContent =
      `${nodeView.length} of ${nodes.length} things, ${edgeView.length} of ${edges.length} relations`;
    if (fit) network.fit({ animation: false });
  }

  function legend(list, items, set, mark) {
    for (const [name, count] of items) {
      const box = element("input", { type: "checkbox", checked: true });
      box.addEventListener("change", () => { box.checked ? set.delete(name) : set.add(name); refresh(); });
      const text = name.replaceAll("_", " ");
      document.getElementById(list).append(element("li", {}, element("label", {}, box, mark(name), text, element("span", { className: "n", textContent: count }))));
    }
  }

  const counts = (items, key) => [...group(items, key)].map(([name, found]) => [name, found.length]).sort((a, b) => b[1] - a[1]);
  legend("kinds", counts(data.nodes, n => n.kind), hidden.kinds, name => {
    const swatch = element("span", { className: "swatch" });
    swatch.style.background = (data.styles[name] || {}).color || soft;
    return swatch;
  });
  legend("relations", counts(data.edges, e => e.relation), hidden.relations, () => "");
  legend("modalities", counts(data.edges, e => e.modality), hidden.modalities, name => element("span", { className: `stroke ${name}` }));

  function quote(claim) {
    const block = element("blockquote");
    let rest = claim.quote;
    const marks = claim.marks.filter(m => m && claim.quote.includes(m)).sort((a, b) => claim.quote.indexOf(a) - claim.quote.indexOf(b));
    for (const m of marks) {
      const at = rest.indexOf(m);
      if (at < 0) continue;
      block.append(rest.slice(0, at), element("mark", { textContent: m }));
      rest = rest.slice(at + m.length);
    }
    block.append(rest);
    return block;
  }

  function name(label, iri) {
    const link = element("button", { type: "button", textContent: label });
    link.addEventListener("click", () => select(iri));
    return link;
  }

  function card(claim) {
    const where = [claim.document, claim.publisher, claim.date].filter(Boolean).join(", ");
    const said = claim.attribution ? ` (according to ${claim.attribution})` : "";
    return element("div", { className: "claim" },
      element("div", { className: "fact" }, name(claim.subject, claim.subjectIri), ` ${claim.relation} `, name(claim.object, claim.objectIri)),
      element("div", { className: "details" },
        ...(claim.modality === "asserted" ? [] : [element("span", { className: "tag", textContent: claim.modality })]), claim.details),
      quote(claim),
      element("div", { className: "source", textContent: `${where}${said}; confidence ${claim.confidence}` }));
  }

  function show(title, claims) {
    const panel = document.getElementById("panel");
    panel.replaceChildren(element("h2", { textContent: title }), element("p", { textContent: `${claims.length} ${claims.length === 1 ? "claim" : "claims"}` }), ...claims.map(card));
    panel.scrollTop = 0;
  }

  function select(iri) {
    const node = nodes.get(iri);
    if (!node) return;
    focus = iri;
    refresh(true);
    if (nodeView.get(iri)) network.selectNodes([iri]);
    show(node.name, data.claims.filter(c => c.subjectIri === iri || c.objectIri === iri));
  }

  network.on("selectEdge", event => {
    if (event.nodes.length) return;
    const edge = edges.get(event.edges[0]);
    show(`${nodes.get(edge.from).name} ${edge.label} ${nodes.get(edge.to).name}`, byEdge.get(edge.id) || []);
  });
  network.on("selectNode", event => {
    const iri = event.nodes[0];
    show(nodes.get(iri).name, data.claims.filter(c => c.subjectIri === iri || c.objectIri === iri));
  });
  network.on("doubleClick", event => { if (event.nodes.length) select(event.nodes[0]); });

  const find = document.getElementById("find");
  for (const node of [...data.nodes].sort((a, b) => a.name.localeCompare(b.name))) {
    document.getElementById("names").append(element("option", { value: node.name }));
  }
  find.addEventListener("change", () => {
    const wanted = find.value.trim().toLowerCase();
    const node = data.nodes.find(n => n.name.toLowerCase() === wanted) || data.nodes.find(n => n.name.toLowerCase().includes(wanted));
    if (wanted && node) select(node.id);
  });
  document.getElementById("whole").addEventListener("click", () => { focus = null; find.value = ""; refresh(true); });
  refresh(true);
  window.explorer = { network, nodeView, edgeView, select };
})();
