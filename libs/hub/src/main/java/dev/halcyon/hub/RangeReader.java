package dev.halcyon.hub;

import dev.halcyon.hub.FileUrls.Location;
import dev.halcyon.hub.HubException.Reason;
import dev.halcyon.hub.repository.HubFile;
import dev.halcyon.hub.repository.Subject;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads a range of a file, through whatever happens on the way: a lost connection goes on where it
/// stopped, a slow one is replaced, a signed URL that ran out is asked for anew.
final class RangeReader {
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");
  private static final Set<Integer> URL_RAN_OUT = Set.of(400, 401, 403, 404, 410);
  // Of a file that comes whole although a range was asked for, so much is passed over to reach it.
  private static final long MOST_SKIPPED = 1 << 20;
  // So many bytes at one go show that a connection works, and earlier failures are forgotten.
  private static final long PROGRESS = 1 << 20;
  private static final int MOST_REPLACED = 3;
  private static final int MOST_REFRESHED = 3;

  private final HubHttp http;
  private final FileUrls urls;
  private final HubClock clock;
  private final HubListener listener;

  RangeReader(HubHttp http, FileUrls urls, HubClock clock, HubListener listener) {
    this.http = http;
    this.urls = urls;
    this.clock = clock;
    this.listener = listener;
  }

  /// Fills the segment with the file's bytes from that offset.
  ///
  /// @param pace compares connections; null where there is only one
  /// @param next runs at most once, shortly before the end: another range may be asked for
  /// @param attempts of this range
  /// @throws RangesIgnoredException where the server would send the file's whole beginning first
  /// @throws HubException where the bytes cannot be had; some may have been written
  void read(
      HubFile file,
      long offset,
      MemorySegment target,
      ConnectionPace pace,
      Runnable next,
      Attempts attempts)
      throws IOException {
    new Reading(file, offset, target, pace, new HandOver(clock, next), attempts).run();
  }

  /// One range, over as many requests as it takes.
  private final class Reading {
    private final HubFile file;
    private final String what;
    private final long offset;
    private final MemorySegment target;
    private final ConnectionPace pace;
    private final HandOver handOver;
    private final Attempts attempts;
    private Location location;
    private RangeBody body;
    private long filled;
    private int replaced;
    private int refreshed;

    Reading(
        HubFile file,
        long offset,
        MemorySegment target,
        ConnectionPace pace,
        HandOver handOver,
        Attempts attempts) {
      this.file = file;
      this.what = file.toString();
      this.offset = offset;
      this.target = target;
      this.pace = pace;
      this.handOver = handOver;
      this.attempts = attempts;
    }

    void run() throws IOException {
      location = urls.of(file, attempts);
      while (filled < target.byteSize()) {
        Optional<Reply<Long>> reply = tried();
        if (reply.isPresent() && !reply.get().isSuccess()) {
          refused(reply.get());
        }
      }
    }

    /// The reply to one request; empty where the range is to be resumed.
    private Optional<Reply<Long>> tried() throws IOException {
      body = null;
      try {
        return Optional.of(request());
      } catch (SlowConnectionException e) {
        account();
        replaced++;
        listener.replacedSlowConnection(what);
      } catch (HubException e) {
        resumeAfter(e);
      }
      return Optional.empty();
    }

    private Reply<Long> request() throws IOException {
      HubRequest request =
          HubRequest.range(
              location.uri(), Subject.of(file), offset + filled, target.byteSize() - filled);
      long start = clock.nanoTime();
      handOver.ask();
      Reply<Long> reply = http.exchange(request, this::begin, watches());
      noteRate(account(), start);
      return reply;
    }

    private void refused(Reply<?> reply) throws IOException {
      if (!location.signed() || !URL_RAN_OUT.contains(reply.status())) {
        throw http.error(Subject.of(file), reply);
      }
      refresh(reply.status());
    }

