"""How well copies are found: pairs of articles of a set that this script makes, of which it knows what is a copy of what.

`python benchmarks/duplicates.py [--stories N] [--seed S] [--quick]`

The stories are the articles of `corpus/` and `corpus/annotated/`. Of half of them there are one to four copies, as other
papers print them: word for word, under another headline, with a paragraph or the end cut, with the first sentence
rewritten, with words, numbers and quotation marks spelled in another way, with a sentence added, each with the paper's own
lines before and after, several of these at once. The other articles are no copies though they share text: other reports of
the same event that quote the same statement or tell the same facts in other words; stories with the same long closing lines;
digests of two to five stories; follow-ups that repeat their background; daily reports by one template with other figures.
A tenth of the articles has no date.

Prints precision and recall over pairs, recall by what was done to a copy, false pairs by kind of article, and how the time
grows from a tenth of the set to all of it. Bars: precision 0.98, recall 0.95.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from kg.copies import Article, find_copies
from kg.shingles import sketch_text

CORPUS = Path(__file__).parents[1] / "corpus"
PRECISION, RECALL = 0.98, 0.95
_SENTENCE = re.compile(r"(?<=[.!?”\"])\s+(?=[A-Z\"“])")
_HEADER = re.compile(r"(?:[A-Z][A-Za-z ]+: .*\n)+\n")
_LINES = (
    "Sign up for our newsletter to get the news of the metals markets every morning before trading begins.",
    "This story was first published by a partner and has not been edited by our staff except for its headline.",
    "Read more of our coverage of energy, mines and industry, and follow us wherever you listen to the news.",
    "Subscribers can comment on this article; comments are moderated and may be shown in the printed edition.",
    "Advertisement. The article continues below. Share it by mail or print it for your own use.",
    "Reporting by our correspondents in several bureaus; editing by the desk. Our standards are set out in our principles of trust.",
)
_LEGAL = (
    (
        "This announcement contains forward-looking statements that rest on assumptions about future events and are subject to "
        "risks and uncertainties, many of which are beyond the control of the company. Words such as expects, intends, plans, "
        "believes and estimates mark such statements. Actual results may differ materially from what is expressed or implied. "
        "The company takes on no duty to update any such statement unless the rules of the exchange or the law demand it. "
        "Neither the exchange nor its regulation services provider accepts responsibility for the adequacy of this release."
    ),
    (
        "About us. We are an integrated producer of critical materials with operations on three continents and customers in more "
        "than thirty countries. Our shares are traded under the symbol given above. For more information please visit the page "
        "for investors on our website, write to our office of investor relations, or call the number below during office hours."
    ),
)
_SPELLING = (
    ("%", " percent"),
    ("million", "mln"),
    ("metric tons", "tonnes"),
    ("the company", "the firm"),
    ("said", "says"),
)


@dataclass(frozen=True)
class Text:
    """An article of the set: what was done to make it, its origin (equal only for copies), and its text."""

    kind: str
    origin: str
    title: str
    published: str
    text: str


Change = Callable[[list[str], random.Random], list[str]]


def stories() -> list[list[str]]:
    """Return the sentences of every story of the corpus that has enough of them."""
    paths = [*CORPUS.glob("*.txt"), *CORPUS.glob("annotated/*/*.txt")]
    texts = (_HEADER.sub("", path.read_text(encoding="utf-8"), count=1) for path in sorted(paths))
    found = ([s.strip() for s in _SENTENCE.split(" ".join(text.split())) if s.strip()] for text in texts)
    return [sentences for sentences in found if len(sentences) >= 6]


def cut_paragraph(sentences: list[str], chance: random.Random) -> list[str]:
    """Leave out a paragraph, of a fifth of the text."""
    size = max(1, len(sentences) // 5)
    at = chance.randrange(len(sentences) - size + 1)
    return sentences[:at] + sentences[at + size :]


def cut_end(sentences: list[str], chance: random.Random) -> list[str]:
    """Leave out the last third or half."""
    return sentences[: max(3, int(len(sentences) * chance.choice((0.5, 0.67))))]


def rewrite_lead(sentences: list[str], chance: random.Random) -> list[str]:
    """Write the first sentence in another way."""
    return [reworded(sentences[0], chance), *sentences[1:]]


def respell(sentences: list[str], chance: random.Random) -> list[str]:
    """Spell some words and signs in another way, as the paper's style demands."""
    changes = chance.sample(_SPELLING, 2)
    text = "\n".join(sentences).replace('"', "”").replace("'", "’")
    for old, new in changes:
        text = text.replace(old, new)
    return text.split("\n")


