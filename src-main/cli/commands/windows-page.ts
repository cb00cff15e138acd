import type { FoundWindows } from '../../services/find-windows.ts';

type CutBy = FoundWindows['removed'][number]['cut_by'];
type Edge = FoundWindows['windows'][number]['edges']['start'];

const LEFT_OUT: Readonly<Record<CutBy, string>> = {
  night: 'by day',
  horizon_mask: 'behind a horizon',
  range_max: 'too far',
  sunlight: 'in the wrong light',
  moon: 'near the Moon',
  duration_min: 'too short',
};

const EDGE_WORDS: Readonly<Record<Edge['by'], string>> = {
  min_elevation: 'elevation',
  horizon_mask: 'horizon',
  range_max: 'range',
  sunlight: 'light',
  moon: 'Moon',
  search: 'search',
};

const edgeText = ({ by, station }: Edge) => (station === null ? EDGE_WORDS[by] : `${EDGE_WORDS[by]} ${station}`);

/** The windows as a table for people: UTC, with the uncertainty of the start from the elements' age. */
export function windowsPage(found: FoundWindows): string {
  const { elements, windows, removed } = found;
  const kinds = [...new Set(windows.flatMap(({ stations }) => stations.map(({ elevation }) => elevation)))];
  const head =
    `Elements ${elements.catalog_number}, epoch ${elements.epoch_utc}, ` +
    `${Math.abs(elements.age_days).toFixed(1)} d ${elements.age_days < 0 ? 'after' : 'before'} the search` +
    `${kinds.length === 0 ? '' : `; elevation ${kinds.join(' and ')}`}\n`;
  const columns = ['Start UTC', '± s', 'length s', 'max elev.', 'edges', 'range sum km', 'loss dB', 'sifted bits', 'QBER %',
    'adds, paper', 'adds, composable', 'night'];
  const rows = windows.map((window) => [
    window.start_utc,
    window.start_sigma_s.toFixed(2),
    window.duration_s.toFixed(1),
    window.stations.map(({ elevation_deg_max }) => `${elevation_deg_max.toFixed(1)}°`).join(' / '),
    [...new Set([window.edges.start, window.edges.end].map(edgeText))].join(' / '),
    `${window.range_sum_km_min.toFixed(0)}–${window.range_sum_km_max.toFixed(0)}`,
    `${window.loss_db_min.toFixed(1)}–${window.loss_db_max.toFixed(1)}`,
    `${window.expected.sifted_bits.toFixed(0)} ± ${window.expected.sifted_bits_sigma.toFixed(0)}`,
    `${(100 * window.expected.qber).toFixed(1)} ± ${(100 * window.expected.qber_sigma).toFixed(1)}`,
    ...addsCells(window),
    window.dark ? 'dark' : 'day',
  ]);
  const widths = columns.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join('  ')
      .trimEnd();
  const counts = new Map<string, number>();
  for (const { cut_by } of removed) counts.set(LEFT_OUT[cut_by], (counts.get(LEFT_OUT[cut_by]) ?? 0) + 1);
  const cuts = [...counts].map(([words, count]) => `${count} ${words}`);
  const left_out = cuts.length > 0 ? [`Left out: ${cuts.join(', ')}`] : [];
  return [head, line(columns), ...rows.map(line), '', ...left_out, ...secretLines(windows), `${windows.length} windows`].join('\n');
}

function addsCells({ secret }: FoundWindows['windows'][number]): string[] {
  if (secret === null) return ['–', '–'];
  return secret.definitions.map(({ adds_bits: { value, low, high } }) =>
    `${value.toFixed(0)} (${low.toFixed(0)} to ${high.toFixed(0)})`);
}

/** By which parameters and from where the secret bits count; their intervals are of 68 %. */
function secretLines(windows: FoundWindows['windows']): string[] {
  const outlooks = windows.flatMap(({ secret }) => secret ?? []);
  const [first] = outlooks;
  if (first === undefined) return [];
  const { f, epsilon, campaign, like_windows } = first;
  const sifted = campaign.sifted.Z.n + campaign.sifted.X.n;
  const shares = first.definitions.map(({ definition }, which) => {
    const mean = outlooks.reduce((sum, { definitions }) => sum + definitions[which]!.share_bits.value, 0) / outlooks.length;
    return `${mean.toFixed(0)} ${definition}`;
  });
  return [
    `Secret bits each adds alone to a campaign of ${sifted} sifted bits, f = ${f}, ε = ${epsilon}; ` +
      `as one of ${like_windows} alike, a window is worth on average ${shares.join(', ')}`,
  ];
}
