package dev.halcyon.objectstore;

import java.util.Objects;
import java.util.regex.Pattern;

/// Which part of which bucket is the store, and how much is moved at once.
///
/// A store holds at most `2 x parallelism` parts in memory, whatever the number of puts.
///
/// @param folder what comes before every key in the bucket, without a slash at its ends; may be
///   empty
/// @param partSize bytes of a multipart upload's parts and of a parallel read's ranges; S3 takes no
///   less than 5 MiB. A content whose length is known may be of any size; one of unknown length
///   ends at 10,000 parts
/// @param parallelism parts in flight at once
public record S3Settings(
    S3Access access, String bucket, String folder, int partSize, int parallelism) {
  public static final int SMALLEST_PART = 5 << 20;
  public static final int DEFAULT_PART = 8 << 20;
  public static final int DEFAULT_PARALLELISM = 8;

  private static final int LONGEST_FOLDER = 200;
  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");

  public S3Settings {
    Objects.requireNonNull(access, "access is null");
    if (bucket == null || !BUCKET.matcher(bucket).matches()) {
      throw new IllegalArgumentException("'%s' is not a name of an S3 bucket".formatted(bucket));
    }
    if (!folder.isEmpty() && ObjectKeys.requireKey(folder).length() > LONGEST_FOLDER) {
      throw new IllegalArgumentException(
          "the folder '%s' in the bucket is longer than %d characters"
              .formatted(folder, LONGEST_FOLDER));
    }
    if (partSize < SMALLEST_PART) {
      throw new IllegalArgumentException(
          "a part of %d bytes is smaller than the minimum of S3, %d"
              .formatted(partSize, SMALLEST_PART));
    }
    if (parallelism < 1) {
      throw new IllegalArgumentException("parallelism %d is less than 1".formatted(parallelism));
    }
  }

  public S3Settings(S3Access access, String bucket, String folder) {
    this(access, bucket, folder, DEFAULT_PART, DEFAULT_PARALLELISM);
  }
}
