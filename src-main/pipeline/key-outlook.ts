import type { MissionFile } from '../../src-contract/mission.ts';
import type { DualWindowView } from '../../src-contract/orbit.ts';
import type { KeyOutlook } from '../../src-contract/outlook.ts';
import { bitsPerPass, projectKey, type ExpectedPass, type KeyTerms } from '../../src-core/distillation/pooling.ts';
import type { SiftedCounts } from '../../src-core/distillation/sift.ts';

/** What a campaign holds so far. */
export interface CampaignCounts {
  /** Null where counts were given, not archived. */
  readonly passes: number | null;
  readonly sifted: SiftedCounts;
}

export const NO_CAMPAIGN: CampaignCounts = { passes: 0, sifted: { Z: { n: 0, e: 0 }, X: { n: 0, e: 0 } } };

/** About as many windows as a season of clear nights has: finite-size terms are shared among them. */
const LIKE_WINDOWS = 100;

/** Beyond, lengths are no more exact (see the hypergeometric bound); no such pass is flown. */
const BLOCK_BITS_MAX = 90e6;
const SIGMAS = 5;

/** So many counts are a bright sky's, by day or at dusk: they hold no key, and no formula is asked about them. */
function isBeyond({ sifted }: CampaignCounts, bits_max: number): boolean {
  return Math.max(sifted.Z.n + sifted.X.n + bits_max, LIKE_WINDOWS * bits_max) > BLOCK_BITS_MAX;
}

/** Secret bits that a window adds to a campaign, under the mission's own key parameters; null for a window of daylight. */
export function viewKeyOutlook(
  { key, source }: MissionFile,
  campaign: CampaignCounts,
  { sifted_bits, sifted_bits_sigma, qber }: DualWindowView['expected'],
): KeyOutlook | null {
  if (isBeyond(campaign, sifted_bits + SIGMAS * sifted_bits_sigma)) return null;
  const terms: KeyTerms = { epsilon: key.eps_sec, delta: key.efficiency_mismatch, f: key.f };
  const [z, x] = [source.z_share ** 2, (1 - source.z_share) ** 2];
  const expected: ExpectedPass = { sifted_bits, sifted_bits_sigma, qber, z_share: z / (z + x) };
  const projection = projectKey(campaign.sifted, expected, terms);
  const shareWith = (bits: number) =>
    bitsPerPass({ ...expected, sifted_bits: Math.max(0, bits) }, LIKE_WINDOWS, terms);
  const [low, value, high] = [-1, 0, 1].map((sign) => shareWith(sifted_bits + sign * sifted_bits_sigma));
  return {
    ...terms,
    campaign,
    window: projection.pass,
    like_windows: LIKE_WINDOWS,
    definitions: (['paper', 'composable'] as const).map((definition) => ({
      definition,
      campaign_bits: projection[definition].length_bits,
      with_window_bits: projection[definition].length_with_pass_bits,
      adds_bits: projection[definition].gain_bits,
      share_bits: { value: value![definition], low: low![definition], high: high![definition] },
    })),
  };
}
