"""arXiv ids, DOIs and web addresses in one form each, and the id that a record goes by."""

import html
import re
from urllib.parse import unquote

from vectorstore.paper import paper_id_from_title
from vectorstore.readers.arxiv_ids import ArxivId, parse_arxiv_id

_DOI = re.compile(r"10\.\d{4,9}/[^\s\"]+")
_ACL_PAGE = re.compile(
    r"https?://(?:www\.)?(?:aclanthology\.org|aclweb\.org/anthology)/(?:[A-Z]/[A-Z]\d\d/)?"
    r"([A-Z]\d\d-\d{4}|\d{4}\.[a-z0-9]+-[a-z0-9]+\.\d+)(?:\.pdf)?/?"
)
_MAX_CHARS = 2_000
# What stands before an id where a journal's name should be.
_PREPRINT = re.compile(r"arxiv (?:e-prints?|preprint)[\s,:]*(?=arxiv)", re.IGNORECASE)


def named_arxiv_id(*texts: str) -> ArxivId | None:
    """Return the first arXiv id that is all a text says, and that the text calls one.

    "arXiv:2409.13740 [cs]", "arXiv preprint arXiv:2409.13740", a page's address or arXiv's DOI. A
    sentence that mentions another paper ("Comment on arXiv:2409.13740") names none.
    """
    for text in texts:
        if "arxiv" in text[:_MAX_CHARS].casefold():
            prefix = _PREPRINT.match(text)
            if found := parse_arxiv_id(text[prefix.end() :] if prefix else text):
                return found
    return None


def arxiv_id_in(*texts: str) -> str:
    """Return `named_arxiv_id` without its version; "" without any."""
    found = named_arxiv_id(*texts)
    return found.id if found else ""


def bare_arxiv_id(text: str) -> str:
    """Return the id, without version, of a field that can hold only an arXiv id; else ""."""
    found = parse_arxiv_id(text) or named_arxiv_id(text)
    return found.id if found else ""


def doi_in(*texts: str) -> str:
    """Return the first DOI among the texts, bare and in lower case; "" without any."""
    for text in texts:
        start = text[:_MAX_CHARS]
        if "10." in start and (found := _DOI.search(html.unescape(unquote(start)).lower())):
            return found[0].rstrip(".,;:")
    return ""


def acl_id_in(address: str) -> str:
    """Return the ACL Anthology's id in the address of a paper's page there; else ""."""
    found = _ACL_PAGE.fullmatch(address)
    return found[1] if found else ""


def web_address(*texts: str) -> str:
    """Return the first text that is an http(s) address; "" without any."""
    for text in texts:
        address = text.strip()
        is_address = address.casefold().startswith(("http://", "https://"))
        if is_address and len(address) <= _MAX_CHARS and not any(map(str.isspace, address)):
            return address
    return ""


def paper_id_of(title: str, *, arxiv_id: str = "", registered: str = "", doi: str = "") -> str:
    """Return the id that a record goes by: the first that it has, or else its title's.

    `registered` is the one its registry gave it, such as a PubMed id. Keys that people chose, such
    as those of BibTeX entries, are none: two files use one key for two papers.
    """
    return arxiv_id or registered or doi or paper_id_from_title(title)
