package dev.halcyon.calibration;

import dev.hardwood.row.StructAccessor;
import dev.hardwood.schema.ColumnSchema;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// The column of a Parquet file that holds the text, or the field of a struct: `a.b` is a column of
/// that name, or the field `b` of the struct in the column `a`.
///
/// @param path names of the columns that lead there, the outermost first
/// @param leaves columns that its values are stored in
record ParquetField(List<String> path, List<ColumnSchema> leaves) {
  /// Finds it; a column of the whole name wins.
  static Optional<ParquetField> find(List<ColumnSchema> columns, String field) {
    return columns.stream()
        .flatMap(column -> {
          List<String> names = column.fieldPath().elements();
          return IntStream.rangeClosed(1, names.size()).mapToObj(end -> names.subList(0, end));
        })
        .filter(path -> String.join(".", path).equals(field))
        .min(Comparator.comparingInt(List::size))
        .map(path -> new ParquetField(path, below(columns, path)));
  }

  private static List<ColumnSchema> below(List<ColumnSchema> columns, List<String> path) {
    return columns.stream()
        .filter(column -> {
          List<String> names = column.fieldPath().elements();
          return names.size() >= path.size() && names.subList(0, path.size()).equals(path);
        })
        .toList();
  }

  /// Whether it is one value a row.
  boolean isPrimitive() {
    return leaves.size() == 1 && leaves.getFirst().fieldPath().elements().equals(path);
  }

  /// Whether it is a list of values a row.
  boolean isList() {
    return leaves.stream().allMatch(leaf -> leaf.maxRepetitionLevel() > 0);
  }

  /// The value of a row: bytes where it is primitive, or else a [ParquetValue]; null where there is
  /// none.
  Object value(StructAccessor row) {
    StructAccessor at = row;
    for (String name : path.subList(0, path.size() - 1)) {
      if (at.isNull(name)) {
        return null;
      }
      at = at.getStruct(name);
    }
    if (at.isNull(path.getLast())) {
      return null;
    }
    return isPrimitive()
        ? at.getBinary(path.getLast())
        : ParquetValue.of(at.getValue(path.getLast()));
  }
}
