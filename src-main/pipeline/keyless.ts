import type { MissionFile } from '../../src-contract/mission.ts';
import type { RecordingManifest } from '../../src-contract/recording.ts';
import { stationTelemetry } from '../../src-contract/wire/messages.ts';
import { coveredMs, keylessIntervals, outsideIntervals, type KeylessInterval, type MonitorMessage } from '../../src-core/alarms/keyless.ts';
import type { PairOutcome } from '../../src-core/detection/pair-outcome.ts';
import type { KeptStreams } from './tag-streams.ts';

const NS_PER_MS = 1_000_000n;

/** When a station's clicks make no key, from what it said in the pass; a message that cannot be read is one missing. */
export function keylessOf({ limits: { anode_v_max } }: MissionFile, telemetry: readonly string[]): KeylessInterval[] {
  const messages = telemetry.flatMap((text): MonitorMessage[] => {
    const read = stationTelemetry.safeParse(jsonOf(text));
    if (!read.success) return [];
    const { seq, t_utc_ns, detectors } = read.data;
    const worst = Math.max(...detectors.map((detector) => detector.anode_v_max));
    return [{ seq, at_utc_ms: Number(BigInt(t_utc_ns) / NS_PER_MS), anode_v_max: worst }];
  });
  return keylessIntervals(messages, anode_v_max);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What blinded and unmonitored intervals took from the key. */
export interface Excluded { readonly seconds: number; readonly coincidences: number }

/** The outcome that key may be made of, and what was left out; accidentals shrink with the time. */
export function forKey(
  outcome: PairOutcome, intervals: readonly KeylessInterval[],
): Pick<PairOutcome, 'coincidences' | 'accidentals'> & { readonly excluded: Excluded | null } {
  const { coincidences, accidentals, start_utc_ms, seconds } = outcome;
  const ms = coveredMs({ from_utc_ms: start_utc_ms, to_utc_ms: start_utc_ms + 1000 * seconds }, intervals);
  if (ms === 0) return { coincidences, accidentals, excluded: null };
  const kept = outsideIntervals(coincidences, start_utc_ms, intervals);
  return {
    coincidences: kept, accidentals: accidentals * (1 - ms / (1000 * seconds)),
    excluded: { seconds: ms / 1000, coincidences: coincidences.time_s.length - kept.time_s.length },
  };
}

/** A station's streams without the clicks of such intervals; its 1PPS says when each was. */
export function clicksForKey(
  { pps }: RecordingManifest, streams: KeptStreams, { tick_ps, keyless }: { tick_ps: number; keyless: readonly KeylessInterval[] },
): KeptStreams {
  const first_edge = streams.pps.ticks[0];
  if (keyless.length === 0 || pps === undefined || first_edge === undefined) return streams;
  const { ticks, detector } = streams.clicks;
  const first_edge_utc_ms = Date.parse(pps.first_edge_utc);
  const kept = Uint32Array.from(ticks.keys()).filter((i) => {
    const at_utc_ms = first_edge_utc_ms + ((ticks[i]! - first_edge) * tick_ps) / 1e9;
    return !keyless.some(({ from_utc_ms, to_utc_ms }) => at_utc_ms >= from_utc_ms && at_utc_ms <= to_utc_ms);
  });
  const clicks = { ticks: Float64Array.from(kept, (i) => ticks[i]!), detector: Uint8Array.from(kept, (i) => detector[i]!) };
  return { ...streams, clicks, dropped: { ...streams.dropped, keyless: ticks.length - kept.length } };
}
