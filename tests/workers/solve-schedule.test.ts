// Goal: the choice among conflicting windows runs in a thread of its own, solver and all.
import { expect, test } from 'vitest';
import type { ChoiceProblem } from '../../src-core/schedule/choice.ts';
import { createWorkerPool } from '../../src-main/workers/pool.ts';

test('a thread starts the solver where a demand ties the windows together, and answers with plain data', async () => {
  const pool = createWorkerPool({ reportIncident: (cause) => expect.fail(String(cause)) });
  const at = (window_id: string, start_s: number, expected_bits: number) => ({
    window_id, satellite_id: '41731', station_ids: ['delingha', 'nanshan'] as const, expected_bits,
    start_utc_ms: start_s * 1000, end_utc_ms: (start_s + 100) * 1000,
  });
  const problem: ChoiceProblem = {
    opportunities: [at('a', 0, 60), at('b', 50, 100), at('c', 140, 70)],
    turnaround: { satellite_turnaround_s: 0, station_turnaround_s: 30, station_turnaround_s_by_id: {} },
    demands: [{ station_ids: ['nanshan', 'delingha'], weight: 1, demand_bits: 110 }],
  };
  const reply = await pool.run('schedule.chooseWindows', { problem, component_seconds_max: 20 });
  await pool.close();
  expect(reply).toMatchObject({ ok: true, value: { window_ids: ['a', 'c'], value: 110, programs: 1, optimality_gap: 0 } });
});
