/** Every failure a caller may have to show. Closed union: adding one breaks each `switch`. */
export type OperationError =
  | { readonly type: 'UnknownOperation'; readonly name: string }
  | { readonly type: 'InvalidInput'; readonly issues: readonly string[] }
  /** A file, text or record that cannot be read: `where` names file and line, record, byte or field. */
  | { readonly type: 'InvalidFile'; readonly where: string; readonly message: string }
  | { readonly type: 'NotFound'; readonly what: string; readonly id: string }
  /** Well formed, but nature or arithmetic says no: no lock, no key, no window. */
  | { readonly type: 'NotPossible'; readonly reason: string; readonly message: string }
  /** Allowed to nobody, or not in this state; `message` says what would make it allowed. */
  | { readonly type: 'Refused'; readonly message: string }
  | { readonly type: 'Cancelled' }
  | { readonly type: 'Internal'; readonly incident_id: string };

export type Reply<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: OperationError };

/** One sentence for a person, ending in what to do next where there is something to do. */
export function describeError(error: OperationError): string {
  switch (error.type) {
    case 'UnknownOperation':
      return `This console has no operation ${error.name}. Window and host differ in version: restart both.`;
    case 'InvalidInput':
      return `Input refused: ${error.issues.join('; ').replace(/\.$/, '')}.`;
    case 'InvalidFile':
      return `${error.where}: ${error.message}`;
    case 'NotFound':
      return `No ${error.what} ${error.id}. It may have been removed, or belong to another mission.`;
    case 'NotPossible':
      return error.message;
    case 'Refused':
      return error.message;
    case 'Cancelled':
      return 'Cancelled. Nothing was changed.';
    case 'Internal':
      return `Internal error, incident ${error.incident_id}. The log has the details under this number.`;
  }
}
