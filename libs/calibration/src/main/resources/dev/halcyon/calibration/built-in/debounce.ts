type Cancel = () => void;

interface Debounced<A extends unknown[]> {
  (...args: A): void;
  cancel: Cancel;
}

/** Delays calls until `wait` milliseconds have passed without another one; only the last call runs. */
export function debounce<A extends unknown[]>(
  action: (...args: A) => void,
  wait: number,
): Debounced<A> {
  let timer: ReturnType<typeof setTimeout> | undefined;

  const debounced = (...args: A): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = undefined;
      action(...args);
    }, wait);
  };
  debounced.cancel = () => clearTimeout(timer);
  return debounced;
}
