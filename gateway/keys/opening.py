"""Opening the keyring of a data folder by what its tier asks for, and keeping it otherwise."""

from pathlib import Path
from typing import Final

from config.schema import KeysSettings
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import Keyring
from gateway.keys import keyfile
from gateway.keys.by_credential import ByCredential
from gateway.keys.by_erp import ByErp
from gateway.keys.by_file import ByFile
from gateway.keys.by_passphrase import ByPassphrase
from gateway.keys.provider import Provider
from gateway.store.places import DATABASE, KEYRING

# Not a tier of its own: the file that the key is in is the keyring itself.
BESIDE: Final = "beside"
WAYS: Final = (BESIDE, "file", "credential", "passphrase", "erp")
# What may be otherwise in a moment: somebody says a passphrase, plugs in a stick, or another one,
# mends a line. What only other settings mend is none of it: they are read at a start.
PASSING = frozenset({
    "keys_passphrase_needed", "keys_file_missing", "keys_erp_unreachable", "keys_erp_refused",
    "keys_wrong", "keys_too_short", "keys_erp_answer",
})  # fmt: skip


def provider(way: str, settings: KeysSettings, said: str = "") -> Provider | None:
    """Where the key comes from; None where a keyring lies in clear. Problem keys_file_unset."""
    match way:
        case "credential":
            return ByCredential(settings.credential)
        case "passphrase":
            return ByPassphrase(said)
        case "erp":
            return ByErp(settings.url, settings.ca, settings.gateway, settings.secret)
        case "file":
            if not settings.file:
                raise Problem("keys_file_unset")
            return ByFile(Path(settings.file))
    return None


def wanted(settings: KeysSettings) -> str:
    """How the settings want the key to be kept: a tier, or beside the data."""
    return settings.tier if settings.tier != "file" or settings.file else BESIDE


def way_of(folder: Path) -> str:
    """How it is kept; empty where there is no keyring yet. Problem keyring_malformed."""
    path = folder / KEYRING
    if not path.exists():
        return ""
    wrapped = keyfile.read(path)
    return wrapped.tier if wrapped else BESIDE


def opened(path: Path, settings: KeysSettings, said: str = "") -> Keyring:
    """The keyring at a path, opened by its own tier, or a new one by that of the settings.

    Problem keys_wrong, keys_passphrase_wrong or keyring_malformed, those of the tier's provider.
    """
    # Of a wrapping that a power cut ended: nobody may find keys in clear there.
    path.with_name(path.name + ".new").unlink(missing_ok=True)
    if not path.exists():
        keyring, way = Keyring.fresh(), wanted(settings)
        keyfile.keep(path, keyring, way, provider(way, settings, said))
        return keyring
    wrapped = keyfile.read(path)
    if wrapped is None:
        return Keyring.decoded(path.read_bytes())
    opener = provider(wrapped.tier, settings, said)
    assert opener is not None, "what is wrapped has a tier"
    return wrapped.unwrap(opener)


def wrap(folder: Path, settings: KeysSettings, way: str, said: str, new: str) -> None:
    """Keep the key of a folder otherwise, whoever uses it meanwhile; the data are not touched.

    ``said`` and ``new`` are the passphrases, where the way before or the ``way`` to come takes one.
    A folder without a keyring gets one. The key before has to be there: what it does not open is
    not wrapped. Problem store_key_missing, those of ``opened`` and of the new provider.
    """
    path = folder / KEYRING
    if path.exists():
        keyring = opened(path, settings, said)
    elif (folder / DATABASE).exists():
        raise Problem("store_key_missing", file=DATABASE, keyring=KEYRING)
    else:
        keyring = Keyring.fresh()
    keyfile.keep(path, keyring, way, provider(way, settings, new))
