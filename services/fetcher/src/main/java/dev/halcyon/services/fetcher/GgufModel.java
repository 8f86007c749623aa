package dev.halcyon.services.fetcher;

import dev.halcyon.contracts.job.Plan.ResolvedModel;
import dev.halcyon.contracts.store.StoredTensor;
import dev.halcyon.contracts.store.TensorCopy;
import dev.halcyon.contracts.store.TensorValue;
import dev.halcyon.services.common.BadInputException;
import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.Shape;
import dev.halcyon.tensors.gguf.GgufFile;
import dev.halcyon.tensors.gguf.GgufNames;
import dev.halcyon.tensors.gguf.GgufTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// The weights of a GGUF file under the names that the base has for them. The configuration and the
/// tokenizer are the base's.
///
/// llama.cpp's converter changes some weights of some architectures, which is undone here: rows of
/// Llama's query and key projections are interleaved within a head, and norms of Gemma are stored
/// with 1 added.
final class GgufModel {
  private static final String SUFFIX = ".gguf";
  private static final String INTERLEAVED = "llama";
  private static final Set<String> NORMS_WITH_1 = Set.of("gemma", "gemma2", "gemma3");
  private static final Set<String> OTHERS = Set.of("qwen2", "qwen3", "phi3", "olmo2");
  private static final Pattern QUERY = Pattern.compile("blk\\.\\d+\\.attn_q\\.(weight|bias)");
  private static final Pattern KEY = Pattern.compile("blk\\.\\d+\\.attn_k\\.(weight|bias)");
  private static final int NAMED = 5;

  private final String model;
  private final GgufFile file;
  private final ModelTensors base;

  /// @param model `ft1`, …
  GgufModel(String model, GgufFile file, ModelTensors base) {
    this.model = model;
    this.file = file;
    this.base = base;
  }

  /// Whether the path is that of a GGUF file.
  static boolean is(Path path) {
    return Files.isRegularFile(path) && path.getFileName().toString().endsWith(SUFFIX);
  }

  /// The model.
  ///
  /// @throws BadInputException where the file's architecture is not read, or it is one part of a
  ///   model
  ModelTensors tensors() throws IOException {
    requireKnown();
    GgufNames names = GgufNames.of(base.tensors().keySet());
    BasicFileAttributes attributes = Files.readAttributes(file.path(), BasicFileAttributes.class);
    Map<String, TensorCopy> copies = new LinkedHashMap<>();
    Set<String> left = new LinkedHashSet<>(file.tensors().keySet());
    for (String name : base.tensors().keySet()) {
      Optional<GgufTensor> tensor = names.find(name).map(file.tensors()::get);
      if (tensor.isPresent()) {
        copies.put(name, new TensorCopy(model, value(tensor.get(), attributes)));
        left.remove(tensor.get().name());
      }
    }
    requireAny(copies);
    long bytes = copies.values().stream().mapToLong(TensorCopy::bytes).sum();
    return new ModelTensors(
        new ResolvedModel(
            model, file.path().toString(), file.fingerprint(), copies.size(), bytes, notes(left)),
        copies,
        base.files());
  }

  private void requireKnown() {
    Set<String> known = new TreeSet<>(NORMS_WITH_1);
    known.addAll(OTHERS);
    known.add(INTERLEAVED);
    if (!known.contains(file.architecture())) {
      throw problem(
          "is of the architecture '%s'; GGUF files are read of %s"
              .formatted(file.architecture(), String.join(", ", known)));
    }
    if (file.architecture().equals(INTERLEAVED) && file.heads().isEmpty()) {
      throw problem("does not define the number of heads, or layers differ in it");
    }
  }

  private void requireAny(Map<String, TensorCopy> copies) {
    if (copies.isEmpty()) {
      throw problem("has no tensor of the base's: %s".formatted(base.model().source()));
    }
  }

  private TensorValue value(GgufTensor tensor, BasicFileAttributes attributes) {
    Shape shape = tensor.shape();
    long rowBytes = tensor.type().rowBytes(shape.dimensions().getLast());
    StoredTensor blocks =
        StoredTensor.whole(
            tensor.name(),
            DType.U8,
            Shape.of(tensor.bytes() / rowBytes, rowBytes),
            tensor.bytes(),
            LocalModelReader.inPlace(file.path(), tensor.offset(), attributes));
    return new TensorValue.Blocks(
        tensor.type(), shape, blocks, heads(tensor.name()), added(tensor.name()));
  }

  private long heads(String name) {
    if (!file.architecture().equals(INTERLEAVED)) {
      return 0;
    }
    GgufFile.Heads heads = file.heads().orElseThrow();
    return QUERY.matcher(name).matches()
        ? heads.queries()
        : KEY.matcher(name).matches() ? heads.keys() : 0;
  }

  private double added(String name) {
    return NORMS_WITH_1.contains(file.architecture()) && name.endsWith("norm.weight") ? -1 : 0;
  }

  private List<String> notes(Set<String> left) {
    List<String> notes = new ArrayList<>();
    notes.add(
        "GGUF, read by value (%s); configuration and tokenizer are the base's".formatted(types()));
    if (!left.isEmpty()) {
      notes.add(
          "%d tensors of the file are none of the base's, and not read: %s"
              .formatted(left.size(), named(left)));
    }
    return notes;
  }

  private String types() {
    Set<String> types = new TreeSet<>();
    file.tensors().values().forEach(tensor -> types.add(tensor.type().name()));
    return String.join(", ", types);
  }

  private static String named(Set<String> names) {
    return String.join(", ", names.stream().limit(NAMED).toList())
        + (names.size() > NAMED ? ", …" : "");
  }

  private BadInputException problem(String text) {
    return new BadInputException("[%s] %s".formatted(file.path(), text));
  }
}
