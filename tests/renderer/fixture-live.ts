// The series of a live pass as `live.readPlan` and `live.readSeries` answer, at a moment of it: smooth curves and seeded noise.
import { encodeFrame, type FrameColumn } from '../../src-contract/frames.ts';
import type { LiveView } from '../../src-contract/live.ts';
import { seeded } from '../support/seeded.ts';

type Pass = NonNullable<LiveView['pass']>;
const column = (name: string, values: readonly number[], unit = '1'): FrameColumn => ({ name, unit, values: Float64Array.from(values) });
const secondsOf = ({ start_utc_ms, end_utc_ms }: Pass) => (end_utc_ms - start_utc_ms) / 1000;
const hump = (t_s: number, peak_s: number, width_s: number) => Math.exp(-(((t_s - peak_s) / width_s) ** 2));

const efficiency = (t_s: number, i: number) => -41 + (i === 0 ? 8.5 : 12.5) * hump(t_s, i === 0 ? 160 : 100, 120);
const rate = (t_s: number) => 0.3 + 4.4 * hump(t_s, 118, 75);
const hwp = (t_s: number, i: number) => (i === 0 ? -25 - 0.12 * t_s : 20 + 55 / (1 + Math.exp(-(t_s - 110) / 35)));

export function livePlanOf(pass: Pass): Uint8Array<ArrayBuffer> {
  const t_s = Array.from({ length: Math.ceil(secondsOf(pass)) + 1 }, (_, i) => i);
  let bits = 0;
  const sifted = t_s.map((t) => { bits += rate(t) / 2; return bits; });
  return encodeFrame({
    columns: [
      column('plan.t_s', t_s, 's'),
      ...pass.stations.flatMap(({ id }, i) => [
        column(`${id}.efficiency_db`, t_s.map((t) => efficiency(t, i)), 'dB'),
        column(`${id}.efficiency_db_sigma`, t_s.map(() => 0.9), 'dB'),
        column(`${id}.hwp_deg`, t_s.map((t) => hwp(t, i)), 'deg'),
      ]),
      column('pair.rate_hz', t_s.map(rate), 'Hz'), column('pair.rate_hz_sigma', t_s.map((t) => rate(t) / 4), 'Hz'),
      column('pair.sifted_bits', sifted), column('pair.sifted_bits_sigma', sifted.map((n) => n / 5)),
    ],
    facts: {},
  });
}

function stationColumns({ id }: Pass['stations'][number], index: number, now_s: number): FrameColumn[] {
  const random = seeded(11 + index);
  const t_s = Array.from({ length: Math.max(0, Math.round((now_s + 60) * 10)) }, (_, i) => i / 10 - 60);
  return [
    column(`${id}.t_s`, t_s, 's'),
    column(`${id}.tracking_urad`, t_s.map(() => 0.2 + 0.4 * random()), 'urad'),
    column(`${id}.efficiency_db`, t_s.map((t) => (t < 0 ? NaN : efficiency(t, index) - 0.5 + random())), 'dB'),
    column(`${id}.singles_cps`, t_s.map((t) => 4000 + 4000 * hump(t, 120, 100)), 'Hz'),
    column(`${id}.hwp_deg`, t_s.map((t) => hwp(t, index)), 'deg'),
  ];
}

export function liveSeriesOf(pass: Pass, now_s: number): Uint8Array<ArrayBuffer> {
  const random = seeded(5);
  const whole = Array.from({ length: Math.max(0, Math.floor(now_s)) }, (_, i) => i);
  const pairs = whole.map((t) => Math.round(rate(t) * 2 * random()));
  let bits = 0;
  const bins = Array.from({ length: Math.floor(whole.length / 5) }, (_, i) => pairs.slice(5 * i, 5 * i + 5).reduce((a, b) => a + b, 0) / 5);
  const delta = Array.from({ length: 64 }, (_, i) => (i - 31.5) / 4);
  return encodeFrame({
    columns: [
      ...pass.stations.flatMap((station, i) => stationColumns(station, i, now_s)),
      column('pair.t_s', whole, 's'), column('pair.coincidences', pairs), column('pair.accidentals', whole.map(() => 0.15)),
      column('pair.sifted_bits', pairs.map((n) => { bits += n / 2; return bits; })), column('pair.offset_ns', whole.map(() => 0.04), 'ns'),
      column('rate.t_s', bins.map((_, i) => 5 * i + 2.5), 's'), column('rate.hz', bins, 'Hz'),
      column('rate.low', bins.map((hz) => Math.max(0, hz - 0.8)), 'Hz'), column('rate.high', bins.map((hz) => hz + 0.9), 'Hz'),
      column('rate.accidentals_hz', bins.map(() => 0.15), 'Hz'),
      column('histogram.delta_ns', delta, 'ns'),
      column('histogram.counts', delta.map((x) => Math.round(46 * hump(x, 0, 1.1) + 2.5 * random()))),
      ...(pass.mode === 'bell' ? [
        column('bell.t_s', whole, 's'), column('bell.s', whole.map((t) => 2.56 + 0.8 * Math.sin(t / 9) / Math.sqrt(t + 4))),
        column('bell.s_sigma', whole.map((t) => 3.2 / Math.sqrt(4 * t + 16))),
      ] : []),
    ],
    facts: {},
  });
}
