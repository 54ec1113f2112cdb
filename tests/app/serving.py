"""The server as a program of its own, as a teacher starts it."""

from __future__ import annotations

import http.client
import json
import re
import signal
import subprocess
import sys


class Served:
    """``tierwise teach`` on any free port, ended when it is left."""

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "simulation", "teach", "--port", "0", "--no-browser", *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.first = self.process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", self.first)
        assert found, self.first + self.process.stderr.read()
        self.address, self.port = found[0], int(found[1])
        self.open = []

    def begin(self, settings: dict) -> None:
        """Send a request and do not wait for its answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        headers = {"Origin": self.address.rstrip("/"), "Content-Type": "application/json"}
        connection.request("POST", "/api/runs", json.dumps(settings), headers)
        self.open.append(connection)

    def stop(self, kind: signal.Signals) -> tuple[int, str, str]:
        """Send a signal; return exit code and all that was said on both streams."""
        self.process.send_signal(kind)
        said, complained = self.process.communicate(timeout=60)
        return self.process.returncode, self.first + said, complained

    def __enter__(self) -> Served:
        return self

    def __exit__(self, *_: object) -> None:
        for connection in self.open:
            connection.close()
        if self.process.poll() is None:
            self.process.terminate()
            self.process.communicate(timeout=60)
