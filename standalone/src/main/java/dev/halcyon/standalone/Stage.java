package dev.halcyon.standalone;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/// Messages of one kind in the order in which they came, and the threads that take them. The
/// threads live as long as the stage: what computes in native code keeps memory for each.
///
/// @param <M> the messages
final class Stage<M> implements AutoCloseable {
  private final BlockingQueue<M> messages = new LinkedBlockingQueue<>();
  private final ThreadGroup threads;

  /// @param name of the threads
  /// @param count of the threads
  /// @param work on a message, which throws nothing
  Stage(String name, int count, Consumer<M> work) {
    threads = new ThreadGroup(name);
    for (int i = 0; i < count; i++) {
      Thread thread = new Thread(threads, () -> take(work), name + "-" + i);
      thread.setDaemon(true);
      thread.start();
    }
  }

  void add(M message) {
    messages.add(message);
  }

  private void take(Consumer<M> work) {
    try {
      while (true) {
        work.accept(messages.take());
      }
    } catch (InterruptedException _) {
      // The stage is closed.
    }
  }

  /// Takes no more messages, and interrupts the work on those that were taken.
  @Override
  public void close() {
    threads.interrupt();
  }
}
