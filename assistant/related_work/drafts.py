"""A draft read for what to search: its title, its claims, and the places that want a citation."""

import re
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from assistant.reading.contribution import is_contribution
from assistant.related_work.errors import DraftError
from assistant.related_work.plan import Claim
from vectorstore import split_sentences, words

MAX_BYTES = 5_000_000
_MAX_CLAIMS = 12
_MIN_WORDS = 6

_WANTED = "\ufffc"  # stands where a citation is wanted while the markup is taken off
_WANTS = re.compile(
    r"\\cite\w*\s*(?:\[[^\[\]]*\])*\{\s*(?:\?+|todo|tbd|xx+|fixme|)\s*\}"
    r"|\\(?:todo|TODO)\{[^{}]*\bcit[^{}]*\}|\[\s*\?+\s*\]|\[@\?+\]"
    r"|[\[(]\s*(?:citation(?:s)? needed|needs? (?:a )?citations?|cite|cit\.?|refs?|todo:? cite)"
    r"\s*\??\s*[\])]",
    re.IGNORECASE,
)
_OWN = re.compile(r"\b(?:we|our|this (?:paper|work|study|article))\b", re.IGNORECASE)
_COMMENT = re.compile(r"(?<!\\)%.*")
_TITLE = re.compile(r"\\title\s*(?:\[[^\[\]]*\])?\{((?:[^{}]|\{[^{}]*\})*)\}")
_ABSTRACT = re.compile(r"\\begin\{abstract\}(.*?)\\end\{abstract\}", re.DOTALL)
_BODY = re.compile(r"\\begin\{document\}(.*?)(?:\\end\{document\}|\Z)", re.DOTALL)
_NO_PROSE = re.compile(
    r"\\begin\{(equation|align|figure|table|tabular|verbatim|lstlisting|tikzpicture|algorithm"
    r"|thebibliography)\*?\}.*?\\end\{\1\*?\}|\$\$.*?\$\$|\\\[.*?\\\]",
    re.DOTALL,
)
_CITED = re.compile(r"~?\\(?:no)?cite\w*\*?\s*(?:\[[^\[\]]*\])*\{[^{}]*\}|~?\\(?:eq)?ref\{[^{}]*\}")
_HEADING = re.compile(r"\\(?:chapter|(?:sub)*section|paragraph)\*?\{[^{}]*\}")
_COMMAND = re.compile(r"\\[a-zA-Z]+\*?(?:\[[^\[\]]*\])?\{([^{}]*)\}")
_BARE = re.compile(r"\\[a-zA-Z]+\*?(?:\[[^\[\]]*\])?")
_ESCAPED = re.compile(r"\\([%&_#${}])")
_MD_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$", re.MULTILINE)
_MD_CODE = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)
_MD_CITED = re.compile(r"[^\S\n]*\[(?:@[^\[\]]+|\d[\d,\s–-]*)\]")
_MD_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Draft:
    """What a draft says of itself. `abstract` is its abstract or, where none is marked, its start.

    `claims` are sentences on what it does, and those that want a citation, each as it stands in
    the draft, without markup.
    """

    title: str
    abstract: str
    claims: tuple[Claim, ...]

    @property
    def topic(self) -> str:
        """Return title and abstract as one text."""
        return " ".join(filter(None, (self.title, self.abstract)))


