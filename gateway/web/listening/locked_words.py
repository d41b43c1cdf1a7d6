"""What the page of a locked gateway says, in English and in simplified Chinese."""

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "title": ("This gateway is locked", "网关已锁定"),
    "safe": (
        "Scanners that are plugged in go on: what they read is sealed and kept, and is entered once"
        " the gateway is unlocked. Tills and phones keep what they have and send it then.",
        "已连接的扫描枪照常工作：读取的内容会被密封保存，待网关解锁后自动录入。收银机和手机会保留各自的数据，届时再发送。",
    ),
    "passphrase": ("Passphrase", "口令短语"),
    "unlock": ("Unlock", "解锁"),
    "unsafe": (
        "It takes the passphrase over HTTPS, or on the box itself: run.py unlock.",
        "请通过 HTTPS 输入口令短语，或在设备上运行 run.py unlock。",
    ),
    "asking": (
        "It asks for its key again by itself; nothing has to be entered here.",
        "它会自行再次请求密钥；此处无需输入。",
    ),
    "open": (
        "It is unlocked and starts now. This page goes on by itself in a moment.",
        "已解锁，正在启动。此页面稍后会自动跳转。",
    ),
}


def texts() -> list[str]:
    """The Chinese ones."""
    return [simplified for _, simplified in WORDS.values()]
