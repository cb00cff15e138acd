// Goal: the host process serves pages, keeps the machine awake while it works, and borrows the shell's vault.
import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Reply } from '../../src-contract/errors.ts';
import type { Host, HostOptions, KeyVault } from '../../src-main/compose.ts';
import { createBusyWatch, startHostService, type HostService } from '../../src-main/shell-electron/host-service.ts';
import { answerVault, type SafeStorage } from '../../src-main/shell-electron/key-vault.ts';
import { createPortBridge } from '../../src-main/shell-electron/port-bridge.ts';
import type { CarrierPort } from '../../src-main/shell-electron/port-carrier.ts';
import type { ToShell } from '../../src-main/shell-electron/process-messages.ts';
import { threadPort } from '../contract/carriers.ts';
import { job, notice, setupSampleHost } from '../contract/sample-host.ts';

const options = { mission_file: 'micius.json', mission_directory: 'micius', demo: false };
const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

/** A keyring that only marks what went through it. */
const storage = (extra: Partial<SafeStorage> = {}): SafeStorage => ({
  isEncryptionAvailable: () => true,
  encryptString: (text) => Buffer.from(`sealed:${text}`),
  decryptString: (encrypted) => {
    const text = encrypted.toString();
    if (!text.startsWith('sealed:')) throw new Error('foreign');
    return text.slice('sealed:'.length);
  },
  ...extra,
});

function setupService(compose: (given: HostOptions) => Promise<Reply<Host>>, keyring: SafeStorage = storage()) {
  const said: ToShell[] = [];
  const exits: number[] = [];
  const service: HostService = startHostService({
    compose,
    options,
    send: (message) => {
      said.push(message);
      if (message.kind === 'vault') queueMicrotask(() => service.receive(answerVault(keyring, message), []));
    },
    exit: (code) => exits.push(code),
  });
  return { said, exits, service };
}

function setupHost() {
  const sample = setupSampleHost();
  let closed = 0;
  const host: Host = {
    ...sample,
    close: () => {
      closed += 1;
      return Promise.resolve();
    },
  };
  return { sample, host, closed: () => closed };
}

test('it says when it serves, serves every port it is given, and closes before it exits', async () => {
  const { host, closed } = setupHost();
  const { said, exits, service } = setupService(() => Promise.resolve({ ok: true, value: host }));
  const { port1, port2 } = new MessageChannel();
  closers.push(() => port1.close());
  const { bridge, attach } = createPortBridge();
  attach(threadPort(port2));
  service.receive({ kind: 'connect' }, [threadPort(port1)]); // Even before it serves.
  expect(await bridge.request(1, 'jobs.listJobs', {})).toEqual({ ok: true, value: { jobs: [job] } });
  expect(said).toEqual([{ kind: 'serving' }]);
  service.receive({ kind: 'close' }, []);
  await vi.waitFor(() => expect(exits).toEqual([0]));
  expect(closed()).toBe(1);
});

test('a mission that cannot be opened is explained in one sentence, and the process still ends when told', async () => {
  const error = { type: 'InvalidFile', where: 'micius.json line 3', message: 'unknown key "stattions"' } as const;
  const { said, exits, service } = setupService(() => Promise.resolve({ ok: false, error }));
  await vi.waitFor(() => expect(said).toEqual([
    { kind: 'refused', message: 'micius.json line 3: unknown key "stattions"' },
  ]));
  service.receive({ kind: 'close' }, []);
  await vi.waitFor(() => expect(exits).toEqual([0]));
});

test('what is said of a coming pass goes to the shell, whether a page listens or not', async () => {
  const { sample, host } = setupHost();
  const { said } = setupService(() => Promise.resolve({ ok: true, value: host }));
  await vi.waitFor(() => expect(said).toEqual([{ kind: 'serving' }]));
  sample.events.publish({ type: 'notices.passNear', notice });
  sample.events.publish({ type: 'elements.changed' });
  expect(said.slice(1)).toEqual([{ kind: 'notice', title: notice.title, body: notice.body }]);
});

test('it is busy from the first job to the end of the last', () => {
  const told: boolean[] = [];
  const watch = createBusyWatch((busy) => told.push(busy));
  const say = (job_id: string, state: 'running' | 'done' | 'failed') =>
    watch({ type: 'job.changed', job: { ...job, job_id, state } });
  watch({ type: 'elements.changed' });
  say('job-000a', 'running');
  say('job-000b', 'running');
  say('job-000a', 'running');
  say('job-000a', 'done');
  expect(told).toEqual([true]);
  say('job-000b', 'failed');
  say('job-000b', 'failed');
  expect(told).toEqual([true, false]);
});

