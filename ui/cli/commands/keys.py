"""`citewise keys`: make, list and revoke the keys that programs use the server with."""

import argparse
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ui.cli.exit_codes import ExitCode
from ui.cli.options import add_json, add_place, check_library, sayable, settings_of, whole_number
from ui.cli.terminal import note, write, write_json

if TYPE_CHECKING:
    from ui.access.keys import Key
    from ui.access.rate import Rate
    from ui.access.store import KeyStore

_MAX_NAME_CHARS = 100
_LONGEST_DAYS = 36_500
_SCOPES = ("ask", "search", "add")
_SCOPE_HELP = "what the key may do, as ask,search (default) of ask, search and add"


def add_to(commands: Any) -> None:
    """Add the command's parser."""
    summary = "make, list and revoke API keys"
    parser = commands.add_parser("keys", help=summary, description=f"{summary}.".capitalize())
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    create = _add_action(actions, "create", run_create, "make a key, and show it once")
    create.add_argument("name", type=_name, metavar="NAME", help="what the key is for")
    create.add_argument(
        "--scope", type=_scopes, action="append", metavar="SCOPES", help=_SCOPE_HELP
    )
    create.add_argument(
        "--expires",
        type=whole_number(1, _LONGEST_DAYS),
        metavar="DAYS",
        help="days for which it can be used (for ever if not given)",
    )
    create.add_argument(
        "--publishable",
        action="store_true",
        help="a key for the widget, which may stand in a web page and can only ask there",
    )
    create.add_argument(
        "--rate", type=_rate, metavar="RATE", help="how often, as 60/min (the server's --key-rate)"
    )
    _add_action(actions, "list", run_list, "list all keys, without the keys themselves")
    revoke = _add_action(actions, "revoke", run_revoke, "let a key be used no more")
    revoke.add_argument(
        "key_id", type=sayable, metavar="ID", help="as `citewise keys list` shows it"
    )


def run_create(arguments: argparse.Namespace) -> int:
    """Print a new key."""
    days = arguments.expires
    key, token = _store(arguments).create(
        arguments.name,
        _scopes_of(arguments),
        publishable=arguments.publishable,
        rate=arguments.rate,
        expires_at=datetime.now(UTC) + timedelta(days=days) if days else None,
    )
    if arguments.json:
        write_json({**_as_json(key), "key": token})
    else:
        note(f"Key {key.key_id} may: {_said_scopes(key)}. It is shown only now; keep it safe.")
        write(token)
    return ExitCode.DONE


def run_list(arguments: argparse.Namespace) -> int:
    """Print what is known of every key."""
    keys = _store(arguments).all()
    if arguments.json:
        write_json([_as_json(key) for key in keys])
    else:
        write(
            "\n".join(map(_as_text, keys))
            or "There are no keys. Make one: citewise keys create NAME"
        )
    return ExitCode.DONE


def run_revoke(arguments: argparse.Namespace) -> int:
    """Let a key be used no more; servers that run know it within a second."""
    key = _store(arguments).revoke(arguments.key_id)
    if arguments.json:
        write_json(_as_json(key))
    else:
        write(f"Key {key.key_id} ({key.name}) is revoked.")
    return ExitCode.DONE


def _add_action(actions: Any, name: str, run: Any, summary: str) -> argparse.ArgumentParser:
    action: argparse.ArgumentParser = actions.add_parser(name, help=summary, description=summary)
    add_place(action)
    add_json(action)
    action.set_defaults(run=run)
    return action


def _store(arguments: argparse.Namespace) -> "KeyStore":
    """Return the keys of the library. The library itself is not opened: no encoder is loaded."""
    from ui.access.store import KEYS_NAME, KeyStore

    settings = settings_of(arguments)
    check_library(settings, "Name one with --library DIR, or make it: citewise add")
    return KeyStore(settings.place(KEYS_NAME))


def _scopes_of(arguments: argparse.Namespace) -> list[Any]:
    given = [scope for scopes in arguments.scope or () for scope in scopes]
    if arguments.publishable and set(given) - {"ask"}:
        raise argparse.ArgumentTypeError("a publishable key can only ask: leave --scope out")
    return given or (["ask"] if arguments.publishable else ["ask", "search"])


def _scopes(text: str) -> list[str]:
    found = [scope.strip() for scope in text.split(",")]
    unknown = [scope for scope in found if scope not in _SCOPES]
    if unknown:
        raise argparse.ArgumentTypeError(
            f"{unknown[0]!r} is no scope; there are {', '.join(_SCOPES)}"
        )
    return found


def _name(text: str) -> str:
    name = " ".join(sayable(text).split())
    if not name or len(name) > _MAX_NAME_CHARS:
        raise argparse.ArgumentTypeError(f"a name has 1 to {_MAX_NAME_CHARS} characters")
    return name


def _rate(text: str) -> "Rate":
    from ui.access.rate import parse_rate

    return parse_rate(text)


def _as_json(key: "Key") -> dict[str, Any]:
    return {
        "id": key.key_id,
        "name": key.name,
        "state": key.state(),
        "scopes": sorted(key.scopes),
        "publishable": key.publishable,
        "rate": str(key.rate) if key.rate else None,
        "created_at": _iso(key.created_at),
        "expires_at": _iso(key.expires_at),
        "revoked_at": _iso(key.revoked_at),
        "last_used_at": _iso(key.last_used_at),
    }


def _iso(when: datetime | None) -> str | None:
    return when.isoformat(timespec="seconds") if when else None


def _as_text(key: "Key") -> str:
    details = [
        key.state(),
        _said_scopes(key),
        f"at most {key.rate}" if key.rate else "",
        f"made {key.created_at:%Y-%m-%d}",
        f"ends {key.expires_at:%Y-%m-%d}" if key.expires_at else "",
        f"last used {key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never used",
    ]
    return f"{key.key_id}  {key.name}\n{'':12}{', '.join(filter(None, details))}"


def _said_scopes(key: "Key") -> str:
    scopes = " ".join(sorted(key.scopes))
    return f"{scopes} (publishable: from the widget only)" if key.publishable else scopes
