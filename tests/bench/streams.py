#!/usr/bin/env python3
"""What many streams cost a batch: sends one with nobody listening and one with so many streams, some
of which never read, and prints times, bytes and memory.

    cargo build --profile quick --package evenkeel-cli
    python3 tests/bench/streams.py target/quick/evenkeel [ITEMS] [STREAMS] [SILENT]

Nothing but the standard library. Reads memory from /proc, so Linux only.
"""

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request


class Proxy:
    """A proxy on a sandbox of its own, in a folder of its own."""

    def __init__(self, binary, events):
        self.folder = tempfile.TemporaryDirectory()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("EVENKEEL_")}
        self.log = open(os.path.join(self.folder.name, "log"), "w")
        self.process = subprocess.Popen(
            [os.path.abspath(binary), "serve", "--listen", "127.0.0.1:0", "--sandbox-events", str(events),
             "--sandbox-step", "1h", "--store", f"sqlite:{self.folder.name}/store.db"],
            cwd=self.folder.name, env=environment, stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.base = self.process.stdout.readline().split()[-1]
        self.port = int(self.base.rsplit(":", 1)[1])

    def ask(self, path, body=None, headers=None):
        request = urllib.request.Request(
            f"{self.base}{path}", method="GET" if body is None else "POST",
            data=None if body is None else json.dumps(body).encode(),
            headers={"content-type": "application/json", **(headers or {})})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def events(self, items):
        """So many events that wait for a decision, once they are read."""
        while True:
            page = self.ask("/api/v1/events?account=sandbox-huawei&state=inquiring&limit=1000")
            if page["total"] >= items and all("updated_at" in account for account in page["accounts"]):
                break
            time.sleep(0.5)
        events = page["events"]
        while len(events) < items:
            page = self.ask(f"/api/v1/events?account=sandbox-huawei&state=inquiring&limit=1000&cursor={page['next']}")
            events += page["events"]
        return events[:items]

    def memory(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) // 1024

    def close(self):
        self.process.terminate()
        self.process.wait()


class Streams:
    """So many clients that read, and so many that never do."""

    def __init__(self):
        self.bytes = 0
        self.refused = 0
        self.tasks = []
        self.silent = []

    async def start(self, port, readers, silent):
        request = b"GET /api/v1/stream HTTP/1.1\r\nhost: 127.0.0.1\r\naccept-encoding: gzip\r\n\r\n"
        for _ in range(silent):
            client = socket.create_connection(("127.0.0.1", port))
            client.sendall(request)
            self.silent.append(client)
        for _ in range(readers):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            if b" 200 " not in head.split(b"\r\n")[0]:
                self.refused += 1
                continue
            self.tasks.append(asyncio.create_task(self.read(reader, writer)))

    async def read(self, reader, _writer):
        while chunk := await reader.read(65536):
            self.bytes += len(chunk)

    async def stop(self):
        for task in self.tasks:
            task.cancel()
        for client in self.silent:
            client.close()


def send(proxy, events):
    """Sends a batch; gives the seconds until nothing of it is queued or sending."""
    items = [{"event_id": event["id"], "resource_id": event["resource_id"], "when": "now"} for event in events]
    started = time.time()
    batch = proxy.ask("/api/v1/batches", {"account": "sandbox-huawei", "action": "accept", "items": items},
                      {"idempotency-key": f"bench-{time.time_ns()}"})
    while True:
        counts = proxy.ask(f"/api/v1/batches/{batch['id']}")["counts"]
        if not counts.get("queued") and not counts.get("sending"):
            return time.time() - started, counts
        time.sleep(0.2)


async def main():
    binary = sys.argv[1]
    items, readers, silent = (int(word) for word in (sys.argv[2:] + ["2000", "200", "0"][len(sys.argv) - 2:])[:3])
    proxy = Proxy(binary, items * 12)
    try:
        events = await asyncio.to_thread(proxy.events, 2 * items)
        alone, counts = await asyncio.to_thread(send, proxy, events[:items])
        print(f"{items} items, nobody listens: {alone:.1f} s, {counts}, {proxy.memory()} MB")
        streams = Streams()
        await streams.start(proxy.port, readers, silent)
        seconds, counts = await asyncio.to_thread(send, proxy, events[items:])
        await asyncio.sleep(2)
        print(f"{items} items, {readers} streams and {silent} that never read: {seconds:.1f} s, {counts}, "
              f"{streams.bytes / 1e6:.1f} MB sent, {streams.refused} refused, {proxy.memory()} MB")
        try:
            answer = await asyncio.to_thread(urllib.request.urlopen, f"{proxy.base}/healthz", None, 5)
            print(f"health: {answer.status}")
        except (OSError, urllib.error.URLError) as error:
            print(f"health: {error}")
        await streams.stop()
    finally:
        proxy.close()


asyncio.run(main())
