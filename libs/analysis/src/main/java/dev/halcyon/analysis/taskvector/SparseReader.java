package dev.halcyon.analysis.taskvector;

import dev.halcyon.analysis.taskvector.SparseManifest.OtherFile;
import dev.halcyon.analysis.taskvector.SparseManifest.Part;
import dev.halcyon.analysis.taskvector.SparseManifest.WeightFile;
import dev.halcyon.analysis.taskvector.SparseTaskVector.Progress;
import dev.halcyon.contracts.json.InvalidMessageException;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.store.Digest;
import dev.halcyon.tensors.Checkpoint;
import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.InvalidCheckpointException;
import dev.halcyon.tensors.SafetensorsFile;
import dev.halcyon.tensors.SafetensorsHeader;
import dev.halcyon.tensors.TensorBytes;
import dev.halcyon.tensors.TensorInfo;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// Restores a fine-tune from its base and a sparse task vector.
final class SparseReader implements AutoCloseable {
  private static final int BLOCK = 1 << 20;
  private static final long LONGEST_MANIFEST = 1L << 30;

  private final SafetensorsFile file;
  private final SparseManifest manifest;
  private final Checkpoint base;
  private final Progress progress;

  private SparseReader(SafetensorsFile file, Checkpoint base, Progress progress)
      throws IOException {
    this.file = file;
    this.base = base;
    this.progress = progress;
    this.manifest = manifest();
  }

  static SparseReader open(Path path, Checkpoint base, Progress progress) throws IOException {
    SafetensorsFile file = SafetensorsFile.open(path);
    try {
      return new SparseReader(file, base, progress);
    } catch (Throwable e) {
      file.close();
      throw e;
    }
  }

  private SparseManifest manifest() throws IOException {
    if (!file.header().entries().containsKey(SparseManifest.ENTRY)) {
      throw problem("is not a sparse task vector: `task-vector --sparse` writes them");
    }
    try {
      SparseManifest read =
          Json.read(whole(SparseManifest.ENTRY, LONGEST_MANIFEST), SparseManifest.class);
      if (read.schema() != SparseManifest.SCHEMA) {
        throw problem("is of version " + read.schema() + ", which is not read");
      }
      return read;
    } catch (InvalidMessageException e) {
      throw problem("has a damaged manifest: " + e.getMessage());
    }
  }

  List<String> restore(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    for (WeightFile weights : manifest.files()) {
      restore(weights, folder.resolve(plain(weights.name())));
      names.add(weights.name());
    }
    for (OtherFile other : manifest.others()) {
      byte[] content = whole(SparseManifest.OTHER + other.name(), other.size());
      require(other.name(), other.sha256(), Digest.sha256(content));
      Files.write(folder.resolve(plain(other.name())), content);
      names.add(other.name());
    }
    return names;
  }

  private void restore(WeightFile weights, Path target) throws IOException {
    MessageDigest digest = Digest.sha256();
    try (OutputStream out = new DigestOutputStream(Files.newOutputStream(target), digest)) {
      byte[] prefix = whole(SparseManifest.HEADER + weights.name(), SafetensorsHeader.MAX_LENGTH);
      out.write(prefix);
      Map<String, SafetensorsHeader.Entry> entries = header(weights, prefix).entries();
      if (!List.copyOf(entries.keySet())
          .equals(weights.tensors().stream().map(Part::tensor).toList())) {
        throw problem("has another header for %s than tensors".formatted(weights.name()));
      }
      for (Part part : weights.tensors()) {
        restore(part, entries.get(part.tensor()), out);
      }
    }
    require(weights.name(), weights.sha256(), HexFormat.of().formatHex(digest.digest()));
  }

  private SafetensorsHeader header(WeightFile weights, byte[] prefix) {
    if (prefix.length < SafetensorsHeader.PREFIX_BYTES) {
      throw problem("has a damaged header of " + weights.name());
    }
    byte[] json = Arrays.copyOfRange(prefix, SafetensorsHeader.PREFIX_BYTES, prefix.length);
    return SafetensorsHeader.parse(file.path() + " " + weights.name(), json, weights.size());
  }

