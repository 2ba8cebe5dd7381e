"use strict";
// The keyboard: one list of keys, what each does, and one place that listens.
(() => {
  const kg = window.kg;
  const FIELDS = "input:not([type=checkbox]):not([type=radio]):not([type=range]):not([type=button]), select, textarea";
  const selected = () => (kg.state.selected?.kind === "node" ? kg.state.selected.id : null);

  // Does something with the selected thing, or says that there is none.
  const withThing = run => () => {
    const id = selected();
    if (id === null) kg.say("Select a thing first.");
    else run(id);
  };

  function menu() {
    const { kind = null, id = null } = kg.state.selected ?? {}, at = document.getElementById("network").getBoundingClientRect();
    kg.menuOf(kind, id, { x: at.left + at.width / 2, y: at.top + at.height / 3, back: document.activeElement });
  }

  const focus = id => document.getElementById(id)?.focus();

  kg.keys = [
    { key: "/", label: "Find a thing by name", run: () => focus("find") },
    { key: "?", label: "This help", run: () => kg.help() },
    { key: "q", label: "Ask a question", run: () => kg.askForm?.() },
    { key: "g", label: "Picture placed by ties", run: () => kg.change({ view: "force" }) },
    { key: "l", label: "Picture in layers, from supplier to user", run: () => kg.change({ view: "layered" }) },
    { key: "t", label: "Table", run: () => kg.change({ view: "table" }) },
    { key: "f", label: "Fit what is shown into the window", run: () => kg.picture.fit() },
    { key: "w", label: "Whole graph again", run: () => kg.walk.whole() },
    { key: "1 2 3", label: "Show 1, 2 or 3 steps around the focus", run: key => kg.walk.hops(Number(key)) },
    { key: "Enter", label: "Focus on the selected thing (in the picture)", run: withThing(id => kg.walk.focus(id)), within: "#network" },
    { key: "e", label: "Expand the selected thing", run: withThing(id => kg.walk.expand(id)) },
    { key: "c", label: "Collapse it", run: withThing(id => kg.walk.collapse(id)) },
    { key: "h", label: "Hide it", run: withThing(id => kg.walk.hide(id)) },
    { key: "p", label: "Pin it to its place, or release it", run: withThing(id => (kg.state.pinned[id] ? kg.walk.release(id) : kg.walk.pin(id))) },
    { key: ".", label: "Menu of what is selected", run: menu },
    { key: "Ctrl+Z", label: "Undo", run: () => kg.undo() },
    { key: "Ctrl+Y", label: "Redo", run: () => kg.redo() },
    { key: "Escape", label: "Close what is open, or select nothing", run: () => kg.state.selected && kg.change({ selected: null }), always: true },
    ...(kg.keys ?? []),
  ];

  kg.singleKeys = () => kg.remembered("keys") !== "off";

  function pressed(event) {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (!(event.ctrlKey || event.metaKey)) return key;
    return event.shiftKey && key === "z" ? "Ctrl+Y" : `Ctrl+${key.toUpperCase()}`;
  }

  // Whether a key is for something else: text that is typed, a dialog, a button that Enter presses.
  function taken(event, { key, always, within }) {
    const at = event.target instanceof Element ? event.target : document.body;
    if (event.defaultPrevented || event.isComposing || event.altKey || document.querySelector("dialog[open]")) return true;
    if (at.closest(FIELDS) || (within && !at.closest(within))) return true;
    return key.length === 1 || key.includes(" ") ? !kg.singleKeys() : !(always || within || key.startsWith("Ctrl+"));
  }

  document.addEventListener("keydown", event => {
    const name = pressed(event);
    const found = kg.keys.find(({ key }) => key.split(" ").includes(name));
    if (!found || taken(event, found)) return;
    event.preventDefault();
    found.run(name);
  });
})();
