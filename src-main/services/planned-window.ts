import type { DualWindowView } from '../../src-contract/orbit.ts';
import type { PassDetail } from '../../src-contract/pass.ts';

export type PlannedWindow = DualWindowView;

/** What the plan keeps of an expectation; the error rate's own sigma is told of windows ahead, not kept. */
export function promised(expected: DualWindowView['expected']) {
  const { coincidences, coincidences_sigma, qber, sifted_bits, sifted_bits_sigma } = expected;
  return { coincidences, coincidences_sigma, qber, sifted_bits, sifted_bits_sigma };
}

/** What a window promised, beside what the pass gave. */
export function plannedOf(window: PlannedWindow | null): PassDetail['planned'] {
  if (window === null) return null;
  const { start_utc_ms, end_utc_ms, loss_db_min, loss_db_max, expected } = window;
  return { start_utc_ms, end_utc_ms, loss_db_min, loss_db_max, ...promised(expected) };
}
