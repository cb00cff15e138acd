import { readFileSync } from 'node:fs';
import { decodeFrame, encodeFrame } from '../../src-contract/frames.ts';
import { describeElementsError, parseElements } from '../../src-core/orbit/elements.ts';
import { parseMissionText } from '../../src-main/services/mission-file.ts';
import { parseManifest } from '../../src-main/store/recording-files.ts';
import { tagBatch } from './batch-target.ts';
import { passFiles, passTimes } from './pass-targets.ts';
import type { FuzzTarget } from './reader-targets.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const MANIFEST = JSON.stringify({
  format: 'twinpass-recording/1', station: 'delingha', mode: 'qkd', state: 'psi+',
  tags: { file: 'delingha.ptu', type: 'ptu', sha256: 'a'.repeat(64) },
  detectors: [{ channel: 0, label: 'H', basis: 'Z', bit: 0, serial: 'B5213' }],
  beacon: { channel: 'sync', nominal_rate_hz: 10_000 },
  pps: { channel: 5, first_edge_utc: '2018-09-14T18:16:09Z' }, dead_time_ns: 50,
}, null, 1);

const ISS = '1 25544U 98067A   08264.51782528 -.00002182  00000-0 -11606-4 0  2927\n'
  + '2 25544  51.6416 247.4627 0006703 130.5360 325.0288 15.72125391563537\n';
const OMM = JSON.stringify([{
  OBJECT_NAME: 'MICIUS', OBJECT_ID: '2016-051A', EPOCH: '2020-01-01T00:00:00.000000', MEAN_MOTION: 15.24,
  ECCENTRICITY: 0.0012, INCLINATION: 97.35, RA_OF_ASC_NODE: 10, ARG_OF_PERICENTER: 20, MEAN_ANOMALY: 30,
  EPHEMERIS_TYPE: 0, CLASSIFICATION_TYPE: 'U', NORAD_CAT_ID: 41731, ELEMENT_SET_NO: 999, REV_AT_EPOCH: 100,
  BSTAR: 0.0001, MEAN_MOTION_DOT: 0.00001, MEAN_MOTION_DDOT: 0,
}]);

const NOTHING = /undefined|NaN/;
/** A message may quote such a word from the file, but not make one up. */
const checkMessage = (text: string, input: string) => {
  if (NOTHING.test(text) && !NOTHING.test(input)) throw new Error(`message: ${text.slice(0, 300)}`);
};

/** Text goes in as a file would: bytes that need not be UTF-8. */
const manifest: FuzzTarget = {
  seeds: [encoder.encode(MANIFEST)],
  run: (bytes) => parseManifest(decoder.decode(bytes), 'a.json').ok,
};
const elements: FuzzTarget = {
  seeds: [encoder.encode(ISS), encoder.encode(`ISS (ZARYA)\n${ISS}`), encoder.encode(OMM)],
  run: (bytes) => {
    const text = decoder.decode(bytes);
    const parsed = parseElements(text, 'file');
    if (!parsed.ok) checkMessage(describeElementsError(parsed.error), text);
    return parsed.ok;
  },
};
const mission: FuzzTarget = {
  seeds: [new Uint8Array(readFileSync(new URL('../../missions/micius.json', import.meta.url)))],
  run: (bytes) => parseMissionText(decoder.decode(bytes), 'm.json').ok,
};
const frame: FuzzTarget = {
  seeds: [encodeFrame({
    columns: [
      { name: 'time_s', unit: 's', values: Float64Array.of(0, 1, 2) },
      { name: 'n', unit: '', values: new Float64Array(4) },
    ],
    facts: { width_ns: 0.5, note: 'é', none: null },
  })],
  run: (bytes) => {
    try {
      const { columns } = decodeFrame(bytes);
      if (columns.some(({ values }) => !(values instanceof Float64Array))) throw new Error('not a column');
      return true;
    } catch (cause) {
      if (cause instanceof RangeError) return false;
      throw cause;
    }
  },
};

export const TEXT_TARGETS = { manifest, elements, mission, frame, tagBatch, passTimes, passFiles } as const;
