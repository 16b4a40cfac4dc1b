"""Everything about access, put around the application."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ui.access.admission import Admission
from ui.access.audit import Audited, AuditLog
from ui.access.bodies import BoundedBodies
from ui.access.gate import Gate
from ui.access.heads import SaneHeads
from ui.access.hosts import OwnHosts
from ui.access.origins import ListedOrigins
from ui.access.places import Places
from ui.access.ring import KeyRing
from ui.access.sessions import Sessions
from ui.access.settings import AccessSettings
from ui.access.shared_buckets import SharedBuckets
from ui.access.store import KeyStore
from ui.access.turns import Turns, n_cores, suitable_places
from ui.access.widget_keys import RingOfPublishableKeys

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from vectorstore.database import Place


@dataclass(frozen=True, slots=True)
class Access:
    """The settings, and what of them lives while the server does."""

    settings: AccessSettings
    ring: KeyRing
    places: Places
    turns: Turns
    sessions: Sessions | None = None
    log: AuditLog | None = field(default=None)
    buckets: SharedBuckets | None = field(default=None)

    @classmethod
    def of(
        cls,
        keys: "Place",
        settings: AccessSettings,
        *,
        computes_only: bool = False,
        n_workers: int = 1,
    ) -> "Access":
        """Return access to a library for one of the processes.

        `keys` is where its keys are kept; a database counts for all machines how often each caller
        comes. `computes_only` says that no language model
        answers: then fewer are worked for at once. Raises AccessError, and OSError where the audit
        log cannot be written.
        """
        store = KeyStore(keys)
        ring = KeyRing(store)
        logins = settings.logins
        access = cls(
            settings,
            ring,
            Places(
                settings.max_running or suitable_places(n_workers, computes_only=computes_only),
                settings.max_waiting,
            ),
            Turns(n_cores(n_workers)),
            Sessions(store.secret("sessions"), logins, ring) if logins else None,
            AuditLog(settings.audit_log) if settings.audit_log else None,
            None if isinstance(keys, Path) else SharedBuckets(keys, store.secret("buckets")),
        )
        ring.follow()
        return access

    def close(self) -> None:
        """Write down what is left to write, and let the database go."""
        self.ring.close()
        if self.buckets:
            self.buckets.close()
        if self.log:
            self.log.close()

    def widget_authoriser(self) -> RingOfPublishableKeys:
        """Return what tells the widget's routes which keys may ask."""
        return RingOfPublishableKeys(self.ring, self.settings)


def install_access(
    app: "Starlette", access: Access, around: Sequence[tuple[Any, dict[str, Any]]] = ()
) -> None:
    """Put the middleware around `app`, whose routes and own middleware are complete.

    From the outside in: who is really there, what is to see every request (`around`), the log, what
    no request may look like, the host, the page it comes from, the gate, the body, a place. What is
    refused early costs nothing.
    """
    settings = access.settings
    gate = {
        "settings": settings,
        "ring": access.ring,
        "sessions": access.sessions,
        "buckets": access.buckets,
    }
    layers: list[tuple[Any, dict[str, Any]]] = [
        *around,
        (Audited, {"log": access.log, "with_questions": settings.audit_questions}),
        (SaneHeads, {}),
        (OwnHosts, {"settings": settings}),
        (ListedOrigins, {"origins": settings.cors_origins}),
        (Gate, gate),
        (BoundedBodies, {"settings": settings}),
        (Admission, {"settings": settings, "places": access.places}),
    ]
    if settings.trusted_proxies:
        from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

        trusted = {"trusted_hosts": list(settings.trusted_proxies)}
        layers.insert(0, (ProxyHeadersMiddleware, trusted))
    for middleware, options in reversed(layers):
        app.add_middleware(middleware, **options)
