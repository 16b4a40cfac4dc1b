"""uvicorn's server, with a start that is told and an end that finishes what is under way."""

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable
from types import FrameType

import uvicorn

from ui.operations.draining import Drain

_SECONDS_AFTER_CTRL_C = 1.0  # a person waits
_SECONDS_TO_SAY_GOODBYE = 5


class GracefulServer(uvicorn.Server):
    """Tells when it has started; ends without a word about the connections it closes.

    SIGTERM gives what is under way `finish_seconds`, Ctrl-C one second; then streams of answers
    end with an error event. A second Ctrl-C ends at once. A worker whose parent has gone ends too.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        drain: Drain,
        *,
        finish_seconds: float = 30.0,
        started: Callable[[], object] = lambda: None,
        parent: int | None = None,
    ) -> None:
        super().__init__(config)
        self._drain = drain
        self._finish_seconds = finish_seconds
        self._started = started
        self._parent = parent
        self._first_signal: int | None = None

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until a signal. After SIGTERM Python ends as it should, `atexit` included."""
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, _leave)
        super().run(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Note which signal came first."""
        self._first_signal = self._first_signal or sig
        super().handle_exit(sig, frame)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and tell."""
        await super().startup(sockets=sockets)
        self._started()

    async def on_tick(self, counter: int) -> bool:
        """End too when the parent has ended without a word."""
        if self._parent is not None and os.getppid() != self._parent:
            self.should_exit = True
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Finish what is under way, for as long as that may take."""
        is_ctrl_c = self._first_signal == signal.SIGINT
        seconds = _SECONDS_AFTER_CTRL_C if is_ctrl_c else self._finish_seconds
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        self.config.timeout_graceful_shutdown = int(seconds) + (
            1 if is_ctrl_c else _SECONDS_TO_SAY_GOODBYE
        )
        self._drain.begin(seconds)
        await super().shutdown(sockets=sockets)


def _leave(*_: object) -> None:
    raise SystemExit(0)
