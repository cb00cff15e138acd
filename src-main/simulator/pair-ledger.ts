import { forBoth, type Pair, type StationIndex } from './pair.ts';

/** A pair's photon that its recorder does not hold: lost in dead time, to an attack, or before the start. */
export const PAIR_UNSEEN = 255;

/** Which detector recorded each photon of the pairs of which both reached one. */
export interface PairLedger {
  readonly detectors: Pair<Uint8Array>;
  readonly length: number;
  readonly note: (station: StationIndex, pair: number, detector: number) => void;
}

export function createPairLedger(): PairLedger {
  let length = 0;
  let columns = forBoth(() => new Uint8Array(1024).fill(PAIR_UNSEEN));
  const grow = () => {
    columns = forBoth((s) => {
      const larger = new Uint8Array(2 * columns[s].length).fill(PAIR_UNSEEN);
      larger.set(columns[s]);
      return larger;
    });
  };
  return {
    get detectors() {
      return columns;
    },
    get length() {
      return length;
    },
    note: (station, pair, detector) => {
      while (pair >= columns[0].length) grow();
      columns[station][pair] = detector;
      length = Math.max(length, pair + 1);
    },
  };
}
