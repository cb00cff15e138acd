// Goal: whatever is done to the line between two consoles, both end cleanly, without a key, and the reason is in both logs.
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createLogStore } from '../../src-main/store/log-store.ts';
import { openMissionDb } from '../../src-main/store/open.ts';
import { hasOpenssl } from '../gateway/certificates.ts';
import { consolesApart, jsonAt, type Apart, type ConsoleApart } from './consoles-apart.ts';
import { lastRun, meet, passOf, relay, type Harm } from './meeting.ts';

const PATIENCE_MS = 180_000;

/** The last exchange as the console's log tells it. */
function logged({ mission }: ConsoleApart): { readonly subject: string; readonly details: Readonly<Record<string, unknown>> } {
  const db = openMissionDb(join(mission, 'mission.db'), { readonly: true });
  if (!db.ok) throw new Error(db.error.type);
  try {
    const entry = createLogStore(db.value).list(20).find(({ action }) => action === 'session.distilWithPeer')!;
    return { subject: entry.subject, details: JSON.parse(entry.details_json) as Record<string, unknown> };
  } finally {
    db.value.close();
  }
}

/** Alice's pieces after her greeting: her times, before a parity was told, so that the pass may be tried again. */
const FROM = 6;
const once = (harm: (piece: Buffer, held: Buffer | null) => readonly Buffer[] | null): Harm => {
  let [done, held] = [false, null as Buffer | null];
  return (piece, nth, from) => {
    if (done || from !== 'alice' || nth < FROM) return [piece];
    const passed = harm(piece, held);
    if (passed?.length === 0 && held === null) held = piece;
    else done = true;
    return passed;
  };
};
const flipped = (piece: Buffer) => {
  const changed = Buffer.from(piece);
  changed[changed.length >> 1]! ^= 1;
  return changed;
};

describe.skipIf(!hasOpenssl)('a line that is meddled with (needs the openssl program)', () => {
  let apart: Apart;
  beforeAll(async () => { apart = await consolesApart(8); }, PATIENCE_MS);

  test.each<[string, () => Harm]>([
    ['tampering: one bit is turned', () => once((piece) => [flipped(piece)])],
    ['replay: a piece comes twice', () => once((piece) => [piece, piece])],
    ['reordering: two pieces change places', () => once((piece, held) => (held === null ? [] : [piece, held]))],
    ['loss: a piece never comes', () => once((piece, held) => (held === null ? [] : [piece]))],
    ['abort: the line is cut', () => once(() => null)],
  ])('%s', async (_, harm) => {
    let harmed = false;
    const told = await meet(apart, async (port) => {
      const meddle = harm();
      const watched: Harm = (piece, nth, from) => {
        const passed = meddle(piece, nth, from);
        harmed ||= passed === null || passed.length !== 1 || passed[0] !== piece;
        return passed;
      };
      return (await relay(port, watched)).port;
    });
    expect(harmed).toBe(true);
    for (const [console, { exit_code, stdout, stderr }] of [[apart.alice, told.alice], [apart.bob, told.bob]] as const) {
      const { pass_id } = await passOf(console);
      expect({ exit_code, stdout }, stderr).toEqual({ exit_code: 4, stdout: '' });
      const run = await lastRun(console);
      expect(run).toMatchObject({ key_id: null, spoke: false, passes: [pass_id] });
      expect(run.reason!.length).toBeGreaterThan(20);
      expect(stderr).toContain(run.reason!);
      expect(logged(console)).toMatchObject({ subject: pass_id, details: { no_key: run.reason, role: console.role } });
      expect(await jsonAt(console, ['key', 'list'])).toEqual({ keys: [] });
    }
  }, PATIENCE_MS);
});
