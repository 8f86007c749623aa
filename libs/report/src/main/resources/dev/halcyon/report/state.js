// What the page shows, which is in its address: the fragment #key=value&key=value.

const ORDER = ["view", "metric", "of", "scale", "importance", "tensor", "cell", "only", "q", "sort", "dir"];

/** The settings in a fragment. */
export function parseFragment(fragment) {
  const state = {};
  for (const part of fragment.replace(/^#/, "").split("&")) {
    const at = part.indexOf("=");
    if (at > 0 && ORDER.includes(part.slice(0, at))) {
      state[part.slice(0, at)] = decoded(part.slice(at + 1));
    }
  }
  return state;
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The fragment of settings; the same for the same settings. */
export function formatFragment(state) {
  return ORDER.filter((key) => state[key] !== undefined && state[key] !== "")
    .map((key) => key + "=" + encodeURIComponent(state[key]))
    .join("&");
}

/** The settings with those changes; undefined takes one away. */
export function changed(state, changes) {
  const merged = { ...state, ...changes };
  for (const key of Object.keys(merged)) {
    if (merged[key] === undefined || merged[key] === "") {
      delete merged[key];
    }
  }
  return merged;
}

/** Keeps the settings in the address and tells those who draw. */
export class Store {
  constructor(place) {
    this.place = place;
    this.listeners = [];
    this.state = parseFragment(place.location.hash);
    place.addEventListener("hashchange", () => this.changedAddress());
  }

  changedAddress() {
    this.state = parseFragment(this.place.location.hash);
    this.listeners.forEach((listener) => listener(this.state));
  }

  subscribe(listener) {
    this.listeners.push(listener);
  }

  /** Goes to changed settings, one step further in the history. */
  go(changes) {
    this.place.location.hash = formatFragment(changed(this.state, { view: undefined, ...changes }));
  }

  /** Changes settings without a step in the history. */
  replace(changes) {
    const fragment = formatFragment(changed(this.state, { view: undefined, ...changes }));
    this.place.location.replace("#" + fragment);
  }
}
