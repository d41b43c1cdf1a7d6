"""The file of the keyring: in clear, or wrapped by a key from elsewhere (AES-256-GCM)."""

from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from gateway.kernel.ids import random_bytes
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import BlockCipher, Keyring, write_secret
from gateway.keys.provider import Cost, Provider

FORMAT: Final = "waystation-keyring-1"
SALT_BYTES = 16
# RFC 9106, the second recommendation, with one lane: a second on a small box, once a start.
COST: Cost = (3, 65_536, 1)
Hex = Annotated[str, Meta(pattern="^([0-9a-f]{2})+$")]
Passes = Annotated[int, Meta(ge=1, le=100)]
MemoryKib = Annotated[int, Meta(ge=19_456, le=4_194_304)]
Lanes = Annotated[int, Meta(ge=1, le=16)]
Tier = Literal["file", "credential", "passphrase", "erp"]


class Wrapped(msgspec.Struct, forbid_unknown_fields=True):
    """A keyring as it lies there: who has the key of its tier can unwrap it. ``cost`` is what a
    passphrase is stretched with.
    """

    format: Literal["waystation-keyring-1"]
    tier: Tier
    salt: Hex
    cost: tuple[Passes, MemoryKib, Lanes]
    wrapped: Hex

    def unwrap(self, provider: Provider) -> Keyring:
        """Problem keys_wrong or keys_passphrase_wrong, those of the provider."""
        key = provider.key(bytes.fromhex(self.salt), self.cost)
        try:
            clear = BlockCipher(self.tier, key).open(bytes.fromhex(self.wrapped), self.context())
        except Problem as problem:
            if self.tier == "passphrase":
                raise Problem("keys_passphrase_wrong") from problem
            raise Problem("keys_wrong", tier=self.tier) from problem
        return Keyring.decoded(clear)

    def context(self) -> str:
        """What the wrapping is bound to."""
        return f"{self.format}:{self.tier}:{self.salt}:{self.cost}"


def read(path: Path) -> Wrapped | None:
    """The wrapped keyring there, None where it lies in clear; Problem keyring_malformed."""
    raw = path.read_bytes()
    try:
        return msgspec.json.decode(raw, type=Wrapped)
    except msgspec.DecodeError as error:
        try:
            Keyring.decoded(raw)
        except Problem:
            raise Problem("keyring_malformed") from error
        return None


def keep(path: Path, keyring: Keyring, tier: str, provider: Provider | None) -> None:
    """Put the keyring there, wrapped by what the provider gives, or in clear where there is none.

    Until the last step, which is one rename, what was there is there. Problem keys_unsteady, those
    of the provider.
    """
    if provider is None:
        write_secret(path, keyring.encoded())
        return
    provider.prepare()
    about = (FORMAT, tier, random_bytes(SALT_BYTES).hex(), COST, "00")
    made = msgspec.convert(dict(zip(Wrapped.__struct_fields__, about, strict=True)), Wrapped)
    key = provider.key(bytes.fromhex(made.salt), made.cost)
    made.wrapped = BlockCipher(tier, key).seal(keyring.encoded(), made.context()).hex()
    # Asked once more: a key that is another one every time would have been the last one.
    try:
        made.unwrap(provider)
    except Problem as problem:
        raise Problem("keys_unsteady", tier=tier) from problem
    write_secret(path, msgspec.json.format(msgspec.json.encode(made), indent=1))
