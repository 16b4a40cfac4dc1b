"""The options of `citewise serve` that are about access."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ui.access.rate import Rate, parse_rate

if TYPE_CHECKING:
    from ui.access.settings import AccessSettings

_KEY_RATE, _ADDRESS_RATE = Rate(600, 60), Rate(120, 60)
_MAX_WAITING = 64


def add_access_options(parser: argparse.ArgumentParser) -> None:
    """Add the options; `access_settings` reads them."""
    _add_who(parser.add_argument_group("access"))
    _add_how_much(parser.add_argument_group("limits"))


def _add_who(group: argparse._ArgumentGroup) -> None:
    from ui.access.logins import parse_login
    from ui.widget.origins import parse_origin

    group.add_argument(
        "--no-auth", action="store_true", help="let anybody who can reach the address use it"
    )
    group.add_argument(
        "--auth",
        type=parse_login,
        action="append",
        default=[],
        metavar="USER:PASSWORD",
        help="who may use the chat; may be repeated (others here can see it: better --auth-file)",
    )
    group.add_argument(
        "--auth-file",
        type=Path,
        metavar="FILE",
        help="lines of USER:PASSWORD, readable by you only",
    )
    group.add_argument(
        "--allowed-host",
        action="append",
        default=[],
        metavar="NAME",
        help="a name by which clients know this server, as behind a proxy; may be repeated",
    )
    group.add_argument(
        "--trusted-proxy",
        action="append",
        default=[],
        metavar="ADDRESS",
        help="address or network of a proxy whose X-Forwarded-For is believed; may be repeated",
    )
    group.add_argument(
        "--cors-origin",
        type=parse_origin,
        action="append",
        default=[],
        metavar="ORIGIN",
        help="a web page's origin that may use /v1 from a browser; may be repeated",
    )
    group.add_argument(
        "--audit-log", type=Path, metavar="FILE", help="append a JSON line a request; - for stderr"
    )
    group.add_argument(
        "--audit-questions", action="store_true", help="write the questions into the audit log too"
    )


def _add_how_much(group: argparse._ArgumentGroup) -> None:
    from ui.cli.options import whole_number

    group.add_argument(
        "--key-rate",
        type=parse_rate,
        default=_KEY_RATE,
        metavar="RATE",
        help=f"requests of a key without a rate of its own ({_KEY_RATE})",
    )
    group.add_argument(
        "--address-rate",
        type=parse_rate,
        default=_ADDRESS_RATE,
        metavar="RATE",
        help=f"requests of a client or user without a key, this machine apart ({_ADDRESS_RATE})",
    )
    group.add_argument(
        "--max-running",
        type=whole_number(1, 1_000),
        metavar="N",
        help="requests that are worked on at once, streams included (two a core; 32 where a"
        " language model may answer)",
    )
    group.add_argument(
        "--max-waiting",
        type=whole_number(0, 10_000),
        default=_MAX_WAITING,
        metavar="N",
        help=f"requests that wait for their turn, at most; beyond that 503 ({_MAX_WAITING})",
    )


def access_settings(arguments: argparse.Namespace) -> "AccessSettings":
    """Return the settings that the options make; raises AccessError."""
    from ui.access.logins import logins_of
    from ui.access.settings import AccessSettings

    return AccessSettings(
        host=arguments.host,
        no_auth=arguments.no_auth,
        logins=logins_of(arguments.auth, arguments.auth_file),
        allowed_hosts=tuple(arguments.allowed_host),
        trusted_proxies=tuple(arguments.trusted_proxy),
        cors_origins=frozenset(arguments.cors_origin),
        key_rate=arguments.key_rate,
        address_rate=arguments.address_rate,
        max_running=arguments.max_running,
        max_waiting=arguments.max_waiting,
        audit_log=arguments.audit_log,
        audit_questions=arguments.audit_questions,
    )
