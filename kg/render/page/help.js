"use strict";
// Help: what lines mean, the keyboard, and where the tour begins.
(() => {
  const kg = window.kg;
  const text = (tag, words, className = "") => kg.element(tag, { textContent: words, className });

  // What the reader chose is kept where the browser keeps such things; a page from a mail may not be allowed to.
  kg.remembered = name => {
    try {
      return localStorage.getItem(`lodestone-${name}`);
    } catch {
      return null;
    }
  };
  kg.remember = (name, value) => {
    try {
      localStorage.setItem(`lodestone-${name}`, value);
    } catch {
      // it is asked again the next time
    }
  };

  const faint = () => {
    const line = kg.stroke(null);
    line.setAttribute("opacity", "0.4");
    return line;
  };
  const row = (samples, words) => kg.element("li", {}, kg.element("span", { className: "samples" }, ...samples), text("span", words));

  function lines() {
    const drawn = kg.graph.modalities.filter(name => name !== "negated");
    return kg.element("ul", { className: "lines" },
      ...drawn.map(name => row([kg.stroke(null, name)], `${kg.modalityMeaning(name)}.`)),
      row([kg.stroke(null, "asserted", 1), kg.stroke(null, "asserted", 6)], "Width: the larger the stated share or amount, the wider; a line without a number is thin."),
      row([faint(), kg.stroke(null)], "Opacity: the more sources say it, the fuller. Articles that copy each other count once."),
      row([kg.stroke(null, "negated")], "What is only denied is not drawn; select one of the two things to read the denial."));
  }

  function things() {
    return kg.element("p", {}, "Colour and shape tell what a thing is, colour and label of a line which relation it is: see the legend, which is the filter, too. " +
      "An arrow goes from who does something to whom or what it is done. In the layered view what flows goes from suppliers on the left to users on the right.");
  }

  function keyboard() {
    const row = ({ key, label }) => kg.element("li", {}, kg.element("span", {}, ...key.split(" ").map(one => text("kbd", one))), text("span", label));
    return kg.element("ul", { className: "keys" }, ...kg.keys.map(row));
  }

  // Single keys can be turned off, for those who speak to their computer (WCAG 2.1.4).
  function single() {
    const box = kg.element("input", { type: "checkbox", checked: kg.singleKeys() });
    box.addEventListener("change", () => kg.remember("keys", box.checked ? "on" : "off"));
    return kg.element("label", { className: "single" }, box, " Keys without Ctrl work");
  }

  const dialog = kg.element("dialog", { id: "help-dialog", "aria-label": "Help" });

  function open() {
    if (dialog.open) return;
    const tour = text("button", "Take the tour"), close = text("button", "Close");
    tour.addEventListener("click", () => { dialog.close(); kg.tour(); });
    close.addEventListener("click", () => dialog.close());
    kg.fill(dialog, kg.element("h2", { textContent: "Help", tabIndex: -1 }),
      kg.element("div", { className: "buttons" }, tour, close),
      text("h3", "What the lines mean"), lines(), things(), text("h3", "Keyboard"), keyboard(), single());
    dialog.showModal();
    dialog.querySelector("h2").focus();
    dialog.scrollTop = 0;
  }

  kg.help = open;
  document.body.append(dialog);
  dialog.addEventListener("click", event => { if (event.target === dialog) dialog.close(); });
  const mount = document.getElementById("help");
  const button = kg.element("button", { type: "button", id: "help-button", textContent: "Help", title: "What the lines mean, the keyboard, the tour" });
  button.addEventListener("click", open);
  mount?.append(button);
})();
