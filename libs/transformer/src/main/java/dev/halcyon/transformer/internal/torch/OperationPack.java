package dev.halcyon.transformer.internal.torch;

import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// The operations of `operations.py` as a TorchScript module.
///
/// DJL's NDArray has neither fused attention nor in-place sums of squares, but it runs methods of a
/// TorchScript module. Such a module is a zip archive of four stored entries: its state pickled
/// (here an object without any), its source, its constants and the format's version. Writing that
/// archive in memory spares a Python build step and a binary in the repository.
final class OperationPack {
  private static final String SOURCE = "operations.py";

  /// Pickle protocol 2: an instance of the class with an empty state.
  private static final byte[] STATE = latin("\u0080\u0002c__torch__\nOperations\n)\u0081}b.");

  /// Pickle protocol 2: an empty tuple.
  private static final byte[] CONSTANTS = latin("\u0080\u0002).");

  /// The first format in which `gelu` knows its approximation.
  private static final byte[] VERSION = latin("10\n");

  private OperationPack() {}

  static PtSymbolBlock load(PtNDManager manager) {
    try {
      return JniUtils.loadModule(manager, new ByteArrayInputStream(archive()), false, false);
    } catch (IOException e) {
      throw new UncheckedIOException("[" + SOURCE + "] reading from memory failed", e);
    }
  }

  private static byte[] archive() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      store(zip, "operations/data.pkl", STATE);
      store(zip, "operations/code/__torch__.py", source());
      store(zip, "operations/constants.pkl", CONSTANTS);
      store(zip, "operations/version", VERSION);
    }
    return bytes.toByteArray();
  }

  private static byte[] source() throws IOException {
    try (InputStream source = OperationPack.class.getResourceAsStream(SOURCE)) {
      if (source == null) {
        throw new IllegalStateException(SOURCE + " is missing on the class path");
      }
      return source.readAllBytes();
    }
  }

  /// PyTorch maps entries into memory, so they must not be compressed.
  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 checksum = new CRC32();
    checksum.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(checksum.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
