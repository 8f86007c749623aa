package dev.halcyon.hub;

import static java.util.Objects.requireNonNull;

/// A secret that opens private and gated repositories, and where it was found, so that a message
/// can say which token is wrong without showing it.
///
/// @param secret never printed
/// @param origin as `HF_TOKEN` or the token file's path
public record AccessToken(String secret, String origin) {
  /// Checks the secret without showing it.
  ///
  /// @throws IllegalArgumentException where the secret could not be sent in a header; the message
  ///   does not show it
  public AccessToken {
    requireNonNull(origin, "origin is null");
    if (secret.isEmpty() || !secret.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IllegalArgumentException(
          "the token in " + origin + " is not one line of printable ASCII: check the token");
    }
  }

  String header() {
    return "Bearer " + secret;
  }

  /// The text without the secret.
  String redact(String text) {
    return text.replace(secret, "<token>");
  }

  /// Names where the token is from, never the token.
  @Override
  public String toString() {
    return "token from " + origin;
  }
}
