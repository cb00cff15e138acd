import type { PassHistory, PlannedPassView, ReplannedView } from '../../../src-contract/schedule.ts';
import { formatUtc } from '../../../src-core/utc.ts';
import { alignRows } from '../output.ts';

const EMPTY = 'The plan is empty: `twinpass schedule propose` puts a window on it.';

export function planPage(passes: readonly PlannedPassView[]): string {
  return passes.length === 0 ? EMPTY : alignRows(passes.map((pass) => [pass.pass_id, rowOf(pass)]));
}

function rowOf({
  state,
  version,
  start_utc_ms,
  end_utc_ms,
  start_sigma_s,
  expected,
  ...pass
}: PlannedPassView): string {
  const seconds = (end_utc_ms - start_utc_ms) / 1000;
  const notes = [
    ...(pass.on_current_elements ? [] : ['newer elements: replan']),
    ...(pass.conflicts.length === 0 ? [] : [`${pass.conflicts.length} conflicts`]),
  ];
  return (
    `${formatUtc(start_utc_ms)} ± ${start_sigma_s.toFixed(2)} s  ${seconds.toFixed(1).padStart(6)} s  ` +
    `${`${state} v${version}`.padEnd(13)}  ${expected.sifted_bits.toFixed(0)} ± ${expected.sifted_bits_sigma.toFixed(0)} sifted` +
    (notes.length === 0 ? '' : `  (${notes.join('; ')})`)
  );
}

export function passPage(pass: PlannedPassView): string {
  const { who, why, at_utc_ms } = pass.changed;
  return alignRows([
    ['Pass', `${pass.pass_id}, ${pass.state}, version ${pass.version}`],
    [
      'Window',
      `${formatUtc(pass.start_utc_ms)} to ${formatUtc(pass.end_utc_ms)}, edges ± ${pass.start_sigma_s.toFixed(2)} s`,
    ],
    [
      'Expected',
      `${pass.expected.sifted_bits.toFixed(0)} ± ${pass.expected.sifted_bits_sigma.toFixed(0)} sifted bits, ` +
        `QBER ${(pass.expected.qber * 100).toFixed(2)} %`,
    ],
    ['Loss', `${pass.loss_db_min.toFixed(1)} to ${pass.loss_db_max.toFixed(1)} dB`],
    ['Changed', `${formatUtc(at_utc_ms)} by ${who}${why === '' ? '' : `: ${why}`}`],
    ['Next', pass.actions.length === 0 ? 'nothing: this is its end' : pass.actions.join(', ')],
    ...pass.recordings.map((id): [string, string] => ['Recorded', `as ${id}`]),
    ...pass.conflicts.map((conflict): [string, string] => ['Conflict', conflict]),
  ]);
}

export function historyPage({ pass_id, transitions }: PassHistory): string {
  const rows = transitions.map(({ version, from_state, to_state, who, why, at_utc_ms, ...by }): [string, string] => {
    const step = from_state === null || from_state === to_state ? to_state : `${from_state} → ${to_state}`;
    const moved =
      by.start_moved_s === null || by.end_moved_s === null
        ? ''
        : ` (moved: start ${signed(by.start_moved_s)}, end ${signed(by.end_moved_s)})`;
    return [`v${version}`, `${formatUtc(at_utc_ms)}  ${step}${moved}  ${who}${why === '' ? '' : `: ${why}`}`];
  });
  return `Pass ${pass_id}\n${alignRows(rows)}`;
}

const signed = (seconds: number) => `${seconds < 0 ? '−' : '+'}${Math.abs(seconds).toFixed(3)} s`;

export function replannedPage({ moved, unchanged, vanished, left_alone, unclaimed }: ReplannedView): string {
  const rows = [
    ...moved.map(({ pass, start_moved_s, end_moved_s }): [string, string] => [
      pass.pass_id,
      `start ${signed(start_moved_s)}, end ${signed(end_moved_s)}; ${pass.state} v${pass.version}`,
    ]),
    ...vanished.map(({ pass_id, start_utc_ms, nearest_s }): [string, string] => [
      pass_id,
      `no window at ${formatUtc(start_utc_ms)} any more` +
        (nearest_s === null ? '' : `; the next one is ${(nearest_s / 60).toFixed(0)} min away`),
    ]),
  ];
  const sum = [
    `${moved.length} moved`,
    `${unchanged.length} unchanged`,
    `${vanished.length} vanished`,
    `${left_alone.length} left alone; ${unclaimed} windows free`,
  ].join(', ');
  return rows.length === 0 ? sum : `${alignRows(rows)}\n${sum}`;
}
