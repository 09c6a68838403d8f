#!/usr/bin/env python3
"""Verdicts on liveness from a search that is too simple to be wrong, for specifications in Specs.

    python3 Tests/Oracles/liveness.py

Python 3.9, no packages. Every system is a function that generates labelled successors, written from the paper or the
TLA+ module and not from the specification; the whole graph is in memory. A behaviour changes the state at each step,
or stays for ever where it is. It is fair if no condition is passed over:

- weak: from some point on an instance is enabled without a break, and none is taken;
- strong: an instance is enabled again and again, and from some point on none is taken.

An instance that would change nothing is not enabled; one that leads out of the state constraint is, but is not taken.
A property is violated if a fair behaviour stays for ever where what was promised is false: in a strongly connected
part of the graph that satisfies every weak condition, and every strong one, if need be after the states in which it is
enabled are taken out (Streett, 1982).
"""


class Graph:
    """The states that can be reached, with their labelled steps."""

    def __init__(self, initial, successors, constraint=lambda state: True):
        self.number = {}
        self.states = []
        self.steps = []  # of each state: pairs of a label and a state's number, None outside the constraint
        self.generated = 0
        self.depth = 0
        level = []

        def visit(state):
            self.generated += 1
            if state not in self.number:
                if not constraint(state):
                    return None
                self.number[state] = len(self.states)
                self.states.append(state)
                found.append(state)
            return self.number[state]

        found = level
        for state in initial:
            visit(state)
        self.initial = list(range(len(self.states)))
        while level:
            self.depth += 1
            found = []
            for state in level:
                self.steps.append([(label, visit(after)) for label, after in successors(state)])
            level = found

    def find(self, predicate):
        return {u for u, state in enumerate(self.states) if predicate(state)}

    def reach(self, start, region):
        """What can be reached from some states without leaving a region."""
        reached = set(start) & region
        stack = list(reached)
        while stack:
            for _, v in self.steps[stack.pop()]:
                if v in region and v not in reached:
                    reached.add(v)
                    stack.append(v)
        return reached

    def components(self, region):
        """Strongly connected components of a region (Tarjan, 1972), without recursion."""
        index, low, on_stack, stack, result = {}, {}, set(), [], []
        for root in region:
            if root in index:
                continue
            work = [(root, None)]
            while work:
                u, steps = work.pop()
                if steps is None:
                    index[u] = low[u] = len(index)
                    stack.append(u)
                    on_stack.add(u)
                    steps = iter([v for _, v in self.steps[u] if v in region])
                for v in steps:
                    if v not in index:
                        work += [(u, steps), (v, None)]
                        break
                    if v in on_stack:
                        low[u] = min(low[u], index[v])
                else:
                    if work:
                        parent = work[-1][0]
                        low[parent] = min(low[parent], low[u])
                    if low[u] == index[u]:
                        component = set()
                        while u not in component:
                            v = stack.pop()
                            on_stack.remove(v)
                            component.add(v)
                        result.append(component)
        return result

    def enabled(self, u, concerns):
        return any(v != u and concerns(label) for label, v in self.steps[u])

    def has_fair_behaviour(self, region, fairness):
        """Whether some behaviour can stay in a region for ever. Fairness: triples of a name, a strength and a predicate
        of labels."""
        for component in self.components(region):
            unfair = False
            passed_over = set()
            for _, strength, concerns in fairness:
                taken = any(
                    v in component and v != u and concerns(label)
                    for u in component for label, v in self.steps[u])
                enabled = {u for u in component if self.enabled(u, concerns)}
                if taken or not enabled:
                    continue
                if strength == "strong":
                    passed_over |= enabled
                elif enabled == component:
                    unfair = True
            if unfair:
                continue
            if not passed_over or self.has_fair_behaviour(component - passed_over, fairness):
                return True
        return False

    def eventually(self, goal, fairness):
        region = self.find(lambda state: not goal(state))
        return not self.has_fair_behaviour(self.reach(self.initial, region), fairness)

    def leads_to(self, trigger, goal, fairness):
        region = self.find(lambda state: not goal(state))
        return not self.has_fair_behaviour(self.reach(self.find(trigger), region), fairness)


def table(title, graph, properties, fairness):
    """Prints the verdicts with all fairness, with none, without each condition, and with strong ones made weak."""
    assumed = [("all", fairness), ("none", [])]
    if len(fairness) > 1:
        assumed += [("without " + c[0], [d for d in fairness if d is not c]) for c in fairness]
    for c in fairness:
        if c[1] == "strong":
            weak = [(d[0], "weak", d[2]) if d is c else d for d in fairness]
            assumed.append((c[0] + " only weak", weak))
    if sum(c[1] == "strong" for c in fairness) > 1:
        assumed.append(("all only weak", [(c[0], "weak", c[2]) for c in fairness]))
    print(f"{title}: {len(graph.states):,} distinct, {graph.generated:,} generated, depth {graph.depth}")
    for name, holds in properties:
        print(f"  {name}")
        for assumption, conditions in assumed:
            print(f"    {'holds   ' if holds(conditions) else 'violated'}  {assumption}")


