// Goal: both ends make one key out of a pooled block, every public number is the transcript's, and no key is a clean end.
import { expect, test } from 'vitest';
import { missionFile } from '../../src-contract/mission.ts';
import type { Message } from '../../src-core/distillation/messages.ts';
import { distilBlock, describeDistillationError, type DistilOrder } from '../../src-main/pipeline/distil-block.ts';
import { expectedQber, poolRawBlocks, wipeRawBlock, type RawBlock } from '../../src-main/pipeline/raw-outcomes.ts';
import { readFileSync } from 'node:fs';
import { seededDraw } from '../support/synthetic-pass.ts';
import { containing } from '../support/messages.ts';
import { must } from '../store/pass-columns.ts';

const mission = missionFile.parse(JSON.parse(readFileSync('missions/micius.json', 'utf8')));
const COMPOSABLE: DistilOrder = { algorithm: 'auto', definition: 'composable', epsilon: 1e-10 };

const seeded = (seed: number) => {
  const { uniform } = seededDraw(seed);
  return (count: number) => Uint8Array.from({ length: count }, () => Math.floor(uniform() * 256));
};

interface Made { readonly rows?: number; readonly qber?: number; readonly state?: 'psi+' | 'phi+'; readonly seed?: number }

/** A psi+ or phi+ pass as two stations read it. */
function block({ rows = 12_000, qber = 0.03, state = 'psi+', seed = 1 }: Made = {}): RawBlock {
  const { uniform } = seededDraw(seed);
  const coin = () => (uniform() < 0.5 ? 0 : 1);
  const column = () => Uint8Array.from({ length: rows }, coin);
  const alice = { basis: column(), bit: column() };
  const basis = column();
  const bit = alice.bit.map((value, i) => {
    const error = uniform() < qber ? 1 : 0;
    return value ^ error ^ (state === 'psi+' && basis[i] === 0 ? 1 : 0);
  });
  return { alice, bob: { basis, bit }, state, coincidences: rows, accidentals: 0.02 * rows, seconds: 10 };
}

const distil = (raw: RawBlock, order = COMPOSABLE) => distilBlock(raw, { order, mission }, seeded(5));

test('the account is what a listener counts', () => {
  const raw = block();
  const { key, account, transcript } = must(distil(raw));
  const said = <T extends Message['type']>(type: T) =>
    transcript.flatMap(({ message }) => (message.type === type ? [message as Extract<Message, { type: T }>] : []));
  const leaked = said('parity-reply').reduce((sum, { parities }) => sum + parities.length, 0);
  const same = raw.alice.basis.reduce((sum, basis, i) => sum + (basis === raw.bob.basis[i] ? 1 : 0), 0);
  expect(account.reconciliation).toMatchObject({ algorithm: 'cascade', leaked_bits: leaked, verified: true });
  expect(account.sifted.Z.n + account.sifted.X.n).toBe(same);
  expect(said('reconciled')).toEqual([{ type: 'reconciled', e_z: account.sifted.Z.e, e_x: account.sifted.X.e }]);
  expect(key?.length).toBe(account.length_bits);
  // Both bases are rounded down, each by less than a bit.
  expect(account.formula_bits - account.length_bits).toBeGreaterThanOrEqual(0);
  expect(account.formula_bits - account.length_bits).toBeLessThan(2);
});

test('the key does not depend on who keeps what from an earlier run: other seeds, another key', () => {
  const one = must(distilBlock(block(), { order: COMPOSABLE, mission }, seeded(5)));
  const again = must(distilBlock(block(), { order: COMPOSABLE, mission }, seeded(5)));
  const other = must(distilBlock(block(), { order: COMPOSABLE, mission }, seeded(6)));
  expect(again.key).toEqual(one.key);
  expect(other.key).not.toEqual(one.key);
});

test('pooling pays the finite-size terms once: two passes give more together than apart', () => {
  const parts = () => [block({ seed: 1, rows: 4000 }), block({ seed: 2, rows: 4000 })] as const;
  const apart = parts().map((part) => must(distil(part)).account);
  const pooled = must(distil(must(poolRawBlocks(parts())))).account;
  const n = ({ sifted: { Z, X } }: typeof pooled) => Z.n + X.n;
  const e = ({ sifted: { Z, X } }: typeof pooled) => Z.e + X.e;
  expect(n(pooled)).toBe(n(apart[0]!) + n(apart[1]!));
  expect(e(pooled)).toBe(e(apart[0]!) + e(apart[1]!));
  expect(pooled.length_bits).toBeGreaterThan(apart[0]!.length_bits + apart[1]!.length_bits);
});

test('pooling erases the parts, and states do not mix', () => {
  const parts = [block({ rows: 50 }), block({ rows: 50, seed: 2 })] as const;
  must(poolRawBlocks(parts));
  expect(parts.flatMap(({ alice, bob }) => [...alice.bit, ...bob.bit]).every((bit) => bit === 0)).toBe(true);
  const mixed = poolRawBlocks([block({ rows: 50 }), block({ rows: 50, state: 'phi+' })]);
  expect(mixed).toMatchObject({ error: { type: 'NotPossible', reason: 'StatesDiffer' } });
});

test('a block too short for its epsilon has an account, no key, and says how far it is', () => {
  const { key, account } = must(distil(block({ rows: 300 })));
  expect(key).toBeNull();
  expect(account).toMatchObject({ length_bits: 0, reconciliation: { verified: false } });
  expect(account.formula_bits).toBeLessThan(0);
  expect(account.reconciliation.leaked_bits).toBeGreaterThan(0);
  const message = describeDistillationError({ type: 'NoKey', length_bits: account.formula_bits, epsilon: 1e-10 });
  expect(message).toContain(account.formula_bits.toFixed(1));
});

test('bits that do not belong together end without a key', () => {
  const strangers = { ...block(), bob: block({ seed: 9 }).bob };
  const ended = distil(strangers);
  if (ended.ok) expect(ended.value.key).toBeNull();
  else expect(ended).toMatchObject({ error: { type: 'NotPossible', message: containing('too many errors') } });
});

test('the state decides which bits are turned: phi+ read as psi+ is no key', () => {
  const phi = block({ state: 'phi+' });
  expect(must(distil(phi)).key).not.toBeNull();
  const misread = distil({ ...phi, state: 'psi+' });
  expect(misread.ok && misread.value.key !== null).toBe(false);
});

test('hamming leaks more than cascade, and its key is shorter by that', () => {
  const [cascade, hamming] = (['cascade', 'hamming'] as const)
    .map((algorithm) => must(distil(block(), { ...COMPOSABLE, algorithm })).account);
  const more = hamming!.reconciliation.leaked_bits - cascade!.reconciliation.leaked_bits;
  expect(more).toBeGreaterThan(0);
  // The counts are the same, so the lengths differ by the leakage and by nothing else but the rounding.
  expect(Math.abs(cascade!.formula_bits - hamming!.formula_bits - more)).toBeLessThan(1e-6);
});

test('the prior error rate is public: accidentals err half of the time, pairs by the visibility', () => {
  const raw = { ...block({ rows: 100 }), accidentals: 20 };
  expect(expectedQber(raw, 0.96)).toBeCloseTo(0.2 / 2 + 0.8 * 0.02, 12);
  expect(expectedQber({ ...raw, accidentals: 200 }, 0.96)).toBe(0.5);
  wipeRawBlock(raw);
  expect(expectedQber(raw, 0.96)).toBeCloseTo(0.116, 12);
});
