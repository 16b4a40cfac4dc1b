"""Live sources by DOI: the record that its agency (Crossref, DataCite, ...) gives as CSL-JSON.

https://citation.crosscite.org/docs.html: content negotiation at doi.org.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from vectorstore.cleaning.clean import clean_text
from vectorstore.live.answers import json_of, not_expected
from vectorstore.live.arxiv import ArxivIds
from vectorstore.live.client import LiveClient
from vectorstore.live.errors import LiveError, LiveNameError
from vectorstore.live.fetching import Response
from vectorstore.live.query import Asked, Page, Rejected
from vectorstore.live.services import DOI
from vectorstore.readers.arxiv_ids import parse_arxiv_id
from vectorstore.readers.fields import first_text, mapping_of
from vectorstore.readers.identifiers import doi_in
from vectorstore.readers.opened import Opened
from vectorstore.readers.report import MAX_EXCERPT_CHARS, Reject

_CSL = "application/vnd.citationstyles.csl+json"
_FORMAT = "csl-json"
_HOSTS = frozenset({"doi.org", "dx.doi.org", "www.doi.org"})
_REMEDY = "add it from a file that has one, such as the publisher's RIS: citewise add FILE"


@dataclass(frozen=True, slots=True)
class DoiRecord:
    """The paper that a DOI names."""

    doi: str
    is_search: bool = False
    is_newest_first: bool = False
    is_dated: bool = False

    @property
    def name(self) -> str:
        """Return the name in its one form."""
        return f"doi:{self.doi}"

    def place(self, token: str) -> str:  # noqa: ARG002 (there is one)
        """Return where a token stands, for a person."""
        return "its record"

    def pages(self, client: LiveClient, asked: Asked) -> Iterator[Page]:  # noqa: ARG002
        """Yield the record, or a reject where it has no abstract."""
        records: list[dict[str, object]] = []
        path = f"/{quote(self.doi, safe='/')}"
        content = client.get(
            DOI, path, {}, _CSL, lambda response: records.append(self._record(response))
        )
        title = first_text(records[-1], "title")
        if clean_text(first_text(records[-1], "abstract")):
            yield Page([Opened(self.name, io.BytesIO(content))], "0")
        else:
            yield Page([self._without_abstract(title)], "0")

    def _record(self, response: Response) -> dict[str, object]:
        if response.status == 404:
            raise LiveError(
                f"doi.org knows no DOI {self.doi!r}; look at https://doi.org/{self.doi}"
            )
        if response.status == 406:
            raise LiveError(f"The agency of {self.doi!r} gives no CSL-JSON; {_REMEDY}")
        value = json_of(DOI, response)
        if not isinstance(value, dict):
            raise not_expected(DOI, response, "a CSL-JSON record")
        return dict(mapping_of(value))

    def _without_abstract(self, title: str) -> Rejected:
        excerpt = (title or self.doi)[:MAX_EXCERPT_CHARS]
        return Rejected(
            self.name,
            f"The record of {self.name!r} has no abstract; {_REMEDY}",
            format=_FORMAT,
            reject=Reject(0, f"no abstract; {_REMEDY}", excerpt),
        )


def doi_record(text: str) -> DoiRecord | ArxivIds:
    """Return the query of a DOI, arXiv's own by arXiv's API. Raises LiveNameError for none."""
    text = text.strip()
    doi = doi_in(text)
    if not doi or not text.casefold().endswith(doi) or not doi.isprintable():
        raise LiveNameError(f"'doi:{text[:80]}' is no DOI. Write doi:10.1000/xyz123")
    arxiv = parse_arxiv_id(doi)
    return ArxivIds((arxiv,)) if arxiv else DoiRecord(doi)


def doi_page(url: str) -> DoiRecord | ArxivIds | None:
    """Return the query for an address at doi.org; None for any other."""
    parts = urlsplit(url)
    if parts.hostname not in _HOSTS or not doi_in(parts.path):
        return None
    return doi_record(parts.path.lstrip("/"))
