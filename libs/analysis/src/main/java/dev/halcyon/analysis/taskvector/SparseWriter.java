package dev.halcyon.analysis.taskvector;

import dev.halcyon.analysis.names.NameAlignment;
import dev.halcyon.analysis.taskvector.SparseManifest.Kind;
import dev.halcyon.analysis.taskvector.SparseManifest.OtherFile;
import dev.halcyon.analysis.taskvector.SparseManifest.Part;
import dev.halcyon.analysis.taskvector.SparseManifest.WeightFile;
import dev.halcyon.analysis.taskvector.SparseTaskVector.Contents;
import dev.halcyon.analysis.taskvector.SparseTaskVector.Names;
import dev.halcyon.analysis.taskvector.SparseTaskVector.Progress;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.store.Digest;
import dev.halcyon.tensors.Checkpoint;
import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.InvalidCheckpointException;
import dev.halcyon.tensors.SafetensorsFile;
import dev.halcyon.tensors.SafetensorsWriter;
import dev.halcyon.tensors.Shape;
import dev.halcyon.tensors.TensorBytes;
import dev.halcyon.tensors.TensorInfo;
import dev.halcyon.tensors.TensorSpec;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Writes a sparse task vector in two passes: the first counts what differs, which says where each
/// entry lies, and the second writes it.
final class SparseWriter {
  private final Checkpoint base;
  private final Checkpoint tuned;
  private final Progress progress;
  private final Map<String, String> baseNames;
  private final RawDifference difference = new RawDifference();
  private final List<Found> found = new ArrayList<>();
  private final List<TensorSpec> entries = new ArrayList<>();
  private final Map<String, byte[]> small = new LinkedHashMap<>();
  private final Set<String> names = new HashSet<>();

  /// A tensor of the fine-tune and how it is stored.
  private record Found(SafetensorsFile file, TensorInfo tensor, Part part, long changed) {
    TensorBytes bytes() {
      return file.bytes(tensor.name());
    }

    boolean wideIndices() {
      return hasWideIndices(tensor);
    }
  }

  SparseWriter(Checkpoint base, Checkpoint tuned, Progress progress) {
    this.base = base;
    this.tuned = tuned;
    this.progress = progress;
    this.baseNames = NameAlignment.of(shapes(base), shapes(tuned)).keys();
  }

  private static Map<String, Shape> shapes(Checkpoint checkpoint) {
    Map<String, Shape> shapes = new TreeMap<>();
    checkpoint.tensors().forEach(tensor -> shapes.put(tensor.name(), tensor.shape()));
    return shapes;
  }

  Contents write(Names of, List<Path> others, Path target) throws IOException {
    List<WeightFile> files = new ArrayList<>();
    for (SafetensorsFile file : tuned.files()) {
      files.add(weights(file));
    }
    List<OtherFile> beside = new ArrayList<>();
    for (Path other : others) {
      beside.add(other(other));
    }
    addSmall(
        SparseManifest.ENTRY,
        Json.bytes(
            new SparseManifest(SparseManifest.SCHEMA, of.base(), of.fineTune(), files, beside)));
    writeEntries(target);
    return contents();
  }

  private WeightFile weights(SafetensorsFile file) throws IOException {
    String name = file.path().getFileName().toString();
    MessageDigest digest = Digest.sha256();
    byte[] header = header(file);
    digest.update(header);
    addSmall(SparseManifest.HEADER + name, header);
    List<Part> parts = new ArrayList<>();
    for (TensorInfo tensor : file.tensors()) {
      Found one = inspect(file, tensor, digest);
      found.add(one);
      parts.add(one.part());
      addEntries(one);
    }
    return new WeightFile(name, file.size(), HexFormat.of().formatHex(digest.digest()), parts);
  }

  /// All that comes before the tensors.
  private static byte[] header(SafetensorsFile file) throws IOException {
    int length = Math.toIntExact(file.header().dataStart());
    try (InputStream content = Files.newInputStream(file.path())) {
      byte[] header = content.readNBytes(length);
      if (header.length < length) {
        throw new InvalidCheckpointException(
            file.path().toString(), "has become shorter while it was read");
      }
      return header;
    }
  }

  private Found inspect(SafetensorsFile file, TensorInfo tensor, MessageDigest digest)
      throws IOException {
    Optional<TensorInfo> twin = twin(tensor);
    int unit = RawDifference.unit(tensor.dtype());
    long[] changed = {0};
    RawDifference.Listener count =
        (_, _, differing, bytes, size) -> {
          changed[0] += differing;
          digest.update(bytes, 0, size);
          progress.add(size);
        };
    TensorBytes own = file.bytes(tensor.name());
    difference.find(twin.isPresent() ? base.bytes(twin.get()) : own, own, unit, count);
    long sparse = changed[0] * (indexBytes(tensor) + (long) unit);
    Kind kind =
        twin.isEmpty() || (changed[0] > 0 && sparse >= tensor.bytes())
            ? Kind.WHOLE
            : changed[0] == 0 ? Kind.SAME : Kind.SPARSE;
    Optional<String> of = kind == Kind.WHOLE ? Optional.empty() : twin.map(TensorInfo::name);
    String entry = kind == Kind.SAME ? "" : entryName(tensor);
    return new Found(file, tensor, new Part(tensor.name(), kind, of, entry), changed[0]);
  }

