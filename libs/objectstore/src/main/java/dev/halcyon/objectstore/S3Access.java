package dev.halcyon.objectstore;

import java.net.URI;
import java.util.Map;
import java.util.Objects;

/// Where an S3 server is and who we are there.
///
/// @param endpoint scheme, host and port, as `http://minio:9000`
/// @param region `us-east-1` suits servers that have no regions
/// @param credentials who we are
public record S3Access(URI endpoint, String region, S3Credentials credentials) {
  private static final String DEFAULT_ENDPOINT = "https://s3.amazonaws.com";
  private static final String DEFAULT_REGION = "us-east-1";

  public S3Access {
    Objects.requireNonNull(endpoint, "endpoint is null");
    requireServer(endpoint);
    Objects.requireNonNull(credentials, "credentials is null");
    if (region == null || region.isBlank()) {
      throw new IllegalArgumentException("the S3 region is missing");
    }
  }

  /// Reads the variables that S3's own tools read: `AWS_ENDPOINT_URL_S3` or `AWS_ENDPOINT_URL`
  /// (Amazon's if neither is set), `AWS_REGION`, and those of [S3Credentials#fromEnvironment].
  public static S3Access fromEnvironment(Map<String, String> environment) {
    String endpoint =
        environment.getOrDefault(
            "AWS_ENDPOINT_URL_S3", environment.getOrDefault("AWS_ENDPOINT_URL", DEFAULT_ENDPOINT));
    return new S3Access(
        URI.create(endpoint),
        environment.getOrDefault("AWS_REGION", DEFAULT_REGION),
        S3Credentials.fromEnvironment(environment));
  }

  private static void requireServer(URI endpoint) {
    boolean http = "http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme());
    boolean bare =
        ("".equals(endpoint.getRawPath()) || "/".equals(endpoint.getRawPath()))
            && endpoint.getRawUserInfo() == null
            && endpoint.getRawQuery() == null
            && endpoint.getRawFragment() == null;
    if (!http || endpoint.getHost() == null || !bare) {
      throw new IllegalArgumentException(
          "the S3 endpoint must be http:// or https:// with a host and an optional port");
    }
  }
}
