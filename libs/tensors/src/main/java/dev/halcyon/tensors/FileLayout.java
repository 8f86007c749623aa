package dev.halcyon.tensors;

import dev.halcyon.tensors.SafetensorsHeader.Entry;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Where each tensor of a new file goes.
final class FileLayout {
  private FileLayout() {}

  /// By element type, the last of the enumeration first, as the reference implementation has it.
  /// That puts wider elements first, and as a header's end is a multiple of eight, each tensor then
  /// begins at a multiple of its element's width.
  static Map<String, Entry> of(List<TensorSpec> tensors) {
    Map<String, Entry> entries = LinkedHashMap.newLinkedHashMap(tensors.size());
    long end = 0;
    for (TensorSpec tensor : widestFirst(tensors)) {
      long begin = end;
      end = Math.addExact(begin, tensor.bytes());
      Entry entry = new Entry(tensor.dtype(), tensor.shape(), begin, end);
      if (entries.put(tensor.name(), entry) != null) {
        throw new IllegalArgumentException("two tensors are named " + tensor.name());
      }
    }
    return entries;
  }

  private static List<TensorSpec> widestFirst(List<TensorSpec> tensors) {
    return tensors.stream()
        .sorted(Comparator.comparing(TensorSpec::dtype, Comparator.reverseOrder()))
        .toList();
  }
}
