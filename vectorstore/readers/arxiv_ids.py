"""arXiv ids in every spelling: bare, with a prefix, as a URL of a page or file, as a DOI."""

import re
from dataclasses import dataclass

_PREFIX = re.compile(
    r"""(?ix)
    (?: oai:arxiv\.org: | arxiv: \s*
      | (?:https?://)? (?:
            (?:[a-z0-9-]+\.)* arxiv\.org / (?:abs|pdf|html|format|src|e-print|ps) /
          | ar5iv\.org / (?:abs|html) /
          | (?:www\.)? (?:alphaxiv\.org/abs | huggingface\.co/papers | hf\.co/papers) /
          | (?:dx\.)? doi\.org / 10\.48550 / arxiv\.
        )
      | (?:doi:\s*)? 10\.48550/arxiv\.
    )"""
)
_ID = re.compile(
    r"""(?ix)
    (?: (?P<new> \d{2} (?:0[1-9]|1[0-2]) \. \d{4,5})
      | (?P<archive> [a-z]{2,9} (?:-[a-z]{2,8})?) (?:\.[a-z]{2,5}(?:-[a-z]{2,4})?)? /
        (?P<number> \d{2} (?:0[1-9]|1[0-2]) \d{3})
    )
    (?: v (?P<version> [1-9]\d{0,2}) )?
    (?: \.pdf )? /? (?: [?\#] .* )? (?: \s* \[ [a-z.-]+ \] )?"""
)


@dataclass(frozen=True, slots=True)
class ArxivId:
    """An arXiv id; `version` is None where none was told, which means the latest."""

    id: str
    version: int | None = None

    @property
    def url(self) -> str:
        """Return the page of the abstract, of this version where one was told."""
        version = f"v{self.version}" if self.version else ""
        return f"https://arxiv.org/abs/{self.id}{version}"

    @property
    def year(self) -> int:
        """Return the year of submission, which an id begins with; arXiv opened in 1991."""
        two_digits = int(self.id.rpartition("/")[2][:2])
        return two_digits + (1900 if two_digits >= 91 else 2000)


def parse_arxiv_id(text: str) -> ArxivId | None:
    """Return the id that `text` as a whole spells, None where it spells none.

    Of old ids the subject class is left out, as arXiv itself does: "math.GT/0309136" is
    "math/0309136".
    """
    text = text.strip()[:200]
    prefix = _PREFIX.match(text)
    found = _ID.fullmatch(text, prefix.end() if prefix else 0)
    if not found:
        return None
    name = found["new"] or f"{found['archive'].lower()}/{found['number']}"
    return ArxivId(name, int(found["version"]) if found["version"] else None)