def add_sentence(sentences: list[str], chance: random.Random) -> list[str]:
    """Add a sentence of the paper's own."""
    added = "A spokesperson did not answer a request for comment that this paper sent on the same day."
    at = chance.randrange(1, len(sentences) + 1)
    return [*sentences[:at], added, *sentences[at:]]


def same_text(sentences: list[str], chance: random.Random) -> list[str]:
    """Leave the text as it is."""
    return sentences


CHANGES: dict[str, Change] = {
    "word for word": same_text,
    "a paragraph cut": cut_paragraph,
    "the end cut": cut_end,
    "the first sentence rewritten": rewrite_lead,
    "spelled in another way": respell,
    "a sentence added": add_sentence,
}


def reworded(sentence: str, chance: random.Random) -> str:
    """Tell the same in another order: clauses turned, and one word in five left out."""
    clauses = sentence.rstrip(".").split(", ")
    chance.shuffle(clauses)
    return (
        "It was said that "
        + " and ".join(" ".join(w for w in c.split() if chance.random() > 0.2) for c in clauses)
        + "."
    )


class Newspapers:
    """Makes the set: `texts` are its articles."""

    def __init__(self, sources: Sequence[list[str]], chance: random.Random) -> None:
        self.chance = chance
        self.sources = sources
        self.texts: list[Text] = []
        for number, story in enumerate(sources):
            self._add("a story", f"story {number}", story)
            if number % 2:
                self._copies(number, story)
            else:
                self._others(number, story)

    def _copies(self, number: int, story: list[str]) -> None:
        for _ in range(self.chance.randint(1, 4)):
            names = self.chance.sample(list(CHANGES), self.chance.choice((1, 1, 2)))
            text = story
            for name in names:
                text = CHANGES[name](text, self.chance)
            before, after = ([self.chance.choice(_LINES)] if self.chance.random() < 0.4 else [] for _ in range(2))
            kind = " and ".join(sorted(names)) + (" with other lines" if before or after else "")
            self._add(kind, f"story {number}", [*before, *text, *after])

    def _others(self, number: int, story: list[str]) -> None:
        other = self.sources[(number + 7) % len(self.sources)]
        make = (self._report, self._statement, self._closing, self._digest, self._follow_up, self._daily)[
            number // 2 % 6
        ]
        for text in make(story, other):
            self._add(make.__doc__ or "", f"other {len(self.texts)}", text, later=True)

    def _report(self, story: list[str], other: list[str]) -> Iterator[list[str]]:
        """the same facts in other words"""
        yield [reworded(sentence, self.chance) for sentence in story]

    def _statement(self, story: list[str], other: list[str]) -> Iterator[list[str]]:
        """the same statement quoted"""
        quoted = story[1 : 1 + len(story) // 4]
        yield [*other[:2], *quoted, *(reworded(s, self.chance) for s in other[2:])]

    def _closing(self, story: list[str], other: list[str]) -> Iterator[list[str]]:
        """the same closing lines"""
        for text in (story, other):
            yield [*(reworded(s, self.chance) for s in text[:5]), *_LEGAL, self.chance.choice(_LINES)]

    def _digest(self, story: list[str], other: list[str]) -> Iterator[list[str]]:
        """a digest of several"""
        parts = [story, other, *self.chance.sample(list(self.sources), self.chance.randint(0, 3))]
        size = self.chance.choice((3, 6, 100))
        yield ["The week in metals.", *(s for part in parts for s in part[:size])]

    def _follow_up(self, story: list[str], other: list[str]) -> Iterator[list[str]]:
        """a follow-up that repeats background"""
        news = [reworded(s, self.chance) for s in other]
        background = self.chance.sample(story, int(len(story) * self.chance.uniform(0.3, 0.6)))
        yield [*news[: len(story)], *sorted(background, key=story.index)]

    def _daily(self, story: list[str], other: list[str]) -> Iterator[list[str]]:
        """a daily report with other figures"""
        for day in range(3):
            yield [
                self._price(metal, day)
                for metal in ("Neodymium oxide", "Terbium oxide", "Lithium carbonate", "Cobalt", "Nickel")
            ]

    def _price(self, metal: str, day: int) -> str:
        amount, change, stock = (self.chance.randint(*bounds) for bounds in ((200, 900), (1, 90), (1000, 90000)))
        way = self.chance.choice(("rose", "fell"))
        return (
            f"{metal} {way} by {change / 10} percent to {amount} yuan a kilogram on the {day + 3}th, traders in Shanghai said. "
            f"Stocks in registered warehouses stood at {stock} tonnes, against {stock + amount} tonnes a week before."
        )

    def _add(self, kind: str, origin: str, sentences: list[str], later: bool = False) -> None:
        """Add an article: copies come up to three days after their story, what takes from several stories after all of them."""
        title = " ".join(reworded(sentences[0], self.chance).split()[4:12])
        number = origin.rpartition(" ")[2]
        day = 10 + int(number) % 15 + (0 if kind == "a story" else self.chance.randint(0, 3))
        published = f"2025-{12 if later else 1 + int(number) % 9:02}-{day:02}" if self.chance.random() > 0.1 else ""
        paragraphs = (" ".join(sentences[at : at + 2]) for at in range(0, len(sentences), 2))
        self.texts.append(Text(kind, origin, title, published, "\n\n".join(paragraphs)))


def linked(texts: Sequence[Text]) -> dict[int, str]:
    """Return, for each text, the IRI of what it is a copy of, or its own."""
    sketches = {f"doc/{n}": sketch_text(t.text) for n, t in enumerate(texts)}
    articles = [Article(f"doc/{n}", str(n), t.title, t.published) for n, t in enumerate(texts)]
    found = find_copies(articles, {k: s.signature for k, s in sketches.items()}, lambda iri: sketches[iri].order)
    return {n: found.get(f"doc/{n}", f"doc/{n}") for n in range(len(texts))}


def pairs(groups: dict[int, str]) -> set[tuple[int, int]]:
    """Return the pairs of texts of one group."""
    members: dict[str, list[int]] = defaultdict(list)
    for text, group in sorted(groups.items()):
        members[group].append(text)
    return {pair for group in members.values() for pair in combinations(group, 2)}


def measure(texts: Sequence[Text]) -> tuple[float, float]:
    """Print what is found among texts; return precision and recall over pairs."""
    right, found = pairs({n: t.origin for n, t in enumerate(texts)}), pairs(linked(texts))
    print(f"{len(texts)} articles, {len(right)} pairs of copies, {len(found)} found")
    print("\ncopies that are linked with their story, by what was done to them\n")
    told: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for story, copy in sorted(right):
        if texts[story].kind == "a story":
            told[texts[copy].kind].append((story, copy))
    for kind, of_kind in sorted(told.items()):
        print(f"  {len(found.intersection(of_kind)) / len(of_kind):.3f}  {kind} ({len(of_kind)})")
    print("\nfalse pairs, by kind of article\n")
    wrong = Counter(" / ".join(sorted(texts[i].kind for i in pair)) for pair in found - right)
    for kind, count in sorted(wrong.items()):
        print(f"  {count}  {kind}")
    return len(found & right) / max(1, len(found)), len(found & right) / len(right)


def timed(texts: Sequence[Text]) -> float:
    """Return the seconds of processor time that linking takes, sketches made before."""
    begun = time.process_time()
    linked(texts)
    return time.process_time() - begun


def main() -> None:
    """Make the set and print how much of it is found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stories", type=int, default=10_000, help="stories at most (default: all)")
    parser.add_argument("--seed", type=int, default=1, help="of what is left to chance")
    parser.add_argument("--quick", action="store_true", help="on sixty stories, without times")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    sources = stories()
    chance.shuffle(sources)
    sources = sources[: 60 if options.quick else options.stories]
    texts = Newspapers(sources, chance).texts
    precision, recall = measure(texts)
    print(f"\nprecision {precision:.4f} (bar {PRECISION}), recall {recall:.4f} (bar {RECALL})")
    if not options.quick:
        print(f"ten times the articles take {timed(texts) / timed(texts[: len(texts) // 10]):.1f} times as long")
    sys.exit(precision < PRECISION or recall < RECALL)


if __name__ == "__main__":
    main()
