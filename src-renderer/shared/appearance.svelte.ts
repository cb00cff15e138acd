export const THEMES = ['dark', 'light', 'night'] as const;
export type Theme = (typeof THEMES)[number];

export interface AppearancePorts {
  /** What was chosen before, or null. */
  readonly read: () => string | null;
  readonly write: (theme: Theme) => void;
  /** Puts the theme on the page. */
  readonly apply: (theme: Theme) => void;
}

const isTheme = (text: string | null): text is Theme => THEMES.some((theme) => theme === text);

/** Theme of the console, remembered; `night` keeps the eyes of whoever works in the dark. */
export class Appearance {
  theme = $state<Theme>('dark');
  /** Pixels of the page to one pixel of the design; above 1 on walls. */
  scale = $state(1);
  readonly #ports: AppearancePorts;
  #by_day: Exclude<Theme, 'night'> = 'dark';

  constructor(ports: AppearancePorts) {
    this.#ports = ports;
    const chosen = ports.read();
    this.choose(isTheme(chosen) ? chosen : 'dark');
  }

  choose(theme: Theme): void {
    if (theme !== 'night') this.#by_day = theme;
    this.theme = theme;
    this.#ports.write(theme);
    this.#ports.apply(theme);
  }

  /** Into the night theme and back to the one before: never through a bright screen. */
  toggleNight(): void {
    this.choose(this.theme === 'night' ? this.#by_day : 'night');
  }
}
