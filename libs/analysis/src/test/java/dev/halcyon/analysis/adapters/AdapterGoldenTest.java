package dev.halcyon.analysis.adapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.halcyon.analysis.similarity.ModelTensor;
import dev.halcyon.analysis.similarity.SimilarityAnalysis;
import dev.halcyon.contracts.results.SimilarityResult;
import dev.halcyon.contracts.results.SimilarityResult.PairSimilarity;
import dev.halcyon.contracts.results.SimilarityResult.TaskVectorPair;
import dev.halcyon.contracts.results.SimilarityResult.TaskVectorStatistics;
import dev.halcyon.tensors.Checkpoint;
import dev.halcyon.tensors.Shape;
import dev.halcyon.tensors.TensorBytes;
import dev.halcyon.tensors.TensorInfo;
import dev.halcyon.tensors.adapters.AdapterChange;
import dev.halcyon.tensors.adapters.AdapterFit;
import dev.halcyon.tensors.adapters.AdapterFolder;
import dev.halcyon.tensors.adapters.Factor;
import dev.halcyon.tensors.adapters.LowRankDelta;
import dev.halcyon.tensors.adapters.LowRankSum;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What adapters make of a base, against PEFT's merged weights, which `tools/golden/lora_golden.py`
/// made: in float64, from which an element may be off by its rounding to float32, and in float32.
class AdapterGoldenTest {
  /// Half a unit in the last place of a float32 of 1.
  private static final double ROUNDING = 0x1p-24;

  private static final JsonNode EXPECTED = expected();

  private static SimilarityAnalysis analysis;

  @BeforeAll
  static void start() {
    analysis = new SimilarityAnalysis(1);
  }

  @AfterAll
  static void stop() {
    analysis.close();
  }

  static Stream<String> cases() {
    List<String> names = new ArrayList<>();
    EXPECTED.get("cases").fieldNames().forEachRemaining(names::add);
    assertThat(names).contains("patterns", "embeddings", "conv1d_and_head", "all_biases", "tiny");
    return names.stream();
  }

