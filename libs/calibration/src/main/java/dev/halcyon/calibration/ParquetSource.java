package dev.halcyon.calibration;

import dev.hardwood.InputFile;
import dev.hardwood.metadata.ColumnChunk;
import dev.hardwood.metadata.ColumnMetaData;
import dev.hardwood.metadata.CompressionCodec;
import dev.hardwood.metadata.PhysicalType;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.schema.ColumnProjection;
import dev.hardwood.schema.ColumnSchema;
import dev.hardwood.schema.FileSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// A Parquet file with a sample a row; only the column with the text is read.
///
/// @param file to read
/// @param name of it in ids
record ParquetSource(Path file, String name) implements TextSource {
  private static final Set<CompressionCodec> CODECS =
      Set.of(
          CompressionCodec.UNCOMPRESSED,
          CompressionCodec.SNAPPY,
          CompressionCodec.GZIP,
          CompressionCodec.ZSTD);

  @Override
  public void readInto(SampleCollector collector) throws IOException {
    try (ParquetFileReader reader = ParquetFileReader.open(InputFile.of(file))) {
      String named = collector.options().textField();
      collector.readsFrom("column " + named);
      ParquetField field = field(reader.getFileSchema(), named);
      for (ColumnSchema leaf : field.leaves()) {
        reader.getFileMetaData().rowGroups().stream()
            .map(group -> group.columns().get(leaf.columnIndex()))
            .map(ColumnChunk::metaData)
            .forEach(chunk -> requireReadable(chunk, leaf, collector.options()));
      }
      readRows(reader, field, collector);
    } catch (CalibrationException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new CalibrationException(name, "not a readable Parquet file: " + e.getMessage(), e);
    }
  }

  private void readRows(ParquetFileReader reader, ParquetField field, SampleCollector collector) {
    FieldText text = new FieldText(collector, "column " + collector.options().textField());
    try (RowReader rows = reader.buildRowReader().projection(projection(field)).build()) {
      long row = 0;
      while (!collector.full() && rows.hasNext()) {
        rows.next();
        row++;
        String id = name + "#" + row;
        Object value = field.value(rows);
        collector.add(
            id, value instanceof byte[] bytes ? StrictUtf8.decode(bytes, id) : text.of(value, id));
      }
    }
  }

  /// A projection takes the dots of a name for steps into structs.
  private static ColumnProjection projection(ParquetField field) {
    return field.path().stream().anyMatch(name -> name.contains("."))
        ? ColumnProjection.all()
        : ColumnProjection.columns(String.join(".", field.path()));
  }

  private ParquetField field(FileSchema schema, String named) {
    List<ColumnSchema> columns = schema.getColumns();
    ParquetField field =
        ParquetField.find(columns, named)
            .filter(found -> found.isPrimitive() || found.isList())
            .orElseThrow(() -> missing(named, columns));
    if (field.isPrimitive() && !isText(field.leaves().getFirst())) {
      throw new CalibrationException(
          name,
          "column %s holds %s, not one text in each row"
              .formatted(named, field.leaves().getFirst().type()));
    }
    return field;
  }

  private static boolean isText(ColumnSchema column) {
    return column.type() == PhysicalType.BYTE_ARRAY && column.maxRepetitionLevel() == 0;
  }

  private CalibrationException missing(String field, List<ColumnSchema> columns) {
    String there =
        columns.stream()
            .map(column -> column.fieldPath().toString())
            .limit(8)
            .collect(Collectors.joining(", "));
    return new CalibrationException(
        name,
        "no column %s (it has %s); name the column that holds the text with --text-field"
            .formatted(field, there));
  }

  private void requireReadable(
      ColumnMetaData chunk, ColumnSchema column, CalibrationOptions options) {
    if (!CODECS.contains(chunk.codec())) {
      throw new CalibrationException(
          name,
          "column %s is compressed with %s; supported are files without compression and with snappy, gzip"
                  .formatted(column.name(), chunk.codec())
              + " or zstd");
    }
    if (chunk.totalUncompressedSize() > options.maxTotalBytes()) {
      throw new CalibrationException(
          name,
          "a row group holds %d bytes of column %s, more than the %d that are read at once; write it"
                  .formatted(chunk.totalUncompressedSize(), column.name(), options.maxTotalBytes())
              + " with smaller row groups");
    }
  }
}
