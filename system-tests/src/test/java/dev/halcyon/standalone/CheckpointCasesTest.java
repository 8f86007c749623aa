package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.commons.csv.CSVRecord;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The `halcyon` command on inputs of kinds that published checkpoints and data sets have, against
/// numbers computed by `tools/cases` in float64.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class CheckpointCasesTest {
  private static final Path CASES =
      Path.of(System.getProperty("halcyon.root"), "system-tests/src/test/resources/cases");
  private static final int DONE = 0;
  private static final int BAD_INPUT = 3;
  private static final double ABSOLUTE = 1e-9;
  private static final double RELATIVE = 1e-5;

  /// Cases that do not give what is expected of them yet, and the part of the code that each needs.
  /// One that does fails the test until its line is gone.
  private static final Map<String, String> PENDING = Map.of();

  private static final Map<List<String>, CaseOutcome> OUTCOMES = new HashMap<>();

  @TempDir private static Path folder;

  static Stream<CheckpointCase> cases() {
    return CheckpointCase.allIn(CASES).stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aCaseGivesWhatIsExpectedOfIt(CheckpointCase input) throws Exception {
    if (!PENDING.containsKey(input.id())) {
      check(input);
      return;
    }
    assertThat(catchThrowable(() -> check(input)))
        .as("%s gives what is expected: remove its line from PENDING", input)
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void everyPendingCaseIsACase() {
    assertThat(cases().map(CheckpointCase::id)).containsAll(PENDING.keySet());
  }

  private static void check(CheckpointCase input) throws Exception {
    CaseOutcome outcome = run(input.arguments());
    checkStatus(input.expected(), outcome);
    if (outcome.ended().status() == DONE) {
      checkFisher(input, outcome);
      checkComparison(input.expected(), outcome);
    }
  }

  private static CaseOutcome run(List<String> command) throws IOException, InterruptedException {
    CaseOutcome known = OUTCOMES.get(command);
    if (known != null) {
      return known;
    }
    Path results = folder.resolve("results-" + OUTCOMES.size());
    List<String> arguments = new ArrayList<>(command);
    arguments.addAll(List.of("--output", results.toString()));
    CaseOutcome outcome =
        new CaseOutcome(CommandHere.run(arguments.toArray(String[]::new)), results);
    OUTCOMES.put(command, outcome);
    return outcome;
  }

  private static void checkStatus(JsonNode expected, CaseOutcome outcome) {
    int status = outcome.ended().status();
    if (expected.has("refused_or_named")) {
      checkRefusedOrNamed(names(expected, "refused_or_named"), outcome);
      return;
    }
    boolean refused = expected.has("exit_code");
    assertThat(status)
        .as(outcome::said)
        .isEqualTo(refused ? expected.get("exit_code").asInt() : DONE);
    if (refused) {
      String error = outcome.ended().err();
      names(expected, "named").forEach(name -> assertThat(error).contains(name));
      assertThat(error).contains(expected.path("refused_as").asText());
    }
  }

  /// A model with weights that its computation does not use is refused for that reason, or computed
  /// with all of them listed.
  private static void checkRefusedOrNamed(List<String> unused, CaseOutcome outcome) {
    assertThat(outcome.ended().status()).as(outcome::said).isIn(DONE, BAD_INPUT);
    assertThat(outcome.said()).contains(unused.getFirst());
    if (outcome.ended().status() == DONE) {
      assertThat(outcome.json("summary.json").toString()).contains(unused);
      assertThat(outcome.json("report.json").toString()).contains(unused);
    }
  }

  private static void checkFisher(CheckpointCase input, CaseOutcome outcome) throws Exception {
    JsonNode expected = input.expected();
    JsonNode same = expected.at("/total_fisher_information/equals_that_of");
    if (same.isTextual()) {
      CaseOutcome other = run(input.fisher(same.asText()));
      assertThat(other.ended().status()).as(other::said).isEqualTo(DONE);
      assertThat(outcome.totalFisherInformation())
          .isCloseTo(other.totalFisherInformation(), tolerance(other.totalFisherInformation()));
    }
    if (expected.has("loss")) {
      checkLosses(expected.get("loss"), outcome.losses());
    }
    if (expected.has("rows_left_out")) {
      assertThat(outcome.json("summary.json").get("blank_samples"))
          .isEqualTo(expected.get("rows_left_out"));
    }
  }

  private static void checkLosses(JsonNode expected, List<Double> losses) {
    assertThat(losses).hasSize(expected.size());
    for (int i = 0; i < expected.size(); i++) {
      double loss = expected.get(i).asDouble();
      assertThat(losses.get(i)).isCloseTo(loss, tolerance(loss));
    }
  }

  private static void checkComparison(JsonNode expected, CaseOutcome outcome) {
    if (expected.has("compared")) {
      checkNumbers(expected.get("compared"), outcome.comparedTensors());
    }
    for (String model : List.of("base", "ft1")) {
      if (expected.has("not_in_" + model)) {
        assertThat(outcome.skipped("not in " + model))
            .containsAll(names(expected, "not_in_" + model));
      }
    }
    for (String field : List.of("taken", "ignored", "named_and_left_out")) {
      if (expected.has(field)) {
        assertThat(outcome.said()).contains(names(expected, field));
        assertThat(outcome.json("report.json").get("models").toString())
            .contains(names(expected, field));
      }
    }
  }

  private static void checkNumbers(JsonNode expected, Map<String, CSVRecord> rows) {
    assertThat(rows.keySet()).containsExactlyInAnyOrderElementsOf(expected::fieldNames);
    for (Map.Entry<String, JsonNode> tensor : expected.properties()) {
      for (Map.Entry<String, JsonNode> number : tensor.getValue().properties()) {
        double value = number.getValue().asDouble();
        assertThat(Double.parseDouble(rows.get(tensor.getKey()).get(number.getKey())))
            .as("%s of %s", number.getKey(), tensor.getKey())
            .isCloseTo(value, tolerance(value));
      }
    }
  }

  private static Offset<Double> tolerance(double value) {
    return within(ABSOLUTE + RELATIVE * Math.abs(value));
  }

  private static List<String> names(JsonNode expected, String field) {
    return StreamSupport.stream(expected.path(field).spliterator(), false)
        .map(JsonNode::asText)
        .toList();
  }
}