  /// The base's tensor of the same name, dtype and shape.
  private Optional<TensorInfo> twin(TensorInfo tensor) {
    return base.find(baseNames.getOrDefault(tensor.name(), tensor.name()))
        .filter(of -> of.dtype() == tensor.dtype() && of.shape().equals(tensor.shape()));
  }

  /// The tensor's name, unless another file's tensor has it, or it would be too long.
  private String entryName(TensorInfo tensor) {
    String name = tensor.name();
    boolean usable = name.length() < 900 && names.add(name);
    return usable ? name : "#" + found.size();
  }

  private static boolean hasWideIndices(TensorInfo tensor) {
    return tensor.bytes() / RawDifference.unit(tensor.dtype()) > Integer.MAX_VALUE;
  }

  private static int indexBytes(TensorInfo tensor) {
    return hasWideIndices(tensor) ? Long.BYTES : Integer.BYTES;
  }

  private void addEntries(Found one) {
    Part part = one.part();
    DType dtype = one.tensor().dtype();
    switch (part.kind()) {
      case SAME -> {}
      case WHOLE ->
          entries.add(
              new TensorSpec(SparseManifest.WHOLE + part.entry(), dtype, one.tensor().shape()));
      case SPARSE -> {
        Shape shape = Shape.of(one.changed());
        entries.add(
            new TensorSpec(
                SparseManifest.INDICES + part.entry(),
                one.wideIndices() ? DType.I64 : DType.I32,
                shape));
        entries.add(
            new TensorSpec(
                SparseManifest.VALUES + part.entry(), dtype.bits() < 8 ? DType.U8 : dtype, shape));
      }
    }
  }

  private OtherFile other(Path file) throws IOException {
    String name = file.getFileName().toString();
    byte[] content = Files.readAllBytes(file);
    addSmall(SparseManifest.OTHER + name, content);
    return new OtherFile(name, content.length, Digest.sha256(content));
  }

  private void addSmall(String name, byte[] content) {
    small.put(name, content);
    entries.add(new TensorSpec(name, DType.U8, Shape.of(content.length)));
  }

  private void writeEntries(Path target) throws IOException {
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(target, entries, Map.of("format", "pt"))) {
      for (Map.Entry<String, byte[]> one : small.entrySet()) {
        writer.write(one.getKey(), MemorySegment.ofArray(one.getValue()));
      }
      for (Found one : found) {
        write(one, writer);
        progress.add(one.tensor().bytes());
      }
      writer.commit();
    }
  }

  private void write(Found one, SafetensorsWriter writer) throws IOException {
    Part part = one.part();
    switch (part.kind()) {
      case SAME -> {}
      case WHOLE -> writer.write(SparseManifest.WHOLE + part.entry(), one.bytes());
      case SPARSE ->
          difference.find(
              base.bytes(base.find(part.base().orElseThrow()).orElseThrow()),
              one.bytes(),
              RawDifference.unit(one.tensor().dtype()),
              (first, differing, count, bytes, _) ->
                  writeBlock(one, writer, first, differing, count, bytes));
    }
  }

  private static void writeBlock(
      Found one, SafetensorsWriter writer, long first, int[] differing, int count, byte[] bytes)
      throws IOException {
    if (count == 0) {
      return;
    }
    int unit = RawDifference.unit(one.tensor().dtype());
    boolean wide = one.wideIndices();
    ByteBuffer indices =
        ByteBuffer.allocate(count * (wide ? Long.BYTES : Integer.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer values = ByteBuffer.allocate(count * unit);
    for (int i = 0; i < count; i++) {
      if (wide) {
        indices.putLong(first + differing[i]);
      } else {
        indices.putInt((int) (first + differing[i]));
      }
      values.put(bytes, differing[i] * unit, unit);
    }
    String entry = one.part().entry();
    writer.write(SparseManifest.INDICES + entry, MemorySegment.ofArray(indices.array()));
    writer.write(SparseManifest.VALUES + entry, MemorySegment.ofArray(values.array()));
  }

  private Contents contents() {
    return new Contents(
        count(Kind.SAME),
        count(Kind.SPARSE),
        count(Kind.WHOLE),
        found.stream()
            .filter(one -> one.part().kind() == Kind.SPARSE)
            .mapToLong(Found::changed)
            .sum());
  }

  private long count(Kind kind) {
    return found.stream().filter(one -> one.part().kind() == kind).count();
  }
}
