import { timingSafeEqual } from 'node:crypto';
import { verificationTag } from '../../../src-core/distillation/verification.ts';
import { err, ok, type Result } from '../../../src-core/result.ts';
import type { ChannelError, Role } from './channel-error.ts';
import { TAG_BYTES, type SecretPool } from './secret-pool.ts';

/** One message of the dialogue, as the side that hears it counts it. */
export interface Spoken { readonly from: Role; readonly sequence: number; readonly bytes: Uint8Array }

/** Where its pad lies, and the encrypted hash. */
export interface Seal { readonly offset: number; readonly tag: Uint8Array }

const PROTOCOL = Buffer.from('twinpass-classical/1', 'latin1');
const LANE = { alice: 0, bob: 1 } as const;

const numbers = (...values: readonly number[]) => {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => view.setUint32(4 * i, value, true));
  return bytes;
};

/** Equal to the last bit? In constant time, so that a refusal tells nothing of the tag. */
const same = (a: Uint8Array, b: Uint8Array) => a.length === b.length && timingSafeEqual(a, b);

/**
 * All that both sides said since the last seal, in order; a seal vouches for the whole of it.
 *
 * The hashed text is protocol, direction, pad, count of seals so far, then for each message its speaker, sequence
 * number and length before its bytes: nothing can be moved from one message into another, or left out at the end.
 */
export function createSealedTranscript(pool: SecretPool) {
  let open: Spoken[] = [];
  const seals = { alice: 0, bob: 0 };
  const hashed = (by: Role, offset: number): Uint8Array => {
    const head = [PROTOCOL, numbers(LANE[by], offset, seals.alice + seals.bob, open.length)];
    const body = open.flatMap(({ from, sequence, bytes }) => [numbers(LANE[from], sequence, bytes.length), bytes]);
    const text = Buffer.concat([...head, ...body]);
    return verificationTag({ bytes: text, length: 8 * text.length }, pool.hash_key).bytes;
  };
  const encrypt = (tag: Uint8Array, pad: Uint8Array) => tag.map((byte, i) => byte ^ pad[i]!);
  const finish = (by: Role) => {
    open = [];
    seals[by] += 1;
  };
  return {
    add(spoken: Spoken): void {
      open.push(spoken);
    },
    seal(by: Role): Result<Seal, ChannelError> {
      const taken = pool.take(by);
      if (!taken.ok) return taken;
      const { offset, pad } = taken.value;
      const tag = encrypt(hashed(by, offset), pad);
      pad.fill(0);
      finish(by);
      return ok({ offset, tag });
    },
    check(by: Role, { offset, tag }: Seal): Result<null, ChannelError> {
      const pad = pool.look(by, offset);
      if (!pad.ok) return pad;
      const due = encrypt(hashed(by, offset), pad.value);
      pad.value.fill(0);
      if (tag.length !== TAG_BYTES || !same(due, tag)) {
        return err({ type: 'SealRefused', covers_messages: open.length });
      }
      pool.spend(by, offset);
      finish(by);
      return ok(null);
    },
    /** Seals so far by each side: what they cost is known to both. */
    seals: (): Readonly<Record<Role, number>> => ({ ...seals }),
  };
}
