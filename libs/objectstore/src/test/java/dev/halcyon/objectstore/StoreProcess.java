package dev.halcyon.objectstore;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// A process of its own that works on a directory store and prints what came of it.
final class StoreProcess {
  static final int RACED_KEYS = 200;
  static final int HALT_STATUS = 77;
  private static final int MIB = 1 << 20;

  private StoreProcess() {}

  public static void main(String[] arguments) throws IOException {
    try (ObjectStore store = new DirectoryObjectStore(Path.of(arguments[1]))) {
      switch (arguments[0]) {
        case "race" -> race(store, arguments[2]);
        case "die" -> die(store);
        case "fill" -> fill(store);
        default -> throw new IllegalArgumentException(arguments[0]);
      }
    }
  }

  /// Prints the keys that this process won.
  private static void race(ObjectStore store, String name) throws IOException {
    for (int i = 0; i < RACED_KEYS; i++) {
      if (store.putIfAbsent("race/" + i, name.getBytes(UTF_8))) {
        System.out.println(i);
      }
    }
  }

  /// Ends without warning in the middle of a put.
  private static void die(ObjectStore store) throws IOException {
    InputStream deadly =
        new InputStream() {
          private int position;

          @Override
          public int read() {
            return position++ & 0xff;
          }

          @Override
          public int read(byte[] target, int from, int count) {
            if (position > MIB) {
              Runtime.getRuntime().halt(HALT_STATUS);
            }
            position += count;
            return count;
          }
        };
    store.put("dead", deadly, OptionalLong.empty());
  }

  /// Puts objects of a mebibyte until it fails, prints the failure and then what the store holds.
  private static void fill(ObjectStore store) throws IOException {
    List<String> put = new ArrayList<>();
    try {
      for (int i = 0; i < 1000; i++) {
        store.put("object" + i, new byte[MIB]);
        put.add("object" + i);
      }
    } catch (IOException e) {
      System.out.println(e.getClass().getSimpleName());
      System.out.println(e.getMessage());
    }
    List<String> found = store.list("").stream().map(ObjectStore.ObjectInfo::key).toList();
    System.out.println(put.containsAll(found) && found.containsAll(put));
    for (String key : found) {
      System.out.println(store.get(key).length == MIB);
    }
    store.delete("object0");
    store.put("object0", new byte[MIB]);
    System.out.println("room again");
  }
}
