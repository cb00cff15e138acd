// The lock on the photons alone: a Micius pass with all three unknowns, a bright one, and a search without result.
import { searchCurve } from '../src-core/detection/photon-search.ts';
import { searchWide } from '../src-core/detection/photon-wide.ts';
import { makeColumns, type ColumnsWish } from '../tests/support/photon-columns.ts';
import type { BenchRow } from './bench-row.ts';

const NEAR = { offset_ns: 0, offset_ns_max: 16_000, drift: 0, drift_max: 1.1e-6 };
const WIDE = { offset_ns: 0, offset_ns_max: 1e8, drift: 0, drift_max: 1e-5 };
const GATE_NS = 2.5;
const ALARM_MAX = 1e-6;
const PASSES = 5;
const OFF = { offset_ns: 4321.7, drift: 7e-7, along_track_s: 0.21 };

interface Timed { readonly seconds: number; readonly locked: boolean }

function timed(wish: ColumnsWish): Timed {
  const problem = { ...makeColumns(wish), space: NEAR, gate_ns: GATE_NS };
  const started = process.cpuUsage();
  const { false_alarm_probability } = searchCurve(problem, ALARM_MAX);
  const { user, system } = process.cpuUsage(started);
  return { seconds: (user + system) / 1e6, locked: false_alarm_probability <= ALARM_MAX };
}

export default function benchPhotons(): Promise<BenchRow[]> {
  const night = { seconds: 285, pairs_hz: 2.2, background_hz: 8000, curve: OFF };
  const passes = Array.from({ length: PASSES }, (_, i) => timed({ ...night, seed: 100 + i }));
  const bright = timed({ seed: 110, seconds: 20, pairs_hz: 200, background_hz: 1e5, curve: OFF });
  const none = timed({ ...night, seed: 111, pairs_hz: 1e-9 });
  if (none.locked) throw new Error('locked on noise');
  const lost = { ...makeColumns({
    seed: 112, seconds: 10, pairs_hz: 2000, background_hz: 20_000, shift_s_max: 0,
    curve: { offset_ns: 73_456_789, drift: -8.3e-6, along_track_s: 0 },
  }), space: WIDE, gate_ns: GATE_NS };
  const started = process.cpuUsage();
  const found = searchWide(lost, WIDE, ALARM_MAX);
  const { user, system } = process.cpuUsage(started);
  if (found === null || found.false_alarm_probability > ALARM_MAX) throw new Error('no lock over 100 ms');
  return Promise.resolve([
    { name: 'photon lock, Micius pass: locked', value: passes.filter(({ locked }) => locked).length / PASSES, unit: '',
      target: '1' },
    { name: 'the same, processor time, longest', value: Math.max(...passes.map(({ seconds }) => seconds)), unit: 's',
      target: '<= 10' },
    { name: 'photon lock, 200 pairs/s at 1e5 cps, 20 s', value: bright.locked ? bright.seconds : Number.NaN, unit: 's' },
    { name: 'photon search without result', value: none.seconds, unit: 's' },
    { name: 'photon lock over 100 ms and 1e-5', value: (user + system) / 1e6, unit: 's' },
  ]);
}
