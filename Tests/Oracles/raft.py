"""A breadth-first search of the model in Specs/raft.swift, written apart from it and from the engine, in plain Python.

It prints distinct states, generated states and depth: the counts that Specs/raft.swift pins. A state is a tuple of servers
(term, vote, log, role, commit index, votes, next index, match index), the network as a sorted tuple, restarts, history.
Not run by the tests, for it takes minutes: python3 Tests/Oracles/raft.py
"""

import sys


def run(N=3, T=2, E=1, R=0, M=1, lose=True, dup=True):
    Z = (0,) * N
    # server: term, voted, log, role(0,1,2), commit, votes(frozenset), next, match
    S0 = ((0, None, (), 0, 0, frozenset(), (1,) * N, Z),) * N
    init = (S0, (), 0, (frozenset(),) * 8, (), ())

    def fol(x):
        return (x[0], x[1], x[2], 0, x[4], frozenset(), (1,) * N, Z)

    def lt(l):
        return l[-1] if l else 0

    def put(t, i, v):
        return t[:i] + (v,) + t[i + 1 :]

    def rv(s, i, j):
        x = s[0][i]
        return ("RV", i, j, x[0], lt(x[2]), len(x[2]))

    def ae(s, i, j):
        x = s[0][i]
        p = x[6][j] - 1
        e = x[2][p : p + 1]
        return ("AE", i, j, x[0], p, x[2][p - 1] if p > 0 else 0, e, min(x[4], p + len(e)))

    def add(net, m):
        return tuple(sorted(net + (m,), key=repr))

    def rem(net, m):
        l = list(net)
        l.remove(m)
        return tuple(l)

    def succ(s):
        V, net, r, el, co, ci = s
        out = []
        for i in range(N):
            x = V[i]
            f = fol(x)
            out.append((put(V, i, (f[0], f[1], f[2], 0, 0) + f[5:]), net, r + 1, el, co, ci))
            if x[3] != 2:
                out.append((put(V, i, (x[0] + 1, i, x[2], 1, x[4], frozenset([i]), x[6], x[7])), net, r, el, co, ci))
            if x[3] == 1:
                for j in range(N):
                    if j not in x[5]:
                        m = rv(s, i, j)
                        if m not in net:
                            out.append((V, add(net, m), r, el, co, ci))
                if 2 * len(x[5]) > N:
                    n = len(x[2])
                    out.append(
                        (
                            put(V, i, (x[0], x[1], x[2], 2, x[4], frozenset(), (n + 1,) * N, put(x[7], i, n))),
                            net,
                            r,
                            put(el, x[0], el[x[0]] | {i}),
                            co,
                            ci,
                        )
                    )
            if x[3] == 2:
                for j in range(N):
                    if j != i:
                        m = ae(s, i, j)
                        if m not in net:
                            out.append((V, add(net, m), r, el, co, ci))
                l = x[2] + (x[0],)
                out.append((put(V, i, (x[0], x[1], l) + x[3:7] + (put(x[7], i, len(l)),)), net, r, el, co, ci))
                for n in range(x[4] + 1, 5):
                    if 2 * sum(k >= n for k in x[7]) > N and x[2][n - 1] == x[0]:
                        c2 = list(co)
                        i2 = list(ci)
                        for k in range(n):
                            if k < len(c2):
                                i2[k] = min(i2[k], x[0])
                            else:
                                c2.append(x[2][k])
                                i2.append(x[0])
                        out.append((put(V, i, x[:4] + (n,) + x[5:]), net, r, el, tuple(c2), tuple(i2)))
        for m in sorted(set(net), key=repr):
            k, j, i, t = m[:4]
            x = V[i]
            if t > x[0]:
                out.append((put(V, i, (t, None) + fol(x)[2:]), net, r, el, co, ci))
            y = None
            rep = None
            handled = False
            if k == "RV" and t <= x[0]:
                ok = m[4] > lt(x[2]) or m[4] == lt(x[2]) and m[5] >= len(x[2])
                g = t == x[0] and x[1] in (None, j) and ok
                y = (x[0], j if g else x[1]) + x[2:]
                rep = ("rv", i, j, x[0], g)
                handled = True
            elif k == "rv" and t == x[0]:
                y = x[:5] + (x[5] | {j},) + x[6:] if m[4] and x[3] == 1 else x
                handled = True
            elif k == "AE" and t <= x[0]:
                handled = True
                y = x
                mi = 0
                su = False
                if t == x[0]:
                    y = fol(x)
                    p, pt, e, c = m[4:]
                    l = x[2]
                    if p == 0 and pt == 0 or 0 < p <= len(l) and l[p - 1] == pt:
                        if e and not (len(l) > p and l[p] == e[0]):
                            l = l[:p] + e
                        y = (y[0], y[1], l, 0, max(y[4], c)) + y[5:]
                        mi = p + len(e)
                        su = True
                rep = ("ae", i, j, x[0], mi, su)
            elif k == "ae" and t == x[0]:
                handled = True
                y = x
                if x[3] == 2:
                    if m[5]:
                        a = max(x[7][j], m[4])
                        y = x[:6] + (put(x[6], j, a + 1), put(x[7], j, a))
                    else:
                        y = x[:6] + (put(x[6], j, max(x[6][j] - 1, 1)), x[7])
            if k in ("rv", "ae") and t < x[0]:
                handled = True
                y = x
            if handled:
                for stays in ((False, True) if dup else (False,)):
                    n2 = net if stays else rem(net, m)
                    if rep:
                        n2 = add(n2, rep)
                    out.append((put(V, i, y), n2, r, el, co, ci))
            if lose:
                out.append((V, rem(net, m), r, el, co, ci))
        return out

    def inside(s):
        return all(x[0] <= T and len(x[2]) <= E for x in s[0]) and s[2] <= R and len(s[1]) <= M

    seen = {init}
    fr = [init]
    gen = 1
    depth = 0
    while fr:
        depth += 1
        nx = []
        for s in fr:
            for n in succ(s):
                gen += 1
                if inside(n) and n not in seen:
                    seen.add(n)
                    nx.append(n)
        fr = nx
    return len(seen), gen, depth


print("two terms", run())
print("a restart", run(R=1))
print("two entries", run(E=2))
print("N2 m2", run(N=2, M=2))
print("two at once, one term", run(T=1, M=2, R=1))
