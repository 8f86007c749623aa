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
      ColumnSchema column = column(reader.getFileSchema(), collector.options().textField());
      reader.getFileMetaData().rowGroups().stream()
          .map(group -> group.columns().get(column.columnIndex()))
          .map(ColumnChunk::metaData)
          .forEach(chunk -> requireReadable(chunk, column, collector.options()));
      readRows(reader, column, collector);
    } catch (CalibrationException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new CalibrationException(name, "no readable Parquet file: " + e.getMessage(), e);
    }
  }

  private void readRows(ParquetFileReader reader, ColumnSchema column, SampleCollector collector) {
    var projection = ColumnProjection.columns(column.name());
    try (RowReader rows = reader.buildRowReader().projection(projection).build()) {
      long row = 0;
      while (!collector.full() && rows.hasNext()) {
        rows.next();
        row++;
        String id = name + "#" + row;
        collector.add(id, rows.isNull(0) ? null : StrictUtf8.decode(rows.getBinary(0), id));
      }
    }
  }

  private ColumnSchema column(FileSchema schema, String field) {
    List<ColumnSchema> columns = schema.getColumns();
    ColumnSchema column =
        columns.stream()
            .filter(candidate -> candidate.fieldPath().elements().equals(List.of(field)))
            .findFirst()
            .orElseThrow(() -> missing(field, columns));
    if (column.type() != PhysicalType.BYTE_ARRAY || column.maxRepetitionLevel() > 0) {
      throw new CalibrationException(
          name, "column %s holds %s, not one text a row".formatted(field, column.type()));
    }
    return column;
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
          "column %s is compressed with %s; read are files without compression and with snappy, gzip"
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
