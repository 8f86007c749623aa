package dev.halcyon.services.fetcher;

import dev.halcyon.contracts.store.StoredTensor;
import dev.halcyon.contracts.store.TensorCopy;
import dev.halcyon.contracts.store.TensorValue;
import dev.halcyon.services.common.BadInputException;
import dev.halcyon.tensors.QuantizationConfig;
import dev.halcyon.tensors.ScaleBlocks;
import dev.halcyon.tensors.ScaledBytes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Makes weights of what a checkpoint stores: 8-bit codes are taken together with the scales beside
/// them, wherever in the checkpoint those are.
///
/// A weight `x.weight` has its scales in `x.weight_scale_inv` or `x.weight_scale`, both of which
/// multiply, or in `x.scale` or `x.qscale_weight`. Scales of activations have no part in a weight.
final class StoredWeights {
  private static final String WEIGHT = "weight";

  /// What comes after the name of the codes.
  private static final List<String> SCALE_SUFFIXES = List.of("_scale_inv", "_scale");

  /// What comes in place of a final `weight`.
  private static final List<String> SCALE_NAMES = List.of("scale", "qscale_weight");

  /// Last parts of the names of scales that are not a weight's.
  private static final Set<String> OF_ACTIVATIONS =
      Set.of(
          "input_scale",
          "input_scale_ub",
          "output_scale",
          "activation_scale",
          "qscale_act",
          "q_scale",
          "k_scale",
          "v_scale");

  private final String model;
  private final String source;
  private final Map<String, StoredTensor> stored = new LinkedHashMap<>();
  private final QuantizationConfig quantization;

  /// @param model `base`, `ft1`, …
  /// @param source names the model in errors
  /// @param stored all tensors of the checkpoint
  StoredWeights(
      String model,
      String source,
      Collection<StoredTensor> stored,
      QuantizationConfig quantization) {
    this.model = model;
    this.source = source;
    stored.forEach(tensor -> this.stored.put(tensor.name(), tensor));
    this.quantization = quantization;
  }

  /// The weights by name, in the order of the tensors.
  ///
  /// @throws BadInputException where scales do not fit their codes
  Map<String, TensorCopy> copies() {
    Map<String, TensorValue> scaled = scaled();
    Set<String> parts = new HashSet<>();
    scaled.values().forEach(value -> value.stored().forEach(part -> parts.add(part.name())));
    Map<String, TensorCopy> copies = new LinkedHashMap<>();
    for (StoredTensor tensor : stored.values()) {
      String name = tensor.name();
      if (scaled.containsKey(name)) {
        copies.put(name, new TensorCopy(model, scaled.get(name)));
      } else if (!parts.contains(name) && (scaled.isEmpty() || !isOfActivations(name))) {
        copies.put(name, TensorCopy.plain(model, tensor));
      }
    }
    return copies;
  }

  private Map<String, TensorValue> scaled() {
    Map<String, TensorValue> scaled = new LinkedHashMap<>();
    for (StoredTensor codes : stored.values()) {
      if (ScaledBytes.isCode(codes.dtype())) {
        scales(codes.name()).ifPresent(scales -> scaled.put(codes.name(), value(codes, scales)));
      }
    }
    return scaled;
  }

  private Optional<StoredTensor> scales(String codes) {
    List<String> names = new ArrayList<>();
    SCALE_SUFFIXES.forEach(suffix -> names.add(codes + suffix));
    if (lastPart(codes).equals(WEIGHT)) {
      String module = codes.substring(0, codes.length() - WEIGHT.length());
      SCALE_NAMES.forEach(name -> names.add(module + name));
    }
    return names.stream().filter(stored::containsKey).map(stored::get).findFirst();
  }

  private TensorValue value(StoredTensor codes, StoredTensor scales) {
    boolean readable = ScaledBytes.isScale(scales.dtype());
    Optional<ScaleBlocks> blocks =
        readable
            ? ScaleBlocks.of(codes.shape(), scales.shape(), quantization.block())
            : Optional.empty();
    if (blocks.isEmpty()) {
      throw new BadInputException(
          "[%s] tensor %s: %s %s is no scale for %s %s"
              .formatted(
                  source,
                  scales.name(),
                  scales.dtype(),
                  scales.shape(),
                  codes.dtype(),
                  codes.shape()));
    }
    return new TensorValue.Scaled(codes, scales, blocks.get().block());
  }

  private static boolean isOfActivations(String name) {
    return OF_ACTIVATIONS.contains(lastPart(name));
  }

  private static String lastPart(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }
}
