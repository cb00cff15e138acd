import type { OperationError } from '../../src-contract/errors.ts';
import type { MissionFile } from '../../src-contract/mission.ts';
import type { ExportedText, PlanExport, PlannedPassView } from '../../src-contract/schedule.ts';
import { writeCalendar, type CalendarEntry } from '../../src-core/exports/calendar.ts';
import { writeCpf } from '../../src-core/exports/cpf.ts';
import { describeExportError, type ExportError } from '../../src-core/exports/export-error.ts';
import { halfWavePlateTable, writeHalfWavePlateCsv } from '../../src-core/exports/half-wave-plate.ts';
import { writeOemKvn, writeOemXml, type OemSegment } from '../../src-core/exports/oem.ts';
import { writePlanCsv } from '../../src-core/exports/plan-csv.ts';
import { pointingTable, writePointingCsv } from '../../src-core/exports/pointing.ts';
import { writeSimpleSchedule, type ScheduledPackage } from '../../src-core/exports/simple-schedule.ts';
import type { Propagator } from '../../src-core/orbit/propagate.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import { formatUtc } from '../../src-core/utc.ts';
import { gridAround, pefStates, stationView, temeStates } from './pass-states.ts';

/** What an export is made of. */
export interface PlanExportInputs {
  readonly mission: MissionFile;
  readonly demo: boolean;
  readonly written_utc_ms: number;
  /** The whole plan, ends included, earliest first. */
  readonly passes: readonly PlannedPassView[];
  readonly propagatorOf: (element_set_id: string) => Result<Propagator, OperationError>;
}

type Exported = Result<ExportedText, OperationError>;

/** States before and after a pass, so that a reader can interpolate over ten of them up to its very edges. */
const NEIGHBOURS = 8;

const CALENDAR_STATUS: Readonly<Record<PlannedPassView['state'], CalendarEntry['status']>> = {
  proposed: 'tentative',
  approved: 'confirmed',
  armed: 'confirmed',
  live: 'confirmed',
  recorded: 'confirmed',
  processed: 'confirmed',
  archived: 'confirmed',
  aborted: 'cancelled',
  cancelled: 'cancelled',
};

const isAhead = ({ state }: PlannedPassView) =>
  state === 'proposed' || state === 'approved' || state === 'armed' || state === 'live';

/** The plan, or one pass of it, in a format that other programs read. */
export function exportPlan(order: PlanExport, inputs: PlanExportInputs): Exported {
  const stem = planStem(inputs.mission);
  switch (order.format) {
    case 'ics':
      return fileOf(`${stem}.ics`, 'text/calendar; charset=utf-8', ok(calendarText(inputs)));
    case 'csv':
      return fileOf(`${stem}.csv`, 'text/csv; charset=utf-8', ok(planText(inputs)));
    case 'ccsds-schedule':
      return scheduleText(inputs);
    case 'oem':
    case 'oem-xml':
      return ephemerisText(order, inputs);
    case 'cpf':
      return withPass(inputs, order.pass_id, (pass, propagator) => predictionText(order, inputs, { pass, propagator }));
    case 'pointing':
    case 'hwp':
      return withPass(inputs, order.pass_id, (pass, propagator) => stationText(order, inputs, { pass, propagator }));
  }
}

interface PassOrbit {
  readonly pass: PlannedPassView;
  readonly propagator: Propagator;
}

function withPass(
  { passes, propagatorOf }: PlanExportInputs,
  pass_id: string,
  write: (pass: PlannedPassView, propagator: Propagator) => Exported,
): Exported {
  const pass = passes.find((candidate) => candidate.pass_id === pass_id);
  if (pass === undefined) return err({ type: 'NotFound', what: 'planned pass', id: pass_id });
  const propagator = propagatorOf(pass.element_set_id);
  return propagator.ok ? write(pass, propagator.value) : propagator;
}

const planStem = ({ id }: MissionFile) => `${id}-plan`;

