"""Plans a published job shop with OR-Tools CP-SAT and prints the makespan: KIND FILE SECONDS WORKERS."""

import sys

from ortools.sat.python import cp_model


def numbers(path):
    with open(path, encoding="utf-8") as file:
        lines = [line for line in file if not line.startswith("#")]
    return [[float(word) for word in line.split()] for line in lines if line.strip()]


def classic(rows):
    machines = int(rows[0][1])
    for row in rows[1:]:
        yield [[(int(row[2 * at]), int(row[2 * at + 1]))] for at in range(machines)]


def flexible(rows):
    for row in rows[1:]:
        words = iter(map(int, row))
        job = []
        for _ in range(next(words)):
            job.append([(next(words), next(words)) for _ in range(next(words))])
        yield job


def plan(jobs, seconds, workers):
    model = cp_model.CpModel()
    horizon = sum(max(d for _, d in step) for job in jobs for step in job)
    rows, ends = {}, []
    for job in jobs:
        free = 0
        for step in job:
            start, end = model.new_int_var(0, horizon, ""), model.new_int_var(0, horizon, "")
            model.add(start >= free)
            chosen = []
            for machine, duration in step:
                is_chosen = model.new_bool_var("")
                chosen.append(is_chosen)
                interval = model.new_optional_interval_var(start, duration, end, is_chosen, "")
                rows.setdefault(machine, []).append(interval)
            model.add_exactly_one(chosen)
            free = end
        ends.append(free)
    for row in rows.values():
        model.add_no_overlap(row)
    makespan = model.new_int_var(0, horizon, "")
    model.add_max_equality(makespan, ends)
    model.minimize(makespan)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = workers
    solver.solve(model)
    return int(solver.objective_value)


kind, path, seconds, workers = sys.argv[1:]
read = classic if kind == "classic" else flexible
print(plan(list(read(numbers(path))), float(seconds), int(workers)))
