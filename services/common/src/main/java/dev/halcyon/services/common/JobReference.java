package dev.halcyon.services.common;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;

/// The job that a record belongs to, as far as a record that may be damaged shows it: what its
/// value names up to the place where it cannot be read on, else the job in its key.
///
/// @param jobId of the job
/// @param attempt of the job; the first where the record does not say
public record JobReference(String jobId, int attempt) {
  private static final JsonFactory JSON = new JsonFactory();
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,128}");
  private static final Pattern JOB_IN_KEY = Pattern.compile("([0-9a-f]{20})(/.*)?", Pattern.DOTALL);

  /// The reference that a record holds.
  ///
  /// @param key of the record, `null` for none
  /// @param value of the record, `null` for none
  public static Optional<JobReference> of(String key, byte[] value) {
    Optional<JobReference> named =
        value == null || value.length > RecordValues.LARGEST ? Optional.empty() : named(value);
    return named.isPresent() ? named : inKey(key);
  }

  private static Optional<JobReference> inKey(String key) {
    return Optional.ofNullable(key)
        .map(JOB_IN_KEY::matcher)
        .filter(found -> found.matches())
        .map(found -> new JobReference(found.group(1), 1));
  }

  private static Optional<JobReference> named(byte[] value) {
    Scan scan = new Scan();
    try (JsonParser parser = JSON.createParser(value)) {
      scan.read(parser);
    } catch (IOException e) {
      // What stood before the damage counts.
    }
    return Optional.ofNullable(scan.jobId)
        .filter(id -> ID.matcher(id).matches())
        .map(id -> new JobReference(id, scan.attempt));
  }

  private static final class Scan {
    private String jobId;
    private int attempt = 1;

    void read(JsonParser parser) throws IOException {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        field(parser.currentName(), parser.nextToken(), parser);
      }
    }

    private void field(String name, JsonToken token, JsonParser parser) throws IOException {
      if (name.equals("job_id") && token == JsonToken.VALUE_STRING) {
        jobId = parser.getText();
      } else if (name.equals("attempt") && token == JsonToken.VALUE_NUMBER_INT) {
        attempt = Math.max(1, parser.getIntValue());
      } else {
        parser.skipChildren();
      }
    }
  }
}
