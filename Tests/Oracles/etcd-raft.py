"""A breadth-first search of the models in Specs/etcd-raft.swift, written apart from the engine, in plain Python.

It prints distinct states, generated states and depth of the models whose counts Specs/etcd-raft.swift pins. The same
guards and effects have replayed the first 1,000 lines of etcd's example log, every field compared.
Not run by the tests: python3 Tests/Oracles/etcd-raft.py takes half a minute.
"""

import collections
import pickle

N = 0


class Reject(Exception):
    pass


def need(c, why=''):
    if not c:
        raise Reject(why)


class Node:
    pass

PROBE, REPL = ('probe', 'replicate')
VOTERS = []


class S:
    """Servers and network; an action that is not enabled raises Reject."""

    def __init__(s):
        s.n = {}
        for i in range(1, N + 1):
            x = Node()
            s.n[i] = x
            x.task = ('down',)
            x.term = 0
            x.vote = 0
            x.lead = 0
            x.role = 'Follower'
            x.log = []
            x.commit = 0
            x.applied = 0
            x.ready = 0
            x.conf = (frozenset(), frozenset())
            x.granted = set()
            x.refused = set()
            x.prog = {}
            x.pending = 0
            x.outbox = []
            x.acks = []
        s.net = collections.Counter()

    def last(s, i):
        return len(s.n[i].log)

    def termAt(s, i, k):
        return s.n[i].log[k - 1][0] if 1 <= k <= len(s.n[i].log) else 0

    def lastTerm(s, i):
        return s.termAt(i, s.last(i))

    def members(s, i):
        return s.n[i].conf[0] | s.n[i].conf[1]

    def quorum(s, i, votes):
        return all((2 * len(h & votes) > len(h) for h in s.n[i].conf if h or h is s.n[i].conf[0]))

    def won(s, i):
        x = s.n[i]
        return x.role == 'Candidate' and x.task == ('idle',) and s.quorum(i, x.granted)

    def lost(s, i):
        x = s.n[i]
        return x.role == 'Candidate' and x.task == ('idle',) and (not s.quorum(i, s.members(i) - x.refused))

    def idle(s, i):
        return s.n[i].task == ('idle',) and (not s.won(i)) and (not s.lost(i))

    def paused(s, i, j):
        p = s.n[i].prog[j]
        return p['st'] == PROBE and p['paused']

    def unpaused(s, i):
        return frozenset((j for j in s.members(i) if j != i and (not s.paused(i, j))))

    def sending(s, i, kind, due):
        s.n[i].task = (kind, frozenset(due)) if due else ('idle',)

    def reset(s, i, t):
        x = s.n[i]
        if x.term != t:
            x.term = t
            x.vote = 0
        x.lead = 0
        x.granted = set()
        x.refused = set()
        x.prog = {}
        x.pending = 0

    def nextConf(s, i):
        x = s.n[i]
        if x.task == ('restore',):
            return x.conf
        if x.task == ('addPeers',):
            return (x.conf[0] | {min(set(VOTERS) - x.conf[0])}, x.conf[1])
        if s.idle(i) and x.applied < x.ready:
            return s.applied(x.conf, x.log[x.applied][1])
        return None

    def applied(s, c, ch):
        if ch[0] == 'add':
            return (c[0] | {ch[1]}, c[1])
        if ch[0] == 'remove':
            return (c[0] - {ch[1]}, c[1])
        if ch[0] == 'swap':
            return ((c[0] | {ch[1]}) - {ch[2]}, c[0])
        if ch[0] == 'leave':
            return (c[0], frozenset())

    def settle(s, i):
        x = s.n[i]
        while x.applied < x.ready and x.log[x.applied][1] is None:
            x.applied += 1

    def newTerm(s, i):
        x = s.n[i]
        t = x.task
        if t == ('start',):
            return x.term
        if t == ('bootstrap',):
            return 1
        if t[0] == 'handle':
            m = t[1]
            if m['term'] > x.term:
                return m['term']
            if x.role == 'Candidate' and m['type'] in ('MsgApp', 'MsgHeartbeat'):
                return x.term
        if s.lost(i):
            return x.term
        return None

    def post(s, i, **m):
        d = {'from': i, 'term': s.n[i].term, 'logTerm': 0, 'index': 0, 'entries': (), 'commit': 0}
        d.update(reject=False, rejectHint=0)
        d.update(m)
        s.n[i].outbox.append(d)

    def InitState(s, i):
        need(s.n[i].task == ('down',))
        s.n[i].task = ('restore',)

    def ApplyConfChange(s, i):
        c = s.nextConf(i)
        need(c is not None, 'no conf change to apply')
        x = s.n[i]
        old = x.conf
        x.conf = c
        if x.task == ('restore',):
            x.task = ('start',)
        elif x.task == ('addPeers',):
            if c[0] == frozenset(VOTERS):
                x.task = ('idle',)
        else:
            x.applied += 1
            s.settle(i)
            if x.role == 'Leader':
                for j in list(x.prog):
                    if j not in s.members(i):
                        del x.prog[j]
                for j in s.members(i):
                    if j not in x.prog:
                        x.prog[j] = dict(match=0, next=max(s.last(i), 1), st=PROBE, paused=False)
                if i in s.members(i):
                    x.task = ('advanceCommit', frozenset((j for j in s.unpaused(i) if x.prog[j]['next'] <= s.last(i))))

    def BecomeFollower(s, i):
        t = s.newTerm(i)
        need(t is not None, 'no reason to become follower')
        x = s.n[i]
        task = x.task
        s.reset(i, t)
        x.role = 'Follower'
        if task == ('start',):
            x.task = ('bootstrap',)
        elif task == ('bootstrap',):
            x.log = [(1, ('add', j)) for j in VOTERS]
            x.commit = len(VOTERS)
            x.task = ('addPeers',)
        elif task[0] == 'handle' and task[1]['type'] not in ('MsgApp', 'MsgHeartbeat', 'MsgVote'):
            x.task = ('idle',)

    def Timeout(s, i):
        x = s.n[i]
        need(s.idle(i) and x.role != 'Leader' and (i in s.members(i)))
        need(all((x.log[k][1] is None for k in range(x.applied, x.commit))))
        s.reset(i, x.term + 1)
        x.vote = i
        x.role = 'Candidate'
        s.sending(i, 'requestVotes', s.members(i))

    def RequestVote(s, i, j):
        x = s.n[i]
        need(x.task[0] == 'requestVotes' and j == min(x.task[1]))
        if i == j:
            s.post(i, type='MsgVoteResp', to=i)
        else:
            s.post(i, type='MsgVote', to=j, index=s.last(i), logTerm=s.lastTerm(i))
        s.sending(i, 'requestVotes', x.task[1] - {j})

    def BecomeLeader(s, i):
        need(s.won(i))
        x = s.n[i]
        s.reset(i, x.term)
        x.role = 'Leader'
        x.lead = i
        x.prog = {j: dict(match=0, next=s.last(i) + 1, st=PROBE, paused=False) for j in s.members(i)}
        if i in x.prog:
            x.prog[i].update(match=s.last(i), st=REPL)
        x.pending = s.last(i)
        x.task = ('emptyEntry',)

    def Replicate(s, i):
        x = s.n[i]
        need(x.task == ('emptyEntry',) or (s.idle(i) and x.role == 'Leader' and (i in s.members(i))))
        x.log.append((x.term, None))
        x.task = ('acknowledge',)

    def ChangeConf(s, i, ch):
        x = s.n[i]
        need(s.idle(i) and x.role == 'Leader' and (i in s.members(i)) and (x.pending <= x.applied))
        need((ch[0] == 'leave') == bool(x.conf[1]))
        if ch[0] == 'add':
            need(ch[1] not in x.conf[0])
        if ch[0] == 'remove':
            need(ch[1] in x.conf[0])
        if ch[0] == 'swap':
            need(ch[1] not in x.conf[0] and ch[2] in x.conf[0])
        x.log.append((x.term, ch))
        x.pending = s.last(i)
        x.task = ('acknowledge',)

    def AppendEntriesToSelf(s, i):
        x = s.n[i]
        need(x.task == ('acknowledge',))
        s.post(i, type='MsgAppResp', to=i, index=s.last(i))
        s.sending(i, 'appendEntries', s.unpaused(i))

    def AppendEntries(s, i, j):
        x = s.n[i]
        need(x.task[0] == 'appendEntries' and j == min(x.task[1]))
        p = x.prog[j]
        prev = p['next'] - 1
        es = tuple(x.log[prev:])
        s.post(i, type='MsgApp', to=j, index=prev, logTerm=s.termAt(i, prev), entries=es, commit=x.commit)
        if p['st'] == REPL:
            p['next'] += len(es)
        elif es:
            p['paused'] = True
        s.sending(i, 'appendEntries', x.task[1] - {j})

    def Heartbeat(s, i, j):
        x = s.n[i]
        if x.task[0] == 'heartbeats':
            due = x.task[1]
        else:
            need(s.idle(i) and x.role == 'Leader')
            due = s.members(i) - {i}
        need(due and j == min(due))
        s.post(i, type='MsgHeartbeat', to=j, commit=min(x.prog[j]['match'], x.commit))
        s.sending(i, 'heartbeats', due - {j})

    def AdvanceCommitIndex(s, i):
        x = s.n[i]
        need(x.task[0] == 'advanceCommit')
        best = 0
        for k in range(1, s.last(i) + 1):
            if s.quorum(i, {j for j in x.prog if x.prog[j]['match'] >= k}):
                best = k
        if best > x.commit and s.termAt(i, best) == x.term:
            x.commit = best
            s.sending(i, 'appendEntries', s.unpaused(i))
        else:
            s.sending(i, 'appendEntries', x.task[1])

    def Ready(s, i):
        x = s.n[i]
        need(s.idle(i), 'busy')
        need(not x.acks, 'acks')
        need(x.applied == x.ready, 'unapplied')
        for m in x.outbox:
            if m['to'] == i:
                x.acks.append(m)
            else:
                s.net[pickle.dumps(sorted(m.items()))] += 1
        x.outbox = []
        x.ready = x.commit
        s.settle(i)

    def take(s, i, m):
        x = s.n[i]
        t = m['type']
        if m['term'] < x.term or (m['term'] == x.term and x.role == 'Leader' and (t in ('MsgApp', 'MsgHeartbeat'))):
            return
        if m['term'] > x.term or t in ('MsgVote', 'MsgApp', 'MsgHeartbeat'):
            x.task = ('handle', m)
            return
        j = m['from']
        if t == 'MsgVoteResp':
            if x.role == 'Candidate' and j not in x.granted | x.refused:
                (x.refused if m['reject'] else x.granted).add(j)
            return
        if x.role != 'Leader' or j not in x.prog:
            return
        p = x.prog[j]
        if t == 'MsgHeartbeatResp':
            p['paused'] = False
            if p['match'] < s.last(i) or p['st'] == PROBE:
                s.sending(i, 'appendEntries', {j})
        elif m['reject']:
            hint = s.conflict(i, m['rejectHint'], m['logTerm']) if m['logTerm'] > 0 else m['rejectHint']
            if p['st'] == REPL:
                if m['index'] <= p['match']:
                    return
                p.update(st=PROBE, paused=False, next=p['match'] + 1)
            else:
                if p['next'] - 1 != m['index']:
                    return
                p['next'] = max(min(m['index'], hint + 1), p['match'] + 1)
                p['paused'] = False
            s.sending(i, 'appendEntries', {j})
        else:
            old = s.paused(i, j)
            if p['match'] < m['index'] or (p['match'] == m['index'] and p['st'] == PROBE):
                p['match'] = m['index']
                p['paused'] = False
                p['next'] = max(p['next'], m['index'] + 1)
                if p['st'] == PROBE:
                    p['st'] = REPL
                    p['next'] = p['match'] + 1
                x.task = ('advanceCommit', frozenset({j} if j != i and (old or p['next'] <= s.last(i)) else ()))

    def conflict(s, i, index, term):
        while index > 0 and (s.termAt(i, index) > term if index <= s.last(i) else False):
            index -= 1
        return index

    def Receive(s, m):
        i = m['to']
        need(s.idle(i), 'busy')
        k = pickle.dumps(sorted(m.items()))
        need(s.net[k] > 0)
        s.net[k] -= 1
        if not s.net[k]:
            del s.net[k]
        s.take(i, m)

    def Advance(s, i):
        x = s.n[i]
        need(s.idle(i), 'busy')
        need(x.acks, 'no acks')
        m = x.acks.pop(0)
        s.take(i, m)

    def HandleRequestVoteRequest(s, i):
        x = s.n[i]
        need(x.task[0] == 'handle' and x.task[1]['type'] == 'MsgVote' and (x.task[1]['term'] == x.term))
        m = x.task[1]
        j = m['from']
        can = x.vote == j or (x.vote == 0 and x.lead == 0)
        utd = m['logTerm'] > s.lastTerm(i) or (m['logTerm'] == s.lastTerm(i) and m['index'] >= s.last(i))
        g = can and utd
        s.post(i, type='MsgVoteResp', to=j, reject=not g)
        if g:
            x.vote = j
        x.task = ('idle',)

    def HandleAppendEntriesRequest(s, i):
        x = s.n[i]
        need(x.task[0] == 'handle' and x.task[1]['type'] == 'MsgApp')
        need(x.task[1]['term'] == x.term and x.role == 'Follower')
        m = x.task[1]
        j = m['from']
        x.lead = j
        x.task = ('idle',)
        if m['index'] < x.commit:
            s.post(i, type='MsgAppResp', to=j, index=x.commit)
            return
        if m['index'] <= s.last(i) and s.termAt(i, m['index']) == m['logTerm']:
            for k, e in enumerate(m['entries']):
                idx = m['index'] + 1 + k
                if idx > s.last(i) or x.log[idx - 1][0] != e[0]:
                    x.log = x.log[:idx - 1] + list(m['entries'][k:])
                    break
            li = m['index'] + len(m['entries'])
            x.commit = max(x.commit, min(m['commit'], li))
            s.post(i, type='MsgAppResp', to=j, index=li)
        else:
            h = s.conflict(i, min(m['index'], s.last(i)), m['logTerm'])
            s.post(i, type='MsgAppResp', to=j, index=m['index'], reject=True, rejectHint=h, logTerm=s.termAt(i, h))

    def HandleHeartbeat(s, i):
        x = s.n[i]
        need(x.task[0] == 'handle' and x.task[1]['type'] == 'MsgHeartbeat')
        need(x.task[1]['term'] == x.term and x.role == 'Follower')
        m = x.task[1]
        x.lead = m['from']
        x.commit = max(x.commit, m['commit'])
        s.post(i, type='MsgHeartbeatResp', to=m['from'])
        x.task = ('idle',)


