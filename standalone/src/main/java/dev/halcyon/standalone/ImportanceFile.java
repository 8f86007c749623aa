package dev.halcyon.standalone;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.halcyon.json.JsonProblem;
import dev.halcyon.plots.FisherChart.Share;
import dev.halcyon.services.common.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/// Shares of a model's Fisher information out of saved JSON: `{layer: share}`, `{component:
/// {fisher_sum, …}}` with layers in the components' names, or a report of one model.
///
/// @param layers shares by name
/// @param errors standard errors of them, where they are known
/// @param components shares over all layers, by the component's name within a layer; empty where
///   they are not known
record ImportanceFile(
    Map<String, Double> layers, Map<String, Double> errors, Map<String, Double> components) {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();
  private static final long LONGEST = 1L << 30;
  private static final String SUM = "fisher_sum";
  private static final String FISHER = "fisher";
  private static final String ATTENTION = "self_attn.";

  /// @throws BadInputException where the file holds none of these
  static ImportanceFile read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new BadInputException("no such file: " + file);
    }
    if (Files.size(file) > LONGEST) {
      throw new BadInputException(file + " is too large to be one of these files");
    }
    try {
      return of(file, JSON.readTree(Files.readAllBytes(file)));
    } catch (JsonProcessingException e) {
      throw new BadInputException(file + " is no JSON: " + JsonProblem.of(e), e);
    }
  }

  private static ImportanceFile of(Path file, JsonNode json) {
    if (json == null || !json.isObject() || json.isEmpty()) {
      throw new BadInputException(
          file
              + " holds no shares: it should be layer_importance.json, component_importance.json"
              + " or report.json");
    }
    if (json.has("schema") && json.has(FISHER)) {
      return ofReport(file, json.get(FISHER));
    }
    boolean components = json.elements().next().isObject();
    return components ? ofComponents(file, json) : ofLayers(file, json);
  }

  /// Shares, or sums where a model's sum is zero.
  private static ImportanceFile ofLayers(Path file, JsonNode json) {
    Map<String, Double> layers = new LinkedHashMap<>();
    json.properties()
        .forEach(
            layer -> layers.put(layer.getKey(), number(file, layer.getKey(), layer.getValue())));
    double total = layers.values().stream().mapToDouble(Double::doubleValue).sum();
    if (total > 1.001) {
      throw new BadInputException(
          "%s: shares of layers add up to %s, not to 1".formatted(file, total));
    }
    return new ImportanceFile(layers, Map.of(), Map.of());
  }

  /// The unit of `percentage` differs between programs, the sum does not.
  private static ImportanceFile ofComponents(Path file, JsonNode json) {
    Map<String, Double> layers = new LinkedHashMap<>();
    Map<String, Double> components = new LinkedHashMap<>();
    double total = 0;
    for (Map.Entry<String, JsonNode> component : json.properties()) {
      String name = component.getKey();
      double sum = number(file, name + "." + SUM, component.getValue().path(SUM));
      layers.merge(layerOf(name), sum, Double::sum);
      components.merge(within(name), sum, Double::sum);
      total += sum;
    }
    return new ImportanceFile(divided(layers, total), Map.of(), divided(components, total));
  }

  private static Map<String, Double> divided(Map<String, Double> sums, double total) {
    Map<String, Double> shares = new LinkedHashMap<>();
    sums.forEach((name, sum) -> shares.put(name, total == 0 ? 0 : Math.min(1, sum / total)));
    return shares;
  }

  private static ImportanceFile ofReport(Path file, JsonNode fisher) {
    if (fisher.size() != 1) {
      throw new BadInputException(
          "%s holds the Fisher information of %d models: give the layer_importance.json of one"
              .formatted(file, fisher.size()));
    }
    Map<String, Double> layers = new LinkedHashMap<>();
    Map<String, Double> errors = new TreeMap<>();
    Map<String, Double> components = new LinkedHashMap<>();
    JsonNode report = fisher.get(0).path("report");
    for (JsonNode layer : report.path("layers")) {
      String name = layer.path("layer").asText();
      JsonNode amount = layer.path("amount");
      layers.put(name, number(file, name, amount.path("share")));
      if (amount.path("share_se").isNumber()) {
        errors.put(name, amount.get("share_se").doubleValue());
      }
    }
    for (JsonNode component : report.path("components")) {
      String name = component.path("component").asText();
      components.merge(
          within(name), number(file, name, component.path("amount").path("share")), Double::sum);
    }
    if (layers.isEmpty()) {
      throw new BadInputException(file + " holds no Fisher information");
    }
    return new ImportanceFile(layers, errors, components);
  }

  private static double number(Path file, String name, JsonNode value) {
    double number = value.isNumber() ? value.doubleValue() : Double.NaN;
    if (!(number >= 0) || Double.isInfinite(number)) {
      throw new BadInputException(
          "%s: %s is %s, not a number of 0 or more"
              .formatted(file, name, value.isMissingNode() ? "missing" : value));
    }
    return number;
  }

  private static String layerOf(String component) {
    return component.replaceFirst("^(layer_\\d+).*$", "$1").replaceFirst("\\[\\d+]$", "");
  }

  /// Its name within a layer, without the number of a chunk, in the spelling without `self_attn.`,
  /// which files of other programs have.
  private static String within(String component) {
    String name = component.replaceFirst("^layer_\\d+\\.", "").replaceFirst("\\[\\d+]$", "");
    return name.startsWith(ATTENTION) ? name.substring(ATTENTION.length()) : name;
  }

  /// The number of a layer, where that is one.
  static OptionalInt layer(String name) {
    return name.matches("layer_\\d{1,6}")
        ? OptionalInt.of(Integer.parseInt(name.substring("layer_".length())))
        : OptionalInt.empty();
  }

  /// The layers in the order of a forward pass.
  List<Share> shares() {
    return ImportanceTable.inOrder(layers.keySet()).stream()
        .map(name -> {
          double error = errors.getOrDefault(name, Double.NaN);
          OptionalInt layer = layer(name);
          return layer.isPresent()
              ? Share.ofLayer(layer.getAsInt(), layers.get(name), error)
              : Share.outsideLayers(name, layers.get(name), error);
        })
        .toList();
  }
}
