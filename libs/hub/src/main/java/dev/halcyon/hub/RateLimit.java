package dev.halcyon.hub;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How long a server asks to be left alone, from its headers: `RateLimit: "api";r=0;t=55` of a 429
/// (draft-ietf-httpapi-ratelimit-headers-09) or `Retry-After` in seconds.
final class RateLimit {
  private static final Pattern REMAINING = Pattern.compile(";\\s*r\\s*=\\s*(\\d{1,9})(?!\\d)");
  private static final Pattern RESET = Pattern.compile(";\\s*t\\s*=\\s*(\\d{1,9})(?!\\d)");
  private static final Pattern SECONDS = Pattern.compile("\\s*(\\d{1,9})\\s*");
  private static final Duration MARGIN = Duration.ofSeconds(1);

  private RateLimit() {}

  /// The wait, with a second's margin for the server's rounding; empty where it names none.
  static Optional<Duration> wait(int status, HttpHeaders headers) {
    Optional<Duration> window =
        status == 429
            ? headers.firstValue("RateLimit").flatMap(RateLimit::window)
            : Optional.empty();
    return window
        .or(() -> headers.firstValue("Retry-After").flatMap(RateLimit::seconds))
        .map(MARGIN::plus);
  }

  private static Optional<Duration> window(String header) {
    Matcher remaining = REMAINING.matcher(header);
    Matcher reset = RESET.matcher(header);
    boolean used = remaining.find() && Long.parseLong(remaining.group(1)) == 0;
    return used && reset.find() ? Optional.of(seconds(reset)) : Optional.empty();
  }

  private static Optional<Duration> seconds(String header) {
    Matcher seconds = SECONDS.matcher(header);
    return seconds.matches() ? Optional.of(seconds(seconds)) : Optional.empty();
  }

  private static Duration seconds(Matcher matcher) {
    return Duration.ofSeconds(Long.parseLong(matcher.group(1)));
  }
}
