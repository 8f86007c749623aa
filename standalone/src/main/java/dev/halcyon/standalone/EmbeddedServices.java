package dev.halcyon.standalone;

import dev.halcyon.services.common.EnvironmentException;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.logging.LogManager;
import org.apache.kafka.common.utils.Exit;
import org.slf4j.LoggerFactory;

/// The broker and all services in this JVM, which holds one such set at most.
final class EmbeddedServices {
  private static final AtomicReference<CompletableFuture<EmbeddedBroker>> BROKER =
      new AtomicReference<>();

  /// What a broker and a small job's results take, roughly; less says that the disk is full.
  private static final long LEAST_ROOM = 16_000_000;

  private static final AtomicReference<Callable<Integer>> WORK = new AtomicReference<>();

  private final Installation installation;

  private EmbeddedServices(Installation installation) {
    this.installation = installation;
  }

  /// Has the broker start and says to the services where everything is.
  ///
  /// @param folder of the broker's log
  /// @param port of the broker; 0 for any that is free
  /// @param installation for the broker's address
  /// @throws EnvironmentException where the port is taken or the disk is full
  static EmbeddedServices start(
      Path folder, int port, Function<String, Installation> installation) {
    EmbeddedBroker.Address address = EmbeddedBroker.Address.free(port);
    Installation installed = installation.apply(address.bootstrapServers());
    requireRoom(folder);
    requireRoom(installed.store());
    sayWhyTheBrokerHalts(folder);
    BROKER.set(start(folder, address));
    installed.configure();
    return new EmbeddedServices(installed);
  }

  /// Before anything is logged, and before threads begin: SLF4J complains on standard error when
  /// two of them wake it up at once.
  static void prepareLogging() {
    SystemLoggers.useQuarkusLog();
    LogManager.getLogManager();
    var _ = LoggerFactory.getILoggerFactory();
  }

  /// Each of broker and services is one thread's work for a second until they meet: they start side
  /// by side.
  private static CompletableFuture<EmbeddedBroker> start(
      Path folder, EmbeddedBroker.Address address) {
    CompletableFuture<EmbeddedBroker> broker = new CompletableFuture<>();
    Thread.ofPlatform()
        .name("broker-start")
        .start(() -> {
          try {
            broker.complete(EmbeddedBroker.start(folder, address));
          } catch (Throwable e) {
            broker.completeExceptionally(e);
          }
        });
    return broker;
  }

  /// Returns when the broker can be talked to.
  ///
  /// @throws EnvironmentException where it could not start
  static void awaitBroker() {
    CompletableFuture<EmbeddedBroker> broker = BROKER.get();
    if (broker == null) {
      return;
    }
    try {
      broker.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  Installation installation() {
    return installation;
  }

  /// Starts the services, does the work beside them, and stops all when it ends.
  ///
  /// @return the work's exit status
  int runUntil(Callable<Integer> work) {
    WORK.set(work);
    AtomicInteger status = new AtomicInteger(ExitCode.BUG.status());
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Quarkus.run(
        Application.class,
        (code, thrown) -> {
          status.set(code);
          failure.set(thrown);
        });
    stopBroker();
    if (failure.get() != null) {
      throw failed(failure.get());
    }
    return status.get();
  }

  /// Stops the broker in order, so that its folder can be opened again at once.
  static void stopBroker() {
    CompletableFuture<EmbeddedBroker> broker = BROKER.getAndSet(null);
    if (broker != null && !broker.isCompletedExceptionally()) {
      broker.join().close();
    }
  }

  /// A broker that finds its disk full says so by many a stack trace, and halts.
  private static void requireRoom(Path folder) {
    Path existing = folder.toAbsolutePath();
    while (!Files.exists(existing)) {
      existing = existing.getParent();
    }
    long room = existing.toFile().getUsableSpace();
    if (room < LEAST_ROOM) {
      throw new EnvironmentException(
          "the disk of %s has %s left; the broker and a small job need %s: free space, or choose another folder (--data DIR)"
              .formatted(existing, Bytes.text(room), Bytes.text(LEAST_ROOM)));
    }
  }

  /// A broker that can no longer write its log halts the JVM; this one says why first.
  private static void sayWhyTheBrokerHalts(Path folder) {
    Exit.setHaltProcedure((_, message) -> {
      if (BROKER.get() != null && !Ending.hasBegun()) {
        System.err.println(
            "halcyon: the broker cannot continue in %s (is the disk full?)".formatted(folder)
                + (message == null ? "" : ": " + message));
        Ending.halt(ExitCode.ENVIRONMENT.status());
      }
    });
  }

  private static RuntimeException failed(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof EnvironmentException environment) {
        return environment;
      }
    }
    return thrown instanceof RuntimeException runtime
        ? runtime
        : new IllegalStateException("the services did not start: " + thrown.getMessage(), thrown);
  }

  /// Runs the work once the services are up.
  static final class Application implements QuarkusApplication {
    @Override
    public int run(String... args) throws Exception {
      return WORK.get().call();
    }
  }
}
