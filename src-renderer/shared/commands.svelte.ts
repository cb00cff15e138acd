/** One thing a person can do, with the key that does it. Palette, keys overlay and footer all read these. */
export interface Command {
  readonly id: string;
  readonly title: string;
  readonly group: string;
  /** As `KeyboardEvent.key`, with `Ctrl+` or `Shift+` before it where needed, or two after each other as `g l`; the first is shown. */
  readonly keys?: readonly string[];
  /** A short word for the footer; only commands with one stand there, with `hint_keys` where two share it. */
  readonly hint?: string;
  readonly hint_keys?: readonly string[];
  readonly enabled?: () => boolean;
  readonly run: () => void;
}

/** The parts of a keyboard event that decide what it does. */
export interface KeyStroke {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  /** The stroke goes into a text field, or to a control that uses it itself. */
  readonly typing: boolean;
}

const NAMES: Readonly<Record<string, string>> = {
  ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→', PageUp: 'PgUp', PageDown: 'PgDn', Escape: 'Esc',
};

/** `Ctrl+K` as it stands on a key cap: `Ctrl K`. */
export function keyCap(key: string): string {
  return key.split('+').map((part) => NAMES[part] ?? (part === ' ' ? 'Space' : part)).join(' ');
}

/** What can be done now; views add theirs while they are shown. */
export class Commands {
  /** The first key of two, while the second is awaited; any other key ends the wait. */
  #first: string | null = null;
  #sets = $state.raw<readonly (readonly Command[])[]>([]);
  readonly all = $derived(this.#sets.flat());
  /** What can be done now, the view's before the frame's. */
  readonly hints = $derived(this.#sets.toReversed().flat().filter(({ hint, enabled }) =>
    hint !== undefined && enabled?.() !== false));

  /** Returns what takes them away again. */
  add(commands: readonly Command[]): () => void {
    this.#sets = [...this.#sets, commands];
    return () => { this.#sets = this.#sets.filter((set) => set !== commands); };
  }

  /** True when the stroke was a command's and it ran. Later sets win: the view shown before the frame. */
  press(stroke: KeyStroke): boolean {
    const name = strokeName(stroke);
    if (stroke.altKey || (stroke.typing && !name.startsWith('Ctrl+'))) return false;
    const sequence = this.#first === null ? null : `${this.#first} ${name}`;
    this.#first = null;
    const command = (sequence === null ? undefined : this.#named(sequence)) ?? this.#named(name);
    if (command === undefined) {
      const begins = this.all.some(({ keys }) => keys?.some((key) => key.startsWith(`${name} `)) === true);
      if (begins) this.#first = name;
      return begins;
    }
    command.run();
    return true;
  }

  #named(name: string): Command | undefined {
    return this.all.findLast(({ keys, enabled }) => keys?.includes(name) === true && enabled?.() !== false);
  }

  /** Those whose title or group holds every word, best first: a title's beginning before its middle. */
  find(text: string): readonly Command[] {
    const words = text.toLowerCase().split(/\s+/).filter((word) => word !== '');
    const rank = ({ title }: Command) => (title.toLowerCase().startsWith(words[0] ?? '') ? 0 : 1);
    return this.all
      .filter((command) => command.enabled?.() !== false)
      .filter(({ title, group }) => words.every((word) => `${group} ${title}`.toLowerCase().includes(word)))
      .toSorted((a, b) => rank(a) - rank(b));
  }
}

function strokeName({ key, ctrlKey, metaKey, shiftKey }: KeyStroke): string {
  const base = key.length === 1 ? (ctrlKey || metaKey ? key.toUpperCase() : key) : key;
  const shift = shiftKey && key.length > 1 ? 'Shift+' : '';
  return `${ctrlKey || metaKey ? 'Ctrl+' : ''}${shift}${base}`;
}
