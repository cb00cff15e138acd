// Goal: the keys' controller finds, opens, makes and destroys; what it says of custody and exchanges is what is so.
import { expect, test } from 'vitest';
import { channelStatus, runEnd, wayOf } from '../../src-renderer/features/keys/channel-words.ts';
import { deliveryStatus, roundsOf } from '../../src-renderer/features/keys/delivery-words.ts';
import { Keys } from '../../src-renderer/features/keys/keys.svelte.ts';
import {
  bitsHeld, epsilonOf, isDestroyable, keysOfPass, passesForKey, searchKeys, sortKeys,
} from '../../src-renderer/features/keys/listing.ts';
import { JobBoard } from '../../src-renderer/shared/job-board.svelte.ts';
import { placeOf } from '../../src-renderer/views/route.svelte.ts';
import { createFixtureHost, type FixtureOptions } from './fixture-host.ts';
import { channelSample, deliverySample, keyOf } from './fixture-keys.ts';
import { summaryOf } from './fixture-pass.ts';

type Piece = (typeof deliverySample)['pieces'][number];

async function openKeys(options: FixtureOptions = {}) {
  const host = createFixtureHost(options);
  const jobs = new JobBoard(host.client);
  const keys = new Keys(host.client, jobs);
  await keys.refresh();
  return { host, jobs, keys };
}

const ORDER = { pass_ids: ['2018-09-14-qkd-1'], algorithm: 'auto', definition: 'composable', epsilon: null, gate_ns: 2.5 } as const;
const order = { ...ORDER, pass_ids: [...ORDER.pass_ids] };

test('keys come newest first, are found by any word, and the arrows walk in the order shown', async () => {
  const { keys } = await openKeys();
  expect(keys.shown.map(({ length_bits }) => length_bits)).toEqual([378, 12_480, 20]);
  keys.search = 'practice DESTROYED';
  expect(keys.shown.map(({ length_bits }) => length_bits)).toEqual([20]);
  keys.search = '';
  keys.sortBy('length');
  expect(keys.shown.map(({ length_bits }) => length_bits)).toEqual([12_480, 378, 20]);
  expect(keys.neighbour(1)).toBe(keys.shown[0]!.key_id);
  keys.open(keys.shown[0]!.key_id);
  expect(keys.neighbour(1)).toBe(keys.shown[1]!.key_id);
  expect(keys.neighbour(-1)).toBeNull();
});

test('without an f a key comes last, whichever way the column is sorted', () => {
  const keys = [keyOf({ key_id: 'a' }),
    keyOf({ key_id: 'b', reconciliation: { algorithm: 'cascade', leaked_bits: 1, f: null, verified: true } })];
  for (const descending of [true, false]) {
    expect(sortKeys(keys, { column: 'f', descending }).map(({ key_id }) => key_id)).toEqual(['a', 'b']);
  }
});

test('the bits of analysis and of operational keys are never added up; destroyed and delivered ones are not held', () => {
  const keys = [keyOf({ length_bits: 3 }), keyOf({ length_bits: 5, custody: 'operational', state: 'reserved' }),
    keyOf({ length_bits: 7, state: 'destroyed' }), keyOf({ length_bits: 11, custody: 'operational', state: 'delivered' })];
  expect([bitsHeld(keys, 'analysis'), bitsHeld(keys, 'operational')]).toEqual([3, 5]);
  expect(searchKeys(keys, 'operational')).toHaveLength(2);
  expect(keysOfPass(keys, '2018-09-14-qkd-1')).toHaveLength(3);
});

test('a key is destroyed while it is held or after it left, not while applications draw on it', () => {
  const states = ['held', 'reserved', 'delivered', 'destroyed'] as const;
  expect(states.filter((state) => isDestroyable(keyOf({ state })))).toEqual(['held', 'delivered']);
});

test('a key is made here, or with the other console where its passes are operational', async () => {
  const { host, keys } = await openKeys();
  expect(await keys.distil(order, false)).toBe(true);
  expect(host.asked.at(-1)).toEqual(['distillation.distilPasses', order]);
  expect(await keys.distil(order, true)).toBe(true);
  expect(host.asked.at(-1)).toEqual(['session.distilWithPeer', { ...order, listen: null, peer: null, role: null }]);
});

