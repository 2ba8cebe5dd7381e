"""CommonMark with places: each inline token says where in its block's content it begins."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

_ANY = 1_000_000  # quotes in quotes: text behind a bound would be left out


def located_markdown() -> MarkdownIt:
    """Return a parser of CommonMark and tables whose inline tokens have `meta["at"]` and are not joined.

    >>> (paragraph,) = [t for t in located_markdown().parse("3 \\\\* 4 *t*") if t.type == "inline"]
    >>> [(t.type, t.content, t.markup, t.meta["at"]) for t in paragraph.children][:3]
    [('text', '3 ', '', 0), ('text_special', '*', '\\\\*', 2), ('text', ' 4 ', '', 4)]
    """
    parser = MarkdownIt("commonmark")
    parser.inline = _Parser(parser)
    parser.configure("commonmark").enable("table").disable(["text_join", "fragments_join"])
    blocks = MarkdownIt("commonmark", {"maxNesting": _ANY}).enable("table").disable("text_join")
    blocks.inline = parser.inline
    return blocks


class _Parser(ParserInline):
    def __init__(self, md: MarkdownIt) -> None:
        super().__init__()
        self._md = md  # whose bound of nesting is for brackets in brackets, behind which they are text

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        """Process a block's content as ParserInline does, with a state that notes places."""
        state = _State(src, self._md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


class _State(StateInline):
    def push(self, ttype: str, tag: str, nesting: int) -> Token:
        """Push a token, which begins where the parser stands."""
        token = super().push(ttype, tag, nesting)  # type: ignore[arg-type]
        token.meta["at"] = self.pos
        return token

    def pushPending(self) -> Token:  # noqa: N802 - markdown-it's own name
        """Push the text that was passed over, which ends where the parser stands, but for spaces before a line break."""
        text = self.pending
        token = super().pushPending()
        token.meta["at"] = self.src.rfind(text, 0, self.pos)
        return token
