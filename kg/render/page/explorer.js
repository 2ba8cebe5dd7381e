"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const ink = getComputedStyle(document.body).color;
  const paper = getComputedStyle(document.body).backgroundColor;
  const soft = getComputedStyle(document.getElementById("count")).color;
  const hidden = { kinds: new Set(), relations: new Set(), modalities: new Set() };
  const READABLE = 13, HUBS = 60; // pixels; how many things are tried
  let focus = null;

  const glyphs = { dot: "●", square: "■", triangle: "▲", triangleDown: "▼", diamond: "◆", hexagon: "⬢", star: "★" };
  const words = name => name.replaceAll("_", " ");
  // Edges between the same two things would lie on one another: each has a lane, and all but the first are bent.
  const bent = e => ({ ...e, smooth: e.lane ? { enabled: true, type: e.lane % 2 ? "curvedCW" : "curvedCCW", roundness: 0.15 * Math.ceil(e.lane / 2) } : false });
  const nodes = new vis.DataSet(data.nodes);
  const edges = new vis.DataSet(data.edges.map(bent));
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
    nodes: { size: 14, borderWidth: 1, font: { color: ink, size: 15, face: "system-ui, sans-serif", strokeWidth: 4, strokeColor: paper } },
    edges: { color: { color: soft, highlight: ink }, font: { color: ink, size: 15, strokeWidth: 0, background: paper }, arrows: { to: { scaleFactor: 0.6 } } },
    interaction: { hover: true, keyboard: { enabled: true, bindToWindow: false }, multiselect: false, selectConnectedEdges: false },
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
    if (fit) { network.fit({ animation: false }); enlarge(); }
  }

  // Far away no label can be read: those of the things with most ties grow, as long as none covers another.
  function enlarge() {
    const size = READABLE / network.getScale();
    const fonts = new Map(data.nodes.map(n => [n.id, n.font]));
    const boxes = [];
    for (const node of focus ? [] : [...data.nodes].sort((a, b) => b.size - a.size).slice(0, HUBS)) {
      const box = { x: node.x, y: node.y + node.size + size / 2, width: 0.6 * size * node.label.length, height: 1.3 * size };
      if (size <= node.font.size || boxes.some(b => Math.abs(b.x - box.x) < (b.width + box.width) / 2 && Math.abs(b.y - box.y) < box.height)) continue;
      boxes.push(box);
      fonts.set(node.id, { ...node.font, size });
    }
    nodes.update(data.nodes.map(n => ({ id: n.id, font: fonts.get(n.id) })));
  }

  function legend(list, items, set, mark) {
    for (const [name, count] of items) {
      const box = element("input", { type: "checkbox", checked: true });
      box.addEventListener("change", () => { box.checked ? set.delete(name) : set.add(name); refresh(); });
      const text = words(name);
      document.getElementById(list).append(element("li", {}, element("label", {}, box, mark(name), text, element("span", { className: "n", textContent: count }))));
    }
  }

  const counts = (items, key) => [...group(items, key)].map(([name, found]) => [name, found.length]).sort((a, b) => b[1] - a[1]);
  legend("kinds", counts(data.nodes, n => n.kind), hidden.kinds, name => {
    const style = data.styles[name] || { color: soft, shape: "dot" };
    const mark = element("span", { className: "glyph", textContent: glyphs[style.shape] });
    mark.style.color = style.color;
    return mark;
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
    // Each part by itself, so that a mark of direction in a title turns nothing else around.
    const where = [claim.document, claim.publisher, claim.date].filter(Boolean).flatMap((part, i) => [i ? ", " : "", element("bdi", { textContent: part })]);
    const said = claim.attribution ? [" (according to ", element("bdi", { textContent: claim.attribution }), ")"] : [];
    return element("div", { className: "claim" },
      element("div", { className: "fact" }, name(claim.subject, claim.subjectIri), ` ${claim.relation} `, name(claim.object, claim.objectIri)),
      element("div", { className: "details" },
        ...(claim.modality === "asserted" ? [] : [element("span", { className: "tag", textContent: claim.modality })]), claim.details),
      quote(claim),
      element("div", { className: "source" }, ...where, ...said, `; confidence ${claim.confidence}`));
  }

  function show(title, claims) {
    const panel = document.getElementById("panel");
    panel.replaceChildren(element("h2", { textContent: title }), element("p", { textContent: `${claims.length} ${claims.length === 1 ? "claim" : "claims"}` }), ...claims.map(card));
    panel.scrollTop = 0;
  }

  // Around one thing: what it is tied to on a ring, in the order of the relations, so that like ties lie together.
  function arrange() {
    const places = new Map(data.nodes.map(n => [n.id, { id: n.id, x: n.x, y: n.y }]));
    if (focus) {
      const ties = edges.get({ filter: shownEdge }).sort((a, b) => a.relation < b.relation ? -1 : 1);
      const around = [...new Set(ties.flatMap(e => [e.from, e.to]))].filter(id => id !== focus);
      const radius = Math.max(220, around.length * 22);
      around.forEach((id, i) => {
        const angle = 2 * Math.PI * i / around.length;
        const reach = around.length > 8 && i % 2 ? 0.72 : 1;
        places.set(id, { id, x: radius * 1.3 * reach * Math.cos(angle), y: radius * reach * Math.sin(angle) });
      });
      places.set(focus, { id: focus, x: 0, y: 0 });
    }
    nodes.update([...places.values()]);
    edges.update(data.edges.map(e => ({ id: e.id, label: focus && (e.from === focus || e.to === focus) ? words(e.relation) : undefined })));
  }

  function select(iri) {
    const node = nodes.get(iri);
    if (!node) return;
    focus = iri;
    arrange();
    refresh(true);
    if (nodeView.get(iri)) network.selectNodes([iri]);
    show(node.name, data.claims.filter(c => c.subjectIri === iri || c.objectIri === iri));
  }

  network.on("selectEdge", event => {
    if (event.nodes.length) return;
    const edge = edges.get(event.edges[0]);
    show(`${nodes.get(edge.from).name} ${words(edge.relation)} ${nodes.get(edge.to).name}`, byEdge.get(edge.id) || []);
  });
  network.on("selectNode", event => {
    const iri = event.nodes[0];
    show(nodes.get(iri).name, data.claims.filter(c => c.subjectIri === iri || c.objectIri === iri));
  });
  let frame = 0;
  network.on("zoom", () => { cancelAnimationFrame(frame); frame = requestAnimationFrame(enlarge); });
  network.on("doubleClick", event => { if (event.nodes.length) select(event.nodes[0]); });

  const find = document.getElementById("find");
  for (const node of [...data.nodes].sort((a, b) => a.name.localeCompare(b.name))) {
    document.getElementById("names").append(element("option", { value: node.name }));
  }
  find.addEventListener("change", () => {
    const wanted = find.value.trim().toLowerCase();
    if (!wanted) return;
    const names = n => [n.name, ...n.also].map(text => text.toLowerCase());
    const node = data.nodes.find(n => names(n).includes(wanted)) || data.nodes.find(n => names(n).some(text => text.includes(wanted)));
    if (node) select(node.id);
    else show(`Nothing is called \u201c${find.value.trim()}\u201d here`, []);
  });
  document.getElementById("whole").addEventListener("click", () => { focus = null; find.value = ""; arrange(); refresh(true); });
  refresh(true);
  window.explorer = { network, nodeView, edgeView, select };
})();
