import type { PassSummary } from '../../../src-contract/pass.ts';
import type { Status } from '../../shared/status.ts';
import { dayOfYear, longDate, nightMs, shortDate } from '../../shared/times.ts';

export type Column = 'start' | 'seconds' | 'sifted' | 'quality' | 'state';

export interface Order { readonly column: Column; readonly descending: boolean }

export const STATE_STATUS: Readonly<Record<PassSummary['state'], Status>> = {
  recorded: 'standby', processed: 'normal', failed: 'serious',
};

/** Everything a person may type to find a pass. */
function words(pass: PassSummary): string {
  const at = nightMs(pass.night);
  return [pass.pass_id, pass.night, shortDate(at), longDate(at), dayOfYear(at), pass.state, pass.mode, pass.custody,
    pass.failure ?? ''].join(' ').toLowerCase();
}

/** Passes that hold every word of the search. */
export function searchPasses(passes: readonly PassSummary[], search: string): readonly PassSummary[] {
  const wanted = search.toLowerCase().split(/\s+/).filter((word) => word !== '');
  return passes.filter((pass) => wanted.every((word) => words(pass).includes(word)));
}

function key(pass: PassSummary, column: Column): number | string | null {
  switch (column) {
    case 'start': return pass.start_utc_ms;
    case 'seconds': return pass.seconds;
    case 'sifted': return pass.sifted_bits;
    case 'quality': return pass.qber ?? pass.s;
    case 'state': return pass.state;
  }
}

/** Sorted by a column; passes without that number come last either way, equals by their start. */
export function sortPasses(passes: readonly PassSummary[], { column, descending }: Order): readonly PassSummary[] {
  const turn = descending ? -1 : 1;
  return passes.toSorted((a, b) => {
    const [x, y] = [key(a, column), key(b, column)];
    if (x === y) return b.start_utc_ms - a.start_utc_ms;
    if (x === null || y === null) return x === null ? 1 : -1;
    return (x < y ? -1 : 1) * turn;
  });
}
