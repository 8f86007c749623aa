package dev.halcyon.standalone;

import dev.halcyon.services.common.EnvironmentException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/// A Kafka broker and controller in this JVM, reachable from this machine only.
final class EmbeddedBroker implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final int NODE = 1;

  /// One node is the whole cluster; the id only has to stay the same for a folder's life.
  private static final String CLUSTER_ID = "aGFsY3lvbi1zdGFuZA";

  private final KafkaRaftServer server;
  private final Address address;

  private EmbeddedBroker(KafkaRaftServer server, Address address) {
    this.server = server;
    this.address = address;
  }

  /// Where a broker listens.
  record Address(int port, int controllerPort) {
    /// @param port to listen on; 0 for any that is free
    /// @throws EnvironmentException where the port is taken
    static Address free(int port) {
      return new Address(Ports.free(port), Ports.free(0));
    }

    String bootstrapServers() {
      return HOST + ":" + port;
    }
  }

  /// Starts a broker that keeps its log in a folder, which may hold an earlier broker's.
  ///
  /// @throws EnvironmentException where the port is taken or the folder cannot be written
  static EmbeddedBroker start(Path folder, Address address) {
    return start(folder, address, Map.of());
  }

  /// The same with further settings of the broker, which come before the usual ones.
  static EmbeddedBroker start(Path folder, Address address, Map<String, String> further) {
    try {
      format(folder);
      Map<String, String> settings = settings(folder, address);
      settings.putAll(further);
      KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
      server.startup();
      return new EmbeddedBroker(server, address);
    } catch (Exception e) {
      throw new EnvironmentException(
          "cannot start a broker in %s on port %d: %s"
              .formatted(folder, address.port(), e.getMessage()),
          e);
    }
  }

  String bootstrapServers() {
    return address.bootstrapServers();
  }

  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }

  private static void format(Path folder) throws Exception {
    new Formatter()
        .setNodeId(NODE)
        .setClusterId(CLUSTER_ID)
        .addDirectory(folder.toString())
        .setMetadataLogDirectory(folder.toString())
        .setControllerListenerName("CONTROLLER")
        .setReleaseVersion(MetadataVersion.latestProduction())
        .setIgnoreFormatted(true)
        .setPrintStream(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .run();
  }

  private static Map<String, String> settings(Path folder, Address address) {
    Map<String, String> settings = new HashMap<>();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", "" + NODE);
    settings.put("controller.quorum.voters", NODE + "@" + HOST + ":" + address.controllerPort());
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put("inter.broker.listener.name", "BROKER");
    settings.put("listener.security.protocol.map", "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT");
    settings.put(
        "listeners",
        "BROKER://%s,CONTROLLER://%s:%d"
            .formatted(address.bootstrapServers(), HOST, address.controllerPort()));
    settings.put("log.dirs", folder.toString());
    settings.put("auto.create.topics.enable", "false");
    settings.put("default.replication.factor", "1");
    settings.put("offsets.topic.num.partitions", "1");
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("transaction.state.log.num.partitions", "1");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("share.coordinator.state.topic.num.partitions", "1");
    settings.put("share.coordinator.state.topic.replication.factor", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
    settings.put("group.initial.rebalance.delay.ms", "0");
    settings.put("log.cleaner.dedupe.buffer.size", "2097152");
    settings.put("broker.session.timeout.ms", "3000");
    settings.put("broker.heartbeat.interval.ms", "500");
    settings.put("metric.reporters", "");
    settings.put("num.network.threads", "2");
    settings.put("num.io.threads", "4");
    return settings;
  }
}
