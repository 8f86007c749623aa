package dev.halcyon.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.halcyon.contracts.job.Failure;
import dev.halcyon.contracts.job.FetchTask;
import dev.halcyon.contracts.job.FisherProgress;
import dev.halcyon.contracts.job.FisherTask;
import dev.halcyon.contracts.job.FisherTask.TextsReference;
import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.job.JobPlan;
import dev.halcyon.contracts.job.JobState;
import dev.halcyon.contracts.job.JobState.FailedRendering;
import dev.halcyon.contracts.job.JobState.Measure;
import dev.halcyon.contracts.job.JobState.StageProgress;
import dev.halcyon.contracts.job.ModelArrival;
import dev.halcyon.contracts.job.Plan.PlannedTensor;
import dev.halcyon.contracts.job.TensorReady;
import dev.halcyon.contracts.json.InvalidMessageException;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.request.DivergenceSettings;
import dev.halcyon.contracts.request.FisherSettings;
import dev.halcyon.contracts.request.Rendering;
import dev.halcyon.contracts.results.FisherResult;
import dev.halcyon.contracts.results.ReportReady;
import dev.halcyon.contracts.results.SimilarityResult;
import dev.halcyon.contracts.results.SimilarityResult.NonFinite;
import dev.halcyon.contracts.results.SimilarityResult.PairSimilarity;
import dev.halcyon.contracts.results.SimilarityResult.Quantiles;
import dev.halcyon.contracts.results.SimilarityResult.TaskVectorPair;
import dev.halcyon.contracts.results.SimilarityResult.TaskVectorStatistics;
import dev.halcyon.contracts.results.TensorResult;
import dev.halcyon.contracts.store.StoredObject;
import dev.halcyon.contracts.store.StoredTensor;
import dev.halcyon.contracts.store.TensorCopy;
import dev.halcyon.contracts.store.TensorCopy.InFile;
import dev.halcyon.contracts.store.TensorCopy.InStore;
import dev.halcyon.contracts.store.TensorValue;
import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.Shape;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a reader takes and what it refuses of each record that topics carry between services.
class MessagesTest {
  /// Lists that an older version did not write.
  private static final Set<String> MAY_BE_ABSENT =
      Set.of("window", "divergence", "fisher", "failed_renderings", "allow_config_fields");

  /// A message of each kind without anything optional, and the type that it is read as.
  static List<Message> messages() {
    StoredObject object = new StoredObject("k", 1, "d");
    InStore target = new InStore("o", Optional.empty());
    StoredTensor stored = StoredTensor.whole("w", DType.F32, Shape.of(1), 4, target);
    TensorCopy inFile =
        TensorCopy.plain(
            "base",
            StoredTensor.whole(
                "w", DType.F32, Shape.of(1), 4, new InFile("/m", 8, 12, Instant.EPOCH)));
    TensorCopy inStore = new TensorCopy("ft1", new TensorValue.Scaled(stored, stored, List.of(1L)));
    PlannedTensor tensor =
        new PlannedTensor("w", Shape.of(1), List.of(inFile, inStore), Optional.empty());
    Failure failure = new Failure(Failure.Cause.BUG, "m");
    Rendering rendering = new Rendering(List.of("base"), Optional.empty());
    FisherTask.Divergence divergence =
        new FisherTask.Divergence(
            "j",
            1,
            List.of(new FisherTask.NamedModel("base", "/m", object)),
            new TextsReference("built-in", "d", 0, object),
            0,
            2,
            0,
            1,
            DivergenceSettings.standard().estimator(),
            true,
            1,
            List.of());
    return List.of(
        new Message(
            JobPlan.class,
            new JobPlan(
                "j",
                1,
                "r",
                object,
                1,
                4,
                List.of(new JobPlan.FisherModel("base", 1, 0, Optional.empty())),
                Optional.of(new JobPlan.PlannedDivergence(List.of("base", "ft1"), 2, true)),
                rendering,
                1L)),
        new Message(FetchTask.class, new FetchTask.Copy("j", 1, "ft1", target, tensor)),
        new Message(FetchTask.class, new FetchTask.Part("j", 1, "base", "s", target, object)),
        new Message(FetchTask.class, new FetchTask.Slice("j", 1, object, 0, 2)),
        new Message(TensorReady.class, new TensorReady("j", 1, tensor)),
        new Message(TensorResult.class, new TensorResult("j", "w", 8, similarity())),
        new Message(
            FisherTask.class,
            new FisherTask.Range(
                "j",
                1,
                "base",
                "/m",
                object,
                new TextsReference("built-in", "d", 0, object),
                0,
                2,
                0,
                1,
                FisherSettings.standard().estimator(),
                0,
                Optional.empty(),
                List.of())),
        new Message(
            FisherTask.class,
            new FisherTask.Merge("j", 1, "base", List.of(object), 0, Optional.empty())),
        new Message(FisherTask.class, divergence),
        new Message(FisherTask.class, FisherTask.Alone.of(divergence, List.of(object))),
        new Message(FisherResult.class, new FisherResult("j", 1, "base", "range-0", false, object)),
        new Message(ReportReady.class, new ReportReady("j", 1, "k", "d", rendering)),
        new Message(JobEvent.class, JobEvent.accepted("j", "r", 1, "i", "fetcher")),
        new Message(JobEvent.class, JobEvent.failed("j", 1, "fetcher", failure)),
        new Message(JobEvent.class, JobEvent.rendered("j", 1, "i", "plotter")),
        new Message(
            JobEvent.class,
            JobEvent.arrived("j", 1, new ModelArrival("base", 1, 2, 3, 4), "fetcher")),
        new Message(
            JobEvent.class,
            JobEvent.progressed(
                "j", 1, new FisherProgress("base", "range-0", 1, 2, 3, 4, 5), "fisher-worker")),
        new Message(
            JobState.class,
            new JobState(
                "j",
                JobState.Status.DONE,
                1,
                List.of(new StageProgress("s", Measure.TENSORS, 1, 2, 3, 4, "")),
                List.of("i"),
                List.of(new FailedRendering("i", failure)),
                Instant.EPOCH,
                Instant.EPOCH,
                Optional.empty())));
  }

