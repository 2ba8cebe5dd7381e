"""One view of predicates and arguments, whether the parser wrote Universal Dependencies or ClearNLP's labels."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
import spacy
from spacy.tokens import Doc

from kg.tree import Tree

VOCAB = spacy.blank("en").vocab
# Function words hang differently in the two label sets; what they mark is in the cases.
LEFT_OUT = {"punct", "case", "cc", "mark", "aux", "aux:pass", "det", "fixed"}


def read(table: str, clear: bool) -> Doc:
    """Build a `Doc` from rows "word lemma POS TAG head label head label": first in UD, then in ClearNLP; roots have head 0."""
    rows = [line.split() for line in table.strip().splitlines()]
    at = 6 if clear else 4
    return Doc(
        VOCAB,
        words=[row[0] for row in rows],
        lemmas=[row[1] for row in rows],
        pos=[row[2] for row in rows],
        tags=[row[3] for row in rows],
        heads=[int(row[at]) - 1 if row[at] != "0" else i for i, row in enumerate(rows)],
        deps=[row[at + 1] for row in rows],
    )


def view(tree: Tree) -> set[str]:
    """Return "head relation dependent" of each content word, with the preposition of those that have one."""
    found = set()
    for i, label in enumerate(tree.labels):
        if label in LEFT_OUT:
            continue
        word, head = tree.token(i).text, tree.token(tree.heads[i]).text
        case = f" {tree.cases[i]}" if tree.cases[i] else ""
        found.add(f"ROOT {word}{case}" if tree.heads[i] == i else f"{head} {label}{case} {word}")
    return found


SENTENCES: dict[str, tuple[str, str]] = {
    "active": (
        """
        Lynas       Lynas       PROPN NNP 2 nsubj     2 nsubj
        ships       ship        VERB  VBZ 0 ROOT      0 ROOT
        monazite    monazite    NOUN  NN  4 compound  4 compound
        concentrate concentrate NOUN  NN  2 obj       2 dobj
        to          to          ADP   IN  6 case      2 prep
        Malaysia    Malaysia    PROPN NNP 2 obl       5 pobj
        .           .           PUNCT .   2 punct     2 punct
        """,
        "ROOT ships | ships nsubj Lynas | ships obj concentrate | concentrate compound monazite | ships obl to Malaysia",
    ),
    "passive with agent": (
        """
        The    the    DET   DT  2 det        2 det
        mine   mine   NOUN  NN  4 nsubj:pass 4 nsubjpass
        was    be     AUX   VBD 4 aux:pass   4 auxpass
        bought buy    VERB  VBN 0 ROOT       0 ROOT
        by     by     ADP   IN  6 case       4 agent
        Korra  Korra  PROPN NNP 4 obl:agent  5 pobj
        and    and    CCONJ CC  8 cc         6 cc
        Solvay Solvay PROPN NNP 6 conj       6 conj
        in     in     ADP   IN  10 case      4 prep
        2024   2024   NUM   CD  4 obl        9 pobj
        """,
        "ROOT bought | bought nsubj:pass mine | bought obl:agent by Korra | Korra conj Solvay | bought obl in 2024",
    ),
    "agent of a participle": (
        """
        Ore    ore    NOUN  NN  5 nsubj      5 nsubj
        mined  mine   VERB  VBN 1 acl        1 acl
        by     by     ADP   IN  4 case       2 agent
        Korra  Korra  PROPN NNP 2 obl:agent  3 pobj
        leaves leave  VERB  VBZ 0 ROOT       0 ROOT
        Peru   Peru   PROPN NNP 5 obj        5 dobj
        """,
        "ROOT leaves | leaves nsubj Ore | Ore acl mined | mined obl:agent by Korra | leaves obj Peru",
    ),
    "prepositional object of a noun": (
        """
        Korra  Korra  PROPN NNP 2 nsubj   2 nsubj
        sold   sell   VERB  VBD 0 ROOT    0 ROOT
        a      a      DET   DT  4 det     4 det
        stake  stake  NOUN  NN  2 obj     2 dobj
        in     in     ADP   IN  7 case    4 prep
        the    the    DET   DT  7 det     7 det
        miner  miner  NOUN  NN  4 nmod    5 pobj
        from   from   ADP   IN  9 case    7 prep
        Peru   Peru   PROPN NNP 7 nmod    8 pobj
        """,
        "ROOT sold | sold nsubj Korra | sold obj stake | stake nmod in miner | miner nmod from Peru",
    ),
    "two objects": (
        """
        Japan  Japan  PROPN NNP 2 nsubj   2 nsubj
        lent   lend   VERB  VBD 0 ROOT    0 ROOT
        Lynas  Lynas  PROPN NNP 2 iobj    2 dative
        money  money  NOUN  NN  2 obj     2 dobj
        """,
        "ROOT lent | lent nsubj Japan | lent iobj Lynas | lent obj money",
    ),
    "dative with a preposition": (
        """
        Japan  Japan  PROPN NNP 2 nsubj   2 nsubj
        lent   lend   VERB  VBD 0 ROOT    0 ROOT
        money  money  NOUN  NN  2 obj     2 dobj
        to     to     ADP   IN  5 case    2 dative
        Lynas  Lynas  PROPN NNP 2 obl     4 pobj
        """,
        "ROOT lent | lent nsubj Japan | lent obj money | lent obl to Lynas",
    ),
    "coordination": (
        """
        Korra   Korra   PROPN NNP 4 nsubj 4 nsubj
        and     and     CCONJ CC  3 cc    1 cc
        Solvay  Solvay  PROPN NNP 1 conj  1 conj
        mine    mine    VERB  VBP 0 ROOT  0 ROOT
        ore     ore     NOUN  NN  4 obj   4 dobj
        and     and     CCONJ CC  7 cc    4 cc
        ship    ship    VERB  VBP 4 conj  4 conj
        oxides  oxide   NOUN  NNS 7 obj   7 dobj
        to      to      ADP   IN  10 case 7 prep
        Canada  Canada  PROPN NNP 7 obl   9 pobj
        and     and     CCONJ CC  12 cc   10 cc
        Norway  Norway  PROPN NNP 10 conj 10 conj
        """,
        """
        ROOT mine | mine nsubj Korra | Korra conj Solvay | mine obj ore |
        mine conj ship | ship obj oxides | ship obl to Canada | Canada conj Norway
        """,
    ),
    "relative clause": (
        """
        Korra    Korra   PROPN NNP 7 nsubj     7 nsubj
        ,        ,       PUNCT ,   1 punct     1 punct
        which    which   PRON  WDT 4 nsubj     4 nsubj
        operates operate VERB  VBZ 1 acl:relcl 1 relcl
        mines    mine    NOUN  NNS 4 obj       4 dobj
        ,        ,       PUNCT ,   1 punct     1 punct
        sold     sell    VERB  VBD 0 ROOT      0 ROOT
        bonds    bond    NOUN  NNS 7 obj       7 dobj
        """,
        "ROOT sold | sold nsubj Korra | Korra acl:relcl operates | operates nsubj which | operates obj mines | sold obj bonds",
    ),
    "apposition and possessor": (
        """
        Korra  Korra  PROPN NNP 6 nsubj     6 nsubj
        ,      ,      PUNCT ,   1 punct     1 punct
        a      a      DET   DT  4 det       4 det
        miner  miner  NOUN  NN  1 appos     1 appos
        ,      ,      PUNCT ,   1 punct     1 punct
        sold   sell   VERB  VBD 0 ROOT      0 ROOT
        Solvay Solvay PROPN NNP 9 nmod:poss 9 poss
        's     's     PART  POS 7 case      7 case
        bonds  bond   NOUN  NNS 6 obj       6 dobj
        """,
        "ROOT sold | sold nsubj Korra | Korra appos miner | sold obj bonds | bonds nmod:poss Solvay",
    ),
    "copula with a noun": (
        """
        Korra    Korra    PROPN NNP 5 nsubj 2 nsubj
        is       be       AUX   VBZ 5 cop   0 ROOT
        the      the      DET   DT  5 det   5 det
        largest  large    ADJ   JJS 5 amod  5 amod
        producer producer NOUN  NN  0 ROOT  2 attr
        of       of       ADP   IN  7 case  5 prep
        oxides   oxide    NOUN  NNS 5 nmod  6 pobj
        """,
        "ROOT producer | producer nsubj Korra | producer cop is | producer amod largest | producer nmod of oxides",
    ),
    "copula in a clause": (
        """
        Korra    Korra    PROPN NNP 2 nsubj 2 nsubj
        said     say      VERB  VBD 0 ROOT  0 ROOT
        it       it       PRON  PRP 6 nsubj 4 nsubj
        was      be       AUX   VBD 6 cop   2 ccomp
        a        a        DET   DT  6 det   6 det
        miner    miner    NOUN  NN  2 ccomp 4 attr
        """,
        "ROOT said | said nsubj Korra | said ccomp miner | miner nsubj it | miner cop was",
    ),
    "copula in a relative clause": (
        """
        Korra    Korra    PROPN NNP 7 nsubj     7 nsubj
        ,        ,        PUNCT ,   1 punct     1 punct
        which    which    PRON  WDT 6 nsubj     4 nsubj
        is       be       AUX   VBZ 6 cop       1 relcl
        a        a        DET   DT  6 det       6 det
        miner    miner    NOUN  NN  1 acl:relcl 4 attr
        grew     grow     VERB  VBD 0 ROOT      0 ROOT
        """,
        "ROOT grew | grew nsubj Korra | Korra acl:relcl miner | miner nsubj which | miner cop is",
    ),
    "copula with an adjective": (
        """
        Supply   supply   NOUN  NN  3 nsubj 2 nsubj
        is       be       AUX   VBZ 3 cop   0 ROOT
        scarce   scarce   ADJ   JJ  0 ROOT  2 acomp
        """,
        "ROOT scarce | scarce nsubj Supply | scarce cop is",
    ),
    "another verb with a predicate": (
        """
        China  China  PROPN NNP 2 nsubj 2 nsubj
        became become VERB  VBD 0 ROOT  0 ROOT
        leader leader NOUN  NN  2 xcomp 2 attr
        """,
        "ROOT became | became nsubj China | became xcomp leader",
    ),
    "verbs in a row": (
        """
        Korra  Korra  PROPN NNP 2 nsubj        2 nsubj
        plans  plan   VERB  VBZ 0 ROOT         0 ROOT
        to     to     PART  TO  4 mark         4 aux
        shut   shut   VERB  VB  2 xcomp        2 xcomp
        down   down   ADP   RP  4 compound:prt 4 prt
        mines  mine   NOUN  NNS 4 obj          4 dobj
        """,
        "ROOT plans | plans nsubj Korra | plans xcomp shut | shut compound:prt down | shut obj mines",
    ),
    "gerund after a preposition": (
        """
        Korra  Korra  PROPN NNP 2 nsubj 2 nsubj
        grew   grow   VERB  VBD 0 ROOT  0 ROOT
        by     by     SCONJ IN  4 mark  2 prep
        buying buy    VERB  VBG 2 advcl 3 pcomp
        mines  mine   NOUN  NNS 4 obj   4 dobj
        """,
        "ROOT grew | grew nsubj Korra | grew advcl buying | buying obj mines",
    ),
    "gerund of a copula": (
        """
        Korra   Korra   PROPN NNP 2 nsubj 2 nsubj
        grew    grow    VERB  VBD 0 ROOT  0 ROOT
        by      by      SCONJ IN  5 mark  2 prep
        being   be      AUX   VBG 5 cop   3 pcomp
        careful careful ADJ   JJ  2 advcl 4 acomp
        """,
        "ROOT grew | grew nsubj Korra | grew advcl careful | careful cop being",
    ),
    "gerund of a noun": (
        """
        Korra    Korra PROPN NNP 2 nsubj 2 nsubj
        has      have  VERB  VBZ 0 ROOT  0 ROOT
        plans    plan  NOUN  NNS 2 obj   2 dobj
        for      for   SCONJ IN  5 mark  3 prep
        building build VERB  VBG 3 acl   4 pcomp
        mines    mine  NOUN  NNS 5 obj   5 dobj
        """,
        "ROOT has | has nsubj Korra | has obj plans | plans acl building | building obj mines",
    ),
    "what there is": (
        """
        There there PRON  EX  2 expl  2 expl
        are   be    VERB  VBP 0 ROOT  0 ROOT
        mines mine  NOUN  NNS 2 nsubj 2 attr
        in    in    ADP   IN  5 case  2 prep
        Peru  Peru  PROPN NNP 2 obl   4 pobj
        """,
        "ROOT are | are expl There | are nsubj mines | are obl in Peru",
    ),
    "range": (
        """
        Output output NOUN NN  2 nsubj 2 nsubj
        rose   rise   VERB VBD 0 ROOT  0 ROOT
        from   from   ADP  IN  4 case  2 prep
        5      5      NUM  CD  2 obl   3 pobj
        to     to     ADP  IN  6 case  3 prep
        6      6      NUM  CD  4 nmod  5 pobj
        """,
        "ROOT rose | rose nsubj Output | rose obl from 5 | 5 nmod to 6",
    ),
    "preposition of two words, the second below the first": (
        """
        Prices  price   NOUN  NNS 2 nsubj 2 nsubj
        fell    fall    VERB  VBD 0 ROOT  0 ROOT
        because because ADP   IN  5 case  2 prep
        of      of      ADP   IN  3 fixed 3 pcomp
        imports import  NOUN  NNS 2 obl   4 pobj
        """,
        "ROOT fell | fell nsubj Prices | fell obl because of imports",
    ),
    "preposition of two words": (
        """
        According accord VERB  VBG 3 case  6 prep
        to        to     ADP   IN  1 fixed 1 prep
        Korra     Korra  PROPN NNP 6 obl   2 pobj
        ,         ,      PUNCT ,   6 punct 6 punct
        prices    price  NOUN  NNS 6 nsubj 6 nsubj
        fell      fall   VERB  VBD 0 ROOT  0 ROOT
        """,
        "ROOT fell | fell nsubj prices | fell obl according to Korra",
    ),
    "negated": (
        """
        Korra  Korra  PROPN NNP 4 nsubj  4 nsubj
        did    do     AUX   VBD 4 aux    4 aux
        not    not    PART  RB  4 advmod 4 neg
        sell   sell   VERB  VB  0 ROOT   0 ROOT
        mines  mine   NOUN  NNS 4 obj    4 dobj
        """,
        "ROOT sell | sell nsubj Korra | sell advmod not | sell obj mines",
    ),
    "share of a whole": (
        """
        60     60     NUM   CD  2 nummod 2 nummod
        %      %      NOUN  NN  5 nsubj  5 nsubj
        of     of     ADP   IN  4 case   2 prep
        oxides oxide  NOUN  NNS 2 nmod   3 pobj
        come   come   VERB  VBP 0 ROOT   0 ROOT
        from   from   ADP   IN  7 case   5 prep
        China  China  PROPN NNP 5 obl    6 pobj
        """,
        "ROOT come | come nsubj % | % nummod 60 | % nmod of oxides | come obl from China",
    ),
    "adjective with a preposition": (
        """
        Japan     Japan     PROPN NNP 3 nsubj 2 nsubj
        is        be        AUX   VBZ 3 cop   0 ROOT
        dependent dependent ADJ   JJ  0 ROOT  2 acomp
        on        on        ADP   IN  5 case  3 prep
        imports   import    NOUN  NNS 3 obl   4 pobj
        """,
        "ROOT dependent | dependent nsubj Japan | dependent cop is | dependent obl on imports",
    ),
    "copula with a place": (
        """
        The    the    DET   DT  2 det   2 det
        mine   mine   NOUN  NN  5 nsubj 3 nsubj
        is     be     AUX   VBZ 5 cop   0 ROOT
        in     in     ADP   IN  5 case  3 prep
        Canada Canada PROPN NNP 0 ROOT  4 pobj
        """,
        "ROOT Canada in | Canada nsubj mine | Canada cop is",
    ),
    "prepositions joined by 'and'": (
        """
        Japan  Japan  PROPN NNP 2 nsubj 2 nsubj
        buys   buy    VERB  VBZ 0 ROOT  0 ROOT
        ore    ore    NOUN  NN  2 obj   2 dobj
        from   from   ADP   IN  5 case  2 prep
        Peru   Peru   PROPN NNP 2 obl   4 pobj
        and    and    CCONJ CC  8 cc    4 cc
        from   from   ADP   IN  8 case  4 conj
        China  China  PROPN NNP 5 conj  7 pobj
        """,
        "ROOT buys | buys nsubj Japan | buys obj ore | buys obl from Peru | Peru conj from China",
    ),
    "no label that only ClearNLP has": (
        """
        Peru   Peru   PROPN NNP 3 nmod:poss 3 poss
        's     's     PART  POS 1 case      1 case
        mines  mine   NOUN  NNS 6 nsubj     6 nsubj
        did    do     AUX   VBD 6 aux       6 aux
        not    not    PART  RB  6 advmod    6 neg
        grow   grow   VERB  VB  0 ROOT      0 ROOT
        """,
        "ROOT grow | grow nsubj mines | mines nmod:poss Peru | grow advmod not",
    ),
}


def parts(expected: str) -> set[str]:
    return {part.strip() for part in expected.split("|")}


def test_every_construction_is_written_in_both_label_sets() -> None:
    assert len(SENTENCES) == 28
    for table, _ in SENTENCES.values():
        assert {len(line.split()) for line in table.strip().splitlines()} == {8}


@pytest.mark.parametrize(("table", "expected"), SENTENCES.values(), ids=SENTENCES)
def test_universal_dependencies_are_taken_as_they_are(table: str, expected: str) -> None:
    doc = read(table, clear=False)
    tree = Tree.from_doc(doc)
    assert view(tree) == parts(expected)
    assert tree.heads == [t.head.i for t in doc]


@pytest.mark.parametrize(("table", "expected"), SENTENCES.values(), ids=SENTENCES)
def test_clear_labels_give_the_same_view(table: str, expected: str) -> None:
    assert view(Tree.from_doc(read(table, clear=True))) == parts(expected)


@pytest.mark.parametrize("clear", [False, True])
@pytest.mark.parametrize("table", [table for table, _ in SENTENCES.values()], ids=SENTENCES)
def test_a_tree_is_a_tree_and_the_document_stays_as_it_is(table: str, clear: bool) -> None:
    doc = read(table, clear)
    before = [(t.head.i, t.dep_) for t in doc]
    tree = Tree.from_doc(doc)
    assert [(t.head.i, t.dep_) for t in doc] == before
    (root,) = [i for i, head in enumerate(tree.heads) if head == i]
    assert sorted(tree.subtree(root)) == list(range(len(doc)))
    assert tree.labels[root] == "ROOT"


def test_an_empty_document_has_an_empty_tree() -> None:
    tree = Tree.from_doc(Doc(VOCAB, words=[]))
    assert (tree.heads, tree.labels, tree.cases, tree.children) == ([], [], [], [])


# What a parser gets wrong


def rows(*lines: str) -> Tree:
    """Return the tree of lines "word TAG head label" in UD."""
    cells: Iterable[list[str]] = [line.split() for line in lines]
    table = "\n".join(f"{word} {word} X {tag} {head} {label} {head} {label}" for word, tag, head, label in cells)
    return Tree.from_doc(read(table, clear=False))


def test_a_subject_with_by_after_a_participle_is_its_agent() -> None:
    tree = rows("Ore NN 5 nsubj", "imported VBN 1 acl", "by IN 4 case", "Japan NNP 5 nsubj", "fell VBD 0 ROOT")
    assert "imported obl:agent by Japan" in view(tree)
    assert "fell nsubj Ore" in view(tree)


def test_a_subject_or_object_with_a_preposition_is_oblique() -> None:
    tree = rows("Ore NN 2 nsubj", "came VBD 0 ROOT", "from IN 4 case", "Japan NNP 2 obj")
    assert view(tree) == {"ROOT came", "came nsubj Ore", "came obl from Japan"}


def test_a_preposition_before_a_list_marks_its_first_member() -> None:
    tree = rows("bought VBD 0 ROOT", "from IN 5 case", "Peru NNP 1 obl", "and CC 5 cc", "Chile NNP 3 conj")
    assert view(tree) == {"ROOT bought", "bought obl from Peru", "Peru conj Chile"}


def test_a_possessive_ending_is_no_preposition() -> None:
    tree = rows("Peru NNP 3 nmod:poss", "'s POS 1 case", "mines NNS 0 ROOT")
    assert tree.cases == ["", "", ""]


# Walks

LIST = rows("sold VBD 0 ROOT", "tin NN 1 obj", ", , 4 punct", "zinc NN 2 conj", "and CC 6 cc", "ore NN 2 conj")
CHAIN = rows("sold VBD 0 ROOT", "tin NN 1 obj", ", , 4 punct", "zinc NN 2 conj", "and CC 6 cc", "ore NN 4 conj")


@pytest.mark.parametrize("tree", [LIST, CHAIN], ids=["all on the first", "each on the one before"])
def test_conjuncts_are_the_same_flat_or_chained(tree: Tree) -> None:
    assert tree.conjuncts(1) == [1, 3, 5]
    assert [tree.first_conjunct(i) for i in (1, 3, 5)] == [1, 1, 1]
    assert tree.first_conjunct(0) == 0


def test_a_relation_stands_for_its_subtypes_and_not_the_other_way() -> None:
    tree = rows("mine NN 3 nsubj:pass", "was VBD 3 aux:pass", "sold VBN 0 ROOT", "today NN 3 obl:unmarked")
    assert list(tree.kids(2, "nsubj")) == [0]
    assert list(tree.kids(2, "nsubj:pass")) == [0]
    assert list(tree.kids(2, "obl", "nsubj")) == [0, 3]
    assert tree.has(2, "aux:pass")
    assert not tree.has(2, "nsubj:outer")
    assert not tree.has(0, "nsubj")


def test_ancestors_lead_to_the_root_and_subtrees_down() -> None:
    assert list(CHAIN.ancestors(5)) == [3, 1, 0]
    assert list(CHAIN.ancestors(0)) == []
    assert sorted(CHAIN.subtree(3)) == [2, 3, 4, 5]
    assert CHAIN.children == [[1], [3], [], [2, 5], [], [4]]


def parsed(rows: str) -> Tree:
    """Return the tree of rows "word POS TAG head label"."""
    split = [line.split() for line in rows.strip().splitlines()]
    return Tree.from_doc(
        Doc(
            VOCAB,
            words=[row[0] for row in split],
            spaces=[n + 1 < len(split) and "-" not in (row[0], split[n + 1][0]) for n, row in enumerate(split)],
            lemmas=[row[0].lower() for row in split],
            pos=[row[1] for row in split],
            tags=[row[2] for row in split],
            heads=[int(row[3]) - 1 if row[3] != "0" else n for n, row in enumerate(split)],
            deps=[row[4] for row in split],
        )
    )


def test_a_share_that_is_owned_hangs_on_what_is_said_of_it() -> None:
    tree = parsed("""
        Tavist  PROPN NNP 4 nsubj
        is      AUX   VBZ 4 cop
        28      NUM   CD  4 nummod
        %       SYM   NN  0 ROOT
        owned   VERB  VBN 4 acl
        by      ADP   IN  7 case
        Norbeck PROPN NNP 5 obl:agent
    """)
    assert view(tree) == {
        "ROOT owned",
        "owned nsubj:pass Tavist",
        "owned obl:unmarked %",
        "% nummod 28",
        "owned obl:agent by Norbeck",
    }


def test_a_share_of_what_was_sold_stays_with_its_noun() -> None:
    tree = parsed("""
        Norbeck PROPN NNP 2 nsubj
        sold    VERB  VBD 0 ROOT
        28      NUM   CD  4 nummod
        %       SYM   NN  2 obj
        of      ADP   IN  6 case
        Tavist  PROPN NNP 4 nmod
    """)
    assert {"sold obj %", "% nmod of Tavist"} <= view(tree)


def test_what_a_hyphen_joins_to_a_participle_belongs_to_it() -> None:
    tree = parsed("""
        Veldhoven PROPN NNP  4 compound
        -         PUNCT HYPH 1 punct
        based     VERB  VBN  4 amod
        ASML      PROPN NNP  0 ROOT
    """)
    assert {"based obl:unmarked Veldhoven", "ASML amod based"} <= view(tree)


def test_a_name_before_a_participle_without_a_hyphen_stays_where_it_is() -> None:
    tree = parsed("""
        Veldhoven PROPN NNP 4 compound
        and       CCONJ CC  3 cc
        listed    VERB  VBN 4 amod
        ASML      PROPN NNP 0 ROOT
    """)
    assert "ASML compound Veldhoven" in view(tree)