  private void restore(Part part, SafetensorsHeader.Entry tensor, OutputStream out)
      throws IOException {
    switch (part.kind()) {
      case WHOLE ->
          copy(part, entry(SparseManifest.WHOLE + part.entry(), tensor.bytes()), Patch.NONE, out);
      case SAME -> copy(part, ofBase(part, tensor), Patch.NONE, out);
      case SPARSE -> copy(part, ofBase(part, tensor), patch(part, tensor), out);
    }
  }

  private void copy(Part part, TensorBytes bytes, Patch patch, OutputStream out)
      throws IOException {
    byte[] block = new byte[(int) Math.min(BLOCK, bytes.size())];
    for (long at = 0; at < bytes.size(); at += BLOCK) {
      int size = (int) Math.min(BLOCK, bytes.size() - at);
      bytes.read(at, MemorySegment.ofArray(block).asSlice(0, size));
      patch.apply(at, block, size);
      out.write(block, 0, size);
      progress.add(size);
    }
    if (!patch.isDone()) {
      throw problem("changes elements that tensor %s does not have".formatted(part.tensor()));
    }
  }

  private TensorBytes ofBase(Part part, SafetensorsHeader.Entry tensor) {
    String name = part.base().orElse(part.tensor());
    TensorInfo found =
        base.find(name)
            .filter(of -> of.dtype() == tensor.dtype() && of.shape().equals(tensor.shape()))
            .orElseThrow(() ->
                problem(
                    "needs tensor %s of %s %s, which %s does not have: it was made from another base, %s"
                        .formatted(
                            name, tensor.dtype(), tensor.shape(), base.path(), manifest.base())));
    return base.bytes(found);
  }

  private Patch patch(Part part, SafetensorsHeader.Entry tensor) {
    int unit = RawDifference.unit(tensor.dtype());
    String indices = SparseManifest.INDICES + part.entry();
    SafetensorsHeader.Entry entry = file.header().entries().get(indices);
    if (entry == null || (entry.dtype() != DType.I32 && entry.dtype() != DType.I64)) {
      throw problem("has no indices of tensor " + part.tensor());
    }
    int width = entry.dtype().bytes();
    TensorBytes values = entry(SparseManifest.VALUES + part.entry(), entry.bytes() / width * unit);
    return new Patch(file.bytes(indices), width, values, unit);
  }

  private TensorBytes entry(String name, long size) {
    SafetensorsHeader.Entry entry = file.header().entries().get(name);
    if (entry == null || entry.bytes() != size) {
      throw problem("has no entry %s of %d bytes".formatted(name, size));
    }
    return file.bytes(name);
  }

  private byte[] whole(String name, long most) throws IOException {
    SafetensorsHeader.Entry entry = file.header().entries().get(name);
    if (entry == null || entry.bytes() > Math.min(most, Integer.MAX_VALUE - 8)) {
      throw problem("has no entry %s of at most %d bytes".formatted(name, most));
    }
    return file.bytes(name).toArray();
  }

  /// A name that means a file of the folder itself.
  private String plain(String name) {
    boolean plain =
        !name.isEmpty()
            && !name.startsWith(".")
            && name.chars().noneMatch(c -> c < ' ' || c == '/' || c == '\\' || c == ':');
    if (!plain) {
      throw problem("names a file that lies outside its folder");
    }
    return name;
  }

  private void require(String name, String expected, String found) {
    if (!expected.equals(found)) {
      throw problem(
          "%s comes out with SHA-256 %s, not %s: %s is not the base that it was made from (%s), or a file is damaged"
              .formatted(name, found, expected, base.path(), manifest.base()));
    }
  }

  private InvalidCheckpointException problem(String problem) {
    return new InvalidCheckpointException(file.path().toString(), problem);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
