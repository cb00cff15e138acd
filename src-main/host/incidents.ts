import type { ReportIncident } from './dispatch.ts';

export interface IncidentDeps {
  readonly nextId: () => string;
  /** One line to the log, without its line break. */
  readonly write: (line: string) => void;
}

/** The caller gets a number, the log gets the cause: a stack trace never crosses the contract. */
export function createIncidentReporter({ nextId, write }: IncidentDeps): ReportIncident {
  return (cause) => {
    const incident_id = nextId();
    const account = cause instanceof Error ? (cause.stack ?? cause.message) : `not an Error but a ${typeof cause}`;
    write(JSON.stringify({ level: 'error', incident_id, account }));
    return incident_id;
  };
}
