"""The nation of the benchmark, judged with numpy and scipy, vectorised over regions.

Does the work of `judge_indicator`: priors from peers (each region's own series left out), forecast with both
intervals, probability, drift, pace, volatility and status class. Prints its time and the same check line.
"""

import sys
import time

import numpy as np
from scipy import special

REGIONS, INDICATORS, YEARS, LAST_YEAR, BY, BASE = 3000, 200, 10, 2024, 2030, 2020
CLASSES = ["attained", "attained_fragile", "on_track", "at_risk", "off_track"]


def mixed(seed):
    z = seed + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def below(seed, end):
    return (mixed(seed) % np.asarray(end, dtype=np.uint64)).astype(np.int64)


def figures(indicator):
    """Figures (regions × years) and targets of one indicator."""
    key = (np.arange(REGIONS, dtype=np.uint64) << np.uint64(24)) | np.uint64(indicator << 8)
    rises = indicator % 2 == 0
    if rises:
        level = 300 + below(key | np.uint64(0xF0), 400)
        drift = below(key | np.uint64(0xF1), 21) - 6
    else:
        level = 100 + below(key | np.uint64(0xF0), 300)
        drift = 4 - below(key | np.uint64(0xF1), 17)
    wave = 2 + below(key | np.uint64(0xF2), 30)
    t = np.arange(YEARS)
    noise = below(key[:, None] | t.astype(np.uint64), (2 * wave + 1)[:, None]) - wave[:, None]
    tenths = level[:, None] + drift[:, None] * t + noise
    tenths = np.clip(tenths, 10, 990) if rises else np.maximum(tenths, 5)
    target = np.minimum(level + 100, 950) if rises else level * 8 // 10
    return rises, tenths / 10, target / 10


def inverse_trigamma(v):
    x = 0.5 + 1 / v
    for _ in range(100):
        tri = special.polygamma(1, x)
        step = tri * (1 - tri / v) / special.polygamma(2, x)
        x = x + step
        if np.all(-step / x < 1e-8):
            break
    return x


def peer_priors(z, f):
    """Variance and degrees of freedom for each region from all others."""
    drift = (z[:, -1] - z[:, 0]) / (YEARS - 1)
    rest = np.diff(z, axis=1) - drift[:, None]
    s2 = (rest**2).sum(axis=1) / f
    e = np.log(s2) - special.digamma(f / 2) + np.log(f / 2)
    n, centre = len(e), e.mean()
    scatter = ((e - centre) ** 2).sum()
    gap = e - centre
    loo_centre = centre - gap / (n - 1)
    loo_scatter = np.maximum(scatter - gap**2 * n / (n - 1), 0)
    v = loo_scatter / (n - 2) - special.polygamma(1, f / 2)
    x = inverse_trigamma(np.where(v > 0, v, 1.0))
    s0 = np.where(v > 0, np.exp(loo_centre + special.digamma(x) - np.log(x)), np.exp(loo_centre))
    return s0, np.where(v > 0, 2 * x, np.inf)


def judge(rises, y, target):
    if rises:
        share = np.clip(y, 0.05, 99.95) / 100
        z = np.log(share / (1 - share))
        goal = np.clip(target, 0.05, 99.95) / 100
        goal = np.log(goal / (1 - goal))
        back = lambda w: 100 / (1 + np.exp(-w))
    else:
        z, goal, back = np.log(y), np.log(target), np.exp
    f = YEARS - 2
    s0, d0 = peer_priors(z, f)
    d0 = np.minimum(d0, 6)
    k = 3 + (YEARS - 1)
    m = (z[:, -1] - z[:, 0]) / k
    ss = ((np.diff(z, axis=1) - m[:, None]) ** 2).sum(axis=1) + 3 * m**2
    df = d0 + YEARS - 1
    s2 = (d0 * s0 + ss) / df
    h = BY - LAST_YEAR
    centre, scale = z[:, -1] + m * h, np.sqrt(s2 * (h + h * h * (1 / k + 0.1)))
    u = (goal - centre) / scale
    p = special.stdtr(df, -u) if rises else special.stdtr(df, u)
    q80, q95 = special.stdtrit(df, 0.9), special.stdtrit(df, 0.975)
    told = [back(w) for w in (centre, centre - q80 * scale, centre + q80 * scale,
                              centre - q95 * scale, centre + q95 * scale)]
    rise = special.stdtr(df, m / np.sqrt(s2 / k))
    at = YEARS - 1 - (LAST_YEAR - BASE)
    base, now = y[:, at], y[:, -1]
    base_met = base >= target if rises else base <= target
    with np.errstate(divide="ignore", invalid="ignore"):
        if rises:
            pace = ((now - base) / (LAST_YEAR - BASE)) / ((target - base) / (BY - BASE))
        else:
            pace = ((now / base) ** (1 / (LAST_YEAR - BASE)) - 1) / (
                (target / base) ** (1 / (BY - BASE)) - 1)
    pace = np.where(base_met, 0.0, np.clip(pace, -9, 9))
    steps = np.diff(z, axis=1)
    mean = (z[:, -1] - z[:, 0]) / (YEARS - 1)
    sd = np.sqrt(((steps - mean[:, None]) ** 2).sum(axis=1) / f)
    middle = np.median(steps, axis=1)
    robust = 1.4826 * np.median(np.abs(steps - middle[:, None]), axis=1)
    wrong = ((steps if rises else -steps) < 0).mean(axis=1)
    ratio = sd**2 / s0
    p_f = special.fdtrc(f, d0, ratio)
    snr = np.abs(goal - z[:, 0]) / (BY - (LAST_YEAR - YEARS + 1)) / sd
    volatile = (p_f < 0.10) | ((snr < 0.5) & (wrong >= 1 / 3))
    met = now >= target if rises else now <= target
    status = np.where(met, np.where(p >= 0.8, 0, 1),
                      np.where(p >= 0.6, 2, np.where(p >= 0.3, 3, 4)))
    return p, told, rise, pace, robust, volatile, status


def main():
    data = [figures(indicator) for indicator in range(INDICATORS)]
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    times, processor = [], []
    for _ in range(runs):
        start, before = time.perf_counter(), time.process_time()
        judged = [judge(*one) for one in data]
        times.append(time.perf_counter() - start)
        processor.append(time.process_time() - before)
    counts = np.bincount(np.concatenate([j[6] for j in judged]), minlength=5)
    classes = {name: int(count) for name, count in sorted(zip(CLASSES, counts)) if count}
    p = sum(float(j[0].sum()) for j in judged)
    width = sum(float(((j[1][2] - j[1][1]) + (j[1][4] - j[1][3])).sum()) for j in judged)
    pace = sum(float(j[3].sum()) for j in judged)
    volatile = sum(int(j[5].sum()) for j in judged)
    words = "{" + ", ".join(f'"{name}": {count}' for name, count in classes.items()) + "}"
    print(f"check {words} volatile {volatile} p {p:.6f} width {width:.3f} pace {pace:.6f}")
    print(f"seconds {sorted(times)[runs // 2]:.3f}")
    print(f"processor {sorted(processor)[runs // 2]:.2f}")


main()
