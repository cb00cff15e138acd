import { describePropagationError, type PropagationError } from '../../src-core/orbit/propagate.ts';

/** Why no recordings were made. Nothing is left behind in any of these cases. */
export type SimulatorError =
  | { readonly type: 'BadOption'; readonly option: string; readonly reason: string }
  | { readonly type: 'UnknownAttack'; readonly name: string; readonly known: readonly string[] }
  | { readonly type: 'BadAttack'; readonly text: string; readonly reason: string }
  | { readonly type: 'NoState'; readonly cause: PropagationError }
  | { readonly type: 'NotVisible'; readonly stations: readonly string[]; readonly elevation_deg_max: readonly number[] }
  | { readonly type: 'NotWritable'; readonly path: string; readonly code: string }
  /** A recording that was not simulated lies where one would be written. */
  | { readonly type: 'Occupied'; readonly path: string }
  | { readonly type: 'Cancelled' };

/** One sentence for a person, ending in what to do next. */
export function describeSimulatorError(error: SimulatorError): string {
  switch (error.type) {
    case 'BadOption':
      return `${error.option}: ${error.reason}.`;
    case 'UnknownAttack':
      return `No attack "${error.name}". Known attacks: ${error.known.join(', ')}.`;
    case 'BadAttack':
      return `Attack "${error.text}": ${error.reason}. Write NAME=T0,T1 with seconds after the start.`;
    case 'NoState':
      return describePropagationError(error.cause);
    case 'NotVisible':
      return 'At no time of this window both stations see the satellite above their lowest elevation (at best '
        + error.stations.map((id, i) => `${id} ${error.elevation_deg_max[i]!.toFixed(1)} degrees`).join(', ')
        + '). Take a start from `twinpass windows`.';
    case 'NotWritable':
      return `${error.path} cannot be written (${error.code}). Free the place, or name another directory.`;
    case 'Occupied':
      return `${error.path} is there and was not simulated: nothing is overwritten. Name another directory.`;
    case 'Cancelled':
      return 'Cancelled. No recording was left behind.';
  }
}
