import { darkCounts, flashes, skyCounts } from './background.ts';
import { receiveBeacon } from './beacon.ts';
import { STATIONS } from './pair.ts';
import { emitPairs, emitSingles, type Span } from './photons.ts';
import type { Stage } from './stage.ts';

/** An event can come this much before the span that made it: jitter, a pulse early. Light takes far longer. */
export const SLACK_S = 1e-6;

/** Everything of some part of a pass: dark counts while a recorder runs, light while the window lasts. */
export function happen(stage: Stage, span: Span, seconds: number): void {
  const lit = { from_s: Math.max(span.from_s, 0), to_s: Math.min(span.to_s, seconds) };
  for (const s of STATIONS) {
    const { clock } = stage.receivers[s];
    darkCounts(stage.darks[s], {
      from_s: Math.max(span.from_s, clock.on_s), to_s: Math.min(span.to_s, clock.off_s),
    });
  }
  if (lit.from_s >= lit.to_s) return;
  emitPairs(stage.source, lit);
  for (const s of STATIONS) {
    const beacon = stage.beacons?.[s];
    emitSingles(stage.source, s, lit);
    skyCounts(stage.skies[s], lit);
    if (beacon !== undefined) receiveBeacon(beacon, lit);
    for (const attack of stage.receivers[s].attacks) {
      if (attack.name === 'dead-time') flashes(stage.receivers[s], attack, lit);
    }
  }
}
