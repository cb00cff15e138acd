import type { PassQuality } from '../../src-contract/pass.ts';
import type { RecordingManifest } from '../../src-contract/recording.ts';
import type { PairOutcome, StationOutcome } from '../../src-core/detection/pair-outcome.ts';
import type { Histogram } from '../../src-core/detection/quality.ts';

type Detectors = RecordingManifest['detectors'];
type StationView = PassQuality['stations'][number];

/** The figures by which an operator judges a pass, station by station in the order of the pair. */
export function viewQuality(outcome: PairOutcome, detectors: readonly [Detectors, Detectors]): PassQuality {
  const centre = outcome.centre_drift.centre_ns;
  return {
    stations: outcome.stations.map((station, which) => viewStation(station, detectors[which as 0 | 1])),
    centre_drift_ns: centre.length < 2 ? null : Math.max(...centre) - Math.min(...centre),
  };
}

function viewStation({ id, singles, arrivals, dead_fraction }: StationOutcome, detectors: Detectors): StationView {
  const clicksIn = (basis: 'Z' | 'X') =>
    detectors.reduce((sum, detector, i) => sum + (detector.basis === basis ? singles[i]! : 0), 0);
  const in_basis = { Z: clicksIn('Z'), X: clicksIn('X') };
  const moments = arrivals.map(momentsOf);
  const pairs = moments.reduce((sum, { n }) => sum + n, 0);
  const mean = moments.reduce((sum, { n, mean_ns }) => sum + n * mean_ns, 0) / Math.max(pairs, 1);
  return {
    id,
    detectors: detectors.map(({ label, basis }, i) => {
      const moment = moments[i] ?? { n: 0, mean_ns: 0, sigma_ns: 0 };
      return {
        label,
        singles: singles[i]!,
        share_of_basis: in_basis[basis] === 0 ? null : singles[i]! / in_basis[basis],
        arrival_shift_ns: moment.n < 2 ? null : moment.mean_ns - mean,
        arrival_shift_sigma_ns: moment.n < 2 ? null : moment.sigma_ns / Math.sqrt(moment.n),
      };
    }),
    z_x_ratio: in_basis.X === 0 ? null : in_basis.Z / in_basis.X,
    dead_time_fraction: dead_fraction,
  };
}

/** Number, mean and spread of a histogram, each count at its bin's middle. */
function momentsOf({ start_ns, bin_ns, counts }: Histogram) {
  const middle = (bin: number) => start_ns + (bin + 0.5) * bin_ns;
  let [n, sum, squares] = [0, 0, 0];
  for (const [bin, count] of counts.entries()) {
    n += count;
    sum += count * middle(bin);
    squares += count * middle(bin) ** 2;
  }
  const mean_ns = n === 0 ? 0 : sum / n;
  return { n, mean_ns, sigma_ns: n === 0 ? 0 : Math.sqrt(Math.max(0, squares / n - mean_ns * mean_ns)) };
}
