import type { OutputOf } from '../../../src-contract/operations.ts';
import type { ElementSetSummary } from '../../../src-contract/orbit.ts';
import { Loadable } from '../../shared/loadable.svelte.ts';
import type { Status } from '../../shared/status.ts';
import { describeCallError, type Client } from '../../transport/client.ts';

type Imported = OutputOf<'orbit.importElements'>;

export interface AgeBadge { readonly status: Status; readonly word: string }

/** Days up to which edges hold within a fraction of a second (PHYSICS, section 2). */
const FRESH_DAYS = 4;

/** May the edges be trusted? By the distance of the epoch from now, either way. */
export function ageBadge(age_days: number, age_days_max: number): AgeBadge {
  const apart = Math.abs(age_days);
  const said = `${apart.toFixed(1)} d from epoch`;
  if (apart > age_days_max) return { status: 'serious', word: `too old, ${said}` };
  if (apart > FRESH_DAYS) return { status: 'caution', word: `ageing, ${said}` };
  return { status: 'normal', word: `good, ${said}` };
}

/** Element sets of the mission, and bringing in new ones. */
export class Elements {
  readonly sets = new Loadable<readonly ElementSetSummary[]>();
  readonly current = $derived(this.sets.value?.find(({ current }) => current) ?? null);
  importing = $state(false);
  /** Of the last import: what it brought, or what was wrong with it. */
  imported = $state.raw<Imported | null>(null);
  refusal = $state<string | null>(null);
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async refresh(): Promise<void> {
    await this.sets.load(async (signal) => {
      const reply = await this.#client.call('orbit.listElements', {}, signal);
      return reply.ok ? { ok: true, value: reply.value.sets } : reply;
    });
  }

  /** True when the text was taken. */
  async take(text: string, source_name: string): Promise<boolean> {
    this.importing = true;
    this.imported = null;
    this.refusal = null;
    const reply = await this.#client.call('orbit.importElements', { text, source_name });
    this.importing = false;
    if (reply.ok) this.imported = reply.value;
    else this.refusal = describeCallError(reply.error);
    await this.refresh();
    return reply.ok;
  }

  /** Before the dialog opens again. */
  forgetImport(): void {
    this.imported = null;
    this.refusal = null;
  }
}
