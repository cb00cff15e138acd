import { assert } from '../assert.ts';
import { err, ok, type Result } from '../result.ts';
import type { ExportError } from './export-error.ts';
import { dayOfYearText } from './time-text.ts';
import { xmlTag } from './xml.ts';

/** What one station does for a pass. */
export interface ScheduledActivity {
  readonly activity_id: string;
  readonly site: string;
  readonly aperture: string;
  readonly status: 'COMMITTED' | 'TENTATIVE';
  /** Set-up before and teardown after included. */
  readonly begin_activity_utc_ms: number;
  readonly end_activity_utc_ms: number;
  readonly begin_track_utc_ms: number;
  readonly end_track_utc_ms: number;
  readonly orbit_number: number | null;
}

/** One pass: its stations' activities belong together. */
export interface ScheduledPackage {
  readonly package_id: string;
  /** Abbreviation of the spacecraft, up to 16 characters. */
  readonly user: string;
  readonly comment: string;
  readonly activities: readonly ScheduledActivity[];
}

export interface SimpleSchedule {
  readonly originating_organization: string;
  readonly generated_utc_ms: number;
  readonly version: number;
  readonly status: 'OPERATIONAL' | 'PROVISIONAL' | 'TEST';
  readonly start_utc_ms: number;
  readonly end_utc_ms: number;
  readonly packages: readonly ScheduledPackage[];
}

function checkPackage(scheduled: ScheduledPackage): ExportError | null {
  const { user, package_id, activities } = scheduled;
  if (user.length < 1 || user.length > 16) {
    return { type: 'DoesNotFit', field: 'the spacecraft', found: user, expected: 'one to sixteen characters' };
  }
  for (const activity of activities) {
    const { begin_activity_utc_ms, begin_track_utc_ms, end_track_utc_ms, end_activity_utc_ms } = activity;
    const ordered = begin_activity_utc_ms <= begin_track_utc_ms && begin_track_utc_ms < end_track_utc_ms
      && end_track_utc_ms <= end_activity_utc_ms;
    assert(ordered, `${package_id}: the track lies inside the activity`);
  }
  return null;
}

function activityLines(activity: ScheduledActivity): string[] {
  const tag = xmlTag('scheduledActivity', {
    scheduledActivityId: activity.activity_id, activityStatus: activity.status,
    siteRef: activity.site, apertureRef: activity.aperture,
    orbitNumber: activity.orbit_number === null ? null : String(activity.orbit_number),
    beginningOfActivity: dayOfYearText(activity.begin_activity_utc_ms),
    beginningOfTrack: dayOfYearText(activity.begin_track_utc_ms),
    endOfTrack: dayOfYearText(activity.end_track_utc_ms),
    endOfActivity: dayOfYearText(activity.end_activity_utc_ms),
  });
  // The registry of services knows telemetry and command, not photons: the honest entries are these two.
  const service = xmlTag('serviceInfo', { serviceType: 'TBD', frequencyBand: 'OTHER' });
  return [`    <${tag}>`, `      <${service}/>`, '    </scheduledActivity>'];
}

/**
 * The plan in the simple schedule format that ground networks exchange: a package a pass, an activity a station.
 *
 * What is cancelled is not on a schedule; leave it out. Windows that overlap the span belong to it.
 *
 * @units UTC, day of year, milliseconds
 * @shape one XML document
 * @errors DoesNotFit; programmer error where a track exceeds its activity
 * @source CCSDS 902.1-B-1 with corrigendum 1 (902x01b1TC1-SmplSchd.xsd)
 */
export function writeSimpleSchedule(schedule: SimpleSchedule): Result<string, ExportError> {
  assert(schedule.start_utc_ms < schedule.end_utc_ms, 'a schedule has a span');
  const root = xmlTag('simpleSchedule', {
    xmlns: 'urn:ccsds:schema:cssm:1.0.0', 'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
    'xsi:schemaLocation': 'urn:ccsds:schema:cssm:1.0.0 902x01b1TC1-SmplSchd.xsd', srvMgtEntityType: 'SIMPLE_SCHEDULE',
  });
  const header = xmlTag('simpleScheduleHeader', {
    originatingOrganization: schedule.originating_organization,
    generationTime: dayOfYearText(schedule.generated_utc_ms), version: String(schedule.version),
    startTime: dayOfYearText(schedule.start_utc_ms), endTime: dayOfYearText(schedule.end_utc_ms),
    status: schedule.status, inclusionType: 'OVERLAP_INCLUSION',
  });
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>', `<${root}>`, `  <${header}/>`];
  for (const scheduled of schedule.packages) {
    const wrong = checkPackage(scheduled);
    if (wrong !== null) return err(wrong);
    const { user, comment, package_id, activities } = scheduled;
    lines.push(`  <${xmlTag('scheduledPackage', { user, comment, scheduledPackageId: package_id })}>`);
    lines.push(...activities.flatMap(activityLines), '  </scheduledPackage>');
  }
  lines.push('</simpleSchedule>');
  return ok(`${lines.join('\n')}\n`);
}
