export interface Watch {
  readonly interval_ms: number;
  /** One look; ends soon once the signal is aborted. */
  readonly look: (signal: AbortSignal) => Promise<void>;
  readonly reportIncident: (cause: unknown) => string;
}

/** Looks again and again until it is told to stop; a look that fails is reported, and the next one follows all the same. */
export function keepWatch({ interval_ms, look, reportIncident }: Watch): () => Promise<void> {
  const stop = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let current = Promise.resolve();
  const begin = () => {
    current = look(stop.signal)
      .catch((cause: unknown) => void reportIncident(cause))
      .then(() => {
        if (!stop.signal.aborted) timer = setTimeout(begin, interval_ms);
      });
  };
  begin();
  return async () => {
    stop.abort();
    clearTimeout(timer);
    await current;
  };
}
