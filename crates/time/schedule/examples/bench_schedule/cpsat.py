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


def work(model, rows, start, step, horizon):
    """Puts an operation on its machine, or on one of its machines, and returns its end."""
    if len(step) == 1:
        machine, duration = step[0]
        rows.setdefault(machine, []).append(model.new_fixed_size_interval_var(start, duration, ""))
        return start + duration
    durations = cp_model.Domain.from_values([duration for _, duration in step])
    length, end = model.new_int_var_from_domain(durations, ""), model.new_int_var(0, horizon, "")
    model.new_interval_var(start, length, end, "")
    choices = []
    for machine, duration in step:
        is_chosen = model.new_bool_var("")
        choices.append(is_chosen)
        interval = model.new_optional_interval_var(start, duration, end, is_chosen, "")
        rows.setdefault(machine, []).append(interval)
    model.add_exactly_one(choices)
    return end


def plan(jobs, seconds, workers):
    model = cp_model.CpModel()
    horizon = sum(max(d for _, d in step) for job in jobs for step in job)
    rows, ends = {}, []
    for job in jobs:
        free = 0
        for step in job:
            start = model.new_int_var(0, horizon, "")
            model.add(start >= free)
            free = work(model, rows, start, step, horizon)
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
