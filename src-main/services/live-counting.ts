import type { LiveFigures } from '../pipeline/live-figures.ts';
import type { Counter, CountingOrder, LiveServiceDeps } from './live-ports.ts';

/** The counting of one pass, started again when its thread dies: the recorder feeds it from the disk anew. */
export interface PassCounting {
  /** The recorder has ended: waits for the last figures. */
  readonly finish: () => Promise<void>;
  /** Ends it as it is. */
  readonly drop: () => Promise<void>;
}

interface CountingWish extends CountingOrder {
  readonly onFigures: (figures: LiveFigures) => void;
  readonly onTrouble: (text: string) => void;
}

const STARTS_MAX = 5;
const LAST_FIGURES_MS_MAX = 60_000;

export function createPassCounting({ startCounter }: Pick<LiveServiceDeps, 'startCounter'>, wish: CountingWish): PassCounting {
  const last = Promise.withResolvers<undefined>();
  let counter: Counter | null = null;
  let starts = 0;
  const start = () => {
    starts += 1;
    counter = startCounter(wish, {
      onFigures: (figures, is_last) => {
        wish.onFigures(figures);
        if (is_last) last.resolve(undefined);
      },
      onRefused: (why) => {
        wish.onTrouble(`The pass is recorded, but not counted while it runs: ${why}`);
        last.resolve(undefined);
      },
      onCrash: () => {
        if (starts < STARTS_MAX) {
          wish.onTrouble('Counting broke off and starts anew from what is recorded');
          start();
          return;
        }
        wish.onTrouble('Counting broke off again and again: the pass is recorded, and counted when it is over');
        last.resolve(undefined);
      },
    });
  };
  start();
  return {
    finish: async () => {
      const late = setTimeout(() => last.resolve(undefined), LAST_FIGURES_MS_MAX);
      await last.promise;
      clearTimeout(late);
      await counter?.close();
    },
    drop: async () => {
      await counter?.close();
    },
  };
}
