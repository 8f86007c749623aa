package dev.halcyon.objectstore;

import java.io.IOException;
import java.util.Set;
import okhttp3.Interceptor;
import okhttp3.Response;

/// The server, or a proxy before it, answered with a status that says "later"; its body, often no
/// S3 message, does not matter.
final class TransientStatusException extends IOException {
  private static final Set<Integer> STATUSES = Set.of(408, 429, 500, 502, 503, 504);
  private static final int LONGEST_EXCERPT = 300;

  private TransientStatusException(int status, String body) {
    super("HTTP status %d: %s".formatted(status, body.isBlank() ? "no message" : body.strip()));
  }

  static Response throwIfTransient(Interceptor.Chain chain) throws IOException {
    Response response = chain.proceed(chain.request());
    if (!STATUSES.contains(response.code())) {
      return response;
    }
    try (response) {
      throw new TransientStatusException(
          response.code(), response.peekBody(LONGEST_EXCERPT).string());
    }
  }
}
