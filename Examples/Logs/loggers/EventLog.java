import static java.util.stream.Collectors.joining;

import java.io.*;
import java.nio.file.*;
import java.util.*;

/** A log for distcheck: one JSON object a line, from any thread. */
public final class EventLog {
  private final Writer file;

  public EventLog(Path path) throws IOException { file = Files.newBufferedWriter(path); }

  /** Names and values take turns: write("Grant", "client", "worker-1", "holder", null). */
  public void write(String event, Object... fields) throws IOException {
    Map<Object, Object> line = new LinkedHashMap<>(Map.of("event", event));
    for (int i = 0; i < fields.length; i += 2) line.put(fields[i], fields[i + 1]);
    String text = json(line) + "\n";
    synchronized (file) { file.write(text); file.flush(); }
  }

  private static String json(Object value) {
    if (value == null || value instanceof Boolean || value instanceof Integer || value instanceof Long) return "" + value;
    if (value instanceof Map<?, ?> map) return map.entrySet().stream()
        .map(e -> json(e.getKey().toString()) + ":" + json(e.getValue())).collect(joining(",", "{", "}"));
    if (value instanceof Collection<?> list) return list.stream().map(EventLog::json).collect(joining(",", "[", "]"));
    return value.toString().chars()
        .mapToObj(c -> c == '"' || c == '\\' || c < 32 || c > 126 ? String.format("\\u%04x", c) : "" + (char) c)
        .collect(joining("", "\"", "\""));
  }
}
