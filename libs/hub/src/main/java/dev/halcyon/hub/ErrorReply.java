package dev.halcyon.hub;

import dev.halcyon.hub.HubException.Reason;
import dev.halcyon.hub.repository.Subject;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.Optional;

/// Reads the Hub's errors: what `X-Error-Code` and `X-Error-Message` say, and a 401 as "no such
/// repository", which is how the Hub hides the private ones.
///
/// @param answeredBy whoever sent the answer, shown without path and query
record ErrorReply(
    Subject subject, URI answeredBy, int status, HttpHeaders headers, HubConfig config) {
  private static final String DISABLED = "Access to this resource is disabled.";
  private static final String WRONG_TOKEN = "Invalid credentials in Authorization header";
  private static final int LONGEST_QUOTE = 200;

  /// Whether a server's status may be another one soon.
  static boolean mayPass(int status) {
    return status == 408 || status == 429 || status >= 500;
  }

  HubException exception() {
    Reason reason = reason();
    return new HubException(
        reason,
        "[" + subject + "] " + message(reason),
        null,
        RateLimit.wait(status, headers).orElse(null));
  }

  private Reason reason() {
    String code = headers.firstValue("X-Error-Code").orElse("");
    String message = headers.firstValue("X-Error-Message").orElse("");
    return byCode(code)
        .or(() -> message.equals(DISABLED) ? Optional.of(Reason.DISABLED) : Optional.empty())
        .orElseGet(() -> byStatus(message));
  }

  private static Optional<Reason> byCode(String code) {
    return switch (code) {
      case "RevisionNotFound" -> Optional.of(Reason.REVISION_NOT_FOUND);
      case "EntryNotFound" -> Optional.of(Reason.ENTRY_NOT_FOUND);
      case "GatedRepo" -> Optional.of(Reason.GATED);
      case "RepoNotFound" -> Optional.of(Reason.REPOSITORY_NOT_FOUND);
      default -> Optional.empty();
    };
  }

  private Reason byStatus(String message) {
    return switch (status) {
      case 401 -> message.equals(WRONG_TOKEN) ? Reason.WRONG_TOKEN : Reason.REPOSITORY_NOT_FOUND;
      case 403 -> Reason.FORBIDDEN;
      case 416 -> Reason.INTEGRITY;
      case 429 -> Reason.RATE_LIMITED;
      default -> mayPass(status) ? Reason.UNAVAILABLE : Reason.INVALID_RESPONSE;
    };
  }

  private String message(Reason reason) {
    String word = subject.repository().kind().word();
    return switch (reason) {
      case REPOSITORY_NOT_FOUND ->
          "no such "
              + word
              + " on "
              + config.endpoint()
              + ", or a private one: check the name, or "
              + tokenAdvice("that may read it");
      case REVISION_NOT_FOUND ->
          "no branch, tag or commit '"
              + subject.revision()
              + "': see "
              + page()
              + "/tree/main for those there are";
      case ENTRY_NOT_FOUND -> "no such file: see " + page() + "/tree/main for what there is";
      case GATED ->
          "gated: accept its terms at " + page() + " and " + tokenAdvice("of the account that did");
      case DISABLED -> "the Hub has disabled this " + word + ": nobody can read it; see " + page();
      case WRONG_TOKEN ->
          "the Hub does not accept the "
              + tokenName()
              + ": make a new one at "
              + config.endpoint()
              + "/settings/tokens";
      case FORBIDDEN ->
          server()
              + " refuses access (403)"
              + quote()
              + ": check that the "
              + tokenName()
              + " may read this "
              + word;
      case RATE_LIMITED -> server() + " has had too many requests (429)" + waitAdvice();
      case UNAVAILABLE -> server() + " answers " + status + quote();
      case INTEGRITY -> "the file is shorter than the Hub's listing says (416)";
      case INVALID_RESPONSE, OFFLINE ->
          server() + " answers " + status + quote() + ": check that HF_ENDPOINT is a Hub";
    };
  }

  private String page() {
    return config.endpoint() + subject.repository().pagePath();
  }

  private String tokenAdvice(String which) {
    return config
        .token()
        .map(token -> "use a token " + which + " (sent was the " + token + ")")
        .orElse("set HF_TOKEN to a token " + which);
  }

  private String tokenName() {
    return config.token().map(AccessToken::toString).orElse("token (none is set)");
  }

  private String waitAdvice() {
    String wait =
        RateLimit.wait(status, headers)
            .map(duration -> ": it asks to wait " + duration.toSeconds() + " s")
            .orElse("");
    return wait
        + (config.token().isPresent() ? "; try again later" : "; a token in HF_TOKEN allows more");
  }

  private String server() {
    return Origin.of(answeredBy).toString();
  }

  private String quote() {
    return headers
        .firstValue("X-Error-Message")
        .map(this::harmless)
        .map(text -> " (" + text + ")")
        .orElse("");
  }

  /// A server's own words, which may be hostile or echo what they should not.
  private String harmless(String text) {
    String shown = config.token().map(token -> token.redact(text)).orElse(text);
    String withoutQueries = shown.replaceAll("\\?\\S*", "?…").replaceAll("[^ -~…]", "?");
    return withoutQueries.substring(0, Math.min(withoutQueries.length(), LONGEST_QUOTE));
  }
}
