import { err, ok, type Result } from '../../src-core/result.ts';
import type { ClaimOrder, CutOrder, KeyPiece, KeyPieces, PieceError } from '../store/key-pieces.ts';
import type { LogWriter } from '../store/log-store.ts';

export interface KeyDeskDeps {
  readonly pieces: KeyPieces;
  readonly log: LogWriter;
  readonly who: string;
  readonly now_utc_ms: () => number;
  /** Something was given out, refused or lost. */
  readonly onChange: () => void;
}

interface Refusal { readonly type: 'Unknown' | 'NotTheirs' | 'Short' | 'Fault'; readonly detail: string }

export interface KeyDesk {
  readonly stock: (bytes: number) => number;
  readonly cut: (order: CutOrder) => Result<readonly KeyPiece[], Refusal>;
  readonly claim: (order: ClaimOrder) => Result<readonly KeyPiece[], Refusal>;
  readonly settle: (piece_ids: readonly string[], state: 'delivered' | 'lost') => void;
}

/** Where applications get their keys: every piece that leaves, is refused or is lost, on record without its bits. */
export function createKeyDesk({ pieces, log, who, now_utc_ms, onChange }: KeyDeskDeps): KeyDesk {
  const at = () => Math.round(now_utc_ms());
  const actor = (why: string) => ({ who, why, at_utc_ms: at() });
  const record = (action: string, subject: string, details: Readonly<Record<string, string | number>>) =>
    log.append({ at_utc_ms: at(), who, action, subject, details });
  const answer = (action: string, order: CutOrder | ClaimOrder, result: ReturnType<KeyPieces['cut']>) => {
    const subject = `${order.master_sae_id} to ${order.slave_sae_id}`;
    if (result.ok) {
      const [first] = result.value;
      record(action, subject, { pieces: result.value.length, bits: 8 * (first?.key.length ?? 0), first: first?.piece_id ?? '' });
      onChange();
      return ok(result.value);
    }
    const { type, detail, reason } = refusalOf(result.error);
    record('delivery.refusePieces', subject, { action, type, reason });
    return err({ type, detail });
  };
  return {
    stock: pieces.stock,
    cut: (order) => answer('delivery.cutPieces', order, pieces.cut(order, actor(`for ${order.slave_sae_id}`))),
    claim: (order) => answer('delivery.claimPieces', order, pieces.claim(order, actor(`for ${order.slave_sae_id}`))),
    settle: (piece_ids, state) => {
      const settled = pieces.settle(piece_ids, state, actor('all of it was given to applications'));
      if (!settled.ok) record('delivery.refusePieces', piece_ids[0] ?? '', { action: 'settle', ...refusalOf(settled.error) });
      if (state === 'lost') record('delivery.losePieces', piece_ids[0] ?? '', { pieces: piece_ids.length });
      onChange();
    },
  };
}

/** What a crash left between reserved and sent is lost from here on. */
export function closeLeftOpen({ pieces, log, who, now_utc_ms }: Omit<KeyDeskDeps, 'onChange'>): void {
  const at_utc_ms = Math.round(now_utc_ms());
  const lost = pieces.loseReserved(at_utc_ms);
  if (lost === 0) return;
  const details = { pieces: lost, why: 'the console ended while they were sent' };
  log.append({ at_utc_ms, who, action: 'delivery.losePieces', subject: 'keys', details });
}

/** What the application is told, and what the log is. */
function refusalOf(error: PieceError): Refusal & { readonly reason: string } {
  switch (error.type) {
    case 'Short': {
      const detail = `${error.stock} left of this size: distil with the other console`;
      return { type: 'Short', detail, reason: detail };
    }
    case 'Unknown': return { type: 'Unknown', detail: error.piece_id, reason: `no key here has a piece ${error.piece_id}` };
    case 'GivenOut': return { type: 'Unknown', detail: error.piece_id, reason: `${error.piece_id} was given out already` };
    case 'NotTheirs':
      return { type: 'NotTheirs', detail: error.piece_id, reason: `${error.piece_id} was not cut for these two` };
    case 'InvalidFile':
    case 'NotFound':
    case 'Refused':
    case 'Cancelled':
      return { type: 'Fault', detail: '', reason: 'message' in error ? error.message : error.type };
  }
}
