import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * A department's system: takes webhooks, reads reviews, decides. {@code SECRETS=whsec_… PORT=8080 java -cp 'lib/*'
 * Receiver.java}. Replace {@code decide} by your own work; everything else may stay.
 */
public class Receiver {
  /** Your own work: what is decided, from what was read. */
  static ObjectNode decide(JsonNode review) {
    ObjectNode decision = JSON.createObjectNode().put("outcome", "approved");
    if (review.has("output")) {
      decision.putObject("output").put("number", review.get("item").asText() + "-" + System.nanoTime());
    }
    return decision.put("dossierVersion", review.get("dossierVersion").asInt());
  }

  static final ObjectMapper JSON = new ObjectMapper();
  static final HttpClient CLIENT = HttpClient.newHttpClient();
  static final ExecutorService WORKERS = Executors.newCachedThreadPool();

  /** The newest secret first: it signs. Older ones are good until you take them out. */
  static final List<Webhook> SECRETS = Stream.of(System.getenv("SECRETS").split(",")).map(Webhook::new).toList();

  /** One line for each event taken, and one when it is done: a restart forgets nothing. Or a table of your database. */
  static final Path FILE = Path.of(System.getenv().getOrDefault("EVENTS", "events.jsonl"));
  static final Map<String, JsonNode> RECEIVED = new ConcurrentHashMap<>();
  static final Set<String> DONE = ConcurrentHashMap.newKeySet();
  static final Set<String> ENDED = ConcurrentHashMap.newKeySet();

  static synchronized void write(ObjectNode line) throws IOException {
    Files.writeString(FILE, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** Writes an event down, unless it is known. Says whether it is new. */
  static synchronized boolean take(String id, JsonNode event) throws IOException {
    if (RECEIVED.containsKey(id)) return false;
    write(JSON.createObjectNode().put("id", id).set("event", event));
    RECEIVED.put(id, event);
    return true;
  }

  /** What we sign says what it is for, and of which review. */
  static HttpRequest.Builder signed(String url, String id, String body) throws Exception {
    long seconds = Instant.now().getEpochSecond();
    return HttpRequest.newBuilder(URI.create(url))
        .timeout(Duration.ofSeconds(30))
        .header("content-type", "application/json")
        .header("webhook-id", id)
        .header("webhook-timestamp", String.valueOf(seconds))
        .header("webhook-signature", SECRETS.get(0).sign(id, seconds, body));
  }

  /** Asks until there is an answer; the same id each time, so that a repetition counts once. */
  static HttpResponse<String> call(String url, String id, String body) throws Exception {
    for (long wait = 1; ; wait = Math.min(wait * 2, 60)) {
      HttpRequest.Builder request = signed(url, id, body);
      if (!body.isEmpty()) request.POST(HttpRequest.BodyPublishers.ofString(body));
      try {
        HttpResponse<String> answer = CLIENT.send(request.build(), BodyHandlers.ofString());
        boolean isRace = answer.statusCode() == 409 && answer.body().contains(":version-conflict");
        if (answer.statusCode() < 500 && !isRace) return answer;
      } catch (IOException error) {
        System.out.println("No answer: " + error);
      }
      Thread.sleep(wait * 1000);
    }
  }

  static void work(String id, JsonNode data) throws Exception {
    String review = data.get("reviewId").asText();
    String url = data.get("decisionUrl").asText();
    while (true) {
      HttpResponse<String> read = call(url.replaceFirst("/decisions$", ""), "read_" + review + "_" + id, "");
      if (read.statusCode() != 200) {
        System.out.println(review + " is not to be decided: " + read.body());
        return;
      }
      JsonNode found = JSON.readTree(read.body());
      if (ENDED.contains(review)) return;
      String ownId = "decision_" + review + "_" + id + "_" + found.get("dossierVersion");
      HttpResponse<String> answer = call(url, ownId, decide(found).toString());
      System.out.println(review + " " + answer.statusCode() + ": " + answer.body());
      if (answer.statusCode() != 412) return; // Corrected since it was read: read it again.
    }
  }

  static void handle(String id, JsonNode event) {
    try {
      switch (event.get("type").asText()) {
        case "review.requested" -> work(id, event.get("data"));
        case "review.cancelled", "review.revoked" -> ENDED.add(event.at("/data/reviewId").asText());
        default -> System.out.println("Noted: " + event.get("type")); // A reminder, or newer than this program.
      }
      write(JSON.createObjectNode().put("id", id));
    } catch (Exception error) {
      error.printStackTrace();
    }
  }

  static boolean isSigned(String body, HttpHeaders headers) {
    if (!headers.firstValue("webhook-id").orElse("").startsWith("event_")) return false; // Signed for something else.
    for (Webhook secret : SECRETS) {
      try {
        secret.verify(body, headers); // Also refuses what was signed more than five minutes ago.
        return true;
      } catch (WebhookVerificationException wrong) {
        continue;
      }
    }
    return false;
  }

  static void receive(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes());
      HttpHeaders headers = HttpHeaders.of(exchange.getRequestHeaders(), (name, value) -> true);
      if (!isSigned(body, headers)) {
        exchange.sendResponseHeaders(401, -1);
        return;
      }
      String id = headers.firstValue("webhook-id").orElseThrow();
      JsonNode event = JSON.readTree(body);
      boolean isNew = take(id, event);
      exchange.sendResponseHeaders(204, -1); // Taken; the decision may take days.
      if (isNew) WORKERS.submit(() -> handle(id, event));
    }
  }

  public static void main(String[] args) throws Exception {
    for (String line : Files.exists(FILE) ? Files.readAllLines(FILE) : List.<String>of()) {
      JsonNode known = JSON.readTree(line);
      if (!known.has("event")) DONE.add(known.get("id").asText());
      else RECEIVED.put(known.get("id").asText(), known.get("event"));
    }
    RECEIVED.forEach((id, event) -> {
      if (!DONE.contains(id)) WORKERS.submit(() -> handle(id, event));
    });
    int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "8080"));
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    server.createContext("/", Receiver::receive);
    server.setExecutor(WORKERS);
    server.start();
  }
}
