#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Write a unified lager log, as large as wished, always the same for the same options.

Tasks and LRP instances (in the wording of 2015) begin at an even rate and overlap; noise lines of
some ten sources lie between their events. Lines are in order of time.

--split N writes the same lines as N .gz files, the folder OUT/JOB-INDEX/PROCESS/ for each VM. A VM
has files according to its share of the lines, all of one VM in the folder of its main process; with
fewer files than VMs, VMs share folders (each line names its VM within, which goes before the path).
"""
import argparse
import gzip
import math
import os
import random
import re
import shutil
import sys

START = 1441087134 * 10**9
SECOND = 10**9
BUCKET = SECOND // 4  # lines are sorted within one

# Of a request only the line that begins it is there; one that ends it follows, as Template.done() says.
# What a <name> in a template stands for is in Values. A head <job> is "data" up to the keys of the VM.
# weight, job, source, level, message, data
NOISE = """
90 db bbs 1 bbs.request.serving "method":"POST","request":"<path>","session":"<s>"
30 db bbs 0 bbs.request.desired-lrps-by-process-guid.converting-desired-lrp "egress_rules":[{"destinations":["10.0.<b>.0/24"],"port_range":{"end":65535,"start":1},"protocol":"tcp"}],"log_guid":"<g>","metrics_guid":"<g>","process_guid":"<g>","routes":{"cf-router":[{"hostnames":["<h>.apps.example.com"],"port":8080}]},"session":"<s>"
30 db bbs 0 bbs.sync-loop.fetching-raw-nodes "key":"/v1/actual","note":"ls --recursive /v1/actual \\u003c<h>\\u003e","session":"<s>","took":<n>.<n>
12 db bbs 0 bbs.request.actual-lrp-groups.actual-lrp-groups.starting "filter":{"cell_id":"<cell>","domain":""},"method":"POST","request":"/v1/actual_lrp_groups/list","session":"<s>"
12 db bbs 0 bbs.request.actual-lrp-groups.actual-lrp-groups.complete "filter":{"cell_id":"<cell>","domain":""},"method":"POST","num-actual-lrp-groups":<n>,"request":"/v1/actual_lrp_groups/list","session":"<s>"
6 db bbs 1 bbs.request.upsert-domain.upserting-domain "domain":"cf-apps","method":"POST","request":"/v1/domains/upsert","session":"<s>","ttl":<b>
6 db bbs 0 bbs.event-hub.adding-subscriber "session":"<s>","subscribers":<b>
3 db bbs 2 bbs.request.desired-lrp-by-process-guid.failed-fetching-desired-lrp "error":"the requested resource could not be found","method":"POST","process_guid":"<g>","request":"/v1/desired_lrps/get_by_process_guid","session":"<s>","trace":"<trace>"
1 db bbs 1 bbs.metrics.reporting "counts":<counts>,"session":"<s>"
30 brain auctioneer 1 auctioneer.auction.fetched-cell-state "cell-guid":"<cell>","duration":"<b>.<n>ms","session":"<s>"
10 brain auctioneer 1 auctioneer.auction.scheduling "lrp-start-auctions":<b>,"session":"<s>","task-auctions":<b>
10 brain auctioneer 1 auctioneer.auction.scheduled "failed-lrp-start-auctions":0,"failed-task-auctions":0,"session":"<s>","successful-lrp-start-auctions":<b>,"successful-task-auctions":<b>
6 brain auctioneer 1 auctioneer.request.serving "method":"POST","request":"/v1/lrps","session":"<s>"
2 brain auctioneer 2 auctioneer.auction.failed-to-get-state "cell-guid":"<cell>","error":"Get http://10.10.17.<b>:1800/state: dial tcp 10.10.17.<b>:1800: i/o timeout","session":"<s>"
28 brain converger 1 converger.executing-convergence.converge-lrps.gathering-convergence-input "batch-size":<n>,"cells":<cells>,"desired-lrp-count":<n>,"domains":["cf-apps","cf-tasks","fezzik"],"session":"<s>"
5 brain converger 1 converger.executing-convergence.converge-tasks.starting-convergence "kick-task-duration":30000000000,"session":"<s>"
5 brain converger 1 converger.lock.acquire-lock.acquiring-lock "key":"v1/locks/converge_lock","session":"<s>","value":"<g>"
6 cc nsync-bulker 1 nsync-bulker.sync.fetch-desired.getting-desired-state "batch-size":500,"session":"<s>","url":"https://api.example.com/internal/bulk/apps?batch_size=500\\u0026format=fingerprint\\u0026token={\\"id\\":<n>}"
6 cc nsync-bulker 1 nsync-bulker.sync.processing-updates "fingerprints":<n>,"session":"<s>","stale":<b>
6 cc nsync-listener 1 nsync-listener.request.serving "method":"PUT","request":"/v1/apps/<g>-<g>","session":"<s>"
6 cc stager 1 stager.staging-completed.posting-staging-complete "payload":{"execution_metadata":"{\\"start_command\\":\\"bundle exec rackup config.ru -p $PORT\\"}","detected_start_command":{"web":"bundle exec rackup config.ru -p $PORT"},"lifecycle_data":{"buildpack_key":"<g>","detected_buildpack":"Ruby"}},"session":"<s>"
6 cc tps-watcher 0 tps-watcher.watch.app-crashed.recording-app-crashed "crash-count":<b>,"index":<b>,"process-guid":"<g>-<g>","reason":"CRASHED","session":"<s>"
28 router route-emitter 1 route-emitter.watcher.sync.emitting-messages "messages":{"RegistrationMessages":[{"app":"<g>","host":"10.10.17.<b>","port":<n>,"uris":["<h>.apps.example.com"]}],"UnregistrationMessages":[]},"session":"<s>","total-routes":<n>
10 router route-emitter 0 route-emitter.watcher.handling-actual-create.skipping "actual-lrp":{"address":"10.10.17.<b>","cell_id":"<cell>","crash_count":0,"domain":"cf-apps","index":<b>,"instance_guid":"<g>","ports":[{"container_port":8080,"host_port":<n>}],"process_guid":"<g>-<g>","since":14410<n><n>,"state":"RUNNING"},"session":"<s>"
1 router route-emitter 1 route-emitter.watcher.sync.emitting-routes "messages":<routes>,"session":"<s>"
28 cell rep 1 rep.running-bulker.sync.starting "session":"<s>"
28 cell rep 1 rep.running-bulker.sync.batch-operations.succeeded-getting-containers-lrps-and-tasks "containers":<b>,"instance-lrps":<b>,"session":"<s>","tasks":<b>
28 cell rep 0 rep.auction-fetch-state.auction-delegate.auction-state.provided "available-resources":{"Containers":<b>,"DiskMB":<n>,"MemoryMB":<n>},"lrps":<b>,"session":"<s>","total-resources":{"Containers":256,"DiskMB":143482,"MemoryMB":30158},"zone":"z1"
28 cell rep 0 rep.depot-client.list-containers.succeeded-listing-garden-containers "filter":{"executor:owner":"executor"},"num":<b>,"session":"<s>","tags":{"domain":"fezzik","lifecycle":"lrp"}
28 cell rep 2 rep.depot-client.get-all-metrics.failed-to-get-metrics "error":"unknown handle: <id>","session":"<s>","trace":"<trace>"
20 cell rep 0 rep.depot-client.get-container.info.getting-info "handle":"<id>","session":"<s>"
20 cell rep 1 rep.event-consumer.operation-stream.executing-container-operation.starting "container-guid":"<id>","session":"<s>"
20 cell rep 1 rep.event-consumer.operation-stream.executing-container-operation.fetch-container "container-guid":"<id>","session":"<s>"
20 cell rep 1 rep.event-consumer.operation-stream.executing-container-operation.succeeded-fetch-container "container-guid":"<id>","session":"<s>"
20 cell rep 0 rep.depot-client.run-container.looking-up-in-allocation-store "guid":"<id>","session":"<s>"
20 cell rep 0 rep.depot-client.run-container.create-in-garden.setting-up-cpu-limits "container-guid":"<id>","guid":"<id>","session":"<s>"
20 cell rep 0 rep.depot-client.run-container.create-in-garden.setting-up-disk-limits "container-guid":"<id>","guid":"<id>","session":"<s>"
20 cell rep 0 rep.depot-client.run-container.run.found-garden-container "guid":"<id>","session":"<s>"
20 cell rep 0 rep.container-events.emitting "container":{"disk_mb":64,"external_ip":"10.10.17.<b>","guid":"<id>","memory_mb":64,"ports":[{"container_port":8080,"host_port":<n>}],"rootfs":"preloaded:cflinuxfs2","state":"running"},"session":"<s>"
8 cell rep 0 rep.evacuation-cleanup.checking "session":"<s>"
6 cell rep 1 rep.request.serving "method":"GET","request":"/state","session":"<s>"
1 cell rep 0 rep.running-bulker.sync.batch-operations.generated-operations "guids":<guids>,"session":"<s>"
28 cell garden-linux 0 garden-linux.runner.command.succeeded "argv":["/var/vcap/packages/garden-linux/src/github.com/cloudfoundry-incubator/garden-linux/linux_backend/bin/create.sh","/var/vcap/data/garden-linux/depot/<h>"],"exit-status":0,"session":"<s>","took":"<b>.<n>ms"
28 cell garden-linux 0 garden-linux.pool.net-pool.subnet-acquired "remaining":<b>,"session":"<s>","subnet":"10.254.<b>.<b>/30","took":"<n>ms"
28 cell garden-linux 1 garden-linux.garden-server.bulk_info.got-bulkinfo "handles":["<g>","<g>","<g>"],"session":"<s>"
20 cell garden-linux 1 garden-linux.garden-server.info.got-info "handle":"<id>","session":"<s>"
20 cell garden-linux 1 garden-linux.garden-server.limit-memory.limited "handle":"<id>","resulting-limit":{"limit_in_bytes":67108864},"session":"<s>"
20 cell garden-linux 1 garden-linux.garden-server.net-out.net-out "handle":"<id>","rule":{"networks":[{"end":"255.255.255.255","start":"0.0.0.0"}],"protocol":4},"session":"<s>"
8 cell garden-linux 0 garden-linux.garden-server.get-properties.got-properties "handle":"<id>","session":"<s>"
8 cell garden-linux 0 garden-linux.container.<h>.iptables-manager.setup-chain "handle":"<id>","session":"<s>"
8 cell garden-linux 1 garden-linux.garden-server.create.creating "request":{"Handle":"<g>","GraceTime":0,"RootFSPath":"/var/vcap/packages/rootfs_cflinuxfs2","BindMounts":[{"src_path":"/var/vcap/data/executor_cache/<h><h>-<n>-1.d","dst_path":"/tmp/lifecycle","mode":0,"origin":0}],"Network":"","Privileged":false,"Limits":{"bandwidth_limits":{},"cpu_limits":{"limit_in_shares":<n>},"disk_limits":{"inode_hard":200000,"byte_hard":<n>},"memory_limits":{"limit_in_bytes":<n>}}},"session":"<s>"
3 cell garden-linux 2 garden-linux.garden-server.destroy.failed "error":"unknown handle: <id>","handle":"<id>","session":"<s>","trace":"<trace>"
"""

# ms since the event before it (about), job, source, level, message, data; <e> is the guid of the entity,
# <t> its session, <p> process guid, <x> index, <c> container guid, <vm> its cell.
TASK = """
0 db bbs 1 bbs.request.desire-task.desire-task.starting "method":"POST","request":"/v1/tasks/desire","session":"<t>","task-guid":"<e>","task_guid":"<e>"
8 db bbs 0 bbs.request.desire-task.desire-task.succeeded-persisting-task "method":"POST","request":"/v1/tasks/desire","session":"<t>","task-guid":"<e>"
30 db bbs 1 bbs.request.desire-task.desire-task.finished "method":"POST","request":"/v1/tasks/desire","session":"<t>","task-guid":"<e>"
450 cell rep 0 rep.depot-client.allocate-containers.allocating-container "allocation-request":{"DiskMB":64,"Guid":"<e>","MemoryMB":64,"RootFSPath":"preloaded:cflinuxfs2","Tags":{"domain":"fezzik","lifecycle":"task","result-file":"/tmp/output"}},"session":"<t>"
4 cell rep 0 rep.event-consumer.operation-stream.executing-container-operation.task-processor.processing-reserved-container "container-guid":"<e>","container-state":"reserved","session":"<t>"
40 db bbs 1 bbs.request.start-task.start-task.finished "cell-id":"<vm>","method":"POST","request":"/v1/tasks/start","session":"<t>","task-guid":"<e>"
1000 cell rep 0 rep.depot-client.run-container.create-in-garden.succeeded-creating-garden-container "container-guid":"<e>","guid":"<e>","session":"<t>"
60 cell rep 0 rep.depot-client.run-container.create-in-garden.succeeded-setting-up-net-out "container-guid":"<e>","guid":"<e>","session":"<t>"
20 cell rep 1 rep.depot-client.run-container.run.run-step-process.succeeded-transitioning-to-running "guid":"<e>","session":"<t>"
25 cell rep 1 rep.depot-client.run-container.run.action.run-step.successful-process-create "guid":"<e>","process":<n>,"session":"<t>"
160 cell rep 1 rep.depot-client.run-container.run.action.run-step.process-exit "cancelled":false,"exitStatus":0,"guid":"<e>","session":"<t>"
10 cell rep 1 rep.depot-client.run-container.run.run-step-process.finished "guid":"<e>","session":"<t>"
14 cell rep 1 rep.event-consumer.operation-stream.executing-container-operation.task-processor.fetching-container-result "container-guid":"<e>","container-state":"completed","session":"<t>"
20 cell rep 1 rep.event-consumer.operation-stream.executing-container-operation.task-processor.completing-task "container-guid":"<e>","container-state":"completed","session":"<t>"
6 db bbs 1 bbs.request.complete-task.complete "session":"<t>","task_guid":"<e>"
20 cell rep 1 rep.event-consumer.operation-stream.executing-container-operation.task-processor.succeeded-completing-task "container-guid":"<e>","container-state":"completed","session":"<t>"
50 db bbs 1 bbs.task-completion-workpool.resolved-task "callback_url":"http://10.10.50.7:41234/done","session":"<t>","status_code":200,"task-guid":"<e>"
"""

LRP = """
0 db bbs 0 bbs.request.desire-lrp.creating-raw-actual-lrp.starting "actual-lrp":{"address":"","cell_id":"","crash_count":0,"crash_reason":"","domain":"fezzik","index":<x>,"instance_guid":"","modification_tag":{"epoch":"<e>","index":0},"placement_error":"","ports":[],"process_guid":"<p>","state":"UNCLAIMED"},"method":"POST","request":"/v1/desired_lrp/desire","session":"<t>"
1 db bbs 1 bbs.request.desire-lrp.create-unclaimed-actual-lrp.starting "actual_lrp_key":{"domain":"fezzik","index":<x>,"process_guid":"<p>"},"session":"<t>"
480 cell rep 0 rep.depot-client.allocate-containers.finished-allocating-container "allocation-request":{"DiskMB":512,"Guid":"<c>","MemoryMB":128,"RootFSPath":"preloaded:cflinuxfs2","Tags":{"domain":"fezzik","instance-guid":"<e>","lifecycle":"lrp","process-guid":"<p>","process-index":"<x>"}},"session":"<t>"
5 cell rep 1 rep.event-consumer.operation-stream.executing-container-operation.ordinary-lrp-processor.process-reserved-container.claiming-lrp-container "container-guid":"<c>","container-state":"reserved","lrp-instance-key":{"cell_id":"<vm>","instance_guid":"<e>"},"lrp-key":{"domain":"fezzik","index":<x>,"process_guid":"<p>"},"session":"<t>"
3 db bbs 1 bbs.request.claim-actual-lrp.claim-actual-lrp.starting "actual_lrp_instance_key":{"cell_id":"<vm>","instance_guid":"<e>"},"index":<x>,"method":"POST","process_guid":"<p>","request":"/v1/actual_lrps/claim","session":"<t>"
11 db bbs 1 bbs.request.claim-actual-lrp.claim-actual-lrp.succeeded "actual_lrp_instance_key":{"cell_id":"<vm>","instance_guid":"<e>"},"index":<x>,"method":"POST","process_guid":"<p>","request":"/v1/actual_lrps/claim","session":"<t>"
1100 cell rep 0 rep.depot-client.run-container.create-in-garden.succeeded-creating-garden-container "container-guid":"<c>","guid":"<c>","session":"<t>"
90 cell rep 0 rep.depot-client.run-container.create-in-garden.succeeded-getting-garden-container-info "container-guid":"<c>","guid":"<c>","session":"<t>"
820 cell rep 1 rep.depot-client.run-container.run.setup.download-step.fetch-complete "from":"http://file-server.service.cf.internal:8080/v1/static/grace.tgz","guid":"<c>","session":"<t>","to":"/tmp","user":"vcap"
180 cell rep 1 rep.depot-client.run-container.run.setup.download-step.stream-in-complete "from":"http://file-server.service.cf.internal:8080/v1/static/grace.tgz","guid":"<c>","session":"<t>","to":"/tmp","user":"vcap"
50 cell garden-linux 1 garden-linux.garden-server.run.spawned "handle":"<c>","id":<n>,"session":"<t>","spec":{"Dir":"","Limits":{},"Path":"/tmp/grace","TTY":null,"User":"vcap"}
30 cell garden-linux 1 garden-linux.garden-server.run.spawned "handle":"<c>","id":<n>,"session":"<t>","spec":{"Dir":"","Limits":{},"Path":"nc","TTY":null,"User":"vcap"}
26 cell rep 1 rep.depot-client.run-container.run.run-step-process.succeeded-transitioning-to-running "guid":"<c>","session":"<t>"
20 db bbs 1 bbs.request.start-actual-lrp.start-actual-lrp.succeeded "actual_lrp_instance_key":{"cell_id":"<vm>","instance_guid":"<e>"},"actual_lrp_key":{"domain":"fezzik","index":<x>,"process_guid":"<p>"},"method":"POST","request":"/v1/actual_lrps/start","session":"<t>"
1 db bbs 1 bbs.request.start-actual-lrp.start-actual-lrp.complete "actual_lrp_instance_key":{"cell_id":"<vm>","instance_guid":"<e>"},"actual_lrp_key":{"domain":"fezzik","index":<x>,"process_guid":"<p>"},"method":"POST","request":"/v1/actual_lrps/start","session":"<t>"
12000 cell rep 1 rep.lrp-stopper.stop.stopping "instance-guid":"<e>","process-guid":"<p>","session":"<t>"
650 cell rep 1 rep.depot-client.run-container.run.run-step-process.step-cancelled "guid":"<c>","session":"<t>"
18 cell rep 1 rep.depot-client.run-container.run.run-step-process.succeeded-transitioning-to-complete "guid":"<c>","session":"<t>"
"""

JOBS = {  # how many VMs (0: --cells), the main process
    'db': ('database_z1', 2, 'bbs'),
    'brain': ('brain_z1', 1, 'auctioneer'),
    'cc': ('cc_bridge_z1', 1, 'stager'),
    'router': ('route_emitter_z1', 1, 'route-emitter'),
    'cell': ('cell_z1', 0, 'rep'),
}
MAIN_PROCESS = {job: process for job, _, process in JOBS.values()}


class Values:
    """What the names in the templates stand for."""

    def __init__(self, seed, cells):
        self.rnd = random.Random(seed)
        self.random = self.rnd.random
        self.cells = cells
        self.recent = ['executor-healthcheck']  # ids that noise speaks of
        self.entity = {}
        r = random.Random('frames')
        self.frames = ['main.f%d(0x%x)\\n\\t/var/vcap/packages/rep/src/github.com/example/rep/f%d.go:%d +0x%x\\n'
                       % (k, r.getrandbits(40), k, r.randrange(900), r.randrange(4096)) for k in range(40)]

    def guid(self):
        h = '%032x' % self.rnd.getrandbits(128)
        return f'{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}'

    def below(self, n):
        return int(self.random() * n)

    def session(self):
        return '.'.join([str(self.below(40000)) for _ in range(2 + self.below(3))])

    def path(self):
        return '/v1/' + ('domains/list', 'desired_lrps/get_by_process_guid', 'actual_lrps/list', 'tasks/list.r2',
                         'cells/list.r1', 'events', 'actual_lrp_groups/get_by_process_guid_and_index')[self.below(7)]

    def long_list(self, make):
        return '[' + ','.join([make() for _ in range(20 + self.below(150))]) + ']'

    def function(self, name):
        e = self.entity
        return {
            'g': self.guid,
            'h': lambda: '%011x' % self.rnd.getrandbits(44),
            'b': lambda: self.below(256),
            'n': lambda: 1000 + self.below(64000),
            's': self.session,
            'path': self.path,
            'id': lambda: self.recent[self.below(len(self.recent))],
            'cell': lambda: 'cell_z1-%d' % self.below(self.cells),
            'cells': lambda: '[' + ','.join(['"cell_z1-%d"' % k for k in range(min(self.cells, 10))]) + ']',
            'trace': lambda: 'goroutine %d [running]:\\n' % self.below(10**5)
                             + ''.join(self.frames[k] for k in range(self.below(40) // 13 * 3)),
            'guids': lambda: self.long_list(lambda: '"' + self.guid() + '"'),
            'counts': lambda: '{' + ','.join(['"counter-%d":%d' % (k, self.below(10**6)) for k in range(200)]) + '}',
            'routes': lambda: self.long_list(lambda: '{"app":"%s","host":"10.10.17.%d","port":%d,"uris":["%x.example.com"]}'
                                             % (self.guid(), self.below(256), self.below(65536), self.below(2**32))),
        }.get(name) or (lambda: e[name])


class Template:
    """One kind of line: make(ns) is such a line."""

    def __init__(self, text, values):
        number, job, self.source, level, message, data = text.split(' ', 5)
        self.is_request = message.endswith('.request.serving')
        self.number = int(number)
        self.job, self.vms, _ = JOBS[job]
        self.values = values
        # The keys of data are in order of the alphabet, and the VM's keys were put among them.
        end = re.search(r'"(?=(?:[d-z]|contain|co)[\w-]*":)', data)
        at = end.start() if end and data[:end.start()].count('{') == data[:end.start()].count('}') else 0
        data = data[:at] + '"cicerone-index":<i>,"cicerone-job":"' + self.job + '",' + data[at:]
        text = f'"source":"{self.source}","message":"{message}","log_level":{level},"data":{{{data}}}}}\n'
        parts = re.split(r'<(\w+)>', text)
        self.format = '{"timestamp":"%d.%09d",' + '%s'.join(p.replace('%', '%%') for p in parts[::2])
        self.functions = [self.vm if name == 'i' else values.function(name) for name in parts[1::2]]

    def vm(self):
        if self.vms:
            return self.values.below(self.vms)
        return self.values.entity['i'] if self.of_entity else self.values.below(self.values.cells)

    of_entity = False

    def done(self, ns, line):
        """When the request that the line begins is served, some 8 ms later, and the line that says so."""
        ns += int(-math.log(1 - self.values.random()) * 8 * 10**6) + 1000
        return ns, '{"timestamp":"%d.%09d",' % divmod(ns, SECOND) + line.split(',', 1)[1].replace(
            '.request.serving"', '.request.done"', 1)

    def make(self, ns):
        return self.format % (*divmod(ns, SECOND), *[f() for f in self.functions])


def templates(text, values, of_entity=False):
    made = [Template(line, values) for line in text.strip().split('\n')]
    for t in made:
        t.of_entity = of_entity
    return made


class Writer:
    """Puts lines in order: all later than `now` wait."""

    def __init__(self, out):
        self.out, self.buckets, self.next = out, {}, START // BUCKET
        self.bytes = self.lines = 0

    def add(self, ns, line):
        self.buckets.setdefault(ns // BUCKET, []).append((ns, line))
        self.bytes += len(line)
        self.lines += 1

    def flush(self, now=None):
        last = now // BUCKET if now else max(self.buckets, default=-1) + 1
        while self.next < last:
            lines = self.buckets.pop(self.next, [])
            lines.sort()
            self.out.write(''.join([line for _, line in lines]))
            self.next += 1


def generate(out, size=None, tasks=None, lrps=None, noise=12.0, seed=1, rate=8.0, cells=10):
    """Write to the text file `out`; return how many of what. Without tasks and lrps: as many as fill the size."""
    values = Values(seed, cells)
    rnd = values.random
    noises = templates(NOISE, values)
    choices = [t for t in noises for _ in range(t.number)]
    task_events, lrp_events = templates(TASK, values, True), templates(LRP, values, True)
    writer = Writer(out)
    made = {'tasks': 0, 'lrps': 0}
    process = ''
    recent = values.recent
    number_of_choices = len(choices)

    def entity(kind, events, start):
        k = made[kind]
        made[kind] += 1
        cell = values.below(cells)
        guid = values.guid()
        ident = container = guid
        if kind == 'lrps':
            container = process + '-' + guid
        else:
            ident = container = 'task-' + guid
        values.entity.update(e=ident, c=container, p=process, x=k % 20, t=values.session(), vm='cell_z1-%d' % cell, i=cell)
        if len(recent) < 400:
            recent.append(container)
        else:
            recent[values.below(400)] = container
        ns = start
        for event in events:
            ns += int(event.number * 10**6 * (0.3 + 1.4 * rnd())) + values.below(1000)
            writer.add(ns, event.make(ns))
        return len(events)

    step = int(SECOND / rate)
    owed = 0.0
    start = START
    counted = tasks is not None or lrps is not None
    while True:
        more_tasks = made['tasks'] < (tasks or 0) if counted else writer.bytes < size
        more_lrps = made['lrps'] < (lrps or 0) if counted else writer.bytes < size
        if not more_tasks and not more_lrps:
            break
        if made['lrps'] % 20 == 0:
            process = values.guid()
        events = 0
        if more_tasks:
            events += entity('tasks', task_events, start + values.below(step))
        if more_lrps:
            events += entity('lrps', lrp_events, start + values.below(step))
        owed += events * noise
        while owed >= 1:
            ns = start + int(rnd() * step)
            choice = choices[int(rnd() * number_of_choices)]
            line = choice.make(ns)
            writer.add(ns, line)
            owed -= 1
            if choice.is_request:
                writer.add(*choice.done(ns, line))
                owed -= 1
        start += step
        writer.flush(start)
    writer.flush()
    return {**made, 'lines': writer.lines, 'bytes': writer.bytes,
            'messages': len(noises) + len(task_events) + len(lrp_events)}


def split(log, folder, files):
    """Write the lines of the file `log` to `files` .gz files below `folder`."""
    vm_of = re.compile(rb'"cicerone-index":(\d+),"cicerone-job":"(\w+)"').search
    lines_of = {}
    with open(log, 'rb') as f:
        for line in f:
            vm = vm_of(line).group(2, 1)
            lines_of[vm] = lines_of.get(vm, 0) + 1
    vms = sorted(lines_of, key=lambda vm: (-lines_of[vm], vm))
    homes = vms[:files]
    home_of = {vm: homes[k % len(homes)] for k, vm in enumerate(vms)}
    total = {home: sum(n for vm, n in lines_of.items() if home_of[vm] == home) for home in homes}
    share = dict.fromkeys(homes, 1)
    for _ in range(files - len(homes)):
        share[max(homes, key=lambda h: (total[h] / share[h], h))] += 1
    shutil.rmtree(folder, ignore_errors=True)
    outs = {}
    for (job, index), n in share.items():
        job = job.decode()
        process = MAIN_PROCESS[job]
        path = os.path.join(folder, '%s-%s' % (job, index.decode()), process)
        os.makedirs(path)
        # The newest has no number, and the highest number is the oldest.
        names = [process + '.stdout.log' + ('.%d' % k if k else '') + '.gz' for k in range(n - 1, -1, -1)]
        outs[job.encode(), index] = [os.path.join(path, name) for name in names]
    state = {home: [0, None] for home in homes}
    with open(log, 'rb') as f:
        for line in f:
            home = home_of[vm_of(line).group(2, 1)]
            s = state[home]
            if s[0] % -(-total[home] // share[home]) == 0:
                if s[1]:
                    s[1].close()
                s[1] = compressed(outs[home].pop(0))
            s[0] += 1
            s[1].write(line)
    for _, out in state.values():
        out.close()


class compressed:
    """A .gz file as gzip itself makes it; lines are gathered, which is faster."""

    def __init__(self, path):
        self.raw = open(path, 'wb')
        self.gz = gzip.GzipFile('', 'wb', 6, self.raw, 0)
        self.lines, self.size = [], 0

    def write(self, line):
        self.lines.append(line)
        self.size += len(line)
        if self.size > 1 << 18:
            self.flush()

    def flush(self):
        self.gz.write(b''.join(self.lines))
        self.lines, self.size = [], 0

    def close(self):
        self.flush()
        self.gz.close()
        self.raw.close()


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--out', metavar='FILE', help='write here (standard output); with --split, a folder')
    p.add_argument('--size', type=float, metavar='BYTES', default=505e6, help='about so large (505e6), unless --tasks or --lrps')
    p.add_argument('--tasks', type=int, metavar='N', help='so many Tasks')
    p.add_argument('--lrps', type=int, metavar='N', help='so many LRP instances')
    p.add_argument('--noise', type=float, metavar='X', default=12, help='noise lines per event line (12)')
    p.add_argument('--seed', type=int, metavar='S', default=1)
    p.add_argument('--rate', type=float, metavar='R', default=8, help='so many Tasks, and instances, begin in a second (8)')
    p.add_argument('--cells', type=int, metavar='N', default=10, help='number of cells (10)')
    p.add_argument('--split', type=int, metavar='N', help='write N .gz files in a BOSH tree')
    a = p.parse_args()
    if a.split and not a.out:
        p.error('--split wants --out')
    plain = a.out + '.tmp' if a.split else a.out
    out = open(plain, 'w') if plain else sys.stdout
    made = generate(out, a.size, a.tasks, a.lrps, a.noise, a.seed, a.rate, a.cells)
    out.flush()
    if a.split:
        out.close()
        split(plain, a.out, a.split)
        os.unlink(plain)
    print(', '.join('%d %s' % (n, what) for what, n in made.items()), file=sys.stderr)


if __name__ == '__main__':
    try:
        main()
    except BrokenPipeError:
        sys.exit(1)
