"""Habits that open holes, each found in the syntax tree: what the house never does."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.tidy.names import called, dotted, uses

Found = Iterator[tuple[int, str]]
VERBS = frozenset({"request", "get", "post", "put", "patch", "delete", "head", "options", "send"})
ROUTES = frozenset({"get", "post", "put", "patch", "delete", "route"})
SESSIONS = ("session", "requests")
# They wait for ever unless they are told how long.
WAITING = {
    "urllib.request.urlopen": ("timeout", 3),
    "socket.create_connection": ("timeout", 2),
    "http.client.HTTPConnection": ("timeout", 9),
    "http.client.HTTPSConnection": ("timeout", 9),
}
UNPACKING = ("extractall", "extract", "unpack_archive", "_extract_member")
# A barcode is taken apart with the same word.
NO_ARCHIVE = ("biip.",)
SHELLS = ("os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput")
# What turns bytes or text of somebody else's into code or objects.
WAKING = (
    "pickle",
    "shelve",
    "marshal",
    "dill",
    "yaml.load",
    "yaml.unsafe_load",
    "yaml.full_load",
)
TRUSTING = ("ssl._create_unverified_context", "ssl.CERT_NONE")
CHECKS = ("verify", "verify_ssl", "check_hostname")
CHANCE = ("random",)


@dataclass(frozen=True)
class Rule:
    """A habit for nobody but ``places``, each for a reason; a folder ends with a slash."""

    name: str
    find: Callable[[ast.Module], Found]
    mend: str
    places: tuple[str, ...] = ()

    def strays(self, path: Path, module: ast.Module) -> list[str]:
        """Where a file has it."""
        name = path.as_posix()
        for place in self.places:
            if name == place or (place.endswith("/") and name.startswith(place)):
                return []
        return [f"{path}:{line} {what}" for line, what in self.find(module)]


def waits_for_ever(module: ast.Module) -> Found:
    """A request to somebody who may never answer."""
    for call, name in called(module):
        given = {word.arg for word in call.keywords}
        owner, _, verb = name.rpartition(".")
        asks = verb in VERBS and owner.rpartition(".")[2].lstrip("_") in SESSIONS
        word, place = WAITING.get(name, ("timeout", 99))
        told = bool({word, None} & given) or len(call.args) >= place
        if (asks or name in WAITING) and not told:
            yield call.lineno, f"{name}() without a timeout"


def unpacks(module: ast.Module) -> Found:
    """An archive that says itself where its files go."""
    for call, name in called(module):
        if name.rpartition(".")[2] in UNPACKING and not name.startswith(NO_ARCHIVE):
            yield call.lineno, f"{name}()"


def starts_a_shell(module: ast.Module) -> Found:
    """A command as a text that a shell takes apart."""
    for call, name in called(module):
        if any(word.arg == "shell" and not _is(word.value, False) for word in call.keywords):
            yield call.lineno, f"{name}(shell=…)"
    yield from _used(module, SHELLS)


def has_no_mark(module: ast.Module) -> Found:
    """A route that no row of the policy covers."""
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names = [_decorator(one) for one in node.decorator_list]
            routed = [name for name in names if name.rpartition(".")[2] in ROUTES and "." in name]
            if routed and not any(name.rpartition(".")[2] == "allows" for name in names):
                yield node.lineno, f"{node.name} is a route and names no row of the policy"
        if isinstance(node, ast.Call) and (dotted(node.func) or "").endswith(".add_url_rule"):
            yield node.lineno, "add_url_rule() leaves no place for a mark"


def wakes_objects(module: ast.Module) -> Found:
    """Bytes that become objects or code."""
    for call, name in called(module):
        if name in ("eval", "exec", "compile", "__import__"):
            yield call.lineno, f"{name}()"
    yield from _used(module, WAKING)


def believes_anybody(module: ast.Module) -> Found:
    """TLS that takes any certificate."""
    for node in ast.walk(module):
        if isinstance(node, ast.keyword) and node.arg in CHECKS and _is(node.value, False):
            yield node.value.lineno, f"{node.arg}=False"
        if isinstance(node, ast.Assign) and _is(node.value, False):
            named = [target.attr for target in node.targets if isinstance(target, ast.Attribute)]
            yield from ((node.lineno, f"{name} = False") for name in named if name in CHECKS)
    yield from _used(module, TRUSTING)


def draws_by_chance(module: ast.Module) -> Found:
    """Chance that can be foretold."""
    yield from _used(module, CHANCE)


def _used(module: ast.Module, names: tuple[str, ...]) -> Found:
    for line, name in uses(module):
        if any(name == one or name.startswith(f"{one}.") for one in names):
            yield line, name


def _decorator(node: ast.expr) -> str:
    return dotted(node.func if isinstance(node, ast.Call) else node) or ""


def _is(node: ast.expr, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


RULES = (
    Rule("a request without a timeout", waits_for_ever, "say how long to wait"),
    Rule("an archive that is unpacked", unpacks, "write each expected member by its own name"),
    Rule("a shell", starts_a_shell, "give the command as a list"),
    Rule("a route without a policy", has_no_mark, "mark the view with @allows(resource, action)"),
    Rule("objects from bytes", wakes_objects, "decode JSON or msgpack into a declared shape"),
    Rule("TLS without a check", believes_anybody, "name the authority to trust instead"),
    Rule(
        "chance that can be foretold",
        draws_by_chance,
        "call gateway.kernel.ids, which asks the system",
        # Jitter is no secret; a simulated day is played again from its seed.
        ("gateway/kernel/ids.py", "devices/simulated/"),
    ),
)
