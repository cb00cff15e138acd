import type { LiveStation, LiveView } from '../../src-contract/live.ts';
import type { MissionFile } from '../../src-contract/mission.ts';
import { alarmLimitsOf } from '../../src-contract/night-limits.ts';
import type { StationTelemetry } from '../../src-contract/wire/messages.ts';
import { utcMsOfNs } from '../pipeline/live-station-view.ts';
import type { RecorderReport } from '../pipeline/recorder-report.ts';
import type { AlarmObservation } from './alarm-observation.ts';
import type { LivePass } from './live-pass.ts';

type Pass = NonNullable<LiveView['pass']>;

/** What of the live pass alarms are judged by, told to them as it comes. */
export interface AlarmFeed {
  /** What the recorder says, a few times a second, and how the console looks with it. */
  readonly take: (report: RecorderReport, scene: FeedScene) => void;
  /** A message whose alarm cannot wait for the disk; it comes again with the report once it is stored. */
  readonly takeUrgent: (station: string, message: StationTelemetry, pass: LivePass | null) => void;
}

interface FeedScene { readonly view: LiveView; readonly pass: LivePass | null }

interface AlarmFeedDeps {
  readonly mission: MissionFile;
  readonly observe: (said: AlarmObservation) => void;
  readonly elapsed_ms: () => number;
  readonly now_utc_ms: () => number;
}

/** Stations answer one after the other when a pass begins: so long none is missed. @units milliseconds of the wall */
const GREETING_MS = 5000;

export function createAlarmFeed({ mission, observe, elapsed_ms, now_utc_ms }: AlarmFeedDeps): AlarmFeed {
  const { dark_factor_max, dark_extra_cps } = alarmLimitsOf(mission);
  const detectors = mission.stations.flatMap((station) => station.detectors);
  const promised = new Map(detectors.map(({ serial, dark_cps }) => [serial, dark_cps]));
  const isHot = ({ telemetry }: LiveStation) => telemetry !== null && telemetry.detectors.some(({ serial, dark_cps }) =>
    dark_cps > dark_factor_max * (promised.get(serial) ?? 0) + dark_extra_cps);
  let counted_utc_ms: number | null = null;
  let began_ms = -Infinity;
  let through_utc_ms = -Infinity;
  let stands: { readonly pass_id: string | null; readonly phase: Pass['phase'] | null } = { pass_id: null, phase: null };

  /** A new pass or phase is told before anything that is judged in it; what comes late turns no phase back. */
  const tellPass = ({ view, pass }: FeedScene, at_utc_ms: number) => {
    const pass_id = view.pass?.pass_id ?? null;
    if (stands.pass_id !== pass_id) [counted_utc_ms, began_ms, through_utc_ms] = [null, elapsed_ms(), -Infinity];
    through_utc_ms = Math.max(through_utc_ms, at_utc_ms);
    const phase = pass?.phaseAt(through_utc_ms) ?? view.pass?.phase ?? null;
    if (stands.pass_id === pass_id && stands.phase === phase) return;
    stands = { pass_id, phase };
    observe({ kind: 'pass', pass_id, phase, replay: view.pass?.replay ?? false, at_utc_ms });
  };
  const tellMessages = ({ telemetry }: RecorderReport, scene: FeedScene, pass: LivePass) => {
    const timed = telemetry.map((said) => ({ ...said, at_utc_ms: utcMsOfNs(said.payload.t_utc_ns) }));
    for (const { station, payload: message, at_utc_ms } of timed.sort((a, b) => a.at_utc_ms - b.at_utc_ms)) {
      tellPass(scene, at_utc_ms);
      observe({ kind: 'telemetry', station, message, efficiency: pass.efficiencyAt(station, message) });
    }
  };
  const tellFigures = ({ stations, pair: { counted_through_utc_ms: at_utc_ms, z, x, indicators } }: Pass) => {
    if (at_utc_ms === null || at_utc_ms === counted_utc_ms) return;
    counted_utc_ms = at_utc_ms;
    const hot = stations.filter(isHot).map(({ id }) => id);
    observe({ kind: 'figures', at_utc_ms, z, x, indicators: indicators.map((one) => explained(one, hot)) });
  };
  return {
    takeUrgent: (station, message, pass) => {
      if (pass === null) return;
      observe({ kind: 'telemetry', station, message, efficiency: pass.efficiencyAt(station, message) });
    },
    take: (report, scene) => {
      const { view, pass } = scene;
      if (pass !== null) tellMessages(report, scene, pass);
      tellPass(scene, pass?.surely_utc_ms() ?? now_utc_ms());
      const greeting = elapsed_ms() - began_ms < GREETING_MS;
      observe(consoleSaid(report, { view, elements_age_days: pass?.facts.elements_age_days ?? null, now_utc_ms: now_utc_ms(), greeting }));
      if (view.pass !== null) tellFigures(view.pass);
    },
  };
}

type Said = Pass['pair']['indicators'][number];
const BY_COUNTS: ReadonlySet<Said['id']> = new Set(['detector-balance', 'basis-ratio', 'spatial-mode']);

/** A detector that is hot counts unlike its efficiency: its dark counts say so already. */
const explained = (said: Said, hot: readonly string[]): Said =>
  (BY_COUNTS.has(said.id) && hot.includes(said.station ?? '') ? { ...said, state: 'unknown' } : said);

interface ConsoleKnown {
  readonly view: LiveView;
  readonly elements_age_days: number | null;
  readonly now_utc_ms: number;
  readonly greeting: boolean;
}

function consoleSaid(
  { broker, disk, disk_free_bytes }: RecorderReport, { view: { pass }, elements_age_days, now_utc_ms, greeting }: ConsoleKnown,
): AlarmObservation {
  const at_utc_ms = pass?.now_utc_ms ?? now_utc_ms;
  return {
    kind: 'console', at_utc_ms, broker: { url: broker.url, connected: broker.state === 'connected' },
    // A quota may be full where the disk is not.
    disk_free_bytes: disk.state === 'full' ? 0 : disk_free_bytes,
    lag_s: pass?.pair.lag_s ?? null, elements_age_days: elements_age_days === null ? null : Math.abs(elements_age_days),
    stations: (pass?.stations ?? []).map((station) => ({
      station: station.id, batches_missing: station.completeness.missing,
      heard_utc_ms: greeting || isExcused(station, { pass: pass!, disk }) ? at_utc_ms : station.telemetry?.at_utc_ms ?? null,
    })),
  };
}

/** Silence that is none: values are fresh, the disk takes nothing, or all of the pass is here and the station went home. */
function isExcused({ link, telemetry, completeness }: LiveStation, { pass, disk }: { pass: Pass; disk: RecorderReport['disk'] }): boolean {
  const fresh = link === 'online' && telemetry?.stale === false;
  const home = pass.phase === 'closing' && completeness.missing === 0 && completeness.stored_at_station === 0;
  return fresh || home || disk.state !== 'writing';
}
