// Goal: every recording that cannot be used ends with its exit code, names file and place, and leaves nothing behind.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  copyOf,
  editManifest,
  editTags,
  filesBelow,
  fly,
  liveIn,
  ownFolder,
  readJson,
  twinpass,
  twinpassJson,
  type Recordings,
} from './stranger.ts';

liveIn(ownFolder());
let qkd: Recordings;
beforeAll(async () => {
  qkd = await fly();
});

type Json = Record<string, unknown>;
const both = ({ a, b }: Recordings) => [a, b] as const;

/** Offsets in the header our own simulator writes: 16 bytes of magic and version, then tags of 48 bytes. */
const RECORD_TYPE_AT = 16 + 3 * 48 + 40;
const T3_OF_MULTIHARP = 0x00010307n;

interface Fault {
  readonly name: string;
  readonly spoil: (recordings: Recordings) => void;
  readonly exit: 3 | 4;
  readonly says: RegExp;
}

const shiftEdge = (manifest: Json, first_edge_utc: string): Json => ({
  ...manifest,
  pps: { ...(manifest['pps'] as Json), first_edge_utc },
});
const lacking = (manifest: Json, key: string): Json =>
  Object.fromEntries(Object.entries(manifest).filter(([k]) => k !== key));

const manifestFaults: readonly Fault[] = [
  {
    name: 'a manifest that is not JSON',
    exit: 3,
    says: /delingha\.json:2:12: not JSON: Unexpected token 'o'/,
    spoil: ({ a }) => writeFileSync(a, '{"format": "twinpass-recording/1",\n"station": oops}'),
  },
  { name: 'a tag file for its manifest', exit: 3,
    says: /delingha\.json: .*this is a PTU tag file; name the station's \.json/,
    spoil: ({ a, folder }) => writeFileSync(a, readFileSync(join(folder, 'delingha.ptu')).subarray(0, 4096)) },
  { name: 'an empty manifest', exit: 3, says: /delingha\.json:1:1: not JSON/, spoil: ({ a }) => writeFileSync(a, '') },
  {
    name: 'a misspelt key',
    exit: 3,
    says: /nanshan\.json: .*line [1-9]\d*, file: .*"dead_time"/,
    spoil: ({ b }) => editManifest(b, ({ dead_time_ns, ...rest }) => ({ ...rest, dead_time: dead_time_ns })),
  },
  {
    name: 'an unknown key',
    exit: 3,
    says: /delingha\.json: line [1-9]\d*, file: .*"colour"/,
    spoil: ({ a }) => editManifest(a, (manifest) => ({ ...manifest, colour: 'red' })),
  },
  {
    name: 'an unknown station',
    exit: 3,
    says: /delingha\.json: station lhasa is not of mission micius.*delingha and nanshan/,
    spoil: ({ a }) => editManifest(a, (manifest) => ({ ...manifest, station: 'lhasa' })),
  },
  {
    name: 'one station twice',
    exit: 3,
    says: /nanshan\.json: station is delingha.*two stations/,
    spoil: ({ b }) => editManifest(b, (manifest) => ({ ...manifest, station: 'delingha' })),
  },
  {
    name: 'two states',
    exit: 3,
    says: /nanshan\.json: state is phi\+.*not the same pass/,
    spoil: ({ b }) => editManifest(b, (manifest) => ({ ...manifest, state: 'phi+' })),
  },
  {
    name: 'malformed elements in the manifest',
    exit: 3,
    says: /delingha\.json: elements line 1.*checksum/,
    spoil: ({ a }) =>
      editManifest(a, (manifest) => {
        const { line1, line2 } = manifest['elements'] as { line1: string; line2: string };
        return { ...manifest, elements: { line1: line1.replace('18258', '18259'), line2 } };
      }),
  },
  {
    name: 'no elements anywhere',
    exit: 3,
    says: /neither manifest carries elements.*--elements/,
    spoil: (pair) => both(pair).forEach((path) => editManifest(path, (manifest) => lacking(manifest, 'elements'))),
  },
  {
    name: 'two recordings of two nights',
    exit: 4,
    says: /do not overlap|share .* s with beacon|of one pass/,
    spoil: ({ b }) => editManifest(b, (manifest) => shiftEdge(manifest, '2018-09-15T18:16:09Z')),
  },
  {
    name: 'a manifest without beacon',
    exit: 4,
    says: /delingha recorded no beacon pulse: check the beacon channel/,
    spoil: ({ a }) => editManifest(a, (manifest) => lacking(manifest, 'beacon')),
  },
  {
    name: 'a beacon on a silent channel',
    exit: 4,
    says: /nanshan recorded no beacon pulse/,
    spoil: ({ b }) =>
      editManifest(b, (manifest) => ({ ...manifest, beacon: { channel: 40, nominal_rate_hz: 10_000 } })),
  },
  {
    name: 'a manifest without pps',
    exit: 4,
    says: /delingha.*pps/i,
    spoil: ({ a }) => editManifest(a, (manifest) => lacking(manifest, 'pps')),
  },
];

