"use strict";
// How things and lines look: colour by type and relation, width by share or amount, opacity by sources, dashes by modality.
(() => {
  const kg = window.kg;
  const { nodes, edges, claims, documents, relations, modalities } = kg.graph;
  const DASHES = { planned: [8, 6], possible: [2, 5] };
  const THIN = 1.5, WIDEST = 5.5; // pixels: a line that tells of no number, and how much wider one may be
  const SMALL = 1e6, DECADE = 1.2; // the amount from which a line is wider, and by how much for each power of ten
  const OPACITY = [0.55, 0.55, 0.75, 0.9, 1]; // by the number of sources
  const BEND = 0.18, MOST_CURVES = 800; // how round a bent line is; more lines are drawn straight
  const FAINT = 0.14; // beside a path

  kg.sizeOf = id => 5 + 2.5 * Math.sqrt(nodes[id].degree);

  // The width of a line by the largest share that its claims tell of or, if none, by the largest amount; in pixels.
  kg.widthOf = said => {
    const shares = said.flatMap(claim => claim.share ?? []).filter(value => value !== null);
    if (shares.length) return THIN + WIDEST * Math.min(1, Math.max(...shares));
    const amount = Math.max(0, ...said.map(claim => Math.abs(claim.amount ?? 0)));
    return THIN + (amount > SMALL ? Math.min(WIDEST, DECADE * Math.log10(amount / SMALL)) : 0);
  };

  kg.opacityOf = sources => OPACITY[Math.min(sources, OPACITY.length - 1)];
  kg.lineDashes = DASHES;
  kg.dashesOf = modality => DASHES[modality] ?? false;

  const hex = part => Math.round(255 * part).toString(16).padStart(2, "0");

  // A line bends if it is not the first between its two things, by turns to either side; in layers all run across.
  function bend(lane, backwards, across) {
    if (!lane) return across ? { enabled: true, type: "cubicBezier", forceDirection: "horizontal", roundness: 0.45 } : false;
    const clockwise = Boolean(lane % 2) !== backwards;
    return { enabled: true, type: clockwise ? "curvedCW" : "curvedCCW", roundness: BEND * Math.ceil(lane / 2) };
  }

  function line(edge, shown, way, dark, smooth) {
    const said = edge.claims.filter(id => shown.claims.has(id)).map(id => claims[id]);
    const modality = modalities[Math.min(...said.map(claim => claim.modality))];
    const sources = new Set(said.map(claim => documents[claim.document].source)).size;
    const relation = relations[edge.relation], color = kg.colorOf(relation, dark), on = way?.edges.has(edge.id);
    const opacity = on ? 1 : way ? FAINT : kg.opacityOf(sources);
    return {
      id: edge.id, from: edge.from, to: edge.to, width: kg.widthOf(said) + (on ? 2 : 0), dashes: kg.dashesOf(modality),
      color: { color: color + hex(opacity), highlight: color, hover: color },
      arrows: relation.symmetric ? { to: { enabled: false } } : { to: { enabled: true } }, smooth,
    };
  }

  // Return the lines of what is shown in a state, as vis-network takes them.
  kg.linesOf = (state, shown, dark = kg.isDark()) => {
    const lanes = new Map(), way = kg.pathShown?.(state), across = state.view === "layered" && shown.edges.size <= MOST_CURVES;
    return [...shown.edges].map(id => {
      const edge = edges[id], backwards = edge.from > edge.to;
      const ends = backwards ? `${edge.to} ${edge.from}` : `${edge.from} ${edge.to}`, lane = lanes.get(ends) ?? 0;
      lanes.set(ends, lane + 1);
      return line(edge, shown, way?.edges.size ? way : null, dark, bend(lane, backwards, across));
    });
  };

  kg.thingsOf = (state, shown) => [...kg.positions(state, shown)].map(([id, [x, y]]) => ({ id, x, y, group: String(nodes[id].type), size: kg.sizeOf(id) }));

  // The look of each type, as a group of vis-network.
  kg.groupsOf = (dark = kg.isDark()) => {
    const { ink, paper } = kg.ground(dark);
    return Object.fromEntries(kg.graph.types.map((type, i) => {
      const background = kg.colorOf(type, dark), strong = { background, border: ink };
      return [i, { shape: type.shape, color: { background, border: paper, highlight: strong, hover: strong } }];
    }));
  };
})();
