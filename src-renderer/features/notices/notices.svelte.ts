import type { PassNotice } from '../../../src-contract/notices.ts';
import { Loadable } from '../../shared/loadable.svelte.ts';
import type { Client } from '../../transport/client.ts';
import type { Desktop, DesktopLeave } from './desktop.ts';

export interface NoticesPorts {
  readonly client: Client;
  readonly now: () => number | null;
  readonly desktop: Desktop;
}

/** What the plan says is near: one pass at a time on the page, and said on the desktop where that is wanted. */
export class Notices {
  readonly list = new Loadable<readonly PassNotice[]>();
  /** Whether this page may speak on the desktop. */
  leave = $state<DesktopLeave>('elsewhere');
  #dismissed = $state.raw<readonly string[]>([]);
  readonly #ports: NoticesPorts;

  constructor(ports: NoticesPorts) {
    this.#ports = ports;
    this.leave = ports.desktop.leave();
  }

  /** The nearest pass that has not begun and was not dismissed at this lead. */
  get foremost(): PassNotice | null {
    const now_utc_ms = this.#ports.now();
    if (now_utc_ms === null) return null;
    return (this.list.value ?? []).find(({ notice_id, start_utc_ms }) =>
      start_utc_ms > now_utc_ms && !this.#dismissed.includes(notice_id)) ?? null;
  }

  async refresh(): Promise<void> {
    await this.list.load(async (signal) => {
      const reply = await this.#ports.client.call('notices.listNotices', {}, signal);
      return reply.ok ? { ok: true, value: reply.value.notices } : reply;
    });
  }

  /** The host says each notice once; what it says is shown, and said again outside the window. */
  async accept(notice: PassNotice): Promise<void> {
    this.#ports.desktop.say({ title: notice.title, body: notice.body, tag: notice.notice_id });
    await this.refresh();
  }

  /** Until the next lead. */
  dismiss(notice_id: string): void {
    this.#dismissed = [...this.#dismissed, notice_id];
  }

  /** Browsers ask their user, and only after a click. */
  async askLeave(): Promise<void> {
    this.leave = await this.#ports.desktop.askLeave();
  }
}
