import { z } from 'zod';
import { entangledState } from './pass.ts';
import { nonNegative, sha256, stationId } from './quantities.ts';

// The manifest of one station's recording, `twinpass-recording/1`: what the tag file beside it means.

const channel = z.int().min(0).max(63);
/** `sync` is the sync input of a PTU recorder; every other input has a number. */
const clockChannel = z.union([z.literal('sync'), channel]);

const detector = z.strictObject({
  channel,
  label: z.string().min(1).max(16),
  basis: z.enum(['Z', 'X']),
  bit: z.union([z.literal(0), z.literal(1)]),
  serial: z.string().min(1).max(32).optional(),
});

const bellDetector = detector.extend({
  angle_deg: z.number().min(-360).max(360),
  outcome: z.union([z.literal(1), z.literal(-1)]),
});

const fileName = z.string().min(1).max(255)
  .regex(/^[^/\\\0]+$/, 'a file name without folders: the tag file lies beside its manifest')
  .refine((name) => name !== '.' && name !== '..', 'not a file name');

const recording = {
  format: z.literal('twinpass-recording/1'),
  station: stationId,
  state: entangledState,
  tags: z.strictObject({
    file: fileName,
    /** `tpb`: batches that came over the wire; such a recording lies in a pass file, never beside its manifest. */
    type: z.enum(['ptu', 'a0', 'a1', 'a2', 'qutag', 'csv', 'tpb']), sha256,
  }),
  beacon: z.strictObject({ channel: clockChannel, nominal_rate_hz: z.number().min(1).max(1e8) }).optional(),
  pps: z.strictObject({ channel: clockChannel, first_edge_utc: z.iso.datetime() }).optional(),
  dead_time_ns: nonNegative.max(1e6),
  elements: z.strictObject({ line1: z.string().min(1).max(128), line2: z.string().min(1).max(128) }).optional(),
};

interface Inputs {
  readonly tags: { readonly type: string };
  readonly detectors: readonly { readonly channel: number }[];
  readonly beacon?: { readonly channel: number | 'sync' } | undefined;
  readonly pps?: { readonly channel: number | 'sync' } | undefined;
}

interface InputIssue { readonly path: (string | number)[]; readonly message: string }
interface InputUse { readonly path: (string | number)[]; readonly input: number | 'sync' }

/** Recorders with a sync input of its own; a tag batch carries the beacon apart, whichever input it came by. */
const WITH_SYNC: ReadonlySet<string> = new Set(['ptu', 'tpb']);

/** Each input of the recorder has one meaning. */
function inputIssues({ tags, detectors, beacon, pps }: Inputs): readonly InputIssue[] {
  const uses: InputUse[] = detectors.map((entry, i) => ({ path: ['detectors', i, 'channel'], input: entry.channel }));
  if (beacon !== undefined) uses.push({ path: ['beacon', 'channel'], input: beacon.channel });
  if (pps !== undefined) uses.push({ path: ['pps', 'channel'], input: pps.channel });
  const seen = new Set<number | 'sync'>();
  return uses.flatMap(({ path, input }) => {
    const twice = seen.has(input);
    seen.add(input);
    if (twice) return [{ path, message: `input ${input} is already used by another entry` }];
    if (input === 'sync' && !WITH_SYNC.has(tags.type)) {
      return [{ path, message: 'only a ptu recorder has a sync input; give the channel number' }];
    }
    return [];
  });
}

const detectors = <T extends z.ZodType>(one: T) => z.array(one).min(1).max(8);

/** A recording for key, or for a Bell test; in Bell mode each detector also has its angle and outcome. */
export const recordingManifest = z.discriminatedUnion('mode', [
  z.strictObject({ ...recording, mode: z.literal('qkd'), detectors: detectors(detector) }),
  z.strictObject({ ...recording, mode: z.literal('bell'), detectors: detectors(bellDetector) }),
]).superRefine((manifest, context) => {
  for (const { path, message } of inputIssues(manifest)) context.addIssue({ code: 'custom', path, message });
});

export type RecordingManifest = z.output<typeof recordingManifest>;
export type BellManifest = Extract<RecordingManifest, { mode: 'bell' }>;
