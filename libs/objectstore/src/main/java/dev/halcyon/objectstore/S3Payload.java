package dev.halcyon.objectstore;

import io.minio.Checksum;
import io.minio.Http;
import io.minio.PutObjectAPIBaseArgs;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.CRC32C;

/// The body of one request and its checksum, which the server verifies.
///
/// The client's own way hashes the body with SHA-256 for the signature wherever the connection is
/// not encrypted, and its CRC32C goes byte by byte: either would be slower than the network. Here
/// the JDK's CRC32C guards the bytes and the signature covers only the headers, so whoever can
/// alter an unencrypted connection can alter the content, as he can alter what is read. Use https
/// where that matters.
final class S3Payload {
  static final String CHECKSUM = "CRC32C";

  private static final String UNSIGNED = "UNSIGNED-PAYLOAD";

  private final byte[] bytes;
  private final int length;
  private final String crc32c;

  S3Payload(byte[] bytes, int length) {
    this.bytes = bytes;
    this.length = length;
    CRC32C sum = new CRC32C();
    sum.update(bytes, 0, length);
    byte[] bigEndian = ByteBuffer.allocate(Integer.BYTES).putInt((int) sum.getValue()).array();
    this.crc32c = Base64.getEncoder().encodeToString(bigEndian);
  }

  String crc32c() {
    return crc32c;
  }

  /// Adds the body and its headers to a request's arguments.
  <B extends PutObjectAPIBaseArgs.Builder<B, ?>> B in(B arguments, Http.Headers headers) {
    headers.put(Http.Headers.X_AMZ_CONTENT_SHA256, UNSIGNED);
    headers.put(Http.Headers.X_AMZ_SDK_CHECKSUM_ALGORITHM, CHECKSUM);
    headers.put(Checksum.Algorithm.CRC32C.header(), crc32c);
    return arguments.data(bytes, length).headers(headers);
  }
}
