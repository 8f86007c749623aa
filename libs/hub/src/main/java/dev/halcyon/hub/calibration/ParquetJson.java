package dev.halcyon.hub.calibration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hardwood.row.PqList;
import dev.hardwood.row.PqStruct;
import dev.hardwood.row.StructAccessor;

/// Parquet's rows in the form in which the data sets server gives them; what is neither text,
/// number, list nor struct is left out, since no text is made of it.
final class ParquetJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private ParquetJson() {}

  static JsonNode row(StructAccessor row) {
    ObjectNode node = NODES.objectNode();
    for (int i = 0; i < row.getFieldCount(); i++) {
      if (!row.isNull(i)) {
        node.set(row.getFieldName(i), value(row.getValue(i)));
      }
    }
    return node;
  }

  private static JsonNode value(Object value) {
    return switch (value) {
      case null -> NODES.nullNode();
      case String text -> NODES.textNode(text);
      case Boolean flag -> NODES.booleanNode(flag);
      case Integer number -> NODES.numberNode(number);
      case Long number -> NODES.numberNode(number);
      case Double number -> NODES.numberNode(number);
      case Float number -> NODES.numberNode(number);
      case PqStruct struct -> row(struct);
      case PqList list -> list(list);
      default -> NODES.nullNode();
    };
  }

  private static ArrayNode list(PqList list) {
    ArrayNode node = NODES.arrayNode(list.size());
    for (int i = 0; i < list.size(); i++) {
      node.add(list.isNull(i) ? NODES.nullNode() : value(list.get(i)));
    }
    return node;
  }
}
