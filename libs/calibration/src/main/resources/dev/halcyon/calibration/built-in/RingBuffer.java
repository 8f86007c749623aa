import java.util.NoSuchElementException;

/** A queue of fixed capacity that overwrites its oldest element. */
public final class RingBuffer<T> {
  private final Object[] slots;
  private int head;
  private int size;

  public RingBuffer(int capacity) {
    if (capacity <= 0) {
      throw new IllegalArgumentException("capacity: " + capacity);
    }
    slots = new Object[capacity];
  }

  public void add(T value) {
    slots[(head + size) % slots.length] = value;
    if (size == slots.length) {
      head = (head + 1) % slots.length;
    } else {
      size++;
    }
  }

  @SuppressWarnings("unchecked")
  public T remove() {
    if (size == 0) {
      throw new NoSuchElementException("the buffer is empty");
    }
    T value = (T) slots[head];
    slots[head] = null;
    head = (head + 1) % slots.length;
    size--;
    return value;
  }
}
