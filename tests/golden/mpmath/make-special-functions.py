"""Makes special-functions.json with mpmath at 60 digits: inputs and outputs as decimal text of doubles."""
import json
from mpmath import mp, mpf, loggamma, betainc, gammainc, erfc, erfinv, sqrt, binomial, log, findroot, nstr

mp.dps = 60
out = {}


def text(value):
    return float(nstr(value, 20))


out["log_gamma"] = [[x, text(loggamma(mpf(x)))] for x in
                    [1e-8, 0.1, 0.3, 0.5, 0.75, 0.999, 1.0000001, 1.25, 1.5, 1.75, 1.9999, 2.0001, 2.5, 3, 4.2,
                     7.7, 9.999, 10, 12.5, 50, 171.5, 1e3, 3100, 1e6, 123456789.5]]
def beta_cdf(a, b, x):
    """Integer a, b: the binomial tail P(Bin(a+b-1, x) >= a), term by term; else mpmath's own function."""
    x = mpf(x)
    if a != int(a) or b != int(b):
        return betainc(a, b, 0, x, regularized=True)
    n = a + b - 1
    term = mp.exp(loggamma(n + 1) - loggamma(a + 1) - loggamma(n - a + 1) + a * log(x) + (n - a) * log(1 - x))
    total = term
    for i in range(a, n):
        term *= x * (n - i) / ((1 - x) * (i + 1))
        total += term
        if term < total * mpf(10) ** -50 and i > n * x:
            break
    return total


out["incomplete_beta"] = [[a, b, x, text(beta_cdf(a, b, x))] for a, b, x in
                          [(0.5, 0.5, 0.1), (78, 1608, 0.03), (78, 1608, 0.0463), (78, 1608, 0.07), (1, 1, 0.25),
                           (5, 1, 0.9), (140, 2961, 0.02), (2, 1000, 1e-6), (45000, 955001, 0.0455)]]


def upper_gamma(a, x):
    return gammainc(a, mpf(x), regularized=True)


out["upper_gamma"] = [[a, x, text(upper_gamma(a, x))] for a, x in
                      [(0.5, 0.1), (0.5, 3), (0.5, 40), (1, 2), (7, 3), (7, 20), (600, 500), (600, 700),
                       (1.5, 3.84), (1e5, 1.01e5)]]
out["normal_cdf"] = [[x, text(erfc(-mpf(x) / sqrt(2)) / 2)] for x in [-30, -8, -5.2, -1.96, -0.3, 0, 0.5, 1.96, 3]]


def normal_quantile(p):
    start = mpf(-1.5) if p < 0.2 else mpf(-0.3)
    if p < 1e-4:
        start = -sqrt(-2 * log(mpf(p)) - log(-4 * mp.pi * log(mpf(p))))
    return findroot(lambda x: log(erfc(-x / sqrt(2)) / 2) - log(mpf(p)), start)


out["normal_quantile"] = [[p, text(normal_quantile(p))] for p in [1e-40, 1e-10, 1e-5, 0.025, 0.16, 0.3, 0.49]]


def upper_tail(k, n, p):
    return sum(binomial(n, i) * mpf(p) ** i * (1 - mpf(p)) ** (n - i) for i in range(k, n + 1))


out["log_binomial_upper_tail"] = [[k, n, p, text(log(upper_tail(k, n, p)))] for k, n, p in
                                  [(837, 1021, 0.75), (766, 1021, 0.75), (700, 1021, 0.75), (1021, 1021, 0.75),
                                   (3, 10, 0.5), (1, 100, 0.001), (300, 3100, 0.045), (950, 1179, 0.75)]]


def quantile(cdf, target, low, high):
    """Bisection at full precision of an increasing function."""
    low, high = mpf(low), mpf(high)
    for _ in range(160):
        middle = (low + high) / 2
        if cdf(middle) < target:
            low = middle
        else:
            high = middle
    return low


def clopper_pearson(k, n, confidence):
    half = (1 - mpf(confidence)) / 2
    low = mpf(0) if k == 0 else quantile(lambda x: beta_cdf(k, n - k + 1, x), half, 0, 1)
    high = mpf(1) if k == n else quantile(lambda x: beta_cdf(k + 1, n - k, x), 1 - half, 0, 1)
    return [text(low), text(high)]


out["clopper_pearson"] = [[k, n, c, *clopper_pearson(k, n, c)] for k, n, c in
                          [(78, 1685, 0.95), (62, 1415, 0.95), (0, 50, 0.95), (50, 50, 0.95), (1, 1, 0.9),
                           (5, 284, 0.6875), (140, 3100, 0.999)]]


def poisson_interval(k, confidence):
    half = (1 - mpf(confidence)) / 2
    top = 3 * k + 60
    low = mpf(0) if k == 0 else quantile(lambda x: 1 - upper_gamma(k, x), half, 0, top)
    return [text(low), text(quantile(lambda x: 1 - upper_gamma(k + 1, x), 1 - half, 0, top))]


out["poisson_interval"] = [[k, c, *poisson_interval(k, c)] for k, c in [(0, 0.95), (1, 0.9), (12, 0.95), (620, 0.95)]]

with open("special-functions.json", "w", encoding="utf-8") as file:
    file.write("{\n" + ",\n".join(
        f' "{name}": [\n' + ",\n".join("  " + json.dumps(row) for row in rows) + "\n ]"
        for name, rows in out.items()) + "\n}\n")
