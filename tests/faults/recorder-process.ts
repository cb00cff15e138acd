// A recorder in a process of its own, for tests that end it without warning. Stations speak to it over the process's channel.
import { join } from 'node:path';
import { assert } from '../../src-core/assert.ts';
import { ok } from '../../src-core/result.ts';
import { bareWrapping } from '../../src-main/store/key-wrapping.ts';
import { openKeyVault } from '../../src-main/store/outcome-keys.ts';
import { createRecorderDesk, type LineEnds } from '../../src-main/workers/recorder/recorder-desk.ts';
import type { StationCommand } from '../../src-contract/wire/messages.ts';
import type { StationMessage } from '../../src-main/workers/recorder/station-message.ts';
import { META, must } from '../store/pass-columns.ts';

/** What the process says: it records; an order to a station; a message may be forgotten by the broker. */
export type RecorderWord =
  | { readonly word: 'recording'; readonly resumed: boolean }
  | { readonly word: 'command'; readonly station: string; readonly command: StationCommand };

const [folder = '', pass_id = META.pass_id] = process.argv.slice(2);
const say = (word: RecorderWord) => process.send?.(word);
const vault = must(await openKeyVault({
  path: join(folder, 'config', 'micius.key'), mission_id: 'micius', wrapping: bareWrapping, create_if_missing: false,
}));
const ends: LineEnds[] = [];
const desk = createRecorderDesk({
  mission_id: 'micius', stations: ['delingha', 'nanshan'],
  directory: join(folder, 'mission', 'passes'), scratch_directory: join(folder, 'mission', 'scratch'),
  anode_v_max: 1.2,
  elapsed_ms: () => performance.now(), now_utc_ms: Date.now,
  connect: (given) => {
    ends.push(given);
    given.onState({ url: 'channel', embedded: true, state: 'connected', why: null });
    return { command: async (station, command) => {
      say({ word: 'command', station, command });
      return Promise.resolve(ok({ reply: 'done', t_utc_ns: '1' } as const));
    } };
  },
  tell: (news) => {
    if (news.news !== 'reply') return;
    assert(news.reply.ok, JSON.stringify(news.reply));
    say({ word: 'recording', resumed: (news.reply.value as { resumed: boolean }).resumed });
  },
});
process.on('message', (message: StationMessage) => ends[0]!.onMessage(message, () => undefined));
process.on('disconnect', () => process.exit(0));
desk.handle({ id: 1, order: 'begin', pass: { meta: { ...META, pass_id }, vault: { key_id: vault.key_id, key: vault.keyFor(pass_id) } } });
setInterval(desk.tick, 20);
