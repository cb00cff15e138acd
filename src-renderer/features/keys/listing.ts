import type { KeyView } from '../../../src-contract/key.ts';
import type { PassSummary } from '../../../src-contract/pass.ts';
import type { Status } from '../../shared/status.ts';
import { dayOfYear, longDate, shortDate } from '../../shared/times.ts';

export type Column = 'made' | 'length' | 'definition' | 'epsilon' | 'f' | 'leaked' | 'custody' | 'state';

export interface Order { readonly column: Column; readonly descending: boolean }

export const KEY_STATUS: Readonly<Record<KeyView['state'], Status>> = {
  held: 'normal', reserved: 'caution', delivered: 'standby', destroyed: 'off',
};

/** What the custody of a key means for whoever wants to use it. */
export const CUSTODY_TEXT: Readonly<Record<KeyView['custody'], string>> = {
  analysis: 'Both recordings were in one place: this key is for analysis and is never delivered.',
  operational: 'Two consoles made it, each with its own recording: neither held the other\'s outcomes.',
};

/** One that applications draw on is not taken from under them; one that left by a file still lies here until it is destroyed. */
export const isDestroyable = ({ state }: KeyView): boolean => state === 'held' || state === 'delivered';

/** Everything a person may type to find a key. */
function words(key: KeyView): string {
  const at = key.created_at_utc_ms;
  return [key.key_id, key.digest, key.state, key.custody, key.definition, key.reconciliation.algorithm, ...key.passes,
    shortDate(at), longDate(at), dayOfYear(at), key.transitions.map(({ who, why }) => `${who} ${why}`).join(' '),
  ].join(' ').toLowerCase();
}

/** Keys that hold every word of the search. */
export function searchKeys(keys: readonly KeyView[], search: string): readonly KeyView[] {
  const wanted = search.toLowerCase().split(/\s+/).filter((word) => word !== '');
  return keys.filter((key) => wanted.every((word) => words(key).includes(word)));
}

function valueOf(key: KeyView, column: Column): number | string | null {
  switch (column) {
    case 'made': return key.created_at_utc_ms;
    case 'length': return key.length_bits;
    case 'definition': return key.definition;
    case 'epsilon': return key.epsilon;
    case 'f': return key.reconciliation.f;
    case 'leaked': return key.reconciliation.leaked_bits;
    case 'custody': return key.custody;
    case 'state': return key.state;
  }
}

/** Sorted by a column; keys without that number come last either way, equals newest first. */
export function sortKeys(keys: readonly KeyView[], { column, descending }: Order): readonly KeyView[] {
  const turn = descending ? -1 : 1;
  return keys.toSorted((a, b) => {
    const [x, y] = [valueOf(a, column), valueOf(b, column)];
    if (x === y) return b.created_at_utc_ms - a.created_at_utc_ms;
    if (x === null || y === null) return x === null ? 1 : -1;
    return (x < y ? -1 : 1) * turn;
  });
}

/** Bits not yet destroyed nor delivered, by custody: they are never added up across it. */
export function bitsHeld(keys: readonly KeyView[], custody: KeyView['custody']): number {
  return keys.filter((key) => key.custody === custody && (key.state === 'held' || key.state === 'reserved'))
    .reduce((sum, { length_bits }) => sum + length_bits, 0);
}

/** Passes that hold key bits; the others were flown for Bell. */
export function passesForKey(passes: readonly PassSummary[]): readonly PassSummary[] {
  return passes.filter(({ mode, state }) => mode === 'qkd' && state !== 'failed');
}

/** Keys that a pass is in already and that were not destroyed. */
export const keysOfPass = (keys: readonly KeyView[], pass_id: string): readonly KeyView[] =>
  keys.filter(({ passes, state }) => state !== 'destroyed' && passes.includes(pass_id));

/** A total ε as a person writes it; undefined where it is none, null where the mission's own is meant. */
export function epsilonOf(text: string): number | null | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const value = Number(trimmed);
  return value >= 1e-20 && value <= 0.01 ? value : undefined;
}