const tagFaults: readonly Fault[] = [
  {
    name: 'no tag file',
    exit: 3,
    says: /delingha\.json|other\.ptu: cannot be read \(ENOENT\); check the path and tags\.file/,
    spoil: ({ a }) =>
      editManifest(a, (manifest) => ({ ...manifest, tags: { ...(manifest['tags'] as Json), file: 'other.ptu' } })),
  },
  {
    name: 'another magic',
    exit: 3,
    says: /delingha\.ptu: byte 0: .*another kind of file/,
    spoil: ({ a }) => editTags(a, (bytes) => Buffer.concat([Buffer.from('PQHIST'), bytes.subarray(6)])),
  },
  {
    name: 'T3',
    exit: 3,
    says: /nanshan\.ptu: record type .*T3.* refused/,
    spoil: ({ b }) =>
      editTags(b, (bytes) => {
        bytes.writeBigInt64LE(T3_OF_MULTIHARP, RECORD_TYPE_AT);
        return bytes;
      }),
  },
  {
    name: 'a file cut inside its header',
    exit: 3,
    says: /delingha\.ptu: byte \d+: the file ends inside its header/,
    spoil: ({ a }) => editTags(a, (bytes) => bytes.subarray(0, 200)),
  },
  {
    name: 'a file cut inside a record',
    exit: 3,
    says: /delingha\.ptu: record \d+: .*\(2 bytes of a record.*--partial/,
    spoil: ({ a }) => editTags(a, (bytes) => bytes.subarray(0, bytes.length - 10)),
  },
  {
    name: 'an empty tag file',
    exit: 3,
    says: /delingha\.ptu: byte 0/,
    spoil: ({ a }) => editTags(a, () => Buffer.alloc(0)),
  },
  {
    name: 'a tag file changed after it was recorded',
    exit: 3,
    says: /nanshan\.ptu: sha256 is .*manifest says .*copy it again/,
    spoil: ({ b, folder }) => {
      const hash = (readJson(b)['tags'] as Json)['sha256'];
      editTags(b, (bytes) => {
        bytes[bytes.length - 2]! ^= 1;
        return bytes;
      });
      editManifest(b, (manifest) => ({ ...manifest, tags: { ...(manifest['tags'] as Json), sha256: hash } }));
      expect(filesBelow(folder)).toContain('nanshan.ptu');
    },
  },
];

describe.each(['process', 'archive import'])('%s refuses', (command) => {
  test.each([...manifestFaults, ...tagFaults])('$name', async ({ spoil, exit, says }) => {
    const spoilt = copyOf(qkd);
    spoil(spoilt);
    const mission = ownFolder();
    const place = command === 'process' ? [] : ['--mission', mission];
    await twinpass(['archive', 'list', '--mission', mission]); // Makes the empty archive, to be seen unchanged.
    const before = filesBelow(mission);
    const { exit_code, stdout, stderr } = await twinpass([...command.split(' '), ...both(spoilt), ...place, '--json']);
    expect(stderr).toMatch(says);
    expect({ exit_code, stdout }).toEqual({ exit_code: exit, stdout: '' });
    const { passes } = await twinpassJson<{ passes: readonly Json[] }>(['archive', 'list', '--mission', mission]);
    if (passes.length === 0) expect(filesBelow(mission)).toEqual(before);
    // Sound recordings that give no lock are kept as measured, and the archive says what became of them.
    else expect({ exit, passes }).toMatchObject({ exit: 4, passes: [{ state: 'failed', verdicts: 0 }] });
    expect(filesBelow(mission).filter((name) => /partial|scratch/.test(name))).toEqual([]);
  });
});
