"use strict";
// Questions in the page: a form that asks about a thing, and a table whose rows lead to the sentences they rest on.
(() => {
  const kg = window.kg;
  const MOST = 200; // rows at first, as `kg ask` shows
  const mount = document.getElementById("questions");
  const names = Object.keys(kg.graph.questions ?? {});
  if (!mount || !names.length) return;

  const text = (tag, words, className = "") => kg.element(tag, { textContent: words, className });
  const worded = name => {
    const { sentence, parameter } = kg.graph.questions[name];
    return sentence.replace(`{${parameter}}`, "\u2026");
  };

  let about = null; // the thing that is asked about, a node's id

  const choice = kg.element("select", { id: "question" }, ...names.map(name => kg.element("option", { value: name, textContent: worded(name) })));
  const thing = kg.combobox({ label: "Thing to ask about", placeholder: "a country, company, mineral \u2026", keep: true, onChoose: node => { about = node.id; } });
  const modalities = [...new Set(names.flatMap(name => kg.graph.questions[name].include))];
  const boxes = new Map(modalities.map(name => [name, kg.element("input", { type: "checkbox", value: name })]));
  const include = kg.element("fieldset", {}, text("legend", "Count what is only"),
    ...[...boxes].map(([name, box]) => kg.element("label", {}, box, ` ${kg.words(name)}`)));
  const form = kg.element("form", { className: "asking" },
    kg.element("label", { className: "which" }, text("span", "Question"), choice),
    kg.element("div", { className: "thing" }, text("span", "About"), thing), include, kg.element("button", { type: "submit", textContent: "Ask" }));
  const answer = kg.element("section", { id: "answer", "aria-label": "Answer", hidden: true });
  const asking = kg.element("details", {}, text("summary", "Ask a question"), form);

  // What may be included depends on the question: one that marks plans as such takes none.
  function enable() {
    const may = kg.graph.questions[choice.value].include;
    include.hidden = !may.length;
    for (const [name, box] of boxes) box.disabled = !may.includes(name);
  }

  function submit(event) {
    event.preventDefault();
    const typed = thing.input.value;
    if (about === null || typed !== kg.graph.nodes[about].label) about = kg.find(typed)[0]?.node.id ?? null;
    if (about === null) {
      kg.say(typed.trim() ? `Nothing is called \u201c${typed.trim()}\u201d here.` : "Choose a thing to ask about.");
      thing.input.focus();
      return;
    }
    const included = [...boxes].filter(([, box]) => box.checked && !box.disabled).map(([name]) => name);
    kg.change({ question: { name: choice.value, node: about, include: included } });
    answer.querySelector("h3")?.focus();
  }

  // Shares stand in one column, and a column in which nothing is said is left out.
  function columnsOf({ columns, rows }) {
    const shares = ["share_min", "share_max", "share_approximate"];
    const at = column => columns.indexOf(column);
    const share = cells => {
      const [low, high, about] = shares.map(column => cells[at(column)] ?? null);
      return low === null && high === null ? null : (about && low === high ? "~" : "") + kg.describeShare(low, high);
    };
    const source = cells => ["source", "date"].map(column => cells[at(column)]).filter(Boolean).join(", ");
    const found = columns.filter(column => ![...shares.slice(1), "date"].includes(column)).map(column => ({
      column, name: column === "share_min" ? "share" : column.replaceAll("_", " "),
      value: column === "share_min" ? share : column === "source" ? source : cells => cells[at(column)],
    }));
    return found.filter(({ value }) => rows.some(({ cells }) => value(cells) !== null));
  }

  // Shows a relation in the picture: what lies around it comes into view where it is not in view yet.
  function select(row) {
    const id = kg.graph.claims[row.claim].edge;
    const patch = { selected: { kind: "edge", id } };
    const seen = kg.visible({ ...kg.state, ...patch }).edges.has(id);
    kg.change(seen ? patch : { ...patch, focus: kg.graph.edges[id].from });
  }

  // Tells in the table which rows rest on the relation that is selected.
  let mark = () => {};
  const isBehind = (row, { selected }) => selected?.kind === "edge" && kg.graph.claims[row.claim].edge === selected.id;
  function chosen(made, is) {
    if (is) made.setAttribute("aria-current", "true");
    else made.removeAttribute("aria-current");
  }

  function button(words, className, label, run) {
    const made = kg.element("button", { type: "button", className, "aria-label": label }, text("bdi", words));
    made.addEventListener("click", run);
    return made;
  }

  function cell({ column, value }, row) {
    const said = value(row.cells), node = row.nodes[column];
    if (said === null || said === undefined) return kg.element("td");
    if (column === "quote") {
      return kg.element("td", { className: "column-quote", dir: "auto" }, button(said, "proof", `Show the relation behind: ${said}`, () => select(row)));
    }
    if (node === undefined || node < 0) return kg.element("td", { className: `column-${column}` }, text("bdi", said));
    const choose = () => kg.change({ selected: { kind: "node", id: node } });
    return kg.element("td", { className: `column-${column}` }, button(said, "thing", `Select ${said}`, choose));
  }

  function table(found, most) {
    const columns = columnsOf(found);
    const heads = columns.map(({ name }) => kg.element("th", { scope: "col", textContent: name }));
    const rows = found.rows.slice(0, most).map(row => kg.element("tr", {}, ...columns.map(column => cell(column, row))));
    const body = kg.element("tbody", {}, ...rows);
    mark = state => rows.forEach((made, i) => chosen(made, isBehind(found.rows[i], state)));
    mark(kg.state);
    body.addEventListener("click", event => {
      if (event.target.closest("button")) return;
      const at = rows.indexOf(event.target.closest("tr"));
      if (at >= 0) select(found.rows[at]);
    });
    const made = kg.element("table", { "aria-label": found.sentence }, kg.element("thead", {}, kg.element("tr", {}, ...heads)), body);
    return kg.element("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": "Rows of the answer" }, made);
  }

  const plural = (noun, count) => (count === 1 ? noun : noun === "loss" ? "losses" : `${noun}s`);

  function show(question, most = MOST) {
    const found = kg.dependencies.ask(question.name, question.node, question.include);
    const { rows, noun, sentence, basis } = found, number = rows.length.toLocaleString("en");
    const counted = rows.length ? `${number} ${plural(noun, rows.length)}.` : "Nothing in this graph says so.";
    const parts = [kg.element("h3", { tabIndex: -1 }, text("bdi", sentence)), text("p", `${counted} ${basis}`.trim(), "basis")];
    if (rows.length) parts.push(table(found, most));
    if (rows.length > most) parts.push(button(`Show all ${number}`, "more", `Show all ${number} rows`, () => show(question, rows.length)));
    const close = button("Close", "close", "Close the answer", () => {
      kg.change({ question: null });
      choice.focus();
    });
    kg.fill(answer, ...parts, close);
    answer.scrollTop = 0;
  }

  function fill({ name, node, include: included }) {
    asking.open = true;
    choice.value = name;
    about = node;
    thing.set(node);
    for (const [modality, box] of boxes) box.checked = included.includes(modality);
    enable();
  }

  // A state may come from an address that someone wrote: what is not there is not asked.
  const valid = question => question && names.includes(question.name) && kg.graph.nodes[question.node] !== undefined && Array.isArray(question.include);

  function draw(state, before) {
    const { question, selected } = state;
    if (before && JSON.stringify(question) === JSON.stringify(before.question)) {
      if (!question && selected?.kind === "node") thing.set(about = selected.id);
      mark(state);
      return;
    }
    answer.hidden = !valid(question);
    if (!valid(question)) {
      kg.fill(answer);
      mark = () => {};
      return;
    }
    fill(question);
    show(question);
  }

  choice.addEventListener("change", enable);
  form.addEventListener("submit", submit);
  mount.append(asking);
  document.querySelector("main").after(answer);
  enable();
  // Opens the form and begins to ask about what is selected.
  kg.askForm = () => {
    kg.showSide("side", true);
    asking.open = true;
    choice.focus();
  };
  kg.onChange(draw);
  draw(kg.state, null);
})();
