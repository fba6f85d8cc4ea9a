"""The SELECTs of `sql/`, written for DuckDB, as steps for Spark that give the same rows.

The syntax tree is changed where the two disagree, loudly or silently, and taken apart: each CTE
becomes a view of its own. Spark would make a CTE anew wherever it is read, so that one of several
readers is kept; and it knows no `USING KEY`, so that such a recursion becomes a loop.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from sqlglot import exp, parse_one

from pipeline.core.catalog import intermediates

MOST_LEAVES = 3
"""What is read several times is kept if it reads more relations than this; less is made anew."""


@dataclass(frozen=True, slots=True)
class Loop:
    """A recursion: after its first rows, `steps` are made again and again, of which the last gives
    rows that are new or, by `key`, take the place of others; it ends where there are none."""

    key: tuple[str, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One view: its SELECT in Spark's words, and the names of its columns where the SELECT does not
    name them. One that `is_kept` is written down, because it is read more than once."""

    name: str
    query: str
    columns: tuple[str, ...] = ()
    is_kept: bool = False
    loop: Loop | None = None


def steps(
    name: str, query: str, made: Collection[str] = (), *, is_ordered: bool = True
) -> tuple[Step, ...]:
    """The views to make for a SELECT, each after those it reads, but for intermediates that are
    `made` already; the last, `name`, is the SELECT itself, in its order only if `is_ordered`."""
    parts = _Parts(made)
    tree = parts.flatten(name, parse_one(query, dialect="duckdb"), {})
    if not is_ordered:
        tree.set("order", None)
    return parts.steps([*parts.drafts, _Draft(name, tree)])


@dataclass(slots=True)
class _Draft:
    """A step while its tree may still change; `rounds` are the steps of a loop."""

    name: str
    tree: exp.Expr
    columns: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    rounds: list[_Draft] = field(default_factory=list)

    def reads(self) -> Iterator[str]:
        """The names of all that its SELECT reads, as often as it does."""
        return (table.name for table in self.tree.find_all(exp.Table))


class _Parts:
    """Takes one SELECT apart."""

    def __init__(self, made: Collection[str]) -> None:
        self.made = set(made)
        self.drafts: list[_Draft] = []

    def flatten(self, name: str, tree: exp.Expr, names: dict[str, str]) -> exp.Expr:
        """Make drafts of the CTEs of a query and of those within it; `names` are the views of the
        CTEs that it may read. Gives the query without them."""
        found = tree.args.get("with_")
        tree.set("with_", None)
        for cte in found.expressions if found else ():
            names = {**names, cte.alias: self._add(name, cte, names)}
        for inner in list(tree.find_all(exp.With)):
            if inner.parent:
                self.flatten(name, inner.parent, names)
        for table in tree.find_all(exp.Table):
            called = f"{table.db}.{table.name}".lstrip(".")
            if called in names:
                alias = table.alias_or_name
                table.replace(exp.to_table(names[called], alias=alias))
        return tree

    def _add(self, reader: str, cte: exp.CTE, names: dict[str, str]) -> str:
        """Make a draft of a CTE of the query `reader`; gives the name of its view."""
        name = cte.alias if cte.alias in intermediates() else f"{reader}__{cte.alias}"
        if name in self.made:
            return name
        self.made.add(name)
        columns = tuple(column.name for column in cte.args["alias"].columns)
        if not cte.args.get("key_expressions"):
            tree = self.flatten(name, cte.this, names)
            self.drafts.append(_Draft(name, tree, columns))
            return name
        first = _Draft(name, self.flatten(name, cte.this.left.unnest(), names), columns)
        before, self.drafts = self.drafts, []
        recurring = {**names, f"recurring.{cte.alias}": name}
        tree = self.flatten(name, cte.this.right.unnest(), recurring)
        first.key = tuple(each.name for each in cte.args["key_expressions"])
        first.rounds = [*self.drafts, _Draft(f"{name}__new", tree, columns)]
        self.drafts = [*before, first]
        return name

    def steps(self, drafts: list[_Draft]) -> tuple[Step, ...]:
        """The steps of drafts; what the rounds of a loop read from without is kept."""
        readers = Counter(name for each in drafts for name in each.reads())
        in_loops = {name for each in drafts for inner in each.rounds for name in inner.reads()}
        leaves: dict[str, int] = {}
        found = []
        for each in drafts:
            count = sum(leaves.get(name, 1) for name in each.reads())
            is_often = readers[each.name] > 1 and count > MOST_LEAVES
            is_kept = is_often or each.name in intermediates() or each.name in in_loops
            leaves[each.name] = 1 if is_kept or each.key else count
            loop = Loop(each.key, self.steps(each.rounds)) if each.key else None
            found.append(Step(each.name, translated(each.tree), each.columns, is_kept, loop))
        return tuple(found)


