package dev.halcyon.analysis.similarity;

import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What is compared, checked: tensors of one shape, or the rows that 2-D tensors share.
///
/// @param tensors in the models' order, the base first where there is one
/// @param rows of each matrix that are compared
record Comparison(List<ModelTensor> tensors, long rows) {
  /// A base and 32 fine-tunes; pairs grow with the square of the models.
  private static final int MOST_MODELS = 33;

  /// Two models, by their index.
  record Pair(int first, int second) {}

  Comparison {
    tensors = List.copyOf(tensors);
    checkModels(tensors);
    for (ModelTensor tensor : tensors) {
      checkShape(tensor, tensors.getFirst(), rows);
      checkBytes(tensor, rows);
    }
  }

  private static void checkModels(List<ModelTensor> tensors) {
    if (tensors.size() < 2 || tensors.size() > MOST_MODELS) {
      throw new IllegalArgumentException(
          "2 to " + MOST_MODELS + " models can be compared, not " + tensors.size());
    }
    Set<String> names = new HashSet<>();
    for (ModelTensor tensor : tensors) {
      if (!names.add(tensor.model())) {
        throw new IllegalArgumentException("model " + tensor.model() + " is given twice");
      }
      if (tensor.isBase() && names.size() > 1) {
        throw new IllegalArgumentException(tensor.model() + " must come first");
      }
    }
  }

  private static void checkShape(ModelTensor tensor, ModelTensor first, long rows) {
    Shape shape = tensor.shape();
    boolean whole = shape.equals(first.shape()) && rows == shape.rows();
    boolean shared =
        shape.rank() == 2
            && first.shape().rank() == 2
            && shape.columns() == first.shape().columns()
            && rows >= 0
            && rows <= shape.rows();
    if (!whole && !shared) {
      throw new IllegalArgumentException(
          "%d rows of %s (%s) and %s (%s) cannot be compared"
              .formatted(rows, first.model(), first.shape(), tensor.model(), shape));
    }
  }

  private static void checkBytes(ModelTensor tensor, long rows) {
    Shape shape = tensor.shape();
    long elements = shape.stack() * rows * shape.columns();
    long bytes = Math.multiplyExact(elements, (long) tensor.dtype().bytes());
    if (tensor.bytes().size() < bytes) {
      throw new IllegalArgumentException(
          "tensor of %s has %d bytes, its %s elements of %s take %d"
              .formatted(tensor.model(), tensor.bytes().size(), shape, tensor.dtype(), bytes));
    }
  }

  int models() {
    return tensors.size();
  }

  boolean hasBase() {
    return tensors.getFirst().isBase();
  }

  String model(int index) {
    return tensors.get(index).model();
  }

  DType dtype(int index) {
    return tensors.get(index).dtype();
  }

  /// Columns of each matrix.
  long columns() {
    return tensors.getFirst().shape().columns();
  }

  long matrices() {
    return tensors.getFirst().shape().stack();
  }

  long elements() {
    return matrices() * rows * columns();
  }

  /// Every pair of models, in their order.
  List<Pair> pairs() {
    return pairs(0);
  }

  /// The models that have a change against the base, by their index.
  List<Integer> fineTunes() {
    return hasBase() ? java.util.stream.IntStream.range(1, models()).boxed().toList() : List.of();
  }

  /// Every pair of models that have a change against the base.
  List<Pair> fineTunePairs() {
    return hasBase() ? pairs(1) : List.of();
  }

  private List<Pair> pairs(int from) {
    List<Pair> pairs = new ArrayList<>();
    for (int first = from; first < models(); first++) {
      for (int second = first + 1; second < models(); second++) {
        pairs.add(new Pair(first, second));
      }
    }
    return pairs;
  }

  /// As `base_vs_ft1`.
  String name(Pair pair) {
    return model(pair.first()) + "_vs_" + model(pair.second());
  }
}
