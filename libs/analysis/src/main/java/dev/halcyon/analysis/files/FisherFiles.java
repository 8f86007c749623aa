package dev.halcyon.analysis.files;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.request.FisherEstimator;
import dev.halcyon.contracts.results.FisherCalibration;
import dev.halcyon.contracts.results.FisherReport;
import dev.halcyon.contracts.results.FisherReport.Amount;
import dev.halcyon.contracts.results.FisherReport.Component;
import dev.halcyon.contracts.results.FisherReport.Parameter;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The text files of a report of Fisher information; `docs/reference/fisher-files.md` describes
/// them. Shares run from 0 to 1, percentages from 0 to 100.
public final class FisherFiles {
  public static final String LAYER_IMPORTANCE = "layer_importance.json";
  public static final String COMPONENT_IMPORTANCE = "component_importance.json";
  public static final String SUMMARY = "summary.json";
  public static final String LAYERS = "fisher_layers.csv";
  public static final String PARAMETERS = "fisher_parameters.csv";
  public static final String SAMPLES = "fisher_samples.csv";
  public static final String CHUNKS = "fisher_chunks.csv";

  private static final int TOP = 10;

  private FisherFiles() {}

  /// All files of the report by name; that of chunks only where it has any.
  public static Map<String, byte[]> of(FisherReport report) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put(SUMMARY, summary(report));
    files.put(LAYER_IMPORTANCE, layerImportance(report));
    files.put(COMPONENT_IMPORTANCE, componentImportance(report));
    files.put(LAYERS, layers(report));
    files.put(PARAMETERS, parameters(report));
    files.put(SAMPLES, samples(report));
    if (!report.chunks().isEmpty()) {
      files.put(CHUNKS, chunks(report));
    }
    return files;
  }

  private static byte[] layerImportance(FisherReport report) {
    Map<String, Double> shares = new LinkedHashMap<>();
    report.layers().forEach(layer -> shares.put(layer.layer(), layer.amount().share()));
    return Json.prettyBytes(shares);
  }

  private static byte[] componentImportance(FisherReport report) {
    Map<String, List<ChunkImportance>> chunks =
        report.chunks().stream()
            .collect(
                Collectors.groupingBy(
                    FisherReport.Chunk::component,
                    Collectors.mapping(FisherFiles::importance, Collectors.toList())));
    Map<String, ComponentImportance> components = new LinkedHashMap<>();
    for (Component component : report.components()) {
      components.put(
          component.component(),
          new ComponentImportance(
              component.amount().sum(),
              percentage(component.amount()),
              Optional.ofNullable(chunks.get(component.component()))));
    }
    return Json.prettyBytes(components);
  }

  private static byte[] summary(FisherReport report) {
    return Json.prettyBytes(
        new Summary(
            report.total().parameters(),
            report.total().sum(),
            largest(report.parameters(), Parameter::amount, FisherFiles::topParameter),
            largest(report.components(), Component::amount, FisherFiles::topComponent),
            report.total().largest(),
            report.samples().size(),
            report.total().tokens(),
            report.estimator(),
            report.model().name(),
            report.model().digest(),
            report.calibration().source(),
            report.calibration().digest(),
            report.calibration().blank(),
            report.calibration().tooShort(),
            report.calibration().leftOut(),
            report.unused(),
            report.buffers(),
            report.allowedConfigFields(),
            report.warnings()));
  }

  private static byte[] layers(FisherReport report) {
    var table =
        new CsvTable("layer", "elements", "sum", "share", "share_se", "mean", "std", "max", "min");
    for (FisherReport.Layer layer : report.layers()) {
      Amount a = layer.amount();
      table.row(
          layer.layer(),
          a.elements(),
          a.sum(),
          a.share(),
          a.shareSe(),
          a.mean(),
          a.std(),
          a.max(),
          a.min());
    }
    return table.bytes();
  }

  private static byte[] parameters(FisherReport report) {
    var table =
        new CsvTable(
            "parameter",
            "layer",
            "component_type",
            "shape",
            "elements",
            "sum",
            "share",
            "share_se",
            "mean",
            "std",
            "max",
            "min",
            "top_share",
            "top_index");
    report.parameters().forEach(parameter -> table.row(cells(parameter)));
    return table.bytes();
  }

  private static Object[] cells(Parameter parameter) {
    Amount a = parameter.amount();
    return new Object[] {
      parameter.parameter(),
      parameter.layer(),
      parameter.componentType(),
      parameter.shape(),
      a.elements(),
      a.sum(),
      a.share(),
      a.shareSe(),
      a.mean(),
      a.std(),
      a.max(),
      a.min(),
      a.topShare(),
      parameter.topIndex() < 0 ? "" : parameter.topIndex()
    };
  }

  private static byte[] samples(FisherReport report) {
    var table = new CsvTable("sample", "tokens", "loss", "fisher_sum", "share");
    for (FisherReport.Sample sample : report.samples()) {
      table.row(sample.sample(), sample.tokens(), sample.loss(), sample.sum(), sample.share());
    }
    return table.bytes();
  }

  private static byte[] chunks(FisherReport report) {
    var table =
        new CsvTable("component", "layer", "chunk", "start", "end", "elements", "sum", "share");
    for (FisherReport.Chunk chunk : report.chunks()) {
      table.row(
          chunk.component(),
          chunk.layer(),
          chunk.chunk(),
          chunk.start(),
          chunk.end(),
          chunk.elements(),
          chunk.sum(),
          chunk.share());
    }
    return table.bytes();
  }

  private static <T, R> List<R> largest(
      List<T> of, Function<T, Amount> amount, Function<T, R> entry) {
    return of.stream()
        .sorted(Comparator.comparingDouble((T each) -> amount.apply(each).sum()).reversed())
        .limit(TOP)
        .map(entry)
        .toList();
  }

  private static TopParameter topParameter(Parameter parameter) {
    Amount amount = parameter.amount();
    return new TopParameter(parameter.parameter(), amount.sum(), percentage(amount));
  }

  private static TopComponent topComponent(Component component) {
    Amount amount = component.amount();
    return new TopComponent(component.component(), amount.sum(), percentage(amount));
  }

  private static ChunkImportance importance(FisherReport.Chunk chunk) {
    return new ChunkImportance(
        chunk.chunk(), chunk.start(), chunk.end(), chunk.sum(), 100 * chunk.share());
  }

  private static double percentage(Amount amount) {
    return 100 * amount.share();
  }

  private record ComponentImportance(
      double fisherSum, double percentage, Optional<List<ChunkImportance>> chunks) {}

  private record ChunkImportance(
      int chunk, long start, long end, double fisherSum, double percentage) {}

  private record TopParameter(String parameter, double fisherSum, double percentage) {}

  private record TopComponent(String component, double fisherSum, double percentage) {}

  private record Summary(
      long totalParameters,
      double totalFisherInformation,
      @JsonProperty("top_10_parameters") List<TopParameter> topParameters,
      @JsonProperty("top_10_components") List<TopComponent> topComponents,
      @JsonProperty("top_10_entries") List<FisherReport.LargeEntry> topEntries,
      long samples,
      long tokens,
      FisherEstimator estimator,
      String model,
      String modelDigest,
      String calibration,
      String calibrationDigest,
      long blankSamples,
      long shortSamples,
      List<FisherCalibration.LeftOut> leftOutSamples,
      List<String> unused,
      List<String> buffers,
      Map<String, String> allowedConfigFields,
      List<String> warnings) {}
}
