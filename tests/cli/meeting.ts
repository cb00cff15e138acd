// Two consoles of two processes that meet over a line, which may be listened to, cut or meddled with.
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { ChannelView } from '../../src-contract/channel.ts';
import type { PassSummary } from '../../src-contract/pass.ts';
import { jsonAt, portOf, startAt, type Apart, type ConsoleApart } from './consoles-apart.ts';
import type { Told } from './stranger.ts';

export const passOf = async (console: ConsoleApart): Promise<PassSummary> =>
  (await jsonAt<{ passes: PassSummary[] }>(console, ['archive', 'list'])).passes[0]!;

export const lastRun = async (console: ConsoleApart) =>
  (await jsonAt<ChannelView>(console, ['channel', 'show'])).runs[0]!;

type Line = (port: number) => Promise<number>;

/** Both distil the pass they have; `line` says through which port Alice calls. */
export async function meet(
  { alice, bob }: Apart, line: Line = (port) => Promise.resolve(port),
): Promise<{ readonly alice: Told; readonly bob: Told }> {
  const [a, b] = [await passOf(alice), await passOf(bob)];
  const listening = startAt(bob, ['distill', '--pass', b.pass_id, '--listen', '127.0.0.1:0', '--json']);
  const port = await line(await portOf(listening));
  const calling = startAt(alice, ['distill', '--pass', a.pass_id, '--peer', `127.0.0.1:${port}`, '--json']);
  const [told_alice, told_bob] = await Promise.all([calling.ended, listening.ended]);
  return { alice: told_alice, bob: told_bob };
}

/** What becomes of the `nth` piece that one side sends; null cuts the line. */
export type Harm = (piece: Buffer, nth: number, from: 'alice' | 'bob') => readonly Buffer[] | null;

export interface Relay { readonly port: number; readonly heard: Buffer[] }

/** A line through which all bytes pass; what it hears is kept. */
export async function relay(port: number, harm: Harm = (piece) => [piece]): Promise<Relay> {
  const heard: Buffer[] = [];
  const server = createServer((near: Socket) => {
    const far = connect(port, '127.0.0.1');
    for (const [from, to, name] of [[near, far, 'alice'], [far, near, 'bob']] as const) {
      let nth = 0;
      from.on('data', (piece: Buffer) => {
        heard.push(piece);
        const passed = harm(piece, nth, name);
        nth += 1;
        if (passed === null) for (const end of [near, far]) end.destroy();
        else for (const one of passed) if (!to.destroyed) to.write(one);
      });
      from.on('close', () => to.destroy());
      from.on('error', () => to.destroy());
    }
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, heard };
}

/** Cuts the line after so many bytes, or after it was the other's turn to speak so often. */
export function cutAfter({ bytes = Infinity, turns = Infinity }: { readonly bytes?: number; readonly turns?: number }): Harm {
  let [heard, turned, speaking] = [0, 0, ''];
  return (piece, _, from) => {
    heard += piece.length;
    if (speaking !== from) turned += 1;
    speaking = from;
    return heard > bytes || turned > turns ? null : [piece];
  };
}
