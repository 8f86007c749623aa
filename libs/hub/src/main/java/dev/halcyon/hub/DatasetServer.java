package dev.halcyon.hub;

import com.fasterxml.jackson.databind.JsonNode;
import dev.halcyon.hub.HubException.Reason;
import dev.halcyon.hub.repository.FilePath;
import dev.halcyon.hub.repository.ModelReference;
import dev.halcyon.hub.repository.RepositoryId;
import dev.halcyon.hub.repository.Subject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// The Hub's data sets server: data sets as rows, and where they are as Parquet files
/// (<https://huggingface.co/docs/dataset-viewer>).
public final class DatasetServer {
  /// Most rows of one page.
  public static final int MOST_ROWS = 100;

  /// The branch of a data set that holds it as Parquet.
  public static final String PARQUET_REVISION = "refs/convert/parquet";

  private static final String PARQUET_PATH = "/resolve/" + UrlPath.part(PARQUET_REVISION) + "/";

  private final HubConfig config;
  private final HubApi api;

  /// The server of that client's configuration.
  public DatasetServer(HubClient client) {
    this.config = client.config();
    this.api = client.api();
  }

  /// Rows of a split.
  ///
  /// @param offset of the first
  /// @param length at most [#MOST_ROWS]
  /// @throws HubException as for a repository; [HubException.Reason#INVALID_RESPONSE] where the
  ///   server does not serve this one
  public DatasetPage rows(
      RepositoryId dataset, String subset, String split, long offset, int length)
      throws IOException {
    String query =
        query(Map.of("dataset", dataset.name(), "config", subset, "split", split))
            + "&offset="
            + offset
            + "&length="
            + length;
    JsonNode page = get(dataset, "/rows?" + query);
    JsonNode total = page.path("num_rows_total");
    if (!total.canConvertToLong() || !page.path("rows").isArray()) {
      throw invalid(dataset, "answers without rows");
    }
    List<DatasetRow> rows = new ArrayList<>();
    for (JsonNode row : page.path("rows")) {
      rows.add(new DatasetRow(row.path("row"), names(row.path("truncated_cells"))));
    }
    return new DatasetPage(total.asLong(), rows);
  }

  /// The Parquet files of all splits, in the order of their rows.
  public List<DatasetPart> parquet(RepositoryId dataset) throws IOException {
    JsonNode files =
        get(dataset, "/parquet?" + query(Map.of("dataset", dataset.name()))).path("parquet_files");
    List<DatasetPart> parts = new ArrayList<>();
    for (JsonNode file : files) {
      parts.add(
          new DatasetPart(
              file.path("config").asText(),
              file.path("split").asText(),
              path(dataset, file.path("url").asText())));
    }
    return parts;
  }

  /// The file's path in its repository. The rest of the URL is not used, so that the answer cannot
  /// lead to another host.
  private static String path(RepositoryId dataset, String url) throws HubException {
    int at = url.indexOf(PARQUET_PATH);
    String path =
        at < 0
            ? ""
            : java.net.URLDecoder.decode(
                url.substring(at + PARQUET_PATH.length()).replace("+", "%2B"),
                StandardCharsets.UTF_8);
    if (!FilePath.isSafe(path)) {
      throw invalid(dataset, "lists a Parquet file that is not one of the data set's");
    }
    return path;
  }

  private JsonNode get(RepositoryId dataset, String pathAndQuery) throws IOException {
    if (config.offline()) {
      throw new HubException(
          Reason.OFFLINE,
          "["
              + dataset
              + "] data sets are not read from the cache, and HF_HUB_OFFLINE keeps from"
              + " asking the Hub: unset it");
    }
    Subject subject = Subject.of(dataset, ModelReference.DEFAULT_REVISION);
    try {
      return api.json(URI.create(config.datasetsServer() + pathAndQuery), subject).body();
    } catch (HubException e) {
      throw e.isTransient() ? e : explained(subject, e);
    }
  }

  /// The data sets server says of a gated or missing data set only that it cannot serve it; the Hub
  /// tells which.
  private HubException explained(Subject subject, HubException refused) throws IOException {
    JsonNode gated = api.info(subject.repository()).path("gated");
    if (!gated.asText().isEmpty() && !gated.asText().equals("false")) {
      HttpHeaders code =
          HttpHeaders.of(Map.of("X-Error-Code", List.of("GatedRepo")), (name, value) -> true);
      return new ErrorReply(subject, config.datasetsServer(), 403, code, config).exception();
    }
    return new HubException(
        Reason.INVALID_RESPONSE,
        "["
            + subject
            + "] the data sets server does not serve it: check the configuration and the"
            + " split on "
            + config.endpoint()
            + subject.repository().pagePath(),
        refused);
  }

  private static Set<String> names(JsonNode array) {
    Set<String> names = new TreeSet<>();
    array.forEach(name -> names.add(name.asText()));
    return names;
  }

  private static String query(Map<String, String> parameters) {
    List<String> pairs = new ArrayList<>();
    parameters.forEach(
        (name, value) -> pairs.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)));
    return String.join("&", pairs);
  }

  private static HubException invalid(RepositoryId dataset, String problem) {
    return new HubException(
        Reason.INVALID_RESPONSE, "[" + dataset + "] the data sets server " + problem);
  }
}
