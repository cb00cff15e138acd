import type { LiveStation } from '../../src-contract/live.ts';
import type { MissionFile, MissionStation } from '../../src-contract/mission.ts';
import type { StationTelemetry } from '../../src-contract/wire/messages.ts';
import type { StationPlan } from '../pipeline/live-plan.ts';
import type { StationRows, TelemetryRow } from '../pipeline/live-series.ts';
import { efficiencyDb, utcMsOfNs, viewStation } from '../pipeline/live-station-view.ts';
import type { Completeness, RecorderReport } from '../pipeline/recorder-report.ts';

/** One station while a pass is on: its last message, how old it is, and what the plots draw. */
export interface StationWatch {
  readonly take: (report: RecorderReport) => void;
  readonly view: (at: WatchedAt) => LiveStation;
  readonly rows: () => StationRows;
  readonly newest_utc_ms: () => number | null;
  readonly isComplete: () => boolean;
}

interface WatchedAt {
  readonly now_utc_ms: number;
  readonly speed: number;
  /** A pass that is over is as it was: nothing more is missed. */
  readonly over: boolean;
  readonly plan: StationPlan | null;
}

interface StationWatchDeps {
  readonly mission: MissionFile;
  readonly site: MissionStation;
  readonly elapsed_ms: () => number;
}

const NOTHING: Completeness = {
  batches: 0, missing: 0, requested_again: 0, duplicates: 0, late: 0, telemetry: 0, telemetry_missing: 0, clicks: 0,
  stored_bytes: 0, seconds_complete: 1, stored_at_station: 0,
};
/** Values are stale after so many missed messages. */
const MISSED_MAX = 3;
/** Reports come four times a second; one that is late makes no value stale. @units milliseconds of the wall */
const REPORT_SLACK_MS = 750;
const TRACKING_MS = 60_000;
/** A station that says an old time catches up after a cut. */
const BEHIND_MS = 5000;
/** An hour at ten a second. */
const ROWS_MAX = 36_000;

export function createStationWatch({ mission, site, elapsed_ms }: StationWatchDeps): StationWatch {
  const { id } = site;
  const { pair_rate_hz } = mission.source;
  let link: RecorderReport['links'][string] = 'never-heard';
  let completeness = NOTHING;
  let last: StationTelemetry | null = null;
  let last_utc_ms = -Infinity;
  let heard_at_ms = -Infinity;
  let period_ms = 1000;
  let rows: TelemetryRow[] = [];

  function hear(payload: StationTelemetry): void {
    const at_utc_ms = utcMsOfNs(payload.t_utc_ns);
    insert(rows, rowOf(payload, at_utc_ms, pair_rate_hz));
    if (rows.length > ROWS_MAX) rows = rows.slice(-ROWS_MAX);
    if (at_utc_ms <= last_utc_ms) return;
    if (last !== null && payload.seq === last.seq + 1) period_ms += 0.2 * (at_utc_ms - last_utc_ms - period_ms);
    [last, last_utc_ms, heard_at_ms] = [payload, at_utc_ms, elapsed_ms()];
  }

  const isStale = ({ now_utc_ms, speed, over }: WatchedAt) => {
    if (over) return false;
    const slack_ms = REPORT_SLACK_MS * speed;
    const silent_ms = (elapsed_ms() - heard_at_ms) * speed;
    return silent_ms > MISSED_MAX * period_ms + slack_ms || now_utc_ms - last_utc_ms > BEHIND_MS + MISSED_MAX * period_ms + slack_ms;
  };
  return {
    take: (report) => {
      link = report.links[id] ?? 'never-heard';
      completeness = report.completeness[id] ?? completeness;
      for (const { station, payload } of report.telemetry) if (station === id) hear(payload);
    },
    view: (at) => {
      const stale = isStale(at);
      return viewStation({
        site, completeness, telemetry: last, stale, now_utc_ms: at.now_utc_ms, plan: at.plan, pair_rate_hz,
        link: link === 'online' && stale ? 'silent' : link,
        tracking_error_urad_max_60s: largestTracking(rows, last_utc_ms), residual_ns: null,
        anode_v_limit: mission.limits.anode_v_max,
      });
    },
    rows: () => ({ id, rows }),
    newest_utc_ms: () => (last === null ? null : last_utc_ms),
    isComplete: () => completeness.missing === 0 && completeness.stored_at_station === 0,
  };
}

function rowOf(payload: StationTelemetry, at_utc_ms: number, pair_rate_hz: number): TelemetryRow {
  return {
    at_utc_ms, tracking_urad: payload.tracking_error_urad ?? Number.NaN,
    efficiency_db: efficiencyDb(payload, pair_rate_hz) ?? Number.NaN,
    singles_cps: payload.signal_cps, hwp_deg: payload.hwp_angle_deg,
  };
}

/** In order of time: what was sent again after a cut belongs where it was missing. */
function insert(rows: TelemetryRow[], row: TelemetryRow): void {
  const place = rows.findLastIndex(({ at_utc_ms }) => at_utc_ms <= row.at_utc_ms) + 1;
  if (place === rows.length) rows.push(row);
  else rows.splice(place, 0, row);
}

function largestTracking(rows: readonly TelemetryRow[], now_utc_ms: number): number | null {
  let largest = Number.NaN;
  for (let i = rows.length - 1; i >= 0 && rows[i]!.at_utc_ms > now_utc_ms - TRACKING_MS; i -= 1) {
    const { tracking_urad } = rows[i]!;
    if (!(tracking_urad <= largest)) largest = Number.isNaN(tracking_urad) ? largest : tracking_urad;
  }
  return Number.isNaN(largest) ? null : largest;
}
