import type { FoundWindows } from '../../services/find-windows.ts';

/** The windows as a table for people: UTC, with the uncertainty of the start from the elements' age. */
export function windowsPage(found: FoundWindows): string {
  const { elements, windows, removed } = found;
  const head =
    `Elements ${elements.catalog_number}, epoch ${elements.epoch_utc}, ` +
    `${Math.abs(elements.age_days).toFixed(1)} d ${elements.age_days < 0 ? 'after' : 'before'} the search\n`;
  const columns = ['Start UTC', '± s', 'length s', 'max elev.', 'range sum km', 'loss dB', 'sifted bits', 'night'];
  const rows = windows.map((window) => [
    window.start_utc,
    window.start_sigma_s.toFixed(2),
    window.duration_s.toFixed(1),
    window.stations.map(({ elevation_deg_max }) => `${elevation_deg_max.toFixed(1)}°`).join(' / '),
    `${window.range_sum_km_min.toFixed(0)}–${window.range_sum_km_max.toFixed(0)}`,
    `${window.loss_db_min.toFixed(1)}–${window.loss_db_max.toFixed(1)}`,
    `${window.expected.sifted_bits.toFixed(0)} ± ${window.expected.sifted_bits_sigma.toFixed(0)}`,
    window.dark ? 'dark' : 'day',
  ]);
  const widths = columns.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join('  ')
      .trimEnd();
  const count = (cut: FoundWindows['removed'][number]['cut_by']) =>
    removed.filter(({ cut_by }) => cut_by === cut).length;
  const cuts = [
    ...(count('night') > 0 ? [`${count('night')} by day`] : []),
    ...(count('duration_min') > 0 ? [`${count('duration_min')} too short`] : []),
  ];
  const left_out = cuts.length > 0 ? [`Left out: ${cuts.join(', ')}`] : [];
  return [head, line(columns), ...rows.map(line), '', ...left_out, `${windows.length} windows`].join('\n');
}
