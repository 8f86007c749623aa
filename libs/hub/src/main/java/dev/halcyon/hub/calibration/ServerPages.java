package dev.halcyon.hub.calibration;

import dev.halcyon.hub.DatasetPage;
import dev.halcyon.hub.DatasetPart;
import dev.halcyon.hub.DatasetServer;
import dev.halcyon.hub.HubClient;
import dev.halcyon.hub.HubException;
import dev.halcyon.hub.HubSnapshot;
import dev.halcyon.hub.repository.HubFile;
import dev.halcyon.hub.repository.RepositoryId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Rows as the data sets server gives them, and from the same split's Parquet files as soon as it
/// cuts a cell of which the text is made, or does not serve rows at all.
final class ServerPages implements RowPages {
  private final HubClient client;
  private final DatasetServer server;
  private final RepositoryId dataset;
  private final String config;
  private final String split;
  private final Set<String> needed;
  private ParquetPages parquet;

  ServerPages(
      HubClient client,
      DatasetServer server,
      RepositoryId dataset,
      String config,
      String split,
      List<String> needed) {
    this.client = client;
    this.server = server;
    this.dataset = dataset;
    this.config = config;
    this.split = split;
    this.needed = Set.copyOf(needed);
  }

  @Override
  public DatasetPage page(long offset, int length) throws IOException {
    if (parquet == null) {
      try {
        DatasetPage page = server.rows(dataset, config, split, offset, length);
        if (isWhole(page)) {
          return page;
        }
        parquet = openParquet();
      } catch (HubException e) {
        parquet = parquetInsteadOf(e);
      }
    }
    return parquet.page(offset, length);
  }

  private boolean isWhole(DatasetPage page) {
    return page.rows().stream()
        .allMatch(row -> row.truncated().stream().noneMatch(needed::contains));
  }

  private ParquetPages parquetInsteadOf(HubException refused) throws IOException {
    boolean rowsNotServed =
        refused.reason() == HubException.Reason.INVALID_RESPONSE
            || refused.reason() == HubException.Reason.UNAVAILABLE;
    if (!rowsNotServed) {
      throw refused;
    }
    try {
      return openParquet();
    } catch (HubException e) {
      refused.addSuppressed(e);
      throw refused;
    }
  }

  private ParquetPages openParquet() throws IOException {
    List<HubFile> files = new ArrayList<>();
    HubSnapshot snapshot = client.resolve(dataset, DatasetServer.PARQUET_REVISION);
    for (DatasetPart part : server.parquet(dataset)) {
      if (part.config().equals(config) && part.split().equals(split)) {
        files.add(snapshot.file(part.path()));
      }
    }
    if (files.isEmpty()) {
      throw CalibrationDatasets.noSplit(dataset, config, split);
    }
    return new ParquetPages(client, files);
  }

  @Override
  public void close() throws IOException {
    if (parquet != null) {
      parquet.close();
    }
  }
}
