"""States of five element sets by python-sgp4 (Debian 12, python3-sgp4 2.15), WGS-72, improved mode.

Run in this folder: python3 make-states.py; writes states.json."""
import json
from math import pi, radians
from sgp4.api import WGS72, Satrec
from sgp4.exporter import export_tle

lines = open('golden_2018.tle').read().splitlines()
sets = [('golden 2018, low and nearly circular', lines[1], lines[2])]


def make(name, number, n, e, i, raan, argp, m, bstar, epoch_days):
    s = Satrec()
    s.sgp4init(WGS72, 'i', number, epoch_days, bstar, 0.0, 0.0, e, radians(argp), radians(i), radians(m),
               n * 2 * pi / 1440, radians(raan))
    s.classification = 'U'; s.intldesg = '20001A'; s.elnum = 1; s.revnum = 1; s.ephtype = 0
    return (name, *export_tle(s))


sets.append(make('low perigee, simplified drag', 90001, 16.2, 0.002, 51.6, 10, 20, 30, 1e-4, 25567.5))
sets.append(make('half-day resonance, deep space', 90002, 2.00561, 0.7, 63.4, 120, 270, 10, 0, 25567.25))
sets.append(make('geosynchronous, deep space', 90003, 1.00273, 0.0002, 0.05, 80, 90, 100, 0, 25567.75))
sets.append(make('retrograde, eccentric', 90004, 12.5, 0.1, 120.0, 200, 45, 300, 2e-5, 25567.125))
out = []
for name, line1, line2 in sets:
    s = Satrec.twoline2rv(line1, line2)
    rows = []
    for minutes in (-1440.0, 0.0, 0.5, 97.3, 1440.0, 10080.0):
        error, r, v = s.sgp4_tsince(minutes)
        assert error == 0, (name, minutes, error)
        rows.append({'minutes': minutes, 'position_teme_km': r, 'velocity_teme_km_s': v})
    out.append({'name': name, 'line1': line1, 'line2': line2, 'states': rows})
json.dump({'sets': out}, open('states.json', 'w'), indent=1)
