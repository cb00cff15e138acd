import type { ChoiceView } from '../../src-contract/choice.ts';
import type { PassNotice } from '../../src-contract/notices.ts';
import type { OperationError } from '../../src-contract/errors.ts';
import type { ExportedText, PassChange, PassHistory, PlanExport, PlannedPassView,
  Proposal } from '../../src-contract/schedule.ts';

type Transition = PassHistory['transitions'][number];
type State = PlannedPassView['state'];

const ACTIONS: Readonly<Partial<Record<State, PlannedPassView['actions']>>> = {
  proposed: ['approve', 'cancel'], approved: ['arm', 'record', 'cancel'], armed: ['start', 'record', 'abort', 'cancel'],
  live: ['record', 'abort'],
};
const AFTER: Readonly<Record<PassChange['action'], State>> = {
  approve: 'approved', arm: 'armed', start: 'live', record: 'recorded', process: 'processed', archive: 'archived',
  abort: 'aborted', cancel: 'cancelled',
};
const refused = (message: string): OperationError => ({ type: 'Refused', message });

/** A plan without a host: enough of its rules for a page to propose, approve and cancel against. */
export interface FixtureSchedule {
  readonly passes: PlannedPassView[];
  readonly propose: (proposal: Proposal) => PlannedPassView | OperationError;
  readonly change: (change: PassChange) => PlannedPassView | OperationError;
  readonly history: (pass_id: string) => PassHistory | OperationError;
  /** Two windows of the fixture's nights, as the best choice. */
  readonly choice: (job_id: string) => ChoiceView;
  /** Passes that begin within half an hour. */
  readonly notices: () => PassNotice[];
  readonly write: (order: PlanExport) => ExportedText;
}

export function createFixtureSchedule(now_utc_ms: number): FixtureSchedule {
  const passes: PlannedPassView[] = [];
  const histories = new Map<string, Transition[]>();

  function put(pass: PlannedPassView, from_state: State | null): PlannedPassView {
    const at = passes.findIndex(({ pass_id }) => pass_id === pass.pass_id);
    passes.splice(at < 0 ? passes.length : at, at < 0 ? 0 : 1, pass);
    const line = { version: pass.version, from_state, to_state: pass.state, ...pass.changed,
      start_moved_s: null, end_moved_s: null };
    histories.set(pass.pass_id, [...histories.get(pass.pass_id) ?? [], line]);
    return pass;
  }

  return {
    passes,
    notices: () => passes.filter(({ state, start_utc_ms }) =>
      ['proposed', 'approved', 'armed'].includes(state) && start_utc_ms > now_utc_ms
        && start_utc_ms <= now_utc_ms + 1_800_000).map(({ pass_id, night, state, start_utc_ms, end_utc_ms }) => ({
      notice_id: `${pass_id}/1800`, pass_id, night, state, lead_s: 1800, start_utc_ms, end_utc_ms,
      title: 'Pass in 30 min', body: `${state}.` })),
    propose: ({ start_utc_ms, who, why }) => {
      if (who.trim() === '') return refused('Say who proposes this pass.');
      const night = new Date(start_utc_ms - 4 * 3_600_000).toISOString().slice(0, 10);
      return put({
        pass_id: `${night}-planned-${passes.length + 1}`, night, state: 'proposed', version: 1, start_utc_ms,
        end_utc_ms: start_utc_ms + 200_000, element_set_id: '9c1f23ab77e2', elements_age_days: 0.5,
        on_current_elements: true, start_sigma_s: 0.24, loss_db_min: 56, loss_db_max: 71,
        expected: { coincidences: 618, coincidences_sigma: 120, qber: 0.045, sifted_bits: 310, sifted_bits_sigma: 64 },
        changed: { who, why, at_utc_ms: now_utc_ms }, actions: ['approve', 'cancel'], conflicts: [],
        recordings: [],
      }, null);
    },
    change: ({ pass_id, version, action, who, why }) => {
      const pass = passes.find((candidate) => candidate.pass_id === pass_id);
      if (pass === undefined) return { type: 'NotFound', what: 'planned pass', id: pass_id };
      if (pass.version !== version) return refused(`Pass ${pass_id} is at version ${pass.version} by now.`);
      const reasoned = action === 'approve' || action === 'abort' || action === 'cancel';
      if (reasoned && why.trim() === '') return refused('Say why: someone will ask for it.');
      const state = AFTER[action];
      return put({
        ...pass, state, version: version + 1, actions: ACTIONS[state] ?? [],
        changed: { who, why, at_utc_ms: now_utc_ms },
      }, pass.state);
    },
    history: (pass_id) => {
      const transitions = histories.get(pass_id);
      return transitions === undefined ? { type: 'NotFound', what: 'planned pass', id: pass_id }
        : { pass_id, transitions };
    },
    choice: (job_id) => {
      const chosen = [0, 1].map((i) => ({
        window_id: `w${i}`, satellite_id: '41731', station_ids: ['delingha', 'nanshan'] as [string, string],
        start_utc_ms: now_utc_ms + (i * 24 + 2.2) * 3_600_000, end_utc_ms: now_utc_ms + (i * 24 + 2.2) * 3_600_000 + 280_000,
        expected_bits: 310 - 5 * i,
      }));
      return {
        job_id, chosen, expected_bits: 615, value: 615, value_max: 615, optimality_gap: 0, greedy_value: 580, greedy_gap: 0.057,
        pairs: [{ station_ids: ['delingha', 'nanshan'], windows: 2, expected_bits: 615, weight: 1, demand_bits: null }],
        windows: 12, parts: 12, solved_parts: 0, weighed: 0, taken: 0,
      };
    },
    write: ({ format }) => ({
      file_name: `micius-plan.${format}`, media_type: 'text/plain', text: `BEGIN ${format} of ${passes.length}` }),
  };
}
