import { createNumberRanges, type NumberRange, type NumberRanges } from '../../../src-core/archive/number-ranges.ts';
import { coverageOf, wholeShare, type Covered } from '../../../src-core/archive/second-coverage.ts';
import type { Completeness } from '../../pipeline/recorder-report.ts';
import type { BatchSpan, LiveFile, LiveKind } from '../../store/live-file.ts';

export const KINDS: readonly LiveKind[] = ['tags', 'telemetry', 'event'];

/** One station's numbers: what is on disk, what is missing, what was asked for again. */
export interface StationLedger {
  readonly numbers: (kind: LiveKind) => NumberRanges;
  /** On disk now. */
  readonly noteStored: (kind: LiveKind, seq: number, span: BatchSpan | null) => void;
  readonly noteDuplicate: () => void;
  readonly noteRequested: (numbers: number) => void;
  readonly noteWaiting: (stored_batches: number) => void;
  readonly setTick: (tick_ps: number) => void;
  readonly completeness: () => Completeness;
}

/** Takes up what a live file holds of a station, nothing where it is new. */
export function createStationLedger(station: string, live: LiveFile): StationLedger {
  const numbers: Record<LiveKind, NumberRanges> = {
    tags: createNumberRanges(live.numbers(station, 'tags')),
    telemetry: createNumberRanges(live.numbers(station, 'telemetry')),
    event: createNumberRanges(live.numbers(station, 'event')),
  };
  const tally = { requested_again: 0, duplicates: 0, late: 0, clicks: 0, stored_bytes: 0, stored_at_station: 0 };
  const seconds = createSecondShare();
  const count = (span: BatchSpan) => {
    tally.clicks += span.clicks;
    tally.stored_bytes += span.bytes;
    seconds.add(span);
  };
  for (const { station: id, tick_ps } of live.stations()) if (id === station) seconds.setTick(tick_ps);
  for (const span of live.spans(station)) count(span);
  return {
    numbers: (kind) => numbers[kind],
    noteStored: (kind, seq, span) => {
      if (kind === 'tags' && seq < numbers.tags.highest()) tally.late += 1;
      numbers[kind].add(seq);
      if (span !== null) count(span);
    },
    noteDuplicate: () => {
      tally.duplicates += 1;
    },
    noteRequested: (asked) => {
      tally.requested_again += asked;
    },
    noteWaiting: (stored_batches) => {
      tally.stored_at_station = stored_batches;
    },
    setTick: seconds.setTick,
    completeness: () => ({
      ...tally, batches: numbers.tags.count(), missing: numbers.tags.missingCount(),
      telemetry: numbers.telemetry.count(), telemetry_missing: numbers.telemetry.missingCount(),
      seconds_complete: seconds.share(),
    }),
  };
}

/** Share of the seconds so far of which every click is on disk; told by ticks, which do not jitter. */
function createSecondShare() {
  const covered: Covered[] = [];
  let ms_per_tick = 1e-9;
  let known: number | null = null;
  return {
    setTick: (tick_ps: number) => {
      ms_per_tick = tick_ps / 1e9;
      known = null;
    },
    add: ({ from_tick, to_tick }: BatchSpan) => {
      covered.push({ start_utc_ms: from_tick * ms_per_tick, end_utc_ms: to_tick * ms_per_tick });
      known = null;
    },
    share: () => (known ??= covered.length === 0 ? 1 : wholeShare(coverageOf(covered))),
  };
}

/** Numbers in a run. */
export const lengthOf = ({ from, through }: NumberRange) => through - from + 1;
