// Goal: what is recorded, processed and verified moves the pass that was planned for that time, and no other.
import { expect, test } from 'vitest';
import type { InputOf } from '../../src-contract/operations.ts';
import { GOLDEN_UTC_MS, movedTle, NEXT_UTC_MS, proposal, proposedGolden } from './planned-mission.ts';

const ID = '2018-09-14-1814';
const FLOWN = '2018-09-14-1816-qkd';
const HASH = 'a'.repeat(64);
type Setup = Awaited<ReturnType<typeof proposedGolden>>;

/** A row of the archive, as an import leaves it; what lies in the pass file is not the plan's business. */
function archived({ db }: Setup, change: { pass_id?: string; start_utc_ms?: number; seconds?: number } = {}): void {
  const { pass_id = FLOWN, start_utc_ms = GOLDEN_UTC_MS, seconds = 120 } = change;
  db.prepare(`INSERT INTO pass VALUES (?, '2018-09-14', 'recorded', 'qkd', 'psi+', 'analysis', ?, ?, ?, ?, ?, 5, NULL)`)
    .run(pass_id, start_utc_ms, seconds, `${pass_id}.tpass`, HASH, pass_id.padEnd(64, '0').slice(0, 64));
}

function verdict({ db }: Setup, pass_id = FLOWN): void {
  db.prepare(`INSERT INTO verdict VALUES (?, 1, 5, '0.1.0', ?, 620, 310, 0.045, NULL)`).run(pass_id, HASH);
}

const change = (said: Partial<InputOf<'schedule.changePass'>>): InputOf<'schedule.changePass'> =>
  ({ pass_id: ID, version: 1, action: 'approve', who: 'bo', why: 'clear', override_why: null, ...said });
const planned = async ({ get }: Setup) => (await get('schedule.listPasses', {})).passes[0]!;

async function approved(): Promise<Setup> {
  const setup = await proposedGolden();
  await setup.get('schedule.changePass', change({}));
  return setup;
}

test('an approved pass is recorded, processed and archived as its recordings are', async () => {
  const setup = await approved();
  archived(setup);
  setup.schedule.followArchive(FLOWN);
  expect(await planned(setup)).toMatchObject({ state: 'recorded', version: 3, recordings: [FLOWN] });
  verdict(setup);
  setup.schedule.followArchive(FLOWN);
  expect(await planned(setup)).toMatchObject({ state: 'processed', version: 4 });
  setup.schedule.followVerification(FLOWN);
  const { transitions } = await setup.get('schedule.readHistory', { pass_id: ID });
  expect(transitions.slice(2).map(({ to_state, who, why }) => [to_state, who, why])).toEqual([
    ['recorded', 'ops', `recordings archived as ${FLOWN}`], ['processed', 'ops', `verdict 1 of ${FLOWN}`],
    ['archived', 'ops', `${FLOWN} was verified and is intact`],
  ]);
  // Not before the recording itself ended, whatever the clock of the mission says.
  expect(transitions[2]!.at_utc_ms).toBe(GOLDEN_UTC_MS + 120_000);
});

test('said twice, or after a restart in between, nothing is done twice', async () => {
  const setup = await approved();
  archived(setup);
  verdict(setup);
  for (let i = 0; i < 3; i += 1) setup.schedule.followArchive(FLOWN);
  expect(await planned(setup)).toMatchObject({ state: 'processed', version: 4, recordings: [FLOWN] });
});

test('a live pass that its recorder took to recorded is only linked', async () => {
  const setup = await approved();
  setup.clock.utc_ms = GOLDEN_UTC_MS - 60_000;
  await setup.get('schedule.changePass', change({ version: 2, action: 'arm', why: '' }));
  await setup.get('schedule.changePass', change({ version: 3, action: 'start', why: '' }));
  setup.clock.utc_ms = GOLDEN_UTC_MS + 200_000;
  await setup.get('schedule.changePass', change({ version: 4, action: 'record', why: '' }));
  archived(setup);
  setup.schedule.followArchive(FLOWN);
  expect(await planned(setup)).toMatchObject({ state: 'recorded', version: 5, recordings: [FLOWN] });
});

test('a recording of another time, and one of a pass nobody approved, move nothing', async () => {
  const setup = await proposedGolden();
  archived(setup);
  setup.schedule.followArchive(FLOWN);
  expect(await planned(setup)).toMatchObject({ state: 'proposed', recordings: [] });
  await setup.get('schedule.changePass', change({}));
  archived(setup, { pass_id: 'another-night', start_utc_ms: NEXT_UTC_MS });
  setup.schedule.followArchive('another-night');
  setup.schedule.followArchive('not-archived-at-all');
  expect(await planned(setup)).toMatchObject({ state: 'approved', recordings: [] });
});

test('of two passes in one time the one that shares more of it is meant, and a cancelled one never', async () => {
  const setup = await approved();
  await setup.get('schedule.changePass', change({ version: 2, action: 'cancel', why: 'rain' }));
  const again = await setup.get('schedule.proposePass', proposal(GOLDEN_UTC_MS));
  await setup.get('schedule.changePass', change({ pass_id: again.pass_id }));
  archived(setup);
  setup.schedule.followArchive(FLOWN);
  const { passes } = await setup.get('schedule.listPasses', {});
  expect(passes.map(({ pass_id, state, recordings }) => [pass_id, state, recordings]))
    .toEqual([[ID, 'cancelled', []], [`${ID}-2`, 'recorded', [FLOWN]]]);
});

test('the history of a re-planned pass keeps by how much its edges moved, and nothing else moves', async () => {
  const setup = await approved();
  await setup.load(movedTle({ epoch_days: 0.864 / 86_400 }));
  const { moved } = await setup.get('schedule.replanPasses', { who: 'anna', why: 'tracking' });
  const { transitions } = await setup.get('schedule.readHistory', { pass_id: ID });
  expect(transitions.map(({ start_moved_s, end_moved_s }) => [start_moved_s, end_moved_s]))
    .toEqual([[null, null], [null, null], [moved[0]!.start_moved_s, moved[0]!.end_moved_s]]);
});
