/** What a plot shows, in data and tokens; how uPlot is made to show it is in `options.ts`. */

/** Name of a colour token, as `--pair`. */
export type Token = `--${string}`;

/** Tokens as colours, and how large the console is drawn. */
export interface Palette {
  readonly colour: (token: Token) => string;
  readonly scale: number;
  readonly font: string;
}

export interface PlotAxis {
  readonly min: number;
  readonly max: number;
  /** Where grid lines and labels stand; at most five on a vertical axis. */
  readonly ticks: readonly number[];
  readonly format?: (value: number) => string;
  /** Larger values further down: loss is drawn with less upwards. */
  readonly inverted?: boolean;
  readonly hidden?: boolean;
}

export interface PlotSeries {
  readonly name: string;
  /** One value per x; NaN is a gap. */
  readonly values: ArrayLike<number>;
  readonly colour: Token;
  readonly kind: 'line' | 'dots' | 'bars';
  readonly dashed?: boolean;
  readonly hollow?: boolean;
  /** Of a line, or of a dot across. */
  readonly width?: number;
  /** Share of a bar's slot that is filled. */
  readonly fill?: number;
  readonly opacity?: number;
  /** Vertical interval at each x, as a thin line. */
  readonly interval?: { readonly low: ArrayLike<number>; readonly high: ArrayLike<number> };
}

/** Between two curves, filled. */
export interface PlotBand { readonly low: ArrayLike<number>; readonly high: ArrayLike<number>; readonly colour: Token }

/** A rectangle behind the data; an edge left out is the plot's own. */
export interface PlotShade {
  readonly from_x?: number; readonly to_x?: number; readonly from_y?: number; readonly to_y?: number;
  readonly colour: Token;
}

export interface PlotRule {
  readonly x?: number;
  readonly y?: number;
  readonly colour: Token;
  readonly dash?: readonly number[];
}

/**
 * Words inside the plot. With several places the first free of other words is taken; optional words need a free one.
 */
export interface PlotLabel {
  readonly text: string;
  readonly places: readonly {
    readonly x: number | 'left' | 'right'; readonly y: number | 'top' | 'bottom';
    readonly align: 'left' | 'center' | 'right';
    readonly side: 'above' | 'below' | 'on';
    /** Lines of words below the first. */
    readonly row?: number;
  }[];
  readonly colour?: Token;
  readonly strong?: boolean;
  readonly optional?: boolean;
}

export interface PlotSpec {
  /** Quantity and unit, at the plot's left edge. */
  readonly title: string;
  /** One sentence for those who cannot see the plot. */
  readonly summary: string;
  readonly x: PlotAxis;
  readonly y: PlotAxis;
  readonly x_values: ArrayLike<number>;
  readonly series: readonly PlotSeries[];
  readonly bands?: readonly PlotBand[];
  readonly shades?: readonly PlotShade[];
  readonly rules?: readonly PlotRule[];
  readonly labels?: readonly PlotLabel[];
}
