"""Pointing and polarization of one pass by following light, not by the formulas of src-core/exports.

Point ahead: light-time equations both ways in an inertial frame, then the directions in the station's moving frame by
the relativistic transformation of a photon's direction. Polarization: a polarizer turned in front of the telescope
until most light passes (Malus); the sky axes are finite differences of the pointing direction.
"""
import json
from math import asin, atan2, cos, degrees, pi, sin

import numpy as np
from sgp4.api import Satrec, WGS72
from sgp4.propagation import gstime

C_KM_S = 299792.458
OMEGA = 7.292115855306589e-5
lines = [line.rstrip('\n') for line in open('../../../missions/micius-2018-09-15.tle') if line[:2] in ('1 ', '2 ')]
SAT = Satrec.twoline2rv(lines[0], lines[1], WGS72)
EPOCH_JD = SAT.jdsatepoch + SAT.jdsatepochF
EPOCH_MS = round((SAT.jdsatepoch - 2440587.5) * 86400000 + SAT.jdsatepochF * 86400000, 3)
START_MS = 1536948845000  # 2018-09-14T18:14:05Z
STATIONS = {
    'delingha': (37.37900833333333, 97.72694722222222, 3153.0),
    'nanshan': (43.47546111111111, 87.17668611111111, 2028.0),
}


def teme(t_s):
    error, r, v = SAT.sgp4_tsince((START_MS - EPOCH_MS) / 60000 + t_s / 60)
    assert error == 0
    return np.array(r), np.array(v)


def turn(t_s):
    g = gstime(START_MS / 86400000 + 2440587.5) + OMEGA * t_s
    return np.array([[cos(g), -sin(g), 0], [sin(g), cos(g), 0], [0, 0, 1]])


def station(lat_deg, lon_deg, h_m):
    a, f = 6378.137, 1 / 298.257223563
    e2 = f * (2 - f)
    lat, lon = np.radians([lat_deg, lon_deg])
    n = a / np.sqrt(1 - e2 * sin(lat) ** 2)
    r = np.array([(n + h_m / 1000) * cos(lat) * cos(lon), (n + h_m / 1000) * cos(lat) * sin(lon),
                  (n * (1 - e2) + h_m / 1000) * sin(lat)])
    east = np.array([-sin(lon), cos(lon), 0])
    north = np.array([-sin(lat) * cos(lon), -sin(lat) * sin(lon), cos(lat)])
    return r, east, north, np.cross(east, north)


def unit(x):
    return x / np.linalg.norm(x)


def photon_in_moving_frame(n, beta):
    """Direction of flight of a photon, seen from a frame that moves with beta."""
    gamma = 1 / np.sqrt(1 - beta @ beta)
    return unit(n + ((gamma - 1) * (n @ beta) / (beta @ beta) - gamma) * beta)


def flight(t, s, sign):
    tau = 0.0
    for _ in range(30):
        tau = np.linalg.norm(teme(t + sign * tau)[0] - s) / C_KM_S
    return unit(teme(t + sign * tau)[0] - s)


def row(t, place, reference):
    s_pef, east, north, up = place
    m = turn(t)
    s = m @ s_pef
    beta = np.cross([0, 0, OMEGA], s) / C_KM_S
    seen = -photon_in_moving_frame(-flight(t, s, -1), beta)
    sent = photon_in_moving_frame(flight(t, s, +1), beta)
    r, v = teme(t)
    d = m.T @ r - s_pef
    n = unit(d)
    az = atan2(n @ east, n @ north) % (2 * pi)
    el = asin(n @ up)

    def towards(a, e):
        return cos(e) * (sin(a) * east + cos(a) * north) + sin(e) * up
    h = 1e-5
    e_az = unit(towards(az + h, el) - towards(az - h, el))
    e_el = unit(towards(az, el + h) - towards(az, el - h))
    theta = m.T @ (sent - seen)
    axis = m.T @ unit(np.cross(r, v) if reference == 'orbit_normal' else v)
    field = unit(axis - (axis @ n) * n)

    def passed(angle):
        return (field @ (cos(angle) * e_az + sin(angle) * e_el)) ** 2
    grid = np.linspace(0, pi, 1801)
    best = grid[np.argmax([passed(a) for a in grid])]
    low, high = best - 0.002, best + 0.002
    for _ in range(60):  # The slope changes sign at the maximum; bisect on it.
        mid = (low + high) / 2
        if passed(mid + 1e-6) > passed(mid - 1e-6):
            low = mid
        else:
            high = mid
    return {'t_s': t, 'azimuth_deg': degrees(az), 'elevation_deg': degrees(el), 'range_km': np.linalg.norm(d),
            'point_ahead_rad': float(np.linalg.norm(np.cross(seen, sent))),
            'point_ahead_azimuth_rad': float(theta @ e_az), 'point_ahead_elevation_rad': float(theta @ e_el),
            'frame_angle_rad': float(low % pi)}


rows = {f'{name} {reference}': [row(float(t), station(*site), reference) for t in range(0, 280, 10)]
        for name, site in STATIONS.items() for reference in ('orbit_normal', 'flight_direction')}
states = [[t, *teme(float(t))[0], *teme(float(t))[1]] for t in range(-120, 421, 15)]
json.dump({'start_utc_ms': START_MS, 'rows': rows, 'teme_km': states}, open('pass-tables.json', 'w'), indent=0)
print(rows['delingha orbit_normal'][0], rows['nanshan orbit_normal'][14])