describe('the vault', () => {
  /** Composing may already need a secret: the answers come in while it waits. */
  async function borrow(keyring: SafeStorage): Promise<KeyVault> {
    const { host } = setupHost();
    let vault: KeyVault | undefined;
    const { said } = setupService(async (given) => {
      vault = given.vault;
      await vault!.wrap(Uint8Array.of(1));
      return { ok: true, value: host };
    }, keyring);
    await vi.waitFor(() => expect(said.at(-1)).toEqual({ kind: 'serving' }));
    return vault!;
  }

  test('wraps bytes of every value, and unwraps them whole, several at once', async () => {
    const vault = await borrow(storage());
    const secret = Uint8Array.from({ length: 256 }, (_, i) => i);
    const wrapped = await vault.wrap(secret);
    if (!wrapped.ok) throw new Error(wrapped.error.type);
    expect(Buffer.from(wrapped.value).toString()).toMatch(/^sealed:/);
    expect(await Promise.all([vault.unwrap(wrapped.value), vault.unwrap(wrapped.value)]))
      .toEqual([{ ok: true, value: secret }, { ok: true, value: secret }]);
  });

  test.each([
    ['there is no keyring', { isEncryptionAvailable: () => false }],
    ['the keyring is the constant password of a bare Linux', { getSelectedStorageBackend: () => 'basic_text' }],
  ])('refuses when %s, rather than pretend', async (_case, extra) => {
    const vault = await borrow(storage(extra));
    expect(await vault.wrap(Uint8Array.of(1, 2))).toMatchObject({ ok: false, error: { type: 'Refused' } });
    expect(await vault.unwrap(Uint8Array.of(1, 2))).toMatchObject({ ok: false, error: { type: 'Refused' } });
  });

  test('says so when a secret is not of this user', async () => {
    const vault = await borrow(storage());
    expect(await vault.unwrap(Uint8Array.of(1, 2))).toMatchObject({ ok: false, error: { type: 'Refused' } });
  });
});

test('a port that speaks another protocol is not answered and breaks nothing', async () => {
  const { host, sample } = { ...setupHost() };
  const { service } = setupService(() => Promise.resolve({ ok: true, value: host }));
  const posted: unknown[] = [];
  let say: (message: unknown) => void = () => undefined;
  const port: CarrierPort = {
    post: (message) => posted.push(message), onMessage: (listener) => { say = listener; },
    onClose: () => undefined, close: () => undefined,
  };
  service.receive({ kind: 'connect' }, [port]);
  await vi.waitFor(() => expect(posted).toEqual([{ kind: 'ready' }]));
  for (const message of [null, 7, 'request', {}, { kind: 'request' }, { kind: 'request', id: 0, name: 'x', payload: {} },
    { kind: 'request', id: 1, name: 5, payload: {} }, { kind: 'eval', code: 'x' }]) say(message);
  expect(sample.asked).toEqual([]);
  expect(posted).toHaveLength(1);
  say({ kind: 'request', id: 1, name: 'jobs.cancelJob', payload: { job_id: 'job-0001' } });
  await vi.waitFor(() => expect(posted.at(-1)).toEqual({ kind: 'reply', id: 1, reply: { ok: true, value: {} } }));
});

test('a page cannot pile up more than 256 unanswered requests', async () => {
  const sample = setupSampleHost({ 'jobs.listJobs': () => new Promise(() => undefined) });
  const { service } = setupService(() => Promise.resolve({ ok: true, value: { ...sample, close: () => Promise.resolve() } }));
  const { port1, port2 } = new MessageChannel();
  closers.push(() => port1.close());
  const { bridge, attach } = createPortBridge();
  attach(threadPort(port2));
  service.receive({ kind: 'connect' }, [threadPort(port1)]);
  for (let id = 1; id <= 256; id += 1) void bridge.request(id, 'jobs.listJobs', {});
  expect(await bridge.request(257, 'mission.readClock', {})).toMatchObject({ ok: false, error: { type: 'Refused' } });
  bridge.abandon(1);
  expect(await bridge.request(258, 'mission.readClock', {})).toMatchObject({ ok: true });
});
