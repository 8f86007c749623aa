package dev.halcyon.tensors;

import dev.halcyon.tensors.SafetensorsHeader.Entry;
import java.util.Map;

/// The rule that tensors fill their file from the end of the header to the end of the file, each
/// byte belonging to one tensor.
final class Coverage {
  private Coverage() {}

  static void check(String source, SafetensorsHeader header, long fileSize) {
    long available = fileSize - header.dataStart();
    long covered = 0;
    String previous = null;
    for (Map.Entry<String, Entry> tensor : header.entries().entrySet()) {
      Entry entry = tensor.getValue();
      if (entry.begin() != covered) {
        throw gapOrOverlap(source, header, tensor, previous, covered);
      }
      if (entry.end() > available) {
        throw InvalidCheckpointException.ofTensor(
            source,
            tensor.getKey(),
            header.offset(entry),
            "ends "
                + (entry.end() - available)
                + " bytes past the end of the file of "
                + fileSize
                + " bytes: truncated");
      }
      covered = entry.end();
      previous = tensor.getKey();
    }
    if (covered != available) {
      throw new InvalidCheckpointException(
          source,
          (available - covered)
              + " bytes at offset "
              + (header.dataStart() + covered)
              + " after the last tensor belong to none");
    }
  }

  private static InvalidCheckpointException gapOrOverlap(
      String source,
      SafetensorsHeader header,
      Map.Entry<String, Entry> tensor,
      String previous,
      long covered) {
    Entry entry = tensor.getValue();
    String after = previous == null ? "the header" : "tensor " + Printable.of(previous);
    String problem =
        entry.begin() > covered
            ? "leaves a hole of " + (entry.begin() - covered) + " bytes after " + after
            : "overlaps " + (covered - entry.begin()) + " bytes of " + after;
    return InvalidCheckpointException.ofTensor(
        source, tensor.getKey(), header.offset(entry), problem);
  }
}
