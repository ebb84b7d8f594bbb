"""Compares the check lines of both programs and writes their times and ratio down."""

import datetime
import json
import os
import re
import sys


def check(path):
    """Class counts and sums of a check line."""
    with open(path, encoding="utf-8") as file:
        line = next(line for line in file if line.startswith("check "))
    return re.findall(r'"(\w+)": (\d+)', line), [float(x) for x in re.findall(r"[a-z]+ (-?[\d.]+)", line)]


def figure(path, name):
    with open(path, encoding="utf-8") as file:
        return next(float(line.split()[1]) for line in file if line.startswith(name + " "))


def mean_seconds(folder, name):
    with open(os.path.join(folder, name, "new", "estimates.json"), encoding="utf-8") as file:
        return json.load(file)["mean"]["point_estimate"] / 1e9


def main():
    ours_log, numpy_log, criterion, history = sys.argv[1:]
    (classes, sums), (their_classes, their_sums) = check(ours_log), check(numpy_log)
    near = all(abs(a - b) <= 1e-6 * max(1, abs(a)) for a, b in zip(sums, their_sums, strict=True))
    if classes != their_classes or not near:
        sys.exit(f"results differ:\n{classes} {sums}\n{their_classes} {their_sums}")
    county = mean_seconds(criterion, "county")
    nation = mean_seconds(criterion, os.path.join("nation", "judge"))
    numpy, numpy_cpu = figure(numpy_log, "seconds"), figure(numpy_log, "processor")
    cpu = figure(ours_log, "processor")
    load = os.getloadavg()[0]
    print(f"results agree: {dict(classes)}")
    print(f"county {county * 1e3:.2f} ms")
    print(f"nation: halfsky {nation:.2f} s on two threads, {cpu:.2f} s of processor time")
    print(f"nation: numpy and scipy {numpy:.2f} s, {numpy_cpu:.2f} s of processor time")
    print(f"numpy / halfsky: {numpy / nation:.2f} by the clock, {numpy_cpu / cpu:.2f} by processor time")
    print(f"load average {load:.1f}")
    new = not os.path.exists(history)
    row = [county * 1e3, nation, numpy, numpy / nation, cpu, numpy_cpu, numpy_cpu / cpu, load]
    with open(history, "a", encoding="utf-8") as file:
        if new:
            file.write("date\tcounty_ms\tnation_s\tnumpy_s\tratio\tnation_cpu_s\tnumpy_cpu_s\tcpu_ratio\tload\n")
        file.write("\t".join([datetime.date.today().isoformat(), *(f"{x:.2f}" for x in row)]) + "\n")


main()
