import type { PlanExport } from '../../../src-contract/schedule.ts';

export type ExportFormat = PlanExport['format'];

/** What each file is for, and whether it is of one pass and of one station. */
export const FORMATS: readonly {
  readonly format: ExportFormat; readonly label: string; readonly of: 'plan' | 'passes' | 'pass' | 'station';
}[] = [
  { format: 'ics', label: 'Calendar of the plan (iCalendar)', of: 'plan' },
  { format: 'csv', label: 'Table of the plan (CSV)', of: 'plan' },
  { format: 'ccsds-schedule', label: 'Simple Schedule of the plan (CCSDS)', of: 'plan' },
  { format: 'oem', label: 'Orbit, passes ahead (CCSDS OEM, KVN)', of: 'passes' },
  { format: 'oem-xml', label: 'Orbit, passes ahead (CCSDS OEM, XML)', of: 'passes' },
  { format: 'cpf', label: 'Orbit of this pass (ILRS CPF)', of: 'pass' },
  { format: 'pointing', label: 'Pointing of one station (CSV)', of: 'station' },
  { format: 'hwp', label: 'Half-wave plate of one station (CSV)', of: 'station' },
];

export interface ExportChoice {
  readonly format: ExportFormat;
  readonly pass_id: string | null;
  readonly station_id: string;
  readonly step_s: number;
  readonly transmitter_reference: 'orbit_normal' | 'flight_direction';
  readonly offset_deg: number;
}

/** The order that a choice means; null where it is of one pass and none is planned. */
export function exportOrder(choice: ExportChoice): PlanExport | null {
  const { format, pass_id, station_id, step_s, transmitter_reference, offset_deg } = choice;
  switch (format) {
    case 'ics':
    case 'csv':
    case 'ccsds-schedule':
      return { format };
    case 'oem':
    case 'oem-xml':
      return { format, pass_id: null, step_s };
    case 'cpf':
      return pass_id === null ? null : { format, pass_id, step_s };
    case 'pointing':
      return pass_id === null ? null : { format, pass_id, station_id, step_s };
    case 'hwp':
      return pass_id === null ? null : { format, pass_id, station_id, step_s, transmitter_reference, offset_deg };
  }
}

/** Seconds between rows where nobody says otherwise. */
export function usualStepS(format: ExportFormat): number {
  return format === 'cpf' ? 10 : 1;
}
