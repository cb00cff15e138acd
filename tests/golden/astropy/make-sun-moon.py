"""Sun and Moon over both stations by astropy (Debian 12, python3-astropy 5.2.1 with ERFA), no refraction.

Run in this folder: python3 make-sun-moon.py; writes sun-moon.json. Uses IERS B as packaged (UT1, polar motion)."""
import json
import warnings
warnings.simplefilter('ignore')
import astropy
import astropy.units as u
import erfa
import numpy as np
from astropy.coordinates import GCRS, AltAz, EarthLocation, get_body
from astropy.time import Time
from astropy.utils import iers

iers.conf.auto_download = False
iers.conf.iers_degraded_accuracy = 'warn'
stations = {'delingha': (37.37900833333333, 97.72694722222222, 3153.0),
            'nanshan': (43.47546111111111, 87.17668611111111, 2028.0)}
rows = []
start = int(Time('2016-08-20T00:00:00', scale='utc').unix * 1000)
for i in range(60):
    ms = start + i * 2900007000 + (i * 7919 * 1000) % 86400000
    t = Time(ms / 1000.0, format='unix', scale='utc')
    row = {'utc_ms': ms, 'ut1_minus_utc_s': round(float(t.delta_ut1_utc), 4)}
    for name, (latitude, longitude, altitude) in stations.items():
        place = EarthLocation.from_geodetic(longitude * u.deg, latitude * u.deg, altitude * u.m)
        frame = AltAz(obstime=t, location=place, pressure=0 * u.hPa)
        sun, moon = (get_body(body, t, place).transform_to(frame) for body in ('sun', 'moon'))
        row[name] = {'sun_elevation_deg': float(sun.alt.deg), 'sun_azimuth_deg': float(sun.az.deg),
                     'moon_elevation_deg': float(moon.alt.deg), 'moon_azimuth_deg': float(moon.az.deg)}
    sun, moon = (get_body(body, t).transform_to(GCRS(obstime=t)) for body in ('sun', 'moon'))
    elongation = sun.separation(moon).rad
    to_sun, to_moon = sun.distance.to(u.km).value, moon.distance.to(u.km).value
    phase = np.arctan2(to_sun * np.sin(elongation), to_moon - to_sun * np.cos(elongation))
    row['moon_illumination'] = float((1 + np.cos(phase)) / 2)
    rows.append(row)
json.dump({'origin': 'astropy %s, pyerfa %s' % (astropy.__version__, erfa.__version__), 'stations': stations, 'rows': rows},
          open('sun-moon.json', 'w'), indent=1)
