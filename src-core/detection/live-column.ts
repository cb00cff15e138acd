/** Numbers that grow at the end. */
export interface LiveColumn {
  readonly length: () => number;
  readonly at: (row: number) => number;
  readonly set: (row: number, value: number) => void;
  readonly append: (values: Float64Array) => void;
  /** All of them, as a view that holds until the next change. */
  readonly values: () => Float64Array;
  /** Those of a sorted column in [from, to), as a view. */
  readonly between: (from: number, to: number) => Float64Array;
  readonly clear: () => void;
}

const ROOM = 1 << 10;

/**
 * A column that doubles its room when it is full.
 *
 *   room -> 2 room
 *
 * @units those of its values
 * @shape any length
 * @errors none: reading beyond the end gives NaN
 * @validity memory at most twice the values
 * @source house rule: typed arrays in hot loops
 * @golden tests/core/detection/live-counter.test.ts
 */
export function createLiveColumn(): LiveColumn {
  let room = new Float64Array(ROOM);
  let length = 0;
  const first = (limit: number) => {
    let [low, high] = [0, length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (room[middle]! < limit) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    length: () => length,
    at: (row) => (row >= 0 && row < length ? room[row]! : Number.NaN),
    set: (row, value) => {
      room[row] = value;
    },
    append: (values) => {
      if (length + values.length > room.length) {
        const larger = new Float64Array(Math.max(2 * room.length, length + values.length));
        larger.set(room.subarray(0, length));
        room = larger;
      }
      room.set(values, length);
      length += values.length;
    },
    values: () => room.subarray(0, length),
    between: (from, to) => room.subarray(first(from), first(to)),
    clear: () => {
      length = 0;
    },
  };
}