function fileOf(file_name: string, media_type: string, text: Result<string, ExportError>): Exported {
  if (text.ok) return ok({ file_name, media_type, text: text.value });
  return err({ type: 'NotPossible', reason: text.error.type, message: sentence(describeExportError(text.error)) });
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

function promiseText({ start_utc_ms, end_utc_ms, start_sigma_s, expected, ...pass }: PlannedPassView): string {
  const { sifted_bits, sifted_bits_sigma, qber } = expected;
  return [
    `${formatUtc(start_utc_ms)} to ${formatUtc(end_utc_ms)}, edges ± ${start_sigma_s.toFixed(2)} s`,
    `Expected ${sifted_bits.toFixed(0)} ± ${sifted_bits_sigma.toFixed(0)} sifted bits, QBER ${(qber * 100).toFixed(2)} %`,
    `Two-downlink loss ${pass.loss_db_min.toFixed(1)} to ${pass.loss_db_max.toFixed(1)} dB`,
    `${pass.state}, version ${pass.version}, by ${pass.changed.who}: ${pass.changed.why}`,
  ].join('\n');
}

function calendarText({ mission, written_utc_ms, passes }: PlanExportInputs): string {
  const [a, b] = mission.stations;
  return writeCalendar({
    mission_id: mission.id,
    name: `${mission.name} passes`,
    written_utc_ms,
    entries: passes.map((pass) => ({
      pass_id: pass.pass_id,
      version: pass.version,
      status: CALENDAR_STATUS[pass.state],
      changed_utc_ms: pass.changed.at_utc_ms,
      start_utc_ms: pass.start_utc_ms,
      end_utc_ms: pass.end_utc_ms,
      summary: `${mission.satellite.name}: ${a.name} and ${b.name} (${pass.state})`,
      description: promiseText(pass),
      location: `${a.name}; ${b.name}`,
    })),
  });
}

function planText({ mission, written_utc_ms, passes }: PlanExportInputs): string {
  const [a, b] = mission.stations;
  const rows = passes.map(({ expected, changed, ...pass }) => ({
    ...pass,
    satellite: mission.satellite.name,
    stations: [a.id, b.id] as const,
    sifted_bits: expected.sifted_bits,
    sifted_bits_sigma: expected.sifted_bits_sigma,
    qber: expected.qber,
    who: changed.who,
    why: changed.why,
  }));
  return writePlanCsv(rows, [
    `mission ${mission.id}, plan of ${formatUtc(written_utc_ms)}`,
    'start_sigma_s: one sigma of the edges from the age of the elements',
    'sifted bits, QBER and loss as expected when the pass was planned, or re-planned last',
  ]);
}

const NOTHING_AHEAD = {
  type: 'NotPossible',
  reason: 'EmptyPlan',
  message: 'No pass of the plan lies ahead: propose a window first.',
} as const;

function scheduleText(inputs: PlanExportInputs): Exported {
  const { mission, written_utc_ms, passes, demo } = inputs;
  const ahead = passes.filter(isAhead);
  if (ahead.length === 0) return err(NOTHING_AHEAD);
  const written = writeSimpleSchedule({
    originating_organization: mission.name,
    generated_utc_ms: written_utc_ms,
    // Counts every change of every pass, so a later plan has a larger number.
    version: passes.reduce((sum, { version }) => sum + version, 0),
    status: demo ? 'TEST' : ahead.every(({ state }) => state === 'proposed') ? 'PROVISIONAL' : 'OPERATIONAL',
    start_utc_ms: Math.min(...ahead.map(({ start_utc_ms }) => start_utc_ms)),
    end_utc_ms: Math.max(...ahead.map(({ end_utc_ms }) => end_utc_ms)),
    packages: ahead.map((pass) => packageOf(pass, mission)),
  });
  return fileOf(`${planStem(mission)}.schedule.xml`, 'application/xml', written);
}

function packageOf(pass: PlannedPassView, { satellite, stations }: MissionFile): ScheduledPackage {
  const { pass_id, version, state, start_utc_ms, end_utc_ms } = pass;
  return {
    package_id: pass_id,
    user: satellite.name,
    comment: `version ${version}, ${state}, both stations at once`,
    activities: stations.map(({ id, name }) => ({
      activity_id: `${pass_id}-${id}`,
      site: id,
      aperture: name,
      status: state === 'proposed' ? ('TENTATIVE' as const) : ('COMMITTED' as const),
      begin_activity_utc_ms: start_utc_ms,
      end_activity_utc_ms: end_utc_ms,
      begin_track_utc_ms: start_utc_ms,
      end_track_utc_ms: end_utc_ms,
      orbit_number: null,
    })),
  };
}

function ephemerisText(order: PlanExport & { format: 'oem' | 'oem-xml' }, inputs: PlanExportInputs): Exported {
  const { mission, written_utc_ms, passes, propagatorOf } = inputs;
  const { format, pass_id, step_s } = order;
  const wanted = passes.filter((pass) => (pass_id === null ? isAhead(pass) : pass.pass_id === pass_id));
  if (wanted.length === 0) {
    return err(pass_id === null ? NOTHING_AHEAD : { type: 'NotFound', what: 'planned pass', id: pass_id });
  }
  const segments: OemSegment[] = [];
  let object_id: string | null = null;
  for (const pass of wanted) {
    const { start_utc_ms, end_utc_ms, version } = pass;
    const propagator = propagatorOf(pass.element_set_id);
    if (!propagator.ok) return propagator;
    const { international_designator, epoch_utc_ms } = propagator.value.elements;
    object_id ??= international_designator;
    const states = temeStates(propagator.value, gridAround(pass, { step_s, neighbours: NEIGHBOURS }));
    if (!states.ok) return states;
    const comment = `pass ${pass.pass_id} version ${version}, SGP4 on the elements of ${formatUtc(epoch_utc_ms)}`;
    segments.push({ states: states.value, useable: { start_utc_ms, end_utc_ms }, comments: [comment] });
  }
  const write = format === 'oem' ? writeOemKvn : writeOemXml;
  const stem = pass_id ?? planStem(mission);
  const written = write({
    created_utc_ms: written_utc_ms,
    originator: mission.id.toUpperCase(),
    message_id: `${stem}-${String(wanted.reduce((sum, { version }) => sum + version, 0))}`,
    object_name: mission.satellite.name,
    object_id,
    comments: [],
    segments,
  });
  const [extension, media_type] =
    format === 'oem' ? ['oem', 'text/plain; charset=utf-8'] : ['oem.xml', 'application/xml'];
  return fileOf(`${stem}.${extension}`, media_type, written);
}

/** The format counts the predictions of a day with two digits. */
const ISSUES_MAX = 99;

function predictionText(
  { step_s }: PlanExport & { format: 'cpf' },
  { mission, written_utc_ms }: PlanExportInputs,
  { pass, propagator }: PassOrbit,
): Exported {
  const states = pefStates(propagator, gridAround(pass, { step_s, neighbours: NEIGHBOURS }));
  if (!states.ok) return states;
  const written = writeCpf({
    source: mission.id.replaceAll('-', '').toUpperCase().slice(0, 4).padEnd(3, 'X'),
    created_utc_ms: written_utc_ms,
    issue: ((pass.version - 1) % ISSUES_MAX) + 1,
    target_name: mission.id.slice(0, 10),
    international_designator: propagator.elements.international_designator ?? '',
    catalog_number: mission.satellite.catalog_number,
    sic: null,
    has_retroreflector: false,
    center_of_mass_offset_m: null,
    states: states.value,
  });
  return fileOf(`${pass.pass_id}.cpf`, 'text/plain; charset=utf-8', written);
}

function stationText(
  order: PlanExport & { format: 'pointing' | 'hwp' },
  { mission }: PlanExportInputs,
  { pass, propagator }: PassOrbit,
): Exported {
  const site = mission.stations.find(({ id }) => id === order.station_id);
  if (site === undefined) return err({ type: 'NotFound', what: 'station', id: order.station_id });
  const view = stationView(propagator, site, gridAround(pass, { step_s: order.step_s, neighbours: 0 }));
  if (!view.ok) return view;
  const title = {
    satellite: mission.satellite.name,
    station: site.id,
    pass_id: `${pass.pass_id} version ${pass.version}`,
    elements: `of ${formatUtc(propagator.elements.epoch_utc_ms)}`,
  };
  const file = (text: Result<string, ExportError>) =>
    fileOf(`${pass.pass_id}-${site.id}.${order.format}.csv`, 'text/csv; charset=utf-8', text);
  if (order.format === 'pointing') return file(ok(writePointingCsv(pointingTable(view.value), title)));
  const table = halfWavePlateTable({
    view: view.value,
    reference: order.transmitter_reference,
    offset_rad: (order.offset_deg * Math.PI) / 180,
  });
  return file(table.ok ? ok(writeHalfWavePlateCsv(table.value, title)) : table);
}
