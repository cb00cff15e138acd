import type { DeliveryView } from '../../../src-contract/delivery.ts';
import type { Status } from '../../shared/status.ts';

type Piece = DeliveryView['pieces'][number];

export const PIECE_STATUS: Readonly<Record<Piece['state'], Status>> = {
  reserved: 'caution', delivered: 'normal', lost: 'serious',
};

/** Whether applications get keys from this console now, in one phrase. */
export function deliveryStatus({ service, problem, keys_left }: DeliveryView): { readonly status: Status; readonly word: string } {
  if (service === null) {
    return problem === null ? { status: 'off', word: 'not served by this console' } : { status: 'serious', word: 'cannot serve' };
  }
  const word = `served at ${service.host.includes(':') ? `[${service.host}]` : service.host}:${service.port}`;
  return keys_left === 0 ? { status: 'caution', word: `${word}, none left to cut` } : { status: 'normal', word };
}

/** What one application was given in one go. */
export interface Round extends Pick<Piece, 'key_id' | 'bits' | 'side' | 'state' | 'reserved_at_utc_ms'> {
  readonly first_piece_id: string;
  readonly count: number;
  readonly here: string;
  readonly there: string;
}

/** Pieces as they are told, newest first, those alike in all but their place as one row. */
export function roundsOf(pieces: readonly Piece[]): readonly Round[] {
  const rounds = new Map<string, Round>();
  for (const { piece_id, master_sae_id, slave_sae_id, key_id, bits, side, state, reserved_at_utc_ms } of pieces) {
    const [here, there] = side === 'master' ? [master_sae_id, slave_sae_id] : [slave_sae_id, master_sae_id];
    const alike = JSON.stringify([reserved_at_utc_ms, key_id, bits, side, here, there, state]);
    const before = rounds.get(alike);
    const round = { key_id, bits, side, state, reserved_at_utc_ms, here, there };
    rounds.set(alike, { ...round, first_piece_id: piece_id, count: (before?.count ?? 0) + 1 });
  }
  return [...rounds.values()];
}
