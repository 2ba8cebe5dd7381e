"use strict";
// Names on the picture, as large at every zoom as one can read, each only where it covers no other.
(() => {
  const kg = window.kg;
  const { nodes, edges, relations } = kg.graph;
  const SIZE = 13, MOST = 28; // pixels on the screen, characters
  const widths = new Map();
  const short = label => (label.length <= MOST ? label : `${label.slice(0, MOST - 1)}\u2026`);

  kg.drawLabels = network => {
    network.on("afterDrawing", context => {
      const scale = network.getScale(), size = SIZE / scale, places = network.getPositions();
      const style = getComputedStyle(document.body);
      Object.assign(context, { font: `${size}px system-ui, sans-serif`, textAlign: "center", textBaseline: "top", lineJoin: "round", lineWidth: 4 / scale, strokeStyle: style.backgroundColor, fillStyle: style.color });
      const boxes = [];
      for (const id of Object.keys(places).map(Number).sort((a, b) => nodes[b].degree - nodes[a].degree || a - b)) {
        const text = short(nodes[id].label), { x, y } = places[id];
        if (!widths.has(text)) widths.set(text, context.measureText(text).width / size);
        const width = widths.get(text) * size, top = y + 7 + 3 * Math.sqrt(nodes[id].degree) + 2 / scale;
        const box = [x - width / 2, top, x + width / 2, top + size * 1.2];
        if (boxes.some(b => box[0] < b[2] && b[0] < box[2] && box[1] < b[3] && b[1] < box[3])) continue;
        boxes.push(box);
        context.strokeText(text, x, top);
        context.fillText(text, x, top);
      }
    });
  };
})();
