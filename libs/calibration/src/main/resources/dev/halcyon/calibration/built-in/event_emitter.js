'use strict';

/** Calls listeners in the order in which they were added. */
class EventEmitter {
  #listeners = new Map();

  on(event, listener) {
    const list = this.#listeners.get(event) ?? [];
    this.#listeners.set(event, [...list, listener]);
    return () => this.off(event, listener);
  }

  once(event, listener) {
    const remove = this.on(event, (...args) => {
      remove();
      listener(...args);
    });
    return remove;
  }

  off(event, listener) {
    const list = this.#listeners.get(event) ?? [];
    this.#listeners.set(event, list.filter((entry) => entry !== listener));
  }

  emit(event, ...args) {
    for (const listener of this.#listeners.get(event) ?? []) {
      listener(...args);
    }
  }
}

module.exports = { EventEmitter };
