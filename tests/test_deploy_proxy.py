"""nginx with the files of docs/deploy, before small servers that can be told to die or be busy."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.chat_clients import CLIENTS, Asked, Client
from tests.nginx import DEPLOY, NGINX, OWN_ADDRESS, Proxy, around, needs_nginx, proxying
from tests.ports import free_port

pytestmark = needs_nginx

ASK = "/v1/chat/completions"
CONFIGURATIONS = ("nginx.conf", "nginx-replicas.conf")

# A server that does what a question says: it dies before an answer or within one, or is busy.
REPLICA = r"""
import asyncio, json, os, signal, sys

port = int(sys.argv[1])

def piece(text, finish=None):
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    head = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    return f"data: {json.dumps({**head, 'choices': [choice]})}\n\n"

def chunk(text):
    return f"{len(text):x}\r\n{text}\r\n".encode()

def answer(text, status="200 OK", kind="application/json", more=""):
    head = f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {len(text)}\r\n{more}\r\n"
    return (head + text).encode()

async def stream(writer, *, dies):
    kind = "content-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n"
    writer.write(f"HTTP/1.1 200 OK\r\n{kind}\r\n".encode() + chunk(piece("half of ")))
    await writer.drain()
    if dies:
        await asyncio.sleep(0.05)
        os.kill(os.getpid(), signal.SIGKILL)
    writer.write(chunk(piece("it", "stop")) + chunk("data: [DONE]\n\n") + chunk(""))

async def serve(reader, writer):
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = [line for line in head.splitlines() if line.startswith("content-length")]
            body = await reader.readexactly(int(length[0].split(":")[1])) if length else b""
            if b'"stream":true' in body.replace(b" ", b""):
                await stream(writer, dies=b"die" in body)
            elif b"die" in body:
                os.kill(os.getpid(), signal.SIGKILL)
            elif b"busy" in body:
                writer.write(answer("{}", "503 Busy", more="retry-after: 3\r\n"))
            else:
                writer.write(answer(json.dumps({"port": port})))
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()

async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", port)
    print("listening", flush=True)
    await server.serve_forever()

