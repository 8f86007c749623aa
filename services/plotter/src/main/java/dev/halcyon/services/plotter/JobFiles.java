package dev.halcyon.services.plotter;

import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.results.ResultManifest;
import dev.halcyon.contracts.results.ResultManifest.ResultFile;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.objectstore.ObjectStore.ObjectInfo;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The result files of jobs in the object store. Only what a manifest lists is found, so no request
/// reaches another object.
final class JobFiles {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,128}");
  private static final String MANIFEST = "/manifest.json";

  private final ObjectStore store;

  JobFiles(ObjectStore store) {
    this.store = store;
  }

  /// A listed file and the object that holds its content.
  record Found(ResultFile file, String key) {}

  /// The job's finished renderings, the newest first; empty where there is none or no such job.
  List<ResultManifest> renderings(String jobId) throws IOException {
    if (!ID.matcher(jobId).matches()) {
      return List.of();
    }
    List<ObjectInfo> manifests = new ArrayList<>();
    for (ObjectInfo object : store.list(StoreKeys.results(jobId))) {
      if (object.key().endsWith(MANIFEST)) {
        manifests.add(object);
      }
    }
    manifests.sort(Comparator.comparing(ObjectInfo::lastModified).reversed());
    List<ResultManifest> renderings = new ArrayList<>();
    for (ObjectInfo manifest : manifests) {
      renderings.add(Json.read(store.get(manifest.key()), ResultManifest.class));
    }
    return renderings;
  }

  /// The file of that name.
  ///
  /// @param rendering id; the newest rendering where empty
  Optional<Found> find(String jobId, Optional<String> rendering, String name) throws IOException {
    return renderings(jobId).stream()
        .filter(each -> rendering.isEmpty() || each.renderingId().equals(rendering.get()))
        .findFirst()
        .flatMap(chosen -> find(chosen, name));
  }

  private static Optional<Found> find(ResultManifest manifest, String name) {
    return manifest.files().stream()
        .filter(file -> file.name().equals(name))
        .map(file -> new Found(file, key(manifest, file)))
        .findFirst();
  }

  private static String key(ResultManifest manifest, ResultFile file) {
    return file.object()
        .orElseGet(() -> StoreKeys.result(manifest.jobId(), manifest.renderingId(), file.name()));
  }

  /// The bytes of the file from `offset` on; the caller closes the stream.
  InputStream open(Found found, long offset, long length) throws IOException {
    return store.open(found.key(), offset, length);
  }
}
