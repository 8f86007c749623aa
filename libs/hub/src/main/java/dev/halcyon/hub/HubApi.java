package dev.halcyon.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.halcyon.hub.HubException.Reason;
import dev.halcyon.hub.repository.FilePath;
import dev.halcyon.hub.repository.HubFile;
import dev.halcyon.hub.repository.ModelReference;
import dev.halcyon.hub.repository.RepositoryId;
import dev.halcyon.hub.repository.Revisions;
import dev.halcyon.hub.repository.Subject;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The Hub's description of its repositories.
final class HubApi {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_ANSWER_BYTES = 32 << 20;
  private static final int MOST_PAGES = 1000;
  private static final Pattern NEXT =
      Pattern.compile("<[^>?]*\\?([^>]*)>\\s*;[^,<]*\\brel=\"?next\"?");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  private final HubHttp http;
  private final URI endpoint;

  HubApi(HubHttp http, URI endpoint) {
    this.http = http;
    this.endpoint = endpoint;
  }

  HubSnapshot snapshot(RepositoryId repository, String revision) throws IOException {
    String commit = Revisions.isCommit(revision) ? revision : commit(repository, revision);
    return new HubSnapshot(repository, revision, commit, files(repository, revision, commit));
  }

  /// What the Hub says of a repository, whether its files may be read or not.
  JsonNode info(RepositoryId repository) throws IOException {
    Subject subject = Subject.of(repository, ModelReference.DEFAULT_REVISION);
    return json(URI.create(endpoint + repository.apiPath()), subject).body();
  }

  private String commit(RepositoryId repository, String revision) throws IOException {
    Subject subject = Subject.of(repository, revision);
    URI uri = URI.create(endpoint + repository.apiPath() + "/revision/" + UrlPath.part(revision));
    String commit = json(uri, subject).body().path("sha").asText();
    if (!Revisions.isCommit(commit)) {
      throw invalid(subject, "answers without a commit");
    }
    return commit;
  }

  private List<HubFile> files(RepositoryId repository, String revision, String commit)
      throws IOException {
    Subject subject = Subject.of(repository, revision);
    String tree = endpoint + repository.apiPath() + "/tree/" + commit;
    List<HubFile> files = new ArrayList<>();
    Optional<String> query = Optional.of("recursive=true&expand=false");
    for (int page = 0; query.isPresent(); page++) {
      if (page == MOST_PAGES) {
        throw invalid(subject, "lists more than " + MOST_PAGES + " pages of files");
      }
      Reply<JsonNode> reply = json(uri(subject, tree, query.get()), subject);
      addFiles(subject, repository, commit, reply.body(), files);
      query = nextQuery(reply);
    }
    return files;
  }

  private static void addFiles(
      Subject subject,
      RepositoryId repository,
      String commit,
      JsonNode entries,
      List<HubFile> files)
      throws HubException {
    if (!entries.isArray()) {
      throw invalid(subject, "lists files as something other than an array");
    }
    for (JsonNode entry : entries) {
      if (entry.path("type").asText().equals("file")) {
        files.add(file(subject, repository, commit, entry));
      }
    }
  }

  private static HubFile file(
      Subject subject, RepositoryId repository, String commit, JsonNode entry) throws HubException {
    String path = entry.path("path").asText();
    if (!FilePath.isSafe(path)) {
      throw invalid(subject, "lists a file whose path leads out of the repository");
    }
    JsonNode size = entry.has("lfs") ? entry.path("lfs").path("size") : entry.path("size");
    if (!size.isIntegralNumber() || !size.canConvertToLong() || size.asLong() < 0) {
      throw invalid(subject, "lists the file " + path + " without a size");
    }
    Optional<String> sha256 =
        Optional.of(entry.path("lfs").path("oid").asText())
            .filter(oid -> SHA256.matcher(oid).matches());
    return new HubFile(repository, commit, path, size.asLong(), sha256);
  }

  /// The next page's query, put to our own address: whatever host the link names is not asked.
  private static Optional<String> nextQuery(Reply<?> reply) {
    return reply
        .headers()
        .firstValue("Link")
        .map(NEXT::matcher)
        .filter(Matcher::find)
        .map(matcher -> matcher.group(1));
  }

  private static URI uri(Subject subject, String path, String query) throws HubException {
    try {
      return URI.create(path + "?" + query);
    } catch (IllegalArgumentException e) {
      throw invalid(subject, "links to a next page that is not a URL");
    }
  }

  /// An answer as JSON.
  Reply<JsonNode> json(URI uri, Subject subject) throws IOException {
    Reply<byte[]> reply = http.read(HubRequest.get(uri, subject), MOST_ANSWER_BYTES);
    return new Reply<>(
        reply.status(), reply.headers(), reply.uri(), reply.redirect(), parse(subject, reply));
  }

  private static JsonNode parse(Subject subject, Reply<byte[]> reply) throws HubException {
    try {
      return JSON.readTree(reply.body());
    } catch (IOException e) {
      throw invalid(subject, "answers with something that is not JSON");
    }
  }

  private static HubException invalid(Subject subject, String problem) {
    return new HubException(
        Reason.INVALID_RESPONSE,
        "[" + subject + "] the server " + problem + ": check that HF_ENDPOINT is a Hub");
  }
}
