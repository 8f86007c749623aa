package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.job.Failure;
import dev.halcyon.hub.fixture.Fault;
import dev.halcyon.hub.fixture.Faults;
import dev.halcyon.hub.fixture.Request;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Jobs on models of a Hub that fails. Each ends in the report of the same models undisturbed, or
/// in an error that says what to do, and the same request succeeds once the Hub is well again.
class HubFaultsTest extends JobsOnHub {
  private static final Predicate<Request> ANY = Faults.hub("/").or(Faults.cdn());

  static Stream<Arguments> survived() {
    return Stream.of(
        Arguments.of("connections reset", 4, Faults.cdn(), new Fault.ResetAfter(1_500_000)),
        Arguments.of("connections reset at once", 2, Faults.cdn(), new Fault.ResetAfter(0)),
        Arguments.of("bodies cut short", 4, Faults.cdn(), new Fault.CloseAfter(1_000_000)),
        Arguments.of("lengths that are too large", 2, Faults.cdn(), new Fault.LengthOff(1000)),
        Arguments.of("503 burst of the Hub", 2, Faults.hub("/"), new Fault.Status(503)),
        Arguments.of("503 burst of the storage", 5, Faults.cdn(), new Fault.Status(503)),
        Arguments.of(
            "429 storm",
            5,
            ANY,
            new Fault.Status(429, Map.of("RateLimit", "\"api\";r=0;t=0", "Retry-After", "9"))),
        Arguments.of("headers without end", 1, Faults.cdn(), new Fault.Garbage()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("survived")
  void aPassingFaultChangesNothingInTheReport(
      String name, int times, Predicate<Request> when, Fault fault) throws Exception {
    server.faults().times(times, when, fault);

    assertUndisturbed(run(base, tuned));
    assertThat(server.faults().shown()).isEqualTo(times);
  }

  /// Six failures in a row are one more than a request for a listing or a header may have.
  @Test
  void aStorageThatFailsInMidJobIsWaitedForLongerThanInPlanning() throws Exception {
    server.faults().times(6, oneRange(), new Fault.Status(503));

    assertUndisturbed(run(base, tuned));
    assertThat(server.faults().shown()).isEqualTo(6);
  }

  /// The first range of a tensor that is asked for.
  private static Predicate<Request> oneRange() {
    AtomicReference<String> chosen = new AtomicReference<>();
    return inTensors()
        .and(request -> {
          String range = request.path() + request.range();
          return range.equals(chosen.updateAndGet(known -> known == null ? range : known));
        });
  }

  @Test
  void signedUrlsThatRunOutInMidJobAreAskedForAnew() throws Exception {
    AtomicInteger ranges = new AtomicInteger();
    Predicate<Request> onTheSecondRange = inTensors().and(_ -> ranges.incrementAndGet() == 2);
    server
        .faults()
        .once(
            onTheSecondRange.and(_ -> {
              server.expireUrls();
              return true;
            }),
            new Fault.ResetAfter(1_500_000));

    assertUndisturbed(run(base, tuned));
    assertThat(server.requests())
        .filteredOn(Request::isHeadRequest)
        .as("one for each file, and one for each whose URL ran out")
        .hasSizeGreaterThan(2);
  }

  static Stream<Arguments> fatal() {
    Failure.Cause user = Failure.Cause.BAD_INPUT;
    Failure.Cause operator = Failure.Cause.ENVIRONMENT;
    Predicate<Request> resolving = Faults.hub("/revision/");
    return Stream.of(
        Arguments.of("another range", Faults.cdn(), new Fault.RangeOff(7), user, "another range"),
        Arguments.of("another size", Faults.cdn(), new Fault.SizeOff(7), operator, "not of the"),
        Arguments.of("another file", Faults.cdn(), new Fault.Body("{}"), operator, "not of the"),
        Arguments.of("endless file", Faults.cdn(), new Fault.Endless(), user, "more bytes than"),
        Arguments.of(
            "endless tensor", inTensors(), new Fault.Endless(), user, "more bytes than the range"),
        Arguments.of("endless answer", resolving, new Fault.Endless(), user, "longer than"),
        Arguments.of("huge headers", resolving, new Fault.HugeHeaders(10_000_000), user, "headers"),
        Arguments.of(
            "huge headers of a tensor",
            inTensors(),
            new Fault.HugeHeaders(1 << 20),
            user,
            "headers"),
        Arguments.of("no Hub", resolving, new Fault.Body("<html>"), user, "not JSON"),
        Arguments.of(
            "a pause of a day",
            resolving,
            new Fault.Status(429, Map.of("Retry-After", "86400")),
            operator,
            "asks to wait 86401 s"),
        Arguments.of(
            "no URL", resolving, new Fault.RedirectTo("file:///etc/passwd"), user, "refused"));
  }

  /// Ranges behind the eight bytes of the header's length and the header.
  private static Predicate<Request> inTensors() {
    return Faults.cdn().and(r -> r.range().map(range -> range.first() > Long.BYTES).orElse(false));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("fatal")
  void aLastingFaultIsAClearErrorAndTheNextRequestSucceeds(
      String name, Predicate<Request> when, Fault fault, Failure.Cause cause, String words)
      throws Exception {
    server.faults().always(when, fault);

    Failure failure = failure(run(base, tuned));
    assertThat(failure.cause()).as(failure.message()).isEqualTo(cause);
    assertThat(failure.message()).containsAnyOf(base, tuned).contains(words);
    assertThat(failure.message()).doesNotContain("Exception").doesNotContain("Signature");

    server.faults().clear();
    assertUndisturbed(run(base, tuned));
  }
}
