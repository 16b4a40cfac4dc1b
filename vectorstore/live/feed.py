"""The facts of an arXiv answer that paging needs; its papers are read by the reader of the API."""

import io
from dataclasses import dataclass

from vectorstore.live.answers import check_status, not_expected
from vectorstore.live.errors import LiveError
from vectorstore.live.fetching import Response
from vectorstore.live.services import ARXIV
from vectorstore.readers.arxiv_ids import ArxivId, parse_arxiv_id
from vectorstore.readers.opened import Opened
from vectorstore.readers.xml import Node, children, first_text, inner_text, local_name, nodes
from vectorstore.readers.xml import root_of as root_of_xml

_ERRORS = "arxiv.org/api/errors"


@dataclass(frozen=True, slots=True)
class Feed:
    """How many papers fit a query in all, and the ids of the entries of this answer.

    An id is None where an entry has none that can be read.
    """

    n_total: int
    ids: tuple[ArxivId | None, ...]


def parse_feed(response: Response) -> Feed:
    """Return the facts of an answer. Raises LiveError where arXiv answered with an error."""
    opened = Opened("arXiv's answer", io.BytesIO(response.content))
    is_feed = root_of_xml(opened).name == "feed"
    if not is_feed:
        check_status(ARXIV, response)
        raise not_expected(ARXIV, response, "an Atom feed")
    n_total, ids = 0, []
    for node in nodes(opened, "totalResults", "entry"):
        if not isinstance(node, Node):
            continue  # damage, which the reader reports
        if local_name(node.element) == "totalResults":
            n_total = _number(inner_text(node.element))
        else:
            ids.append(_id_of(node))
    check_status(ARXIV, response)
    return Feed(n_total, tuple(ids))


def _id_of(node: Node) -> ArxivId | None:
    """Return the id of an entry. Raises LiveError for one that tells an error."""
    found = children(node.element)
    address = first_text(found, "id")
    if _ERRORS in address:
        said = first_text(found, "summary") or address.partition("#")[2]
        raise LiveError(
            f"arXiv answered with an error: {said}. Its syntax of searches:"
            " https://info.arxiv.org/help/api/user-manual.html"
        )
    return parse_arxiv_id(address)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 12 else 0
