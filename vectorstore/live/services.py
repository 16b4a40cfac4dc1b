"""The services that live sources ask, and where each is."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from vectorstore.live.errors import LiveError

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class Service:
    """A service, its address, and how it wants to be asked.

    `interval_seconds` lie between two requests to a host; redirects may lead to `hosts` and their
    subdomains; `variable` names the environment's variable that holds another address.
    """

    name: str
    base_url: str
    variable: str
    interval_seconds: float
    hosts: tuple[str, ...]


# arXiv: https://info.arxiv.org/help/api/tou.html (one request every three seconds).
ARXIV = Service("arXiv", "https://export.arxiv.org", "CITEWISE_ARXIV_URL", 3.0, ("arxiv.org",))
HF = Service("Hugging Face", "https://huggingface.co", "CITEWISE_HF_URL", 0.5, ("huggingface.co",))
# doi.org sends on to the agency that registered the DOI.
DOI = Service(
    "doi.org",
    "https://doi.org",
    "CITEWISE_DOI_URL",
    1.0,
    (
        "doi.org",
        "crossref.org",
        "datacite.org",
        "crosscite.org",
        "medra.org",
        "japanlinkcenter.org",
    ),
)
SERVICES = (ARXIV, HF, DOI)


def base_urls_of_environment() -> dict[str, str]:
    """Return the addresses that the environment sets, by the name of the service."""
    return {s.name: os.environ[s.variable] for s in SERVICES if os.environ.get(s.variable)}


def checked_base_urls(base_urls: Mapping[str, str]) -> dict[str, str]:
    """Return the address of every service. Raises LiveError for one that cannot be used."""
    return {s.name: _checked(s, base_urls.get(s.name, s.base_url)) for s in SERVICES}


def is_loopback(url: str) -> bool:
    """Return whether an address is on this machine."""
    return (urlsplit(url).hostname or "") in _LOOPBACK


def may_redirect(service: Service, base_url: str, target: str) -> bool:
    """Return whether a service that is asked at `base_url` may send us to `target`."""
    parts = urlsplit(target)
    host = parts.hostname or ""
    if is_loopback(target) or parts.scheme != "https":
        return is_loopback(base_url) and is_loopback(target) and parts.scheme in ("http", "https")
    own = (*service.hosts, urlsplit(base_url).hostname or "")
    return any(host == known or host.endswith(f".{known}") for known in own if known)


def _checked(service: Service, url: str) -> str:
    try:
        parts = urlsplit(url)
        is_fine = bool(parts.hostname) and parts.port != 0 and not (parts.query or parts.fragment)
    except ValueError:
        is_fine = False
    if is_fine and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(url))):
        return url.rstrip("/")
    raise LiveError(
        f"{url!r} is no address of {service.name}. {service.variable} must be like"
        f" {service.base_url!r}: https, but on this machine."
    )
