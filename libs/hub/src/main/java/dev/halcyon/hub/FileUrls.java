package dev.halcyon.hub;

import dev.halcyon.hub.HubException.Reason;
import dev.halcyon.hub.repository.HubFile;
import dev.halcyon.hub.repository.Subject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// Where files' bytes come from: the Hub itself for small ones, a content network's signed URL for
/// large ones. A URL is asked for once and used by all ranges until it runs out.
final class FileUrls {
  private static final int MOST_KEPT = 4096;

  private final HubHttp http;
  private final URI endpoint;
  private final HubListener listener;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<HubFile, Pending> entries =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<HubFile, Pending> eldest) {
          return size() > MOST_KEPT;
        }
      };

  FileUrls(HubHttp http, URI endpoint, HubListener listener) {
    this.http = http;
    this.endpoint = endpoint;
    this.listener = listener;
  }

  /// @param signed not the Hub itself, and may run out
  record Location(URI uri, boolean signed) {
    /// Nothing of a signature.
    @Override
    public String toString() {
      return Origin.of(uri) + "/…";
    }
  }

  /// One file's URL, asked for by one thread while others wait.
  private static final class Pending {
    private final ReentrantLock asking = new ReentrantLock();
    private Location location;
  }

  /// @param attempts of the work that needs the URL
  Location of(HubFile file, Attempts attempts) throws IOException {
    return locate(file, null, attempts);
  }

  /// A URL in place of one that no longer works; another thread may have fetched it already.
  Location insteadOf(HubFile file, Location stale, Attempts attempts) throws IOException {
    return locate(file, stale, attempts);
  }

  private Location locate(HubFile file, Location stale, Attempts attempts) throws IOException {
    Pending pending = pending(file);
    pending.asking.lock();
    try {
      if (pending.location == null || pending.location.equals(stale)) {
        pending.location = ask(file, attempts);
        if (stale != null) {
          listener.refreshedUrl(file.toString());
        }
      }
      return pending.location;
    } finally {
      pending.asking.unlock();
    }
  }

  private Pending pending(HubFile file) {
    lock.lock();
    try {
      return entries.computeIfAbsent(file, key -> new Pending());
    } finally {
      lock.unlock();
    }
  }

  private Location ask(HubFile file, Attempts attempts) throws IOException {
    String path =
        file.repository().pagePath()
            + "/resolve/"
            + file.commit()
            + "/"
            + UrlPath.parts(file.path());
    HubRequest request = HubRequest.head(URI.create(endpoint + path), Subject.of(file));
    Reply<byte[]> reply = http.head(request, attempts);
    if (reply.redirect().isPresent()) {
      check(file, reply.headers(), reply.headers().firstValue("X-Linked-Size"));
      return new Location(reply.redirect().get(), true);
    }
    http.success(request, reply);
    Optional<String> length =
        reply
            .headers()
            .firstValue("X-Linked-Size")
            .or(() -> reply.headers().firstValue("Content-Length"));
    check(file, reply.headers(), length);
    return new Location(reply.uri(), false);
  }

  private static void check(HubFile file, HttpHeaders headers, Optional<String> size)
      throws HubException {
    if (size.isPresent() && !size.get().strip().equals(Long.toString(file.size()))) {
      throw differs(file, "size");
    }
    Optional<String> commit = headers.firstValue("X-Repo-Commit");
    if (commit.isPresent() && !commit.get().equals(file.commit())) {
      throw differs(file, "commit");
    }
    Optional<String> etag = headers.firstValue("X-Linked-Etag").map(FileUrls::unquoted);
    if (file.sha256().isPresent() && etag.isPresent() && !etag.equals(file.sha256())) {
      throw differs(file, "SHA-256");
    }
  }

  private static HubException differs(HubFile file, String field) {
    return new HubException(
        Reason.INTEGRITY,
        "["
            + file
            + "] the Hub's listing and its file have a different "
            + field
            + ": try again; if it stays, the repository is damaged");
  }

  private static String unquoted(String etag) {
    return etag.replaceFirst("^W/", "").replace("\"", "");
  }
}
