"""The devices wing as the rest of the house sees it: start, stop, health and decisions."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from config.schema import DevicesSettings
from devices import roster, views
from devices.commands import Order, Result
from devices.delivery import Delivered, Delivery
from devices.driver import Candidate, Driver
from devices.intake import Captures
from devices.locked import draining
from devices.locked.copy import Copy
from devices.roster import Attached, Roster
from devices.staff import Staff
from devices.standing import FrameSeen, Piece
from devices.supervisor import Sources, Supervisor, nobody
from devices.views import DeviceView, ProposalView
from devices.worker import RETRY_S
from gateway.kernel.actor import SYSTEM, Actor
from gateway.kernel.problems import Problem
from gateway.store.archiver import Hold
from gateway.store.database import Store
from gateway.store.rows import Rows

COMMAND_S = 5.0  # how long whoever orders something waits for what comes of it


class Devices:
    """Everything that is plugged in.

    ``money_decimals`` are those of the shop's currency, for scale labels, ``neighbours`` what was
    seen on the network.
    ValueError, one sentence a line, when a rule of the settings is wrong.
    """

    def __init__(
        self,
        settings: DevicesSettings,
        store: Store,
        facts: Captures,
        *,
        money_decimals: int = 2,
        retry_s: tuple[float, ...] = RETRY_S,
        neighbours: Callable[[], Iterable[Candidate]] = nobody,
    ) -> None:
        self._clock = store.clock
        self._store = store
        self._facts = facts
        self._copy = Copy(store.folder, store.keyring, money_decimals)
        self._roster = Roster(store)
        self._staff = Staff(settings, self._roster, store, facts, money_decimals, retry_s)
        self._supervisor = Supervisor(
            self._roster,
            self._staff.drivers,
            self._staff.hire,
            store.clock,
            settings.poll_s,
            Sources(settings.extra_ports, neighbours, self._follow),
        )

    def start(self) -> None:
        """Begin to look for devices, and work on those that are confirmed. What was captured while
        the gateway was locked comes first.
        """
        draining.drain(self._store.folder, self._store.keyring, self._facts)
        self._staff.migrate()
        self._supervisor.start()

    def stop(self) -> None:
        """Close every device; what was read is kept first, so the store is closed after this."""
        self._supervisor.stop()

    def let_go(self) -> None:
        """Note how far every device has counted, so that the journal need not be kept for it."""
        self._roster.note_all()

    def hold(self, rows: Rows) -> Hold | None:
        """What the archive must leave in the journal for the numbering of arrivals."""
        return roster.hold(rows)

    def status(self) -> dict[str, object]:
        """For health: how many devices there are, and which are not well."""
        return views.status(self.devices())

    def trouble(self) -> Problem | None:
        """A probe for health: the devices that need a person; None when there is none."""
        trouble = views.trouble(list(self._supervisor.posts.values()))
        return trouble or draining.trouble(self._store.folder)

    def _follow(self, attached: Sequence[Attached]) -> None:
        self._copy.keep(attached, self._staff.drivers)

    def gone(self) -> list[tuple[str, str]]:
        """The devices that are away or do not work: (id, driver)."""
        return views.gone(list(self._supervisor.posts.values()))

    def name_of(self, device: str) -> str:
        """The name of a confirmed device, from memory; empty for any other id."""
        post = self._supervisor.posts.get(device)
        return post.attached.name if post else ""

    def devices(self) -> list[DeviceView]:
        """Every confirmed device."""
        posts = self._supervisor.posts
        return [views.view(attached, posts.get(attached.id)) for attached in self._roster.devices()]

    def device(self, device: str) -> DeviceView:
        """One confirmed device; Problem device_unknown."""
        return views.view(self._roster.device(device), self._supervisor.posts.get(device))

    def proposals(self) -> list[ProposalView]:
        """What is plugged in right now and not confirmed, the ignored ones too."""
        sightings = self._supervisor.sightings
        return [
            ProposalView(proposal.id, proposal.ignored, sightings[proposal.identity])
            for proposal in self._roster.proposals()
            if proposal.identity in sightings
        ]

    def frames(self, device: str) -> list[FrameSeen]:
        """The last frames of a device, the newest first; Problem device_unknown."""
        standing = self.device(device).standing
        return standing.frames_seen() if standing else []

    def pieces(self, device: str, after: int) -> list[Piece]:
        """The last bytes on a device's lines behind a piece's number; Problem device_unknown."""
        standing = self.device(device).standing
        return standing.pieces(after) if standing else []

    def drivers(self) -> Sequence[type[Driver]]:
        """Every driver there is."""
        return list(self._staff.drivers.values())

    def confirm(
        self,
        proposal: str,
        name: str,
        config: Mapping[str, object],
        actor: Actor,
        driver: str = "",
    ) -> DeviceView:
        """Make a proposal a device and begin to work on it, with its surest driver or another.

        Problem proposal_unknown, name_malformed, name_taken, device_config_invalid or
        device_driver_unfit.
        """
        found = next((p for p in self._roster.proposals() if p.id == proposal), None)
        if found is None:
            raise Problem("proposal_unknown")
        driver = driver or found.driver
        sighting = self._supervisor.sightings.get(found.identity)
        if driver != found.driver and (sighting is None or driver not in sighting.drivers):
            raise Problem("device_driver_unfit")
        if sighting and driver:
            config = {**self._staff.kind(driver).placed(sighting.candidate), **config}
        decision = self._staff.decide(driver, name, config)
        attached = self._roster.confirm(proposal, decision, actor)
        self._supervisor.look()
        return self.device(attached.id)

    def add(self, driver: str, name: str, config: Mapping[str, object], actor: Actor) -> DeviceView:
        """Make a device of one that cannot be found by looking, and begin to work on it.

        Problem device_driver_unfit, name_malformed, name_taken or device_config_invalid.
        """
        kind = self._staff.drivers.get(driver)
        if kind is None or kind.finder:
            raise Problem("device_driver_unfit")
        decision = self._staff.decide(driver, name, config)
        attached = self._roster.add(decision, actor)
        self._supervisor.look()
        return self.device(attached.id)

    def command(self, device: str, command: str, args: Mapping[str, Any], actor: Actor) -> Result:
        """Have a device do something, and say what came of it within five seconds.

        Problem device_unknown, device_driver_missing, device_command_unknown or
        device_command_invalid.
        """
        driver = self._roster.device(device).driver
        order = self._staff.order(driver, command, args)
        order.by = actor.id
        result = self.obey(device, order, COMMAND_S)
        if not self._staff.kind(driver).commands[command].asks:
            told = {
                "command": command,
                "args": dict(args),
                "outcome": result.outcome,
                "reason": result.reason,
            }
            self._roster.note(device, "commanded", told, actor)
        return result

    def deliver(
        self, device: str, body: bytes, headers: Mapping[str, str], peer: str
    ) -> Sequence[Delivered]:
        """Keep what somebody else's service sends to a device; returns after the commit.

        Problem hook_unknown, hook_closed, hook_signature or hook_not_kept.
        """
        post = self._supervisor.posts.get(device)
        if post is None:
            raise Problem("hook_unknown")
        if post.worker is None:
            raise Problem("hook_closed")
        now_s = self._clock.now_ms() // 1000
        return post.worker.deliver(Delivery(body, headers, peer, now_s))

    def obey(self, device: str, order: Order, timeout_s: float) -> Result:
        """Have a device do what the house itself wants of it; leaves no entry in the journal."""
        post = self._supervisor.posts.get(device)
        worker = post.worker if post else None
        return worker.command(order, timeout_s) if worker else Result("failed", "not_ready")

    def ignore(self, proposal: str, actor: Actor) -> None:
        """Do not propose this device any more; Problem proposal_unknown."""
        self._roster.ignore(proposal, actor)

    def rename(self, device: str, name: str, actor: Actor) -> None:
        """Problem device_unknown, name_malformed or name_taken."""
        self._roster.rename(device, name, actor)
        self._supervisor.look()

    def enable(self, device: str, actor: Actor, *, enabled: bool) -> None:
        """Use a device, or close it and leave it alone; Problem device_unknown."""
        self._roster.enable(device, actor, enabled=enabled)
        self._supervisor.look()

    def configure(self, device: str, config: Mapping[str, object], actor: Actor) -> None:
        """Replace a device's configuration; secrets that it leaves out stay as they are.

        Problem device_unknown or device_config_invalid.
        """
        self._staff.configure(self._roster.device(device), config, actor)
        self._supervisor.look()

    def options(self, device: str) -> dict[str, dict[str, object]]:
        """What a device's configuration may say: JSON Schema by name, the default as it is here.

        Problem device_unknown or device_driver_missing.
        """
        return self.options_of(self._roster.device(device).driver)

    def options_of(self, driver: str) -> dict[str, dict[str, object]]:
        """What a kind of device can be told; Problem device_driver_missing."""
        return self._staff.options(driver)

    def reconnect(self, device: str, actor: Actor) -> None:
        """Close a device and open it again; Problem device_unknown."""
        self._roster.note(device, "reconnected", {}, actor)
        post = self._supervisor.posts.get(device)
        if post and post.worker:
            post.worker.reconnect()

    def look(self) -> None:
        """Look for devices now instead of at the next turn."""
        self._supervisor.look()

    def adopt(self, port: str, name: str, config: Mapping[str, object] | None = None) -> DeviceView:
        """Confirm the device behind a port without asking anybody: for devices made of software.

        A port that the settings do not name is looked at until the end of this start. Problem
        proposal_unknown when nothing is there.
        """
        self._supervisor.look_at(port)
        self._supervisor.look()
        identity = f"port:{port}"
        for view in self.devices():
            if view.attached.identity == identity:
                return view
        for proposal in self.proposals():
            if proposal.sighting.candidate.identity == identity:
                return self.confirm(proposal.id, name, config or {}, SYSTEM)
        raise Problem("proposal_unknown")
