import type { PassQuality, ProcessVerdict } from '../../../src-contract/pass.ts';
import { fixed, NONE, plusMinus, signed } from '../../shared/numbers.ts';
import type { Status } from '../../shared/status.ts';

export interface QualityRow {
  readonly label: string;
  readonly value: string;
  /** What the figure is about, said in full where the table has no room. */
  readonly about: string;
  readonly status: Status | null;
  readonly word: string;
}

type Station = PassQuality['stations'][number];
type Keyless = NonNullable<ProcessVerdict['keyless']>;
type Detector = Station['detectors'][number];

/** Standard errors beyond which one detector's arrival differs from its station's, among eight looked at. */
const SHIFT_SIGMAS_MAX = 4;

const judged = (fine: boolean) => ({ status: fine ? 'normal' : 'caution', word: fine ? 'as the others' : 'stands out' }) as const;

/** Attack indicators and quality figures of one verdict; none for verdicts made before they were kept. */
export function qualityRows(quality: PassQuality | undefined, names: readonly string[], keyless?: Keyless): readonly QualityRow[] {
  if (quality === undefined) return [];
  const plain = { status: null, word: '' };
  return [
    largestShift(quality.stations, names),
    { label: 'Z / X', about: 'Clicks in Z over clicks in X at each station: a wavelength attack moves it',
      value: quality.stations.map(({ z_x_ratio }) => fixed(z_x_ratio, 2)).join(' / '), ...plain },
    { label: 'Balance, %', about: 'Share of the first detector in its basis, Z and X, farthest from one half',
      value: quality.stations.map(farthestShare).join(' / '), ...plain },
    { label: 'All live, %', about: 'Part of the recording outside every dead time',
      value: quality.stations.map(({ dead_time_fraction }) => fixed(100 * (1 - dead_time_fraction), 2)).join(' / '), ...plain },
    { label: 'Gate drift, ns', about: 'Wander of the coincidence peak over the pass, peak to peak',
      value: fixed(quality.centre_drift_ns, 2), ...plain },
    ...(keyless === undefined ? [] : [{
      label: 'No key, s', about: 'Time in which a station was blinded or its anodes were not watched: it makes no key',
      value: fixed(keyless.seconds, 1), ...judged(keyless.seconds === 0),
    }]),
  ];
}

const sigmas = ({ arrival_shift_ns, arrival_shift_sigma_ns }: Detector) =>
  arrival_shift_ns === null || !arrival_shift_sigma_ns ? 0 : Math.abs(arrival_shift_ns) / arrival_shift_sigma_ns;

function largestShift(stations: readonly Station[], names: readonly string[]): QualityRow {
  const all = stations.flatMap(({ detectors }, which) => detectors.map((detector) => ({ detector, which })));
  const worst = all.reduce((found, one) => (sigmas(one.detector) > sigmas(found.detector) ? one : found));
  const { label, arrival_shift_ns, arrival_shift_sigma_ns } = worst.detector;
  const known = arrival_shift_ns !== null;
  return {
    label: 'Shift, ns',
    about: `Largest shift of one detector's arrivals against its station: ${names[worst.which] ?? ''} ${label}`,
    value: known ? `${signed(arrival_shift_ns, 2)} ${plusMinus(arrival_shift_sigma_ns, 2)}` : NONE,
    ...(known ? judged(sigmas(worst.detector) <= SHIFT_SIGMAS_MAX) : { status: null, word: '' }),
  };
}

function farthestShare({ detectors }: Station): string {
  const shares = detectors.flatMap(({ share_of_basis }) => (share_of_basis === null ? [] : [share_of_basis]));
  if (shares.length === 0) return NONE;
  return fixed(100 * shares.reduce((found, share) => (Math.abs(share - 0.5) > Math.abs(found - 0.5) ? share : found)), 1);
}
