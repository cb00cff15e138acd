// Goal: both consoles give out the same bits under the same name, no bit twice, and nothing of an analysis key.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createKeyPieces, type KeyPiece } from '../../src-main/store/key-pieces.ts';
import { createKeyStore } from '../../src-main/store/key-store.ts';
import { pieceName, placeInName } from '../../src-main/store/piece-name.ts';
import { must } from './pass-fixture.ts';
import { AT_UTC_MS, BO, consoleOf, entryOf, KEY_ID, PAIR, SECRET, sharedKey, twoConsoles } from './shared-key.ts';

const TURNED = { master_sae_id: PAIR.slave_sae_id, slave_sae_id: PAIR.master_sae_id };
const cut = (count: number, bytes: number) => ({ ...PAIR, count, bytes });
const hexOf = (pieces: readonly KeyPiece[]) => pieces.map(({ key }) => Buffer.from(key).toString('hex'));
const namesOf = (pieces: readonly KeyPiece[]) => pieces.map(({ piece_id }) => piece_id);

test('what one console cuts, the other gives out under the same name, bit for bit, out of the key itself', async () => {
  const { alice, bob, key } = await twoConsoles();
  const here = must(alice.pieces.cut(cut(2, 16), BO));
  const there = must(bob.pieces.claim({ ...PAIR, piece_ids: namesOf(here) }, BO));
  expect(there).toEqual(here);
  expect(hexOf(here)).toEqual([key.bits.slice(0, 16), key.bits.slice(16, 32)].map((bytes) => Buffer.from(bytes).toString('hex')));
  const back = must(bob.pieces.cut({ ...TURNED, count: 1, bytes: 32 }, BO));
  expect(must(alice.pieces.claim({ ...TURNED, piece_ids: namesOf(back) }, BO))).toEqual(back);
  expect(hexOf(back)).toEqual([Buffer.from(key.bits.slice(64, 96)).toString('hex')]); // Bob cuts the upper half.
  expect([alice, bob].map(({ keys }) => keys.find(KEY_ID)!.state)).toEqual(['reserved', 'reserved']);
});

test('property: whoever cuts what, in whatever order, no byte of a key goes to two pieces', { timeout: 120_000 }, async () => {
  const order = fc.record({ side: fc.constantFrom('alice' as const, 'bob' as const), count: fc.integer({ min: 1, max: 3 }),
    bytes: fc.integer({ min: 8, max: 40 }), told: fc.boolean() });
  await fc.assert(fc.asyncProperty(fc.array(order, { maxLength: 12 }), async (orders) => {
    const both = await twoConsoles(200);
    const seen = new Set<number>();
    for (const { side, count, bytes, told } of orders) {
      const [near, far] = side === 'alice' ? [both.alice, both.bob] : [both.bob, both.alice];
      const here = near.pieces.cut(cut(count, bytes), BO);
      if (!here.ok) continue;
      for (const { piece_id } of here.value) {
        const { first_byte } = placeInName(piece_id)!;
        for (let at = first_byte; at < first_byte + bytes; at += 1) {
          expect(seen.has(at)).toBe(false);
          seen.add(at);
        }
      }
      if (told) expect(must(far.pieces.claim({ ...PAIR, piece_ids: namesOf(here.value) }, BO))).toEqual(here.value);
    }
    expect(seen.size).toBeLessThanOrEqual(200);
  }), { numRuns: 12 });
});

test('each side once: not again, not to others, not to who made the name up, not at the console that cut it', async () => {
  const { alice, bob } = await twoConsoles();
  const [first, second] = namesOf(must(alice.pieces.cut(cut(2, 16), BO)));
  must(bob.pieces.claim({ ...PAIR, piece_ids: [first!] }, BO));
  const ask = (piece_id: string, pair = PAIR) => bob.pieces.claim({ ...pair, piece_ids: [piece_id] }, BO);
  expect(ask(first!)).toMatchObject({ error: { type: 'GivenOut', piece_id: first } });
  expect(ask(first!, { ...PAIR, slave_sae_id: 'mallory' })).toMatchObject({ error: { type: 'NotTheirs' } });
  expect(ask(second!, { ...PAIR, slave_sae_id: 'mallory' })).toMatchObject({ error: { type: 'NotTheirs' } });
  expect(ask(second!, { ...PAIR, master_sae_id: 'mallory' })).toMatchObject({ error: { type: 'NotTheirs' } });
  for (let digit = 24; digit < 36; digit += 1) { // Every digit of the check.
    const forged = `${second!.slice(0, digit)}${second![digit] === '0' ? '1' : '0'}${second!.slice(digit + 1)}`;
    expect(ask(forged)).toMatchObject({ error: { type: 'NotTheirs' } });
  }
  expect(ask('00000000-0000-8800-a000-000000000000')).toMatchObject({ error: { type: 'Unknown' } });
  expect(ask('550e8400-e29b-41d4-a716-446655440000')).toMatchObject({ error: { type: 'Unknown' } });
  expect(alice.pieces.claim({ ...PAIR, piece_ids: [second!] }, BO)).toMatchObject({ error: { type: 'GivenOut' } });
  expect(must(ask(second!))).toHaveLength(1); // None of that spent it.
});

