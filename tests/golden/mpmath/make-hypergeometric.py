"""Makes hypergeometric.json: exact rational sums of binomial coefficients, rounded once to doubles."""
import json
from fractions import Fraction
from math import comb
from mpmath import mp, mpf, log, nstr

mp.dps = 60


def real(fraction):
    return mpf(fraction.numerator) / mpf(fraction.denominator)


def lower_tail(x, total, marked, drawn):
    ways = sum(comb(marked, i) * comb(total - marked, drawn - i)
               for i in range(max(0, marked + drawn - total), x + 1))
    return Fraction(ways, comb(total, drawn))


def text(value):
    return float(nstr(value, 20))


tails = [(0, 10, 3, 4), (2, 10, 5, 6), (62, 3100, 200, 1415), (62, 3100, 250, 1415), (62, 3100, 330, 1415),
         (78, 3100, 150, 1685), (78, 3100, 260, 1685), (0, 3100, 60, 1415), (300, 20000, 1200, 8000),
         (300, 20000, 700, 8000), (500, 20000, 1200, 8000), (900, 40000, 2600, 20000), (1200, 40000, 2500, 20000)]
rows = []
for x, total, marked, drawn in tails:
    p = real(lower_tail(x, total, marked, drawn))
    rows.append([x, total, marked, drawn, text(log(p)), text(p)])


def rest_exceeds(bound, sample, errors, rest):
    """The worst channel, by trying every number of marks: no monotonicity is assumed here."""
    total = sample + rest
    worst = Fraction(0)
    for marked in range(bound + 1, total + 1):
        top = min(errors, marked - bound - 1)
        if top >= max(0, marked + sample - total):
            worst = max(worst, lower_tail(top, total, marked, sample))
    return worst


bounds = []
for sample, errors, rest, epsilon in [(60, 3, 50, 1e-3), (60, 0, 50, 1e-6), (40, 5, 120, 1e-2), (100, 4, 80, 1e-10)]:
    found = next(b for b in range(rest + 1) if rest_exceeds(b, sample, errors, rest) <= Fraction(epsilon))
    bounds.append([sample, errors, rest, epsilon, found])

for sample, errors, rest, epsilon in [(1415, 62, 1685, 4e-22), (1685, 78, 1415, 4e-22), (1415, 62, 1685, 1e-40)]:
    found = next(b for b in range(rest * errors // sample, rest + 1)
                 if lower_tail(errors, sample + rest, errors + b + 1, sample) <= Fraction(epsilon))
    bounds.append([sample, errors, rest, epsilon, found])

with open("hypergeometric.json", "w", encoding="utf-8") as file:
    file.write('{\n "lower_tail": [\n' + ",\n".join("  " + json.dumps(row) for row in rows)
               + '\n ],\n "rest_error_bound": [\n' + ",\n".join("  " + json.dumps(row) for row in bounds) + "\n ]\n}\n")
