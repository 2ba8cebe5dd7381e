"use strict";
// Finding a thing by any of its names, and the field in which one types it (the combobox of the ARIA Authoring Practices).
(() => {
  const kg = window.kg;
  const MOST = 10; // suggestions at once
  const END = "\u0001"; // stands around each name in the index; folding leaves it where it is
  const ODD = /[^a-z0-9\u4e00-\u9fff\u0001 ]+/g; // what folding has to look at, most letters not being among it
  const LETTERS = { "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ς": "σ" }; // NFKD keeps them whole

  const plain = text => text.replace(/[\p{M}\p{Cf}.'’]/gu, "").replace(/[\p{Pd}\p{Pc}\s]/gu, " ").replace(/[øłđðþæœς]/g, c => LETTERS[c]);

  // Return a name without what people leave out as they type: case, accents, width, full stops, dashes, apostrophes.
  kg.fold = text => text.normalize("NFKD").toUpperCase().toLowerCase().replace(ODD, plain).replace(/ {2,}/g, " ").trim();

  let index = null; // {names, owners: the node of each, text: all of them folded, starts: where each begins in it}

  function names() {
    if (index) return index;
    const names = [], owners = [], starts = [];
    for (const node of kg.graph.nodes) {
      for (const name of [node.label, ...node.also]) { names.push(name.replaceAll(END, " ")); owners.push(node); }
    }
    const parts = kg.fold(names.join(END)).split(END).map(part => part.trim()); // folded all at once, which is far faster
    let at = 1;
    for (const part of parts) { starts.push(at); at += part.length + 1; }
    index = { names, owners, text: END + parts.join(END) + END, starts };
    return index;
  }

  // Call `hit(which name, rank)` wherever a folded text stands in a name: 0 it is the name, 1 begins it, 2 a word in it, 3 inside.
  function scan({ text, starts }, typed, hit) {
    let which = 0;
    for (let at = text.indexOf(typed); at >= 0; at = text.indexOf(typed, at + 1)) {
      while (starts[which + 1] <= at) which++;
      const before = text[at - 1];
      hit(which, before === END ? (text[at + typed.length] === END ? 0 : 1) : before === " " ? 2 : 3);
    }
  }

  // Return the things that a text may mean, [{node, name, rank}], the best first: by how the name answers, then by ties.
  // `name` is the one that answers best, the label if it does as well as another name. Words may stand in any order (rank 4).
  kg.find = (text, most = MOST) => {
    const typed = kg.fold(text.replaceAll(END, " ")), words = typed.split(" "), all = names(), best = new Map();
    if (!typed) return [];
    const keep = (which, rank) => {
      const node = all.owners[which], name = all.names[which];
      if (rank < (best.get(node.id)?.rank ?? 5)) best.set(node.id, { node, name, rank });
    };
    const whole = which => all.text.slice(all.starts[which], all.starts[which + 1] ?? -1);
    scan(all, typed, keep);
    if (words.length > 1) scan(all, words[0], which => { if (words.every(word => whole(which).includes(word))) keep(which, 4); });
    const order = (a, b) => a.rank - b.rank || b.node.degree - a.node.degree || a.node.id - b.node.id;
    return [...best.values()].sort(order).slice(0, most);
  };

  // The best connected thing that another is tied to, by which one tells it from those of the same name; "" if none.
  function neighbour({ id, out, in: back }) {
    const { nodes, edges } = kg.graph, ends = [...out, ...back].map(edge => nodes[edges[edge].from === id ? edges[edge].to : edges[edge].from]);
    return ends.sort((a, b) => b.degree - a.degree || a.id - b.id)[0]?.label ?? "";
  }

  function option({ node, name }, id, twin) {
    const type = kg.graph.types[node.type], near = twin ? neighbour(node) : "";
    const dot = kg.element("span", { className: "dot" });
    dot.style.background = kg.colorOf(type);
    const told = name === node.label ? [] : [kg.element("bdi", { className: "other", textContent: name })];
    if (near) told.push(kg.element("bdi", { className: "near", textContent: near }));
    const ties = node.degree === 1 ? "1 tie" : `${node.degree} ties`;
    const note = kg.element("span", { className: "note", textContent: `${type.label}, ${ties}` });
    return kg.element("li", { id, role: "option", "aria-selected": "false" }, dot, kg.element("bdi", { textContent: node.label }), ...told, note);
  }

  let made = 0; // so that ids differ

  // The field and its list. The focus stays in the field; the list says by aria-activedescendant where one is.
  class Combobox {
    constructor({ label, placeholder = "", id, keep = false, onChoose }) {
      Object.assign(this, { keep, onChoose, found: [], active: -1, base: `combobox-${made++}` });
      this.list = kg.element("ul", { id: `${this.base}-list`, role: "listbox", "aria-label": `Names for: ${label}`, hidden: true });
      this.told = kg.element("span", { className: "unseen", role: "status" });
      this.input = kg.element("input", {
        id: id ?? this.base, type: "text", placeholder, autocomplete: "off", spellcheck: false, role: "combobox", "aria-label": label,
        "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id, "aria-haspopup": "listbox",
      });
      this.listen();
    }

    listen() {
      const last = () => this.found.length - 1;
      const keys = {
        ArrowDown: () => this.step(1), ArrowUp: () => this.step(-1), Enter: () => this.choose(this.active), Escape: () => this.leave(),
        PageDown: () => this.mark(Math.min(last(), this.active + 5)), PageUp: () => this.mark(Math.max(0, this.active - 5)),
      };
      this.input.addEventListener("input", () => this.open());
      this.input.addEventListener("focus", () => this.input.select());
      this.input.addEventListener("blur", () => this.show(false));
      this.input.addEventListener("keydown", event => {
        if (event.isComposing || event.ctrlKey || event.metaKey || !keys[event.key]) return; // keys that compose Chinese are not ours
        event.preventDefault();
        event.stopPropagation();
        keys[event.key]();
      });
      this.list.addEventListener("mousedown", event => event.preventDefault());
      this.list.addEventListener("click", event => {
        const at = [...this.list.children].indexOf(event.target.closest("li"));
        if (at >= 0 && at <= last()) this.choose(at);
        else this.show(false);
      });
    }

    open() {
      this.found = kg.find(this.input.value);
      const number = this.found.length, none = !number && kg.fold(this.input.value) !== "";
      const twin = one => this.found.some(other => other !== one && other.node.label === one.node.label);
      kg.fill(this.list, ...this.found.map((one, i) => option(one, `${this.base}-${i}`, twin(one))));
      if (none) this.list.append(kg.element("li", { className: "none", textContent: "nothing has such a name" }));
      this.show(number > 0 || none);
      this.told.textContent = number ? `${number} suggestion${number === 1 ? "" : "s"}` : none ? "no suggestion" : "";
    }

    show(open) {
      this.list.hidden = !open;
      this.input.setAttribute("aria-expanded", String(open && this.found.length > 0));
      this.mark(-1);
    }

    mark(at) {
      this.list.children[this.active]?.setAttribute("aria-selected", "false");
      this.active = at;
      const row = this.found.length ? this.list.children[at] : undefined;
      if (!row) { this.input.removeAttribute("aria-activedescendant"); return; }
      row.setAttribute("aria-selected", "true");
      row.scrollIntoView({ block: "nearest" });
      this.input.setAttribute("aria-activedescendant", row.id);
    }

    step(by) {
      if (this.list.hidden) this.open();
      const number = this.found.length, from = this.active < 0 && by < 0 ? 0 : this.active; // up from the field goes to the last
      if (number) this.mark((from + by + number) % number);
    }

    choose(at) {
      if (this.list.hidden) this.open();
      const one = this.found[Math.max(at, 0)], typed = this.input.value.trim();
      if (!one) {
        if (typed) kg.say(`Nothing is called \u201c${typed}\u201d here.`);
        return;
      }
      this.input.value = this.keep ? one.node.label : "";
      this.show(false);
      this.onChoose(one.node);
    }

    leave() {
      if (this.list.hidden) this.input.value = "";
      this.show(false);
    }
  }

  // Make a field that suggests things by name. `onChoose(node)` is called with the one chosen; with `keep` its label
  // stays in the field, else the field is emptied. `.set(id or null)` shows a thing without choosing it.
  kg.combobox = options => {
    const made = new Combobox(options);
    const box = kg.element("div", { className: "combobox" }, made.input, made.list, made.told);
    box.input = made.input;
    box.set = id => { made.input.value = kg.graph.nodes[id]?.label ?? ""; };
    return box;
  };

  (window.requestIdleCallback ?? setTimeout)(() => names()); // so that the first letter is answered at once
  document.getElementById("search")?.append(kg.combobox({
    id: "find", label: "Find", placeholder: "Find a country, company, mineral \u2026", onChoose: node => kg.walk.focus(node.id),
  }));
})();
