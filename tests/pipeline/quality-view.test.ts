// Goal: the indicators point at the detector that differs, with an error bar that says how surely.
import { expect, test } from 'vitest';
import type { PairOutcome, StationOutcome } from '../../src-core/detection/pair-outcome.ts';
import { viewQuality } from '../../src-main/pipeline/quality-view.ts';

const roles = [
  { label: 'H', basis: 'Z', bit: 0 },
  { label: 'V', basis: 'Z', bit: 1 },
  { label: '+', basis: 'X', bit: 0 },
  { label: '-', basis: 'X', bit: 1 },
].map((role, channel) => ({ ...role, channel })) as Parameters<typeof viewQuality>[1][0];

/** Two counts a bin at +-0.5 ns around `shift_ns`: mean is the shift, spread is 0.5 ns exactly. */
const around = (shift_ns: number) => ({ start_ns: shift_ns - 1, bin_ns: 1, counts: Int32Array.of(50, 50) });

function station(id: string, singles: readonly number[], shifts_ns: readonly number[]): StationOutcome {
  return {
    id,
    singles,
    arrivals: shifts_ns.map(around),
    clicks_by_second: new Float64Array(1), dead_fraction: 0.001,
    events: 0,
    used: 0,
    used_by: { clicks: 0, beacon: 0, pps: 0 },
    dropped: {},
    pps: { zero_s: 0, second_s: 1, edges_used: 2, edges_rejected: 0, residual_ns_rms: 0 },
  };
}

const outcomeOf = (stations: readonly [StationOutcome, StationOutcome], centre_ns: readonly number[]) =>
  ({
    stations,
    centre_drift: {
      time_s: new Float64Array(centre_ns.length),
      centre_ns: Float64Array.from(centre_ns),
      sigma_ns: new Float64Array(centre_ns.length),
    },
  }) as unknown as PairOutcome;

test('a detector that answers 0.4 ns late stands out by 0.3 ns, with the error of its hundred pairs', () => {
  const even = station('a', [100, 100, 100, 100], [0, 0, 0, 0]);
  const late = station('b', [100, 100, 100, 100], [0, 0.4, 0, 0]);
  const quality = viewQuality(outcomeOf([even, late], [0.1, -0.05, 0.02]), [roles, roles]);
  const [h, v] = quality.stations[1]!.detectors;
  expect(v!.arrival_shift_ns).toBeCloseTo(0.3, 12);
  expect(v!.arrival_shift_sigma_ns).toBeCloseTo(0.05, 12);
  expect(h!.arrival_shift_ns).toBeCloseTo(-0.1, 12);
  expect(quality.stations[0]!.detectors.map(({ arrival_shift_ns }) => arrival_shift_ns)).toEqual([0, 0, 0, 0]);
  expect(quality.centre_drift_ns).toBeCloseTo(0.15, 12);
});

test('balance and Z/X ratio are those of the clicks, and nothing is divided by an empty basis', () => {
  const skewed = station('a', [300, 100, 100, 100], [0, 0, 0, 0]);
  const blind = station('b', [10, 10, 0, 0], [0, 0, 0, 0]);
  const { stations, centre_drift_ns } = viewQuality(outcomeOf([skewed, blind], []), [roles, roles]);
  expect(stations[0]).toMatchObject({ z_x_ratio: 2, dead_time_fraction: 0.001 });
  expect(stations[0]!.detectors.map(({ share_of_basis }) => share_of_basis)).toEqual([0.75, 0.25, 0.5, 0.5]);
  expect(stations[1]!.z_x_ratio).toBeNull();
  expect(stations[1]!.detectors.map(({ share_of_basis }) => share_of_basis)).toEqual([0.5, 0.5, null, null]);
  expect(centre_drift_ns).toBeNull();
});
