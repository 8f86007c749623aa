package dev.halcyon.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.halcyon.contracts.Topic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Records that no service can do anything with.
final class BadRecords {
  private static final int LARGE = 1_048_000;
  private static final int UNPACKED = 20_000_000;
  private static final int DEEP = 10_000;

  /// What each message must have. The values are right by themselves.
  private static final Map<Topic, Map<String, String>> FIELDS = fields();

  private BadRecords() {}

  /// The topics that services read.
  static List<Topic> topics() {
    return List.copyOf(FIELDS.keySet());
  }

  /// The job, or the request, that a record of the topic names where it can.
  static String subject(Topic topic) {
    return "bad-" + topic.topicName();
  }

  /// Values by what is wrong with them.
  static Map<String, byte[]> of(Topic topic) {
    Map<String, byte[]> records = new LinkedHashMap<>();
    records.put("a tombstone", null);
    records.put("nothing", new byte[0]);
    records.put("not JSON", "this is not JSON".getBytes(UTF_8));
    records.put("another type", "[1, 2]".getBytes(UTF_8));
    records.put(
        "invalid UTF-8", new byte[] {'{', '"', (byte) 0xc3, (byte) 0x28, '"', ':', '1', '}'});
    records.put("nested arrays", "[".repeat(DEEP).getBytes(UTF_8));
    records.put("as large as a record may be", filled(LARGE));
    records.put("large once unpacked", filled(UNPACKED));
    Map<String, String> fields = FIELDS.get(topic);
    for (String field : fields.keySet()) {
      Map<String, String> without = new LinkedHashMap<>(fields);
      without.remove(field);
      records.put("without " + field, json(without));
      records.put("wrong type of " + field, json(with(fields, field, "[[\"wrong\"]]")));
    }
    enumOf(topic)
        .ifPresent(field ->
            records.put("an unknown enum value", json(with(fields, field, "\"never-heard-of\""))));
    return records;
  }

  private static byte[] filled(int size) {
    byte[] value = new byte[size];
    Arrays.fill(value, (byte) 'x');
    return value;
  }

  private static Map<String, String> with(Map<String, String> fields, String name, String value) {
    Map<String, String> changed = new LinkedHashMap<>(fields);
    changed.put(name, value);
    return changed;
  }

  private static byte[] json(Map<String, String> fields) {
    List<String> written = new ArrayList<>();
    fields.forEach((name, value) -> written.add("\"%s\": %s".formatted(name, value)));
    return ("{" + String.join(", ", written) + "}").getBytes(UTF_8);
  }

  private static Optional<String> enumOf(Topic topic) {
    return switch (topic) {
      case COMPARE_REQUESTS -> Optional.of("analyses");
      case FETCH_TASKS, FISHER_TASKS -> Optional.of("task");
      case JOB_EVENTS -> Optional.of("type");
      default -> Optional.empty();
    };
  }

  private static Map<Topic, Map<String, String>> fields() {
    String object = "{\"key\": \"none\", \"size\": 1, \"sha256\": \"0\"}";
    String rendering = "{\"labels\": [\"a\", \"b\"]}";
    Map<Topic, Map<String, String>> all = new LinkedHashMap<>();
    all.put(Topic.COMPARE_REQUESTS, Map.of("base", "\"/no/such/folder\""));
    all.put(Topic.JOB_PLANS, job(Topic.JOB_PLANS, "plan", object, "rendering", rendering));
    all.put(
        Topic.FETCH_TASKS,
        job(Topic.FETCH_TASKS, "task", "\"part\"", "target", object, "whole", object));
    all.put(Topic.TENSORS, job(Topic.TENSORS, "tensor", "{\"tensor\": \"w\"}"));
    all.put(Topic.TENSOR_RESULTS, job(Topic.TENSOR_RESULTS, "tensor", "\"w\"", "similarity", "{}"));
    all.put(
        Topic.FISHER_TASKS,
        job(Topic.FISHER_TASKS, "task", "\"range\"", "parts", object, "calibration", "{}"));
    all.put(
        Topic.FISHER_RESULTS, job(Topic.FISHER_RESULTS, "model", "\"base\"", "outcome", object));
    all.put(
        Topic.REPORTS,
        job(
            Topic.REPORTS,
            "report_key",
            "\"none\"",
            "report_digest",
            "\"0\"",
            "rendering",
            rendering));
    all.put(
        Topic.JOB_EVENTS, job(Topic.JOB_EVENTS, "type", "\"rendered\"", "rendering_id", "\"r\""));
    return all;
  }

  private static Map<String, String> job(Topic topic, String... fields) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("job_id", "\"" + subject(topic) + "\"");
    for (int i = 0; i < fields.length; i += 2) {
      all.put(fields[i], fields[i + 1]);
    }
    return all;
  }
}
