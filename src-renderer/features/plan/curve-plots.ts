import type { PlotAxis, PlotLabel, PlotRule, PlotSeries, PlotShade, PlotSpec } from '../../shared/plot/spec.ts';
import { extremeIndex, niceAxis, passTicks, steps } from '../../shared/plot/ticks.ts';
import { fixed, span } from '../../shared/numbers.ts';
import { stationLook } from '../../shared/station-look.ts';
import { intoPass } from '../../shared/times.ts';
import { above, bestSample, insideWindow, stationAtMask, type PassCurves } from './curves.ts';

export interface PlottedStation {
  readonly name: string;
  readonly min_elevation_deg: number;
  readonly elevation: 'geometric' | 'refracted';
}

/** Shown beyond the window on both sides; and how low a station's curve is still worth drawing. */
const SHOWN_MARGIN_S = 100;
const LEAST_SHOWN_DEG = 5;

interface Common {
  readonly x: PlotAxis;
  readonly shades: readonly PlotShade[];
  readonly rules: readonly PlotRule[];
}

/** The horizontal axis of all three plots: it stands before any curve has come. */
export function passAxis(duration_s: number, hidden: boolean): PlotAxis {
  const [min, max] = [-SHOWN_MARGIN_S, duration_s + SHOWN_MARGIN_S];
  return { min, max, ticks: passTicks(min, max), format: intoPass, hidden };
}

function common(duration_s: number, hidden: boolean): Common {
  return {
    x: passAxis(duration_s, hidden),
    shades: [{ from_x: 0, to_x: duration_s, colour: '--window-fill' }],
    rules: [{ x: 0, colour: '--text-3' }, { x: duration_s, colour: '--text-3' }],
  };
}

/** A curve of each station, its extreme named in place. */
function stationSeries(curves: PassCurves, stations: readonly PlottedStation[], column: 'elevation_deg' | 'range_km'):
  PlotSeries[] {
  return curves.stations.map((station, i) => {
    const look = stationLook(i);
    return {
      name: stations[i]?.name ?? '', kind: 'line', colour: look.token, dashed: look.dashed,
      values: above(station, station[column], LEAST_SHOWN_DEG),
    };
  });
}

function extremeLabels(curves: PassCurves, series: readonly PlotSeries[], naming: {
  of: 'largest' | 'smallest'; text: (name: string, value: number) => string;
}): PlotLabel[] {
  return series.map(({ name, values }) => {
    const index = extremeIndex(insideWindow(curves, values), naming.of);
    const [x, y] = [curves.t_s[index] ?? 0, values[index] ?? 0];
    return {
      text: naming.text(name, y),
      places: (['above', 'below'] as const).flatMap((side) =>
        (['center', 'left', 'right'] as const).map((align) => ({ x, y, align, side }))),
    };
  });
}

export function elevationPlot(curves: PassCurves | null, stations: readonly PlottedStation[],
  duration_s: number): PlotSpec {
  const series = curves === null ? [] : stationSeries(curves, stations, 'elevation_deg');
  const { x, shades, rules } = common(duration_s, true);
  const peak = Math.max(45, ...series.flatMap(({ values }) => Array.from(values).filter(Number.isFinite)));
  const step = peak > 60 ? 30 : 15;
  const top = Math.min(96, peak * 1.2); // Room above the peak for its label.
  const masks = [...new Set(stations.map(({ min_elevation_deg }) => min_elevation_deg))];
  return {
    title: `Elevation, ° ${[...new Set(stations.map(({ elevation }) => elevation))].join(' / ')}`,
    summary: `Elevation over time. ${series.map(({ name, values }) =>
      `${name} up to ${fixed(values[extremeIndex(values, 'largest')], 1)} degrees`).join('; ')}.`,
    x, y: { min: 0, max: top, ticks: steps(0, Math.min(90, top), step) },
    x_values: curves?.t_s ?? [],
    series,
    shades,
    rules: [...rules, ...masks.map((y): PlotRule => ({ y, colour: '--text-3', dash: [2, 3] }))],
    labels: [
      ...masks.map((y): PlotLabel => ({
        text: `${fixed(y)}°`, places: [{ x: 'left', y, align: 'left', side: 'above' }],
      })),
      ...(curves === null ? [] : extremeLabels(curves, series, {
        of: 'largest', text: (name, value) => `${name} ${fixed(value, 1)}°`,
      })),
      ...edgeLabels(curves, stations, duration_s),
    ],
  };
}

