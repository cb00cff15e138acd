// Goal: each attack shows in the recordings as its indicator expects, only at its station and in its time.
import { beforeAll, describe, expect, test } from 'vitest';
import { ATTACKS, parseAttack, type Attack, type AttackName } from '../../src-main/simulator/attack.ts';
import { simulatePass } from '../../src-main/simulator/simulate-pass.ts';
import { describeSimulatorError } from '../../src-main/simulator/simulator-error.ts';
import { optionsOf, readRecording, simulated, type ReadRecording } from './simulated.ts';

const NAMES = Object.keys(ATTACKS) as AttackName[];

describe('on the command line', () => {
  test('NAME=T0,T1 is read', () => {
    const value = { name: 'time-shift', from_s: 10, to_s: 20.5 };
    expect(parseAttack('time-shift=10,20.5')).toEqual({ ok: true, value });
  });

  test('an unknown name lists the known ones', () => {
    const refused = parseAttack('toString=0,1');
    if (refused.ok) throw new Error('an unknown attack was taken');
    const sentence = describeSimulatorError(refused.error);
    for (const name of ['toString', ...NAMES]) expect(sentence).toContain(name);
  });

  test.each([
    ['blinding', 'two times'], ['blinding=5', 'two times'], ['blinding=5,6,7', 'two times'],
    ['blinding=5,6=7', 'two times'],
    ['blinding=a,6', 'plain number'], ['blinding=-1,6', 'plain number'], ['blinding=0x1,6', 'plain number'],
    ['blinding=,6', 'plain number'], ['blinding=6,6', 'before it begins'], ['blinding=7,6', 'before it begins'],
  ])('%s is refused', (text, reason) => {
    const refused = parseAttack(text);
    if (refused.ok) throw new Error(`${text} was taken`);
    expect(describeSimulatorError(refused.error)).toContain(reason);
  });
});

const FROM_S = 1;
const TO_S = 3;

/** Clicks of each detector during the attack, and in as many seconds without it. */
function clicks(recording: ReadRecording, on_s: number) {
  const during = [0, 0, 0, 0];
  const outside = [0, 0, 0, 0];
  const { ticks, channel } = recording.tags;
  for (const [i, tick] of ticks.entries()) {
    const t = tick / 1e12 + on_s;
    if (channel[i]! > 3 || t < 0.01 || t >= 4) continue;
    (t >= FROM_S && t < TO_S ? during : outside)[channel[i]!]! += 1;
  }
  return { during, outside };
}

type Clicks = ReturnType<typeof clicks>;
interface Flown { readonly quiet: Clicks; readonly victim: Clicks; readonly raw: ReadRecording }

async function fly(name: AttackName, some: Partial<Attack> = {}): Promise<Flown> {
  const pass = await simulated({ seconds: 4, brightness: 2, attacks: [{ name, from_s: FROM_S, to_s: TO_S, ...some }] });
  const read = ([0, 1] as const).map((s) => {
    const recording = readRecording(pass, s);
    return { recording, counted: clicks(recording, pass.truth.stations[s].recorder_on_s) };
  });
  const victim = some.station ?? 0;
  return { victim: read[victim]!.counted, quiet: read[1 - victim]!.counted, raw: read[victim]!.recording };
}
const ratio = ({ during, outside }: Flown['victim'], detector: number) => during[detector]! / outside[detector]!;
const total = (counts: readonly number[]) => counts.reduce((a, b) => a + b);

