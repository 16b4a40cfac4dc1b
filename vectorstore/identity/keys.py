"""The keys under which a paper is looked for: registered ids, titles and ends of the abstract."""

import hashlib
import html
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote

from vectorstore.paper import Paper

# Servers whose DOI stands beside a publisher's: a paper can have one of each. arXiv's own DOIs
# (10.48550) say no more than the arXiv id and count as that.
_PREPRINT_SERVERS = frozenset(
    """
    10.1101 10.2139 10.5281 10.6084 10.14293 10.20944 10.21203 10.22541 10.26434 10.31219
    10.31222 10.31234 10.31235 10.36227 10.48550 10.64898
    """.split()
)
# An arXiv id, plain or in the address of its page, or in arXiv's DOI.
_ARXIV_ID = re.compile(
    r"\s*(?:.*(?:arxiv\.org/(?:abs|pdf|html|format|e-print|src|ps)|huggingface\.co/papers"
    r"|alphaxiv\.org/(?:abs|overview|pdf)|10\.48550)/)?(?:arxiv[:.\s]\s*)?"
    r"(\d{2}(?:0[1-9]|1[0-2])\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})"
    r"(?:v(\d{1,3}))?(?:\.pdf)?/?(?:[?#].*)?\s*",
    re.IGNORECASE,
)
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"]+")  # old ones of Wiley hold < and >
_VERSION_OF_DOI = re.compile(r"[./]v\d+$")
# What stands in a DOI or URL before the id that each registry gives. One id is one publication
# there, so two ids of one registry are two papers.
_DOI_PAGE = re.compile(r"(?:doi\.org/|/doi/(?:[a-z]+/)?)(10\.\d{4,9}/[^\s?#]+)", re.IGNORECASE)
_ACL_DOI = re.compile(r"10\.(?:18653|3115)/v1/(.+)")
_PAGES = {
    "acl": re.compile(
        r"(?:aclanthology\.org|aclweb\.org/anthology)/(?:[a-z]/[a-z]\d\d/)?"
        r"([a-z]\d\d-\d{4}|\d{4}\.[a-z0-9]+-[a-z0-9]+\.\d+)",
        re.IGNORECASE,
    ),
    "openreview": re.compile(r"openreview\.net/(?:forum|pdf)\?id=([\w-]+)"),
    "pubmed": re.compile(r"(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/(\d+)"),
}

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
# Commands that only say how letters look. Any other keeps its name: \alpha, \ss, \o.
_LATEX_LOOK = re.compile(
    r"\\(?:(?:text|math)[a-z]*|emph|bm|boldsymbol|underline|operatorname|ensuremath|bf|it|rm|sc|tt"
    r"|em|sf)(?![a-zA-Z])|\\[cvuHkrbdt](?=\{)"
)
_LATEX_SIGN = re.compile(r"\\[^a-zA-Z\s]|[\\{}]")
_ASCII_SIGNS = bytes(n for n in range(128) if not chr(n).isalnum())
_SIGNS = re.compile(r"[\W_]+")  # accents that stand alone among them
_NOT_DECOMPOSED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
MAX_CHARS = 20_000  # of a text that are read; what is longer is no title, name or abstract
_MAX_ID_CHARS = 2_000  # of a field or URL that ids are looked for in
_N_TEXT_CHARS = 60  # of either end of an abstract; 40 brought three times the candidates
_CUT_CHARS = 120  # enough to hold so many letters and digits


def identity_keys(paper: Paper) -> tuple[str, ...]:
    """Return the keys that two records of one paper may share, the surest first, none twice.

    "id:", then registered ids ("arxiv:", "doi:", "acl:", "openreview:", "pubmed:"), then digests:
    "title:" of the whole title and of what stands before its colon, "opening:" and "ending:" of
    the abstract. A shared key makes candidates, not one paper: that is for `compare`.
    """
    return tuple(dict.fromkeys(_keys(paper)))