    private void noteRate(long bytes, long start) {
      if (pace != null && bytes >= PROGRESS) {
        pace.isFarBehind(bytes / ((clock.nanoTime() - start) / 1e9));
      }
    }

    private void refresh(int status) throws IOException {
      refreshed++;
      if (refreshed > MOST_REFRESHED) {
        throw new HubException(
            Reason.FORBIDDEN,
            "["
                + what
                + "] the storage at "
                + location
                + " refuses ("
                + status
                + ") the URLs that the Hub signs: check this machine's clock, proxies and"
                + " HF_ENDPOINT");
      }
      location = urls.insteadOf(file, location, attempts);
    }

    private Supplier<BodyWatch> watches() {
      Supplier<BodyWatch> stalls = http.stallWatch(what);
      if (pace == null || replaced == MOST_REPLACED) {
        return stalls;
      }
      return () -> {
        BodyWatch stall = stalls.get();
        BodyWatch slow = pace.watch(what, target.byteSize() - filled);
        return watched -> {
          stall.check(watched);
          slow.check(watched);
        };
      };
    }

    /// Adds what the last body brought.
    private long account() {
      long gained = body == null ? 0 : body.filled();
      body = null;
      filled += gained;
      if (gained > 0) {
        listener.received(gained);
        refreshed = 0;
      }
      return gained;
    }

    private void resumeAfter(HubException failure) throws IOException {
      if (account() < PROGRESS || !failure.isTransient()) {
        attempts.failed(failure);
      } else {
        attempts.progressed();
        listener.retrying(what, Duration.ZERO, failure.reason(), failure.getMessage());
      }
    }

    private WatchedBody<Long> begin(int status, HttpHeaders headers) throws IOException {
      refuseEncoding(headers);
      long from = offset + filled;
      MemorySegment rest = target.asSlice(filled);
      body = status == 206 ? exact(headers, from, rest) : wholeFile(headers, from, rest);
      return body;
    }

    private RangeBody exact(HttpHeaders headers, long from, MemorySegment rest)
        throws HubException {
      long bytes = announced(headers, from, rest.byteSize());
      return RangeBody.exact(what, rest.asSlice(0, bytes), handOver.begin(bytes));
    }

    private RangeBody wholeFile(HttpHeaders headers, long from, MemorySegment rest)
        throws IOException {
      if (headers.firstValueAsLong("Content-Length").orElse(file.size()) != file.size()) {
        throw differs();
      }
      if (from > MOST_SKIPPED) {
        throw new RangesIgnoredException(what);
      }
      return RangeBody.ofWholeFile(what, rest, from);
    }

    /// Bytes that the answer says it brings: those asked for, or fewer.
    private long announced(HttpHeaders headers, long from, long wanted) throws HubException {
      Matcher range = CONTENT_RANGE.matcher(headers.firstValue("Content-Range").orElse("").strip());
      if (!range.matches()) {
        throw invalid("answers a range without saying which");
      }
      if (!range.group(3).equals("*") && Long.parseLong(range.group(3)) != file.size()) {
        throw differs();
      }
      long bytes = Long.parseLong(range.group(2)) - Long.parseLong(range.group(1)) + 1;
      if (Long.parseLong(range.group(1)) != from || bytes < 1 || bytes > wanted) {
        throw invalid("answers with another range than the one asked for");
      }
      return bytes;
    }

    private void refuseEncoding(HttpHeaders headers) throws HubException {
      String encoding = headers.firstValue("Content-Encoding").orElse("identity");
      if (!encoding.equalsIgnoreCase("identity")) {
        throw invalid("compresses what was asked for as it is");
      }
    }

    private HubException differs() {
      return new HubException(
          Reason.INTEGRITY,
          "["
              + what
              + "] the file is not of the "
              + file.size()
              + " bytes that the Hub lists: try again; if it stays, the repository is damaged");
    }

    private HubException invalid(String problem) {
      return new HubException(
          Reason.INVALID_RESPONSE,
          "[" + what + "] the server at " + location + " " + problem + ": refused");
    }
  }
}
