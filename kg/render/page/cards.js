"use strict";
// A claim as one reads it: the sentence with what it rests on marked, its article, and how sure it is.
(() => {
  const kg = window.kg;
  const WORDS = { planned: "planned", possible: "possible", negated: "denied" }; // asserted needs no word
  const EXPLAINED = {
    asserted: "Said to be so", planned: "Planned: aimed at, agreed or proposed, not yet so",
    possible: "Possible: may be so", negated: "Denied: the source says that it is not so",
  };
  const KINDS = { subject: "who", object: "whom or what", number: "number" };

  kg.modalityWord = name => WORDS[name] ?? kg.words(name);
  kg.modalityMeaning = name => EXPLAINED[name] ?? kg.words(name);

  const text = (tag, words, className = "") => kg.element(tag, { textContent: words, className });
  kg.plural = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

  // Return an address that is safe to follow, "" for anything but http and https.
  kg.safeAddress = address => {
    try {
      const url = new URL(address);
      return url.protocol === "http:" || url.protocol === "https:" ? url.href : "";
    } catch {
      return "";
    }
  };

  // Return claims with copies of one article's sentence put together, [{claim, copies}]; the first published stands for all.
  kg.foldCopies = claims => {
    const published = claim => kg.graph.documents[claim.document].published || "9";
    const order = (a, b) => (published(a) < published(b) ? -1 : published(a) > published(b) ? 1 : a.id - b.id);
    const found = new Map();
    for (const claim of [...claims].sort(order)) {
      const key = sameText(claim), first = found.get(key)?.find(s => [s.claim, ...s.copies].every(c => c.document !== claim.document));
      if (first) first.copies.push(claim);
      else found.set(key, [...(found.get(key) ?? []), { claim, copies: [] }]);
    }
    return [...found.values()].flat();
  };

  function sameText(claim) {
    const proof = kg.evidence().claims[claim.id];
    const quote = proof.quote.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
    return JSON.stringify([kg.graph.documents[claim.document].source, claim.edge, claim.modality, proof.details, quote]);
  }

  // Return how many claims, articles and sources there are, and which of the articles are copies, in words.
  kg.countWords = (claims, statements) => {
    const documents = new Set(claims.map(c => c.document));
    const sources = new Set([...documents].map(d => kg.graph.documents[d].source));
    const copies = documents.size - sources.size;
    const said = `${kg.plural(statements.length, "claim")} from ${kg.plural(sources.size, "source")}`;
    if (!copies) return said;
    return `${said}; ${copies === 1 ? "1 more article is a copy" : `${copies} more articles are copies`} of one of them and not counted`;
  };

  // Return a quote with its marks, each named for those who do not see colours; offsets that cannot be are left out.
  function quote(proof) {
    const block = kg.element("blockquote", { dir: "auto" });
    let at = 0;
    for (const [start, end, kind] of [...proof.marks].sort((a, b) => a[0] - b[0] || b[1] - a[1])) {
      if (start < at || end <= start || end > proof.quote.length) continue;
      block.append(proof.quote.slice(at, start), kg.element("mark", {
        className: Object.hasOwn(KINDS, kind) ? kind : "", title: KINDS[kind] ?? "", textContent: proof.quote.slice(start, end),
      }));
      at = end;
    }
    block.append(proof.quote.slice(at));
    return block;
  }

  // Return an article: its title, a link where there is one to follow, then publisher and date, each apart so that no mark of direction spreads.
  kg.article = index => {
    const { title, name, url, publisher, published } = kg.graph.documents[index];
    const address = kg.safeAddress(url), words = title || name;
    const shown = address
      ? kg.element("a", { href: address, rel: "noopener noreferrer", target: "_blank", title: `Opens ${new URL(address).host}` }, text("bdi", words), " ↗")
      : text("bdi", words);
    const rest = [publisher, published].filter(Boolean).flatMap(part => [", ", text("bdi", part)]);
    return kg.element("span", { className: "article" }, shown, ...rest);
  };

  function head(claim, proof, left) {
    const modality = kg.graph.modalities[claim.modality];
    const tags = [...(WORDS[modality] ? [kg.element("span", { className: `tag ${modality}`, title: EXPLAINED[modality], textContent: WORDS[modality] })] : []),
      ...(left ? [kg.element("span", { className: "tag", title: "Filters or focus leave it out", textContent: "not in the picture" })] : [])];
    return proof.details || tags.length ? [kg.element("p", { className: "said" }, ...tags, text("bdi", proof.details))] : [];
  }

  function foot(claim, proof) {
    const modality = kg.graph.modalities[claim.modality];
    const who = proof.attribution ? [", according to ", text("bdi", proof.attribution)] : [];
    return kg.element("p", { className: "manner" }, EXPLAINED[modality] ?? kg.words(modality), ...who, `; confidence ${claim.confidence}`);
  }

  function copied(copies) {
    if (!copies.length) return [];
    const articles = copies.map(copy => kg.element("li", {}, kg.article(copy.document)));
    return [kg.element("div", { className: "copies" }, "The same text, counted once, is also in", kg.element("ul", {}, ...articles))];
  }

  // Return the card of a statement. `left` tells that the picture leaves it out.
  kg.card = ({ claim, copies }, left) => {
    const proof = kg.evidence().claims[claim.id];
    const modality = kg.graph.modalities[claim.modality];
    return kg.element("article", { className: `claim ${modality}` }, ...head(claim, proof, left), quote(proof),
      kg.element("p", { className: "source" }, kg.article(claim.document)), foot(claim, proof), ...copied(copies));
  };
})();