def read_draft(path: Path) -> Draft:
    """Return the draft of a .tex, .md or .txt file.

    Raises DraftError for a file that cannot be read, is too large, or holds no sentence.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise DraftError(
                f"Draft {str(path)!r} has {size:,} bytes; at most {MAX_BYTES:,} are read."
            )
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise DraftError(
            f"Draft {str(path)!r} is no UTF-8 text. Save it as .tex, .md or .txt."
        ) from None
    except OSError as error:
        raise DraftError(f"Cannot read the draft {str(path)!r}: {error.strerror}.") from None
    return parse_draft(
        text, is_latex=path.suffix.casefold() in {".tex", ".ltx", ".latex"}, name=path.name
    )


def parse_draft(text: str, *, is_latex: bool, name: str = "draft") -> Draft:
    """Return the draft of a text; see `read_draft`."""
    title, abstract, body = _of_latex(text) if is_latex else _of_markdown(text)
    sentences = [span.of(body) for span in split_sentences(body)]
    sentences = [each for each in sentences if len(words(each)) >= _MIN_WORDS]
    if not sentences:
        raise DraftError(f"Draft {name!r} holds no sentence of text to search for.")
    return Draft(
        title, abstract or " ".join(map(_clean, sentences[:6])), _claims(sentences, abstract)
    )


def _claims(sentences: list[str], abstract: str) -> tuple[Claim, ...]:
    """Return all sentences that want a citation, then the first that say what is done.

    In the abstract that is any that speaks of "we" or "this paper".
    """
    own, wanting = [], []
    for sentence in sentences:
        text = _clean(sentence)
        if _WANTED in sentence:
            wanting.append(Claim(text, wants_citation=True))
        elif is_contribution(text) or (text in abstract and _OWN.search(text)):
            own.append(Claim(text))
    found = [*wanting, *own[: max(3, _MAX_CLAIMS - len(wanting))]]
    return tuple({claim.text: claim for claim in found}.values())


def _of_latex(text: str) -> tuple[str, str, str]:
    text = _COMMENT.sub("", text)
    text = _WANTS.sub(f" {_WANTED} ", text)
    title, abstract, body = _TITLE.search(text), _ABSTRACT.search(text), _BODY.search(text)
    shown = body[1] if body else text
    return (
        _clean(_plain_latex(title[1])) if title else "",
        _clean(_plain_latex(abstract[1])) if abstract else "",
        _plain_latex(_TITLE.sub("", shown)),
    )


def _plain_latex(text: str) -> str:
    text = _HEADING.sub("\n\n", _CITED.sub("", _NO_PROSE.sub(" ", text)))
    text = re.sub(r"\\(?:begin|end)\{[^{}]*\}", "\n\n", text)
    before = None
    while before != text:
        before, text = text, _COMMAND.sub(r"\1", text)
    text = _ESCAPED.sub(r"\1", _BARE.sub(" ", text.replace("~", " ").replace("\\\\", " ")))
    text = text.replace("``", "“").replace("''", "”").replace("{", "").replace("}", "")
    return _without_lines(text)


def _of_markdown(text: str) -> tuple[str, str, str]:
    text = _MD_CODE.sub("", _WANTS.sub(f" {_WANTED} ", text))
    headings = list(_MD_HEADING.finditer(text))
    title = _clean(headings[0][1]) if headings else ""
    abstract = ""
    ends = [*(heading.start() for heading in headings[1:]), len(text)]
    for heading, end in zip(headings, ends, strict=False):  # no heading, no pair
        if heading[1].casefold().strip("*: ") == "abstract":
            abstract = text[heading.end() : end]
    body = _MD_HEADING.sub("\n\n", text)
    return title, _clean(_plain_markdown(abstract)), _plain_markdown(body)


def _plain_markdown(text: str) -> str:
    text = _MD_LINK.sub(r"\1", _MD_CITED.sub("", text))
    text = re.sub(r"^[^\S\n]*(?:[-*+>]|\d+\.)\s+", "\n\n", text, flags=re.MULTILINE)
    return _without_lines(re.sub(r"\*{1,3}|(?<!\w)_{1,2}|_{1,2}(?!\w)|`", "", text))


def _without_lines(text: str) -> str:
    """Return the text a paragraph a line, with an empty line between."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    paragraphs = (" ".join(group) for filled, group in groupby(lines, key=bool) if filled)
    return "\n\n".join(paragraphs)


def _clean(text: str) -> str:
    flat = " ".join(text.replace(_WANTED, " ").split())
    return re.sub(r" ([.,;:!?)])", r"\1", flat)
