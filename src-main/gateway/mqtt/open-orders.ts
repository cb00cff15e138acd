import { randomUUID } from 'node:crypto';
import { stationReply, type StationReply } from '../../../src-contract/wire/messages.ts';
import { err, ok, type Result } from '../../../src-core/result.ts';
import { readJson, type Heard, type Refused } from './read-message.ts';

export type CommandError =
  /** This console has no broker now. */
  | { readonly type: 'NotConnected' }
  | { readonly type: 'NoReply'; readonly station: string; readonly after_ms: number }
  | { readonly type: 'BadReply'; readonly station: string; readonly detail: string }
  | { readonly type: 'BrokerRefused'; readonly why: string }
  | { readonly type: 'LinkClosed' };

export type CommandResult = Result<StationReply, CommandError>;

interface OpenOrder {
  readonly station: string;
  readonly settle: (result: CommandResult) => void;
}

/** Orders on their way: each waits for the answer with its correlation data, for so long and no longer. */
export interface OpenOrders {
  readonly open: (station: string, timeout_ms: number) => { readonly correlation: Buffer; readonly answer: Promise<CommandResult> };
  readonly fail: (correlation: Buffer, error: CommandError) => void;
  /** An answer came; null where it was asked for. */
  readonly take: (reply: Heard, correlation: Buffer | undefined) => Refused | null;
  readonly failAll: (error: CommandError) => void;
}

export function createOpenOrders(): OpenOrders {
  const orders = new Map<string, OpenOrder>();
  return {
    open: (station, timeout_ms) => {
      const id = randomUUID();
      const answer = new Promise<CommandResult>((resolve) => {
        const settle = (result: CommandResult) => {
          clearTimeout(patience);
          orders.delete(id);
          resolve(result);
        };
        const patience = setTimeout(() => settle(err({ type: 'NoReply', station, after_ms: timeout_ms })), timeout_ms);
        orders.set(id, { station, settle });
      });
      return { correlation: Buffer.from(id), answer };
    },
    fail: (correlation, error) => orders.get(correlation.toString())?.settle(err(error)),
    take: ({ topic, bytes }, correlation) => {
      const order = orders.get(correlation?.toString() ?? '');
      if (order === undefined) return { type: 'UnaskedReply', detail: topic.slice(0, 200) };
      const reply = readJson(stationReply, bytes, topic);
      order.settle(reply.ok ? ok(reply.value) : err({ type: 'BadReply', station: order.station, detail: reply.error.detail }));
      return reply.ok ? null : reply.error;
    },
    failAll: (error) => {
      for (const order of orders.values()) order.settle(err(error));
    },
  };
}
