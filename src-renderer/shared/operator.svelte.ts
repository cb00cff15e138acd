/** Who sits at this console: said once, kept until another says so, put under everything that is decided here. */
export class Operator {
  name = $state('');
  readonly #keep: (name: string) => void;

  constructor({ read, write }: { readonly read: () => string | null; readonly write: (name: string) => void }) {
    this.name = read() ?? '';
    this.#keep = write;
  }

  /** True when there is a name to put under a decision. */
  get known(): boolean {
    return this.name.trim() !== '';
  }

  say(name: string): void {
    this.name = name;
    this.#keep(name.trim());
  }
}
