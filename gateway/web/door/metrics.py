"""Figures for Prometheus: requests by route, and what parts report. No label names a person."""

from collections.abc import Callable, Iterable

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from gateway.web.door.parts import Parts

PREFIX = "waystation_"
EXTENSION = "waystation_metrics"
BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)


class Metrics(Collector):
    """One registry per application, so that two of them in one process do not mix."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._registry = CollectorRegistry()
        self._registry.register(self)
        self._requests = Counter(
            f"{PREFIX}requests",
            "Requests answered, by route, method and status.",
            ("route", "method", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            f"{PREFIX}request_seconds",
            "How long requests took.",
            ("route",),
            buckets=BUCKETS_S,
            registry=self._registry,
        )

    def install(self, app: Flask) -> None:
        """Count and time every request that reaches the application."""
        app.extensions[EXTENSION] = self
        now_us = self._parts.clock.monotonic_us

        @app.before_request
        def begin() -> None:
            g.began_us = now_us()

        @app.after_request
        def end(response: Response) -> Response:
            route = request.url_rule.rule if request.url_rule else "none"
            self._requests.labels(route, request.method, response.status_code).inc()
            if "began_us" in g:
                self._seconds.labels(route).observe((now_us() - g.began_us) / 1e6)
            return response

    def tally(self, route: str, method: str) -> Callable[[int, int], None]:
        """Counts a request that was answered in front of the application.

        The caller gives the status, and the steady clock (microseconds) of the beginning.
        """
        now_us = self._parts.clock.monotonic_us
        observe = self._seconds.labels(route).observe
        counts: dict[int, Callable[[], None]] = {}

        def answered(status: int, began_us: int) -> None:
            count = counts.get(status)
            if count is None:
                count = counts[status] = self._requests.labels(route, method, status).inc
            count()
            observe((now_us() - began_us) / 1e6)

        return answered

    def collect(self) -> Iterable[Metric]:
        """The parts' own figures, read when somebody asks."""
        yield _gauge("journal_seq", "Newest entry of the journal.", self._parts.store.head)
        well = not any(finding.problem for finding in self._parts.health.findings())
        yield _gauge("healthy", "1 while every probe is well.", int(well))
        for name, (read, meaning) in self._parts.health.readings.items():
            yield _gauge(name, meaning, read())

    def text(self) -> bytes:
        """All of them in Prometheus' text format."""
        return generate_latest(self._registry)


def of(app: Flask) -> Metrics:
    """The figures of an application."""
    found: Metrics = app.extensions[EXTENSION]
    return found


def _gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"{PREFIX}{name}", meaning, value=value)
