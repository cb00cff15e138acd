"""Dual windows of another satellite, pair and year by brute force: Skyfield for the orbit and refraction, astropy for
Sun and Moon (Debian 12: python3-skyfield 1.45, python3-astropy 5.2.1).

Run in this folder: python3 make-windows.py; writes windows-2021.json. A 2 s grid on Earth-fixed positions brackets each
edge, bisection to 1e-5 s closes it. Only the grid is of this script; angles of the first three cases are altaz()'s own."""
import json
import warnings
warnings.simplefilter('ignore')
import astropy
import erfa
import numpy as np
import skyfield
from astropy.coordinates import ITRS, get_body
from astropy.time import Time
from astropy.utils import iers
from skyfield.api import EarthSatellite, load, wgs84
from skyfield.earthlib import refraction

iers.conf.auto_download = False
iers.conf.iers_degraded_accuracy = 'warn'
lines = open('elements-2021.tle').read().splitlines()
stations = {'tenerife': (28.3006, -16.5118, 2393.0), 'calar-alto': (37.2236, -2.5461, 2168.0)}
START_MS, DAYS, STEP_S = 1626912000000, 90, 2.0
AIR = {'temperature_C': 10.0, 'pressure_mbar': 770.0}
MASKS = {'tenerife': [[0, 14], [40, 22], [75, 9], [160, 12], [250, 26], [300, 18]],
         'calar-alto': [[20, 8], [110, 30], [200, 11], [230, 11], [285, 20]]}
RANGE_KM_MAX, MOON_DEG_MIN, MOON_LIT_MIN = 1500.0, 35.0, 0.3
# TT - UT1 when UT1 is taken for UTC: 32.184 s and 37 leap seconds.
timescales = {'utc_for_ut1': load.timescale(delta_t=69.184, builtin=True), 'ut1': load.timescale(builtin=True)}
satellites = {name: EarthSatellite(lines[1], lines[2], 'SOCRATES', ts) for name, ts in timescales.items()}
places = {name: wgs84.latlon(*place) for name, place in stations.items()}


def when(scale, seconds):
    return timescales[scale].utc(2021, 7, 22, 0, 0, seconds)


def itrf_km(seconds, satellite=satellites['utc_for_ut1']):
    position, _, _ = satellite.ITRF_position_velocity_error(when('utc_for_ut1', seconds))
    return np.asarray(position) * 149597870.7


def local(name, itrf):
    """Elevation and azimuth in degrees and range in km of Earth-fixed positions."""
    latitude, longitude = np.radians(stations[name][:2])
    site = np.asarray(places[name].itrs_xyz.km)
    d = itrf - site.reshape((3,) + (1,) * (itrf.ndim - 1))
    east = np.tensordot([-np.sin(longitude), np.cos(longitude), 0], d, 1)
    north = np.tensordot([-np.sin(latitude) * np.cos(longitude), -np.sin(latitude) * np.sin(longitude), np.cos(latitude)], d, 1)
    up = np.tensordot([np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude)], d, 1)
    distance = np.sqrt((d ** 2).sum(axis=0))
    return np.degrees(np.arcsin(up / distance)), np.degrees(np.arctan2(east, north)) % 360, distance


def positive(margin, grid_margin):
    """Intervals of the span in which a margin is positive: bracketed on the grid, closed by bisection."""
    edges = np.nonzero((grid_margin[1:] > 0) != (grid_margin[:-1] > 0))[0]
    times = []
    for i in edges:
        low, high, rising = i * STEP_S, (i + 1) * STEP_S, grid_margin[i + 1] > 0
        while high - low > 1e-5:
            middle = (low + high) / 2
            if (margin(middle) > 0) == rising:
                high = middle
            else:
                low = middle
        times.append((low + high) / 2)
    assert grid_margin[0] <= 0 and len(times) % 2 == 0
    return [[times[i], times[i + 1]] for i in range(0, len(times), 2)]


grid = np.arange(0, DAYS * 86400, STEP_S)
positions = np.concatenate([itrf_km(part) for part in np.array_split(grid, DAYS)], axis=1)
seen = {name: local(name, positions) for name in stations}


def altaz_margin(scale, least_deg, air):
    def margin(seconds):
        t = when(scale, seconds)
        return min((satellites[scale] - place).at(t).altaz(**air)[0].degrees for place in places.values()) - least_deg
    return margin


def plain(least_deg):
    return np.minimum(*(seen[name][0] for name in stations)) - least_deg


def masked(look, name):
    elevation, azimuth, distance = look
    mask = np.asarray(MASKS[name], float)
    horizon = np.interp(azimuth, mask[:, 0], mask[:, 1], period=360)
    # In degrees and in hundreds of kilometres: only the sign counts.
    return np.minimum(np.minimum(elevation - np.maximum(horizon, 10), (RANGE_KM_MAX - distance) / 100), 90)


