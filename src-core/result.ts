/** An expected failure is data: it must survive a worker, an IPC channel and HTTP unchanged. */
export type Result<T, E extends { readonly type: string }> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

export const ok = <T>(value: T) => ({ ok: true, value }) as const;
export const err = <const E extends { readonly type: string }>(error: E) => ({ ok: false, error }) as const;