  static Stream<JsonNode> pairs() {
    return StreamSupport.stream(EXPECTED.get("pairs").spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void changesTheTensorsThatPeftChanges(String name) throws IOException {
    try (Models models = open(name)) {
      assertThat(models.changes(name).keySet())
          .isEqualTo(new TreeSet<>(fields(expected(name, "float64"))));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyStatisticIsThatOfWeightsThatPeftMergesInFloat64(String name) throws IOException {
    SoftAssertions softly = new SoftAssertions();
    try (Models models = open(name)) {
      for (String tensor : fields(expected(name, "float64"))) {
        SimilarityResult result = models.compare(tensor, name);
        JsonNode expected = expected(name, "float64").get(tensor);
        checkPair(softly, tensor, result.pairs().getFirst(), expected);
        checkChange(softly, tensor, result.changes().getFirst(), expected, models.largest(tensor));
      }
    }
    softly.assertAll();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void asManyElementsKeepTheirValueAsWherePeftMergesInFloat32(String name) throws IOException {
    SoftAssertions softly = new SoftAssertions();
    try (Models models = open(name)) {
      for (String tensor : fields(expected(name, "float32"))) {
        JsonNode expected = expected(name, "float32").get(tensor);
        double share = expected.get("identical").asDouble();
        softly
            .assertThat(models.compare(tensor, name).changes().getFirst().identical())
            .as("%s identical", tensor)
            .isCloseTo(share, within(0.02 * share));
      }
    }
    softly.assertAll();
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void twoFineTunesRelateAsTheirMergedWeightsDo(JsonNode expected) throws IOException {
    SoftAssertions softly = new SoftAssertions();
    String first = expected.get("first").asText();
    String second = expected.get("second").asText();
    try (Models models = open(first)) {
      for (String tensor : fields(expected.get("tensors"))) {
        SimilarityResult result = models.compare(tensor, first, second);
        JsonNode numbers = expected.get("tensors").get(tensor);
        checkPair(softly, tensor, result.pairs().get(2), numbers);
        checkTask(softly, tensor, result.changePairs().getFirst(), numbers.get("task"));
      }
    }
    softly.assertAll();
  }

  private static void checkPair(
      SoftAssertions softly, String tensor, PairSimilarity pair, JsonNode expected) {
    double distance = expected.get("distance").asDouble();
    softly
        .assertThat(pair.distance())
        .as("%s %s distance", tensor, pair.pair())
        .isCloseTo(distance, within(1e-9 + 2e-6 * distance));
    softly
        .assertThat(pair.cosine())
        .as("%s %s cosine", tensor, pair.pair())
        .isCloseTo(expected.get("cosine").asDouble(), within(2e-6));
  }

  private static void checkChange(
      SoftAssertions softly,
      String tensor,
      TaskVectorStatistics change,
      JsonNode expected,
      double largestWeight) {
    double relative = expected.get("relative_change").asDouble();
    softly
        .assertThat(change.relativeChange())
        .as("%s relative change", tensor)
        .isCloseTo(relative, within(1e-6 * relative + 0.1 * ROUNDING));
    double tolerance = 2e-6 * expected.get("rms").asDouble() + ROUNDING * largestWeight;
    softly
        .assertThat(change.max())
        .as("%s max", tensor)
        .isCloseTo(expected.get("max").asDouble(), within(tolerance));
    softly
        .assertThat(change.min())
        .as("%s min", tensor)
        .isCloseTo(expected.get("min").asDouble(), within(tolerance));
    softly
        .assertThat(change.mean())
        .as("%s mean", tensor)
        .isCloseTo(expected.get("mean").asDouble(), within(tolerance));
    softly
        .assertThat(change.std())
        .as("%s std", tensor)
        .isCloseTo(expected.get("std").asDouble(), within(tolerance));
  }

  /// Where a change is no larger than rounding, its direction is the rounding's, too.
  private static void checkTask(
      SoftAssertions softly, String tensor, TaskVectorPair pair, JsonNode expected) {
    if (expected.isNull()) {
      softly.assertThat(pair.cosine()).as("%s task cosine", tensor).isNaN();
      return;
    }
    softly
        .assertThat(pair.cosine())
        .as("%s task cosine", tensor)
        .isCloseTo(expected.get("cosine").asDouble(), within(2e-3));
    softly
        .assertThat(pair.signConflict())
        .as("%s sign conflict", tensor)
        .isCloseTo(expected.get("sign_conflict").asDouble(), within(1e-2));
  }

  private static Models open(String name) throws IOException {
    return new Models(EXPECTED.get("cases").get(name).get("base").asText());
  }

  private static JsonNode expected(String name, String precision) {
    return EXPECTED.get("cases").get(name).get(precision);
  }

  private static List<String> fields(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static JsonNode expected() {
    try {
      return new ObjectMapper().readTree(resource("cases.json").toFile());
    } catch (IOException e) {
      throw new IllegalStateException("cannot read golden values", e);
    }
  }

  private static Path resource(String name) {
    try {
      return Path.of(AdapterGoldenTest.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A base and its fine-tunes, opened where they are first asked for.
  private static final class Models implements AutoCloseable {
    private final Path folder;
    private final Checkpoint base;
    private final Map<String, AdapterFolder> adapters = new HashMap<>();
    private final Map<String, Checkpoint> full = new HashMap<>();

    Models(String base) throws IOException {
      this.folder = resource(base);
      this.base = Checkpoint.open(folder);
    }

    private AdapterFolder adapter(String name) throws IOException {
      if (!adapters.containsKey(name)) {
        adapters.put(name, AdapterFolder.open(folder.resolve(name)));
      }
      return adapters.get(name);
    }

    Map<String, AdapterChange> changes(String name) throws IOException {
      Map<String, Shape> shapes = new HashMap<>();
      base.tensors().forEach(tensor -> shapes.put(tensor.name(), tensor.shape()));
      return AdapterFit.of(adapter(name).config(), adapter(name).tensors(), shapes);
    }

    SimilarityResult compare(String tensor, String... fineTunes) throws IOException {
      TensorInfo stored = base.find(tensor).orElseThrow();
      List<ModelTensor> tensors = new ArrayList<>();
      tensors.add(new ModelTensor("base", stored.dtype(), stored.shape(), base.bytes(stored)));
      for (String fineTune : fineTunes) {
        tensors.add(fineTune("ft" + tensors.size(), fineTune, stored));
      }
      return analysis.compare(tensors, stored.shape().rows());
    }

    private ModelTensor fineTune(String model, String name, TensorInfo stored) throws IOException {
      if (Files.exists(folder.resolve(name).resolve("model.safetensors"))) {
        return whole(model, name, stored.name());
      }
      return switch (changes(name).get(stored.name())) {
        case null -> new ModelTensor(model, stored.dtype(), stored.shape(), base.bytes(stored));
        case AdapterChange.Replacement(String tensor) -> {
          TensorInfo info = info(name, tensor);
          yield new ModelTensor(model, info.dtype(), info.shape(), bytes(name, tensor));
        }
        case AdapterChange.LowRank change ->
            new ModelTensor(
                model, LowRankSum.dtype(stored.dtype()), stored.shape(), sum(name, change, stored));
      };
    }

    private ModelTensor whole(String model, String name, String tensor) throws IOException {
      if (!full.containsKey(name)) {
        full.put(name, Checkpoint.open(folder.resolve(name)));
      }
      TensorInfo info = full.get(name).find(tensor).orElseThrow();
      return new ModelTensor(model, info.dtype(), info.shape(), full.get(name).bytes(info));
    }

    private TensorBytes sum(String name, AdapterChange.LowRank change, TensorInfo stored)
        throws IOException {
      LowRankDelta delta =
          new LowRankDelta(
              factor(name, change.a()),
              factor(name, change.b()),
              change.transposed(),
              change.scaling());
      return change.instead().isPresent()
          ? new LowRankSum(
              info(name, change.instead().get()).dtype(),
              bytes(name, change.instead().get()),
              delta)
          : new LowRankSum(stored.dtype(), base.bytes(stored), delta);
    }

    private Factor factor(String name, String tensor) throws IOException {
      TensorInfo info = info(name, tensor);
      return new Factor(info.dtype(), info.shape(), bytes(name, tensor));
    }

    private TensorInfo info(String name, String tensor) throws IOException {
      return adapter(name).file().tensors().stream()
          .filter(info -> info.name().equals(tensor))
          .findFirst()
          .orElseThrow();
    }

    private TensorBytes bytes(String name, String tensor) throws IOException {
      return adapter(name).file().bytes(tensor);
    }

    /// Largest size among the elements of the base and, about, of the fine-tune.
    double largest(String tensor) throws IOException {
      TensorInfo info = base.find(tensor).orElseThrow();
      MemorySegment raw = MemorySegment.ofArray(new byte[Math.toIntExact(info.bytes())]);
      base.bytes(info).read(0, raw);
      double[] values = new double[Math.toIntExact(info.shape().elements())];
      dev.halcyon.tensors.kernels.Widening.toDouble(info.dtype(), raw, values, values.length);
      return 2 * java.util.Arrays.stream(values).map(Math::abs).max().orElseThrow();
    }

    @Override
    public void close() throws IOException {
      for (AdapterFolder adapter : adapters.values()) {
        adapter.close();
      }
      for (Checkpoint checkpoint : full.values()) {
        checkpoint.close();
      }
      base.close();
    }
  }
}
