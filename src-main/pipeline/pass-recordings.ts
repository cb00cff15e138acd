import type { OperationError } from '../../src-contract/errors.ts';
import type { MissionFile } from '../../src-contract/mission.ts';
import type { RecordingManifest } from '../../src-contract/recording.ts';
import type { KeylessInterval } from '../../src-core/alarms/keyless.ts';
import type { StationInput, StationSetup, StationTags } from '../../src-core/detection/station-input.ts';
import type { ElementSet } from '../../src-core/orbit/element-set.ts';
import { createStation, rangeSeries } from '../../src-core/orbit/look.ts';
import { createPropagator, describePropagationError } from '../../src-core/orbit/propagate.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import type { UniformSeries } from '../../src-core/series.ts';
import { parseUtc } from '../../src-core/utc.ts';
import { nearestElements, type ElementText } from './element-text.ts';
import { channelRoles, sharedChannel } from './tag-streams.ts';

/** One station of a pass as its manifest describes it. */
export interface DescribedStation {
  readonly manifest: RecordingManifest;
  /** Names the manifest in messages. */
  readonly where: string;
  /** Code of the recorder's sync input in its rows; `SYNC_CHANNEL` where nothing else is said. */
  readonly sync_channel?: number | null;
}

/** The same, and how long its recorder ran. */
export interface SpannedStation extends DescribedStation {
  readonly span_s: number;
}

/** One station of a pass: what its manifest says, and its tags. */
export interface RecordedStation extends DescribedStation {
  readonly tags: StationTags;
}

/** Two recordings that belong together, but for their rows. */
export interface PlannedPair {
  readonly stations: readonly [DescribedStation, DescribedStation];
  readonly inputs: readonly [StationSetup, StationSetup];
  readonly elements: ElementSet;
  /** Blinded or unmonitored: what is counted in them makes no key. Absent where nothing was said of it. */
  readonly keyless?: readonly KeylessInterval[];
}

/** Two recordings that belong together, as detection and sifting need them. */
export interface PreparedPair extends PlannedPair {
  readonly inputs: readonly [StationInput, StationInput];
}

/** The prediction reaches this far beyond the recording: light time, and stations that start early or late. */
const MARGIN_MS = 60_000;
const RANGE_STEP_MS = 250;
/** Stands in where a manifest names no beacon; detection then refuses before it is used. */
const NOMINAL_BEACON_HZ = 10_000;

const invalid = (where: string, message: string) => err({ type: 'InvalidFile', where, message });

/** Checks that two recordings are one pass of this mission and predicts the time of flight to both stations. */
export function preparePair(
  mission: MissionFile,
  stations: readonly [RecordedStation, RecordedStation],
  spare_elements: ElementText | null,
): Result<PreparedPair, OperationError> {
  const [first, second] = stations;
  const planned = planPair(mission, [spanned(first), spanned(second)], spare_elements);
  if (!planned.ok) return planned;
  const [a, b] = planned.value.inputs;
  const inputs = [
    { ...a, tags: first.tags },
    { ...b, tags: second.tags },
  ] as const;
  return ok({ ...planned.value, stations, inputs });
}

function spanned(station: RecordedStation): SpannedStation {
  const { ticks, tick_ps } = station.tags;
  return { ...station, span_s: ticks.length === 0 ? 0 : ((ticks.at(-1)! - ticks[0]!) * tick_ps) / 1e12 };
}

/** `preparePair` for recordings whose rows are still on disk. */
export function planPair(
  mission: MissionFile,
  stations: readonly [SpannedStation, SpannedStation],
  spare_elements: ElementText | null,
): Result<PlannedPair, OperationError> {
  const agreed = checkAgreement(stations);
  if (!agreed.ok) return agreed;
  const elements = chooseElements(mission, stations, spare_elements);
  if (!elements.ok) return elements;
  const a = planStation(mission, stations[0], elements.value);
  if (!a.ok) return a;
  const b = planStation(mission, stations[1], elements.value);
  if (!b.ok) return b;
  return ok({ stations, inputs: [a.value, b.value], elements: elements.value });
}

/** The elements of one recording of this mission, for a console that holds no other. */
export function prepareAlone(
  mission: MissionFile,
  recorded: RecordedStation,
  spare_elements: ElementText | null,
): Result<ElementSet, OperationError> {
  const elements = chooseElements(mission, [recorded], spare_elements);
  if (!elements.ok) return elements;
  const station = planStation(mission, spanned(recorded), elements.value);
  return station.ok ? elements : station;
}

