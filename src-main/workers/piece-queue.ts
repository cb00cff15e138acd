/** Hands things from one that makes them to one that takes them; the maker waits while the queue is full. */
export interface PieceQueue<T> {
  /** Resolves when there is room for the next. */
  readonly put: (piece: T) => Promise<void>;
  /** Rejects once the maker has failed. */
  readonly take: () => Promise<T>;
  /** The maker broke: whoever takes learns it. */
  readonly fail: (cause: Error) => void;
  /** Nobody takes any more: whoever waits to put goes on, and notices elsewhere. */
  readonly close: () => void;
}

/**
 * No race between promises here: one that never settles would keep every piece that was ever raced against it.
 */
export function createPieceQueue<T>(room: number): PieceQueue<T> {
  const waiting: T[] = [];
  let closed = false;
  let failure: Error | null = null;
  let taker: { readonly resolve: (piece: T) => void; readonly reject: (cause: Error) => void } | null = null;
  let wakeMaker: (() => void) | null = null;
  return {
    put: async (piece) => {
      if (taker !== null) {
        const { resolve } = taker;
        taker = null;
        resolve(piece);
      } else waiting.push(piece);
      if (waiting.length < room || closed) return;
      await new Promise<void>((resolve) => {
        wakeMaker = resolve;
      });
    },
    take: () => {
      const next = waiting.shift();
      wakeMaker?.();
      wakeMaker = null;
      if (next !== undefined) return Promise.resolve(next);
      if (failure !== null) return Promise.reject(failure);
      return new Promise<T>((resolve, reject) => {
        taker = { resolve, reject };
      });
    },
    fail: (cause) => {
      failure = cause;
      taker?.reject(cause);
      taker = null;
    },
    close: () => {
      closed = true;
      wakeMaker?.();
      wakeMaker = null;
    },
  };
}

export const errorOf = (cause: unknown) => (cause instanceof Error ? cause : new Error(String(cause)));
