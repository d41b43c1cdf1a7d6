"""How devices and proposals are shown to the rest of the house."""

from collections.abc import Sequence
from dataclasses import dataclass

from devices.driver import State
from devices.roster import Attached
from devices.standing import Standing
from devices.supervisor import Post, Sighting
from gateway.kernel.problems import Problem


@dataclass(frozen=True)
class DeviceView:
    """A confirmed device and how it is doing. ``standing`` is None while nobody works on it."""

    attached: Attached
    state: State
    reason: str
    standing: Standing | None


@dataclass(frozen=True)
class ProposalView:
    """A device that is plugged in and waits for a person's decision."""

    id: str
    ignored: bool
    sighting: Sighting


def view(attached: Attached, post: Post | None) -> DeviceView:
    """A confirmed device, with the post that works on it."""
    if not attached.enabled:
        return DeviceView(attached, State.DISABLED, "", None)
    if post is None:
        return DeviceView(attached, State.CONNECTING, "", None)
    if post.worker is None:
        return DeviceView(attached, State.DEGRADED, post.reason, None)
    standing = post.worker.standing
    return DeviceView(attached, standing.state, standing.reason, standing)


def status(shown: Sequence[DeviceView]) -> dict[str, object]:
    """For health: how many devices there are, and which are not well."""
    used = [view for view in shown if view.state is not State.DISABLED]
    unwell = [view for view in used if view.state is not State.ONLINE]
    return {
        "confirmed": len(used),
        "online": len(used) - len(unwell),
        "degraded": sum(view.state is State.DEGRADED for view in unwell),
        "unwell": [
            {"id": v.attached.id, "name": v.attached.name, "state": v.state, "reason": v.reason}
            for v in unwell
        ],
    }


def trouble(posts: Sequence[Post]) -> Problem | None:
    """The devices that need a person; None when there is none."""
    shown = [view(post.attached, post) for post in posts]
    names = [one.attached.name for one in shown if one.state is State.DEGRADED]
    return Problem("device_trouble", names=", ".join(names)) if names else None


def gone(posts: Sequence[Post]) -> list[tuple[str, str]]:
    """The devices that are away or do not work, by id and driver: names are people's words."""
    shown = [view(post.attached, post) for post in posts]
    away = (State.DEGRADED, State.OFFLINE)
    return [(one.attached.id, one.attached.driver) for one in shown if one.state in away]