test('all or none: an order that cannot be filled takes nothing', async () => {
  const { alice, bob } = await twoConsoles(128);
  expect(alice.pieces.stock(16)).toBe(4);
  expect(alice.pieces.cut(cut(5, 16), BO)).toMatchObject({ error: { type: 'Short', stock: 4 } });
  expect([alice.pieces.stock(16), alice.keys.find(KEY_ID)!.state]).toEqual([4, 'held']);
  const [name] = namesOf(must(alice.pieces.cut(cut(1, 16), BO)));
  const made_up = `${name!.slice(0, 35)}${name!.endsWith('0') ? '1' : '0'}`;
  expect(bob.pieces.claim({ ...PAIR, piece_ids: [name!, made_up] }, BO)).toMatchObject({ error: { type: 'NotTheirs' } });
  expect(bob.given.list(null, 10)).toEqual([]);
  expect(must(bob.pieces.claim({ ...PAIR, piece_ids: [name!] }, BO))).toHaveLength(1);
});

test('a name made under another secret, and one of a place in the own half, are nobody\'s', async () => {
  const { bob } = await twoConsoles();
  const place = { key_id: KEY_ID, first_byte: 0, bytes: 16 };
  const made_up = pieceName(new Uint8Array(32).fill(7), place, PAIR);
  expect(bob.pieces.claim({ ...PAIR, piece_ids: [made_up] }, BO)).toMatchObject({ error: { type: 'NotTheirs' } });
  const own = must(bob.pieces.cut(cut(1, 16), BO));
  const { alice } = await twoConsoles();
  expect(alice.pieces.claim({ ...PAIR, piece_ids: namesOf(own) }, BO).ok).toBe(true); // Alice's other half: fine.
});

test('reserved before it is sent: what a crash left open is lost, never given again', async () => {
  const { alice, bob } = await twoConsoles(128);
  const names = namesOf(must(alice.pieces.cut(cut(2, 16), BO)));
  must(alice.pieces.settle([names[0]!], 'delivered', BO));
  const reopened = createKeyPieces(alice.db, { keys: createKeyStore(alice.db), vault: alice.vault });
  expect(reopened.loseReserved(AT_UTC_MS + 5)).toBe(1);
  expect(alice.given.list(KEY_ID, 10).map(({ piece_id, state }) => [piece_id, state]))
    .toEqual([[names[1], 'lost'], [names[0], 'delivered']]);
  const [next] = namesOf(must(reopened.cut(cut(1, 16), BO)));
  expect(placeInName(next!)!.first_byte).toBe(32);
  expect(bob.pieces.claim({ ...PAIR, piece_ids: [names[1]!] }, BO).ok).toBe(true); // The other side may still have it.
});

test('a key of which nothing is left is delivered, and its bits are gone from the store', async () => {
  const { alice, bob } = await twoConsoles(64);
  const [mine, theirs] = [must(alice.pieces.cut(cut(2, 16), BO)), must(bob.pieces.cut(cut(2, 16), BO))].map(namesOf);
  must(alice.pieces.settle(mine!, 'delivered', BO));
  expect(alice.keys.find(KEY_ID)!.state).toBe('reserved');
  must(alice.pieces.claim({ ...PAIR, piece_ids: theirs! }, BO));
  must(alice.pieces.settle(theirs!, 'delivered', BO));
  expect(alice.keys.find(KEY_ID)!.state).toBe('delivered');
  expect(alice.keys.reveal(KEY_ID, alice.vault)).toMatchObject({ error: { type: 'Refused' } });
  expect(alice.db.prepare('SELECT sealed FROM key_block').pluck().get()).toBeNull();
});

test('an analysis key is not delivered, whatever the tables are told', async () => {
  const alice = await consoleOf('alice');
  const entry = entryOf(alice, sharedKey(128, KEY_ID));
  const analysis = { ...entry, record: { ...entry.record, custody: 'analysis' as const } };
  must(alice.ledger().hold(analysis, BO));
  expect(alice.pieces.cut(cut(1, 16), BO)).toMatchObject({ error: { type: 'Short', stock: 0 } });
  expect(alice.given.list(null, 10)).toEqual([]);
  expect(() => alice.db.prepare(`INSERT INTO key_piece VALUES ('11111111-2222-8333-8444-555555555555', ?, 0, 16, 'master',
    'a', 'b', 'reserved', 1, NULL)`).run(KEY_ID)).toThrow('only a reserved key of operational custody');
});

test('a key that waited for its confirmation comes back bit for bit, and is named as the other console names it', async () => {
  const [alice, bob, key] = [await consoleOf('alice'), await consoleOf('bob'), sharedKey(128, KEY_ID)];
  must(alice.ledger().hold(entryOf(alice, key), BO));
  must(bob.ledger().pend(entryOf(bob, key)));
  bob.bring(SECRET.toReversed()); // Another secret since: only the first one names the pieces alike.
  const [waiting] = must(bob.ledger().pending());
  expect(Buffer.from(waiting!.key).equals(key.bits)).toBe(true);
  must(bob.ledger().hold(waiting!, BO));
  expect(Buffer.from(must(bob.keys.reveal(KEY_ID, bob.vault))).equals(key.bits)).toBe(true);
  const here = must(alice.pieces.cut(cut(1, 16), BO));
  expect(must(bob.pieces.claim({ ...PAIR, piece_ids: namesOf(here) }, BO))).toEqual(here);
});
