package dev.halcyon.objectstore;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Who we are to an S3 server.
public sealed interface S3Credentials {
  /// Keys that are given.
  ///
  /// @param sessionToken that belongs to temporary keys
  record Keys(String accessKey, String secretKey, Optional<String> sessionToken)
      implements S3Credentials {
    public Keys {
      requireText("access key", accessKey);
      requireText("secret key", secretKey);
    }

    /// Without the secrets.
    @Override
    public String toString() {
      return "Keys[accessKey=%s]".formatted(accessKey);
    }
  }

  /// A profile of the file that Amazon's tools keep, read anew for each request.
  ///
  /// @param file as `~/.aws/credentials`
  /// @param profile as `default`
  record SharedFile(Path file, String profile) implements S3Credentials {}

  /// Temporary keys of a role, asked for anew before they end: by a web identity's token
  /// (`AWS_WEB_IDENTITY_TOKEN_FILE`, `AWS_ROLE_ARN`), from a container's endpoint
  /// (`AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` or `_FULL_URI`) or from the machine's metadata.
  ///
  /// @param endpoint that gives them, where it is not Amazon's (`AWS_ENDPOINT_URL_STS`,
  ///   `AWS_EC2_METADATA_SERVICE_ENDPOINT`)
  record Role(Optional<URI> endpoint) implements S3Credentials {}

  /// What the variables that S3's own tools read stand for, in those tools' order: keys
  /// (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`), a web identity, the
  /// shared file (`AWS_SHARED_CREDENTIALS_FILE`, `AWS_PROFILE`) if it is there, a role.
  static S3Credentials fromEnvironment(Map<String, String> environment) {
    if (isSet(environment, "AWS_ACCESS_KEY_ID") || isSet(environment, "AWS_SECRET_ACCESS_KEY")) {
      return new Keys(
          required(environment, "AWS_ACCESS_KEY_ID"),
          required(environment, "AWS_SECRET_ACCESS_KEY"),
          Optional.ofNullable(environment.get("AWS_SESSION_TOKEN"))
              .filter(text -> !text.isBlank()));
    }
    if (isSet(environment, "AWS_WEB_IDENTITY_TOKEN_FILE")) {
      return new Role(endpoint(environment, "AWS_ENDPOINT_URL_STS"));
    }
    SharedFile shared = sharedFile(environment);
    if (Files.exists(shared.file())) {
      return shared;
    }
    if (hasRole(environment)) {
      return new Role(endpoint(environment, "AWS_EC2_METADATA_SERVICE_ENDPOINT"));
    }
    throw new IllegalArgumentException(
        "an S3 store needs credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, write %s, or give the machine a role"
            .formatted(shared.file()));
  }

  private static SharedFile sharedFile(Map<String, String> environment) {
    String file = environment.get("AWS_SHARED_CREDENTIALS_FILE");
    return new SharedFile(
        file == null
            ? Path.of(System.getProperty("user.home"), ".aws", "credentials")
            : Path.of(file),
        environment.getOrDefault("AWS_PROFILE", "default"));
  }

  private static boolean hasRole(Map<String, String> environment) {
    return List.of("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI")
            .stream()
            .anyMatch(name -> isSet(environment, name))
        || !Boolean.parseBoolean(environment.get("AWS_EC2_METADATA_DISABLED"));
  }

  private static Optional<URI> endpoint(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name))
        .filter(text -> !text.isBlank())
        .map(URI::create);
  }

  private static boolean isSet(Map<String, String> environment, String name) {
    return !environment.getOrDefault(name, "").isBlank();
  }

  private static String required(Map<String, String> environment, String name) {
    if (!isSet(environment, name)) {
      throw new IllegalArgumentException(
          "an S3 store needs the environment variable %s".formatted(name));
    }
    return environment.get(name);
  }

  private static void requireText(String name, String value) {
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException("the S3 %s is missing".formatted(name));
    }
  }
}
