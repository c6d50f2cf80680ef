"""M/M/1 and the line of twenty stations in SimPy and in salabim.

Prints the name, the model events and the seconds that they took, one run a line. An event is what it is in the
bench's own models: an arrival, the end of a job, a failure, a repair.
"""

import random
import sys
import time

STATIONS, ROOM, CYCLE, LIFE, REPAIR = 20, 10, 60.0, 3600.0, 300.0


class Count:
    events = 0


def simpy_mm1(count, until):
    import simpy

    env = simpy.Environment()
    server = simpy.Resource(env)

    def customer():
        with server.request() as turn:
            yield turn
            yield env.timeout(random.expovariate(1.0))
            count.events += 1

    def street():
        while True:
            yield env.timeout(random.expovariate(0.8))
            count.events += 1
            env.process(customer())

    env.process(street())
    env.run(until)


def simpy_line(count, until):
    import simpy

    env = simpy.Environment()
    buffers = [None] + [simpy.Container(env, ROOM) for _ in range(STATIONS - 1)] + [None]

    def station(at):
        life = random.expovariate(1 / LIFE)
        while True:
            if buffers[at]:
                yield buffers[at].get(1)
            left = random.expovariate(1 / CYCLE)
            while life < left:
                yield env.timeout(life)
                left -= life
                yield env.timeout(random.expovariate(1 / REPAIR))
                count.events += 2
                life = random.expovariate(1 / LIFE)
            yield env.timeout(left)
            life -= left
            count.events += 1
            if buffers[at + 1]:
                yield buffers[at + 1].put(1)

    for at in range(STATIONS):
        env.process(station(at))
    env.run(until)


def salabim_mm1(count, until):
    import salabim

    salabim.yieldless(False)
    env = salabim.Environment(trace=False)
    server = salabim.Resource("server", monitor=False)

    class Customer(salabim.Component):
        def process(self):
            yield self.request(server)
            yield self.hold(random.expovariate(1.0))
            self.release()
            count.events += 1

    class Street(salabim.Component):
        def process(self):
            while True:
                yield self.hold(random.expovariate(0.8))
                count.events += 1
                Customer()

    Street()
    env.run(until)


def salabim_line(count, until):
    import salabim

    salabim.yieldless(False)
    env = salabim.Environment(trace=False)
    class Station(salabim.Component):
        def setup(self, place):
            self.place = place

        def process(self):
            life = random.expovariate(1 / LIFE)
            while True:
                if self.place > 0:
                    yield self.from_store(stores[self.place])
                left = random.expovariate(1 / CYCLE)
                while life < left:
                    yield self.hold(life)
                    left -= life
                    yield self.hold(random.expovariate(1 / REPAIR))
                    count.events += 2
                    life = random.expovariate(1 / LIFE)
                yield self.hold(left)
                life -= left
                count.events += 1
                if self.place + 1 < STATIONS:
                    yield self.to_store(stores[self.place + 1], salabim.Component("piece"))

    stores = [salabim.Store(f"store {at}", capacity=ROOM, monitor=False) for at in range(STATIONS)]
    for at in range(STATIONS):
        Station(place=at)
    env.run(until)


RUNS = {"simpy-mm1": (simpy_mm1, 200_000), "simpy-line": (simpy_line, 500_000),
        "salabim-mm1": (salabim_mm1, 20_000), "salabim-line": (salabim_line, 60_000)}

for name in sys.argv[1:]:
    model, until = RUNS[name]
    random.seed(1)
    tally, begun = Count(), time.process_time()
    model(tally, until)
    print(name, tally.events, time.process_time() - begun, flush=True)