asyncio.run(main())
"""


class Pair:
    """Two replicas behind nginx."""

    def __init__(self, proxy: Proxy, processes: dict[int, "subprocess.Popen[bytes]"]) -> None:
        self.proxy = proxy
        self.processes = processes

    @property
    def n_alive(self) -> int:
        return sum(map(is_alive, self.processes.values()))

    def post(self, words: str, path: str = ASK, **headers: str) -> httpx.Response:
        return httpx.post(f"{self.proxy.url}{path}", json={"q": words}, headers=headers, timeout=60)

    def served_by(self, path: str, **headers: str) -> int:
        return int(httpx.get(f"{self.proxy.url}{path}", headers=headers).json()["port"])


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    processes = {port: started(port) for port in (free_port(), free_port())}
    try:
        with proxying("nginx-replicas.conf", list(processes), tmp_path / "n") as proxy:
            yield Pair(proxy, processes)
    finally:
        for process in processes.values():
            process.kill()
            process.communicate()


def started(port: int) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-c", REPLICA, str(port)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"listening\n"
    return process


def is_alive(process: "subprocess.Popen[bytes]") -> bool:
    """Return whether a process lives on: one that kills itself is heard of before it is gone."""
    try:
        process.wait(0.5)
    except subprocess.TimeoutExpired:
        return True
    return False


# Streams


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.__name__)
def test_a_client_is_told_by_an_error_event_that_a_killed_replica_answers_no_more(
    pair: Pair, client: Client
) -> None:
    told = client(f"{pair.proxy.url}/v1", Asked(("Please die.",), stream=True))
    assert told.text == "half of "
    assert "not the whole answer" in told.error


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.__name__)
def test_a_client_reads_a_whole_stream_as_if_no_proxy_were_there(
    pair: Pair, client: Client
) -> None:
    told = client(f"{pair.proxy.url}/v1", Asked(("Please answer.",), stream=True))
    assert (told.text, told.error) == ("half of it", "")


def test_after_the_end_of_a_whole_stream_there_is_a_comment_and_no_event(pair: Pair) -> None:
    response = httpx.post(f"{pair.proxy.url}{ASK}", json={"stream": True})
    *events, comment = response.text.strip().split("\n\n")
    assert events[-1] == "data: [DONE]"
    assert comment.startswith(": ")
    assert "\n" not in comment


def test_the_event_of_a_cut_stream_is_an_error_in_the_shape_of_the_others(pair: Pair) -> None:
    from ui.operations.draining import _ERROR

    response = httpx.post(f"{pair.proxy.url}{ASK}", json={"stream": True, "q": "die"})
    last = response.text.strip().split("\n\n")[-1].removeprefix("data: ")
    error = json.loads(last)["error"]
    assert error.keys() == _ERROR.keys()
    assert (error["type"], error["code"]) == (_ERROR["type"], "cut")


# Failing over


def test_a_request_whose_replica_dies_is_answered_by_the_other(pair: Pair) -> None:
    victim = pair.served_by("/mcp")
    pair.processes[victim].kill()
    pair.processes[victim].wait()
    ports = {pair.post("hello", path).json()["port"] for path in (ASK, "/v1/search", "/mcp", "/")}
    assert ports == set(pair.processes) - {victim}


def test_one_request_that_kills_whoever_takes_it_is_passed_on_once(tmp_path: Path) -> None:
    processes = {port: started(port) for port in (free_port(), free_port(), free_port())}
    with proxying("nginx-replicas.conf", list(processes), tmp_path / "n") as proxy:
        trio = Pair(proxy, processes)
        assert trio.post("die").status_code == 502
        assert trio.n_alive == 1
        assert trio.post("hello").status_code == 200
        for process in processes.values():
            process.kill()
            process.communicate()


def test_a_post_of_the_chat_that_was_sent_is_not_sent_again(pair: Pair) -> None:
    assert pair.post("die", "/chat/import").status_code == 502
    assert pair.n_alive == 1


def test_a_busy_replica_says_so_itself_and_stays_in(pair: Pair) -> None:
    """Were 503 a reason to go on to the next, a burst would take both replicas out for seconds."""
    for _ in range(12):
        response = pair.post("busy")
        assert (response.status_code, response.headers["retry-after"]) == (503, "3")
    assert len(pair.proxy.tried(path=ASK, at_least=12)) == 12
    assert pair.post("hello").status_code == 200


# Routing


def test_readers_behind_one_address_are_spread_and_each_stays_with_its_replica(pair: Pair) -> None:
    served: dict[str, int] = {}
    for n in range(16):
        with httpx.Client(base_url=pair.proxy.url) as reader:
            reader.get("/")
            assert reader.cookies["citewise_reader"]
            first = reader.get("/gradio_api/queue/data")
            assert "set-cookie" not in first.headers
            ports = {reader.post("/gradio_api/queue/join").json()["port"] for _ in range(3)}
            assert ports == {first.json()["port"]}
            served[str(n)] = first.json()["port"]
    assert set(served.values()) == set(pair.processes)


def test_a_client_of_mcp_stays_with_its_replica_and_others_go_elsewhere(pair: Pair) -> None:
    keys = [f"Bearer cw_{n}" for n in range(16)]
    served = [{pair.served_by("/mcp", authorization=key) for _ in range(3)} for key in keys]
    assert all(len(ports) == 1 for ports in served)
    assert set().union(*served) == set(pair.processes)


def test_a_request_that_is_sent_again_goes_where_it_went_before(pair: Pair) -> None:
    def ports(key: str) -> set[int]:
        header = {"idempotency-key": key, "authorization": "Bearer cw_1"}
        return {pair.post("hello", **header).json()["port"] for _ in range(3)}

    served = [ports(f"key-{n}") for n in range(16)]
    assert all(len(found) == 1 for found in served)
    assert set().union(*served) == set(pair.processes)


def test_other_requests_go_to_both_replicas_and_leave_no_cookie(pair: Pair) -> None:
    responses = [pair.post("hello", path) for _ in range(4) for path in (ASK, "/v1/search")]
    assert {response.json()["port"] for response in responses} == set(pair.processes)
    assert not any("set-cookie" in response.headers for response in responses)


def test_what_is_not_for_clients_is_not_there(pair: Pair) -> None:
    for path in ("/metrics", "/citewise-cut"):
        assert httpx.get(f"{pair.proxy.url}{path}").status_code == 404


# The files


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_nginx_understands_the_file_as_it_is_but_for_its_certificate(
    name: str, tmp_path: Path
) -> None:
    """TLS and all. It opens what it would listen on, so the ports are others."""
    certificate, key = self_signed(tmp_path)
    text = (DEPLOY / name).read_text(encoding="utf-8")
    changed = {
        "/etc/letsencrypt/live/papers.example.org/fullchain.pem": str(certificate),
        "/etc/letsencrypt/live/papers.example.org/privkey.pem": str(key),
        OWN_ADDRESS: f"127.0.0.1:{free_port()}",
        "listen 80;": f"listen 127.0.0.1:{free_port()};",
        "listen 443 ": f"listen 127.0.0.1:{free_port()} ",
        "    listen [::]": "    # listen [::]",
    }
    for old, new in changed.items():
        text = text.replace(old, new)
    config = tmp_path / "nginx.conf"
    config.write_text(around(text, tmp_path), encoding="utf-8")
    done = subprocess.run([str(NGINX), "-t", "-c", config], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr


def self_signed(directory: Path) -> tuple[Path, Path]:
    """Return the paths of a certificate and its key."""
    certificate, key = directory / "certificate.pem", directory / "key.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1"
    files = ["-subj", "/CN=papers.example.org", "-out", str(certificate), "-keyout", str(key)]
    subprocess.run([*command.split(), *files], check=True, capture_output=True)
    return certificate, key
