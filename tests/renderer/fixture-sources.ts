import type { ElementSourceView } from '../../src-contract/elements.ts';
import type { OperationError } from '../../src-contract/errors.ts';

/** Sources of elements as a host keeps them, without one. */
export function createFixtureSources(now_utc_ms: number) {
  const sources: ElementSourceView[] = [];
  return {
    list: () => ({ sources: [...sources] }),
    add: ({ address }: { readonly address: string }): ElementSourceView | OperationError => {
      if (sources.some((source) => source.address === address)) {
        return { type: 'Refused', message: `${address} is a source already: see the list of sources.` };
      }
      const source: ElementSourceView = {
        source_id: `source-${String(sources.length + 1).padStart(8, '0')}`,
        kind: address.startsWith('/') ? 'folder' : 'url', address, added_by: 'planner', added_at_utc_ms: now_utc_ms,
        outcome: 'never', tried_at_utc_ms: null, good_at_utc_ms: null, imported: 0, message: 'Not asked yet.',
        next_at_utc_ms: now_utc_ms, allowed_at_utc_ms: now_utc_ms, asked_today: 0,
      };
      sources.push(source);
      return source;
    },
    remove: ({ source_id }: { readonly source_id: string }): object => {
      sources.splice(sources.findIndex((source) => source.source_id === source_id), 1);
      return {};
    },
    /** What the next list tells of a source. */
    tell: (source_id: string, change: Partial<ElementSourceView>) => {
      const index = sources.findIndex((source) => source.source_id === source_id);
      sources[index] = { ...sources[index]!, ...change };
    },
  };
}
