import type uPlot from 'uplot';
import { drawLabels } from './labels.ts';
import type { Palette, PlotAxis, PlotRule, PlotSeries, PlotShade, PlotSpec } from './spec.ts';

export interface PlotEnvironment {
  readonly palette: Palette;
  /** Put on the plot's element, as its class. */
  readonly theme: string;
  readonly width: number;
  readonly height: number;
  /** Room for the vertical axis' labels, in design pixels; 0 when it has none. */
  readonly gutter: number;
  readonly onCursor: (x: number | null) => void;
  readonly paths: Pick<typeof uPlot.paths, 'bars'>;
}

const AXIS_PX = 11;
const X_AXIS_PX = 18;

/** uPlot cuts a line at null, not at NaN (pinned in tests/e2e/uplot.test.ts), so gaps become null here. */
export function plotColumns(spec: PlotSpec): uPlot.AlignedData {
  const gapped = (values: ArrayLike<number>) =>
    Array.from(values, (value) => (Number.isFinite(value) ? value : null));
  const bands = (spec.bands ?? []).flatMap(({ low, high }) => [gapped(high), gapped(low)]);
  return [Array.from(spec.x_values), ...bands, ...spec.series.map(({ values }) => gapped(values))];
}

/** What a plot is built from; a spec that differs in nothing else is drawn by the plot that stands. */
export function plotStructure({ x, y, series, bands = [] }: PlotSpec): string {
  return JSON.stringify([
    x.hidden === true, y.inverted === true, bands.map(({ colour }) => colour),
    series.map(({ kind, colour, dashed, hollow, width, fill, opacity }) =>
      [kind, colour, dashed, hollow, width, fill, opacity]),
  ]);
}

/** Options that read `current()` at every drawing: the plot stays while the numbers in it move. */
export function plotOptions(current: () => PlotSpec, environment: PlotEnvironment): uPlot.Options {
  const { palette, theme, width, height, gutter } = environment;
  const spec = current();
  const bands = spec.bands ?? [];
  return {
    class: theme,
    width,
    height,
    padding: [7 * palette.scale, 16 * palette.scale, spec.x.hidden === true ? 4 * palette.scale : 0, 0],
    legend: { show: false },
    cursor: cursorOptions(environment),
    scales: {
      x: { time: false, range: () => [current().x.min, current().x.max] },
      y: { range: () => [current().y.min, current().y.max], dir: spec.y.inverted === true ? -1 : 1 },
    },
    axes: [
      axisOptions(() => current().x, { palette, size: spec.x.hidden === true ? 0 : X_AXIS_PX, grid: false }),
      axisOptions(() => current().y, { palette, size: gutter, grid: true }),
    ],
    bands: bands.map(({ colour }, i) => ({ series: [2 * i + 1, 2 * i + 2], fill: palette.colour(colour) })),
    series: [
      {},
      ...bands.flatMap(() => [invisible(), invisible()]),
      ...spec.series.map((series) => seriesOptions(series, environment)),
    ],
    hooks: {
      drawClear: [(plot) => drawShades(plot, current().shades ?? [], palette)],
      draw: [(plot) => {
        drawIntervals(plot, current(), palette);
        drawRules(plot, current().rules ?? [], palette);
        drawLabels(plot, current().labels ?? [], palette);
      }],
      setCursor: [({ cursor, data }) => {
        const index = cursor.idx;
        environment.onCursor(index === null || index === undefined ? null : data[0][index] ?? null);
      }],
    },
  };
}

function cursorOptions({ palette }: PlotEnvironment): uPlot.Cursor {
  return {
    y: false,
    drag: { x: false, y: false, setScale: false },
    points: { size: 7 * palette.scale, width: 1.5 * palette.scale },
  };
}

function axisOptions(axis: () => PlotAxis, look: { palette: Palette; size: number; grid: boolean }): uPlot.Axis {
  const { palette, size, grid } = look;
  return {
    show: true,
    size: size * palette.scale,
    gap: 4 * palette.scale,
    font: `${AXIS_PX * palette.scale}px ${palette.font}`,
    stroke: palette.colour('--text-3'),
    splits: () => [...axis().ticks],
    values: (plot, splits) => (size === 0 ? splits.map(() => '')
      : thinned(splits.map((value) => (axis().format ?? String)(value)),
        { width_px: plot.width / palette.scale, vertical: grid, zero: splits.indexOf(0) })),
    grid: { show: grid, stroke: palette.colour('--grid'), width: palette.scale },
    ticks: { show: false },
    border: { show: !grid, stroke: palette.colour('--axis'), width: palette.scale },
  };
}

