package dev.halcyon.hub;

import dev.halcyon.hub.HubException.Reason;
import dev.halcyon.hub.repository.Subject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpTimeoutException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/// HTTP with the Hub's manners: the token for the Hub alone, redirects only where they may lead,
/// pauses that a host asks for kept by all, and bodies watched while they come.
final class HubHttp implements AutoCloseable {
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final int MOST_REDIRECTS = 5;
  private static final int MOST_ERROR_BYTES = 16 << 10;
  private static final long LONGEST_TICK_MILLIS = 100;

  // Takes the place of a body that has not begun when nobody waits for it any more.
  private static final WatchedBody<Void> GIVEN_UP = new RefusedBody<>(new IOException("given up"));

  private final HubConfig config;
  private final TransferSettings settings;
  private final HubClock clock;
  private final HubListener listener;
  private final RedirectPolicy redirects;
  private final RateGate gate;
  private final Set<Origin> trusted;
  private final long tickMillis;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient client;

  HubHttp(
      HubConfig config,
      TransferSettings settings,
      HubClock clock,
      HubListener listener,
      HostAddresses addresses) {
    this.config = config;
    this.settings = settings;
    this.clock = clock;
    this.listener = listener;
    this.redirects = new RedirectPolicy(config.endpoint(), addresses);
    this.gate = new RateGate(clock);
    this.trusted =
        Stream.of(config.endpoint(), config.datasetsServer())
            .map(Origin::of)
            .collect(Collectors.toUnmodifiableSet());
    this.tickMillis = tickMillis(settings);
    this.client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(settings.connectTimeout())
            .executor(executor)
            .build();
  }

  private static long tickMillis(TransferSettings settings) {
    long shortest =
        Math.min(settings.stallTimeout().toMillis(), settings.slowPatience().toMillis());
    return Math.clamp(shortest / 4, 1, LONGEST_TICK_MILLIS);
  }

  /// An answer in memory of at most that many bytes, with retries.
  ///
  /// @throws HubException for every status but a success, classed
  Reply<byte[]> read(HubRequest request, int most) throws IOException {
    return success(
        request,
        withRetries(
            request,
            new Attempts(request.what(), settings, clock, listener),
            (status, headers) -> CappedBody.whole(request.what(), most)));
  }

  /// The headers that answer a request for them. A redirect to another host is handed back.
  ///
  /// @param attempts of the work that the request is part of
  Reply<byte[]> head(HubRequest request, Attempts attempts) throws IOException {
    return withRetries(request, attempts, (status, headers) -> CappedBody.beginning(0));
  }

  Supplier<BodyWatch> stallWatch(String what) {
    return () -> BodyWatch.stalls(what, clock, settings.stallTimeout());
  }

  /// The same reply.
  ///
  /// @throws HubException where it is none of success
  <T> Reply<T> success(HubRequest request, Reply<T> reply) throws HubException {
    if (!reply.isSuccess()) {
      throw error(request.subject(), reply);
    }
    return reply;
  }

  HubException error(Subject subject, Reply<?> reply) {
    return new ErrorReply(subject, reply.uri(), reply.status(), reply.headers(), config)
        .exception();
  }

  private Reply<byte[]> withRetries(
      HubRequest request, Attempts attempts, Receiver<byte[]> receiver) throws IOException {
    while (true) {
      try {
        return exchange(request, receiver, stallWatch(request.what()));
      } catch (HubException e) {
        attempts.failed(e);
      }
    }
  }

  /// One try: one answer, at the end of its redirects.
  ///
  /// @throws HubException where there is none, or one that may be another soon
  <T> Reply<T> exchange(HubRequest request, Receiver<T> receiver, Supplier<BodyWatch> watches)
      throws IOException {
    HubRequest current = request;
    for (int i = 0; i <= MOST_REDIRECTS; i++) {
      Reply<T> reply = send(current, receiver, watches);
      if (!REDIRECTS.contains(reply.status())) {
        return reply;
      }
      URI target = redirectTarget(current, reply);
      if (!request.offHost() && !Origin.of(target).equals(Origin.of(current.uri()))) {
        return new Reply<>(
            reply.status(), reply.headers(), current.uri(), Optional.of(target), null);
      }
      current = current.at(target);
    }
    throw new HubException(
        Reason.INVALID_RESPONSE,
        "[" + request.what() + "] more than " + MOST_REDIRECTS + " redirects: refused");
  }

  private URI redirectTarget(HubRequest request, Reply<?> reply) throws HubException {
    String location =
        reply
            .headers()
            .firstValue("Location")
            .orElseThrow(() ->
                new HubException(
                    Reason.INVALID_RESPONSE,
                    "[" + request.what() + "] the server's redirect has no target"));
    return redirects.target(request.what(), request.uri(), location);
  }

  private <T> Reply<T> send(HubRequest request, Receiver<T> receiver, Supplier<BodyWatch> watches)
      throws IOException {
    AtomicReference<WatchedBody<?>> body = new AtomicReference<>();
    HttpResponse<T> response;
    try {
      gate.pass(Origin.of(request.uri()));
      response =
          await(client.sendAsync(http(request), handler(receiver, body)), body, watches.get());
    } catch (InterruptedException e) {
      throw Failures.interrupted(request.what(), e);
    } catch (ExecutionException e) {
      throw own(e.getCause()).orElseGet(() -> failure(request, e.getCause()));
    }
    Reply<T> reply =
        new Reply<>(
            response.statusCode(),
            response.headers(),
            request.uri(),
            Optional.empty(),
            response.body());
    if (ErrorReply.mayPass(reply.status())) {
      HubException error = error(request.subject(), reply);
      closeGate(request, error);
      throw error;
    }
    return reply;
  }

