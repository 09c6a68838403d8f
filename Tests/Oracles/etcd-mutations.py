"""Changes a field of a line in a trace log of etcd's Raft, and looks whether distcheck rejects the log at that very line.

It tells whether Specs/Logs/etcd-raft-go.swift reads every field, and compares it with the right state. Each mutation is a
run of distcheck of its own, over the log up to some lines behind the changed one. Kinds of mutations, which are a field of
an event and a message, take turns, so that a few hundred reach every field of every event. Not run by the tests:

    python3 Tests/Oracles/etcd-mutations.py .build/release/distcheck Specs/etcd-raft.swift Specs/Logs/etcd-raft-go.swift \
        first-1000.ndjson --count 300 --last 250 -D entries=16 -D messages=32 -D outbox=12

Some changed lines are a step that is possible there, too. These are counted, and not expected to be rejected.
"""

import argparse
import collections
import copy
import json
import pathlib
import random
import subprocess
import sys
import tempfile

ROLES = ['StateFollower', 'StateCandidate', 'StateLeader']
TYPES = ['MsgApp', 'MsgAppResp', 'MsgHeartbeat', 'MsgHeartbeatResp', 'MsgVote', 'MsgVoteResp']
EVENTS = ['InitState', 'BecomeFollower', 'BecomeCandidate', 'BecomeLeader', 'Replicate', 'Commit', 'Ready']

# Fields of an event whose change can make a step of it that is possible.
POSSIBLE = {
    # Another server can do the same.
    ('InitState', 'nid'), ('ApplyConfChange', 'nid'), ('BecomeFollower', 'nid'), ('Ready', 'nid'),
    # A leader that can do the one can do the other.
    ('Ready', 'name'), ('Replicate', 'name'),
    # Any member can be removed.
    ('ChangeConf', 'prop.cc.changes.0.nid'),
    # It receives another message that is on its way.
    ('ReceiveAppendEntriesRequest', 'msg.index'), ('ReceiveAppendEntriesRequest', 'msg.entries'),
    ('ReceiveAppendEntriesRequest', 'msg.commit'), ('ReceiveAppendEntriesResponse', 'msg.index'),
    ('ReceiveAppendEntriesResponse', 'msg.from'), ('ReceiveRequestVoteResponse', 'msg.from'),
}


def near(number):
    return [n for n in (number - 1, number + 1, number + 2) if n >= 0]


def other_sets(names, servers):
    """Sets with one server less, or one more."""
    return [[n for n in names if n != name] for name in names] + [names + [s] for s in servers if s not in names]


def mutations(event, servers):
    """Pairs of a path and another value, for every field that the mapping reads."""
    yield from ((['nid'], s) for s in servers)
    for field in 'term', 'commit':
        yield from ((['state', field], n) for n in near(event['state'][field]))
    yield from ((['state', 'vote'], s) for s in ['0'] + servers)
    yield from ((['role'], role) for role in ROLES)
    yield from ((['log'], n) for n in near(event['log']))
    for half in 0, 1:
        yield from ((['conf', half], names) for names in other_sets(event['conf'][half], servers))
    message, prop = event.get('msg'), event.get('prop', {})
    if message:
        for field in 'term', 'index', 'logTerm', 'entries', 'commit', 'rejectHint':
            yield from ((['msg', field], n) for n in near(message[field]))
        for field in 'from', 'to':
            yield from ((['msg', field], s) for s in servers)
        yield from ((['msg', 'type'], type) for type in TYPES)
        yield ['msg', 'reject'], not message['reject']
        yield from ((['msg', 'vote'], s) for s in servers)
    for field in 'match', 'next':
        if field in prop:
            yield from ((['prop', field], n) for n in near(prop[field]))
    if event['name'] == 'ApplyConfChange':
        new = prop['cc'].get('newconf', [])
        yield from ((['prop', 'cc', 'newconf'], names) for names in other_sets(new, servers))
    elif event['name'] == 'ChangeConf':
        yield from ((['prop', 'cc', 'changes', 0, 'nid'], s) for s in servers)
        yield from ((['prop', 'cc', 'changes', 0, 'action'], a) for a in ('AddNewServer', 'RemoveServer'))
    elif not message:
        yield from ((['name'], name) for name in EVENTS)


