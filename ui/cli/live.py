"""What `add` and `sync` share about live sources."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ui.cli.options import settings_of
from ui.cli.terminal import note

if TYPE_CHECKING:
    from assistant.settings import Settings
    from vectorstore.live.client import LiveClient
    from vectorstore.live.sources import LiveSources
    from vectorstore.live.state import LiveState


def add_contact(parser: argparse.ArgumentParser) -> None:
    """Add `--contact`."""
    parser.add_argument(
        "--contact",
        metavar="EMAIL",
        help="address that services of live sources are told (CITEWISE_CONTACT)",
    )


def live_client(arguments: argparse.Namespace) -> "LiveClient":
    """Return the client that asks services; answers are cached in the user's cache directory."""
    from vectorstore.live.cache import user_cache
    from vectorstore.live.client import LiveClient

    return LiveClient(contact=settings_of(arguments).contact, cache=user_cache())


def live_sources(
    arguments: argparse.Namespace, settings: "Settings", names: Sequence[str]
) -> "LiveSources | None":
    """Return what opens the live sources among `names`; None where there is none.

    Those that were interrupted go on, and a person is told so. Raises ArgumentTypeError for a
    malformed name.
    """
    from vectorstore.live.query import Asked
    from vectorstore.live.sources import LiveSources, remembered

    live_names = list(filter(None, map(live_name, names)))
    if not live_names:
        return None
    states = remembered(settings.catalogue)
    for state in states:
        if state.resume.strip("0") and state.name in live_names:
            note(f"Going on with {state.name!r} at {place_of(state)}, where it stopped.")
    asked = Asked(max_papers=arguments.max)
    return LiveSources(live_client(arguments), states=states, asked=asked)


def live_name(text: str) -> str:
    """Return the name of a live source in its one form; "" for what is none.

    Raises ArgumentTypeError for a malformed one.
    """
    from vectorstore.live.errors import LiveNameError
    from vectorstore.live.names import live_query

    try:
        query = live_query(text)
    except LiveNameError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return query.name if query else ""


def place_of(state: "LiveState") -> str:
    """Return where an interrupted source goes on, in words."""
    from vectorstore.live.syncing import known_query

    query = known_query(state.name)
    return query.place(state.resume) if query else state.resume
