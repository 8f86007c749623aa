package dev.halcyon.json;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/// Recognises what is often found in place of a file after a download or a clone that went wrong.
public final class WrongContent {
  /// As many bytes of a file's beginning are enough.
  public static final int BEGINNING = 512;

  /// First words of the small text that a Git clone without LFS holds in place of a large file
  /// (<https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md>).
  private static final String LFS = "version https://git-lfs";

  private WrongContent() {}

  /// What a file is instead of what it should be, as `is an HTML page, …`; empty where it is
  /// neither a Git LFS pointer nor an HTML or XML page nor empty.
  ///
  /// @param beginning the file's first bytes, at least eight of them where it has so many
  public static Optional<String> of(byte[] beginning) {
    if (beginning.length == 0) {
      return Optional.of("is empty; download it again");
    }
    String text = text(beginning);
    if (isBeginning(text, LFS)) {
      return Optional.of("is a Git LFS pointer, not the file itself: fetch it with `git lfs pull`");
    }
    if (isBeginning(text, "<!doctype") || isBeginning(text, "<html")) {
      return Optional.of(
          "is an HTML page, not the file itself: it may be the error page of a download;"
              + " download it again");
    }
    if (isBeginning(text, "<?xml")) {
      return Optional.of("is an XML document, not the file itself; download it again");
    }
    return Optional.empty();
  }

  private static boolean isBeginning(String text, String known) {
    int length = Math.min(text.length(), known.length());
    return length >= "<html".length() && text.regionMatches(0, known, 0, length);
  }

  private static String text(byte[] beginning) {
    String text =
        new String(beginning, 0, Math.min(beginning.length, BEGINNING), StandardCharsets.UTF_8);
    String unmarked = text.startsWith("\uFEFF") ? text.substring(1) : text;
    return unmarked.strip().toLowerCase(Locale.ROOT);
  }
}
