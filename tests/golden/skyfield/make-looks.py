"""Look angles over the golden pass by Skyfield (Debian 12, python3-skyfield 1.45), no refraction.

Run in this folder: python3 make-looks.py; writes golden-pass-looks.json. Skyfield applies UT1 and no polar motion."""
import json
import skyfield
from skyfield.api import EarthSatellite, load, wgs84

lines = open('../python-sgp4/golden_2018.tle').read().splitlines()
ts = load.timescale(builtin=True)
satellite = EarthSatellite(lines[1], lines[2], 'QSS', ts)
stations = {'delingha': (37.37900833333333, 97.72694722222222, 3153.0),
            'nanshan': (43.47546111111111, 87.17668611111111, 2028.0)}
rows = []
for k in range(0, 281, 20):
    t = ts.utc(2018, 9, 14, 18, 14, 2 + k)
    row = {'utc_ms': 1536948842000 + k * 1000, 'ut1_minus_utc_s': float(t.dut1)}
    for name, place in stations.items():
        alt, az, distance = (satellite - wgs84.latlon(*place)).at(t).altaz()
        row[name] = {'elevation_deg': float(alt.degrees), 'azimuth_deg': float(az.degrees), 'range_m': float(distance.m)}
    rows.append(row)
json.dump({'skyfield': str(skyfield.VERSION), 'line1': lines[1], 'line2': lines[2], 'stations': stations, 'rows': rows},
          open('golden-pass-looks.json', 'w'), indent=1)