# Peterson, "Myths About the Mutual Exclusion Problem", 1981; labels as in the TLA+ module Peterson.


def put(values, i, value):
    return values[:i] + (value,) + values[i + 1:]


def peterson(looks_at_flag=True, looks_at_turn=True):
    def successors(state):
        pc, flag, turn = state
        for me in (0, 1):
            other = 1 - me
            if pc[me] == "a0":
                yield ("a0", me), (put(pc, me, "a1"), flag, turn)
            if pc[me] == "a1":
                yield ("a1", me), (put(pc, me, "a2"), put(flag, me, True), turn)
            if pc[me] == "a2":
                yield ("a2", me), (put(pc, me, "a3"), flag, other)
            if pc[me] == "a3":
                # As TLC counts, a successor for each disjunct.
                for may in (looks_at_flag and not flag[other], looks_at_turn and turn == me):
                    if may:
                        yield ("a3", me), (put(pc, me, "cs"), flag, turn)
            if pc[me] == "cs":
                yield ("cs", me), (put(pc, me, "a4"), flag, turn)
            if pc[me] == "a4":
                yield ("a4", me), (put(pc, me, "a0"), put(flag, me, False), turn)

    return Graph([(("a0", "a0"), (False, False), 0)], successors)


def check_peterson():
    for title, graph in (("Peterson", peterson()), ("Peterson, turns only", peterson(looks_at_flag=False))):
        properties = [
            (f"{me} enters",
             lambda fair, me=me: graph.leads_to(lambda s: s[0][me] == "a1", lambda s: s[0][me] == "cs", fair))
            for me in (0, 1)
        ]
        table(title + ", processes that may stay outside", graph, properties, [
            (f"process {me}", "weak", lambda label, me=me: label[1] == me and label[0] != "a0") for me in (0, 1)
        ])
    graph = peterson()
    table("Peterson, whole processes", graph, [
        ("0 enters again and again", lambda fair: graph.leads_to(lambda s: True, lambda s: s[0][0] == "cs", fair)),
    ], [(f"process {me}", "weak", lambda label, me=me: label[1] == me) for me in (0, 1)])


# Alternating bit: Bartlett, Scantlebury, Wilkinson, 1969; actions as in Lamport's module AlternatingBit.


def alternating_bit(data=2, room=2):
    def without(queue):
        for i in range(len(queue)):
            yield queue[:i] + queue[i + 1:]

    def successors(state):
        messages, acks, s_bit, s_ack, r_bit, sent, received = state
        if s_ack == s_bit:
            for d in range(data):
                yield "SndNewValue", (messages + ((1 - s_bit, d),), acks, 1 - s_bit, s_ack, r_bit, d, received)
        else:
            yield "ReSndMsg", (messages + ((s_bit, sent),), acks, s_bit, s_ack, r_bit, sent, received)
        if messages:
            yield "RcvMsg", (messages[1:], acks, s_bit, s_ack, messages[0][0], sent, messages[0][1])
        yield "SndAck", (messages, acks + (r_bit,), s_bit, s_ack, r_bit, sent, received)
        if acks:
            yield "RcvAck", (messages, acks[1:], s_bit, acks[0], r_bit, sent, received)
        for rest in without(messages):
            yield "LoseMsg", (rest, acks, s_bit, s_ack, r_bit, sent, received)
        for rest in without(acks):
            yield "LoseAck", (messages, rest, s_bit, s_ack, r_bit, sent, received)

    initial = [((), (), bit, bit, bit, sent, received)
               for bit in (0, 1) for sent in range(data) for received in range(data)]
    return Graph(initial, successors, lambda state: len(state[0]) <= room and len(state[1]) <= room)


def check_alternating_bit():
    graph = alternating_bit()
    under_way = lambda s: s[2] != s[3]
    properties = [
        (f"{d} is received",
         lambda fair, d=d: graph.leads_to(lambda s: s[5] == d and under_way(s), lambda s: s[6] == d, fair))
        for d in (0, 1)
    ]
    properties.append(("acknowledged", lambda fair: graph.leads_to(under_way, lambda s: not under_way(s), fair)))
    table("Alternating bit", graph, properties, [
        (name, strength, lambda label, name=name: label == name)
        for name, strength in (("ReSndMsg", "weak"), ("SndAck", "weak"), ("RcvMsg", "strong"), ("RcvAck", "strong"))
    ])


# Chang, Roberts, "An Improved Algorithm for Decentralized Extrema-Finding", 1979; labels as in Merz's module.


def chang_roberts(ids):
    n = len(ids)

    def successors(state):
        messages, started, initiator, phase = state
        for me in range(n):
            after = (me + 1) % n
            if not started[me]:
                box = messages[after] | {ids[me]} if initiator[me] else messages[after]
                yield me, (put(messages, after, box), put(started, me, True), initiator, phase)
                continue
            for m in messages[me]:
                rest = put(messages, me, messages[me] - {m})
                forwarded = put(rest, after, rest[after] | {m})
                if phase[me] == "lost":
                    yield me, (forwarded, started, initiator, phase)
                elif m < ids[me]:
                    yield me, (forwarded, started, initiator, put(phase, me, "lost"))
                else:
                    yield me, (rest, started, initiator, put(phase, me, "won") if m == ids[me] else phase)

    initial = []
    for bits in range(1 << n):
        initiator = tuple(bits >> i & 1 == 1 for i in range(n))
        initial.append((
            (frozenset(),) * n, (False,) * n, initiator, tuple("cand" if i else "lost" for i in initiator)))
    return Graph(initial, successors)


