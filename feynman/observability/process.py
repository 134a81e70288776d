"""Memory and CPU of this process, read when somebody asks."""

from collections.abc import Iterator

import psutil
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

__all__ = ["ProcessCollector"]


class ProcessCollector(Collector):
    """The usual ``process_*`` metrics on every platform (prometheus_client's own reads Linux's /proc only)."""

    def __init__(self) -> None:
        self._process = psutil.Process()

    def collect(self) -> Iterator[Metric]:
        """Read the process once."""
        with self._process.oneshot():
            memory = self._process.memory_info()
            times = self._process.cpu_times()
            threads = self._process.num_threads()
            created = self._process.create_time()
        yield GaugeMetricFamily("process_resident_memory_bytes", "Resident memory, bytes", memory.rss)
        yield GaugeMetricFamily("process_virtual_memory_bytes", "Virtual memory, bytes", memory.vms)
        yield CounterMetricFamily("process_cpu_seconds", "User and system CPU time, seconds", times.user + times.system)
        yield GaugeMetricFamily("process_threads", "Threads", threads)
        yield GaugeMetricFamily("process_start_time_seconds", "Start time, seconds since the epoch", created)
