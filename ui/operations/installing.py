"""What watches a server and ends it, made together."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ui.operations.draining import Drain, Drained
from ui.operations.exchange import Exchange
from ui.operations.measuring import Measured
from ui.operations.metrics import Metrics
from ui.operations.readiness import ReadinessCheck
from ui.operations.routes import Probes

if TYPE_CHECKING:
    from ui.access.places import Places
    from vectorstore import Library


@dataclass(frozen=True, slots=True)
class Operations:
    """The numbers of this process, how they are shared, and the requests under way."""

    metrics: Metrics
    exchange: Exchange
    drain: Drain

    @classmethod
    def of(cls, directory: Path | None = None) -> "Operations":
        """Return what one process needs; workers give the directory that they share."""
        from importlib.metadata import version

        metrics = Metrics()
        metrics.set("citewise_build_info", 1, version=version("citewise"))
        return cls(metrics, Exchange(metrics, directory), Drain())

    def probes(self, library: "Library", places: "Places | None" = None) -> Probes:
        """Return what `/readyz` and `/metrics` tell."""
        probes = Probes(self.metrics, self.exchange, ReadinessCheck(library), places)
        self.exchange.before_write = probes.look_around
        return probes

    def around(self) -> list[tuple[Any, dict[str, Any]]]:
        """Return the middleware for `install_access`."""
        return [(Measured, {"metrics": self.metrics}), (Drained, {"drain": self.drain})]
