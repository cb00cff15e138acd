import type { LiveView } from '../../src-contract/live.ts';
import type { MissionFile } from '../../src-contract/mission.ts';
import { alarmLimitsOf } from '../../src-contract/night-limits.ts';
import type { CheckFacts, StationFacts } from '../../src-core/alarms/check-rules.ts';
import { DEFAULT_CHECKLIST, evaluateChecklist, type CheckAnswer } from '../../src-core/alarms/checklist.ts';

type Pass = NonNullable<LiveView['pass']>;

export interface CheckInput {
  readonly mission: MissionFile;
  readonly now_utc_ms: number;
  readonly stations: Pass['stations'];
  readonly recorder: LiveView['recorder'];
  readonly elements: CheckFacts['elements'];
  readonly answers: readonly CheckAnswer[];
}

/** The go/no-go list of the pass as it stands. */
export function checklistOf(input: CheckInput): Pass['checklist'] {
  const { mission, now_utc_ms, stations, recorder, elements, answers } = input;
  const limits = alarmLimitsOf(mission);
  const facts: CheckFacts = {
    now_utc_ms, elements, hwp_digest: null,
    limits: {
      ...limits,
      elements_age_days_max: limits.elements_age_days_max ?? mission.limits.elements_age_days_max,
      anode_v_max: mission.limits.anode_v_max, disk_free_bytes_min: limits.disk_low_bytes,
    },
    recorder: {
      ready: recorder.state === 'recording' || recorder.state === 'ready', text: recorder.text,
      broker_connected: recorder.broker.state === 'connected', disk_free_bytes: recorder.disk_free_bytes,
    },
    stations: stations.map((station) => factsOf(mission, station)),
  };
  return evaluateChecklist(mission.checklist ?? DEFAULT_CHECKLIST, facts, answers);
}

function factsOf(mission: MissionFile, { id, name, telemetry }: Pass['stations'][number]): StationFacts {
  const known = mission.stations.find((station) => station.id === id)?.detectors ?? [];
  const { dark_factor_max, dark_extra_cps } = alarmLimitsOf(mission);
  return {
    id, name, hwp_digest: null,
    telemetry: telemetry === null ? null : {
      ...telemetry,
      detectors: telemetry.detectors.map((detector) => {
        const { dark_cps = 0 } = known.find(({ serial }) => serial === detector.serial) ?? {};
        return { ...detector, dark_cps_max: dark_factor_max * dark_cps + dark_extra_cps };
      }),
    },
  };
}