def translated(tree: exp.Expr) -> str:
    """A query of DuckDB in Spark's words."""
    for node in reversed(list(tree.walk())):  # what is inside comes first
        rule = _RULES.get(type(node))
        if rule is not None and node.parent is not None:
            node.replace(rule(node.copy()))
    return tree.sql(dialect="spark")


def _wide(node: exp.Expr) -> exp.Expr:
    """A whole number that has 64 bits in DuckDB and 32 in Spark."""
    return exp.cast(node, "bigint")


def _ranked(node: exp.Expr) -> exp.Expr:
    is_rank = isinstance(node.this, exp.RowNumber | exp.Rank | exp.DenseRank)
    return _wide(node) if is_rank else node


def _called(name: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=list(arguments))


def _quantile(node: exp.Expr) -> exp.Expr:
    """Exact and interpolated, as in DuckDB; Spark's other one is neither."""
    return _called("percentile", node.this, node.expression)


def _divided(node: exp.Expr) -> exp.Expr:
    """No number where the divisor is 0: infinite in DuckDB, an error in Spark."""
    if not isinstance(node.expression, exp.Literal | exp.Nullif):
        divisor = exp.Nullif(this=node.expression.copy(), expression=exp.Literal.number(0))
        node.set("expression", divisor)
    return node


def _series(node: exp.Expr) -> exp.Expr:
    """No rows where the end comes before the start; Spark would count downwards."""
    start, end = (_wide(node.args[name]) for name in ("start", "end"))
    numbers = _called("sequence", start.copy(), end.copy())
    return exp.Case().when(exp.LTE(this=start, expression=end), numbers)


def _left(node: exp.Expr) -> exp.Expr:
    """The same by another name: Sail cannot split what its own `left` gives."""
    return _called("substring", node.this, exp.Literal.number(1), node.expression)


def _split(node: exp.Expr) -> exp.Expr:
    """Split at a text; Spark takes a pattern."""
    pattern = re.sub(r"([^\w\s])", r"\\\1", node.expression.name)
    return _called("split", node.this, exp.Literal.string(pattern))


def _lower(node: exp.Expr) -> exp.Expr:
    """Letter by letter: Java makes two letters of the first, and another of the second where it
    ends a word."""
    letters = (exp.Literal.string(each) for each in ("İΣ", "iσ"))
    node.set("this", _called("translate", node.this, *letters))
    return node


def _trimmed(node: exp.Expr) -> exp.Expr:
    """Without the blanks of Unicode at both ends; Spark knows one only."""
    if not node.expression:
        node.set("expression", exp.Literal.string(_SPACES))
        node.set("position", "BOTH")
    return node


def _with_pattern(node: exp.Expr) -> exp.Expr:
    node.set("expression", exp.Literal.string(_pattern(node.expression.name)))
    return node


_SPACES = " \xa0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_BLANKS = r"\t\n\f\r "
_PATTERN_PARTS = re.compile(r"\\.|\[|\]|\.|\$")


def _pattern(pattern: str) -> str:
    """A regular expression of RE2, as DuckDB has it, that Java reads alike.

    There `.` stops at more characters, `$` also matches before a final line break, and `\\s` knows
    one blank more.
    """
    is_in_class = False

    def part(found: re.Match[str]) -> str:
        """What Java reads as RE2 reads this part."""
        nonlocal is_in_class
        text = found[0]
        if text in ("[", "]"):
            is_in_class = text == "["
        if text == r"\s":
            return _BLANKS if is_in_class else f"[{_BLANKS}]"
        if is_in_class:
            return text
        return {".": r"[^\n]", "$": r"\z", r"\S": f"[^{_BLANKS}]"}.get(text, text)

    return _PATTERN_PARTS.sub(part, pattern)


def _anonymous(node: exp.Expr) -> exp.Expr:
    if node.name.lower() != "list_extract":
        return node
    values, place = node.expressions
    return _called("try_element_at", values, exp.cast(place, "int"))


_RULES: dict[type[exp.Expr], Callable[[exp.Expr], exp.Expr]] = {
    exp.Anonymous: _anonymous,
    exp.ArraySize: _wide,
    exp.DateDiff: _wide,
    exp.Div: _divided,
    exp.Extract: _wide,
    exp.GenerateSeries: _series,
    exp.Left: _left,
    exp.Length: _wide,
    exp.Lower: _lower,
    exp.PercentileCont: _quantile,
    exp.RegexpExtract: _with_pattern,
    exp.RegexpReplace: _with_pattern,
    exp.Split: _split,
    exp.Trim: _trimmed,
    exp.Window: _ranked,
}
