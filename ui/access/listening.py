"""Where a server may listen."""

from ui.access.settings import AccessSettings


def why_not_listen(settings: AccessSettings, *, has_keys: bool) -> str | None:
    """Return why the server may not listen as the settings say; None where it may.

    This machine alone is let in by itself. Others, also by way of a proxy, are only where a key or
    a login is asked of them, or where the operator says that everyone may come in.
    """
    if settings.no_auth or has_keys or settings.logins or not settings.is_exposed:
        return None
    return (
        f"Host {settings.host!r} can be reached from other machines, and no key is asked of them."
        " Make one with 'citewise keys create NAME', ask for a login with --auth USER:PASSWORD,"
        " use --host 127.0.0.1 alone, or let everyone in with --no-auth."
    )
