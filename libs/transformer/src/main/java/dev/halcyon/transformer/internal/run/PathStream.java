package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.internal.blueprint.Parameter;
import dev.halcyon.transformer.internal.decoder.Weights;
import dev.halcyon.transformer.internal.torch.ElementType;
import dev.halcyon.transformer.internal.torch.Scope;
import dev.halcyon.transformer.internal.torch.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Weights on the straight line from a base to a fine-tune, `base + s delta`, part by part.
final class PathStream implements AutoCloseable {
  private final List<List<Parameter>> parts;
  private final PathPoint point;
  private final WeightStream base;
  private final Optional<WeightStream> fineTune;
  private int next;

  /// @param parts of the model in the order they are needed
  PathStream(DivergenceContext run, PathPoint point, List<List<Parameter>> parts) {
    this.parts = parts;
    this.point = point;
    List<WeightStream.Part> slices = parts.stream().map(RunContext::part).toList();
    this.base = new WeightStream(point.base(), run.readAhead(), slices);
    this.fineTune =
        point.fineTune().map(reader -> new WeightStream(reader, run.readAhead(), slices));
  }

  /// The next part. The one before it must have been closed.
  ///
  /// @param scope that outlives the part
  Part next(Scope scope) throws IOException {
    return new Part(scope.open(), parts.get(next++));
  }

  @Override
  public void close() {
    base.close();
    fineTune.ifPresent(WeightStream::close);
  }

  /// A part's weights. Of its matrices one at a time is computed.
  final class Part implements Weights, AutoCloseable {
    private final Scope scope;
    private final List<WeightStream.Loaded> loaded = new ArrayList<>();
    private final Map<String, Tensor> bases = new HashMap<>();
    private final Map<String, Tensor> deltas = new HashMap<>();
    private final Map<String, Tensor> vectors = new HashMap<>();
    private Scope lastMatrix;

    private Part(Scope scope, List<Parameter> parameters) throws IOException {
      this.scope = scope;
      this.lastMatrix = scope.open();
      loaded.add(base.next());
      if (fineTune.isPresent()) {
        loaded.add(fineTune.get().next());
      }
      parameters.forEach(this::open);
    }

    private void open(Parameter parameter) {
      long[] shape = parameter.dimensions().stream().mapToLong(Long::longValue).toArray();
      Tensor own = scope.wrap(loaded.getFirst().slice(parameter.name()), shape);
      bases.put(parameter.name(), own);
      if (loaded.size() > 1) {
        Tensor delta = scope.wrap(loaded.getLast().slice(parameter.name()), shape);
        scope.torch().subtract(delta, own);
        deltas.put(parameter.name(), delta);
      }
    }

    /// Usable until another one is asked for.
    @Override
    public Tensor matrix(String name) {
      if (deltas.isEmpty() && point.type() == ElementType.FLOAT32) {
        return bases.get(name);
      }
      lastMatrix.close();
      lastMatrix = scope.open();
      return at(lastMatrix, name);
    }

    @Override
    public Tensor vector(String name) {
      return vectors.computeIfAbsent(name, n -> at(scope, n));
    }

    @Override
    public Tensor bias(String name) {
      return vector(name);
    }

    /// The base's values in float32.
    Tensor base(String name) {
      return bases.get(name);
    }

    /// The fine-tune's values less the base's, in float32.
    Tensor delta(String name) {
      return deltas.get(name);
    }

    private Tensor at(Scope owner, String name) {
      return point.at(owner, bases.get(name), Optional.ofNullable(deltas.get(name)));
    }

    @Override
    public void close() {
      scope.close();
      loaded.forEach(WeightStream.Loaded::close);
    }
  }
}
