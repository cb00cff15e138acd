// Goal: the simulated stations fly a pass over real brokers: all of it arrives, in order and once, also what a cut held
// back; they keep what is not stored, send again what is asked for, and obey a console that prepares and aborts.
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { StationMessage } from '../../../src-main/gateway/mqtt/read-message.ts';
import { createStationSide } from '../../../src-main/gateway/mqtt/station-side.ts';
import { runStations, type RunOptions } from '../../../src-main/simulator/station/run-stations.ts';
import { freshFolder } from '../../gateway/certificates.ts';
import { BROKERS, MISSION, PASSWORD, type TestBroker } from '../../gateway/mqtt/brokers.ts';
import { openConsole } from '../../gateway/mqtt/wire-fixture.ts';
import { orderOf, PASS_ID, scenario } from './flown.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const WINDOW = { lead_s: 5, start_utc_ms: orderOf().start_utc_ms, end_utc_ms: orderOf().start_utc_ms + 12_000 };

function run(broker: TestBroker, some: Partial<RunOptions> = {}) {
  const interrupt = new AbortController();
  open.push(() => Promise.resolve(interrupt.abort()));
  return runStations({
    order: orderOf(WINDOW), wait_for_prepare: false, speed: 20, linger_s: 60, directory: freshFolder(),
    connect: ({ station, onConnected, onCommand }) => createStationSide({
      url: broker.url, credentials: { user: station, password: PASSWORD }, mission_id: MISSION, station,
      offline: { state: 'offline', t_utc_ns: '0' }, onConnected, onCut: () => undefined, onCommand, now_utc_ns: () => '1',
    }),
    signal: interrupt.signal, elapsed_ms: () => performance.now(), now_utc_ms: Date.now, pause: (ms) => pause(ms),
    onNote: () => undefined, onProgress: () => undefined, ...some,
  });
}

type Numbered = Exclude<StationMessage, { readonly kind: 'status' }>;
const isNumbered = (message: StationMessage): message is Numbered => message.kind !== 'status';

/** A console that says of every message at once that it is stored, unless told to be silent. */
function storingConsole(broker: TestBroker) {
  const numbers = new Map<string, number[]>();
  const heard = openConsole(broker.url, {
    onMessage: (message, done) => {
      done();
      if (!isNumbered(message)) return;
      const { station, kind, payload: { seq, pass_id } } = message;
      const lane = `${station} ${kind}`;
      numbers.set(lane, [...numbers.get(lane) ?? [], seq]);
      if (seq % 20 === 0 || seq > 100 || kind === 'event') {
        void heard.link.command(station, { command: 'stored', pass_id, kind, through_seq: seq });
      }
    },
  });
  open.push(heard.link.close);
  return { ...heard, numbers };
}

const oneTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

describe.each(BROKERS)('over $name', (kind) => {
  async function aBroker() {
    const broker = await kind.start();
    open.push(broker.stop);
    return broker;
  }

  test('a pass with a line that is cut and mended arrives whole, in order and once', async () => {
    const broker = await aBroker();
    const { numbers, states } = storingConsole(broker);
    await vi.waitUntil(() => states.at(-1)?.state === 'connected', { timeout: 40_000 });
    const cuts = scenario('station-lost').cuts.map((cut) => ({ ...cut, from_s: 2, to_s: 8 }));
    const flown = await run(broker, { order: orderOf({ ...WINDOW, scenario: { ...scenario('station-lost'), cuts } }) });
    if (!flown.ok) throw new Error(JSON.stringify(flown.error));
    expect(flown.value.ended).toBe('flown');
    for (const { station, unstored } of flown.value.stations) {
      expect(unstored).toBe(0);
      for (const what of ['telemetry', 'tags', 'event']) {
        const came = numbers.get(`${station} ${what}`)!;
        expect([...new Set(came)]).toEqual(oneTo(new Set(came).size));
      }
      // 27 s in steps of 0.2 s.
      expect(new Set(numbers.get(`${station} tags`)).size).toBe(135);
    }
  });

  test('a console that comes late asks for what it has not, and gets it; another pass is refused', async () => {
    const broker = await aBroker();
    const ended = run(broker, { linger_s: 600 });
    const heard = openConsole(broker.url);
    open.push(heard.link.close);
    const tagsOf = () => heard.messages.filter((message): message is Numbered => message.kind === 'tags' && message.station === 'nanshan')
      .map(({ payload }) => payload.seq);
    await vi.waitUntil(() => tagsOf().includes(135), { timeout: 50_000 });
    const before = tagsOf().length;
    const order = { command: 'resend', pass_id: PASS_ID, kind: 'tags', from_seq: 3, through_seq: 7 } as const;
    expect(await heard.link.command('nanshan', order)).toMatchObject({ ok: true, value: { reply: 'done' } });
    await vi.waitUntil(() => tagsOf().length === before + 5, { timeout: 20_000 });
    expect(tagsOf().slice(before)).toEqual([3, 4, 5, 6, 7]);
    expect(await heard.link.command('nanshan', { ...order, pass_id: 'another-pass' }))
      .toMatchObject({ ok: true, value: { reply: 'refused', why: 'no pass another-pass here' } });
    // The last telemetry comes when no batch waits any more: it has to be stored too.
    const storing = setInterval(() => {
      for (const station of ['delingha', 'nanshan']) {
        for (const what of ['telemetry', 'tags', 'event'] as const) {
          void heard.link.command(station, { command: 'stored', pass_id: PASS_ID, kind: what, through_seq: 0xffff_ffff });
        }
      }
    }, 200);
    open.push(() => Promise.resolve(clearInterval(storing)));
    expect(await ended).toMatchObject({ ok: true, value: { ended: 'flown', stations: [{ unstored: 0 }, { unstored: 0, resent: 5 }] } });
  });

  test('it waits for a console to prepare a pass, takes its name and window, and stops when told to', async () => {
    const broker = await aBroker();
    const heard = openConsole(broker.url);
    open.push(heard.link.close);
    const ended = run(broker, { wait_for_prepare: true, linger_s: 0 });
    await vi.waitUntil(() => heard.messages.filter(({ kind: what }) => what === 'status').length === 2, { timeout: 40_000 });
    const prepare = { command: 'prepare', pass_id: 'night-one', start_utc_ms: WINDOW.start_utc_ms, end_utc_ms: WINDOW.end_utc_ms } as const;
    for (const station of ['delingha', 'nanshan']) {
      expect(await heard.link.command(station, prepare)).toMatchObject({ ok: true, value: { reply: 'done' } });
    }
    await vi.waitUntil(() => heard.messages.some((message) => message.kind === 'tags' && message.payload.seq > 5), { timeout: 40_000 });
    const set = heard.messages.find((message) => message.kind === 'status' && message.payload.pass_id === 'night-one');
    expect(set?.payload).toMatchObject({ state: 'online', recording: { tick_ps: 1 } });
    expect(await heard.link.command('delingha', { command: 'abort', pass_id: 'night-one', why: 'cloud' }))
      .toMatchObject({ ok: true, value: { reply: 'done' } });
    expect(await ended).toMatchObject({ ok: true, value: { pass_id: 'night-one', ended: 'aborted' } });
  });
});
