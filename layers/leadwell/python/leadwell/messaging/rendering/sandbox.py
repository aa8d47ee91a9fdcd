"""The Jinja environment that templates run in.

Templates come from people who may publish but not program, so the language is cut down to what texts need: fields,
conditions, loops, a short list of filters. There are no calls, no attributes of Python objects, no macros and no
imports; what remains cannot use up memory or time. That is narrower than Jinja's own sandbox, which it builds on and
which calls itself no solution for perfect security (https://jinja.palletsprojects.com/en/stable/sandbox/).
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from hashlib import sha256
from itertools import islice
from typing import Any

from jinja2 import BytecodeCache, Environment, Template, nodes
from jinja2.exceptions import SecurityError, TemplateError, TemplateSyntaxError
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from leadwell.errors import Broken
from leadwell.messaging.rendering.context import Fields
from leadwell.messaging.rendering.filters import FILTERS, MAX_CHARACTERS, bounded, concatenated, iterations
from leadwell.messaging.rendering.missing import Missing, current_rendering
from leadwell.messaging.rendering.text_outline import inline

_ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Assign, nodes.AssignBlock),
    *(nodes.Name, nodes.NSRef, nodes.Const, nodes.Getattr, nodes.Getitem, nodes.Slice),
    *(nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Neg, nodes.Pos),
    *(nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Concat),
    *(nodes.Filter, nodes.Test, nodes.Keyword, nodes.List, nodes.Tuple),
)
_REMEDIES: dict[type[nodes.Node], str] = {
    nodes.Call: "functions and methods cannot be called: use a filter",
    nodes.Pow: "** is not available",
    nodes.Scope: "{% with %} and {% autoescape %} are not available: use {% set %}; escaping cannot be switched off",
    nodes.ScopedEvalContextModifier: "escaping cannot be switched off",
    nodes.NSRef: "namespaces are not available",
}
_TESTS = frozenset(
    {"defined", "undefined", "none", "number", "string", "even", "odd", "divisibleby", "in"}
) | frozenset({"eq", "ne", "lt", "le", "gt", "ge"})
_LOOP = frozenset({"index", "index0", "revindex", "revindex0", "first", "last", "length"})
_LARGEST = 10**15
_LOOPED = "looped over"
_AT_ONCE = 32
"""Pieces of text between two looks at how much there is."""
_NOTHING = object()


class _Bounding(NodeTransformer):
    """Sends joined text and loops through filters that know their limits."""

    def visit_Concat(self, node: nodes.Concat) -> nodes.Filter:
        self.generic_visit(node)
        parts = nodes.List(node.nodes, lineno=node.lineno)
        return nodes.Filter(parts, "join", [nodes.Const("")], [], None, None, lineno=node.lineno)

    def visit_For(self, node: nodes.For) -> nodes.For:
        self.generic_visit(node)
        node.iter = nodes.Filter(node.iter, _LOOPED, [], [], None, None, lineno=node.lineno)
        return node


class TemplateEnvironment(ImmutableSandboxedEnvironment):
    """Renders untrusted templates over the data made by ``context.plain``."""

    intercepted_binops = frozenset({"*", "%", "+"})

    def __init__(self, *, autoescape: bool, finalize: Callable[[Any], Any] | None = None) -> None:
        shown = finalize or _shown
        super().__init__(autoescape=autoescape, undefined=Missing, finalize=shown, keep_trailing_newline=True)
        self.globals = {}
        self.filters = {**FILTERS, _LOOPED: iterations}
        self.tests = {name: test for name, test in self.tests.items() if name in _TESTS}

    @staticmethod
    def concat(pieces: Iterable[str]) -> str:
        collected: list[str] = []
        size, coming = 0, iter(pieces)
        while some := list(islice(coming, _AT_ONCE)):
            size += sum(map(len, some))
            if size > MAX_CHARACTERS:
                raise SecurityError(f"the text grows beyond {MAX_CHARACTERS} characters")
            collected += some
        return "".join(collected)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for node in tree.find_all(nodes.Node):
            if not isinstance(node, _ALLOWED) or isinstance(node, nodes.NSRef):
                self._refuse(node, _REMEDIES.get(type(node), f"{type(node).__name__} is not available in templates"))
            if isinstance(node, nodes.For) and node.recursive:
                self._refuse(node, "a loop cannot call itself")
            if isinstance(node, (nodes.List, nodes.Tuple)) and not all(map(_is_simple, node.items)):
                self._refuse(node, "a list can hold fixed values only")
            if isinstance(node, nodes.Filter) and node.name not in FILTERS:
                self._refuse(node, f"there is no filter {node.name!r}; available: {', '.join(FILTERS)}")
        return _Bounding().visit(tree)  # type: ignore[no-any-return]

    def _refuse(self, node: nodes.Node, why: str) -> None:
        raise TemplateSyntaxError(why, node.lineno or 1)  # what Jinja adds by itself stands nowhere

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, Fields):
            found = obj.get(attribute, _NOTHING)
            return found if found is not _NOTHING else Missing(name=obj.path_to(attribute))
        if isinstance(obj, LoopContext) and attribute in _LOOP:
            return super().getattr(obj, attribute)
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, Fields):
            return obj[argument] if argument in obj else Missing(name=obj.path_to(argument))
        if isinstance(obj, (list, tuple, str)) and isinstance(argument, (int, slice)):
            try:
                return obj[argument]
            except (IndexError, ValueError):
                return Missing(name=f"[{argument}]")
        if isinstance(obj, Missing):
            return Missing(name=f"{obj.path}.{argument}")
        return Missing(name=str(argument))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        for side in (left, right):
            if isinstance(side, Missing):
                return side
        numbers = isinstance(left, (int, float)) and isinstance(right, (int, float))
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            return concatenated([left, right])
        if not numbers:
            raise SecurityError(f"{operator} works on numbers only; use ~ to join texts")
        result = super().call_binop(context, operator, left, right)
        if abs(result) > _LARGEST:
            raise SecurityError("the number grows too large")
        return result


def _shown(value: Any) -> Any:
    """What a printed value looks like: nothing for null, and never a Python list."""
    if value is None:
        return ""
    if isinstance(value, (str, int, float, Missing)):
        return value
    current_rendering().missing[f"{getattr(value, 'path', '')}[a list]"] = None
    return ""


def _shown_in_outline(value: Any) -> str:
    return inline(str(_shown(value)))


HTML = TemplateEnvironment(autoescape=True)
TEXT = TemplateEnvironment(autoescape=False)
OUTLINE = TemplateEnvironment(autoescape=False, finalize=_shown_in_outline)
"""For what ``text_outline.outline_template`` makes."""


def render(
    environment: TemplateEnvironment,
    source: str,
    context: Mapping[str, Any],
    where: str,
    bytecode: BytecodeCache | None = None,
) -> str:
    """Renders inside a ``missing.rendering()``. ``where`` names the template for the reader of an error.

    Raises Broken when the template cannot work with this data or goes beyond its limits.
    """
    try:
        return bounded(_template(environment, source, bytecode).render(context))
    except (TemplateError, ArithmeticError, TypeError, ValueError, RecursionError) as error:
        raise Broken(f"{where}: cannot be rendered: {error}") from error


@lru_cache(maxsize=512)
def _template(environment: TemplateEnvironment, source: str, bytecode: BytecodeCache | None) -> Template:
    # Compiling takes a hundred times longer than rendering, loading bytecode does not.
    name = sha256(source.encode()).hexdigest()
    if bytecode is None:
        code = environment.compile(source, name)
    else:
        bucket = bytecode.get_bucket(environment, name, None, source)
        if bucket.code is None:
            bucket.code = environment.compile(source, name)
            bytecode.set_bucket(bucket)
        code = bucket.code
    return Environment.template_class.from_code(environment, code, {})


def _is_simple(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Const) or (isinstance(node, nodes.Name) and node.ctx == "store")
