"""A server on this machine that replays what arXiv, Hugging Face and doi.org answer.

The papers are made up; the shapes are those of the services' documentation.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.sax.saxutils import escape

DATA = Path(__file__).parent / "data" / "live"
ATOM, JSON, HTML = "application/atom+xml; charset=UTF-8", "application/json", "text/html"
CSL = "application/vnd.citationstyles.csl+json"

_FEED = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <link href="http://arxiv.org/api/query?made-up" rel="self" type="application/atom+xml"/>
  <title type="html">ArXiv Query: search_query={query}</title>
  <id>http://arxiv.org/api/made-up</id>
  <updated>2025-05-22T00:00:00-04:00</updated>
  <o:totalResults xmlns:o="http://a9.com/-/spec/opensearch/1.1/">{total}</o:totalResults>
  <o:startIndex xmlns:o="http://a9.com/-/spec/opensearch/1.1/">{start}</o:startIndex>
  <o:itemsPerPage xmlns:o="http://a9.com/-/spec/opensearch/1.1/">{n}</o:itemsPerPage>
{entries}</feed>
"""
_ENTRY = """  <entry>
    <id>http://arxiv.org/abs/{id}v{version}</id>
    <updated>2025-05-20T10:00:00Z</updated>
    <published>2025-05-20T10:00:00Z</published>
    <title>Study {number} of Owls</title>
    <summary>  We study owl number {number}{news}.
</summary>
    <author>
      <name>Ada Strix {number}</name>
    </author>
    <link href="http://arxiv.org/abs/{id}v{version}" rel="alternate" type="text/html"/>
    <link title="pdf" href="http://arxiv.org/pdf/{id}v{version}" rel="related"
      type="application/pdf"/>
    <arxiv:primary_category xmlns:arxiv="http://arxiv.org/schemas/atom" term="cs.CL"
      scheme="http://arxiv.org/schemas/atom"/>
    <category term="cs.CL" scheme="http://arxiv.org/schemas/atom"/>
  </entry>
"""


@dataclass
class Clock:
    """A clock that stands still until something sleeps."""

    time: float = 1_000.0
    slept: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds

    def chance(self) -> float:
        return 0.5


@dataclass(frozen=True)
class Request:
    """What the server was asked, and when by the clock of the test."""

    path: str
    params: dict[str, str]
    headers: dict[str, str]
    at: float


@dataclass(frozen=True)
class Reply:
    """What it answers. One that `dies` breaks off, one that `hangs` says nothing until the end."""

    body: bytes = b""
    kind: str = JSON
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    dies: bool = False
    hangs: bool = False


@dataclass(frozen=True)
class Arxiv:
    """An archive of so many made-up papers, the newest first; numbers are counted from the oldest.

    `revised` have a second version.
    """

    n_papers: int
    revised: frozenset[int] = frozenset()

    def __call__(self, request: Request) -> Reply:
        start, n = (int(request.params.get(k, "0")) for k in ("start", "max_results"))
        if ids := request.params.get("id_list"):
            numbers = [int(i.partition("v")[0][-5:]) for i in ids.split(",")]
            found = [n for n in numbers if n <= self.n_papers]
            return self.feed(found, len(found), 0)
        numbers = list(range(self.n_papers, 0, -1))[start : start + n]
        return self.feed(numbers, self.n_papers, start, request.params.get("search_query", ""))

    def feed(self, numbers: list[int], total: int, start: int, query: str = "") -> Reply:
        entries = "".join(
            _ENTRY.format(
                id=arxiv_id(number),
                number=number,
                version=2 if number in self.revised else 1,
                news=" again and better" if number in self.revised else "",
            )
            for number in numbers
        )
        text = _FEED.format(
            query=escape(query), total=total, start=start, n=len(numbers), entries=entries
        )
        return Reply(text.encode(), ATOM)


def arxiv_id(number: int) -> str:
    return f"2505.{number:05d}"


@dataclass
class Service:
    """The server: what it answers by path, and what it was asked.

    `first` are replies that come before all others, each once.
    """

    address: str = ""
    clock: Clock = field(default_factory=Clock)
    answers: dict[str, Callable[[Request], Reply]] = field(default_factory=dict)
    first: list[Reply] = field(default_factory=list)
    asked: list[Request] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def urls(self) -> dict[str, str]:
        return dict.fromkeys(("arXiv", "Hugging Face", "doi.org"), self.address)

    def starts(self) -> list[int]:
        """Return where the searches of arXiv began."""
        return [int(r.params["start"]) for r in self.asked if "start" in r.params]

    def answer(self, request: Request) -> Reply:
        if self.first:
            return self.first.pop(0)
        give = self.answers.get(request.path)
        return give(request) if give else Reply(b'{"error": "Not found"}', status=404)


def sample(name: str, kind: str = JSON, **fields: Any) -> Reply:
    """Return a reply with a file of tests/data/live."""
    return Reply((DATA / name).read_bytes(), kind, **fields)


def always(reply: Reply) -> Callable[[Request], Reply]:
    return lambda request: reply


def with_etag(reply: Reply, etag: str = 'W/"made-up"') -> Callable[[Request], Reply]:
    """Answer with an ETag, and 304 to who has that state."""

    def answer(request: Request) -> Reply:
        if request.headers.get("if-none-match") == etag:
            return Reply(status=304, headers={"ETag": etag})
        return replace(reply, headers={"ETag": etag})

    return answer


def daily(days: dict[str, list[int]]) -> Callable[[Request], Reply]:
    """Answer as api/daily_papers: by day the numbers of its papers, with pages of `limit`."""

    def answer(request: Request) -> Reply:
        limit, page = int(request.params["limit"]), int(request.params["p"])
        numbers = days.get(request.params["date"], [])[page * limit : (page + 1) * limit]
        return Reply(json.dumps([_daily_paper(number) for number in numbers]).encode())

    return answer


def _daily_paper(number: int) -> dict[str, Any]:
    told = {"title": f"Study {number} of Owls", "summary": f"We study owl number {number}."}
    inner = {"id": arxiv_id(number), "authors": [{"name": "Ada Strix"}], "upvotes": 1, **told}
    when = {"publishedAt": "2025-05-20T10:00:00.000Z"}
    return {"paper": {**inner, **when}, **when, **told, "numComments": 1}


@contextmanager
def serving() -> Iterator[Service]:
    """Serve on a free port of this machine for the `with` block."""
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            params = dict(parse_qsl(parts.query, keep_blank_values=True))
            request = Request(parts.path, params, headers, service.clock.time)
            service.asked.append(request)
            with suppress(ConnectionError):
                self.send(service.answer(request))
            self.close_connection = True

        def send(self, reply: Reply) -> None:
            if reply.hangs:
                service.closing.wait(60)
                return
            self.send_response(reply.status)
            size = len(reply.body) * (2 if reply.dies else 1)
            for name, value in {"Content-Type": reply.kind, **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(size))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        service.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield service
        finally:
            service.closing.set()
            server.shutdown()
            thread.join(30)
