"""A real nginx on this machine, with a configuration of docs/deploy."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.ports import free_port

DEPLOY = Path(__file__).parents[1] / "docs" / "deploy"
OWN_ADDRESS = "127.0.0.1:7869"  # where nginx-replicas.conf listens for itself
_SECONDS_TO_START = 30.0
_SECONDS_TO_WRITE = 10.0
# Debian keeps it where the path of users does not lead.
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
needs_nginx = pytest.mark.skipif(not NGINX, reason="nginx is not here: apt install nginx-light")

# What a distribution's nginx.conf says, with every file in one directory.
_AROUND = """
daemon off;
worker_processes 2;
pid {directory}/nginx.pid;
error_log {directory}/error.log;
{user}
events {{ worker_connections 2048; }}
http {{
    log_format replicas '$upstream_addr|$uri|$http_x_request_id';
    client_body_temp_path {directory}/body;
    proxy_temp_path {directory}/proxy;
    fastcgi_temp_path {directory}/fastcgi;
    scgi_temp_path {directory}/scgi;
    uwsgi_temp_path {directory}/uwsgi;
    {site}
}}
"""


@dataclass(frozen=True, slots=True)
class Proxy:
    """A running nginx: its address, the replicas' ports, and the directory of what it writes."""

    url: str
    ports: Sequence[int]
    directory: Path

    def tried(self, *, path: str = "", request_id: str = "", at_least: int = 0) -> list[int]:
        """Return the ports of the replicas that were tried for requests, in the order of their end.

        Those to a path or of one `X-Request-Id`, or all; one still under way is not among them. A
        request is written down a moment after its end: `at_least` so many are waited for.
        """
        ends = time.monotonic() + _SECONDS_TO_WRITE
        while True:
            found = self._written(path, request_id)
            if len(found) >= at_least or time.monotonic() > ends:
                return found
            time.sleep(0.02)

    def _written(self, path: str, request_id: str) -> list[int]:
        found: list[int] = []
        for line in (self.directory / "access.log").read_text(encoding="utf-8").splitlines():
            upstreams, uri, name = line.split("|", 2)
            if path in ("", uri) and request_id in ("", name):
                found += map(int, re.findall(r"127\.0\.0\.1:(\d+)", upstreams))
        return [port for port in found if port in self.ports]


@contextmanager
def proxying(name: str, ports: Sequence[int], directory: Path) -> Iterator[Proxy]:
    """Run nginx with the file `name` of docs/deploy before replicas, for the `with` block."""
    directory.mkdir()
    port = free_port()
    config = directory / "nginx.conf"
    text = on_this_machine((DEPLOY / name).read_text(encoding="utf-8"), ports, port, directory)
    config.write_text(around(text, directory), encoding="utf-8")
    with subprocess.Popen([str(NGINX), "-c", str(config)], stderr=subprocess.PIPE) as process:
        try:
            _wait_for(port, process)
            yield Proxy(f"http://127.0.0.1:{port}", ports, directory)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def around(site: str, directory: Path) -> str:
    """Return a whole configuration. Workers of a master that is root stay it: files are private."""
    user = "user root root;" if os.geteuid() == 0 else ""
    return _AROUND.format(directory=directory, user=user, site=site)


def on_this_machine(text: str, ports: Sequence[int], port: int, directory: Path) -> str:
    """Return a configuration of docs/deploy without TLS, on one port of loopback, before `ports`.

    All else stays as documented; requests are logged, where the file says that they are not.
    """
    text = re.sub(r"^server \{\s+listen 80;.*?^\}\n", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"^ *(ssl_|listen \[|http2 ).*\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"listen 443 [^;]*;", f"listen 127.0.0.1:{port};", text)
    text = text.replace(OWN_ADDRESS, f"127.0.0.1:{free_port()}")
    text = text.replace("access_log off;", f"access_log {directory}/access.log replicas;")
    return re.sub(
        r"(?: +server 127\.0\.0\.1:\d+[^;]*;.*\n)+", lambda found: _servers(found[0], ports), text
    )


def _servers(documented: str, ports: Sequence[int]) -> str:
    """Return lines like the first of `documented`, one a port."""
    line = documented.splitlines()[0]
    return "".join(re.sub(r":\d+", f":{port}", line, count=1) + "\n" for port in ports)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    ends = time.monotonic() + _SECONDS_TO_START
    while process.poll() is None and time.monotonic() < ends:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    process.kill()
    said = process.stderr.read().decode() if process.stderr else ""
    raise AssertionError(f"nginx did not start: {said}")
