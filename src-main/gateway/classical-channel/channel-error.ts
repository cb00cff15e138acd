/** Which direction a seal speaks for; each has pads of its own, so that no pad is ever used twice. */
export type Role = 'alice' | 'bob';

/** Why a classical channel ended. Each is a clean end on this side: the link is closed and no key was made. */
export type ChannelError =
  | { readonly type: 'ConnectFailed'; readonly code: string }
  | { readonly type: 'PeerUntrusted'; readonly why: string }
  | { readonly type: 'ConnectionLost'; readonly code: string }
  | { readonly type: 'PeerSilent'; readonly waited_ms: number }
  | { readonly type: 'PeerSlow'; readonly waited_ms: number }
  | { readonly type: 'PeerLeft'; readonly reason: string }
  | { readonly type: 'MalformedFrame'; readonly why: string }
  | { readonly type: 'MalformedMessage'; readonly why: string }
  | { readonly type: 'OutOfSequence'; readonly expected: number; readonly heard: number }
  | { readonly type: 'SealRefused'; readonly covers_messages: number }
  | { readonly type: 'SealMissing'; readonly on: string }
  | { readonly type: 'PadReused'; readonly lane: Role; readonly offset_bits: number }
  | { readonly type: 'PoolExhausted'; readonly lane: Role; readonly needed_bits: number; readonly left_bits: number }
  | { readonly type: 'SetupDiffers'; readonly mine: string; readonly theirs: string };

type Sentence<T extends ChannelError['type']> = (error: Extract<ChannelError, { readonly type: T }>) => string;

const SENTENCES: { readonly [T in ChannelError['type']]: Sentence<T> } = {
  ConnectFailed: ({ code }) =>
    `The other console cannot be reached (${code}): check its address, and that it listens.`,
  PeerUntrusted: ({ why }) =>
    `The other console did not prove who it is (${why}): compare the pinned certificates.`,
  ConnectionLost: ({ code }) =>
    `The connection broke off (${code}): start the exchange again.`,
  PeerSilent: ({ waited_ms }) =>
    `Nothing was heard for ${waited_ms} ms: check the network, then start the exchange again.`,
  PeerSlow: ({ waited_ms }) =>
    `The other console lives but gave no answer in ${waited_ms} ms: see what keeps it busy.`,
  PeerLeft: ({ reason }) =>
    `The other console ended the exchange (${reason}): its log says more.`,
  MalformedFrame: ({ why }) =>
    `A frame is damaged (${why}): both consoles must run the same version.`,
  MalformedMessage: ({ why }) =>
    `A message is damaged (${why}): both consoles must run the same version.`,
  OutOfSequence: ({ expected, heard }) =>
    `Message ${heard} came where ${expected} was due: one was lost, repeated or moved. `
    + 'Suspect the network between the consoles.',
  SealRefused: ({ covers_messages }) =>
    `A seal over ${covers_messages} messages does not fit: a message was changed on the way, or the `
    + 'pre-shared secrets differ. No key was made; compare the secrets, else treat it as an attack.',
  SealMissing: ({ on }) =>
    `The message "${on}" must be sealed and is not: treat it as an attack.`,
  PadReused: ({ lane, offset_bits }) =>
    `A seal uses pad bits at ${offset_bits} of ${lane} again: restore the newer pool on that side.`,
  PoolExhausted: ({ lane, left_bits, needed_bits }) =>
    `The authentication pool of ${lane} has ${left_bits} bits and needs ${needed_bits}: `
    + 'bring a fresh pre-shared secret to both consoles.',
  SetupDiffers: ({ mine, theirs }) =>
    `The consoles are not set up alike (here ${mine}, there ${theirs}): correct one of them.`,
};

/** One sentence for the operator and the log, ending in what to do next. It never holds a secret. */
export function describeChannelError(error: ChannelError): string {
  const describe = SENTENCES[error.type] as (error: ChannelError) => string;
  return describe(error);
}
