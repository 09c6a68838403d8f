"""A lock with a lease, and three clients: python3 lock_server.py LOG [--bug]"""
import random, sys, threading, time

sys.path.append(sys.path[0] + "/loggers")
from event_log import EventLog

log, bug = EventLog(sys.argv[1]), "--bug" in sys.argv
state = threading.Condition()  # protects holder and deadline
holder, deadline = None, 0.0

def acquire(client):
    global holder, deadline
    with state:
        while holder is not None:
            state.wait(timeout=0.001)
            if holder is not None and time.monotonic() >= deadline:
                holder = None
                log.write("Expire", holder=holder)
        holder, deadline = client, time.monotonic() + 0.01
        log.write("Grant", client=client, holder=holder)

def release(client):
    global holder
    with state:
        if holder == client or bug:  # the bug: whoever releases, the lock is free
            holder = None
        log.write("Release", client=client, holder=holder)

def work(client):
    for _ in range(4):
        acquire(client)
        time.sleep(random.choice([0.002, 0.004, 0.03]))  # sometimes longer than the lease
        release(client)

for number in (1, 2, 3):
    threading.Thread(target=work, args=[f"worker-{number}"]).start()