def masked_margin(seconds):
    here = itrf_km(seconds)
    return min(float(masked(local(name, here), name)) for name in stations)


cases = {}
cases['geometric_13'] = positive(altaz_margin('utc_for_ut1', 13, {}), plain(13))
cases['geometric_13_ut1'] = positive(altaz_margin('ut1', 13, {}), plain(13))
refracted_grid = plain(10 - refraction(10, AIR['temperature_C'], AIR['pressure_mbar']))  # Brackets; altaz() decides.
cases['refracted_10'] = positive(altaz_margin('utc_for_ut1', 10, AIR), refracted_grid)
cases['masks_and_range'] = positive(masked_margin, np.minimum(*(masked(seen[name], name) for name in stations)))

# A day of a satellite that goes in and out of the shadow: each change of the light, by straight lines over 0.5 s.
shaded = EarthSatellite(lines[4], lines[5], 'SPOOQY-1', timescales['utc_for_ut1'])
changes = []
for part in np.array_split(np.arange(0, 86400, 0.5), 24):
    s = np.append(part, part[-1] + 0.5)
    satellite = itrf_km(s, shaded)
    t = Time('2021-07-22T00:00:00', scale='utc') + s * astropy.units.s
    sun = get_body('sun', t).transform_to(ITRS(obstime=t)).cartesian.xyz.to('km').value
    to_sun = sun - satellite
    distance, radius = np.sqrt((to_sun ** 2).sum(0)), np.sqrt((satellite ** 2).sum(0))
    a, b = np.arcsin(695700 / distance), np.arcsin(6378.137 / radius)
    c = np.arccos(-(satellite * to_sun).sum(0) / (distance * radius))
    for name, margin in (('lit', c - a - b), ('umbra', b - a - c)):
        for i in np.nonzero((margin[1:] > 0) != (margin[:-1] > 0))[0]:
            at = s[i] + 0.5 * margin[i] / (margin[i] - margin[i + 1])
            changes.append([round(float(at), 4), ('into ' if margin[i + 1] > 0 else 'out of ') + name])

moonlit = []
for start, end in cases['geometric_13']:
    s = np.arange(start, end, 0.5)
    t = Time('2021-07-22T00:00:00', scale='utc') + s * astropy.units.s
    satellite = itrf_km(s)
    sun, moon = (get_body(name, t).transform_to(ITRS(obstime=t)).cartesian.xyz.to('km').value for name in ('sun', 'moon'))
    elongation = np.arccos((sun[:, 0] * moon[:, 0]).sum() / np.linalg.norm(sun[:, 0]) / np.linalg.norm(moon[:, 0]))
    row = {'illumination': float((1 - np.cos(elongation)) / 2)}
    for name in stations:
        site = np.asarray(places[name].itrs_xyz.km).reshape(3, 1)
        look, towards = satellite - site, moon - site
        apart = np.degrees(np.arccos((look * towards).sum(0) / np.sqrt((look ** 2).sum(0) * (towards ** 2).sum(0))))
        up = local(name, moon)[0] > 0
        row[name] = {'separation_deg_min': float(apart[up].min()) if up.any() else None,
                     'hidden_s': float(0.5 * (up & (apart < MOON_DEG_MIN)).sum())}
    moonlit.append(row)

heights = [-0.3, 0, 1, 2, 5, 10, 13, 20, 45, 70]
bennett = [{'apparent_deg': h, 'refraction_deg': float(refraction(h, 10.0, 1010.0)),
            'thin_air_deg': float(refraction(h, -5.5, 690.0))} for h in heights]
# ERFA's integrated refraction at 810 nm, as zenith distances: topocentric = observed + A tan Z + B tan^3 Z.
A, B = erfa.refco(1010.0, 10.0, 0.0, 0.81)
integrated = [{'apparent_deg': h, 'refraction_deg': float(np.degrees(A * np.tan(z) + B * np.tan(z) ** 3))}
              for h in heights if h >= 13 for z in [np.radians(90 - h)]]

json.dump({'skyfield': str(skyfield.VERSION), 'astropy': astropy.__version__, 'pyerfa': erfa.__version__,
           'start_utc_ms': START_MS, 'days': DAYS, 'stations': stations, 'air': AIR, 'masks': MASKS,
           'range_km_max': RANGE_KM_MAX, 'moon_separation_deg_min': MOON_DEG_MIN, 'moon_illumination_min': MOON_LIT_MIN,
           'ut1_minus_utc_s': [float(timescales['ut1'].utc(2021, 7, 22 + d).dut1) for d in (0, 90)],
           'windows': cases, 'spooqy_light_changes': sorted(changes), 'moon': moonlit, 'refraction': bennett,
           'refraction_erfa_810_nm': integrated},
          open('windows-2021.json', 'w'))
