"use strict";
// Names on the picture: of one size on the screen at every zoom, the most connected first, each only where it covers no other.
(() => {
  const kg = window.kg;
  const { nodes, edges, relations } = kg.graph;
  const FACE = "system-ui, 'Noto Sans', 'Noto Sans CJK SC', sans-serif";
  const LEAST = 12, LARGEST = 17, LINE = 11.5; // pixels on the screen: things by degree, lines
  const ROOM = 8000, FAR = 0.75, NEAR = 0.9; // screen pixels for a name while far away; scales: all names, names of lines
  const MOST = 30; // characters
  const CELL = 48, FEW = 90; // pixels; lines of which all have names at any scale
  const ALONG = [0.5, 0.6, 0.4]; // where on a line its name may stand
  const short = label => (label.length <= MOST ? label : `${label.slice(0, MOST - 1)}\u2026`);
  const sizeOf = id => Math.min(LARGEST, LEAST + 0.9 * Math.sqrt(nodes[id].degree));

  // What is taken of the screen, in cells, so that asking takes the same time however much there is.
  function taken() {
    const cells = new Map();
    const each = ([left, top, right, bottom], see) => {
      for (let x = Math.floor(left / CELL); x <= Math.floor(right / CELL); x++) {
        for (let y = Math.floor(top / CELL); y <= Math.floor(bottom / CELL); y++) if (see(`${x} ${y}`)) return true;
      }
      return false;
    };
    const hit = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
    return {
      has: box => each(box, cell => cells.get(cell)?.some(other => hit(box, other))),
      add: box => { each(box, cell => { cells.has(cell) ? cells.get(cell).push(box) : cells.set(cell, [box]); }); },
    };
  }

  const measured = new Map(); // width of a text at one pixel
  function widthOf(context, text) {
    if (!measured.has(text)) {
      context.font = `100px ${FACE}`;
      measured.set(text, context.measureText(text).width / 100);
    }
    return measured.get(text);
  }

  function write(context, text, x, y, size, color, ground) {
    context.font = `${size}px ${FACE}`;
    context.strokeStyle = ground;
    context.lineWidth = Math.max(3, size / 4);
    context.strokeText(text, x, y);
    context.fillStyle = color;
    context.fillText(text, x, y);
  }

  // What must have a name if any has: what is selected or under the pointer, its neighbours, the focus and the path.
  function wanted(state, hovered) {
    const things = new Set(state.focus === null ? [] : [state.focus]), lines = new Set();
    for (const one of [state.selected, hovered]) {
      if (one?.kind === "edge") lines.add(one.id);
      if (one?.kind === "node") {
        things.add(one.id);
        for (const id of [...nodes[one.id].out, ...nodes[one.id].in]) lines.add(id);
      }
    }
    for (const id of kg.pathShown?.(state)?.edges ?? []) lines.add(id);
    for (const id of lines) for (const end of [edges[id].from, edges[id].to]) things.add(end);
    return { things, lines };
  }

  const within = ({ x, y }, wide, high) => x > -20 && y > -20 && x < wide + 20 && y < high + 20;

  // Where a name may stand beside a thing: under it, over it, to its right, to its left.
  function sides([x0, y0, x1, y1], width, size) {
    const high = size * 1.15, x = (x0 + x1 - width) / 2, y = (y0 + y1 - high) / 2;
    return [[x, y1 + 1], [x, y0 - high - 1], [x1 + 3, y], [x0 - width - 3, y]].map(([left, top]) => [left, top, left + width, top + high]);
  }

  // Write names of things beside them; return what is taken.
  function nameThings({ context, network, screen, times, ink, paper, must, wide, high }) {
    const used = taken(), scale = network.getScale() / times, boxes = new Map(), places = network.getPositions();
    const far = scale < FAR ? Math.max(12, (wide * high) / ROOM / times ** 2) : Infinity;
    const inside = ([left, , right]) => left >= 0 && right <= wide;
    const ids = Object.keys(places).map(Number).filter(id => within(screen(places[id]), wide, high)).sort((a, b) => must.things.has(b) - must.things.has(a) || nodes[b].degree - nodes[a].degree || a - b);
    for (const id of ids) {
      const { x, y } = screen(places[id]), half = (network.body.nodes[id].options.size * network.getScale());
      boxes.set(id, [x - half, y - half, x + half, y + half]);
    }
    let left = far;
    for (const id of ids) {
      if (left-- > 0 || must.things.has(id)) {
        const text = short(nodes[id].label), size = sizeOf(id) * times;
        const free = sides(boxes.get(id), widthOf(context, text) * size, size).find(box => inside(box) && !used.has(box));
        if (free) {
          used.add(free);
          write(context, text, (free[0] + free[2]) / 2, free[1], size, ink, paper);
        }
      }
      used.add(boxes.get(id)); // a name may cover what has fewer ties, never what has more
    }
    return used;
  }

  // Write names of lines in their middle: of those that must have one, and near by of all for which there is room.
  function nameLines({ context, network, screen, times, paper, must, dark }, used) {
    const number = network.body.edgeIndices.length;
    const near = number <= FEW || (network.getScale() / times >= NEAR && number < 1500);
    const ids = near ? [...network.body.edgeIndices].sort((a, b) => must.lines.has(b) - must.lines.has(a) || a - b) : [...must.lines];
    for (const id of ids) {
      const line = network.body.edges[id];
      if (!line?.connected) continue;
      const relation = relations[edges[id].relation], size = LINE * times, half = (widthOf(context, relation.label) * size) / 2;
      const boxes = ALONG.map(part => screen(line.edgeType.getPoint(part))).map(({ x, y }) => [x - half, y - size * 0.6, x + half, y + size * 0.6]);
      const free = boxes.find(box => !used.has(box));
      if (!free) continue;
      used.add(free);
      write(context, relation.label, free[0] + half, free[1], size, kg.colorOf(relation, dark), paper);
    }
  }

  // Draw names on a network after each drawing; `times` is 2 on a picture of twice the size.
  kg.drawLabels = (network, { dark, times = 1 }) => {
    network.on("afterDrawing", context => {
      const { ink, paper } = kg.ground(dark()), ratio = context.getTransform().a / network.getScale();
      const screen = place => network.canvasToDOM(place), { clientWidth: wide, clientHeight: high } = context.canvas;
      context.save();
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      Object.assign(context, { textAlign: "center", textBaseline: "top", lineJoin: "round" });
      const drawing = { context, network, screen, times, ink, paper, must: wanted(kg.state, kg.picture.hovered), wide, high, dark: dark() };
      nameLines(drawing, nameThings(drawing));
      context.restore();
    });
  };
})();
