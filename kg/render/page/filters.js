"use strict";
// The legend, which is the filter.
(() => {
  const kg = window.kg;
  const place = document.getElementById("legend");
  const { types, relations, stages, modalities } = kg.graph;
  const FACETS = [["types", "Things", types], ["relations", "Relations", relations], ["modalities", "Lines", modalities.map(name => ({ name, label: name }))]];
  const rows = [];

  function row(facet, item) {
    const box = kg.element("input", { type: "checkbox", checked: true });
    const count = kg.element("span", { className: "n" });
    box.addEventListener("change", () => {
      const off = kg.state.off[facet].filter(name => name !== item.name);
      kg.change({ off: { ...kg.state.off, [facet]: box.checked ? off : [...off, item.name] } });
    });
    rows.push(state => {
      box.checked = !state.off[facet].includes(item.name);
      count.textContent = kg.visible(state).counts[facet].get(item.name) ?? 0;
    });
    return kg.element("li", {}, kg.element("label", {}, box, item.label, count));
  }

  for (const [facet, title, items] of FACETS) {
    place.append(kg.element("h2", { textContent: title }), kg.element("ul", { id: `legend-${facet}` }, ...items.map(item => row(facet, item))));
  }
  const draw = state => rows.forEach(update => update(state));
  kg.onChange(draw);
  draw(kg.state);
})();
