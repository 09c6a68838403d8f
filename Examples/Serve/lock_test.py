#!/usr/bin/env python3
"""Tests an implementation of a lock server beside its specification: python3 lock_test.py [DISTCHECK] [--bug]

Random operations are carried out by both. The specification says which are possible, and what the state is afterwards.
"""

import json
import pathlib
import random
import subprocess
import sys

spec = pathlib.Path(__file__).parent.parent / "Logs/lock-server.swift"
words = [word for word in sys.argv[1:] if word != "--bug"]


class Specification:
    """The client: JSON-RPC 2.0, one message a line."""

    def __init__(self, executable, path):
        self.process = subprocess.Popen(
            [executable, "serve", str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def call(self, method, **params):
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        self.process.stdin.write(json.dumps(request) + "\n")
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise AssertionError(answer["error"]["message"] + "\n" + answer["error"].get("data", ""))
        return answer["result"]


class LockServer:
    """What is tested."""

    def __init__(self, bug):
        self.waiting, self.holder, self.bug = set(), None, bug

    def do(self, action, client=None):
        if action == "Ask":
            self.waiting.add(client)
        elif action == "Grant":
            self.waiting.discard(client)
            self.holder = client
        elif action == "Expire" or action == "Release" and (self.holder == client or self.bug):
            self.holder = None


generator = random.Random(1)
specification = Specification(words[0] if words else "distcheck", spec)
server = LockServer("--bug" in sys.argv)
specification.call("begin")
for step in range(200):
    event = generator.choice(specification.call("enabled"))
    server.do(event["action"], *event["args"])
    holder = "nil" if server.holder is None else str(server.holder)
    waiting = "{" + ", ".join(map(str, sorted(server.waiting))) + "}"
    shown = {"holder": holder, "waiting": waiting}
    try:
        specification.call("take", **event, changes=shown)
    except AssertionError as error:
        sys.exit(f"step {step + 1}: {error}")
print("200 steps agree")
