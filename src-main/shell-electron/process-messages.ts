import type { Reply } from '../../src-contract/errors.ts';

/** What the shell tells the host process. A `connect` carries one port, to be served to a page. */
export type ToHostProcess =
  | { readonly kind: 'connect' }
  | { readonly kind: 'vault-reply'; readonly id: number; readonly reply: Reply<Uint8Array> }
  | { readonly kind: 'close' };

/** What the host process tells the shell. */
export type ToShell =
  | { readonly kind: 'serving' }
  /** The host cannot start, for a reason its reader can mend; starting it again would not help. */
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'vault'; readonly id: number; readonly action: 'wrap' | 'unwrap'; readonly bytes: Uint8Array }
  /** A pass is near: to be said on the desktop, whatever the window shows. */
  | { readonly kind: 'notice'; readonly title: string; readonly body: string }
  /** Work is under way: the machine must not fall asleep, nor the shell end, while it lasts. */
  | { readonly kind: 'busy'; readonly busy: boolean };
