"""What an alert says, as a mail and as an event (pure): codes, counts and names of parts, and
nobody's data.
"""

from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from typing import Final

from gateway.kernel import canonical
from gateway.kernel.clock import to_iso
from gateway.kernel.languages import told
from gateway.kernel.problems import Problem
from sync.alerts.standing import Notice

# English, and simplified Chinese.
WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "subject": (
        "{shop}: {began} new, {still} still there, {ended} over",
        "{shop}：新告警 {began} 条，仍存在 {still} 条，已解除 {ended} 条",
    ),
    "subject.test": ("{shop}: a test of the alerts", "{shop}：告警测试"),
    "began": ("NEW since {since}", "新告警，始于 {since}"),
    "still": ("STILL THERE since {since}", "仍未解决，始于 {since}"),
    "ended": ("OVER at {at}, began {since}", "已于 {at} 解除，始于 {since}"),
    "test": (
        "This is a test that somebody asked for at {at}. Nothing is wrong; alerts arrive here.",
        "这是有人在 {at} 请求的测试。一切正常，告警可以送达此处。",
    ),
    "foot": (
        "Sent by the gateway {prefix}. All times are UTC. Its console says more under Settings.",
        "由网关 {prefix} 发送。时间均为 UTC。详情请看控制台的“设置”页面。",
    ),
}


def mail(notices: Sequence[Notice], language: str, shop: str, prefix: str) -> EmailMessage:
    """One mail for everything that is to be told now, without its addresses."""
    counts = {
        what: sum(one.what == what for one in notices) for what in ("began", "still", "ended")
    }
    test = all(one.what == "test" for one in notices)
    letter = EmailMessage()
    subject = _said("subject.test" if test else "subject", language, shop=shop, **counts)
    letter["Subject"] = " ".join(subject.split())
    letter["Auto-Submitted"] = "auto-generated"
    parts = [_paragraph(one, language) for one in notices]
    parts.append(_said("foot", language, prefix=prefix))
    letter.set_content("\n\n".join(parts) + "\n")
    return letter


def event(notice: Notice, language: str, source: str) -> bytes:
    """One alert as a CloudEvent: the same bytes however often it is sent."""
    data: dict[str, object] = {
        "alarm": notice.key,
        "state": notice.what,
        "since": to_iso(notice.since),
        "code": notice.problem.get("code", ""),
        "detail": _sentence(notice, language),
    }
    return canonical.encode({
        "specversion": "1.0", "id": notice.id, "source": source,
        "type": f"waystation.alert.{notice.what}", "time": to_iso(notice.at),
        "datacontenttype": "application/json", "data": data,
    })  # fmt: skip


def _paragraph(notice: Notice, language: str) -> str:
    moment = {"since": _minute(notice.since), "at": _minute(notice.at)}
    head = _said(notice.what, language, **moment)
    return head if notice.what == "test" else f"{head}\n{_sentence(notice, language)}"


def _sentence(notice: Notice, language: str) -> str:
    return Problem.from_record(notice.problem).detail(language) if notice.problem else ""


def _minute(unix_ms: int) -> str:
    return to_iso(unix_ms)[:16].replace("T", " ")


def _said(word: str, language: str, **params: object) -> str:
    return told(language, *WORDS[word]).format_map(params)
