import { z } from 'zod';
import { probability, stationId } from './quantities.ts';

// What happens in a simulated pass besides clean physics: `scenarios/*.json`. Times are seconds after the window's start.

const second = z.number().min(-600).max(3600);
const span = { from_s: second, to_s: second };
const detectorPlace = z.int().min(0).max(7);

export const scenarioName = z.string().regex(/^[a-z][a-z0-9-]{1,47}$/);

export const scenarioFile = z.strictObject({
  format: z.literal('twinpass-scenario/1'),
  name: scenarioName,
  /** What an operator sees of it, in one sentence. */
  description: z.string().min(1).max(300),
  /** A station finds the satellite only so long after the window's start; its shutter stays closed until then. */
  late_acquisitions: z.array(z.strictObject({ station: stationId, after_s: z.number().min(0).max(3600) })).default([]),
  /** Light that is left while a cloud passes; below a tenth the beacon is lost too. */
  clouds: z.array(z.strictObject({ station: stationId, ...span, transmission: probability })).default([]),
  /** The line to the console is cut: the station goes on, and stores. */
  cuts: z.array(z.strictObject({ station: stationId, ...span })).default([]),
  /** The GNSS receiver gives no pulse. */
  pps_losses: z.array(z.strictObject({ station: stationId, ...span })).default([]),
  /** A detector whose cooler has failed: so many times its dark counts. */
  hot_detectors: z.array(z.strictObject({
    station: stationId, detector: detectorPlace, dark_factor: z.number().min(1).max(1000), temperature_c: z.number().min(-100).max(50),
  })).default([]),
  attacks: z.array(z.strictObject({
    name: z.enum(['time-shift', 'efficiency-mismatch', 'blinding', 'dead-time', 'wavelength', 'spatial-mode']),
    station: stationId, detector: detectorPlace.default(1), ...span,
  })).default([]),
});

export type ScenarioFile = z.output<typeof scenarioFile>;

/** Scenarios that ship, with a sentence on each. */
export const scenarioList = z.strictObject({
  scenarios: z.array(z.strictObject({ name: scenarioName, description: z.string() })),
});
