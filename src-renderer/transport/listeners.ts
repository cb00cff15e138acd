import type { ConnectionState } from '../../src-contract/carrier.ts';

export interface Listeners<T> {
  readonly add: (listener: (value: T) => void) => () => void;
  readonly tell: (value: T) => void;
}

export function createListeners<T>(): Listeners<T> {
  const listeners = new Set<(value: T) => void>();
  return {
    add: (listener) => {
      const own = (value: T) => listener(value); // The same function added twice is two listeners.
      listeners.add(own);
      return () => listeners.delete(own);
    },
    tell: (value) => {
      for (const listener of [...listeners]) listener(value);
    },
  };
}

export interface Connection {
  readonly set: (state: ConnectionState) => void;
  readonly watch: (listener: (state: ConnectionState) => void) => () => void;
}

/** The present state, told to each watcher as it comes, then every time it is set anew. */
export function createConnection(): Connection {
  let present: ConnectionState = 'connecting';
  const listeners = createListeners<ConnectionState>();
  return {
    set: (state) => {
      present = state;
      listeners.tell(state);
    },
    watch: (listener) => {
      listener(present);
      return listeners.add(listener);
    },
  };
}
