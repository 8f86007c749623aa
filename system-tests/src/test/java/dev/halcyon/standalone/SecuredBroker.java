package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;

/// A broker with two doors: one that only clients who prove themselves or encrypt get through, and
/// an open one for the test itself.
final class SecuredBroker implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final String PASSWORD = "a-test-password";
  private static final String USER = "halcyon";
  private static final int ITERATIONS = 4096;

  private final EmbeddedBroker broker;
  private final Map<String, String> clients;

  private SecuredBroker(EmbeddedBroker broker, Map<String, String> clients) {
    this.broker = broker;
    this.clients = clients;
  }

  /// One that asks for a user and a password, by SCRAM.
  static SecuredBroker withScram(Path folder) throws ExecutionException, InterruptedException {
    int port = Ports.free(0);
    Map<String, String> settings = new HashMap<>();
    settings.put("sasl.enabled.mechanisms", "SCRAM-SHA-256");
    settings.put(
        "listener.name.secured.scram-sha-256.sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required;");
    EmbeddedBroker broker = start(folder, port, "SASL_PLAINTEXT", settings);
    try (Admin admin =
        Admin.create(Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()))) {
      admin
          .alterUserScramCredentials(
              List.of(
                  new UserScramCredentialUpsertion(
                      USER,
                      new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, ITERATIONS),
                      PASSWORD)))
          .all()
          .get();
    }
    return new SecuredBroker(
        broker,
        Map.of(
            "kafka.bootstrap.servers",
            HOST + ":" + port,
            "kafka.security.protocol",
            "SASL_PLAINTEXT",
            "kafka.sasl.mechanism",
            "SCRAM-SHA-256",
            "kafka.sasl.jaas.config",
            "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
                .formatted(USER, PASSWORD)));
  }

  /// One that speaks TLS, with a certificate of its own.
  static SecuredBroker withTls(Path folder) throws IOException, InterruptedException {
    Path keys = folder.resolve("keys.p12");
    Path trusted = folder.resolve("trusted.p12");
    Path certificate = folder.resolve("broker.pem");
    keytool(keys, "-genkeypair", "-keyalg", "EC", "-dname", "CN=" + HOST, "-ext", "SAN=IP:" + HOST);
    keytool(keys, "-exportcert", "-rfc", "-file", certificate.toString());
    keytool(trusted, "-importcert", "-noprompt", "-file", certificate.toString());
    int port = Ports.free(0);
    Map<String, String> settings = new HashMap<>();
    settings.put("ssl.keystore.type", "PKCS12");
    settings.put("ssl.keystore.location", keys.toString());
    settings.put("ssl.keystore.password", PASSWORD);
    EmbeddedBroker broker = start(folder, port, "SSL", settings);
    return new SecuredBroker(
        broker,
        Map.of(
            "kafka.bootstrap.servers",
            HOST + ":" + port,
            "kafka.security.protocol",
            "SSL",
            "kafka.ssl.truststore.type",
            "PKCS12",
            "kafka.ssl.truststore.location",
            trusted.toString(),
            "kafka.ssl.truststore.password",
            PASSWORD));
  }

  private static void keytool(Path store, String... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        Stream.concat(
                Stream.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()),
                Stream.concat(
                    Stream.of(arguments),
                    Stream.of(
                        "-alias",
                        "broker",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        store.toString())))
            .toList();
    Path log = Files.createTempFile(store.getParent(), "keytool", ".log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertThat(process.waitFor()).as(Files.readString(log)).isZero();
  }

  private static EmbeddedBroker start(
      Path folder, int port, String protocol, Map<String, String> settings) {
    EmbeddedBroker.Address open = EmbeddedBroker.Address.free(0);
    settings.put(
        "listeners",
        "BROKER://%s,SECURED://%s:%d,CONTROLLER://%s:%d"
            .formatted(open.bootstrapServers(), HOST, port, HOST, open.controllerPort()));
    settings.put(
        "listener.security.protocol.map",
        "BROKER:PLAINTEXT,SECURED:%s,CONTROLLER:PLAINTEXT".formatted(protocol));
    return EmbeddedBroker.start(folder.resolve("broker"), open, settings);
  }

  /// The open door.
  String bootstrapServers() {
    return broker.bootstrapServers();
  }

  /// The settings of a service that comes through the other one.
  Map<String, String> clients() {
    return clients;
  }

  @Override
  public void close() {
    broker.close();
  }
}