test('a destroyed key stays in the list with its reason; a refusal is told and changes nothing', async () => {
  const { host, keys } = await openKeys();
  expect(await keys.destroy('nothing is open')).toBe(false);
  keys.open(keys.shown[0]!.key_id);
  host.fail('keys.destroyKey', { type: 'Refused', message: 'It is reserved.' });
  expect(await keys.destroy('practice')).toBe(false);
  expect([keys.refusal, keys.open_key?.state]).toEqual(['It is reserved.', 'held']);
  host.fail('keys.destroyKey', null);
  expect(await keys.destroy('practice')).toBe(true);
  expect([keys.refusal, keys.open_key?.state, keys.open_key?.transitions.at(-1)?.why]).toEqual([null, 'destroyed', 'practice']);
});

test('only passes in qkd mode that did not fail make a key', () => {
  const passes = [summaryOf(), summaryOf({ mode: 'bell' }), summaryOf({ state: 'failed' })];
  expect(passesForKey(passes)).toEqual([passes[0]]);
});

test.each([['', null], [' 1e-10 ', 1e-10], ['0.01', 0.01], ['0', undefined], ['0.02', undefined], ['1e-21', undefined],
  ['ten', undefined]] as const)('ε "%s" is %s', (text, value) => {
  expect(epsilonOf(text)).toBe(value);
});

test('the channel says in one word whether the next exchange can be made', () => {
  const secret = channelSample.secret!;
  const words = ([
    {}, { running: true }, { setting: null }, { problem: 'gone' }, { secret: null },
    { secret: { ...secret, exchanges_left: 0 } }, { secret: { ...secret, exchanges_left: 2 } },
  ] as const).map((change) => channelStatus({ ...channelSample, ...change }).word);
  expect(words).toEqual(['ready', 'an exchange is on', 'no console is named', 'cannot meet', 'no secret', 'secret used up',
    'secret nearly used up']);
  expect(wayOf({ ...channelSample.setting!, role: 'bob' })).toBe('waits at 0.0.0.0:7400, role bob');
});

test('an exchange that told parities and gave no key has burned its passes', () => {
  const [key, burned] = channelSample.runs as [typeof channelSample.runs[number], typeof channelSample.runs[number]];
  expect(runEnd(key).word).toBe('key');
  expect(runEnd(burned)).toEqual({ status: 'serious', word: 'burned',
    text: 'The connection was lost. These passes cannot be tried again.' });
  expect(runEnd({ ...burned, spoke: false }).word).toBe('no key');
  expect(runEnd({ ...burned, ended_at_utc_ms: null }).word).toBe('running');
});

test('a key has an address', () => {
  expect(placeOf('#/keys')).toEqual({ view: 'keys', pass_id: null, key_id: null });
  expect(placeOf('#/keys/3f2c9b1e-77aa-8c40-9d2e-0a1b2c3d4e5f').key_id).toBe('3f2c9b1e-77aa-8c40-9d2e-0a1b2c3d4e5f');
});

test('what was given in one go is one row; whoever asked here comes first, whatever its part', () => {
  const [claimed, lost, given] = deliverySample.pieces as [Piece, Piece, Piece];
  const again = { ...given, piece_id: 'c4ad51f0-0000-8900-a0aa-bbccddeeff00' };
  const rounds = roundsOf([claimed, lost, given, again]);
  expect(rounds.map(({ count, here, there, side, state }) => [count, here, there, side, state])).toEqual([
    [1, 'bank-delingha', 'bank-nanshan', 'slave', 'delivered'], [1, 'bank-delingha', 'bank-nanshan', 'master', 'lost'],
    [2, 'bank-delingha', 'bank-nanshan', 'master', 'delivered']]);
});

test('delivery is said in a word: served, served without stock, not served, unable to', () => {
  const service = { host: '::1', port: 7443, started_at_utc_ms: 1 };
  expect(deliveryStatus({ ...deliverySample, service })).toEqual({ status: 'normal', word: 'served at [::1]:7443' });
  expect(deliveryStatus({ ...deliverySample, keys_left: 0 })).toMatchObject({ status: 'caution' });
  expect(deliveryStatus({ ...deliverySample, service: null })).toMatchObject({ status: 'off' });
  expect(deliveryStatus({ ...deliverySample, service: null, problem: 'x' })).toMatchObject({ status: 'serious', word: 'cannot serve' });
});
