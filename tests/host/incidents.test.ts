// Goal: an incident is one line in the log under the number the caller got, and mission folders lie where they should.
import { expect, test } from 'vitest';
import { createIncidentReporter } from '../../src-main/host/incidents.ts';
import { missionDirectory } from '../../src-main/host/places.ts';

test('the log line has the number and the stack, on one line, and no thrown value but an Error is printed', () => {
  const lines: string[] = [];
  let last = 0;
  const report = createIncidentReporter({ nextId: () => `i-${(last += 1)}`, write: (line) => lines.push(line) });
  expect(report(new Error('first\nsecond'))).toBe('i-1');
  expect(report({ key: 'secret bits' })).toBe('i-2');
  expect(lines.every((line) => !line.includes('\n'))).toBe(true);
  expect(JSON.parse(lines[0]!)).toMatchObject({ incident_id: 'i-1', account: expect.stringContaining('incidents.test') as string });
  expect(lines[1]).not.toContain('secret');
});

test.each([
  [{ TWINPASS_HOME: '/srv/qkd' }, 'linux', '/srv/qkd/micius'],
  [{ TWINPASS_HOME: '' }, 'linux', '~/.local/share/twinpass/micius'],
  [{ XDG_DATA_HOME: '/data' }, 'linux', '/data/twinpass/micius'],
  [{ XDG_DATA_HOME: 'relative' }, 'linux', '~/.local/share/twinpass/micius'],
  [{}, 'darwin', '~/Library/Application Support/Twinpass/micius'],
  [{ APPDATA: 'C:/R' }, 'win32', 'C:/R/Twinpass/micius'],
])('with %j on %s a mission lives in %s', (env, platform, expected) => {
  expect(missionDirectory('micius', { env, platform, home_directory: '~' })).toBe(expected);
});
