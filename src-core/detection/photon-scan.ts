// The hot loop of the photon search: one drift after another, pairs are counted by the offset they would need.

/** Pairs of one segment, ready to be counted: offset in bins at the middle of the pass, and time. */
export interface ScanColumns {
  readonly bins_at: Float64Array;
  readonly t_s: Float64Array;
}

/** Bins that filled up to the threshold, by drift; as many as there is room for. */
export interface FullBins {
  readonly drift_index: Int32Array;
  readonly bin: Int32Array;
  readonly count: Int32Array;
  /** Set by each scan. */
  found: number;
}

export interface DriftGrid {
  /** Bins a second: drift 0 is the first, each further one `step` more. */
  readonly first: number;
  readonly step: number;
  readonly count: number;
}

/**
 * Counts pairs by offset for every drift of a grid and notes the bins that reach the threshold.
 *
 *   bin = floor(offset + phase - drift t),  phase 0 or 1/2 in turn, so that no peak falls between two bins for all drifts
 *
 * @units bins; bins a second
 * @shape `bins` of the length of the offset's range; cleared for each drift
 * @errors none; what does not fit into `out` is not noted
 * @validity fewer than 65,536 counts a bin
 * @source definition of a histogram
 * @golden tests/core/detection/photon-search.test.ts, against the plain double loop
 */
export function scanDrifts(columns: ScanColumns, { grid, bins, threshold }: ScanWork, out: FullBins): void {
  const { bins_at, t_s } = columns;
  const { drift_index, bin: outBin, count } = out;
  const [length, rows, room] = [bins.length, t_s.length, outBin.length];
  let found = 0;
  for (let d = 0; d < grid.count; d += 1) {
    const drift = grid.first + d * grid.step;
    const phase = (d & 1) * 0.5;
    const before = found;
    bins.fill(0);
    for (let i = 0; i < rows; i += 1) {
      // Truncation towards zero would fold bin -1 into bin 0; the compare below catches all others.
      const bin = (bins_at[i]! + phase - drift * t_s[i]!) | 0;
      if (bin >>> 0 >= length) continue;
      const n = bins[bin]! + 1;
      bins[bin] = n;
      if (n === threshold && found < room) {
        drift_index[found] = d;
        outBin[found] = bin;
        found += 1;
      }
    }
    for (let i = before; i < found; i += 1) count[i] = bins[outBin[i]!]!;
  }
  out.found = found;
}

export interface ScanWork {
  readonly grid: DriftGrid;
  readonly bins: Uint16Array;
  readonly threshold: number;
}