def freeze(s):
    f = []
    for i in range(1, N + 1):
        x = s.n[i]
        mm = lambda m: tuple(sorted(m.items()))
        task = ('handle', mm(x.task[1])) if x.task[0] == 'handle' else x.task
        progress = tuple(sorted((j, tuple(p.items())) for j, p in x.prog.items()))
        f.append((task, x.term, x.vote, x.lead, x.role, tuple(x.log), x.commit, x.applied, x.ready, x.conf,
                  frozenset(x.granted), frozenset(x.refused), progress, x.pending,
                  tuple(map(mm, x.outbox)), tuple(map(mm, x.acks))))
    return (tuple(f), frozenset(s.net.items()))


def bfs(n, maxTerm, maxEntries, maxChanges, maxMessages, voters, boot=False, first=None, one=True,
        beats=True, kinds=('add', 'remove', 'swap'), lose=True, cands=None):
    global N, VOTERS
    N = n
    VOTERS = voters
    cands = cands or list(range(1, n + 1))
    s = S()
    if not boot:
        for x in s.n.values():
            x.task = ('idle',)
            x.conf = (frozenset(voters), frozenset())
    if first:
        for i, x in s.n.items():
            x.term = 1
            x.vote = first
        x = s.n[first]
        x.role = 'Leader'
        x.lead = first
        x.prog = {j: dict(match=0, next=1, st=PROBE, paused=False) for j in voters}
        if first in x.prog:
            x.prog[first].update(st=REPL)
        x.task = ('emptyEntry',)
    R = range(1, n + 1)

    def quiet(s):
        return all(s.idle(i) and not s.n[i].outbox and not s.n[i].acks and s.n[i].ready == s.n[i].commit for i in R)

    def ok(s):
        return sum(s.net.values()) <= maxMessages and all(
            x.term <= maxTerm and len(x.log) <= maxEntries and sum(e[1] is not None for e in x.log) <= maxChanges
            for x in s.n.values())

    def succ(s):
        blob = pickle.dumps(s)
        may = not one or quiet(s)
        acts = []

        def add(f, *a):
            acts.append((f, a))
        for i in R:
            x = s.n[i]
            if boot:
                add('InitState', i)
            add('BecomeFollower', i)
            add('BecomeLeader', i)
            add('AppendEntriesToSelf', i)
            add('AdvanceCommitIndex', i)
            add('Ready', i)
            add('Advance', i)
            add('HandleRequestVoteRequest', i)
            add('HandleAppendEntriesRequest', i)
            add('ApplyConfChange', i)
            if beats:
                add('HandleHeartbeat', i)
            for j in R:
                add('RequestVote', i, j)
                add('AppendEntries', i, j)
                if beats and (may or x.task[0] == 'heartbeats'):
                    add('Heartbeat', i, j)
            if may or x.task == ('emptyEntry',):
                add('Replicate', i)
            if may:
                if i in cands:
                    add('Timeout', i)
                for j in R:
                    for k in ('add', 'remove'):
                        if k in kinds:
                            add('ChangeConf', i, (k, j))
                    if 'swap' in kinds:
                        for k in R:
                            add('ChangeConf', i, ('swap', j, k))
                if 'swap' in kinds:
                    add('ChangeConf', i, ('leave',))
        for k in list(s.net):
            m = dict(pickle.loads(k))
            if may:
                add('Receive', m)
            if lose:
                add('Lose', k)
        for f, a in acts:
            t = pickle.loads(blob)
            try:
                if f == 'Lose':
                    t.net[a[0]] -= 1
                    if not t.net[a[0]]:
                        del t.net[a[0]]
                else:
                    getattr(t, f)(*a)
            except Reject:
                continue
            yield t
    seen = {freeze(s)}
    level = [s]
    gen = 1
    depth = 0
    while level:
        depth += 1
        nxt = []
        for s in level:
            for t in succ(s):
                gen += 1
                if not ok(t):
                    continue
                k = freeze(t)
                if k not in seen:
                    seen.add(k)
                    nxt.append(t)
        level = nxt
    return (len(seen), gen, depth)


if __name__ == "__main__":
    print("one term", bfs(3, 1, 1, 0, 2, [1, 2, 3], beats=False, kinds=()))
    print("two servers", bfs(2, 2, 1, 0, 1, [1, 2], kinds=()))
    print("two servers at once", bfs(2, 2, 2, 0, 1, [1, 2], one=False, beats=False, kinds=()))
    print("bootstrap", bfs(2, 2, 3, 2, 1, [1, 2], boot=True, one=False, beats=False, kinds=()))
    print("one joins, and leaves", bfs(2, 2, 4, 2, 1, [1], beats=False))
    print("a swap", bfs(3, 1, 3, 2, 1, [1, 2], first=1, beats=False, kinds=("swap",)))
