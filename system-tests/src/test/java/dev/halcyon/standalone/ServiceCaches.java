package dev.halcyon.standalone;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;

/// The AOT caches of the services that the tests start. The first test of all JVMs that starts a
/// service records them.
final class ServiceCaches {
  private static final Path ROOT = Path.of(System.getProperty("halcyon.root"));

  private ServiceCaches() {}

  /// The cache of a service of this build.
  static synchronized Path of(String service) throws IOException {
    Map<String, Path> applications = applications();
    Path caches = ROOT.resolve("system-tests/target/aot-" + newest(applications));
    Files.createDirectories(caches);
    try (FileChannel lock =
            FileChannel.open(
                caches.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock _ = lock.lock()) {
      if (!Files.exists(caches.resolve(service + ".aot"))) {
        AotCaches.record(
            ServiceProcess.OPTIONS, applications, ROOT.resolve("examples/models"), caches);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return caches.resolve(service + ".aot");
  }

  private static Map<String, Path> applications() {
    Map<String, Path> applications = new LinkedHashMap<>();
    for (String service : Fleet.SERVICES) {
      Path module = ROOT.resolve("services").resolve(service);
      applications.put(service, Path.of(ServiceProcess.applicationOf(module)));
    }
    return applications;
  }

  private static long newest(Map<String, Path> applications) throws IOException {
    long newest = 0;
    for (Path application : applications.values()) {
      newest = Math.max(newest, Files.getLastModifiedTime(application).toMillis());
    }
    return newest;
  }
}
