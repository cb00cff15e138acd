import type { LiveStation, LiveView } from '../../src-contract/live.ts';
import type { StationTelemetry } from '../../src-contract/wire/messages.ts';
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
  readonly observe: (said: AlarmObservation) => void;
  readonly elapsed_ms: () => number;
  readonly now_utc_ms: () => number;
}

/** The console and the figures are judged this often. @units milliseconds of the wall */
const JUDGE_EVERY_MS = 1000;
/** Stations answer one after the other when a pass begins: so long none is missed. @units milliseconds of the wall */
const GREETING_MS = 5000;
const NO_PASS = { pass_id: null, phase: null, replay: false } as const;

export function createAlarmFeed({ observe, elapsed_ms, now_utc_ms }: AlarmFeedDeps): AlarmFeed {
  let judged_ms = -Infinity;
  let counted_utc_ms: number | null = null;
  let began_ms = -Infinity;
  let stands: { readonly pass_id: string | null; readonly phase: Pass['phase'] | null } = NO_PASS;

  /** A new pass or phase is told before anything that is judged in it. */
  const tellPass = (pass: Pass | null) => {
    const { pass_id, phase, replay, now_utc_ms: at_utc_ms } = pass ?? { ...NO_PASS, now_utc_ms: now_utc_ms() };
    if (stands.pass_id === pass_id && stands.phase === phase) return;
    if (stands.pass_id !== pass_id) [counted_utc_ms, began_ms] = [null, elapsed_ms()];
    stands = { pass_id, phase };
    observe({ kind: 'pass', pass_id, phase, replay, at_utc_ms });
  };
  const tellMessages = ({ telemetry }: RecorderReport, pass: LivePass) => {
    for (const { station, payload: message } of telemetry) {
      observe({ kind: 'telemetry', station, message, efficiency: pass.efficiencyAt(station, message) });
    }
  };
  const tellFigures = ({ pair: { counted_through_utc_ms: at_utc_ms, z, x, indicators } }: Pass) => {
    if (at_utc_ms === null || at_utc_ms === counted_utc_ms) return;
    counted_utc_ms = at_utc_ms;
    observe({ kind: 'figures', at_utc_ms, z, x, indicators });
  };
  return {
    takeUrgent: (station, message, pass) => {
      if (pass === null) return;
      observe({ kind: 'telemetry', station, message, efficiency: pass.efficiencyAt(station, message) });
    },
    take: (report, { view, pass }) => {
      tellPass(view.pass);
      if (pass !== null) tellMessages(report, pass);
      if (elapsed_ms() - judged_ms < JUDGE_EVERY_MS) return;
      judged_ms = elapsed_ms();
      const greeting = elapsed_ms() - began_ms < GREETING_MS;
      observe(consoleSaid(report, { view, elements_age_days: pass?.facts.elements_age_days ?? null, now_utc_ms: now_utc_ms(), greeting }));
      if (view.pass !== null) tellFigures(view.pass);
    },
  };
}

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
