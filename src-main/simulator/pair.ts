/** Something of both stations, in the order of the mission file. */
export type Pair<T> = readonly [T, T];

export const STATIONS = [0, 1] as const;
export type StationIndex = (typeof STATIONS)[number];

/** The same kind of thing made for each station. */
export function forBoth<T>(make: (station: StationIndex) => T): Pair<T> {
  return [make(0), make(1)];
}
