"""Formulas in TeX: found, so that nothing inside is touched, and written as `$...$`."""

import re

# Each form ends at the next mark of its kind, so that a text of marks alone takes linear time.
FORMULA = re.compile(
    r"\$\$(?P<display>(?:[^$\\]++|\\.)++)\$\$"
    r"|\$(?P<inline>(?:[^$\\]++|\\.)++)\$"
    r"|\\\((?P<paren>(?:[^\\]++|\\[^()])++)\\\)"
    r"|\\\[(?P<bracket>(?:[^\\]++|\\[^\[\]])++)\\\]",
    re.DOTALL,
)
_MAX_CHARS = 2000
_SIGNS = re.compile(r"[\\^_={}<>|+*/0-9≤≥×∈→]")
_PROSE_WORD = re.compile(r"[A-Za-z]{4,}")
_MARK = re.compile(r"\$|\\.", re.DOTALL)
_ONLY_TEXT = re.compile(
    r"\\(?:text(?:bf|it|tt|sc|sf|rm)?|mbox|emph|underline){([^{}$\\^_]*)}"
    r"|\\math(?:tt|sf|rm){([^{}$\\^_]*[a-z]{3}[^{}$\\^_]*)}"
    r"|(\\unicode\{x[0-9a-fA-F]{2,6}\})"
)


def formula_at(text: str, start: int) -> tuple[str, int] | None:
    """Return the formula that begins at `start`, as `$...$`, and where it ends; None if none does.

    "$5 to $10" is none: as pandoc has it, a formula begins and ends without a space, and no digit
    follows unless there are marks of TeX (`$\\sim$30`). A formula that is only text, such as
    `$\\texttt{YC}$`, comes back as `\\texttt{YC}`.
    """
    found = FORMULA.match(text, start)
    if found is None or found.end() - start > _MAX_CHARS:
        return None
    inner = next(group for group in found.groups() if group is not None)
    if not _is_formula(found.lastgroup or "", inner, text[found.end() : found.end() + 1]):
        return None
    inner = " ".join(inner.split())
    only_text = _ONLY_TEXT.fullmatch(inner)
    return (inner if only_text else f"${inner}$"), found.end()


def _is_formula(kind: str, inner: str, after: str) -> bool:
    if not inner.strip():
        return False
    could_be_money = after.isdigit() or inner[0].isspace() or inner[-1].isspace()
    if kind == "inline" and could_be_money:
        return _is_surely_formula(inner)
    return _SIGNS.search(inner) is not None or len(_PROSE_WORD.findall(inner)) < 2


def _is_surely_formula(inner: str) -> bool:
    """Return whether `inner` has marks of TeX or is a lone letter: more than an amount of money."""
    is_letter = len(inner.strip()) == 1 and not inner.strip().isdigit()
    return is_letter or re.search(r"\\[a-zA-Z%]|[\^_=]", inner) is not None


def formulas(text: str) -> list[str]:
    """Return the formulas of `text` in order, as `formula_at` writes them."""
    found, position = [], 0
    while mark := _MARK.search(text, position):
        formula = formula_at(text, mark.start())
        if formula:
            found.append(formula[0])
        position = formula[1] if formula else mark.end()
    return found
