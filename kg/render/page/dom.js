"use strict";
// Elements without markup in text: what is written in articles only ever becomes text.
(() => {
  const kg = window.kg;

  // Make an element. Names with a dash, "role" and "for" are attributes, all others properties; children are elements or text.
  kg.element = (tag, props = {}, ...children) => kg.dress(document.createElement(tag), props, ...children);

  const SVG = "http://www.w3.org/2000/svg";
  // Make an element of a drawing; all its properties are attributes.
  kg.svg = (tag, attributes = {}, ...children) => {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  };

  kg.dress = (node, props, ...children) => {
    for (const [name, value] of Object.entries(props)) {
      if (name.includes("-") || name === "role" || name === "for") node.setAttribute(name, value);
      else node[name] = value;
    }
    node.append(...children);
    return node;
  };

  // Put children in the place of all that an element holds.
  kg.fill = (node, ...children) => {
    node.replaceChildren(...children);
    return node;
  };

  // Return items in groups by a key, each group in the order of the items (Map.groupBy, which older browsers lack).
  kg.groupBy = (items, key) => {
    const found = new Map();
    for (const item of items) {
      const name = key(item);
      if (found.has(name)) found.get(name).push(item);
      else found.set(name, [item]);
    }
    return found;
  };

  // A name of the ontology in words.
  kg.words = name => name.replaceAll("_", " ");

  const SECONDS = 8; // that a sentence stays
  let quiet = 0;
  // Say something below the picture, to those who listen too.
  kg.say = text => {
    const line = document.getElementById("say");
    line.textContent = "";
    requestAnimationFrame(() => { line.textContent = text; });
    clearTimeout(quiet);
    quiet = setTimeout(() => { line.textContent = ""; }, SECONDS * 1000);
  };

  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const dress = () => { document.documentElement.className = dark.matches ? "dark" : "light"; };
  dress();
  dark.addEventListener("change", dress);
  kg.isDark = () => dark.matches;
  kg.onTheme = listener => dark.addEventListener("change", listener);
  // The colour of a type or relation on the page as it is, or on a light or dark one.
  kg.colorOf = (style, onDark = dark.matches) => (onDark ? style.dark : style.color);

  const grounds = new Map();
  // The colours of text and ground on a light or a dark page, as the style sheet has them.
  kg.ground = onDark => {
    if (!grounds.has(onDark)) {
      const probe = document.body.appendChild(kg.element("i", { className: onDark ? "dark" : "light", hidden: true }));
      const style = getComputedStyle(probe);
      grounds.set(onDark, { ink: style.getPropertyValue("--ink").trim(), paper: style.getPropertyValue("--paper").trim() });
      probe.remove();
    }
    return grounds.get(onDark);
  };
})();
