"use strict";
// Samples of how things and lines are drawn, for the legend and wherever else one is needed.
(() => {
  const kg = window.kg;
  const SIZE = 14, STROKE = 26;

  const polygon = points => kg.svg("polygon", { points: points.map(([x, y]) => `${(7 + x).toFixed(2)},${(7 + y).toFixed(2)}`).join(" ") });
  const corners = (number, radius, turn = -Math.PI / 2) => Array.from({ length: number }, (_, i) => {
    const angle = turn + (2 * Math.PI * i) / number, far = Array.isArray(radius) ? radius[i % radius.length] : radius;
    return [far * Math.cos(angle), far * Math.sin(angle)];
  });
  const SHAPES = {
    dot: () => kg.svg("circle", { cx: 7, cy: 7, r: 5.5 }),
    square: () => kg.svg("rect", { x: 2, y: 2, width: 10, height: 10 }),
    triangle: () => polygon(corners(3, 6.5)),
    triangleDown: () => polygon(corners(3, 6.5, Math.PI / 2)),
    diamond: () => polygon(corners(4, 6.5)),
    hexagon: () => polygon(corners(6, 6, 0)),
    star: () => polygon(corners(10, [7, 3])),
  };

  // Return the shape of a type in its colour.
  kg.glyph = ({ shape, color, dark }) => {
    const drawn = (SHAPES[shape] ?? SHAPES.dot)();
    drawn.setAttribute("fill", kg.colorOf({ color, dark }));
    return kg.svg("svg", { width: SIZE, height: SIZE, viewBox: "0 0 14 14", class: "glyph" }, drawn);
  };

  // Return a line of a relation (null: of any) and a modality; what is denied is not drawn and struck out.
  kg.stroke = (relation, modality = "asserted", width = 2.5) => {
    const color = relation ? kg.colorOf(relation) : "currentColor";
    const dashes = kg.dashesOf(modality), denied = modality === "negated";
    const line = kg.svg("line", { x1: 1, x2: STROKE - 1, y1: 5, y2: 5, stroke: color, "stroke-width": width, ...(dashes ? { "stroke-dasharray": dashes.join(" ") } : {}) });
    const cross = denied ? [kg.svg("path", { d: `M${STROKE / 2 - 4} 1 l8 8 m0 -8 l-8 8`, stroke: color, "stroke-width": 1.5 })] : [line];
    return kg.svg("svg", { width: STROKE, height: 10, viewBox: `0 0 ${STROKE} 10`, class: "stroke" }, ...cross);
  };
})();