describe('in the recording', () => {
  let blinding: Flown;
  beforeAll(async () => {
    blinding = await fly('blinding');
  });

  test('blinding: one detector makes all clicks, at the rate of the photons alone', () => {
    const { during, outside } = blinding.victim;
    expect(during[0]! + during[2]! + during[3]!).toBe(0);
    expect(during[1]! / total(outside)).toBeGreaterThan(0.5);
    expect(during[1]! / total(outside)).toBeLessThan(0.9);
  });

  test('the other station and the seconds around it are as ever', () => {
    for (const detector of [0, 1, 2, 3]) {
      expect(Math.abs(ratio(blinding.quiet, detector) - 1)).toBeLessThan(0.05);
      expect(blinding.victim.outside[detector]).toBeGreaterThan(1000);
    }
  });

  test('efficiency mismatch: one detector has about half of its clicks', async () => {
    const { victim } = await fly('efficiency-mismatch', { detector: 3 });
    expect(ratio(victim, 3)).toBeGreaterThan(0.45);
    expect(ratio(victim, 3)).toBeLessThan(0.56);
    expect(Math.abs(ratio(victim, 0) - 1)).toBeLessThan(0.08);
  });

  test('wavelength: X loses to Z, nothing is lost', async () => {
    const { victim } = await fly('wavelength', { station: 1 });
    const z_to_x = ({ [0]: h, [1]: v, [2]: p, [3]: m }: readonly number[]) => (h! + v!) / (p! + m!);
    expect(z_to_x(victim.outside)).toBeLessThan(1.2);
    expect(z_to_x(victim.during)).toBeGreaterThan(2);
    expect(Math.abs(total(victim.during) / total(victim.outside) - 1)).toBeLessThan(0.05);
  });

  test('spatial mode: the detector fades as the spot moves', async () => {
    const { victim } = await fly('spatial-mode');
    // The first quarter of a period: the mean of (1 + cos) / 2 is 0.5 + 1/pi = 0.82 of its photons.
    expect(ratio(victim, 1)).toBeGreaterThan(0.75);
    expect(ratio(victim, 1)).toBeLessThan(0.92);
  });

  test('dead time: flashes click all detectors but one together', async () => {
    const { victim, raw } = await fly('dead-time');
    const flashes = 20_000 * (TO_S - FROM_S);
    expect(Math.abs(victim.during[0]! - victim.outside[0]! - flashes)).toBeLessThan(4 * Math.sqrt(flashes) + 500);
    expect(Math.abs(ratio(victim, 1) - 1)).toBeLessThan(0.08);
    let together = 0;
    const { ticks, channel } = raw.tags;
    for (let i = 2; i < ticks.length; i += 1) {
      const trio = [channel[i]!, channel[i - 1]!, channel[i - 2]!].sort((a, b) => a - b).join();
      if (trio === '0,2,3' && ticks[i]! - ticks[i - 2]! < 10_000) together += 1;
    }
    expect(together).toBeGreaterThan(0.95 * flashes);
  });

  test('time shift: the clicks are those of the quiet pass, one detector 1 ns late', async () => {
    const some = { seconds: 2, brightness: 1 };
    const pass = await simulated(some);
    const quiet = readRecording(pass, 0).tags;
    const attacks = [{ name: 'time-shift', from_s: 0, to_s: 2 }] as const;
    const shifted = readRecording(await simulated({ ...some, attacks }), 0).tags;
    const times = (tags: typeof quiet, wanted: number) => tags.ticks.filter((_, i) => tags.channel[i] === wanted);
    expect(times(shifted, 0)).toEqual(times(quiet, 0));
    const [before, after] = [times(quiet, 1), times(shifted, 1)];
    expect(after.length).toBe(before.length);
    const late = before.filter((tick, i) => Math.abs(after[i]! - tick - 1000) <= 1).length;
    // Dark counts before and after the window are not attacked.
    const inside = before.map((tick) => tick / 1e12 + pass.truth.stations[0].recorder_on_s)
      .filter((t) => t >= 0 && t < 2).length;
    expect(late).toBeGreaterThan(1000);
    expect(Math.abs(late - inside)).toBeLessThanOrEqual(2);
  });
});

test('an attack outside the window is refused by name', async () => {
  const made = await simulatePass(optionsOf({ attacks: [{ name: 'blinding', from_s: 5, to_s: 6 }] }));
  expect(made).toMatchObject({ ok: false, error: { type: 'BadOption', option: 'attack blinding' } });
});
