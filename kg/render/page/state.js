"use strict";
// What the page shows, as one frozen value. Each change can be undone, stands in the address, and is one step back.
(() => {
  const kg = window.kg;
  const FACETS = ["types", "relations", "modalities", "stages", "commodities", "publishers"];
  const START = {
    view: "force", focus: null, hops: 1, selected: null, off: Object.fromEntries(FACETS.map(facet => [facet, []])),
    confidence: 0, stated: null, published: null, hidden: [], pinned: {}, expanded: [], collapsed: [], path: null, question: null, camera: null,
  };
  const PLACES = ["focus", "hops", "view"]; // where one of them changes, what is seen lies elsewhere
  const session = `${Date.now()}-${Math.random()}`; // tells our own steps from those of an earlier opening
  const listeners = [];
  let trail, at;

  function freeze(value) {
    if (value && typeof value === "object" && !Object.isFrozen(value)) {
      Object.freeze(value);
      Object.values(value).forEach(freeze);
    }
    return value;
  }

  function show(state) {
    const before = kg.state;
    kg.state = state;
    for (const listener of listeners) listener(state, before);
  }

  // A browser refuses many steps in a short time: the view is as asked for then, and the address follows with the next step.
  function remember(how, state) {
    try {
      history[how]({ session, at }, "", `#${kg.address.write(state, START)}`);
    } catch (error) {
      if (error.name !== "SecurityError") throw error;
    }
  }

  // Make the next state; `replace` puts it in the place of the last step, as while a slider is drawn.
  kg.change = (patch, { replace = false } = {}) => {
    const elsewhere = PLACES.some(key => key in patch && patch[key] !== kg.state[key]);
    const next = freeze({ ...kg.state, ...(elsewhere ? { camera: null } : {}), ...patch });
    if (JSON.stringify(next) === JSON.stringify(kg.state)) return;
    at += replace ? 0 : 1;
    trail = [...trail.slice(0, at), next];
    remember(replace ? "replaceState" : "pushState", next);
    show(next);
  };

  kg.canUndo = () => at > 0;
  kg.canRedo = () => at < trail.length - 1;
  let travelling = false; // the browser goes back or forward some time after it is told to
  function travel() {
    const by = at - history.state.at;
    if (travelling || !by) return;
    travelling = true;
    history.go(by);
  }
  const step = by => {
    at += by;
    travel();
    show(trail[at]);
  };
  kg.undo = () => { if (kg.canUndo()) step(-1); };
  kg.redo = () => { if (kg.canRedo()) step(1); };

  kg.onChange = listener => { listeners.push(listener); };
  kg.startState = START;

  function start() {
    [trail, at] = [[freeze({ ...START, ...kg.address.read(location.hash.slice(1), START) })], 0];
    history.replaceState({ session, at }, "", location.hash || location.pathname + location.search);
    if (kg.address.lost()) kg.say(kg.address.lost());
    return trail[0];
  }

  // Back and forward of the browser: a step of ours is taken from the trail, any other from the address.
  window.addEventListener("popstate", event => {
    const ours = travelling && event.state?.session === session;
    travelling = false;
    if (ours) travel();
    else if (event.state?.session !== session) show(start());
    else if (trail[event.state.at] && event.state.at !== at) {
      at = event.state.at;
      show(trail[at]);
    }
  });

  freeze(START);
  kg.state = start();
})();