/** Which station opens and which closes the window, when it is a rise and a set that do. */
function edgeLabels(curves: PassCurves | null, stations: readonly PlottedStation[], duration_s: number): PlotLabel[] {
  if (curves === null) return [];
  const masks = stations.map(({ min_elevation_deg }) => min_elevation_deg);
  const opens = stations[stationAtMask(curves, curves.window_from, masks)]?.name;
  const closes = stations[stationAtMask(curves, curves.window_to, masks)]?.name;
  const label = (text: string, x: number, align: 'left' | 'right'): PlotLabel =>
    ({ text, optional: true, places: [{ x, y: 'bottom', align, side: 'on' }] });
  const inset = duration_s * 0.02;
  return [
    ...(opens === undefined ? [] : [label(`starts: ${opens} rises`, inset, 'left')]),
    ...(closes === undefined ? [] : [label(`ends: ${closes} sets`, duration_s - inset, 'right')]),
  ];
}

/** What the window itself says of the sum of ranges: its edges lie between two samples of the curve. */
export interface RangeSum {
  readonly low_km: number | undefined;
  readonly high_km: number | undefined;
  readonly duration_s: number;
}

export function rangePlot(curves: PassCurves | null, stations: readonly PlottedStation[],
  { low_km: low, high_km: high, duration_s }: RangeSum): PlotSpec {
  const { x, shades, rules } = common(duration_s, true);
  const single = curves === null ? [] : stationSeries(curves, stations, 'range_km');
  const sum = curves === null ? new Float64Array() : insideWindow(curves, curves.range_sum_km);
  const shown = single.flatMap(({ values }) => curves === null ? [] : Array.from(insideWindow(curves, values)));
  const axis = curves === null ? { min: 500, max: 3000, ticks: [500, 1000, 1500, 2000, 2500, 3000] }
    : niceAxis([...shown, ...sum].filter(Number.isFinite), { lines: 6 });
  // Between the arms of its curve, where no other line runs.
  const sum_label: PlotLabel[] = curves === null ? [] : [{
    text: `sum ${span(low, high)}`, colour: '--text-1',
    places: [{ x: duration_s / 2, y: 'top', align: 'center', side: 'on' }],
  }];
  return {
    title: 'Range, km',
    summary: `Range over time; the sum of both lies between ${span(low, high)} km inside the window.`,
    x, y: { ...axis, format: (value) => fixed(value) },
    x_values: curves?.t_s ?? [],
    series: [...single, ...(curves === null ? []
      : [{ name: 'sum', kind: 'line', colour: '--pair', width: 2.2, values: sum } satisfies PlotSeries])],
    shades,
    rules,
    labels: [...sum_label, ...(curves === null ? [] : extremeLabels(curves, single, {
      of: 'smallest', text: (name, value) => `${name} ${fixed(value)}`,
    }))],
  };
}

export function lossPlot(curves: PassCurves | null, duration_s: number): PlotSpec {
  const { x, shades, rules } = common(duration_s, false);
  const loss = curves === null ? new Float64Array() : insideWindow(curves, curves.loss_db);
  const low = loss.map((value, i) => value - (curves?.loss_db_sigma[i] ?? 0));
  const high = loss.map((value, i) => value + (curves?.loss_db_sigma[i] ?? 0));
  const axis = curves === null ? { min: 55, max: 75, ticks: [55, 60, 65, 70, 75] }
    : niceAxis([...low, ...high].filter(Number.isFinite), { lines: 5 });
  const best = curves === null ? -1 : bestSample(curves);
  const worst = extremeIndex(loss, 'largest');
  const at = (index: number) => ({ x: curves?.t_s[index] ?? 0, y: loss[index] ?? 0 });
  return {
    title: 'Two-downlink loss, dB (less is up)',
    summary: `Two-downlink loss over time, ${span(loss[best], loss[worst], 1)} dB inside the window.`,
    x, y: { ...axis, min: axis.min - (axis.max - axis.min) * 0.12, inverted: true },
    x_values: curves?.t_s ?? [],
    series: curves === null ? [] : [{ name: 'both', kind: 'line', colour: '--pair', width: 2.2, values: loss }],
    bands: curves === null ? [] : [{ low, high, colour: '--plan-fill' }],
    shades,
    rules,
    labels: [
      ...(best < 0 ? [] : [{ text: `${fixed(loss[best], 1)} dB at T${intoPass(curves?.t_s[best] ?? 0)}`,
        colour: '--text-1' as const, places: [{ ...at(best), align: 'center' as const, side: 'above' as const }] }]),
      ...(worst < 0 ? [] : [{ text: `${fixed(loss[worst], 1)} dB`, colour: '--text-1' as const,
        places: (['right', 'left'] as const).map((align) => ({ ...at(worst), align, side: 'below' as const })) }]),
      { text: `window ${fixed(duration_s, 1)} s`,
        places: [{ x: duration_s * 0.02, y: 'bottom', align: 'left', side: 'on' }] },
    ],
  };
}
