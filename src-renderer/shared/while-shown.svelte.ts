import { untrack } from 'svelte';

/** Runs once the component is shown, and what it returns once it is not; nothing it reads makes it run again. */
export function whileShown(start: () => () => void): void {
  $effect(() => untrack(start));
}

/** Tells a controller what changed outside it: runs again when `what` changes, whatever `tell` reads. */
export function whenever<T>(what: () => T, tell: (value: T) => void): void {
  $effect(() => {
    const value = what();
    untrack(() => tell(value));
  });
}
