package dev.halcyon.standalone;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/// The broker of all tests of this JVM: it starts with the first test that needs one and ends with
/// the JVM. Its folder is in the working folder of this JVM, because commands remove what they find
/// unlocked in the temporary folder: a command in this JVM that looks at the lock releases it.
final class SuiteBroker {
  private static final int POLL_MILLIS = 20;

  private SuiteBroker() {}

  private static final class Holder {
    private static final EmbeddedBroker BROKER = start();

    private static EmbeddedBroker start() {
      LockedFolder folder = LockedFolder.in(Path.of("").toAbsolutePath());
      EmbeddedBroker broker =
          EmbeddedBroker.start(folder.path().resolve("broker"), EmbeddedBroker.Address.free(0));
      Runtime.getRuntime()
          .addShutdownHook(
              Thread.ofPlatform()
                  .unstarted(() -> {
                    broker.close();
                    folder.close();
                  }));
      return broker;
    }
  }

  /// The broker as a new one is: without topics, and so without what an earlier test's services
  /// have taken from them.
  ///
  /// @return its address
  static String emptied() throws ExecutionException, InterruptedException {
    String bootstrapServers = Holder.BROKER.bootstrapServers();
    try (Admin admin =
        Admin.create(Map.<String, Object>of("bootstrap.servers", bootstrapServers))) {
      Set<String> topics = admin.listTopics().names().get();
      admin.deleteTopics(topics).all().get();
      while (!admin.listTopics().names().get().isEmpty()) {
        Thread.sleep(POLL_MILLIS);
      }
    }
    return bootstrapServers;
  }
}
