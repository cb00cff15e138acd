/** Two tones, a second apart, as long as an alarm waits; one that can be silenced but not lost. */
const TONES_HZ = { critical: [880, 660], serious: [660, 520], caution: [520, 440] } as const;
const TONE_S = 0.18;
const APART_S = 0.24;
const AGAIN_MS = 2500;
const LOUDNESS = 0.18;

export type AlarmTone = keyof typeof TONES_HZ;

export interface AlarmSound {
  readonly start: (tone: AlarmTone) => void;
  readonly stop: () => void;
  /** True when the browser holds sound back until somebody clicks. */
  readonly blocked: () => boolean;
  readonly close: () => void;
}

/** Sounds through the page's own audio; nothing is fetched. */
export function createAlarmSound(): AlarmSound {
  let context: AudioContext | null = null;
  let timer: ReturnType<typeof setInterval> | null = null;
  const play = (tone: AlarmTone) => {
    context ??= new AudioContext();
    const sounding = context;
    TONES_HZ[tone].forEach((frequency_hz, i) => {
      const oscillator = sounding.createOscillator();
      const volume = sounding.createGain();
      const from_s = sounding.currentTime + i * APART_S;
      oscillator.frequency.value = frequency_hz;
      volume.gain.setValueAtTime(0, from_s);
      volume.gain.linearRampToValueAtTime(LOUDNESS, from_s + 0.01);
      volume.gain.setValueAtTime(LOUDNESS, from_s + TONE_S - 0.02);
      volume.gain.linearRampToValueAtTime(0, from_s + TONE_S);
      oscillator.connect(volume).connect(sounding.destination);
      oscillator.start(from_s);
      oscillator.stop(from_s + TONE_S);
    });
  };
  const stop = () => {
    if (timer !== null) clearInterval(timer);
    timer = null;
  };
  return {
    start: (tone) => {
      stop();
      play(tone);
      timer = setInterval(() => play(tone), AGAIN_MS);
    },
    stop,
    blocked: () => context?.state === 'suspended',
    close: () => {
      stop();
      void context?.close();
      context = null;
    },
  };
}
