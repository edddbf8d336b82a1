"""The simulator once more, slow and obvious: one scenario, one item-node and one shipment at a time."""

from math import ceil, floor, inf, isinf


class Place:
    """One item-node: batches as [age, units], shipments as [moves left, units, age], and what is due to whom."""

    def __init__(self, stock):
        self.batches = [[0, stock]]
        self.shipments = []
        self.gate = self.owed = self.backlog = 0.0
        self.moves = self.last = 0

    @property
    def on_hand(self):
        """Units that can be sold or sent."""
        return sum(units for _, units in self.batches)

    @property
    def in_transit(self):
        """Units on the lane."""
        return sum(shipment[1] for shipment in self.shipments)

    def sent_ago(self, age):
        """Units on the lane that were sent so many periods ago."""
        return sum(shipment[1] for shipment in self.shipments if shipment[2] == age)

    @property
    def position(self):
        """On hand and on order, less demand that waits."""
        return self.on_hand + self.gate + self.in_transit + self.owed - self.backlog

    def take(self, units):
        """Take the oldest units away."""
        for batch in sorted(self.batches, key=lambda batch: -batch[0]):
            taken = min(batch[1], units)
            batch[1] -= taken
            units -= taken


class Reference:
    """A network in one scenario of a world; ``order(places, period)`` returns what each item-node orders."""

    def __init__(self, world, scenario, order):
        self.world, self.network, self.scenario, self.order = world, world.network, scenario, order
        self.places = [Place(float(stock)) for stock in self.network.initial_stock]
        self.sums = [
            dict.fromkeys(
                ["held", "moving", "waiting", "orders", "ordered", "demand", "met", "lost", "wasted", "served"],
                0.0,
            )
            for _ in self.places
        ]

    def run(self, warmup=0):
        """Go through all periods, and return the sums of each item-node."""
        for period in range(self.world.periods):
            self._period(period, period >= warmup)
        return self.sums

    def _period(self, period, counts):
        for row in range(len(self.places)):
            self._arrive(row, period)
        asked = self.order(self.places, period)
        ordered = [self._whole(row, quantity) for row, quantity in enumerate(asked)]
        for place, quantity in zip(self.places, ordered, strict=True):
            place.owed += quantity
        self._send(period)
        for row in range(len(self.places)):
            told = self._sell(row, period) | {"orders": ordered[row] > 0, "ordered": ordered[row]}
            told |= {"wasted": self._age(row)}
            place = self.places[row]
            told |= {"held": place.on_hand + place.gate, "moving": place.in_transit, "waiting": place.backlog}
            for name, units in told.items() if counts else ():
                self.sums[row][name] += units

    def _arrive(self, row, period):
        place = self.places[row]
        for shipment in place.shipments:
            shipment[2] += 1
        if period > 0 and self.world.disruptions.moving[period, row]:
            place.moves += 1
            for shipment in place.shipments:
                shipment[0] -= 1
            place.gate += sum(shipment[1] for shipment in place.shipments if shipment[0] <= 0)
            place.shipments = [shipment for shipment in place.shipments if shipment[0] > 0]
        self._admit(row, period)

    def _sell(self, row, period):
        place, luck = self.places[row], self.world.luck
        demand = float(self.world.demand[period, row, self.scenario])
        met = min(place.on_hand, demand)
        place.take(met)
        short = demand - met
        waits = short * self.network.backorder_share[row]
        if luck is not None:
            waits = min(floor(waits + luck[period, row, self.scenario]), short)
        place.backlog += waits
        return {"demand": demand, "met": met, "lost": short - waits, "served": met >= demand}

    def _age(self, row):
        wasted = 0.0
        for batch in self.places[row].batches:
            batch[0] += 1
            if batch[0] >= self.network.shelf_life[row]:
                wasted += batch[1]
                batch[1] = 0.0
        return wasted

    def _admit(self, row, period):
        place = self.places[row]
        if not self.world.disruptions.receiving[period, row]:
            return
        inside = min(place.gate, max(self.network.storage[row] - place.on_hand, 0.0) + place.backlog)
        place.gate -= inside
        cleared = min(place.backlog, inside)
        place.backlog -= cleared
        place.batches.append([0, inside - cleared])

    def _whole(self, row, quantity):
        if quantity <= 0:
            return 0.0
        least, pack = max(quantity, self.network.minimum[row]), self.network.pack[row]
        return ceil(least / pack - 1e-9) * pack if pack > 0 else least

    def _send(self, period):
        """Send tier by tier: from outside to the first, from there to those they supply, and so on."""
        sources = [-1]
        while sources:
            next_sources = []
            for source in sources:
                rows = [row for row, own in enumerate(self.network.source) if own == source]
                wanted = [self._wanted(row, period) for row in rows]
                sent = wanted if source < 0 else self._shared(wanted, self.places[source].on_hand)
                if source >= 0:
                    self.places[source].take(sum(sent))
                for row, units in zip(rows, sent, strict=True):
                    self._load(row, units, period)
                next_sources += rows
            sources = next_sources

    def _wanted(self, row, period):
        wrong = self.world.disruptions
        share = wrong.capacity_share[period, row]
        if not wrong.open_source[period, row] or share == 0:
            return 0.0
        most = self.network.capacity[row] * share
        return min(self.places[row].owed, inf if isinf(most) else floor(most))

    @staticmethod
    def _shared(wanted, available):
        total = sum(wanted)
        if total <= available:
            return wanted
        sent = [float(floor(units * (available / total))) for units in wanted]
        left = available - sum(sent)
        for place, units in enumerate(wanted):
            more = min(left, units - sent[place])
            sent[place] += more
            left -= more
        return sent

    def _load(self, row, units, period):
        place = self.places[row]
        place.owed -= units
        lead = int(self.world.lead_time[period, row, min(self.scenario, self.world.lead_time.shape[2] - 1)])
        if not self.world.crossing:
            lead = max(lead, place.last - place.moves)
            if units > 0:
                place.last = place.moves + lead
        if lead <= 0:
            place.gate += units
            self._admit(row, period)
        else:
            place.shipments.append([lead, units, 0])
