package dev.halcyon.objectstore;

import java.net.URI;
import java.util.Map;
import java.util.Objects;

/// Where an S3 server is and who we are there.
///
/// @param endpoint scheme, host and port, as `http://minio:9000`
/// @param region `us-east-1` suits servers that have no regions
public record S3Access(URI endpoint, String region, String accessKey, String secretKey) {
  private static final String DEFAULT_ENDPOINT = "https://s3.amazonaws.com";
  private static final String DEFAULT_REGION = "us-east-1";

  public S3Access {
    Objects.requireNonNull(endpoint, "endpoint is null");
    requireServer(endpoint);
    requireText("region", region);
    requireText("access key", accessKey);
    requireText("secret key", secretKey);
  }

  /// Reads the variables that S3's own tools read: `AWS_ENDPOINT_URL_S3` or `AWS_ENDPOINT_URL`
  /// (Amazon's if neither is set), `AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`.
  public static S3Access fromEnvironment(Map<String, String> environment) {
    String endpoint =
        environment.getOrDefault(
            "AWS_ENDPOINT_URL_S3", environment.getOrDefault("AWS_ENDPOINT_URL", DEFAULT_ENDPOINT));
    return new S3Access(
        URI.create(endpoint),
        environment.getOrDefault("AWS_REGION", DEFAULT_REGION),
        required(environment, "AWS_ACCESS_KEY_ID"),
        required(environment, "AWS_SECRET_ACCESS_KEY"));
  }

  private static String required(Map<String, String> environment, String name) {
    String value = environment.getOrDefault(name, "");
    if (value.isBlank()) {
      throw new IllegalArgumentException(
          "an S3 store needs the environment variable %s".formatted(name));
    }
    return value;
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
          "the S3 endpoint must be http:// or https:// with a host and perhaps a port");
    }
  }

  private static void requireText(String name, String value) {
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException("the S3 %s is missing".formatted(name));
    }
  }

  /// Without the secret key.
  @Override
  public String toString() {
    return "S3Access[endpoint=%s, region=%s, accessKey=%s]".formatted(endpoint, region, accessKey);
  }
}