  private void closeGate(HubRequest request, HubException error) {
    if (error.reason() == Reason.RATE_LIMITED) {
      error
          .retryAfter()
          .filter(wait -> wait.compareTo(settings.longestWait()) <= 0)
          .ifPresent(wait -> gate.closeFor(Origin.of(request.uri()), wait));
    }
  }

  private HttpRequest http(HubRequest request) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(request.uri())
            .method(request.method(), BodyPublishers.noBody())
            .timeout(settings.responseTimeout())
            .header("User-Agent", "halcyon")
            .header("Accept-Encoding", "identity");
    request.headers().forEach(builder::header);
    // HTTP/2 would send all ranges through one connection, and a connection's rate is what limits.
    boolean separate = request.headers().containsKey("Range");
    if (separate || request.uri().getScheme().equals("http")) {
      builder.version(HttpClient.Version.HTTP_1_1);
    }
    if (trusted.contains(Origin.of(request.uri()))) {
      config.token().ifPresent(token -> builder.header("Authorization", token.header()));
    }
    return builder.build();
  }

  @SuppressWarnings("unchecked") // an error's bytes are never handed on as the body of a success
  private static <T> BodyHandler<T> handler(
      Receiver<T> receiver, AtomicReference<WatchedBody<?>> begun) {
    return info -> {
      WatchedBody<T> body;
      if (info.statusCode() == 200 || info.statusCode() == 206) {
        body = begin(receiver, info);
      } else {
        body = (WatchedBody<T>) new IgnoredBody(MOST_ERROR_BYTES);
      }
      if (!begun.compareAndSet(null, body)) {
        body.stop(new IOException("cancelled before the response"));
      }
      return body;
    };
  }

  private static <T> WatchedBody<T> begin(Receiver<T> receiver, HttpResponse.ResponseInfo info) {
    try {
      return receiver.begin(info.statusCode(), info.headers());
    } catch (IOException e) {
      return new RefusedBody<>(e);
    }
  }

  private <T> HttpResponse<T> await(
      CompletableFuture<HttpResponse<T>> future,
      AtomicReference<WatchedBody<?>> body,
      BodyWatch watch)
      throws InterruptedException, ExecutionException {
    try {
      while (true) {
        try {
          return future.get(tickMillis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
          watch(body.get(), watch);
        }
      }
    } finally {
      giveUp(future, body);
    }
  }

  /// Leaves nothing behind that could still write into the body's memory.
  private static void giveUp(CompletableFuture<?> future, AtomicReference<WatchedBody<?>> body) {
    if (!future.isDone()) {
      future.cancel(true);
    }
    WatchedBody<?> begun = body.getAndSet(GIVEN_UP);
    if (begun != null) {
      begun.stop(new IOException("given up"));
    }
  }

  private static void watch(WatchedBody<?> body, BodyWatch watch) {
    if (body == null) {
      return;
    }
    try {
      watch.check(body);
    } catch (IOException e) {
      body.stop(e);
    }
  }

  /// What a body of ours was stopped with, under whatever the HTTP client has wrapped it in.
  private static Optional<IOException> own(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof HubException
          || cause instanceof RangesIgnoredException
          || cause instanceof SlowConnectionException) {
        return Optional.of((IOException) cause);
      }
    }
    return Optional.empty();
  }

  private static IOException failure(HubRequest request, Throwable cause) {
    return switch (cause) {
      case HttpTimeoutException e ->
          unavailable(request, "no answer from " + host(request) + " in time", e);
      case SSLException e -> unavailable(request, "no secure connection to " + host(request), e);
      case ConnectException e -> unavailable(request, "cannot connect to " + host(request), e);
      case ProtocolException e when hasTooManyHeaders(e) ->
          new HubException(
              Reason.INVALID_RESPONSE,
              "["
                  + request.what()
                  + "] "
                  + host(request)
                  + " sends too many headers: refused; check HF_ENDPOINT",
              e);
      case ProtocolException e ->
          unavailable(request, host(request) + " does not send valid HTTP", e);
      case IOException e ->
          unavailable(request, "the connection to " + host(request) + " broke off", e);
      case Error e -> throw e;
      case RuntimeException e -> throw e;
      default -> new IOException(cause);
    };
  }

  /// The JDK tells its limit on headers (`jdk.http.maxHeaderSize`, 384 KiB) from other faults of
  /// protocol by its words alone; under other words a server would be asked again, then given up.
  private static boolean hasTooManyHeaders(ProtocolException failure) {
    return String.valueOf(failure.getMessage()).contains("Header size too big");
  }

  private static HubException unavailable(HubRequest request, String problem, IOException cause) {
    return new HubException(
        Reason.UNAVAILABLE,
        "[" + request.what() + "] " + problem + ": check the network and try again",
        cause);
  }

  private static String host(HubRequest request) {
    return Origin.of(request.uri()).toString();
  }

  @Override
  public void close() {
    client.shutdownNow();
    client.close();
    executor.close();
  }
}
