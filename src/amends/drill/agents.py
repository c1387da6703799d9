"""User agents, written for the drill in the form that browsers and crawlers use."""

from __future__ import annotations

from typing import Final

_WINDOWS: Final = "Mozilla/5.0 (Windows NT 10.0; Win64; x64"
_WEBKIT: Final = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.1"

BROWSERS: Final = (
    f"{_WINDOWS}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/107.0.0.0 Safari/537.36",
    f"{_WINDOWS}; rv:107.0) Gecko/20100101 Firefox/107.0",
    f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {_WEBKIT} Safari/605.1.15",
    f"Mozilla/5.0 (iPhone; CPU iPhone OS 16_1 like Mac OS X) {_WEBKIT} Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (X11; Linux x86_64; rv:106.0) Gecko/20100101 Firefox/106.0",
)
CRAWLERS: Final = (
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
)
