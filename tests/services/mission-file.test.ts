// Goal: the shipped mission is what the link was calibrated on, and a typo in a mission file is named by its field.
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { linkOf, linkStationOf } from '../../src-contract/mission.ts';
import { MICIUS_LINK } from '../../src-core/link/link-parameters.ts';
import { parseMissionText, readMissionFile } from '../../src-main/services/mission-file.ts';

const PATH = 'missions/micius.json';
const text = await readFile(PATH, 'utf8');
const shipped = parseMissionText(text, PATH);

test('missions/micius.json carries the calibrated link', () => {
  if (!shipped.ok) throw new Error(JSON.stringify(shipped.error));
  const link: Readonly<Record<string, number>> = linkOf(shipped.value);
  for (const [name, value] of Object.entries<number>({ ...MICIUS_LINK }))
    expect(link[name], name).toBeCloseTo(value, 12);
  // The paper's Extended Data: dark counts add up to 377 and 177 a second.
  expect(shipped.value.stations.map(linkStationOf).map(({ dark_cps }) => dark_cps)).toEqual([377, 177]);
});

test.each([
  ['a misspelt field', text.replace('"min_elevation_deg"', '"min_elevaton_deg"'), /stations\.0.*min_elevat/],
  [
    'an elevation above the zenith',
    text.replace('"min_elevation_deg": 13', '"min_elevation_deg": 130'),
    /stations\.0\.min_elevation_deg/,
  ],
  ['two stations with one id', text.replace('"id": "nanshan"', '"id": "delingha"'), /stations\.1\.id: .*different ids/],
  ['a missing section', text.replace(/"link": \{[^}]*\},/, ''), /link/],
])('%s is named by its field', (_name, broken, message) => {
  const parsed = parseMissionText(broken, 'other.json');
  expect(parsed).toMatchObject({
    ok: false,
    error: { type: 'InvalidFile', where: 'other.json', message: expect.stringMatching(message) as string },
  });
});

test('broken JSON is named by line and column', () => {
  const parsed = parseMissionText('{\n  "format": "twinpass-mission/1",\n  "id": oops\n}', 'm.json');
  expect(parsed).toMatchObject({
    ok: false,
    error: { where: 'm.json:3:9', message: expect.stringContaining('not JSON') as string },
  });
});

test('a mission file that is not there says how to name another', async () => {
  expect(await readMissionFile('no/such.json')).toMatchObject({
    ok: false,
    error: { type: 'InvalidFile', where: 'no/such.json', message: expect.stringContaining('ENOENT') as string },
  });
});
