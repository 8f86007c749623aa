package dev.halcyon.hub.calibration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.halcyon.calibration.ParquetValue;
import dev.halcyon.hub.DatasetPage;
import dev.halcyon.hub.DatasetRow;
import dev.halcyon.hub.HubClient;
import dev.halcyon.hub.repository.HubFile;
import dev.hardwood.InputFile;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Rows of Parquet files on the Hub, which stand one after the other. Files are read by ranges: the
/// footer, and the row groups that hold the rows asked for. Pages that follow each other go on
/// where the last one ended.
final class ParquetPages implements RowPages {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HubClient client;
  private final List<HubFile> files;
  private final List<Long> rows = new ArrayList<>();
  private ParquetFileReader file;
  private RowReader reader;
  private int fileIndex;
  private long next = -1;

  ParquetPages(HubClient client, List<HubFile> files) {
    this.client = client;
    this.files = List.copyOf(files);
  }

  @Override
  public DatasetPage page(long offset, int length) throws IOException {
    try {
      if (offset != next) {
        seek(offset);
      }
      List<DatasetRow> page = new ArrayList<>();
      while (page.size() < length && advance()) {
        JsonNode cells = JSON.valueToTree(ParquetValue.of(reader));
        page.add(new DatasetRow(cells, Set.of()));
        next++;
      }
      return new DatasetPage(totalRows(), page);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /// Moves to the next row, if there is one in this file or a later one.
  private boolean advance() throws IOException {
    while (reader != null) {
      if (reader.hasNext()) {
        reader.next();
        return true;
      }
      openAt(fileIndex + 1, 0);
    }
    return false;
  }

  private void seek(long offset) throws IOException {
    long before = 0;
    int index = 0;
    while (index < files.size() && before + rowsOf(index) <= offset) {
      before += rowsOf(index);
      index++;
    }
    openAt(index, offset - before);
    next = offset;
  }

  private void openAt(int index, long row) throws IOException {
    close();
    fileIndex = index;
    if (index < files.size()) {
      file = ParquetFileReader.open(new HubInput(client, files.get(index)));
      reader = file.buildRowReader().skip(row).build();
    }
  }

  private long totalRows() throws IOException {
    long total = 0;
    for (int i = 0; i < files.size(); i++) {
      total += rowsOf(i);
    }
    return total;
  }

  private long rowsOf(int index) throws IOException {
    while (rows.size() <= index) {
      HubFile footer = files.get(rows.size());
      try (ParquetFileReader opened = ParquetFileReader.open(new HubInput(client, footer))) {
        rows.add(opened.getFileMetaData().numRows());
      }
    }
    return rows.get(index);
  }

  @Override
  public void close() throws IOException {
    if (reader != null) {
      reader.close();
      file.close();
      reader = null;
      file = null;
    }
  }

  /// A file on the Hub as the Parquet reader sees it.
  private record HubInput(HubClient client, HubFile file) implements InputFile {
    @Override
    public void open() {}

    @Override
    public ByteBuffer readRange(long offset, int length) throws IOException {
      return ByteBuffer.wrap(client.read(file, offset, length));
    }

    @Override
    public long length() {
      return file.size();
    }

    @Override
    public String name() {
      return file.toString();
    }

    @Override
    public void close() {}
  }
}