function checkAgreement([a, b]: readonly [DescribedStation, DescribedStation]): Result<null, OperationError> {
  if (a.manifest.station === b.manifest.station) {
    return invalid(b.where, `station is ${b.manifest.station}, like that of ${a.where}; a pass has two stations`);
  }
  for (const field of ['mode', 'state'] as const) {
    if (a.manifest[field] !== b.manifest[field]) {
      return invalid(
        b.where,
        `${field} is ${b.manifest[field]}, that of ${a.where} is ${a.manifest[field]}: not the same pass`,
      );
    }
  }
  return ok(null);
}

/** The elements of the first manifest that carries some, else the spare ones; the set nearest to the recording. */
function chooseElements(
  mission: MissionFile,
  stations: readonly [DescribedStation, ...DescribedStation[]],
  spare_elements: ElementText | null,
): Result<ElementSet, OperationError> {
  const source = stations.map(ownElements).find((own) => own !== null) ?? spare_elements;
  if (source === null) {
    return invalid(stations[0].where, 'neither manifest carries elements; give a set with --elements FILE');
  }
  const edge = stations
    .map(({ manifest }) => parseUtc(manifest.pps?.first_edge_utc ?? ''))
    .find(({ ok: is_utc }) => is_utc);
  const utc_ms = edge?.ok === true ? edge.value : Infinity;
  return nearestElements(source, { utc_ms, preferred: mission.satellite.catalog_number });
}

function ownElements({ manifest: { elements }, where }: DescribedStation): ElementText | null {
  return elements === undefined ? null : { text: `${elements.line1}\n${elements.line2}\n`, name: `${where}: elements` };
}

function planStation(
  mission: MissionFile,
  recorded: SpannedStation,
  elements: ElementSet,
): Result<StationSetup, OperationError> {
  const { manifest, where, sync_channel, span_s } = recorded;
  const site = mission.stations.find(({ id }) => id === manifest.station);
  if (site === undefined) {
    const known = mission.stations.map(({ id }) => id).join(' and ');
    return invalid(where, `station ${manifest.station} is not of mission ${mission.id}, which has ${known}`);
  }
  const first_pps = manifest.pps === undefined ? null : parseUtc(manifest.pps.first_edge_utc);
  if (first_pps?.ok === false) return invalid(where, `pps.first_edge_utc: ${first_pps.error.text} is not UTC`);
  const first_pps_utc_ms = first_pps?.value ?? null;
  const roles = channelRoles(manifest, sync_channel);
  const shared = sharedChannel(roles);
  if (shared !== null) {
    return invalid(where, `channel ${shared} has two meanings: on this recorder it is also the sync input`);
  }
  const start_utc_ms = first_pps_utc_ms ?? elements.epoch_utc_ms;
  const range = predictRange({ site, elements, start_utc_ms, span_ms: span_s * 1000 });
  if (!range.ok) return range;
  return ok({
    id: manifest.station,
    ...roles,
    beacon_rate_hz: manifest.beacon?.nominal_rate_hz ?? NOMINAL_BEACON_HZ,
    first_pps_utc_ms,
    dead_time_ns: manifest.dead_time_ns,
    range_m: range.value,
  });
}

interface RangeRequest {
  readonly site: MissionFile['stations'][number];
  readonly elements: ElementSet;
  readonly start_utc_ms: number;
  readonly span_ms: number;
}

function predictRange({ site, elements, start_utc_ms, span_ms }: RangeRequest): Result<UniformSeries, OperationError> {
  const propagator = createPropagator(elements);
  const impossible = (message: string) => err({ type: 'NotPossible', reason: 'NoPrediction', message });
  if (!propagator.ok) return impossible(describePropagationError(propagator.error));
  const range = rangeSeries(propagator.value, createStation(site), {
    start_utc_ms: start_utc_ms - MARGIN_MS,
    step_ms: RANGE_STEP_MS,
    count: Math.ceil((Math.min(span_ms, 7.2e6) + 2 * MARGIN_MS) / RANGE_STEP_MS) + 4,
  });
  return range.ok ? range : impossible(describePropagationError(range.error));
}
