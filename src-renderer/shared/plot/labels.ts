import type uPlot from 'uplot';
import type { Palette, PlotLabel } from './spec.ts';

interface Box { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number }
type Place = PlotLabel['places'][number];

const overlaps = (a: Box, b: Box) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** Distance from a labelled point to its words, and from the plot's edge, in design pixels. */
const AWAY_PX = 5;
const TEXT_PX = 11;

/**
 * Writes words into the plot, each in its first place that is inside and free; where none is, in its first, or not at
 * all.
 */
export function drawLabels(plot: uPlot, labels: readonly PlotLabel[], palette: Palette): void {
  const { ctx } = plot;
  const unit = palette.scale * (ctx.canvas.width / plot.width);
  const taken: Box[] = [];
  ctx.save();
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  ctx.lineJoin = 'round';
  for (const label of labels) {
    ctx.font = `${label.strong === true ? 600 : 400} ${TEXT_PX * unit}px ${palette.font}`;
    const width = ctx.measureText(label.text).width;
    const boxes = label.places.map((place) => boxAt(plot, place, { width, height: (TEXT_PX + 3) * unit, unit }));
    const box = boxes.find((candidate) =>
      inside(plot, candidate) && taken.every((other) => !overlaps(candidate, other)))
        ?? (label.optional === true ? undefined : boxes[0]);
    if (box === undefined) continue;
    taken.push(box);
    const middle = (box.top + box.bottom) / 2;
    ctx.strokeStyle = palette.colour('--well');
    ctx.lineWidth = 3 * unit;
    ctx.strokeText(label.text, box.left, middle);
    ctx.fillStyle = palette.colour(label.colour ?? '--text-2');
    ctx.fillText(label.text, box.left, middle);
  }
  ctx.restore();
}

function boxAt(plot: uPlot, place: Place, size: { width: number; height: number; unit: number }): Box {
  const { bbox } = plot;
  const { width, height, unit } = size;
  const away = AWAY_PX * unit;
  const x = place.x === 'left' ? bbox.left + away
    : place.x === 'right' ? bbox.left + bbox.width - away : plot.valToPos(place.x, 'x', true);
  const y = place.y === 'top' ? bbox.top + height / 2 + 2 * unit
    : place.y === 'bottom' ? bbox.top + bbox.height - height / 2 - 2 * unit : plot.valToPos(place.y, 'y', true);
  const left = place.align === 'left' ? x : place.align === 'right' ? x - width : x - width / 2;
  const down = (place.row ?? 0) * height;
  const top = down + (place.side === 'on' ? y - height / 2 : place.side === 'above' ? y - away - height : y + away);
  return { left, top, right: left + width, bottom: top + height };
}

function inside({ bbox }: uPlot, box: Box): boolean {
  return box.left >= bbox.left && box.right <= bbox.left + bbox.width
    && box.top >= bbox.top && box.bottom <= bbox.top + bbox.height;
}
