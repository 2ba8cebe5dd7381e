"use strict";
// A short tour of the page at its first opening: a card beside each part in turn, which can be left at any time.
(() => {
  const kg = window.kg;
  const GAP = 10; // pixels between a part, its card and the border of the window
  const STEPS = [
    { at: "#network", inside: true, title: kg.graph.title, words: "Each line is something that an article says of two things: who supplies, owns, funds, needs or restricts whom." },
    { at: "#search", title: "Find", words: "Type any name, in English or Chinese. The picture goes to the thing and what lies around it." },
    { at: "#panel", title: "Proof", words: "Select a thing or a line: here stands every sentence behind it, with its article, date and how sure it is." },
    { at: "#legend", title: "Legend and filter", words: "What colours and shapes mean, and how many there are. Switch off what you do not need." },
    { at: "#questions", title: "Questions", words: "Ask who depends on a thing, what it rests on, or what is lost without it. Each row of an answer shows its sentence." },
    { at: "#help", title: "Help", words: "What the lines mean and all keys are here. The key ? opens it, too." },
  ];
  let card = null, step = 0, back = null;

  const shown = ({ at }) => {
    const box = document.querySelector(at)?.getBoundingClientRect();
    return box && box.width > 0 && box.height > 0;
  };

  // Puts the card below its part, above it, beside it or, in a large part, inside; always within the window.
  function place(part, inside) {
    const { width, height } = card.getBoundingClientRect();
    const at = part.getBoundingClientRect();
    const fits = { below: at.bottom + GAP + height < innerHeight, above: at.top - GAP - height > 0 };
    const top = inside ? at.bottom - height - 2 * GAP : fits.below ? at.bottom + GAP : fits.above ? at.top - GAP - height : at.top + GAP;
    const beside = at.left - GAP - width > 0 ? at.left - GAP - width : at.right + GAP;
    const left = inside ? at.left + 2 * GAP : fits.below || fits.above ? at.left : beside;
    card.style.left = `${Math.max(GAP, Math.min(left, innerWidth - width - GAP))}px`;
    card.style.top = `${Math.max(GAP, Math.min(top, innerHeight - height - GAP))}px`;
  }

  function button(words, run) {
    const made = kg.element("button", { type: "button", textContent: words });
    made.addEventListener("click", run);
    return made;
  }

  function unmark() {
    for (const part of document.querySelectorAll(".touring")) part.classList.remove("touring");
  }

  function show(steps) {
    const { at, inside, title, words } = steps[step], last = step === steps.length - 1;
    unmark();
    const part = document.querySelector(at);
    part.classList.add("touring");
    const go = by => { step += by; show(steps); };
    const buttons = [button("Skip", end), ...(step ? [button("Back", () => go(-1))] : []), button(last ? "Done" : "Next", last ? end : () => go(1))];
    if (last) buttons.shift();
    kg.fill(card, kg.element("h2", { id: "tour-title", tabIndex: -1 }, kg.element("bdi", { textContent: title })),
      kg.element("p", { id: "tour-words", textContent: words }),
      kg.element("div", { className: "buttons" }, kg.element("span", { className: "note", textContent: `${step + 1} of ${steps.length}` }), ...buttons));
    place(part, inside);
    card.querySelector("h2").focus({ preventScroll: true });
  }

  function end() {
    kg.remember("tour", "done");
    unmark();
    card?.remove();
    card = null;
    if (back?.isConnected) back.focus({ preventScroll: true });
  }

  // Begins the tour, or begins it again.
  kg.tour = () => {
    card?.remove();
    back = document.activeElement;
    step = 0;
    card = kg.element("div", { id: "tour", role: "dialog", "aria-labelledby": "tour-title", "aria-describedby": "tour-words" });
    card.addEventListener("keydown", event => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      end();
    });
    document.body.append(card);
    show(STEPS.filter(shown));
  };

  document.addEventListener("keydown", event => {
    if (!card || event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    end();
  });
  addEventListener("resize", () => { if (card) place(document.querySelector(".touring"), step === 0); });
  kg.startTour = () => { if (kg.remembered("tour") !== "done") kg.tour(); };
})();
