package dev.halcyon.calibration;

import dev.hardwood.row.PqList;
import dev.hardwood.row.PqStruct;
import dev.hardwood.row.StructAccessor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A value of a Parquet file in memory: a `String`, a number, a `Boolean`, a `List` or a `Map` of
/// such values, or null where there is none. A value of another type, such as a date, is null too,
/// since no text is made of it.
public final class ParquetValue {
  private ParquetValue() {}

  /// The fields of a row or struct, in order.
  public static Map<String, Object> of(StructAccessor row) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (int i = 0; i < row.getFieldCount(); i++) {
      fields.put(row.getFieldName(i), row.isNull(i) ? null : of(row.getValue(i)));
    }
    return fields;
  }

  static Object of(Object value) {
    return switch (value) {
      case String text -> text;
      case Number number -> number;
      case Boolean flag -> flag;
      case PqStruct struct -> of(struct);
      case PqList list -> list(list);
      case null, default -> null;
    };
  }

  private static List<Object> list(PqList list) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      values.add(list.isNull(i) ? null : of(list.get(i)));
    }
    return values;
  }
}
