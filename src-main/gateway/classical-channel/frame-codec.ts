import { err, ok, type Result } from '../../../src-core/result.ts';

/** `message` and `sealed` carry the dialogue; `heartbeat` says the peer lives; `leave` names why it goes. */
export type FrameKind = 'heartbeat' | 'message' | 'sealed' | 'leave';

export interface Frame {
  readonly kind: FrameKind;
  /** Counts `message` and `sealed` frames of one direction from 0; zero on the others. */
  readonly sequence: number;
  readonly payload: Uint8Array;
}

interface MalformedFrame { readonly type: 'MalformedFrame'; readonly why: string }

const KINDS = ['heartbeat', 'message', 'sealed', 'leave'] as const satisfies readonly FrameKind[];
const HEADER_BYTES = 9;
/** The times of a ten-minute pass need half of it. */
export const PAYLOAD_BYTES_MAX = 64 * 1024 * 1024;
const LIMITS: Readonly<Record<FrameKind, number>> = {
  heartbeat: 0, message: PAYLOAD_BYTES_MAX, sealed: PAYLOAD_BYTES_MAX, leave: 64,
};

/** Length of the payload, kind, sequence number, payload; numbers low byte first. */
export function encodeFrame({ kind, sequence, payload }: Frame): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, payload.length, true);
  view.setUint8(4, KINDS.indexOf(kind));
  view.setUint32(5, sequence, true);
  bytes.set(payload, HEADER_BYTES);
  return bytes;
}

interface Header { readonly kind: FrameKind; readonly sequence: number; readonly length: number }

function readHeader(bytes: Uint8Array): Result<Header, MalformedFrame> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  const [length, code, sequence] = [view.getUint32(0, true), view.getUint8(4), view.getUint32(5, true)];
  const kind = KINDS[code];
  if (kind === undefined) return err({ type: 'MalformedFrame', why: `kind ${code}` });
  if (length > LIMITS[kind]) {
    return err({ type: 'MalformedFrame', why: `${kind} of ${length} bytes, at most ${LIMITS[kind]}` });
  }
  return ok({ kind, sequence, length });
}

/** Cuts a byte stream into frames; memory grows with what has come, never with what a header promises. */
export function createFrameReader() {
  let pieces: Uint8Array[] = [];
  let held = 0;
  let header: Header | null = null;
  const take = (count: number): Uint8Array => {
    if (count === 0) return new Uint8Array(0);
    const whole = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces, held);
    pieces = whole.length > count ? [whole.subarray(count)] : [];
    held -= count;
    return whole.subarray(0, count);
  };
  return {
    push(bytes: Uint8Array): Result<readonly Frame[], MalformedFrame> {
      if (bytes.length > 0) pieces.push(bytes);
      held += bytes.length;
      const frames: Frame[] = [];
      for (;;) {
        if (header === null) {
          if (held < HEADER_BYTES) return ok(frames);
          const read = readHeader(take(HEADER_BYTES));
          if (!read.ok) return read;
          header = read.value;
        }
        if (held < header.length) return ok(frames);
        const { kind, sequence, length } = header;
        frames.push({ kind, sequence, payload: new Uint8Array(take(length)) });
        header = null;
      }
    },
  };
}
