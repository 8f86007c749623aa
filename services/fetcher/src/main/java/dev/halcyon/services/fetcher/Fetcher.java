package dev.halcyon.services.fetcher;

import dev.halcyon.contracts.job.FetchTask;
import dev.halcyon.hub.HubListener;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.LocalRoots;
import dev.halcyon.services.common.models.ModelUse;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/// The fetcher, wired: what it does with a message, over any transport.
public final class Fetcher implements AutoCloseable {
  /// The service's name in events.
  public static final String SERVICE = RequestHandler.SERVICE;

  private final HubAccess hub;
  private final RequestHandler requests;
  private final FetchHandler fetches;

  /// What a request may reach.
  ///
  /// @param localRoots folders below which a request may name local models
  /// @param hubCacheInPlace whether workers see this machine's Hugging Face cache, so that what it
  ///   holds is read there
  /// @param fisherRate tokens x parameters that a Fisher worker's device does in a second
  /// @param fisherTaskTime that a Fisher task is to take at most
  /// @param window tensors of a job that are announced, or asked for, at a time
  public record Settings(
      List<Path> localRoots,
      boolean hubCacheInPlace,
      double fisherRate,
      Duration fisherTaskTime,
      int window) {
    /// What two cores do: 1024 tokens of 135 million parameters in 7 seconds.
    public static final double FISHER_RATE = 2e10;

    public static final Duration FISHER_TASK_TIME = Duration.ofMinutes(10);

    public Settings {
      if (window < 1) {
        throw new IllegalArgumentException(
            "halcyon.fetcher.window must be 1 or more, not " + window);
      }
      localRoots = List.copyOf(localRoots);
    }
  }

  public Fetcher(ObjectStore store, Settings settings, Announcements announcements) {
    this(store, settings, announcements, new HubLog());
  }

  Fetcher(ObjectStore store, Settings settings, Announcements announcements, HubListener listener) {
    this.hub = HubAccess.fromEnvironment(listener);
    LocalRoots roots = new LocalRoots(settings.localRoots());
    ModelUse use = new ModelUse(store, Clock.systemUTC());
    Dispatch dispatch = new Dispatch(store, use, announcements, settings.window());
    ModelReader reader =
        new ModelReader(
            new LocalModelReader(roots),
            new HubModelReader(hub, store, use, settings.hubCacheInPlace()));
    this.requests =
        new RequestHandler(
            store,
            reader,
            EnginePlanner.of(
                roots, store, new TaskSize(settings.fisherRate(), settings.fisherTaskTime())),
            announcements,
            dispatch);
    this.fetches = new FetchHandler(store, hub, use, announcements, dispatch);
  }

  /// Makes a request a job.
  ///
  /// @param requestId by which its events name it
  /// @param json of the [dev.halcyon.contracts.request.CompareRequest]
  public void plan(String requestId, byte[] json) throws IOException {
    requests.handle(requestId, json);
  }

  /// Brings an object of a model to the store; returns the bytes that came from the Hub.
  public long fetch(FetchTask task) throws IOException {
    return fetches.handle(task);
  }

  RequestHandler requests() {
    return requests;
  }

  FetchHandler fetches() {
    return fetches;
  }

  @Override
  public void close() {
    hub.close();
  }
}
