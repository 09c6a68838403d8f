import json, threading

class EventLog:
    """A log for distcheck: one JSON object a line, from any thread."""

    def __init__(self, path):
        self._file = open(path, "w", encoding="utf-8")
        self._lock = threading.Lock()

    def write(self, event, **fields):
        line = json.dumps({"event": event, **fields}) + "\n"
        with self._lock:
            self._file.write(line)
            self._file.flush()
