/** Why something cannot be written in a format. */
export type ExportError =
  | { readonly type: 'UnwritableText'; readonly field: string; readonly found: string; readonly expected: string }
  | { readonly type: 'DoesNotFit'; readonly field: string; readonly found: string; readonly expected: string }
  | { readonly type: 'NotWholeSeconds'; readonly field: string; readonly found: number }
  | { readonly type: 'TooFewStates'; readonly needed: number; readonly found: number }
  | { readonly type: 'AxisAlongBeam'; readonly utc_ms: number }
  | { readonly type: 'SampledTooCoarsely'; readonly utc_ms: number; readonly turn_rad: number };

/** One sentence, ending in what to do. */
export function describeExportError(error: ExportError): string {
  switch (error.type) {
    case 'UnwritableText':
    case 'DoesNotFit':
      return `${error.field} is "${error.found}", the format takes ${error.expected}. Change it in the mission file.`;
    case 'NotWholeSeconds':
      return `${error.field} is ${error.found} s, the format counts whole seconds. Take whole seconds.`;
    case 'TooFewStates':
      return `${error.found} states, but ${error.needed} are needed to interpolate. `
        + 'Take a longer span or a finer step.';
    case 'AxisAlongBeam':
      return 'the reference axis of the transmitter lies along the beam. Take the other reference.';
    case 'SampledTooCoarsely':
      return `the polarization frames turn by ${(error.turn_rad * 180 / Math.PI).toFixed(0)} degrees from one row `
        + 'to the next, so near the zenith. Take a finer step.';
  }
}
