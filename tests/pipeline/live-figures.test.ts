// Goal: each attack of the paper's table shows in its indicator while the pass runs, and a clean pass shows none.
import { describe, expect, test } from 'vitest';
import { alarmLimits } from '../../src-contract/night-limits.ts';
import { createLiveCounter } from '../../src-core/detection/live-counter.ts';
import { createLiveFigures, type LiveFigures } from '../../src-main/pipeline/live-figures.ts';
import { preparePair, type RecordedStation } from '../../src-main/pipeline/pass-recordings.ts';
import type { Attack } from '../../src-main/simulator/attack.ts';
import { micius, readRecording, simulated } from '../simulator/simulated.ts';
import { batchesOf } from '../support/live-batches.ts';

const GATE_NS = 2.5;

/** Sixty seconds about the closest approach, with six times the light so that pairs tell soon. */
async function fly(attacks: readonly Attack[]): Promise<LiveFigures> {
  const pass = await simulated({ seconds: 60, seed: 31, brightness: 6, attacks });
  const stations = ([0, 1] as const).map((which): RecordedStation => {
    const { manifest, tags } = readRecording(pass, which);
    return { manifest, where: pass.manifest_paths[which], tags: { ...tags, dropped: {} } };
  });
  const pair = preparePair(micius, [stations[0]!, stations[1]!], null);
  if (!pair.ok) throw new Error(JSON.stringify(pair.error));
  const [a, b] = pair.value.inputs.map(({ tags: { tick_ps }, ...setup }) => ({ ...setup, tick_ps }));
  const counter = createLiveCounter({ stations: [a!, b!], gate_ns: GATE_NS });
  const manifests = [stations[0]!.manifest, stations[1]!.manifest] as const;
  const figuresOf = createLiveFigures({
    mission: micius, manifests, gate_ns: GATE_NS, limits: alarmLimits.parse({ all_live_min: 0.998 }),
    random_bits: new Uint8Array(64),
  });
  for (const [s, input] of pair.value.inputs.entries()) {
    for (const batch of batchesOf(input)) counter.add(s as 0 | 1, batch);
  }
  return figuresOf(counter.advance(true));
}

const broken = ({ indicators }: LiveFigures) =>
  indicators.filter(({ state }) => state === 'serious').map(({ station, id }) => `${station} ${id}`).sort();
const of = (name: Attack['name']): Attack => ({ name, from_s: 0, to_s: 60 });

describe('indicators', () => {
  test.each([
    ['a clean pass', [], []],
    ['time shift', [of('time-shift')], ['delingha time-shift']],
    ['efficiency mismatch', [of('efficiency-mismatch')], ['delingha basis-ratio', 'delingha detector-balance']],
    ['dead time', [of('dead-time')], ['delingha all-live', 'delingha basis-ratio', 'delingha detector-balance']],
    ['wavelength', [of('wavelength')], ['delingha basis-ratio']],
    ['spatial mode', [of('spatial-mode')], ['delingha basis-ratio', 'delingha detector-balance', 'delingha spatial-mode']],
    ['blinding', [of('blinding')], ['delingha basis-ratio', 'delingha detector-balance']],
  ] as const)('%s', async (_, attacks, expected) => {
    const figures = await fly(attacks);
    expect(figures.lock.state).toBe('locked');
    for (const { value, id, limit } of figures.indicators) expect(value === null ? [id, limit] : value).not.toBeNaN();
    expect(broken(figures).filter((one) => !expected.includes(one as never))).toEqual([]);
    expect(broken(figures)).toEqual([...expected]);
  }, 120_000);
});
