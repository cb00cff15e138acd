// Many plots get new numbers at once; painted all in one frame they would miss it. So they share frames.

/** Painting a frame may take: half of the 16.7 ms of 60 frames a second, the rest is layout's and the compositor's. */
const FRAME_BUDGET_MS = 8;

interface Painting { readonly paint: () => void }

const waiting: Painting[] = [];
let asked = false;

function paintSome(): void {
  const began_ms = performance.now();
  while (waiting.length > 0 && performance.now() - began_ms < FRAME_BUDGET_MS) {
    waiting.shift()?.paint();
  }
  asked = waiting.length > 0;
  if (asked) requestAnimationFrame(paintSome);
}

/** Paints in one of the next frames, in the order asked; what is returned takes the wish back. */
export function paintSoon(paint: () => void): () => void {
  const painting = { paint };
  waiting.push(painting);
  if (!asked) {
    asked = true;
    requestAnimationFrame(paintSome);
  }
  return () => {
    const at = waiting.indexOf(painting);
    if (at >= 0) waiting.splice(at, 1); // A hidden page gets no frame: what is overtaken must not pile up.
  };
}
