package dev.halcyon.contracts.results;

import static java.util.Objects.requireNonNull;

import dev.halcyon.contracts.json.MayBeAbsent;
import dev.halcyon.contracts.request.FisherEstimator;
import dev.halcyon.tensors.Shape;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// The diagonal Fisher information of one model: everything that its result files are written from.
/// The same bytes whenever the same is computed.
///
/// @param schema version of this record, 1
/// @param model whose it is
/// @param estimator how it was estimated
/// @param calibration on what
/// @param total over all parameters
/// @param layers in the order of the network: `embeddings`, `layer_0`, …, `final_norm`, `lm_head`
/// @param components as `layer_0.self_attn.q_proj`, layer by layer
/// @param parameters tensors, layer by layer
/// @param chunks runs of components' elements; empty where none were asked for
/// @param samples in order
/// @param unused weights of the checkpoint that are not part of the computation
/// @param buffers of the checkpoint that hold no weights
/// @param allowedConfigFields fields of `config.json` that were passed over on demand, and their
///   values
/// @param warnings readable sentences
public record FisherReport(
    int schema,
    Model model,
    FisherEstimator estimator,
    FisherCalibration calibration,
    Total total,
    List<Layer> layers,
    List<Component> components,
    List<Parameter> parameters,
    List<Chunk> chunks,
    List<Sample> samples,
    @MayBeAbsent List<String> unused,
    @MayBeAbsent List<String> buffers,
    @MayBeAbsent SortedMap<String, String> allowedConfigFields,
    List<String> warnings) {
  public static final int SCHEMA = 1;

  public FisherReport {
    layers = List.copyOf(layers);
    components = List.copyOf(components);
    parameters = List.copyOf(parameters);
    chunks = List.copyOf(chunks);
    samples = List.copyOf(samples);
    unused = unused == null ? List.of() : List.copyOf(unused);
    buffers = buffers == null ? List.of() : List.copyOf(buffers);
    allowedConfigFields =
        allowedConfigFields == null
            ? Collections.emptySortedMap()
            : Collections.unmodifiableSortedMap(new TreeMap<>(allowedConfigFields));
    warnings = List.copyOf(warnings);
  }

  /// The model.
  ///
  /// @param name as the request spelt it
  /// @param digest of its content: the commit, or a local folder's fingerprint
  public record Model(String name, String digest) {}

  /// The whole model.
  ///
  /// @param parameters elements of all tensors
  /// @param sum of all entries
  /// @param tokens of all samples
  /// @param largest entries of the model, ten at most, the largest first
  public record Total(long parameters, double sum, long tokens, List<LargeEntry> largest) {
    public Total {
      largest = List.copyOf(largest);
    }
  }

  /// Fisher information of a set of entries.
  ///
  /// @param elements in the set
  /// @param sum of its entries
  /// @param share of the model's sum, 0-1; not defined where that is zero
  /// @param shareSe standard error of the share over samples; not defined for fewer than two
  /// @param mean of the entries
  /// @param std population standard deviation over the entries
  /// @param max largest entry
  /// @param min smallest entry
  /// @param topShare part of the set's sum that its largest 0.1 % of entries hold, 0-1
  public record Amount(
      long elements,
      double sum,
      double share,
      double shareSe,
      double mean,
      double std,
      double max,
      double min,
      double topShare) {}

  /// An entry of the model's diagonal.
  ///
  /// @param parameter tensor that it belongs to
  /// @param index flat (row-major) index in it
  /// @param value of the entry
  public record LargeEntry(String parameter, long index, double value) {}

  /// A layer.
  ///
  /// @param layer `layer_0`, `embeddings`, …
  /// @param amount over its tensors
  /// @param largest entries, ten at most, the largest first
  public record Layer(String layer, Amount amount, List<LargeEntry> largest) {
    public Layer {
      largest = List.copyOf(largest);
    }
  }

  /// A component of a layer.
  ///
  /// @param component as `layer_0.self_attn.q_proj`
  /// @param layer that it belongs to
  /// @param amount over its tensors (weight and bias)
  /// @param largest entries, ten at most, the largest first
  public record Component(String component, String layer, Amount amount, List<LargeEntry> largest) {
    public Component {
      largest = List.copyOf(largest);
    }
  }

  /// A parameter tensor.
  ///
  /// @param parameter its name in the checkpoint
  /// @param layer that it belongs to
  /// @param component that it belongs to
  /// @param componentType as `self_attn.q_proj`, or `self_attn.q_proj.bias`
  /// @param shape of the tensor
  /// @param amount of the tensor
  /// @param topIndex flat (row-major) index of the largest entry; -1 where there is no entry
  public record Parameter(
      String parameter,
      String layer,
      String component,
      String componentType,
      Shape shape,
      Amount amount,
      long topIndex) {
    public Parameter {
      requireNonNull(shape, "shape is null");
    }
  }

  /// A run of a component's elements, its tensors laid end to end.
  ///
  /// @param component that it is a part of
  /// @param layer of the component
  /// @param chunk its number, from 0
  /// @param start first element
  /// @param end element after the last
  /// @param sum of its entries
  /// @param share of the model's sum, 0-1
  public record Chunk(
      String component, String layer, int chunk, long start, long end, double sum, double share) {
    public long elements() {
      return end - start;
    }
  }

  /// A text of the calibration set.
  ///
  /// @param sample its id
  /// @param tokens after it was cut
  /// @param loss mean negative log-likelihood of its tokens, in nats
  /// @param sum of its squared gradient over all parameters, weighted as the estimator says
  /// @param share of the sum over all samples, 0-1
  public record Sample(String sample, long tokens, double loss, double sum, double share) {}
}
