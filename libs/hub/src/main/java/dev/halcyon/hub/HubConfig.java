package dev.halcyon.hub;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Where the Hub is, who asks, and what of it lies on this machine.
///
/// @param endpoint the Hub, without a path's trailing slash
/// @param datasetsServer serves data sets as rows; the token goes there too
/// @param token opens private and gated repositories
/// @param cache the folder of the local Hugging Face cache, whether it exists or not; only read
/// @param offline nothing is asked over the network
public record HubConfig(
    URI endpoint, URI datasetsServer, Optional<AccessToken> token, Path cache, boolean offline) {
  private static final String PUBLIC_ENDPOINT = "https://huggingface.co";

  public HubConfig {
    endpoint = checked("endpoint", endpoint);
    datasetsServer = checked("data sets server", datasetsServer);
    requireNonNull(token, "token is null");
    requireNonNull(cache, "cache is null");
  }

  /// The configuration that this process's environment gives; see [#fromEnvironment(Map)].
  public static HubConfig fromEnvironment() {
    return fromEnvironment(System.getenv());
  }

  /// Reads the variables that Hugging Face's own tools read, with their meanings and defaults:
  /// `HF_ENDPOINT`, `HF_TOKEN`, `HF_TOKEN_PATH`, `HF_HOME`, `HF_HUB_CACHE`, `XDG_CACHE_HOME`,
  /// `HF_HUB_OFFLINE` or `TRANSFORMERS_OFFLINE`; and our `HALCYON_DATASETS_SERVER`, the data sets
  /// server of an endpoint of one's own.
  ///
  /// @throws IllegalArgumentException where a value cannot be used; the message names the variable
  public static HubConfig fromEnvironment(Map<String, String> environment) {
    return new Environment(environment).read();
  }

  private static URI checked(String what, URI uri) {
    boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    if (!http || uri.getHost() == null || uri.getRawUserInfo() != null || uri.getQuery() != null) {
      throw new IllegalArgumentException(
          "the Hub's " + what + " is not of the form https://host or http://host:port");
    }
    String text = uri.toString();
    return text.endsWith("/") ? URI.create(text.replaceAll("/+$", "")) : uri;
  }

  /// The environment's variables, read once.
  private record Environment(Map<String, String> variables) {
    private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");

    HubConfig read() {
      URI endpoint = uri("HF_ENDPOINT", value("HF_ENDPOINT").orElse(PUBLIC_ENDPOINT));
      return new HubConfig(endpoint, datasetsServer(endpoint), token(), cache(), offline());
    }

    private URI datasetsServer(URI endpoint) {
      return value("HALCYON_DATASETS_SERVER")
          .map(text -> uri("HALCYON_DATASETS_SERVER", text))
          .orElseGet(() -> besideEndpoint(endpoint));
    }

    /// The `datasets` library's rule, `datasets-server.` before the endpoint's host, where the host
    /// is a name that can have such a neighbour.
    private static URI besideEndpoint(URI endpoint) {
      String host = endpoint.getHost();
      if (host == null || !host.contains(".") || host.matches("[0-9.]+|\\[.*")) {
        return endpoint;
      }
      return URI.create(endpoint.toString().replaceFirst("://", "://datasets-server."));
    }

    private Optional<AccessToken> token() {
      return value("HF_TOKEN")
          .map(String::strip)
          .map(secret -> new AccessToken(secret, "HF_TOKEN"))
          .or(this::tokenFromFile);
    }

    private Optional<AccessToken> tokenFromFile() {
      Path file = value("HF_TOKEN_PATH").map(this::path).orElseGet(() -> home().resolve("token"));
      if (!Files.isRegularFile(file)) {
        return Optional.empty();
      }
      try {
        String secret = Files.readString(file).strip();
        return secret.isEmpty()
            ? Optional.empty()
            : Optional.of(new AccessToken(secret, file.toString()));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read the token file " + file, e);
      }
    }

    private Path cache() {
      return value("HF_HUB_CACHE")
          .or(() -> value("HUGGINGFACE_HUB_CACHE"))
          .map(this::path)
          .orElseGet(() -> home().resolve("hub"));
    }

    private Path home() {
      return value("HF_HOME").map(this::path).orElseGet(() -> userCache().resolve("huggingface"));
    }

    private Path userCache() {
      return value("XDG_CACHE_HOME").map(this::path).orElseGet(() -> path("~/.cache"));
    }

    private boolean offline() {
      return value("HF_HUB_OFFLINE")
          .or(() -> value("TRANSFORMERS_OFFLINE"))
          .map(text -> TRUE.contains(text.toUpperCase(java.util.Locale.ROOT)))
          .orElse(false);
    }

    private Path path(String text) {
      boolean inHome = text.equals("~") || text.startsWith("~/");
      return inHome ? Path.of(System.getProperty("user.home"), text.substring(1)) : Path.of(text);
    }

    private static URI uri(String variable, String text) {
      try {
        return checked("address in " + variable, new URI(text));
      } catch (java.net.URISyntaxException e) {
        throw new IllegalArgumentException(variable + " is not a URL: " + e.getReason(), e);
      }
    }

    private Optional<String> value(String name) {
      return Optional.ofNullable(variables.get(name)).filter(text -> !text.isBlank());
    }
  }
}
