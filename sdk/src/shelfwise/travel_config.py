"""How far it is where a request does not say: the ``[travel]`` section of ``shelfwise.toml``."""

from __future__ import annotations

from urllib.parse import urlsplit

import attrs

from shelfwise.types import DETOUR_FACTOR


@attrs.frozen
class TravelConfig:
    """Where distances and durations come from, for requests without a travel matrix."""

    detour_factor: float = attrs.field(
        default=DETOUR_FACTOR, validator=[attrs.validators.ge(1.0), attrs.validators.le(10.0)]
    )
    """Kilometres on the road per kilometre as the crow flies, where no road network is asked."""
    osrm_url: str = attrs.field(default="", repr=False)
    """An OSRM server that knows the road network, such as ``http://127.0.0.1:5000``; empty asks none. Its durations
    are those of every vehicle. ``${NAME}`` stands for an environment variable, the only place for a password."""

    @osrm_url.validator
    def _usable(self, _attribute: object, url: str) -> None:
        if not url:
            return
        try:
            parts = urlsplit(url)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
            password = parts.password or ""
        except ValueError:
            usable, password = False, ""
        if not usable or parts.query or parts.fragment:
            raise ValueError("must be a URL such as http://127.0.0.1:5000, without a query")
        if password and not (password.startswith("${") and password.endswith("}")):
            raise ValueError("must not hold a password; write ${NAME} for an environment variable that does")
