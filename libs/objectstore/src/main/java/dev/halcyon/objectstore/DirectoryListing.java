package dev.halcyon.objectstore;

import dev.halcyon.objectstore.ObjectStore.ObjectInfo;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Walks the folders that can hold keys of a prefix. What is deleted meanwhile is left out; names
/// that no key has (the staging area, an operator's notes) are passed over.
final class DirectoryListing extends SimpleFileVisitor<Path> {
  private final Path root;
  private final String prefix;
  private final List<ObjectInfo> found = new ArrayList<>();

  private DirectoryListing(Path root, String prefix) {
    this.root = root;
    this.prefix = prefix;
  }

  static List<ObjectInfo> of(Path root, String prefix) throws IOException {
    DirectoryListing listing = new DirectoryListing(root, prefix);
    Path start = root.resolve(ObjectKeys.folderOf(prefix));
    if (Files.isDirectory(start)) {
      Files.walkFileTree(start, listing);
    }
    listing.found.sort(Comparator.comparing(ObjectInfo::key));
    return List.copyOf(listing.found);
  }

  static ObjectInfo info(String key, BasicFileAttributes file) {
    return new ObjectInfo(key, file.size(), file.lastModifiedTime().toInstant());
  }

  @Override
  public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
    if (folder.equals(root)) {
      return FileVisitResult.CONTINUE;
    }
    String key = keyOf(folder) + "/";
    boolean mayHoldKeys =
        ObjectKeys.isSegment(folder.getFileName().toString())
            && (key.startsWith(prefix) || prefix.startsWith(key));
    return mayHoldKeys ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
    String key = keyOf(file);
    if (attributes.isRegularFile()
        && key.startsWith(prefix)
        && ObjectKeys.isSegment(file.getFileName().toString())) {
      found.add(info(key, attributes));
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
    return goOnIfGone(failure);
  }

  @Override
  public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
    return failure == null ? FileVisitResult.CONTINUE : goOnIfGone(failure);
  }

  private static FileVisitResult goOnIfGone(IOException failure) throws IOException {
    if (failure instanceof NoSuchFileException) {
      return FileVisitResult.CONTINUE;
    }
    throw failure;
  }

  private String keyOf(Path path) {
    return root.relativize(path).toString().replace(path.getFileSystem().getSeparator(), "/");
  }
}
