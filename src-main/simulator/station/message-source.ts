import type { RecordingManifest } from '../../../src-contract/recording.ts';
import { encodeTagBatch } from '../../../src-core/formats/tag-batch.ts';
import { ok, type Result } from '../../../src-core/result.ts';
import { forBoth, STATIONS, type Pair, type StationIndex } from '../pair.ts';
import { createRandom } from '../random.ts';
import type { SimulatorError } from '../simulator-error.ts';
import { acquisitionAt, acquisitionTimes } from './acquisition.ts';
import { diaryLines, type DiarySubject } from './diary.ts';
import type { FlightPlan } from './flight-plan.ts';
import { createFlyingPair, type RecordedStep } from './flying-pair.ts';
import { pointingOf } from './pointing.ts';
import { createTelemetry, type Counted } from './telemetry.ts';

/** One message as a station would send it; the number is its place in its kind, from 1. */
export interface WrittenMessage {
  readonly kind: 'telemetry' | 'tags' | 'event';
  readonly write: (stored_batches: number) => Uint8Array | string;
}

/** Both stations' messages, step by step. */
export interface MessageSource {
  readonly manifests: Pair<RecordingManifest>;
  readonly step: (to_s: number) => Pair<readonly WrittenMessage[]>;
  readonly pairs: () => number;
}

const NS_PER_MS = 1_000_000n;
const MS_PER_S = 1000;

/** Turns a flight into messages: a tag batch and a line of telemetry a step, and events when something happens. */
export function createMessageSource(plan: FlightPlan): Result<MessageSource, SimulatorError> {
  const flying = createFlyingPair(plan);
  if (!flying.ok) return flying;
  const writers: Writer[] = [];
  for (const s of STATIONS) {
    const writer = createWriter(plan, s, flying.value.flights[s]);
    if (!writer.ok) return writer;
    writers.push(writer.value);
  }
  return ok({
    manifests: flying.value.manifests,
    step: (to_s) => {
      const steps = flying.value.flyTo(to_s);
      return forBoth((s) => writers[s]!(to_s, steps[s]));
    },
    pairs: flying.value.pairs,
  });
}

type Writer = (to_s: number, step: RecordedStep | null) => readonly WrittenMessage[];

function createWriter(plan: FlightPlan, s: StationIndex, flight: Parameters<typeof acquisitionTimes>[0]): Result<Writer, SimulatorError> {
  const station = plan.order.mission.stations[s];
  const own = plan.stations[s];
  const pointing = pointingOf(plan, station);
  if (!pointing.ok) return pointing;
  const utcNsAt = (t_s: number) => String((BigInt(plan.begin_utc_ms) + BigInt(Math.round(t_s * MS_PER_S))) * NS_PER_MS);
  const times = acquisitionTimes(flight, own);
  const telemetry = createTelemetry({
    station, plan: own, flight, pointing: pointing.value, times, utcNsAt,
    random: createRandom(plan.order.seed, `telemetry ${s}`),
  });
  const seq = { telemetry: 0, tags: 0, event: 0 };
  let since_s: number | null = null;
  let before: DiarySubject | null = null;
  return ok((to_s, step) => {
    const t_utc_ns = utcNsAt(to_s);
    const envelope = (kind: keyof typeof seq) => {
      seq[kind] += 1;
      return { seq: seq[kind], t_utc_ns, pass_id: plan.order.pass_id };
    };
    const counted = countOf(step, { seconds: to_s - (since_s ?? to_s - 1), detectors: station.detectors.length });
    since_s = to_s;
    const said = telemetry(to_s, counted);
    const messages: WrittenMessage[] = [];
    if (step !== null) {
      const batch = { ...envelope('tags'), ...step };
      messages.push({ kind: 'tags', write: () => encodeTagBatch(batch) });
    }
    const line = envelope('telemetry');
    messages.push({ kind: 'telemetry', write: (stored_batches) => JSON.stringify({ ...line, ...said, stored_batches }) });
    const now: DiarySubject = {
      ...acquisitionAt(times, own, to_s), pps: said.pps.state === 'lost' ? 'lost' : 'locked', elevation_deg: said.elevation_deg,
      blinded: said.detectors.some(({ state }) => state === 'saturated'),
    };
    for (const entry of diaryLines(before, now)) {
      const event = { ...envelope('event'), ...entry };
      messages.push({ kind: 'event', write: () => JSON.stringify(event) });
    }
    before = now;
    return messages;
  });
}

function countOf(step: RecordedStep | null, { seconds, detectors }: { seconds: number; detectors: number }): Counted {
  const by_detector = Array.from({ length: detectors }, () => 0);
  for (const place of step?.clicks.detector ?? []) by_detector[place]! += 1;
  return { seconds, by_detector, beacon: step?.beacon.length ?? 0 };
}