/** Room a label of the horizontal axis needs, in design pixels: its digits and the gap to the next. */
const DIGIT_PX = 7;
const LABEL_GAP_PX = 11;

/** Every second or third label where they would touch; zero stays among them. */
function thinned(labels: readonly string[], axis: { width_px: number; vertical: boolean; zero: number }): string[] {
  const room_px = Math.max(0, ...labels.map(({ length }) => length)) * DIGIT_PX + LABEL_GAP_PX;
  const every = axis.vertical ? 1 : Math.max(1, Math.ceil(labels.length * room_px / axis.width_px));
  const phase = Math.max(0, axis.zero) % every;
  return labels.map((label, i) => (i % every === phase ? label : ''));
}

const invisible = (): uPlot.Series => ({ stroke: 'transparent', width: 0, points: { show: false } });

const LOOK = { width: 1.6, opacity: 1, fill: 0.9, dashed: false, hollow: false };

function seriesOptions(series: PlotSeries, { palette, paths }: PlotEnvironment): uPlot.Series {
  const { width, opacity, fill, dashed, hollow } = { ...LOOK, ...series };
  const { scale } = palette;
  const colour = palette.colour(series.colour);
  const shared: uPlot.Series = { stroke: colour, width: width * scale, alpha: opacity, spanGaps: false };
  switch (series.kind) {
    case 'line':
      return { ...shared, ...(dashed ? { dash: [6 * scale, 4 * scale] } : {}), points: { show: false } };
    case 'bars':
      return { ...shared, width: 0, fill: colour, points: { show: false },
        ...built(paths.bars?.({ size: [fill, Infinity], gap: 0 })) };
    case 'dots':
      return { ...shared, paths: () => null, points: {
        show: true, size: width * scale, width: 1.4 * scale, stroke: colour,
        fill: hollow ? palette.colour('--well') : colour,
      } };
  }
}

const built = (paths: uPlot.Series.PathBuilder | undefined) => (paths === undefined ? {} : { paths });

function drawShades(plot: uPlot, shades: readonly PlotShade[], palette: Palette): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.fillStyle = palette.colour('--well');
  ctx.fillRect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const { from_x, to_x, from_y, to_y, colour } of shades) {
    const left = from_x === undefined ? bbox.left : plot.valToPos(from_x, 'x', true);
    const right = to_x === undefined ? bbox.left + bbox.width : plot.valToPos(to_x, 'x', true);
    const one = from_y === undefined ? bbox.top + bbox.height : plot.valToPos(from_y, 'y', true);
    const other = to_y === undefined ? bbox.top : plot.valToPos(to_y, 'y', true);
    ctx.fillStyle = palette.colour(colour);
    ctx.fillRect(left, Math.min(one, other), right - left, Math.abs(one - other));
  }
  ctx.restore();
}

function drawRules(plot: uPlot, rules: readonly PlotRule[], palette: Palette): void {
  const { ctx, bbox } = plot;
  const unit = palette.scale * (ctx.canvas.width / plot.width);
  ctx.save();
  ctx.lineWidth = unit;
  for (const { x, y, colour, dash } of rules) {
    ctx.strokeStyle = palette.colour(colour);
    ctx.setLineDash((dash ?? []).map((length) => length * unit));
    ctx.beginPath();
    if (x !== undefined) {
      const at = Math.round(plot.valToPos(x, 'x', true)) + 0.5;
      ctx.moveTo(at, bbox.top);
      ctx.lineTo(at, bbox.top + bbox.height);
    }
    if (y !== undefined) {
      const at = Math.round(plot.valToPos(y, 'y', true)) + 0.5;
      ctx.moveTo(bbox.left, at);
      ctx.lineTo(bbox.left + bbox.width, at);
    }
    ctx.stroke();
  }
  ctx.restore();
}

function drawIntervals(plot: uPlot, spec: PlotSpec, palette: Palette): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.lineWidth = 1.3 * palette.scale * (ctx.canvas.width / plot.width);
  for (const { interval, colour } of spec.series) {
    if (interval === undefined) continue;
    ctx.strokeStyle = palette.colour(colour);
    ctx.globalAlpha = 0.65;
    ctx.beginPath();
    for (let i = 0; i < spec.x_values.length; i += 1) {
      const [x, low, high] = [spec.x_values[i] ?? NaN, interval.low[i] ?? NaN, interval.high[i] ?? NaN];
      if (!Number.isFinite(low) || !Number.isFinite(high)) continue;
      const at = plot.valToPos(x, 'x', true);
      ctx.moveTo(at, plot.valToPos(low, 'y', true));
      ctx.lineTo(at, plot.valToPos(high, 'y', true));
    }
    ctx.stroke();
  }
  ctx.restore();
}
