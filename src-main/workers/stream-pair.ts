// Two recordings too large for memory, from disk to coincidences: each is read several times, never held.
import type { OperationError } from '../../src-contract/errors.ts';
import type { MissionFile } from '../../src-contract/mission.ts';
import type { GateWish } from '../../src-contract/quantities.ts';
import type { PairOutcome } from '../../src-core/detection/pair-outcome.ts';
import type { ClickAccounts, ClickReplay } from '../../src-core/detection/process-pair.ts';
import { createFronts } from '../../src-core/detection/side-by-side.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import type { ElementText } from '../pipeline/element-text.ts';
import { detectionFailure } from '../pipeline/evaluate-pair.ts';
import { planPair, type PlannedPair } from '../pipeline/pass-recordings.ts';
import { gateSteps } from '../pipeline/wished-gate.ts';
import type { StationPlace, SurveyedFile } from './station-place.ts';
import { createLocalReader, surveyBoth, type ClickNews, type StationReader } from './station-reader.ts';
import { createThreadedReader } from './threaded-reader.ts';

export interface StreamOrder {
  readonly mission: MissionFile;
  readonly places: readonly [StationPlace, StationPlace];
  readonly elements: ElementText | null;
  readonly gate_ns: GateWish;
  /** Stations that are read in a thread of their own; no result depends on it. */
  readonly threads: 0 | 1 | 2;
}

export interface StreamWatch {
  readonly signal?: AbortSignal;
  readonly onProgress?: (stage: string, fraction: number) => void;
}

export interface StreamedPair {
  readonly pair: PlannedPair;
  readonly outcome: PairOutcome;
}

const SURVEY_SHARE = 0.3;
/** Ways through the clicks where the first numbering is right, as it is but for a PPS off by 50 us. */
const REPLAYS = 2;

/** Survey, lock, and as many ways through the clicks as the search asks for. */
export async function streamPair(
  order: StreamOrder,
  watch: StreamWatch,
): Promise<Result<StreamedPair, OperationError>> {
  const [a, b] = order.places;
  const readers = [
    order.threads > 0 ? createThreadedReader(a) : createLocalReader(a),
    order.threads > 1 ? createThreadedReader(b) : createLocalReader(b),
  ] as const;
  try {
    const report = (fraction: number) => watch.onProgress?.('reading both recordings', SURVEY_SHARE * fraction);
    const surveyed = await surveyBoth(readers, { ...signalOf(watch), onProgress: report });
    if (!surveyed.ok) return surveyed;
    return await countPairs(order, { readers, surveyed: surveyed.value }, watch);
  } finally {
    await Promise.all(readers.map((reader) => reader.close()));
  }
}

const signalOf = ({ signal }: StreamWatch) => (signal === undefined ? {} : { signal });

interface Opened {
  readonly readers: readonly [StationReader, StationReader];
  readonly surveyed: readonly [SurveyedFile, SurveyedFile];
}

async function countPairs(
  { mission, places, elements, gate_ns }: StreamOrder,
  { readers, surveyed }: Opened,
  watch: StreamWatch,
): Promise<Result<StreamedPair, OperationError>> {
  const stationOf = (which: 0 | 1) => {
    const { span, sync_channel } = surveyed[which];
    const { manifest, where } = places[which];
    return { manifest, where, sync_channel, span_s: span.to_s - span.from_s };
  };
  const planned = planPair(mission, [stationOf(0), stationOf(1)], elements);
  if (!planned.ok) return planned;
  const [a, b] = planned.value.inputs;
  const clicks = surveyed[0].survey.clicks + surveyed[1].survey.clicks;
  const steps = gateSteps({ mission, mode: places[0].manifest.mode, gate_ns }, [
    { setup: a, survey: surveyed[0].survey },
    { setup: b, survey: surveyed[1].survey },
  ]);
  const expected_replays = typeof gate_ns === 'number' ? REPLAYS : 2 * REPLAYS;
  let replays = 0;
  for (let step = steps.next(); ; replays += 1) {
    if (step.done === true) {
      const outcome = step.value;
      return outcome.ok ? ok({ pair: planned.value, outcome: outcome.value }) : err(detectionFailure(outcome.error));
    }
    const accounts = await replayBoth(readers, step.value, {
      ...watch,
      onProgress: (stage, fraction) =>
        watch.onProgress?.(stage, SURVEY_SHARE + (1 - SURVEY_SHARE) * Math.min(1, (replays + fraction) / expected_replays)),
      clicks,
    });
    if (!accounts.ok) return accounts;
    const changed = changedStation(accounts.value, surveyed);
    if (changed !== null) {
      const where = places[changed].where;
      return err({ type: 'InvalidFile', where, message: 'the recording changed while it was read; process it again' });
    }
    step = steps.next([accounts.value[0].account, accounts.value[1].account]);
  }
}

interface Replayed {
  readonly account: ClickAccounts[number];
  readonly pairable: number;
}

function changedStation(replayed: readonly Replayed[], surveyed: Opened['surveyed']): 0 | 1 | null {
  for (const which of [0, 1] as const) {
    const { account, pairable } = replayed[which]!;
    const dropped = Object.values(account.dropped).reduce((sum, n) => sum + n, 0);
    if (pairable + dropped !== surveyed[which].survey.clicks) return which;
  }
  return null;
}

type ReplayWatch = StreamWatch & { readonly clicks: number };

/** One way through both recordings, side by side. */
async function replayBoth(
  readers: readonly [StationReader, StationReader],
  { clocks, rules, consume }: ClickReplay,
  watch: ReplayWatch,
): Promise<Result<readonly [Replayed, Replayed], OperationError>> {
  const next: Record<'a' | 'b', () => Promise<ClickNews>> = {
    a: readers[0].openClicks({ clock: clocks[0], rule: rules[0] }),
    b: readers[1].openClicks({ clock: clocks[1], rule: rules[1] }),
  };
  const ended: Partial<Record<'a' | 'b', ClickAccounts[number]>> = {};
  const pairable = { a: 0, b: 0 };
  const fronts = createFronts(consume);
  for (let which = fronts.next(); which !== null; which = fronts.next()) {
    const news = await next[which]();
    if (watch.signal?.aborted === true) return err({ type: 'Cancelled' });
    if (news.kind === 'piece') {
      fronts.give(which, news.piece);
      pairable[which] += news.piece.time_ns.length;
      watch.onProgress?.('counting coincidences', (pairable.a + pairable.b) / Math.max(watch.clicks, 1));
      continue;
    }
    if (!news.result.ok) return news.result;
    ended[which] = news.result.value;
    fronts.give(which, null);
  }
  return ok([
    { account: ended.a!, pairable: pairable.a },
    { account: ended.b!, pairable: pairable.b },
  ]);
}
