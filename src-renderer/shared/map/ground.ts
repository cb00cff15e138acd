import { geoAzimuthalEqualArea, geoCircle, geoGraticule, geoPath, type GeoProjection } from 'd3-geo';
import { feature, mesh } from 'topojson-client';
import atlas from 'world-atlas/countries-110m.json';

export interface GroundPoint { readonly latitude_deg: number; readonly longitude_deg: number }

export interface GroundCircle { readonly centre: GroundPoint; readonly through: GroundPoint }

export interface GroundMap {
  readonly land: string;
  readonly borders: string;
  readonly graticule: string;
  readonly place: (point: GroundPoint) => readonly [number, number] | null;
  readonly line: (points: readonly GroundPoint[]) => string;
  readonly circle: (circle: GroundCircle) => string;
}

interface Frame { readonly width: number; readonly height: number; readonly margin: number }

type Atlas = Parameters<typeof mesh>[0];
type Shapes = NonNullable<Parameters<typeof mesh>[1]>;

const topology = atlas as unknown as Atlas & { objects: { countries: Shapes; land: Shapes } };
const LAND = feature(topology, topology.objects.land);
const BORDERS = mesh(topology, topology.objects.countries, (a, b) => a !== b);
const GRATICULE = geoGraticule().step([10, 10])();
const RAD = Math.PI / 180;

const pair = ({ longitude_deg, latitude_deg }: GroundPoint): [number, number] => [longitude_deg, latitude_deg];

/** Angle between two places on the sphere, degrees: how large to draw a circle, not a distance to act on. */
export function angleBetween(a: GroundPoint, b: GroundPoint): number {
  const [x, y] = [a.latitude_deg * RAD, b.latitude_deg * RAD];
  const cosine = Math.sin(x) * Math.sin(y)
    + Math.cos(x) * Math.cos(y) * Math.cos((a.longitude_deg - b.longitude_deg) * RAD);
  return Math.acos(Math.min(1, Math.max(-1, cosine))) / RAD;
}

const shapeOf = ({ centre, through }: GroundCircle) =>
  geoCircle().center(pair(centre)).radius(angleBetween(centre, through)).precision(2)();

/** An equal-area map around what is to be seen, filling its frame. */
export function createGroundMap(seen: readonly GroundCircle[], middle: GroundPoint, frame: Frame): GroundMap {
  const { width, height, margin } = frame;
  const projection: GeoProjection = geoAzimuthalEqualArea().rotate([-middle.longitude_deg, -middle.latitude_deg]);
  const extent = { type: 'FeatureCollection' as const, features: seen.map((circle) => ({
    type: 'Feature' as const, properties: null, geometry: shapeOf(circle),
  })) };
  if (seen.length === 0) projection.scale(Math.min(width, height) * 1.9).translate([width / 2, height / 2]);
  else projection.fitExtent([[margin, margin], [width - margin, height - margin]], extent);
  projection.clipExtent([[-20, -20], [width + 20, height + 20]]);
  const draw = geoPath(projection).digits(1);
  return {
    land: draw(LAND) ?? '',
    borders: draw(BORDERS) ?? '',
    graticule: draw(GRATICULE) ?? '',
    place: (point) => projection(pair(point)),
    line: (points) =>
      draw({ type: 'LineString', coordinates: points.map(pair).filter(([x, y]) => Number.isFinite(x + y)) }) ?? '',
    circle: (circle) => draw(shapeOf(circle)) ?? '',
  };
}
