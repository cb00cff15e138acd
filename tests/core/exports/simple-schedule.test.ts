// Goal: a ground network reads our plan in the format it reads everyone's.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { writeSimpleSchedule, type SimpleSchedule } from '../../../src-core/exports/simple-schedule.ts';
import { dayOfYearText, isoMicros, mjdOf } from '../../../src-core/exports/time-text.ts';
import { xmlText } from '../../../src-core/exports/xml.ts';

const START = Date.UTC(2018, 8, 14, 18, 14, 1) + 804;
const activity = (site: string) => ({
  activity_id: `p-2018-09-14.${site}`, site, aperture: `${site}-1`, status: 'COMMITTED' as const, orbit_number: null,
  begin_activity_utc_ms: START - 600_000, begin_track_utc_ms: START, end_track_utc_ms: START + 281_300,
  end_activity_utc_ms: START + 400_000,
});
const schedule: SimpleSchedule = {
  originating_organization: 'Twinpass & Co <"USTC">', generated_utc_ms: START - 7.2e6, version: 4, status: 'OPERATIONAL',
  start_utc_ms: Date.UTC(2018, 8, 14), end_utc_ms: Date.UTC(2018, 11, 31, 23, 59, 59),
  packages: [{ package_id: 'p-2018-09-14', user: 'MICIUS', comment: "best of the week\n'309 bits'",
    activities: [activity('delingha'), { ...activity('nanshan'), status: 'TENTATIVE', orbit_number: 11_442 }] }],
};

test('authority: libxml2 reads the elements and attributes that published schedules carry', () => {
  const folder = new URL('../../golden/libxml2/', import.meta.url);
  const result = writeSimpleSchedule(schedule);
  expect(result).toEqual({ ok: true, value: readFileSync(new URL('simple-schedule.xml', folder), 'utf8') });
  const seen = JSON.parse(readFileSync(new URL('simple-schedule.read.json', folder), 'utf8')) as unknown;
  const station = { activityStatus: 'COMMITTED', siteRef: 'delingha', apertureRef: 'delingha-1',
    scheduledActivityId: 'p-2018-09-14.delingha', beginningOfActivity: '2018-257T18:04:01.804Z',
    beginningOfTrack: '2018-257T18:14:01.804Z', endOfTrack: '2018-257T18:18:43.104Z',
    endOfActivity: '2018-257T18:20:41.804Z', serviceInfo: [{ serviceType: 'TBD', frequencyBand: 'OTHER' }] };
  expect(seen).toMatchObject({
    tag: '{urn:ccsds:schema:cssm:1.0.0}simpleSchedule',
    simpleScheduleHeader: [{ originatingOrganization: 'Twinpass & Co <"USTC">', generationTime: '2018-257T16:14:01.804Z',
      version: '4', startTime: '2018-257T00:00:00.000Z', endTime: '2018-365T23:59:59.000Z', status: 'OPERATIONAL',
      inclusionType: 'OVERLAP_INCLUSION' }],
    scheduledPackage: [{ user: 'MICIUS', comment: "best of the week\n'309 bits'", scheduledPackageId: 'p-2018-09-14',
      scheduledActivity: [station, { siteRef: 'nanshan', activityStatus: 'TENTATIVE', orbitNumber: '11442' }] }],
  });
});

test('bound: the day of the year at the ends of years, leap years among them', () => {
  expect(dayOfYearText(Date.UTC(2020, 11, 31, 23, 59, 59) + 999)).toBe('2020-366T23:59:59.999Z');
  expect(dayOfYearText(Date.UTC(2020, 11, 31, 23, 59, 59) + 999.5)).toBe('2021-001T00:00:00.000Z');
  expect(dayOfYearText(Date.UTC(2100, 2, 1))).toBe('2100-060T00:00:00.000Z');
  expect(dayOfYearText(Date.UTC(2000, 2, 1))).toBe('2000-061T00:00:00.000Z');
  expect(isoMicros(Date.UTC(2018, 8, 14, 23, 59, 59) + 999.9999)).toBe('2018-09-15T00:00:00.000000');
  expect(mjdOf(Date.UTC(2018, 8, 14, 23, 59, 59) + 999.9999)).toEqual({ day: 58_376, second: 0 });
  expect(mjdOf(Date.UTC(2000, 0, 1, 12))).toEqual({ day: 51_544, second: 43_200 });
});

test('property: the day of the year counts on from New Year', () => {
  fc.assert(fc.property(fc.integer({ min: 1970, max: 2099 }), fc.integer({ min: 1, max: 366 }), (year, day) => {
    const utc_ms = Date.UTC(year, 0, day, 12);
    if (new Date(utc_ms).getUTCFullYear() !== year) return;
    expect(dayOfYearText(utc_ms)).toBe(`${year}-${String(day).padStart(3, '0')}T12:00:00.000Z`);
  }));
});

test('failure: a spacecraft name of seventeen characters does not fit; characters XML forbids become question marks', () => {
  const long = { ...schedule, packages: [{ ...schedule.packages[0]!, user: 'A'.repeat(17) }] };
  expect(writeSimpleSchedule(long)).toMatchObject({ ok: false, error: { type: 'DoesNotFit', field: 'the spacecraft' } });
  expect(xmlText('a\u0000b\ufffe\ud800<&>"\'')).toBe('a?b??&lt;&amp;&gt;&quot;&apos;');
  const early = { ...activity('x'), begin_track_utc_ms: START - 700_000 };
  expect(() => writeSimpleSchedule({ ...schedule, packages: [{ ...schedule.packages[0]!, activities: [early] }] }))
    .toThrow('inside the activity');
});
