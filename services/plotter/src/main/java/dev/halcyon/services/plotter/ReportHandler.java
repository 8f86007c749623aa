package dev.halcyon.services.plotter;

import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.results.Report;
import dev.halcyon.contracts.results.ReportReady;
import dev.halcyon.contracts.results.ResultManifest;
import dev.halcyon.contracts.results.ResultManifest.ResultFile;
import dev.halcyon.contracts.store.Digest;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.ReferencedObjects;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Draws a report and puts the result files, the list of them last.
///
/// Drawing twice puts the same bytes twice.
final class ReportHandler {
  private final ObjectStore store;
  private final FigurePreparation preparation;

  ReportHandler(ObjectStore store, FigurePreparation preparation) {
    this.store = store;
    this.preparation = preparation;
  }

  /// Returns the id of the rendering that is there now.
  String handle(ReportReady ready) throws IOException {
    String renderingId = ready.rendering().id();
    String manifestKey = StoreKeys.resultManifest(ready.jobId(), renderingId);
    if (store.find(manifestKey).isEmpty()) {
      store.put(manifestKey, Json.prettyBytes(putFiles(ready, renderingId)));
    }
    return renderingId;
  }

  private ResultManifest putFiles(ReportReady ready, String renderingId) throws IOException {
    byte[] json = new ReferencedObjects(store).read(ready.reportKey(), ready.reportDigest());
    Report report = Json.read(json, Report.class);
    preparation.await();
    List<ResultFile> files = new ArrayList<>();
    ResultFiles results = ResultFiles.of(report, json, ready.rendering());
    for (Map.Entry<String, byte[]> file : results.contents().entrySet()) {
      byte[] content = file.getValue();
      store.put(StoreKeys.result(ready.jobId(), renderingId, file.getKey()), content);
      files.add(
          new ResultFile(file.getKey(), content.length, Digest.sha256(content), Optional.empty()));
    }
    files.addAll(FisherResults.diagonals(report));
    return new ResultManifest(ready.jobId(), renderingId, files, results.notes());
  }
}