def registered_ids(paper: Paper) -> dict[str, str]:
    """Return the paper's keys at the registries that give each publication one id.

    Registries are "arxiv", "doi", "acl", "openreview", "pubmed", and one for each preprint server
    that gives DOIs, such as "10.2139". Two papers with other ids at one of them are two papers.
    """
    ids: dict[str, str] = {}
    if arxiv := split_arxiv_id(paper)[0]:
        ids["arxiv"] = f"arxiv:{arxiv}"
    doi = doi_of(paper)
    if doi and not doi.startswith("10.48550/"):
        registry = doi.partition("/")[0] if is_preprint_doi(doi) else "doi"
        ids[registry] = f"doi:{doi}"
    if acl := _ACL_DOI.fullmatch(doi):
        ids["acl"] = f"acl:{acl[1]}"
    for registry, page in _PAGES.items() if paper.url else ():
        if found := page.search(paper.url, 0, _MAX_ID_CHARS):
            name = found[1] if registry == "openreview" else found[1].lower()
            ids.setdefault(registry, f"{registry}:{name}")
    return ids


def version_of(paper: Paper) -> int | None:
    """Return the version of the arXiv id, from 1 (a later one supersedes); None where not told."""
    return split_arxiv_id(paper)[1]


def split_arxiv_id(paper: Paper) -> tuple[str, int | None]:
    """Return the arXiv id in its usual form, "" where there is none, and its version.

    It is read from the id, the URL, or arXiv's DOI; the version from the first that tells one. Of
    old ids the subject class is left out, as arXiv itself does: "cs.CL/0112017" is "cs/0112017".
    """
    name = ""
    for text in (paper.arxiv_id, paper.url, paper.doi):
        if text and (found := _ARXIV_ID.fullmatch(text[:_MAX_ID_CHARS])):
            told = _usual_arxiv_id(found[1])
            name = name or told
            if found[2] and told == name:
                return name, int(found[2])
    return name, None


def _usual_arxiv_id(text: str) -> str:
    archive, slash, number = text.lower().partition("/")
    return f"{archive.partition('.')[0]}/{number}" if slash else archive


def doi_of(paper: Paper) -> str:
    """Return the DOI in lower case without resolver or version; "" where none is told."""
    text = paper.doi[:_MAX_ID_CHARS]
    if not text and (page := _DOI_PAGE.search(paper.url, 0, _MAX_ID_CHARS)):
        text = page[1]
    found = _DOI.search(html.unescape(unquote(text)).lower()) if text else None
    if not found:
        return ""
    doi = found[0].rstrip(".,;:")
    return _VERSION_OF_DOI.sub("", doi) if is_preprint_doi(doi) else doi


def is_preprint_doi(doi: str) -> bool:
    """Return whether a server of preprints or files gave this DOI, not a publisher."""
    return doi.partition("/")[0] in _PREPRINT_SERVERS


def head_of(title: str) -> str:
    """Return what stands before the colon, or "" where there is none."""
    head, colon, _ = title.partition(":")
    return head if colon else ""


def folded(text: str) -> str:
    """Return the letters and digits of `text` alone, without case, accents, LaTeX and HTML.

    Scripts other than Latin stay themselves: "ü" and `\\"u` are "u", "解" is "解".
    """
    text = without_markup(text)
    if text.isascii():
        return text.lower().encode().translate(None, _ASCII_SIGNS).decode()
    return _SIGNS.sub("", _decomposed(text))


def plain_letters(text: str) -> str:
    """Return `text` without case and accents, each other sign kept."""
    if text.isascii():
        return text.lower()
    return "".join(sign for sign in _decomposed(text) if not unicodedata.combining(sign))


def _decomposed(text: str) -> str:
    return unicodedata.normalize("NFKD", text).casefold().translate(_NOT_DECOMPOSED)


def without_markup(text: str) -> str:
    """Return `text`, up to MAX_CHARS, without HTML and the LaTeX that says how letters look."""
    text = text[:MAX_CHARS]
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub("", text)
    return _LATEX_SIGN.sub("", _LATEX_LOOK.sub("", text)) if "\\" in text else text


def _keys(paper: Paper) -> Iterator[str]:
    yield f"id:{paper.paper_id}"
    yield from registered_ids(paper).values()
    for title in (paper.title, head_of(paper.title)):
        if key := folded(title):
            yield f"title:{_digest(key)}"
    opening = folded(paper.abstract[:_CUT_CHARS])[:_N_TEXT_CHARS]
    ending = folded(paper.abstract[-_CUT_CHARS:])[-_N_TEXT_CHARS:]
    if len(opening) == _N_TEXT_CHARS:
        yield f"opening:{_digest(opening)}"
        yield f"ending:{_digest(ending)}"


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(errors="replace"), digest_size=8).hexdigest()
