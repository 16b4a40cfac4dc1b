"""What there is to write with on this machine, and what mends what is missing."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from assistant.backends.entry_points import entry_point_names, load_factory
from assistant.backends.providers import PROVIDERS, Provider
from assistant.errors import BackendError
from assistant.settings import EXTRACTIVE


class State(StrEnum):
    """Whether a backend can be used."""

    READY = "ready"
    NO_PACKAGE = "no package"
    NO_KEY = "no key"
    BROKEN = "broken"
    UNKNOWN = "unknown"  # LangChain may know it; only loading it would tell


@dataclass(frozen=True, slots=True)
class BackendReport:
    """One backend. `remedy` is the line that mends it, or the reason why it is broken."""

    name: str
    example: str
    state: State
    remedy: str = ""
    is_current: bool = False


def list_backends(
    current: str, environment: Mapping[str, str] = os.environ
) -> tuple[BackendReport, ...]:
    """Return extractive, the providers of the table, entry points, and `current` if it is another.

    No request is made. Packages are looked for, not imported, except those of entry points.
    """
    reports = [BackendReport(EXTRACTIVE, EXTRACTIVE, State.READY, is_current=current == EXTRACTIVE)]
    current_name = current.partition(":")[0]
    for provider in PROVIDERS.values():
        state, remedy = _state_of(provider, environment)
        is_current = provider.name == current_name
        example = current if is_current else provider.example
        reports.append(BackendReport(provider.name, example, state, remedy, is_current))
    reports.extend(_entry_points(current))
    if not any(report.is_current for report in reports):
        remedy = f"Try it: citewise llms test {current}"
        reports.append(BackendReport(current_name, current, State.UNKNOWN, remedy, is_current=True))
    return tuple(reports)


def _state_of(provider: Provider, environment: Mapping[str, str]) -> tuple[State, str]:
    if not provider.is_installed:
        return State.NO_PACKAGE, provider.install_line
    if provider.needs_key(environment) and not provider.has_key(environment):
        or_server = ""
        if provider.home:
            or_server = f", or {provider.address_variables[0]}=http://localhost:8000/v1"
        return State.NO_KEY, f"export {provider.key_variables[0]}=...{or_server}"
    return State.READY, ""


def _entry_points(current: str) -> Iterator[BackendReport]:
    for name in entry_point_names():
        state, remedy = State.READY, ""
        if name in (EXTRACTIVE, *PROVIDERS):
            state, remedy = State.BROKEN, f"the name {name!r} is Citewise's own; rename it"
        else:
            try:
                load_factory(name)
            except BackendError as error:
                state, remedy = State.BROKEN, str(error)
        is_current = state is not State.BROKEN or name not in (EXTRACTIVE, *PROVIDERS)
        is_current = is_current and current.partition(":")[0] == name
        yield BackendReport(name, current if is_current else name, state, remedy, is_current)
