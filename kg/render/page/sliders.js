"use strict";
// Sliders of the legend: the least confidence, and two ends of a time over a picture of how much is said of each part of it.
(() => {
  const kg = window.kg;
  const BARS = 36, HEIGHT = 28;

  // Make a slider that changes the state while it is drawn; one drawing is one step to undo.
  function slider(label, max, step, write) {
    const field = kg.element("input", { type: "range", min: 0, max, step, "aria-label": label });
    let drawing = false;
    field.addEventListener("input", () => {
      write(Number(field.value), { replace: drawing });
      drawing = true;
    });
    field.addEventListener("change", () => { drawing = false; });
    return field;
  }

  kg.confidenceSlider = () => {
    const value = kg.element("span", { className: "n" });
    const field = slider("Least confidence", 1, 0.05, (confidence, how) => kg.change({ confidence }, how));
    const element = kg.element("div", { className: "slider" }, kg.element("h3", {}, "Confidence from", value), field);
    return {
      element,
      update: state => {
        field.value = state.confidence;
        value.textContent = state.confidence.toFixed(2);
        field.setAttribute("aria-valuetext", `${state.confidence.toFixed(2)} and more`);
      },
    };
  };

  // A bar for each step, or for several if there are many: how many claims there are of it.
  function histogram(steps, all, stepOf) {
    const per = Math.ceil(steps.length / BARS), number = Math.ceil(steps.length / per);
    const at = new Map(steps.map((step, i) => [step, Math.floor(i / per)])), heights = new Array(number).fill(0);
    for (const one of all) if (one && at.has(stepOf(one))) heights[at.get(stepOf(one))]++;
    const most = Math.max(...heights);
    const bars = heights.map((height, i) => {
      const high = height ? Math.max(1.5, HEIGHT * Math.sqrt(height / most)) : 0;
      return kg.svg("rect", { x: i + 0.1, width: 0.8, y: HEIGHT - high, height: high });
    });
    const drawn = kg.svg("svg", { class: "bars", viewBox: `0 0 ${number} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" }, ...bars);
    const mark = (from, to) => bars.forEach((bar, i) => bar.classList.toggle("out", (i + 1) * per <= from || i * per > to));
    return { drawn, mark };
  }

  // Two sliders over `steps`; the state's `key` is null or the two ends. Null is returned if there is nothing to choose.
  kg.rangeSlider = ({ title, key, steps, all, stepOf }) => {
    if (steps.length < 2) return null;
    const last = steps.length - 1, undated = all.filter(one => !one).length;
    const value = kg.element("span", { className: "n" }), note = kg.element("p", { className: "undated" });
    const { drawn, mark } = histogram(steps, all, stepOf);
    const ends = () => [from, to].map(field => Number(field.value)).sort((a, b) => a - b);
    const write = (_, how) => {
      const [a, b] = ends();
      kg.change({ [key]: a === 0 && b === last ? null : [steps[a], steps[b]] }, how);
    };
    const from = slider(`${title}, from`, last, 1, write), to = slider(`${title}, to`, last, 1, write);
    const element = kg.element("div", { className: "slider" }, kg.element("h3", {}, title, value), drawn, kg.element("div", { className: "two" }, from, to), note);
    return {
      element,
      update: state => {
        const range = state[key], a = range ? steps.findIndex(step => step >= range[0]) : 0;
        const after = range ? steps.findIndex(step => step > range[1]) : -1, b = after < 0 ? last : Math.max(a, after - 1);
        if (String(ends()) !== String([a, b])) [from.value, to.value] = [a, b];
        for (const [field, i] of [[from, a], [to, b]]) field.setAttribute("aria-valuetext", String(steps[i]));
        value.textContent = a === b ? steps[a] : `${steps[a]} \u2013 ${steps[b]}`;
        note.textContent = range && undated ? `${undated.toLocaleString("en")} claims that give no date are left out.` : "";
        mark(a, b);
      },
    };
  };
})();
