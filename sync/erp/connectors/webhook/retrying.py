"""What Retry-After asks for (RFC 9110, 10.2.3; pure)."""

from datetime import UTC
from email.utils import parsedate_to_datetime


def retry_after_s(text: str, now_s: int) -> int:
    """Seconds to wait, from a number or a date; 0 where nothing is asked for that makes sense."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return int(text[:9])
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return 0
    return max(0, round(until.replace(tzinfo=until.tzinfo or UTC).timestamp()) - now_s)
