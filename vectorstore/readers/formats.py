"""The table of readers, and the one function that reads any of them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

from vectorstore.errors import ReadError
from vectorstore.readers import hf_daily_papers, jsonl
from vectorstore.readers.report import ReadReport

BUNDLED_PAGE = "daily_papers_interpretability.txt"
MAX_DOWNLOAD_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Format:
    """How one kind of source is recognised and read."""

    expected: str
    recognises: Callable[[str], bool]
    read: Callable[..., ReadReport]


FORMATS = (
    Format(jsonl.EXPECTED, jsonl.looks_like_jsonl, jsonl.read_jsonl),
    Format(
        hf_daily_papers.EXPECTED,
        hf_daily_papers.looks_like_page,
        hf_daily_papers.read_page,
    ),
)


def read_source(source: str, *, page_year: int | None = None) -> ReadReport:
    """Return the papers of a file or an http(s) URL, its format found from its content.

    `page_year` is the year of dates that a Daily Papers page writes without one.
    Raises ReadError when the source cannot be read, is no text, or holds no whole paper.
    """
    is_url = source.casefold().startswith(("http://", "https://"))
    content = _download(source) if is_url else _read_file(Path(source))
    return read_text(_decode(content, source), source, page_year=page_year)


def read_bundled_papers() -> ReadReport:
    """Return the 43 papers that come with the installation."""
    page = files("vectorstore").joinpath("data", BUNDLED_PAGE)
    return read_text(page.read_text(encoding="utf-8"), BUNDLED_PAGE)


def read_text(text: str, source: str, *, page_year: int | None = None) -> ReadReport:
    """Return the papers of `text`; `source` is what messages call it.

    Raises ReadError when no format fits, or the one that does finds no whole paper.
    """
    for known in FORMATS:
        if known.recognises(text):
            report = known.read(text, page_year=page_year)
            if report.papers:
                return replace(report, source=source)
            first = f" The first problem: {report.rejects[0]}." if report.rejects else ""
            raise ReadError(f"{source!r} holds no whole paper. Expected {known.expected}.{first}")
    expected = "; or ".join(known.expected for known in FORMATS)
    raise ReadError(f"{source!r} is of no format that Citewise reads. Expected {expected}.")


def _read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise ReadError(f"No such file: {str(path)!r}.") from None
    except OSError as error:
        raise ReadError(f"Cannot read {str(path)!r}: {error.strerror}.") from None


def _download(url: str) -> bytes:
    import httpx

    try:
        with httpx.stream("GET", url, follow_redirects=True, timeout=30) as response:
            response.raise_for_status()
            content = bytearray()
            for piece in response.iter_bytes():
                content += piece
                if len(content) > MAX_DOWNLOAD_BYTES:
                    raise ReadError(f"{url!r} is larger than {MAX_DOWNLOAD_BYTES >> 20} MiB.")
            return bytes(content)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ReadError(f"Cannot download {url!r}: {error}.") from None


def _decode(content: bytes, source: str) -> str:
    if b"\0" in content[:65536]:
        raise ReadError(f"{source!r} is a binary file; Citewise reads text.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReadError(f"{source!r} is not UTF-8 text (byte {error.start}).") from None
