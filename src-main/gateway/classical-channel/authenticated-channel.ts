import { err, ok, type Result } from '../../../src-core/result.ts';
import type { ChannelError, Role } from './channel-error.ts';
import type { Frame } from './frame-codec.ts';
import type { FrameLink } from './frame-link.ts';
import { createSealedTranscript, type Seal } from './sealed-transcript.ts';
import { TAG_BYTES, type SecretPool } from './secret-pool.ts';

/**
 * `milestones`: a seal before each step that cannot be undone, vouching for all said since the last.
 * `every-message`: a seal on each message; it finds a change at once and costs 64 bits of secret a message.
 */
export type Sealing = 'milestones' | 'every-message';

export interface Heard { readonly bytes: Uint8Array; readonly sealed: boolean }

/** Messages between two consoles: counted, in order, and vouched for by seals. */
export interface AuthenticatedChannel {
  readonly role: Role;
  send(bytes: Uint8Array, sealed: boolean): Promise<Result<null, ChannelError>>;
  receive(): Promise<Result<Heard, ChannelError>>;
  seals(): Readonly<Record<Role, number>>;
  close(reason?: string): void;
}

export interface ChannelOptions {
  readonly link: FrameLink;
  readonly role: Role;
  readonly pool: SecretPool;
  readonly sealing: Sealing;
}

const SEAL_BYTES = 4 + TAG_BYTES;

function joinSeal({ offset, tag }: Seal, bytes: Uint8Array): Uint8Array {
  const payload = new Uint8Array(SEAL_BYTES + bytes.length);
  new DataView(payload.buffer).setUint32(0, offset, true);
  payload.set(tag, 4);
  payload.set(bytes, SEAL_BYTES);
  return payload;
}

interface Parts { readonly bytes: Uint8Array; readonly seal: Seal | null }

function partsOf({ kind, payload }: Frame): Result<Parts, ChannelError> {
  if (kind !== 'sealed') return ok({ bytes: payload, seal: null });
  if (payload.length < SEAL_BYTES) return err({ type: 'MalformedFrame', why: `seal of ${payload.length} bytes` });
  const offset = new DataView(payload.buffer, payload.byteOffset, 4).getUint32(0, true);
  return ok({ bytes: payload.subarray(SEAL_BYTES), seal: { offset, tag: payload.subarray(4, SEAL_BYTES) } });
}

export function createAuthenticatedChannel({ link, role, pool, sealing }: ChannelOptions): AuthenticatedChannel {
  const other = role === 'alice' ? 'bob' : 'alice';
  const transcript = createSealedTranscript(pool);
  const next = { sent: 0, heard: 0 };

  const take = (frame: Frame): Result<Heard, ChannelError> => {
    if (frame.sequence !== next.heard) {
      return err({ type: 'OutOfSequence', expected: next.heard, heard: frame.sequence });
    }
    const parts = partsOf(frame);
    if (!parts.ok) return parts;
    const { bytes, seal } = parts.value;
    if (seal === null && sealing === 'every-message') return err({ type: 'SealMissing', on: `message ${next.heard}` });
    transcript.add({ from: other, sequence: next.heard, bytes });
    next.heard += 1;
    const checked = seal === null ? ok(null) : transcript.check(other, seal);
    return checked.ok ? ok({ bytes, sealed: seal !== null }) : checked;
  };

  return {
    role,
    async send(bytes, sealed) {
      const sequence = next.sent;
      next.sent += 1;
      transcript.add({ from: role, sequence, bytes });
      if (!sealed && sealing === 'milestones') return link.send({ kind: 'message', sequence, payload: bytes });
      const seal = transcript.seal(role);
      return seal.ok ? link.send({ kind: 'sealed', sequence, payload: joinSeal(seal.value, bytes) }) : seal;
    },
    async receive() {
      const frame = await link.receive();
      return frame.ok ? take(frame.value) : frame;
    },
    seals: () => transcript.seals(),
    close: (reason) => link.close(reason),
  };
}
