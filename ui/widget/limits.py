"""Who of a page's visitors are counted as one."""

import ipaddress

_IPV6_SITE_BITS = 64  # one customer has at least so many addresses


def caller_of(origin: str, address: str) -> str:
    """Return who is counted together: a page's visitors of one address, or of one IPv6 network."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return f"{origin} {address}"
    if isinstance(ip, ipaddress.IPv6Address):
        network = ipaddress.ip_network((ip, _IPV6_SITE_BITS), strict=False)
        return f"{origin} {network}"
    return f"{origin} {ip}"
