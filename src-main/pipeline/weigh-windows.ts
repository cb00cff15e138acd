import type { MissionFile } from '../../src-contract/mission.ts';
import type { DualWindowView } from '../../src-contract/orbit.ts';
import type { NightWeather } from '../../src-contract/weather.ts';
import type { SkyForecast } from '../../src-core/link/cloud-cover.ts';
import { weatheredPass } from '../../src-core/link/weathered-pass.ts';
import type { Propagator } from '../../src-core/orbit/propagate.ts';
import { missionPair, passGeometry } from './pass-prediction.ts';

type Weighed = NightWeather['windows'][number];

const STEP_S_MAX = 10;

/** What a window brings on average under both forecasts; null where SGP4 has no state for it. */
export function weighWindow(
  mission: MissionFile,
  propagator: Propagator,
  { window, sky }: { readonly window: DualWindowView; readonly sky: readonly [SkyForecast, SkyForecast] },
): Weighed | null {
  const pair = missionPair(mission);
  const { start_utc_ms, duration_s } = window;
  const steps = Math.max(8, Math.ceil(duration_s / STEP_S_MAX));
  const geometry = passGeometry(pair, propagator, {
    start_utc_ms,
    step_ms: (duration_s * 1000) / steps,
    count: steps + 1,
  });
  if (!geometry.ok) return null;
  const { coincidences, sifted_bits, share, clear_probability } = weatheredPass(pair.link, geometry.value.columns, sky);
  const [a, b] = mission.stations;
  const stations = [
    { id: a.id, clear_probability: clear_probability[0] },
    { id: b.id, clear_probability: clear_probability[1] },
  ];
  return { start_utc_ms, coincidences, sifted_bits, share, stations };
}

/** Upper ends of the airfields' words, in eighths of the sky: none, 1-2, 3-4, 5-7, 8. */
const WORDS: readonly (readonly [number, string])[] = [
  [0.5 / 8, 'clear'],
  [2.5 / 8, 'few'],
  [4.5 / 8, 'scattered'],
  [7.5 / 8, 'broken'],
  [1, 'overcast'],
];

/** What pilots call a sky of this cover. */
export function skyWord(cloud_fraction: number): string {
  return WORDS.find(([upper]) => cloud_fraction <= upper)?.[1] ?? 'overcast';
}
