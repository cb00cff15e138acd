import type { Duplex } from 'node:stream';
import { err, ok, type Result } from '../../../src-core/result.ts';
import type { ChannelError } from './channel-error.ts';
import { createFrameReader, encodeFrame, type Frame } from './frame-codec.ts';

export interface LinkLimits {
  /** Without any byte for so long the peer is gone. */
  readonly silence_ms: number;
  /** So long may the peer think about one answer while its heart beats. */
  readonly turn_ms: number;
  readonly heartbeat_ms: number;
}

/** Locking a pass keeps a console busy for seconds in which its heart does not beat. */
export const LINK_LIMITS: LinkLimits = { silence_ms: 60_000, turn_ms: 300_000, heartbeat_ms: 5_000 };

/** Frames over one connection. The first failure ends it, and every later call answers with that failure. */
export interface FrameLink {
  send(frame: Frame): Promise<Result<null, ChannelError>>;
  /** The next `message` or `sealed` frame. */
  receive(): Promise<Result<Frame, ChannelError>>;
  /** Says why, then ends; without a reason the end is an ordinary one. */
  close(reason?: string): void;
}

/** A dialogue takes turns: who sends more frames than this unasked does not follow it. */
const UNREAD_FRAMES_MAX = 8;
const NO_BYTES = new Uint8Array(0);
const REASON = /^[A-Za-z]{1,40}$/;

const reasonOf = (payload: Uint8Array) => {
  const text = Buffer.from(payload).toString('latin1');
  return REASON.test(text) ? text : 'unreadable';
};

type Received = Result<Frame, ChannelError>;

/** Frames received and not yet asked for, or who waits for one. */
function createInbox() {
  const frames: Frame[] = [];
  let failure: ChannelError | null = null;
  let waiting: ((received: Received) => void) | null = null;
  const answer = (received: Received) => {
    const waiter = waiting;
    waiting = null;
    waiter?.(received);
    return waiter !== null;
  };
  return {
    failure: () => failure,
    unread: () => frames.length,
    put: (frame: Frame) => { if (!answer(ok(frame))) frames.push(frame); },
    fail(error: ChannelError) {
      failure ??= error;
      answer(err(failure));
    },
    /** What came whole before a failure is still heard: a last word may be followed by the end of the line. */
    next(): Promise<Received> {
      const frame = frames.shift();
      if (frame !== undefined) return Promise.resolve(ok(frame));
      if (failure !== null) return Promise.resolve(err(failure));
      return new Promise((resolve) => { waiting = resolve; });
    },
  };
}

type Inbox = ReturnType<typeof createInbox>;

/** Ends the line on a failure: what is already written may leave, what never arrives is not waited for. */
function failWith(stream: Duplex, inbox: Inbox, error: ChannelError): void {
  if (inbox.failure() !== null) return;
  inbox.fail(error);
  stream.destroy();
}

function hear(stream: Duplex, inbox: Inbox): void {
  const reader = createFrameReader();
  const take = (frame: Frame) => {
    if (frame.kind === 'heartbeat') return;
    if (frame.kind === 'leave') failWith(stream, inbox, { type: 'PeerLeft', reason: reasonOf(frame.payload) });
    else if (inbox.unread() >= UNREAD_FRAMES_MAX) {
      failWith(stream, inbox, { type: 'MalformedFrame', why: `${UNREAD_FRAMES_MAX} frames nobody asked for` });
    } else inbox.put(frame);
  };
  stream.on('data', (bytes: Uint8Array) => {
    if (inbox.failure() !== null) return;
    const read = reader.push(bytes);
    if (!read.ok) failWith(stream, inbox, read.error);
    else read.value.forEach(take);
  });
  stream.on('error', (cause: NodeJS.ErrnoException) =>
    failWith(stream, inbox, { type: 'ConnectionLost', code: cause.code ?? 'stream' }));
  for (const event of ['end', 'close'] as const) {
    stream.on(event, () => failWith(stream, inbox, { type: 'ConnectionLost', code: 'closed' }));
  }
}

/** Frames over any byte stream: TLS in operation, a pair of pipes in a test. */
export function createFrameLink(stream: Duplex, limits: LinkLimits = LINK_LIMITS): FrameLink {
  const { silence_ms, turn_ms, heartbeat_ms } = limits;
  const inbox = createInbox();
  const silence = setTimeout(
    () => failWith(stream, inbox, { type: 'PeerSilent', waited_ms: silence_ms }), silence_ms);
  const write = (frame: Frame) => stream.writable && stream.write(encodeFrame(frame));
  const beat = setInterval(() => write({ kind: 'heartbeat', sequence: 0, payload: NO_BYTES }), heartbeat_ms);
  const still = () => {
    clearTimeout(silence);
    clearInterval(beat);
  };
  stream.on('data', () => { if (inbox.failure() === null) silence.refresh(); });
  stream.on('close', still);
  hear(stream, inbox);
  return {
    async send(frame) {
      const failure = inbox.failure();
      if (failure !== null) return err(failure);
      if (write(frame)) return ok(null);
      await new Promise<void>((resolve) => {
        const done = () => {
          stream.off('drain', done);
          stream.off('close', done);
          resolve();
        };
        stream.once('drain', done);
        stream.once('close', done);
        if (stream.destroyed) done();
      });
      const broke = inbox.failure();
      return broke === null ? ok(null) : err(broke);
    },
    async receive() {
      const impatience = setTimeout(() => failWith(stream, inbox, { type: 'PeerSlow', waited_ms: turn_ms }), turn_ms);
      const received = await inbox.next();
      clearTimeout(impatience);
      return received;
    },
    close(reason) {
      still();
      if (stream.writable && reason !== undefined) {
        stream.write(encodeFrame({ kind: 'leave', sequence: 0, payload: Buffer.from(reason, 'latin1') }));
      }
      inbox.fail({ type: 'ConnectionLost', code: 'closed here' });
      // A peer that never closes its half must not keep this one open.
      const patience = setTimeout(() => stream.destroy(), silence_ms);
      stream.once('close', () => clearTimeout(patience));
      stream.end();
    },
  };
}
