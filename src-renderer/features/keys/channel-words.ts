import type { ChannelView } from '../../../src-contract/channel.ts';
import type { Status } from '../../shared/status.ts';
import { shortDigest } from '../../shared/numbers.ts';

interface Said { readonly status: Status; readonly word: string }

/** Below this many exchanges a new secret should be on its way. */
const EXCHANGES_LEFT_MIN = 3;

/** Whether the next exchange can be made, in one word. */
export function channelStatus({ setting, problem, secret, running }: ChannelView): Said {
  if (running) return { status: 'standby', word: 'an exchange is on' };
  if (setting === null) return { status: 'off', word: 'no console is named' };
  if (problem !== null) return { status: 'serious', word: 'cannot meet' };
  if (secret === null) return { status: 'serious', word: 'no secret' };
  if (secret.exchanges_left === 0) return { status: 'serious', word: 'secret used up' };
  if (secret.exchanges_left < EXCHANGES_LEFT_MIN) return { status: 'caution', word: 'secret nearly used up' };
  return { status: 'normal', word: 'ready' };
}

export function wayOf({ listen, peer, role }: NonNullable<ChannelView['setting']>): string {
  const ways = [
    ...(listen === null ? [] : [`waits at ${listen.host}:${listen.port}`]),
    ...(peer === null ? [] : [`calls ${peer.host}:${peer.port}`]),
  ];
  return [...ways, `role ${role ?? 'by station'}`].join(', ');
}

/** How an exchange ended. One that told parities and gave no key has burned its passes. */
export function runEnd({ ended_at_utc_ms, key_id, reason, spoke }: ChannelView['runs'][number]): Said & { readonly text: string } {
  if (ended_at_utc_ms === null) return { status: 'standby', word: 'running', text: '' };
  if (key_id !== null) return { status: 'normal', word: 'key', text: shortDigest(key_id) };
  const text = reason ?? '';
  return spoke
    ? { status: 'serious', word: 'burned', text: `${text} These passes cannot be tried again.` }
    : { status: 'caution', word: 'no key', text };
}
