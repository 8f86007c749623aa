package dev.halcyon.standalone;

import dev.halcyon.services.common.BadInputException;
import dev.halcyon.services.common.EnvironmentException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/// The HTTP address of a running service, as options of a command name it.
final class ServiceAddress {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int NOT_FOUND = 404;
  private static final int OK = 200;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "" + ServeCommand.DEFAULT_HTTP_PORT,
      converter = PortConverter.class,
      description = "HTTP port of the service on this machine (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Address of the service on another machine, as http://HOST:PORT.")
  private URI url;

  /// The path with each of its segments escaped.
  static String path(String... segments) {
    return Arrays.stream(segments)
        .flatMap(segment -> Arrays.stream(segment.split("/")))
        .map(part -> URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"))
        .collect(Collectors.joining("/", "/", ""));
  }

  /// The whole answer.
  ///
  /// @param absent what the error says where the service answers 404
  byte[] get(String path, String absent) {
    try (InputStream answer = open(path, absent)) {
      return answer.readAllBytes();
    } catch (IOException e) {
      throw new EnvironmentException(
          address(path) + " closed the connection before the end of its response", e);
    }
  }

  /// The answer as a stream, which the caller closes.
  ///
  /// @param absent what the error says where the service answers 404
  InputStream open(String path, String absent) {
    URI address = address(path);
    try {
      HttpResponse<InputStream> response = send(address);
      if (response.statusCode() == NOT_FOUND) {
        throw new BadInputException(absent);
      }
      if (response.statusCode() != OK) {
        throw new EnvironmentException(address + " returned status " + response.statusCode());
      }
      return response.body();
    } catch (IOException e) {
      throw new EnvironmentException(
          "no response from %s: is the service running there?".formatted(address), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EnvironmentException("interrupted", e);
    }
  }

  private HttpResponse<InputStream> send(URI address) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(address).timeout(PATIENCE).build();
    return HttpClientHolder.CLIENT.send(request, BodyHandlers.ofInputStream());
  }

  private URI address(String path) {
    String base = url == null ? "http://127.0.0.1:" + port : url.toString().replaceAll("/+$", "");
    if (!base.startsWith("http://") && !base.startsWith("https://")) {
      throw new BadInputException("--url %s is not an http address".formatted(url));
    }
    return URI.create(base + path);
  }

  /// One client for all requests of the command, made with the first.
  private static final class HttpClientHolder {
    static final HttpClient CLIENT = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  }
}