def check_chang_roberts():
    graph = chang_roberts((1, 2, 3))

    def elects(fair):
        # Only behaviours that begin with a candidate are promised a winner.
        region = graph.find(lambda s: "won" not in s[3])
        start = [u for u in graph.initial if "cand" in graph.states[u][3]]
        return not graph.has_fair_behaviour(graph.reach(start, region), fair)

    table("Chang and Roberts", graph, [("a leader is elected", elects)], [
        (f"node {me}", "weak", lambda label, me=me: label == me) for me in range(3)
    ])
    table("Chang and Roberts, somebody moves", graph, [("a leader is elected", elects)], [
        ("nodes", "weak", lambda label: True)
    ])


# Dijkstra, Feijen, van Gasteren, EWD 840, 1983; as in Merz's module.


def ewd840(n):
    def successors(state):
        active, black, at, token_black = state
        # As TLC counts, a successor for each disjunct of the guard.
        reasons = [token_black, at in black] + ([at not in active] if at else [])
        for _ in filter(None, reasons):
            yield "System", (active, black - {at}, (at - 1) % n, token_black and at != 0 or at != 0 and at in black)
        for i in active:
            for j in range(n):
                if j != i:
                    yield "SendMsg", (active | {j}, black | {i} if j > i else black, at, token_black)
            yield "Deactivate", (active - {i}, black, at, token_black)

    subsets = [frozenset(i for i in range(n) if bits >> i & 1) for bits in range(1 << n)]
    return Graph([(a, b, at, True) for a in subsets for b in subsets for at in range(n)], successors)


def check_ewd840():
    for n in (3, 4):
        graph = ewd840(n)
        table(f"EWD 840, {n} nodes", graph, [(
            "termination is detected",
            lambda fair: graph.leads_to(
                lambda s: not s[0], lambda s: s[2] == 0 and not s[3] and 0 not in s[0] | s[1], fair)
        )], [("System", "weak", lambda label: label == "System")])


# Srikanth, Toueg, 1987; rules as in the module bcastByz. A process has to see what correct ones have sent.


def byzantine_broadcast(n, t, f):
    processes = frozenset(range(n))
    subsets = [frozenset(i for i in range(n) if bits >> i & 1) for bits in range(1 << n)]

    def successors(state):
        correct, pc, received, sent = state
        for p in correct:
            for new in subsets:
                if not new <= sent | (processes - correct):
                    continue
                label = "correct" if new <= sent else "faulty"
                now = put(received, p, received[p] | new)
                count = len(now[p])
                if pc[p] == "V1":
                    yield label, (correct, put(pc, p, "SE"), now, sent | {p})
                if pc[p] in ("V0", "V1") and n - 2 * t <= count < n - t:
                    yield label, (correct, put(pc, p, "SE"), now, sent | {p})
                if pc[p] in ("V0", "V1") and count >= n - t:
                    yield label, (correct, put(pc, p, "AC"), now, sent | {p})
                if pc[p] == "SE" and count >= n - t:
                    yield label, (correct, put(pc, p, "AC"), now, sent)
        yield "stutter", state

    initial = [
        (correct, tuple("V1" if p in heard else "V0" for p in range(n)), (frozenset(),) * n, frozenset())
        for correct in subsets if len(correct) == n - f for heard in subsets
    ]
    return Graph(initial, successors)


def check_byzantine_broadcast():
    for n, t, f in ((4, 1, 1), (3, 1, 1), (4, 1, 2)):
        graph = byzantine_broadcast(n, t, f)

        def every(label):
            return lambda s: all(s[1][p] == label for p in s[0])

        def accepts(s):
            return any(s[1][p] == "AC" for p in s[0])

        def where(label):
            return [u for u in graph.initial if every(label)(graph.states[u])]

        everything = set(range(len(graph.states)))
        properties = [
            # Fairness takes no finite behaviour away.
            ("unforgeability",
             lambda fair: not any(accepts(graph.states[u]) for u in graph.reach(where("V0"), everything))),
            ("correctness",
             lambda fair: not graph.has_fair_behaviour(
                 graph.reach(where("V1"), graph.find(lambda s: not every("AC")(s))), fair)),
            ("relay", lambda fair: graph.leads_to(accepts, every("AC"), fair)),
        ]
        table(f"Byzantine broadcast, N={n}, T={t}, F={f}", graph, properties, [
            ("steps with messages of correct processes", "weak", lambda label: label == "correct")
        ])


if __name__ == "__main__":
    check_peterson()
    check_alternating_bit()
    check_chang_roberts()
    check_ewd840()
    check_byzantine_broadcast()
