package dev.halcyon.objectstore;

import dev.halcyon.objectstore.fixture.KeyAccess;
import java.net.URI;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/// The S3 backend against the server at `HALCYON_TEST_S3_ENDPOINT`, with the usual variables for
/// its keys and region: a way to try another server by hand. Each test makes a bucket and leaves it
/// there. Some servers make buckets only in a region that is not `us-east-1`.
@EnabledIfEnvironmentVariable(named = NamedS3ServerTest.ENDPOINT, matches = ".+")
class NamedS3ServerTest extends S3FaultContract {
  static final String ENDPOINT = "HALCYON_TEST_S3_ENDPOINT";

  @Override
  S3Access server() {
    return KeyAccess.of(
        URI.create(System.getenv(ENDPOINT)),
        System.getenv("AWS_REGION"),
        System.getenv("AWS_ACCESS_KEY_ID"),
        System.getenv("AWS_SECRET_ACCESS_KEY"));
  }
}
