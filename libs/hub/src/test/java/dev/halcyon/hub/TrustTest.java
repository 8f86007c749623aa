package dev.halcyon.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.hub.HubException.Reason;
import dev.halcyon.hub.fixture.Fault;
import dev.halcyon.hub.fixture.Faults;
import dev.halcyon.hub.fixture.HubServer;
import dev.halcyon.hub.fixture.LocalHub;
import dev.halcyon.hub.fixture.Repository;
import dev.halcyon.hub.fixture.Request;
import dev.halcyon.hub.fixture.TinyModel;
import dev.halcyon.hub.repository.HubFile;
import dev.halcyon.hub.repository.RepositoryId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whom the client shows its token, where it lets itself be sent, and what it lets out.
class TrustTest {
  private static final RepositoryId MODEL = RepositoryId.model("acme/tiny");

  @TempDir Path folder;
  private LocalHub hub;
  private HubServer elsewhere;

  @BeforeEach
  void start() throws IOException {
    hub = new LocalHub(folder);
    elsewhere = HubServer.start();
    Path model = TinyModel.single(folder.resolve("tiny"), 3_000_000);
    hub.server.add(Repository.model("acme/tiny", model).access(Repository.Access.GATED));
    elsewhere.add(Repository.model("acme/tiny", model));
  }

  @AfterEach
  void stop() {
    elsewhere.close();
    hub.close();
  }

  @Test
  void theTokenGoesToTheHubAndToNobodyElse() throws IOException {
    HubClient client = hub.client(hub.config(true));
    HubFile file = client.resolve(MODEL, "main").file("model.safetensors");
    client.download(file, folder.resolve("copy"));
    client.read(client.resolve(MODEL, "main").file("config.json"), 1000);
    assertThat(hub.server.requests())
        .filteredOn(request -> request.origin().equals("hub"))
        .isNotEmpty()
        .allMatch(request -> request.token().equals(Optional.of(LocalHub.TOKEN)));
    assertThat(hub.server.requests())
        .filteredOn(request -> request.origin().equals("cdn"))
        .isNotEmpty()
        .allMatch(TrustTest::showsNoToken);
  }

  @Test
  void aRedirectToAnotherHostTakesNoTokenAlong() throws IOException {
    hub.server
        .faults()
        .always(
            Faults.hub("/revision/"),
            new Fault.RedirectTo(elsewhere.endpoint() + "/api/models/acme/tiny/revision/main"));
    hub.client(hub.config(true)).resolve(MODEL, "main");
    assertThat(elsewhere.requests()).hasSize(1).allMatch(TrustTest::showsNoToken);
  }

