"""The files for deploying, read as their programs would; no container engine runs in the tests."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from ui.access.options import access_settings, add_access_options

DEPLOY = Path(__file__).parents[1] / "docs" / "deploy"
NGINX_FILES = ("nginx.conf", "nginx-replicas.conf")
STREAMS = (
    "/v1/chat/completions",
    "/v1/related-work",
    "/widget/v1/chat/completions",
    "/chat/writing/section",
)


def instructions() -> list[tuple[str, str]]:
    """Return the Dockerfile's instructions, continued lines joined."""
    text = re.sub(r"^#.*\n", "", (DEPLOY / "Dockerfile").read_text("utf-8"), flags=re.MULTILINE)
    lines = text.replace("\\\n", " ").splitlines()
    return [(line.split(maxsplit=1)[0], line.split(maxsplit=1)[1]) for line in lines if line]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


def test_the_image_is_of_named_versions_and_runs_as_nobody_special() -> None:
    found = instructions()
    bases = [value for name, value in found if name == "FROM"]
    assert all(re.match(r"\S+:\d", base) for base in bases)
    last_stage = found[max(n for n, (name, _) in enumerate(found) if name == "FROM") :]
    users = [value for name, value in last_stage if name == "USER"]
    assert users == ["10001:10001"]
    names = [name for name, _ in last_stage]
    assert names.index("USER") < names.index("ENTRYPOINT")
    assert {"HEALTHCHECK", "EXPOSE", "VOLUME", "STOPSIGNAL"} <= set(names)
    assert "ADD" not in names


def test_what_the_image_copies_exists_and_is_not_ignored() -> None:
    root = DEPLOY.parents[1]
    kept = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    for name, value in instructions():
        if name == "COPY" and not value.startswith("--from"):
            for source in shlex.split(value)[:-1]:
                assert (root / source).exists()
                assert f"!{source}" in kept


def test_the_services_hold_no_more_rights_than_they_need(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        assert service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]
        assert service["mem_limit"]
        assert not service.get("privileged")
        for port in service.get("ports", ()):
            assert port.startswith("127.0.0.1:")
    chroma = compose["services"]["chroma"]
    assert "ports" not in chroma  # it asks nobody for a key
    assert all(compose["networks"][network]["internal"] for network in chroma["networks"])


def test_compose_names_only_what_it_defines(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        assert set(service["networks"]) <= set(compose["networks"])
        for volume in service["volumes"]:
            assert volume.split(":")[0] in compose["volumes"]
    build = compose["services"]["citewise"]["build"]
    context = (DEPLOY / build["context"]).resolve()
    assert (context / build["dockerfile"]).is_file()


def unit() -> str:
    return (DEPLOY / "citewise.service").read_text(encoding="utf-8").replace("\\\n", " ")


def nginx(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def commands(compose: dict[str, Any]) -> list[list[str]]:
    """Return the options of `citewise serve` that the files use, commented ones too."""
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    start = re.search(r"^ExecStart=\S+/citewise serve (.*)$", unit(), re.MULTILINE)
    assert start
    beside = [re.search(r"citewise serve (--.*)", nginx(name)) for name in NGINX_FILES]
    return [
        compose["services"]["citewise"]["command"][1:],
        re.findall(r"# - (--\S+)", text),
        shlex.split(start[1]),
        *(shlex.split(found[1]) for found in beside if found),
    ]


def test_the_options_in_the_files_exist(compose: dict[str, Any], tmp_path: Path) -> None:
    import argparse

    logins = tmp_path / "logins"
    logins.write_text("ada:correct horse\n", encoding="utf-8")
    logins.chmod(0o600)
    for options in commands(compose):
        parser = argparse.ArgumentParser(exit_on_error=False)
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int)
        parser.add_argument("--workers", type=int)
        parser.add_argument("--log-format", choices=("human", "json"))
        add_access_options(parser)
        parsed = parser.parse_args(options)
        if parsed.auth_file:
            parsed.auth_file = logins
        assert access_settings(parsed)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not here")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    """It looks for the program, so another one stands in its place."""
    file = tmp_path / "citewise.service"
    text = unit().replace("/opt/citewise/bin/citewise", "/bin/true")
    file.write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(file)], capture_output=True, text=True
    )
    said = [line for line in done.stderr.splitlines() if "citewise.service" in line]
    assert said == []


@pytest.mark.parametrize("name", NGINX_FILES)
def test_streams_pass_the_proxy_and_metrics_do_not(name: str) -> None:
    text = nginx(name)
    assert text.count("{") == text.count("}")
    lines = [line.split("#")[0].strip() for line in text.splitlines()]
    assert [line for line in lines if line and line[-1] not in ";{}"] == []
    assert "proxy_buffering off;" in text
    assert "location = /metrics { return 404; }" in text


def test_both_groups_of_replicas_are_the_same_ones() -> None:
    groups = re.findall(r"^upstream .*?^\}", nginx("nginx-replicas.conf"), re.DOTALL | re.MULTILINE)
    one, other = (re.findall(r"^ *server .*", group, re.MULTILINE) for group in groups)
    assert one == other
    assert len(one) > 1


def test_every_stream_of_answers_can_end_with_an_error_event() -> None:
    """The paths that make event streams are those that nginx adds one to."""
    text = nginx("nginx-replicas.conf")
    path = re.search(r"location ~ (\^\S+) \{\n.*127\.0\.0\.1", text)
    assert path
    for stream in STREAMS:
        assert re.fullmatch(path[1].removeprefix("^").removesuffix("$"), stream)
