// Goal: no pair of passes that shares a station or the satellite too closely goes unseen, and no other is named.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeConflict, findConflicts, refuseConflicts, type ScheduledPass }
  from '../../../src-core/schedule/conflicts.ts';
import { holdsResources, type PlanState } from '../../../src-core/schedule/life-cycle.ts';
import { resourcesOf, turnaroundOf, type Turnaround } from '../../../src-core/schedule/occupancy.ts';

const turnaround: Turnaround = {
  satellite_turnaround_s: 60, station_turnaround_s: 120, station_turnaround_s_by_id: { xinglong: 600 },
};
type Span = readonly [from_s: number, to_s: number];
const pass = (pass_id: string, [from_s, to_s]: Span, rest: Partial<ScheduledPass> = {}): ScheduledPass => ({
  pass_id, satellite_id: '41731', station_ids: ['delingha', 'nanshan'],
  start_utc_ms: from_s * 1000, end_utc_ms: to_s * 1000, ...rest,
});

test('turnaround: 119.9 s are too few for a station that needs 120 s, 120 s are enough', () => {
  const other = { satellite_id: '44444', station_ids: ['delingha', 'lijiang'] as const };
  expect(findConflicts([pass('a', [0, 280]), pass('b', [400, 500], other)], turnaround)).toEqual([]);
  const found = findConflicts([pass('b', [399.9, 500], other), pass('a', [0, 280])], turnaround);
  expect(found).toEqual([{ resource: { type: 'station', id: 'delingha' }, pass_ids: ['a', 'b'],
    gap_s: expect.closeTo(119.9, 9) as number, needed_s: 120 }]);
  expect(describeConflict(found[0]!)).toBe('The station delingha cannot serve both a and b: 119.9 s lie between them '
    + 'and 120 s are needed. Cancel one of them.');
});

test('the satellite serves one pair at a time; a station may need longer than the others', () => {
  const elsewhere = pass('b', [100, 300], { station_ids: ['lijiang', 'xinglong'] });
  const found = findConflicts([pass('a', [0, 280]), elsewhere], turnaround);
  expect(found).toMatchObject([{ resource: { type: 'satellite', id: '41731' }, gap_s: -180, needed_s: 60 }]);
  expect(describeConflict(found[0]!)).toContain('overlap by 180.0 s');
  const later = pass('c', [800, 900], { satellite_id: '5', station_ids: ['xinglong', 'kunming'] });
  expect(findConflicts([elsewhere, later], turnaround)).toMatchObject([{ resource: { id: 'xinglong' }, gap_s: 500 }]);
});

test('only approved, armed and live passes hold what they use', () => {
  const states: PlanState[] = ['proposed', 'approved', 'armed', 'live', 'recorded', 'processed', 'archived', 'aborted',
    'cancelled'];
  expect(states.filter(holdsResources)).toEqual(['approved', 'armed', 'live']);
});

test('failure: a pass that collides with a held one is refused, itself apart', () => {
  const held = [pass('a', [0, 280]), pass('z', [5000, 5200])];
  expect(refuseConflicts(pass('a', [1, 281]), held, turnaround)).toEqual({ ok: true, value: null });
  const refused = refuseConflicts(pass('b', [300, 500]), held, turnaround);
  expect(refused).toMatchObject({ ok: false, error: { type: 'ConflictingPasses', pass_id: 'b' } });
  if (!refused.ok) expect(refused.error.conflicts.map(({ resource }) => resource.id).toSorted())
    .toEqual(['41731', 'delingha', 'nanshan']);
});

test('property: the sweep finds what comparing every pair with every other finds', () => {
  const stations = ['delingha', 'nanshan', 'xinglong', 'lijiang'];
  const arbitrary = fc.record({
    start: fc.integer({ min: 0, max: 4000 }), length: fc.integer({ min: 1, max: 400 }),
    satellite_id: fc.constantFrom('1', '2', '3'), pair: fc.shuffledSubarray(stations, { minLength: 2, maxLength: 2 }),
  });
  fc.assert(fc.property(fc.array(arbitrary, { maxLength: 14 }), (drawn) => {
    const passes = drawn.map(({ start, length, satellite_id, pair }, i) =>
      pass(`p${i}`, [start, start + length], { satellite_id, station_ids: pair as [string, string] }));
    const expected = passes.flatMap((a, i) => passes.slice(i + 1).flatMap((b) => resourcesOf(a)
      .filter(({ type, id }) => resourcesOf(b).some((other) => other.type === type && other.id === id))
      .filter((resource) => {
        const [first, second] = a.start_utc_ms <= b.start_utc_ms ? [a, b] : [b, a];
        return second.start_utc_ms < first.end_utc_ms + turnaroundOf(resource, turnaround) * 1000;
      })
      .map(({ id }) => [id, ...[a.pass_id, b.pass_id].toSorted()].join(' '))));
    const found = findConflicts(passes, turnaround)
      .map(({ resource, pass_ids }) => [resource.id, ...pass_ids.toSorted()].join(' '));
    expect(found.toSorted()).toEqual(expected.toSorted());
  }));
});