def value(event, path):
    for step in path:
        event = event.get(step, []) if isinstance(event, dict) else event[step]
    return event


def changed(event, path, new):
    event = copy.deepcopy(event)
    target = value(event, path[:-1])
    target[path[-1]] = new
    return event


def plan(events, servers, only, seed):
    """Mutations without end: a random one of each kind, in a random order of kinds, and again."""
    kinds = collections.defaultdict(list)
    for number, event in enumerate(events):
        if only and event['name'] != only:
            continue
        message = event.get('msg', {})
        about = (event['name'], message.get('type'), message.get('from') == message.get('to'))
        for path, new in mutations(event, servers):
            if new != value(event, path):
                kinds[about, '.'.join(map(str, path))].append((number, path, new))
    choice = random.Random(seed)
    order = sorted(kinds, key=repr)
    print(f'{len(order)} kinds of mutations')
    while True:
        choice.shuffle(order)
        for kind in order:
            yield choice.choice(kinds[kind])


def verdict(command, lines):
    """What distcheck says of a log, and of which line; None where it is accepted."""
    with tempfile.NamedTemporaryFile('w', suffix='.ndjson') as log:
        log.writelines(line + '\n' for line in lines)
        log.flush()
        output = subprocess.run(command + ['--json', log.name], capture_output=True, text=True)
    try:
        answer = json.loads(output.stdout)
    except json.JSONDecodeError:
        sys.exit(f'distcheck: {output.stderr or output.stdout}')
    if answer['verdict'] == 'accepted':
        return 'accepted', None
    if answer['verdict'] == 'rejected':
        return 'rejected', answer['rejection']['at']['line']
    message = answer['error']['message']
    place = message.removeprefix(log.name + ':').split(':')[0]
    if output.returncode == 65 and place.isdigit():
        return 'unreadable', int(place)
    return message, None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    for name in 'distcheck', 'specification', 'mapping', 'log':
        parser.add_argument(name, type=pathlib.Path)
    parser.add_argument('--count', type=int, default=300, help='how many mutations; 300')
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--event', help='change lines of this name alone')
    parser.add_argument('--last', type=int, help='the last line to change; that of the log')
    parser.add_argument('--behind', type=int, default=10, help='how many lines are kept behind the changed one; 10')
    parser.add_argument('-D', action='append', default=[], help='handed to distcheck')
    options = parser.parse_args()
    command = [options.distcheck, 'verify', options.specification, '--log', options.mapping]
    command += [argument for size in options.D for argument in ('-D', size)]

    lines = options.log.read_text().splitlines()
    records = [json.loads(line) for line in lines]
    events = [record['event'] for record in records]
    servers = sorted({event['nid'] for event in events}, key=int)
    # The log must name all servers.
    least = max(next(n for n, event in enumerate(events) if event['nid'] == server) for server in servers) + 1
    found = verdict(command, lines[:(options.last or len(lines)) + options.behind])
    if found != ('accepted', None):
        sys.exit(f'the log as it is: {found}')

    counts, wrong = collections.Counter(), 0
    mutants = plan(events[:options.last], servers, options.event, options.seed)
    for _ in range(options.count):
        number, path, new = next(mutants)
        event = changed(events[number], path, new)
        mutant = lines[:max(least, number + 1 + options.behind)]
        mutant[number] = json.dumps(records[number] | {'event': event})
        kind, line = verdict(command, mutant)
        field = '.'.join(map(str, path))
        if line == number + 1:
            counts[f'{kind} at the changed line'] += 1
        elif (events[number]['name'], field) in POSSIBLE and (line or number + 2) > number + 1:
            counts['possible as changed'] += 1
        else:
            wrong += 1
            old = value(events[number], path)
            print(f'line {number + 1}: {events[number]["name"]} {field}: {old} -> {new}: {kind}, line {line}')
    for kind, count in sorted(counts.items()):
        print(f'{count} {kind}')
    print(f'{wrong} wrong')
    sys.exit(1 if wrong else 0)


if __name__ == '__main__':
    main()
