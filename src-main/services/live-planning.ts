import type { KeyObject } from 'node:crypto';
import type { MissionFile } from '../../src-contract/mission.ts';
import type { PlannedPassView } from '../../src-contract/schedule.ts';
import { err, ok } from '../../src-core/result.ts';
import { LIVE_LEAD_MS } from '../../src-core/schedule/life-cycle.ts';
import { propagatorOf, readElementSets } from '../pipeline/element-text.ts';
import type { ElementReader } from '../store/element-store.ts';
import type { LiveServiceDeps } from './live-ports.ts';
import type { ScheduleService } from './schedule-service.ts';

interface LivePlanningDeps {
  readonly mission: MissionFile;
  readonly mission_json: string;
  readonly code_version: string;
  readonly schedule: Pick<ScheduleService, 'plannedPass' | 'plannedPasses' | 'advance'>;
  readonly elements: ElementReader;
  readonly vaultOf: (pass_id: string) => { readonly key_id: string; readonly key: KeyObject };
  readonly now_utc_ms: () => number;
  readonly lead_ms: number;
}

type FromPlan = Pick<LiveServiceDeps, 'planned' | 'due' | 'goLive' | 'abortPlan' | 'metaOf' | 'propagatorOf' | 'elementsOf'>;

const DUE: ReadonlySet<PlannedPassView['state']> = new Set(['approved', 'armed']);

/** What the live pass has from the plan, and what it says to it. */
export function createLivePlanning(deps: LivePlanningDeps): FromPlan {
  const { mission, schedule, elements } = deps;
  const textOf = (element_set_id: string) => elements.find(element_set_id)?.raw_text ?? null;
  return {
    planned: schedule.plannedPass,
    due: () => {
      const now = deps.now_utc_ms();
      return schedule.plannedPasses().find(({ state, start_utc_ms, end_utc_ms }) =>
        DUE.has(state) && start_utc_ms - deps.lead_ms <= now && now < end_utc_ms) ?? null;
    },
    goLive: ({ pass_id, state, start_utc_ms }, authority) => {
      // A simulated pass may be flown before its time.
      const at_utc_ms = Math.round(Math.max(deps.now_utc_ms(), start_utc_ms - LIVE_LEAD_MS));
      const steps = state === 'live' ? [] : state === 'armed' ? ['start' as const] : ['arm' as const, 'start' as const];
      for (const action of steps) {
        const moved = schedule.advance(pass_id, action, { ...authority, at_utc_ms });
        if (!moved.ok) return moved;
      }
      return ok(null);
    },
    abortPlan: (pass_id, authority) => {
      const moved = schedule.advance(pass_id, 'abort', { ...authority, at_utc_ms: Math.round(deps.now_utc_ms()) });
      return moved.ok ? ok(null) : moved;
    },
    metaOf: ({ pass_id, night, start_utc_ms, end_utc_ms, element_set_id }, mode) => ({
      meta: {
        pass_id, night, mode, entangled_state: mission.source.state, custody: mission.custody, start_utc_ms,
        seconds: (end_utc_ms - start_utc_ms) / 1000, mission_id: mission.id, mission_json: deps.mission_json,
        elements_text: textOf(element_set_id), code_version: deps.code_version, created_at_utc_ms: Math.round(deps.now_utc_ms()),
      },
      vault: deps.vaultOf(pass_id),
    }),
    propagatorOf: (element_set_id) => {
      const set = elements.find(element_set_id);
      if (set === null) return err({ type: 'NotFound', what: 'element set', id: element_set_id });
      const sets = readElementSets(set.raw_text, set.source_name);
      return sets.ok ? propagatorOf(sets.value[0]!, set.source_name) : sets;
    },
    elementsOf: (pass_id) => {
      const set = elements.find(schedule.plannedPass(pass_id)?.element_set_id ?? '');
      return set === null ? null : { text: set.raw_text, name: set.source_name };
    },
  };
}
