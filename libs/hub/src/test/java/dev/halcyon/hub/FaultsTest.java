package dev.halcyon.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.hub.HubException.Reason;
import dev.halcyon.hub.fixture.Fault;
import dev.halcyon.hub.fixture.Faults;
import dev.halcyon.hub.fixture.LocalHub;
import dev.halcyon.hub.fixture.Repository;
import dev.halcyon.hub.fixture.Request;
import dev.halcyon.hub.fixture.TinyModel;
import dev.halcyon.hub.repository.HubFile;
import dev.halcyon.hub.repository.RepositoryId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every fault ends in the right bytes or in a clear error.
class FaultsTest {
  private static final RepositoryId MODEL = RepositoryId.model("acme/tiny");
  private static final int CHUNK = LocalHub.CHUNK;
  private static final Predicate<Request> SECOND_CHUNK = Faults.from(CHUNK);

  @TempDir static Path models;
  private static Path model;
  private static Repository repository;

  @TempDir Path folder;
  private LocalHub hub;
  private HubClient client;
  private HubFile file;
  private byte[] content;

  @BeforeAll
  static void makeModel() throws IOException {
    model = TinyModel.single(models.resolve("tiny"), 9_000_000);
    repository = Repository.model("acme/tiny", model);
  }

  @BeforeEach
  void start() throws IOException {
    hub = new LocalHub(folder);
    hub.server.add(repository);
    client = hub.client();
    file = client.resolve(MODEL, "main").file("model.safetensors");
    content = Files.readAllBytes(model.resolve("model.safetensors"));
    hub.server.forgetRequests();
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  static Stream<Arguments> survived() {
    return Stream.of(
        Arguments.of("reset in mid-range", 1, new Fault.ResetAfter(1_500_000)),
        Arguments.of("reset at once", 1, new Fault.ResetAfter(0)),
        Arguments.of("reset again and again", 5, new Fault.ResetAfter(1000)),
        Arguments.of("body cut short", 1, new Fault.CloseAfter(2_000_000)),
        Arguments.of("length announced too large", 1, new Fault.LengthOff(1000)),
        Arguments.of("silence in mid-range", 1, new Fault.StallAfter(1_200_000)),
        Arguments.of("silence after the headers", 1, new Fault.StallAfter(0)),
        Arguments.of("503 burst", 5, new Fault.Status(503)),
        Arguments.of("500, 502, 504, 408", 1, new Fault.Status(408)),
        Arguments.of(
            "429 storm", 5, new Fault.Status(429, Map.of("RateLimit", "\"resolvers\";r=0;t=55"))),
        Arguments.of("garbage instead of HTTP", 1, new Fault.Garbage()),
        Arguments.of("403 of a URL that ran out", 1, new Fault.Status(403)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("survived")
  void aPassingFaultEndsInTheRightBytes(String name, int times, Fault fault) throws IOException {
    client = fault instanceof Fault.StallAfter ? hub.impatientClient() : client;
    hub.server.faults().times(times, Faults.cdn(), fault);
    assertThat(readAll()).isEqualTo(content);
    assertThat(hub.events.heard).isNotEmpty();
    assertThat(hub.events.received.get()).isEqualTo(content.length);
  }

  @Test
  void aDroppedConnectionGoesOnWhereItStopped() throws IOException {
    hub.server.faults().once(SECOND_CHUNK, new Fault.ResetAfter(1_500_000));
    assertThat(readAll()).isEqualTo(content);
    List<Long> starts = rangeStarts();
    assertThat(starts).contains((long) CHUNK);
    assertThat(starts).filteredOn(start -> start % CHUNK != 0).hasSize(1);
    assertThat(starts)
        .filteredOn(start -> start % CHUNK != 0)
        .first()
        .satisfies(start -> assertThat(start).isBetween(CHUNK + 1L, CHUNK + 1_500_000L));
  }

  @Test
  void aSlowConnectionIsReplacedAndKeepsWhatItBrought() throws IOException {
    hub.server.faults().once(SECOND_CHUNK, new Fault.Slow(400_000));
    client = hub.impatientClient();
    assertThat(readAll()).isEqualTo(content);
    assertThat(hub.events.heard).anyMatch(event -> event.startsWith("replaced"));
    List<Request> second =
        hub.server.requests().stream()
            .filter(r -> r.range().map(x -> x.first() / CHUNK == 1).orElse(false))
            .toList();
    assertThat(second).hasSizeGreaterThan(1);
    assertThat(second.get(1).connection()).isNotEqualTo(second.get(0).connection());
    assertThat(second.get(1).range().orElseThrow().first()).isGreaterThan(CHUNK);
  }

  @Test
  void aSignedUrlThatRanOutIsAskedForOnceMore() throws IOException {
    client.read(file, 0, 8);
    hub.server.expireUrls();
    hub.server.forgetRequests();
    assertThat(readAll()).isEqualTo(content);
    assertThat(hub.server.requests()).filteredOn(Request::isHeadRequest).hasSize(1);
  }

  @Test
  void aStorageThatRefusesAllSignedUrlsIsAnError() {
    hub.server.faults().always(Faults.cdn(), new Fault.Status(403));
    assertFails(Reason.FORBIDDEN, "refuses (403) the URLs that the Hub signs");
    assertThat(hub.server.requests())
        .filteredOn(Request::isHeadRequest)
        .hasSizeLessThanOrEqualTo(16);
  }

  @Test
  void aServerWithoutRangesIsReadOnceFromTheBeginning() throws IOException {
    hub.server.faults().always(Faults.cdn(), new Fault.IgnoreRange());
    assertThat(readAll()).isEqualTo(content);
    assertThat(HubClientTest.stream(client, file, 5_000_000, 6_000_000))
        .isEqualTo(Arrays.copyOfRange(content, 5_000_000, 11_000_000));
  }

  @Test
  void aServerThatForgetsRangesAfterADropStartsOver() throws IOException {
    hub.server
        .faults()
        .once(Faults.from(0), new Fault.ResetAfter(900_000))
        .times(1000, Faults.cdn(), new Fault.IgnoreRange());
    assertThat(readAll()).isEqualTo(content);
  }

  @Test
  void aServerWithoutRangesMayBreakOffToo() throws IOException {
    hub.server
        .faults()
        .times(4, Faults.cdn(), new Fault.IgnoreRange())
        .times(2, Faults.cdn().and(r -> r.range().isEmpty()), new Fault.ResetAfter(11_000_000))
        .always(Faults.cdn(), new Fault.IgnoreRange());
    assertThat(readAll()).isEqualTo(content);
  }

  static Stream<Arguments> fatal() {
    return Stream.of(
        Arguments.of(new Fault.Endless(), Reason.INVALID_RESPONSE, "more bytes than the range"),
        Arguments.of(new Fault.RangeOff(7), Reason.INVALID_RESPONSE, "another range"),
        Arguments.of(new Fault.SizeOff(7), Reason.INTEGRITY, "not of the"),
        Arguments.of(new Fault.Compressed(), Reason.INVALID_RESPONSE, "compresses"),
        Arguments.of(new Fault.Status(416), Reason.INTEGRITY, "shorter"),
        Arguments.of(new Fault.Body("{}"), Reason.INTEGRITY, "not of the"),
        Arguments.of(new Fault.ResetAfter(100), Reason.UNAVAILABLE, "given up after 6 tries"),
        Arguments.of(new Fault.CloseAfter(100), Reason.UNAVAILABLE, "given up after 6 tries"),
        Arguments.of(new Fault.LengthOff(-1000), Reason.UNAVAILABLE, "given up after 6 tries"),
        Arguments.of(new Fault.StallAfter(100), Reason.UNAVAILABLE, "given up after 6 tries"),
        Arguments.of(new Fault.Status(503), Reason.UNAVAILABLE, "given up after 6 tries"),
        Arguments.of(new Fault.Garbage(), Reason.UNAVAILABLE, "does not send valid HTTP"),
        Arguments.of(new Fault.Status(429), Reason.RATE_LIMITED, "HF_TOKEN allows more"),
        Arguments.of(
            new Fault.Status(429, Map.of("Retry-After", "86400")),
            Reason.RATE_LIMITED,
            "asks to wait 86401 s"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("fatal")
  void aLastingFaultIsAClearErrorThatNamesTheFile(Fault fault, Reason reason, String words) {
    client = fault instanceof Fault.StallAfter ? hub.impatientClient() : client;
    hub.server.faults().always(Faults.cdn(), fault);
    assertFails(reason, words);
  }

  @Test
  void corruptBytesOfAWholeFileAreFoundByItsDigestAndNothingIsLeft() throws IOException {
    hub.server.faults().once(Faults.from(0), new Fault.Corrupt(12345));
    Path target = folder.resolve("out/model.safetensors");
    assertThatThrownBy(() -> client.download(file, target))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INTEGRITY))
        .hasMessageContaining("SHA-256")
        .hasMessageContaining("model.safetensors");
    assertThat(folder.resolve("out")).isEmptyDirectory();
  }

  @Test
  void aFailedDownloadLeavesNothing() {
    hub.server.faults().always(SECOND_CHUNK, new Fault.Status(503));
    Path target = folder.resolve("out/model.safetensors");
    assertThatThrownBy(() -> client.download(file, target)).isInstanceOf(HubException.class);
    assertThat(folder.resolve("out")).isEmptyDirectory();
  }

  @Test
  void theWaitOfARateLimitIsKeptByAllRequestsWithASecondToSpare() throws IOException {
    hub.server
        .faults()
        .once(Faults.hub("/revision/"), new Fault.Status(429, Map.of("Retry-After", "7")))
        .once(
            Faults.hub("/tree/"),
            new Fault.Status(429, Map.of("RateLimit", "\"api\";r=0;t=55", "Retry-After", "3")))
        .once(
            Faults.hub("/tree/"),
            new Fault.Status(429, Map.of("RateLimit", "\"api\";r=12;t=55", "Retry-After", "3")));
    client.resolve(MODEL, "main");
    assertThat(hub.clock.sleeps())
        .containsExactly(Duration.ofSeconds(8), Duration.ofSeconds(56), Duration.ofSeconds(4));
  }

  @Test
  void backOffDoublesUpToEightSeconds() {
    hub.server.faults().always(Faults.hub("/api/"), new Fault.Status(502));
    assertThatThrownBy(() -> client.resolve(MODEL, "main")).hasMessageContaining("answers 502");
    double[] least = {1, 2, 4, 8, 8};
    assertThat(hub.clock.sleeps()).hasSize(5);
    for (int i = 0; i < 5; i++) {
      double seconds = hub.clock.sleeps().get(i).toNanos() / 1e9;
      assertThat(seconds).isBetween(least[i], least[i] * 1.25);
    }
  }

  @Test
  void aPatientClientWaitsAtLeastTwoMinutesForAStorageThatFails() throws IOException {
    hub.server.faults().times(18, Faults.cdn(), new Fault.Status(503));
    assertThat(client.patient().read(file, 0, 8)).isEqualTo(Arrays.copyOf(content, 8));
    assertThat(slept()).isBetween(Duration.ofMinutes(2), Duration.ofSeconds(160));
  }

  @Test
  void aPatientClientGivesUpOnceAndSaysAfterHowManyTries() {
    hub.server.faults().always(Faults.cdn(), new Fault.Status(503));
    assertThatThrownBy(() -> client.patient().read(file, 0, 8))
        .hasMessageEndingWith("answers 503 (given up after 19 tries)");
    assertThat(hub.server.faults().shown()).isEqualTo(19);
  }

  @Test
  void triesForTheUrlAndForTheBytesCountTogether() {
    AtomicInteger refusals = new AtomicInteger();
    hub.server
        .faults()
        .times(3, Faults.cdn(), new Fault.Status(503))
        .once(Faults.cdn().and(_ -> refusals.incrementAndGet() == 1), new Fault.Status(403))
        .always(Faults.hub("/resolve/").and(_ -> refusals.get() > 0), new Fault.Status(503));
    assertThatThrownBy(() -> client.read(file, 0, 8))
        .hasMessageEndingWith("answers 503 (given up after 6 tries)");
    assertThat(hub.server.faults().shown()).isEqualTo(3 + 1 + 3);
  }

  @Test
  void aServerWithoutRangesThatKeepsFailingIsGivenUpOnce() {
    hub.server
        .faults()
        .times(4, Faults.cdn().and(r -> r.range().isPresent()), new Fault.IgnoreRange())
        .always(Faults.cdn(), new Fault.Status(503));
    assertThatThrownBy(() -> HubClientTest.stream(client, file, 5_000_000, 100))
        .hasMessageEndingWith("answers 503 (given up after 6 tries)");
  }

  private Duration slept() {
    return hub.clock.sleeps().stream().reduce(Duration.ZERO, Duration::plus);
  }

  @Test
  void anEndlessListingIsCutOff() {
    hub.server.faults().always(Faults.hub("/revision/"), new Fault.Endless());
    assertThatThrownBy(() -> client.resolve(MODEL, "main"))
        .hasMessageContaining("acme/tiny")
        .hasMessageContaining("longer than");
  }

  @Test
  void hugeHeadersAreRefused() {
    hub.server.faults().always(Faults.hub("/revision/"), new Fault.HugeHeaders(10_000_000));
    assertThatThrownBy(() -> client.resolve(MODEL, "main"))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID_RESPONSE))
        .hasMessageContaining("acme/tiny")
        .hasMessageContaining("sends too many headers");
    assertThat(hub.server.requests()).hasSize(1);
  }

  @Test
  void answersThatAreNotTheHubsAreRefused() {
    for (String body : List.of("<html>", "[]", "{\"sha\":\"../../x\"}", "{\"sha\":17}", "")) {
      hub.server.faults().clear();
      hub.server.faults().always(Faults.hub("/revision/"), new Fault.Body(body));
      assertThatThrownBy(() -> client.resolve(MODEL, "main"))
          .isInstanceOfSatisfying(
              HubException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID_RESPONSE));
    }
  }

  @Test
  void redirectsInACircleEnd() {
    hub.server
        .faults()
        .always(Faults.hub("/api/"), new Fault.RedirectTo("/api/models/acme/tiny/revision/main"));
    assertThatThrownBy(() -> client.resolve(MODEL, "main")).hasMessageContaining("redirects");
  }

  @Test
  void anUnreachableHubIsNamed() {
    hub.server.close();
    assertThatThrownBy(() -> client.resolve(MODEL, "main"))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE))
        .hasMessageContaining("cannot connect to http://127.0.0.1");
  }

  private byte[] readAll() throws IOException {
    return HubClientTest.stream(client, file, 0, content.length);
  }

  private void assertFails(Reason reason, String words) {
    assertThatThrownBy(this::readAll)
        .isInstanceOfSatisfying(HubException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining("[acme/tiny@" + file.commit() + " model.safetensors]")
        .hasMessageContaining(words);
  }

  private List<Long> rangeStarts() {
    return hub.server.requests().stream()
        .flatMap(request -> request.range().stream())
        .map(Request.Range::first)
        .toList();
  }
}
