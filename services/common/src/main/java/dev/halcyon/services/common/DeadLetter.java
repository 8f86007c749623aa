package dev.halcyon.services.common;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.halcyon.contracts.Topic;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;

/// A record that no retry helps, as it goes to its topic's dead letters: key and value cut to a
/// limit, so that any record fits, with where it was, its size and the reason in headers.
public final class DeadLetter {
  /// Bytes of the value that are kept.
  public static final int KEPT_VALUE = 64 << 10;

  private static final int KEPT_KEY = 1 << 10;
  private static final int KEPT_TEXT = 1 << 10;
  private static final String HEADER = "dead-letter-";

  private final Place place;
  private final byte[] key;
  private final byte[] value;
  private final DeadLetterReason reason;
  private final String text;
  private final Optional<String> subject;

  /// Where a record is.
  public record Place(String topic, int partition, long offset) {}

  /// @param key of the record, `null` for none
  /// @param value of the record, `null` for none
  /// @param thrown what shows that no retry helps
  /// @param subject the request or job that the record belongs to, if known
  public DeadLetter(
      Place place, byte[] key, byte[] value, Throwable thrown, Optional<String> subject) {
    this.place = place;
    this.key = cut(key, KEPT_KEY);
    this.value = value;
    this.reason = DeadLetterReason.of(thrown);
    this.text = cut(Failures.of(thrown).message());
    this.subject = subject;
  }

  String topic() {
    return place.topic();
  }

  DeadLetterReason reason() {
    return reason;
  }

  /// Whether the record could not be read as a message at all.
  public boolean isUnread() {
    return switch (reason) {
      case TOMBSTONE, TOO_LARGE, UNREADABLE -> true;
      case BAD_INPUT, ENVIRONMENT, BUG -> false;
    };
  }

  /// The record on the topic of dead letters.
  public ProducerRecord<byte[], byte[]> toRecord() {
    ProducerRecord<byte[], byte[]> letter =
        new ProducerRecord<>(topic() + Topic.DEAD_LETTER_SUFFIX, key, cut(value, KEPT_VALUE));
    header(letter, "topic", topic());
    header(letter, "partition", "" + place.partition());
    header(letter, "offset", "" + place.offset());
    header(letter, "size", "" + size());
    header(letter, "reason", reason.label());
    header(letter, "message", text);
    subject.ifPresent(name -> header(letter, "subject", name));
    return letter;
  }

  private int size() {
    return value == null ? 0 : value.length;
  }

  /// One line for the log.
  String line() {
    return "%s-%d@%d (%d bytes%s) is sent to the dead-letter topic, %s: %s"
        .formatted(
            topic(),
            place.partition(),
            place.offset(),
            size(),
            subject.map(name -> ", " + name).orElse(""),
            reason.label(),
            text);
  }

  private static String cut(String whole) {
    return whole.length() <= KEPT_TEXT ? whole : whole.substring(0, KEPT_TEXT) + "…";
  }

  private static void header(ProducerRecord<byte[], byte[]> letter, String name, String value) {
    letter.headers().add(HEADER + name, value.getBytes(UTF_8));
  }

  private static byte[] cut(byte[] bytes, int most) {
    return bytes == null || bytes.length <= most ? bytes : Arrays.copyOf(bytes, most);
  }
}
