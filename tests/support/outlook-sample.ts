import type { KeyOutlook } from '../../src-contract/outlook.ts';

/** What one more night adds to the published campaign, as the host tells it. */
export const outlookSample: KeyOutlook = {
  f: 1.19, epsilon: 1e-10, delta: 0.0147,
  campaign: { passes: 12, sifted: { Z: { n: 1685, e: 78 }, X: { n: 1415, e: 62 } } },
  window: { Z: { n: 162, e: 7 }, X: { n: 138, e: 6 } },
  like_windows: 100,
  definitions: [
    {
      definition: 'paper', campaign_bits: 378.7, with_window_bits: { value: 468.6, low: 424.4, high: 497.1 },
      adds_bits: { value: 89.9, low: 45.7, high: 118.4 }, share_bits: { value: 97.6, low: 78, high: 117 },
    },
    {
      definition: 'composable', campaign_bits: 20.1, with_window_bits: { value: 99, low: 51, high: 129.5 },
      adds_bits: { value: 78.9, low: 30.9, high: 109.4 }, share_bits: { value: 90.2, low: 71, high: 109 },
    },
  ],
};