  private static SimilarityResult similarity() {
    return new SimilarityResult(
        List.of(
            new PairSimilarity(
                "base_vs_ft1", 1, 1, Double.NaN, new Quantiles(1, 1, 1, 1, 1, 1, 1, 1), 0)),
        List.of(new TaskVectorStatistics("ft1", 0, 1, 0, 0, 0, 0)),
        List.of(new TaskVectorPair("ft1_vs_ft2", Double.NaN, 0)),
        List.of(new NonFinite("base", 1)));
  }

  @Test
  void thereIsAMessageOfEachKind() {
    List<Class<?>> kinds =
        messages().stream().map(Message::type).distinct().flatMap(MessagesTest::kinds).toList();
    Set<Class<?>> found = new HashSet<>();
    messages().forEach(message -> found.add(message.value().getClass()));

    assertThat(found).containsAll(kinds);
  }

  private static Stream<Class<?>> kinds(Class<?> type) {
    return type.isSealed()
        ? Arrays.stream(type.getPermittedSubclasses()).flatMap(MessagesTest::kinds)
        : Stream.of(type);
  }

  record Message(Class<?> type, Object value) {
    JsonNode tree() {
      return Json.tree(value);
    }

    /// Every object in the message.
    List<List<String>> objects() {
      List<List<String>> found = new ArrayList<>();
      collect(tree(), List.of(), found);
      return found;
    }

    private static void collect(JsonNode node, List<String> path, List<List<String>> found) {
      if (node.isObject()) {
        found.add(path);
        node.properties().forEach(field -> collect(field.getValue(), with(path, field), found));
      } else if (node.isArray() && !node.isEmpty()) {
        collect(node.get(0), with(path, Map.entry("0", node)), found);
      }
    }

    private static List<String> with(List<String> path, Map.Entry<String, JsonNode> field) {
      List<String> longer = new ArrayList<>(path);
      longer.add(field.getKey());
      return longer;
    }

    static ObjectNode at(JsonNode tree, List<String> path) {
      JsonNode node = tree;
      for (String step : path) {
        node = node.isArray() ? node.get(Integer.parseInt(step)) : node.get(step);
      }
      return (ObjectNode) node;
    }
  }

  @ParameterizedTest
  @MethodSource("messages")
  void itComesBackAsItWas(Message message) {
    assertThat(Json.read(Json.bytes(message.value()), message.type())).isEqualTo(message.value());
  }

  @ParameterizedTest
  @MethodSource("messages")
  void whatLacksARequiredFieldIsRefusedByItsName(Message message) {
    for (List<String> path : message.objects()) {
      for (var field : Message.at(message.tree(), path).properties()) {
        if (!MAY_BE_ABSENT.contains(field.getKey())) {
          JsonNode tree = message.tree();
          Message.at(tree, path).remove(field.getKey());
          assertRefused(message, tree, field.getKey());
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("messages")
  void nullIsNoValueSaveForANumberThatIsNotDefined(Message message) {
    for (List<String> path : message.objects()) {
      for (var field : Message.at(message.tree(), path).properties()) {
        boolean number = field.getValue().isDouble() || field.getValue().isNull();
        if (!number && !MAY_BE_ABSENT.contains(field.getKey())) {
          JsonNode tree = message.tree();
          Message.at(tree, path).putNull(field.getKey());
          assertRefused(message, tree, field.getKey());
        }
      }
    }
  }

  private static void assertRefused(Message message, JsonNode tree, String field) {
    assertThatThrownBy(() -> Json.read(Json.bytes(tree), message.type()))
        .as("%s of %s", field, tree)
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining(message.type().getSimpleName())
        .hasMessageContaining(field);
  }

  @ParameterizedTest
  @MethodSource("messages")
  void fieldsOfANewerVersionArePassedOver(Message message) {
    JsonNode tree = message.tree();
    message.objects().forEach(path -> Message.at(tree, path).put("of_tomorrow", 1));

    assertThat(Json.read(Json.bytes(tree), message.type())).isEqualTo(message.value());
  }

  @Test
  void eventsKeepTheSpellingOfTheirTypes() {
    assertThat(
            messages().stream()
                .filter(message -> message.type() == JobEvent.class)
                .map(message -> message.tree().get("type").textValue()))
        .containsExactly("accepted", "failed", "rendered", "arrived", "progress");
  }

  @Test
  void aLongFailureIsCutWithoutTearingACharacter() {
    Failure failure = new Failure(Failure.Cause.BUG, "🙂".repeat(Failure.LONGEST_MESSAGE));

    assertThat(failure.message()).hasSizeLessThanOrEqualTo(Failure.LONGEST_MESSAGE).endsWith("🙂…");
    assertThat(Json.read(Json.bytes(failure), Failure.class)).isEqualTo(failure);
  }

  @Test
  void aJobStateOfAnOlderVersionHasNoFailedRenderings() {
    Message state = messages().getLast();
    JsonNode tree = state.tree();
    Message.at(tree, List.of()).remove("failed_renderings");

    assertThat(Json.read(Json.bytes(tree), JobState.class).failedRenderings()).isEmpty();
  }
}
