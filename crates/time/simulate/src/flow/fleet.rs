//! Vehicles: who carries what, the ways, the traffic on them, and batteries.
//!
//! A way is claimed when a vehicle drives onto it and given free at its end. Junctions hold as many as come, so a
//! vehicle that waits for a way waits at a junction and holds nothing that another could wait for: no circle of
//! waiting can close, and traffic cannot deadlock. Room at the destination is promised before a trip begins, so
//! that no loaded vehicle stands before a full buffer. A vehicle that has nothing to do stays where it is.

use super::event::{Event, Giver, Todo};
use super::layout::{NONE, ns};
use super::state::{VehiclePhase, VehicleRun};
use super::{Battery, Happening, Run, Trace};

impl<T: Trace> Run<'_, T> {
    /// Gives work to idle vehicles: the most urgent standing order first, the nearest vehicle to each.
    pub fn send_vehicles(&mut self, fleet: u32) {
        for transport in &self.l.fleet_transports[fleet as usize] {
            while let Some(count) = self.load_ready(*transport) {
                let from = self.l.model.transports[*transport as usize].from_node;
                let Some(vehicle) = self.nearest_idle(fleet, from) else { return };
                self.assign(vehicle, *transport, count);
            }
        }
    }

    /// How many pieces a vehicle would carry now; none when there are too few, or too little room for them.
    fn load_ready(&self, transport: u32) -> Option<u32> {
        let spec = &self.l.model.transports[transport as usize];
        let lanes = &self.l.transports[transport as usize];
        let ripe: u32 = lanes.iter().map(|lane| self.s.lanes[*lane as usize].ripe).sum();
        let there = ripe.saturating_sub(self.s.buffers[spec.from as usize].promised);
        let to = &self.s.buffers[spec.to as usize];
        let room = match self.l.buffers[spec.to as usize].capacity {
            0 => u32::MAX,
            capacity => capacity.saturating_sub(to.level + to.reserved),
        };
        let count = there.min(spec.load_max.max(1)).min(room);
        (count >= spec.load_min.max(1)).then_some(count)
    }

    fn nearest_idle(&self, fleet: u32, node: u32) -> Option<u32> {
        let first = self.l.fleet_first[fleet as usize];
        let count = self.l.model.fleets[fleet as usize].vehicles.len() as u32;
        let network = &self.l.networks[fleet as usize];
        let idle =
            (first..first + count).filter(|v| self.s.vehicles[*v as usize].phase == VehiclePhase::Idle);
        let far = |vehicle: u32| network.towards(self.s.vehicles[vehicle as usize].node, node);
        idle.filter_map(|vehicle| Some((far(vehicle)?.1, vehicle))).min().map(|(_, vehicle)| vehicle)
    }

    fn assign(&mut self, vehicle: u32, transport: u32, count: u32) {
        let spec = &self.l.model.transports[transport as usize];
        self.s.buffers[spec.from as usize].promised += count;
        self.s.buffers[spec.to as usize].reserved += count;
        self.change_phase(vehicle, VehiclePhase::ToLoad);
        let run = &mut self.s.vehicles[vehicle as usize];
        (run.goal, run.transport, run.promised) = (spec.from_node, transport, count);
        run.trips += 1;
        self.s.todo.push_back(Todo::Drive(vehicle));
    }

    /// Drives on along the shortest way; waits at the junction when it is full.
    pub fn drive(&mut self, vehicle: u32) {
        let run = &self.s.vehicles[vehicle as usize];
        if run.node == run.goal {
            return self.at_goal(vehicle);
        }
        let fleet = self.l.vehicles[vehicle as usize].0;
        let towards = self.l.networks[fleet as usize].towards(run.node, run.goal);
        let Some((way, _)) = towards else { return self.change_phase(vehicle, VehiclePhase::Idle) };
        let capacity = self.l.model.fleets[fleet as usize].ways[way as usize].capacity;
        let run = &mut self.s.ways[(self.l.way_first[fleet as usize] + way) as usize];
        if capacity > 0 && run.on >= capacity {
            return run.waiting.push_back(vehicle);
        }
        self.enter_way(vehicle, fleet, way);
    }

    fn enter_way(&mut self, vehicle: u32, fleet: u32, way: u32) {
        let place = &mut self.s.ways[(self.l.way_first[fleet as usize] + way) as usize];
        place.on += 1;
        place.on_max = place.on_max.max(place.on);
        self.drain(vehicle);
        let network = &self.l.networks[fleet as usize];
        let run = &mut self.s.vehicles[vehicle as usize];
        run.way = way;
        run.next = network.beyond(way, run.node);
        let (from, to) = (run.node, run.next);
        let arrives_ns = self.now + network.way_ns(way);
        self.c.schedule(arrives_ns, Event::Vehicle(vehicle));
        let number = self.l.vehicles[vehicle as usize].1;
        self.tell(|| Happening::Departed { fleet, vehicle: number, from, to, arrives_ns });
    }

    pub fn vehicle_event(&mut self, vehicle: u32) {
        let run = &self.s.vehicles[vehicle as usize];
        match run.phase {
            _ if run.way != NONE => self.arrive_at_node(vehicle),
            VehiclePhase::Loading => self.load(vehicle),
            VehiclePhase::Unloading => self.unload(vehicle),
            VehiclePhase::Charging => self.charged(vehicle),
            _ => {}
        }
    }

    fn arrive_at_node(&mut self, vehicle: u32) {
        let (fleet, number) = self.l.vehicles[vehicle as usize];
        self.drain(vehicle);
        let run = &mut self.s.vehicles[vehicle as usize];
        let way = std::mem::replace(&mut run.way, NONE);
        run.node = run.next;
        let (node, battery) = (run.node, run.battery);
        let place = &mut self.s.ways[(self.l.way_first[fleet as usize] + way) as usize];
        place.on -= 1;
        if let Some(next) = place.waiting.pop_front() {
            self.enter_way(next, fleet, way);
        }
        self.tell(|| Happening::Stopped { fleet, vehicle: number, node, battery });
        self.drive(vehicle);
    }

    fn at_goal(&mut self, vehicle: u32) {
        let run = &self.s.vehicles[vehicle as usize];
        let handling = |transport: u32| ns(self.l.model.transports[transport as usize].handling_s);
        let (phase, takes) = match run.phase {
            VehiclePhase::ToLoad => (VehiclePhase::Loading, handling(run.transport)),
            VehiclePhase::ToUnload => (VehiclePhase::Unloading, handling(run.transport)),
            VehiclePhase::ToCharge => (VehiclePhase::Charging, self.charging_ns(vehicle)),
            _ => return,
        };
        self.change_phase(vehicle, phase);
        if phase == VehiclePhase::Charging {
            self.tell_charging(vehicle, true);
        }
        self.c.schedule(self.now.saturating_add(takes), Event::Vehicle(vehicle));
    }

    /// Takes what was promised, the oldest first; others may have been quicker.
    fn load(&mut self, vehicle: u32) {
        let VehicleRun { transport, promised, .. } = self.s.vehicles[vehicle as usize];
        let spec = &self.l.model.transports[transport as usize];
        self.s.buffers[spec.from as usize].promised -= promised;
        let mut count = 0;
        while count < promised {
            let Some(lane) = self.oldest_lane(transport) else { break };
            let Some(piece) = self.take_of(lane, NONE) else { break };
            self.load_one(vehicle, spec.to, lane, piece);
            count += 1;
        }
        self.s.buffers[spec.to as usize].reserved -= promised - count;
        if count < promised {
            self.s.todo.push_back(Todo::Admit(spec.to));
        }
        self.s.vehicles[vehicle as usize].count = count;
        if count == 0 {
            return self.be_idle(vehicle);
        }
        self.tell_load(vehicle);
        self.change_phase(vehicle, VehiclePhase::ToUnload);
        self.s.vehicles[vehicle as usize].goal = spec.to_node;
        self.drive(vehicle);
    }

    fn oldest_lane(&self, transport: u32) -> Option<u32> {
        let lanes = self.l.transports[transport as usize].iter().copied();
        let since = |lane: u32| self.s.slab.at(self.s.lanes[lane as usize].head).since;
        lanes.filter(|lane| self.s.lanes[*lane as usize].ripe > 0).min_by_key(|lane| since(*lane))
    }

    /// Onto the end of its load.
    fn load_one(&mut self, vehicle: u32, to: u32, lane: u32, piece: u32) {
        let material = self.l.lanes[lane as usize].material;
        let lanes = self.l.buffers[to as usize].lanes.iter().copied();
        let goal = lanes.into_iter().find(|lane| self.l.lanes[*lane as usize].material == material);
        let place = self.s.slab.at_mut(piece);
        place.lane = goal.unwrap_or(lane);
        place.next = NONE;
        let run = &mut self.s.vehicles[vehicle as usize];
        if run.head == NONE {
            run.head = piece;
            return;
        }
        let mut last = run.head;
        while self.s.slab.at(last).next != NONE {
            last = self.s.slab.at(last).next;
        }
        self.s.slab.at_mut(last).next = piece;
    }

    fn unload(&mut self, vehicle: u32) {
        let VehicleRun { transport, count, head, .. } = self.s.vehicles[vehicle as usize];
        let to = self.l.model.transports[transport as usize].to;
        self.s.buffers[to as usize].reserved -= count;
        let is_by_hand = self.l.buffers[to as usize].capacity == 0;
        let mut piece = std::mem::replace(&mut self.s.vehicles[vehicle as usize].head, NONE);
        debug_assert_eq!(piece, head);
        while piece != NONE {
            let next = self.s.slab.at(piece).next;
            if is_by_hand {
                self.s.vehicles[vehicle as usize].held += 1;
                self.offer(piece, Giver::Vehicle(vehicle));
            } else {
                self.s.vehicles[vehicle as usize].count -= 1;
                self.store(piece);
            }
            piece = next;
        }
        if is_by_hand {
            return self.change_phase(vehicle, VehiclePhase::Offering);
        }
        self.tell_load(vehicle);
        self.be_idle(vehicle);
    }

    /// A piece was taken out of the vehicle's hand.
    pub fn vehicle_given(&mut self, vehicle: u32) {
        let run = &mut self.s.vehicles[vehicle as usize];
        run.held -= 1;
        run.count -= 1;
        let is_empty = run.held == 0;
        self.tell_load(vehicle);
        if is_empty {
            self.be_idle(vehicle);
        }
    }

    /// The trip is done: it goes to charge when its battery is low, or waits for work.
    pub fn be_idle(&mut self, vehicle: u32) {
        self.drain(vehicle);
        let fleet = self.l.vehicles[vehicle as usize].0;
        let run = &self.s.vehicles[vehicle as usize];
        let battery = self.l.model.fleets[fleet as usize].battery.as_ref();
        let charger =
            battery.filter(|battery| run.battery < battery.low).and_then(|b| self.charger(vehicle, b));
        if let Some(node) = charger {
            self.change_phase(vehicle, VehiclePhase::ToCharge);
            self.s.vehicles[vehicle as usize].goal = node;
            return self.s.todo.push_back(Todo::Drive(vehicle));
        }
        self.change_phase(vehicle, VehiclePhase::Idle);
        self.s.todo.push_back(Todo::Fleet(fleet));
    }

    fn charger(&self, vehicle: u32, battery: &Battery) -> Option<u32> {
        let fleet = self.l.vehicles[vehicle as usize].0;
        let (network, node) = (&self.l.networks[fleet as usize], self.s.vehicles[vehicle as usize].node);
        let far = |charger: &u32| network.towards(node, *charger).map(|(_, far)| (far, *charger));
        battery.chargers.iter().filter_map(far).min().map(|(_, charger)| charger)
    }

    fn charging_ns(&mut self, vehicle: u32) -> i64 {
        self.drain(vehicle);
        let fleet = self.l.vehicles[vehicle as usize].0;
        let Some(battery) = &self.l.model.fleets[fleet as usize].battery else { return 0 };
        let missing = (battery.full - self.s.vehicles[vehicle as usize].battery).max(0.0);
        ns(missing / battery.charge_per_s)
    }

    fn charged(&mut self, vehicle: u32) {
        let fleet = self.l.vehicles[vehicle as usize].0;
        self.drain(vehicle);
        if let Some(battery) = &self.l.model.fleets[fleet as usize].battery {
            self.s.vehicles[vehicle as usize].battery = battery.full;
        }
        self.tell_charging(vehicle, false);
        self.change_phase(vehicle, VehiclePhase::Idle);
        self.s.todo.push_back(Todo::Fleet(fleet));
    }

    /// Books what the battery lost or gained since it was looked at last; it never falls below 0.
    fn drain(&mut self, vehicle: u32) {
        let fleet = self.l.vehicles[vehicle as usize].0;
        let run = &mut self.s.vehicles[vehicle as usize];
        let seconds = (self.now - run.battery_at) as f64 * 1e-9;
        run.battery_at = self.now;
        if let Some(battery) = &self.l.model.fleets[fleet as usize].battery {
            let rate = match run.phase {
                VehiclePhase::Charging => battery.charge_per_s,
                _ if run.way != NONE => -battery.drain_per_s,
                _ => -battery.idle_drain_per_s,
            };
            run.battery = (run.battery + rate * seconds).clamp(0.0, battery.full.max(run.battery));
        }
    }

    fn change_phase(&mut self, vehicle: u32, phase: VehiclePhase) {
        let run = &mut self.s.vehicles[vehicle as usize];
        run.spent_ns[run.phase as usize] += self.now - run.since;
        run.since = self.now;
        run.phase = phase;
    }

    fn tell_load(&mut self, vehicle: u32) {
        let (fleet, number) = self.l.vehicles[vehicle as usize];
        let VehicleRun { head, count, transport, .. } = self.s.vehicles[vehicle as usize];
        let held = self.l.model.transports.get(transport as usize).and_then(|t| t.material);
        let lane = (head != NONE).then(|| self.l.lanes[self.s.slab.at(head).lane as usize].material);
        let material = if count == 0 { None } else { lane.or(held) };
        self.tell(|| Happening::Load { fleet, vehicle: number, material, count });
    }

    fn tell_charging(&mut self, vehicle: u32, is_charging: bool) {
        let (fleet, number) = self.l.vehicles[vehicle as usize];
        let battery = self.s.vehicles[vehicle as usize].battery;
        self.tell(|| Happening::Charging { fleet, vehicle: number, is_charging, battery });
    }
}
