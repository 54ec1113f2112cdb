"""A class at once: so many browsers open the page and move a slider, each its own; how long each waits.

Start a server in another terminal (``tierwise teach --port 8765 --no-browser``), then
``python benchmarks/classroom.py --port 8765 --clients 30 --firms 200``. Every request is a model of its own: nothing
that a client gets was computed for another.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import threading
import time

import numpy as np


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--clients", type=int, default=30)
    parser.add_argument("--moves", type=int, default=5)
    parser.add_argument("--firms", type=int, default=200)
    parser.add_argument("--pause", type=float, default=8.0, help="Mean seconds between two moves of one client.")
    options = parser.parse_args()
    waits, pages, failures = [], [], []

    def ask(method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", options.port, timeout=120)
        headers = {"Origin": f"http://127.0.0.1:{options.port}", "Content-Type": "application/json"}
        begun = time.perf_counter()
        connection.request(method, path, body and json.dumps(body), headers if body else {})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        if answer.status != 200:
            failures.append(answer.status)
        return time.perf_counter() - begun

    def client(number):
        chance = random.Random(number)
        time.sleep(chance.random() * options.pause)
        for move in range(options.moves):
            pages.append(ask("GET", "/"))
            values = {"population.firms": options.firms, "use.growth": round(0.03 + 0.015 * chance.random(), 6)}
            waits.append(ask("POST", "/api/runs", {"seed": 1000 * number + move, "values": values}))
            time.sleep(chance.expovariate(1.0 / options.pause) if options.pause else 0.0)

    threads = [threading.Thread(target=client, args=(number,)) for number in range(options.clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name, values in (("runs", waits), ("page", pages)):
        half, most = np.quantile(values, [0.5, 0.95])
        print(f"{name}: {len(values)} answers, p50 {half:.2f} s, p95 {most:.2f} s, longest {max(values):.2f} s")
    print(f"refused or failed: {len(failures)}")


if __name__ == "__main__":
    main()
