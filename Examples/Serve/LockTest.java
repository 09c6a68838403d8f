import java.io.*;
import java.util.*;
import java.util.regex.*;

/** Tests an implementation of a lock server beside its specification: java LockTest.java DISTCHECK SPEC [--bug] */
public class LockTest {
  static Process process;
  static BufferedReader answers;
  static Writer requests;

  /** The client: JSON-RPC 2.0, one message a line. The answer is left as text, since Java has no parser of JSON. */
  static String call(String method, String params) throws IOException {
    requests.write("{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"" + method + "\", \"params\": " + params + "}\n");
    requests.flush();
    return answers.readLine();
  }

  public static void main(String[] arguments) throws IOException {
    process = new ProcessBuilder(arguments[0], "serve", arguments[1]).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    answers = new BufferedReader(new InputStreamReader(process.getInputStream()));
    requests = new OutputStreamWriter(process.getOutputStream());
    boolean bug = arguments.length > 2 && arguments[2].equals("--bug");

    // What is tested.
    TreeSet<Integer> waiting = new TreeSet<>();
    Integer holder = null;

    Random random = new Random(1);
    call("begin", "{}");
    for (int step = 1; step <= 200; step++) {
      Matcher enabled = Pattern.compile("\\{\"action\":\"(\\w+)\",\"args\":\\[(\\d*)\\]\\}").matcher(call("enabled", "{}"));
      List<String[]> events = new ArrayList<>();
      while (enabled.find()) events.add(new String[] {enabled.group(1), enabled.group(2)});
      String[] event = events.get(random.nextInt(events.size()));
      Integer client = event[1].isEmpty() ? null : Integer.valueOf(event[1]);
      switch (event[0]) {
        case "Ask" -> waiting.add(client);
        case "Grant" -> { waiting.remove(client); holder = client; }
        case "Expire" -> holder = null;
        case "Release" -> { if (client.equals(holder) || bug) holder = null; }
      }
      String set = waiting.toString().replace('[', '{').replace(']', '}');
      String changes = "{\"holder\": \"" + (holder == null ? "nil" : holder) + "\", \"waiting\": \"" + set + "\"}";
      String answer = call("take", "{\"action\": \"" + event[0] + "\", \"args\": [" + event[1] + "], \"changes\": " + changes + "}");
      if (answer.contains("\"error\"")) {
        System.out.println("step " + step + ": " + answer);
        System.exit(1);
      }
    }
    System.out.println("200 steps agree");
    requests.close();
  }
}