  @Test
  void aNextPageOnAnotherHostIsAskedOfTheHubItself() throws IOException {
    hub.server
        .faults()
        .once(
            Faults.hub("/tree/"),
            new Fault.Status(
                200, Map.of("Link", "<" + elsewhere.endpoint() + "/x?cursor=0>; rel=\"next\"")));
    HubClient client = hub.client(hub.config(true));
    assertThatThrownBy(() -> client.resolve(MODEL, "main")).isInstanceOf(HubException.class);
    assertThat(elsewhere.requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://127.0.0.1:1/x", "https://localhost:1/x", "https://[::1]:1/x",
        "https://169.254.169.254/latest/meta-data", "https://10.0.0.1/x", "https://192.168.1.1/x",
        "https://[fd00::1]/x", "https://[::ffff:10.0.0.1]/x", "https://100.64.0.1/x"
      })
  void aPublicHubCannotSendTheClientIntoAPrivateNetwork(String target) {
    hub.server.faults().always(Faults.hub("/api/"), new Fault.RedirectTo(target));
    HubClient client = hub.client(HubClient.builder(hub.config(true)).addresses(publicHub()));
    assertThatThrownBy(() -> client.resolve(MODEL, "main"))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID_RESPONSE))
        .hasMessageContaining("private network");
  }

  @Test
  void aSignedUrlInAPrivateNetworkIsRefusedToo() throws IOException {
    HubConfig config = hub.config(true);
    HubFile file = hub.client(config).resolve(MODEL, "main").file("model.safetensors");
    hub.server
        .faults()
        .always(Faults.hub("/resolve/"), new Fault.RedirectTo("http://10.1.2.3/f?s=1"));
    HubClient client = hub.client(HubClient.builder(config).addresses(publicHub()));
    assertThatThrownBy(() -> client.read(file, 0, 8)).hasMessageContaining("private network");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"file:///etc/passwd", "ftp://x/y", "http://", "http://user:pw@host/x", "::"})
  void aRedirectToSomethingElseThanHttpIsRefused(String target) {
    hub.server.faults().always(Faults.hub("/api/"), new Fault.RedirectTo(target));
    assertThatThrownBy(() -> hub.client().resolve(MODEL, "main"))
        .hasMessageContaining("the server redirects")
        .hasMessageContaining("refused");
  }

  @Test
  void aSecureHubCannotSendTheClientToPlainHttp() {
    RedirectPolicy policy =
        new RedirectPolicy(URI.create("https://hub.example"), host -> List.of(address("1.2.3.4")));
    assertThatThrownBy(
            () -> policy.target("x", URI.create("https://hub.example/a"), "http://cdn.example/b"))
        .hasMessageContaining("plain HTTP");
  }

  @ParameterizedTest
  @CsvSource({
    "8.8.8.8,true",
    "2606:4700::1,true",
    "64:ff9b::808:808,true",
    "127.0.0.1,false",
    "0.0.0.0,false",
    "10.255.0.1,false",
    "172.16.0.1,false",
    "172.32.0.1,true",
    "192.168.0.1,false",
    "169.254.1.1,false",
    "100.127.0.1,false",
    "100.128.0.1,true",
    "198.18.0.1,false",
    "192.0.0.1,false",
    "224.0.0.1,false",
    "255.255.255.255,false",
    "::1,false",
    "::,false",
    "fe80::1,false",
    "fc00::1,false",
    "ff02::1,false",
    "64:ff9b::a00:1,false"
  })
  void privateAndSpecialAddressesAreKnown(String address, boolean isPublic) {
    assertThat(PublicAddress.is(address(address))).isEqualTo(isPublic);
  }

  @Test
  void neitherTokenNorSignatureIsInLogsEventsOrErrors() throws IOException {
    List<String> logged = new ArrayList<>();
    Handler capture = capture(logged);
    Logger root = Logger.getLogger("");
    root.addHandler(capture);
    Level before = root.getLevel();
    root.setLevel(Level.ALL);
    try {
      List<String> said = new ArrayList<>();
      for (Fault fault : leaky()) {
        said.addAll(sayOn(fault));
      }
      said.addAll(hub.events.heard);
      said.addAll(logged);
      assertThat(said).isNotEmpty().noneMatch(text -> text.contains(LocalHub.TOKEN));
      assertThat(said).noneMatch(text -> text.contains("Signature=") || text.contains("s3cr3t"));
    } finally {
      root.setLevel(before);
      root.removeHandler(capture);
    }
  }

  private static List<Fault> leaky() {
    String echo = "no access for Bearer " + LocalHub.TOKEN + " at http://x/y?Signature=s3cr3t";
    return List.of(
        new Fault.Status(403, Map.of("X-Error-Message", echo)),
        new Fault.Status(404, Map.of("X-Error-Message", echo)),
        new Fault.Status(503, Map.of("X-Error-Message", echo)),
        new Fault.RedirectTo("http://127.0.0.1:1/a?Signature=s3cr3t"),
        new Fault.RedirectTo("http://bad host/a?Signature=s3cr3t"),
        new Fault.RedirectTo("/loop?Signature=s3cr3t"),
        new Fault.ResetAfter(10),
        new Fault.Endless(),
        new Fault.Garbage());
  }

  private List<String> sayOn(Fault fault) throws IOException {
    List<String> said = new ArrayList<>();
    HubFile file = hub.client(hub.config(true)).resolve(MODEL, "main").file("model.safetensors");
    HubClient client = hub.client(hub.config(true));
    hub.server.faults().always(request -> true, fault);
    for (Call call :
        List.<Call>of(() -> client.resolve(MODEL, "main"), () -> client.read(file, 0, 8))) {
      try {
        call.run();
      } catch (IOException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
          said.add(cause.toString());
        }
      }
    }
    hub.server.faults().clear();
    return said;
  }

  private interface Call {
    void run() throws IOException;
  }

  private static Handler capture(List<String> logged) {
    return new Handler() {
      @Override
      public void publish(LogRecord record) {
        logged.add(new java.util.logging.SimpleFormatter().format(record));
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }

  private static boolean showsNoToken(Request request) {
    return request.token().isEmpty() && !request.toString().contains(LocalHub.TOKEN);
  }

  /// Name service in which the local Hub is on the open internet: the policy looks up the endpoint
  /// before the redirect's target, which may have the same host.
  private static HostAddresses publicHub() {
    AtomicBoolean endpointIsNext = new AtomicBoolean(true);
    return host -> {
      boolean endpoint = endpointIsNext.getAndSet(!endpointIsNext.get());
      return endpoint ? List.of(address("93.184.215.14")) : HostAddresses.system().of(host);
    };
  }

  private static InetAddress address(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (java.net.UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
