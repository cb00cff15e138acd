import type { MissionFile, MissionStation } from '../../src-contract/mission.ts';
import type { EntangledState } from '../../src-core/coincidences.ts';
import { cumulate } from './random.ts';
import { forBoth, type Pair } from './pair.ts';

/** A detector as the optics in front of it make it. */
export interface DetectorOptics {
  /** Photons polarised along this angle make it click; across it, its partner. */
  readonly angle_deg: number;
  readonly outcome: 1 | -1;
  readonly basis: 'Z' | 'X';
  readonly bit: 0 | 1;
  /** Probability that the click of a detected photon is this detector's. */
  readonly share: number;
}

export interface Outcomes {
  readonly detectors: Pair<readonly DetectorOptics[]>;
  /** Cumulated shares of the detectors, for photons whose twin is lost. */
  readonly single_sums: Pair<Float64Array>;
  /** Cumulated weights of (detector of A, detector of B), row by row, for detected pairs; the total is about 1. */
  readonly pair_sums: Float64Array;
}

export interface OutcomesInput {
  readonly mission: MissionFile;
  readonly mode: 'qkd' | 'bell';
}

/**
 * Probability that both photons of a pair pass analysers at these angles.
 *
 *   p = V |<alpha| <beta| psi>|^2 + (1 - V) / 4;  psi+ = (HV + VH)/sqrt 2, phi+ = (HH + VV)/sqrt 2
 *
 * Source: Werner state with the stated visibility, doi:10.1103/PhysRevA.40.4277; Born's rule.
 */
export function jointProbability(state: EntangledState, visibility: number, angles_deg: Pair<number>): number {
  const [a, b] = angles_deg.map((angle) => (angle * Math.PI) / 180) as [number, number];
  const amplitude = state === 'psi+'
    ? (Math.cos(a) * Math.sin(b) + Math.sin(a) * Math.cos(b)) * Math.SQRT1_2
    : (Math.cos(a) * Math.cos(b) + Math.sin(a) * Math.sin(b)) * Math.SQRT1_2;
  return visibility * amplitude * amplitude + (1 - visibility) / 4;
}

/** Angle of a station's first analyser: that of its HV basis in key mode, the mission's in Bell mode. */
const firstAngle = (station: MissionStation, mode: 'qkd' | 'bell') => (mode === 'bell' ? station.bell_angle_deg : 0);

function opticsOf(station: MissionStation, input: OutcomesInput): readonly DetectorOptics[] {
  const first_deg = firstAngle(station, input.mode);
  return station.detectors.map((detector) => {
    const partners = station.detectors.filter((other) => other.basis === detector.basis);
    const mean = partners.reduce((sum, other) => sum + other.efficiency, 0) / partners.length;
    const relative_efficiency = mean > 0 ? detector.efficiency / mean : 0;
    const z_share = input.mission.source.z_share;
    const basis_share = detector.basis === 'Z' ? z_share : 1 - z_share;
    return {
      angle_deg: first_deg + (detector.basis === 'X' ? 45 : 0),
      outcome: detector.bit === 0 ? 1 : -1,
      basis: detector.basis,
      bit: detector.bit,
      share: (basis_share * relative_efficiency) / partners.length,
    };
  });
}

/** How photons and pairs fall on the detectors of both stations. */
export function createOutcomes(input: OutcomesInput): Outcomes {
  const { source, stations } = input.mission;
  const detectors = forBoth((s) => opticsOf(stations[s], input));
  const weight = (a: DetectorOptics, b: DetectorOptics) => {
    const passing = forBoth((s) => [a, b][s]!.angle_deg + ([a, b][s]!.outcome === 1 ? 0 : 90));
    // A share holds the chance of its basis, one half for the outcome, and the efficiency: the half is in `joint`.
    return a.share * b.share * 4 * jointProbability(source.state, source.visibility, passing);
  };
  return {
    detectors,
    single_sums: forBoth((s) => cumulate(detectors[s].map((detector) => detector.share))),
    pair_sums: cumulate(detectors[0].flatMap((a) => detectors[1].map((b) => weight(a, b)))),
  };
}
