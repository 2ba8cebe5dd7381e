"use strict";
// Files of what is shown: the picture, tables, Turtle and GEXF.
(() => {
  const kg = window.kg;
  const mount = document.getElementById("exports");
  const shown = () => kg.visible(kg.state);
  const file = (text, type) => new Blob([text], { type: `${type};charset=utf-8` });

  kg.exports = {
    csv: (table = "claims") => file(kg.asCsv(table, shown()), "text/csv"),
    turtle: () => file(kg.asTurtle(shown()), "text/turtle"),
    gexf: () => file(kg.asGexf(shown()), "application/gexf+xml"),
    png: (dark = false) => kg.picture.png({ dark }),
  };

  const PICTURES = 2; // the first of the choices
  const CHOICES = [
    ["Picture on white (PNG)", "picture.png", () => kg.exports.png(false)],
    ["Picture on black (PNG)", "picture-dark.png", () => kg.exports.png(true)],
    ["Claims (CSV)", "claims.csv", () => kg.exports.csv("claims")],
    ["Relations (CSV)", "relations.csv", () => kg.exports.csv("relations")],
    ["Things (CSV)", "things.csv", () => kg.exports.csv("things")],
    ["RDF (Turtle)", "graph.ttl", () => kg.exports.turtle()],
    ["Gephi, networkx (GEXF)", "graph.gexf", () => kg.exports.gexf()],
  ];

  function save(name, blob) {
    const address = URL.createObjectURL(blob);
    kg.element("a", { href: address, download: `lodestone-${name}` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
    kg.say(`Saved ${name}`);
  }

  function choice([words, name, make], menu) {
    const button = kg.element("button", { type: "button", textContent: words });
    button.addEventListener("click", async () => {
      menu.open = false;
      menu.querySelector("summary").focus();
      save(name, await make());
    });
    return kg.element("li", {}, button);
  }

  const menu = kg.element("details", {}, kg.element("summary", { textContent: "Export" }));
  menu.append(kg.element("div", { className: "choices" }, kg.element("p", { textContent: "What is shown, as a file:" }), kg.element("ul", {}, ...CHOICES.map(c => choice(c, menu)))));
  menu.addEventListener("keydown", event => {
    if (event.key !== "Escape" || !menu.open) return;
    event.stopPropagation();
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("pointerdown", event => { if (!menu.contains(event.target)) menu.open = false; });
  kg.fill(mount, menu);

  // A picture is of the network as it is seen: beside a table there is none.
  function allow({ view }) {
    for (const button of [...menu.querySelectorAll("button")].slice(0, PICTURES)) {
      button.disabled = view === "table";
      button.title = button.disabled ? "Choose the network or the layers first" : "";
    }
  }
  kg.onChange(allow);
  allow(kg.state);
})();
