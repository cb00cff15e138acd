// A recording as a station would send it while it records: batches of the wire's shape, one a step.
import { splitTags } from '../../src-core/archive/streams.ts';
import type { LiveBatch } from '../../src-core/detection/live-batches.ts';
import type { StationInput } from '../../src-core/detection/station-input.ts';

export function batchesOf(input: StationInput, step_s = 0.5): LiveBatch[] {
  const { clicks, beacon, pps } = splitTags(input.tags, input);
  const last = input.tags.ticks.at(-1)!;
  const step = (step_s * 1e12) / input.tags.tick_ps;
  const batches: LiveBatch[] = [];
  const rows = (ticks: Float64Array, from: number, to: number) => [firstAt(ticks, from), firstAt(ticks, to)] as const;
  for (let from_tick = 0; from_tick <= last; from_tick += step) {
    const to_tick = from_tick + step;
    const [c, d] = rows(clicks.ticks, from_tick, to_tick);
    batches.push({
      seq: batches.length + 1, from_tick, to_tick,
      clicks: { ticks: clicks.ticks.slice(c, d), detector: clicks.detector.slice(c, d) },
      beacon: beacon.ticks.slice(...rows(beacon.ticks, from_tick, to_tick)),
      pps: pps.ticks.slice(...rows(pps.ticks, from_tick, to_tick)),
    });
  }
  return batches;
}

function firstAt(ticks: Float64Array, limit: number): number {
  let [low, high] = [0, ticks.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ticks[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
