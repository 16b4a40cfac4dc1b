"""Addresses: which count together, and which are this machine's."""

import ipaddress

_IPV6_SITE_BITS = 64  # one customer has at least so many addresses


def network_of(address: str) -> str:
    """Return what is counted together: an IPv4 address, or an IPv6 network of one customer."""
    ip = _parsed(address)
    if ip is None:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((ip, _IPV6_SITE_BITS), strict=False))
    return str(ip)


def is_this_machine(address: str) -> bool:
    """Return whether a client's address is a loopback address."""
    ip = _parsed(address)
    return ip is not None and ip.is_loopback


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    return mapped or ip
