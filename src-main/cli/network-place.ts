import { InvalidArgumentError } from 'commander';
import { networkPlace } from '../../src-contract/channel.ts';

export interface Place {
  readonly host: string;
  readonly port: number;
}

/** `HOST:PORT`; an IPv6 address stands in brackets. */
export function place(text: string): Place {
  const [, host, port] = /^\[?([^\]]+)\]?:(\d{1,5})$/.exec(text) ?? [];
  const parsed = networkPlace.safeParse({ host, port: Number(port) });
  if (!parsed.success) throw new InvalidArgumentError('Expected HOST:PORT, as in 192.0.2.7:7400 or [2001:db8::7]:7400.');
  return parsed.data;
}
