#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Packed logs that are damaged: what is good is used, what is lost is said with its place, and the exit status is 4.

load helper

many() { # FIRST LAST: Tasks of these numbers, unlike enough that packing does not make them tiny
    python3 - "$@" <<'END'
import random, sys
r = random.Random(int(sys.argv[1]))
for i in range(int(sys.argv[1]), int(sys.argv[2]) + 1):
    pad = '%032x' % r.getrandbits(128)
    for second, message in ((0, 'request.desire-task.desire-task.db-desire-task.starting'), (5, 'request.start-task.start-task.db-start-task.complete')):
        print('{"timestamp":"1700000000.%d00000000","source":"bbs","message":"bbs.%s","log_level":1,"data":{"pad":"%s","task_guid":"t-%d"}}' % (second, message, pad, i))
END
}

size() { wc -c <"$1"; }

put() { # FILE OFFSET BYTES
    printf '%b' "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# The ids in the output, which must all be of those we wrote.
ids() { printf '%s\n' "$output" | sed '1d; s/,.*//'; }
count() { ids | wc -l; }
from_to() { ids | grep -c -x -E "t-($(seq -s '|' "$1" "$2"))"; }

make_members() { # a.gz b.gz of 1 to 300, 301 to 400
    many 1 300 >a.log; many 301 400 >b.log
    gzip -nc a.log >a.gz; gzip -nc b.log >b.gz
    a=$(size a.gz)
}

@test "damage within a member: the next one is found" {
    make_members
    cat a.gz b.gz >x.gz
    put x.gz $((a / 2)) '\0377\0377\0377\0377\0377\0377\0377\0377'
    for j in 1 2; do
        run -4 --separate-stderr cicerone tasks x.gz -f csv -j $j
        says_like "cicerone: x.gz: gzip data is damaged near byte * (*); went on with the next member at byte $a"
        [ "$(from_to 301 400)" = 100 ]
        [ "$(from_to 1 300)" -gt 100 ]
        [ "$(from_to 1 400)" = "$(count)" ]
    done
    run -4 --separate-stderr cicerone tasks - -f csv <x.gz
    says_like "cicerone: standard input: gzip data is damaged near byte *; went on with the next member at byte $a"
    [ "$(from_to 301 400)" = 100 ]
    run -1 cicerone tasks x.gz --strict
}

@test "a member that breaks off in front of another one" {
    make_members
    { head -c $((a / 2)) a.gz; cat b.gz; } >x.gz
    run -4 --separate-stderr cicerone tasks x.gz -f csv
    says_like "cicerone: x.gz: gzip data is damaged near byte $((a / 2)) (*); went on with the next member at byte $((a / 2))"
    [ "$(from_to 301 400)" = 100 ]
    # small ones, of which the first is met as a whole before its damage shows
    { task t-1 | gzip -n | head -c 60; task t-2 | gzip -n; task t-3 | gzip -n | head -c 70; task t-4 | gzip -n; } >y.gz
    run -4 --separate-stderr cicerone tasks y.gz -f csv
    says_like "cicerone: y.gz: gzip data is damaged near byte 60 (*); went on with the next member at byte 60; and so on at 1 more place"
    [ "$(ids | grep -c -x -e t-2 -e t-4)" = 2 ]
}

@test "a wrong checksum or length in the middle: everything is used" {
    make_members
    for at in 8 4; do
        cat a.gz b.gz >x.gz
        put x.gz $((a - at)) 'XXXX'
        run -4 --separate-stderr cicerone tasks x.gz -f csv
        says_like "cicerone: x.gz: gzip data is damaged near byte * (incorrect *); went on with the next member at byte $a"
        [ "$(count)" = 400 ]
    done
}

@test "rubbish between members is passed over" {
    make_members
    { cat a.gz; seq 10000; cat b.gz; } >x.gz
    run -4 --separate-stderr cicerone tasks x.gz -f csv
    says "cicerone: x.gz: what follows the gzip data at byte $a is not gzip; went on with the next member at byte $((a + $(seq 10000 | wc -c)))"
    [ "$(count)" = 400 ]
}

@test "a line that damage cut is not joined with the one behind the gap" {
    # the first member ends within a line, and its checksum is wrong
    { task t-1; printf '{"timestamp":"1700000001.000000000","source":"bbs","message":"bbs.request.desire-task.desire-task.db-desire-task.starting","log_level":1,"data":{"task_guid":"false-'; } | gzip -n >x.gz
    put x.gz $(($(size x.gz) - 8)) 'XXXX'
    { printf 'entity","session":"1"}}\n'; task t-2; } | gzip -n >>x.gz
    run -4 --separate-stderr cicerone tasks x.gz -f csv
    [ "$(ids | sort | tr '\n' ' ')" = "t-1 t-2 " ]
    run -4 --separate-stderr cicerone inspect x.gz -f csv
    printf '%s\n' "$output" >files.csv
    [ "$(python3 -c 'import csv; r = next(csv.DictReader(open("files.csv"))); print(r["lines"], r["lager"], r["damaged"], r["other"])')" = "6 4 1 1" ]
    # without damage the same bytes are a line
    { { task t-1; printf '{"timestamp":"1700000001.000000000","source":"bbs","message":"bbs.request.desire-task.desire-task.db-desire-task.starting","log_level":1,"data":{"task_guid":"false-'; } | gzip -n
      { printf 'entity","session":"1"}}\n'; task t-2; } | gzip -n; } >y.gz
    run -0 --separate-stderr cicerone tasks y.gz -f csv
    [ "$(ids | sort | tr '\n' ' ')" = "false-entity t-1 t-2 " ]
}

@test "members without data, padding and several members are no damage" {
    make_members
    { : | gzip -n; cat a.gz; : | gzip -n; head -c 700 /dev/zero; cat b.gz; head -c 512 /dev/zero; } >x.gz
    run -0 --separate-stderr cicerone tasks x.gz -f csv
    [ -z "$stderr" ]
    [ "$(count)" = 400 ]
    : >empty.gz
    run -0 --separate-stderr cicerone tasks empty.gz a.gz -f csv
    [ "$(count)" = 300 ]
}

@test "nothing but a header" {
    task t-1 >good.log
    for n in 3 9 10; do
        gzip -n <good.log | head -c $n >h.gz
        run -4 --separate-stderr cicerone tasks h.gz good.log -f csv
        says "cicerone: h.gz: gzip data breaks off at byte $n; the 0 bytes unpacked before it were used"
        [ "$(ids)" = t-1 ]
    done
    # a flag that nobody defined
    gzip -n <good.log >f.gz
    put f.gz 3 '\0377'
    gzip -n <good.log >>f.gz
    run -4 --separate-stderr cicerone tasks f.gz -f csv
    says_like "cicerone: f.gz: gzip data is damaged near byte *; went on with the next member at byte $(gzip -n <good.log | wc -c)"
    [ "$(ids)" = t-1 ]
}

@test "the same of gzip in a bundle, and of gzip in gzip" {
    make_members
    cat a.gz b.gz >x.log.gz
    put x.log.gz $((a / 2)) '\0377\0377\0377\0377\0377\0377\0377\0377'
    many 401 500 >y.log
    tar cf x.tar x.log.gz y.log
    run -4 --separate-stderr cicerone tasks x.tar -f csv
    says_like "cicerone: x.tar: x.log.gz: gzip data is damaged near byte *; went on with the next member at byte $a"
    [ "$(from_to 301 500)" = 200 ]
    gzip -c x.log.gz >twice.gz
    run -4 --separate-stderr cicerone tasks twice.gz -f csv
    [ "$(from_to 301 400)" = 100 ]
    # of a packed bundle the place is lost, so what follows is not taken for a part of it
    tar cf in.tar a.gz b.gz && gzip -n in.tar
    put in.tar.gz 2000 '\0377\0377\0377\0377\0377\0377\0377\0377'
    run --separate-stderr cicerone tasks in.tar.gz -f csv
    [ "$status" = 3 ] || [ "$status" = 4 ]
    [[ $stderr == *"cicerone: in.tar.gz: gzip data is damaged near byte "* ]]
    [[ $stderr != *"went on"* ]]
}

@test "a search through rubbish takes no longer than reading it" {
    task t-1 | gzip -n >x.gz
    python3 - <<'END'
header = b'\x1f\x8b\x08\0\0\0\0\0\0\3'
for name, part in (('1', header), ('2', b'\x1f\x8b\x08'), ('3', header + b'\x4b\x4c\x4a\x4e\x49\x4d\x4b\xcf' * 3), ('4', b'\x1f')):
    with open('rubbish-' + name, 'wb') as f:
        f.write(part * (20000000 // len(part)))
END
    for r in rubbish-*; do
        { cat x.gz; printf x; cat "$r"; task t-2 | gzip -n; } >y.gz
        run -4 --separate-stderr timeout 30 "$cicerone" tasks y.gz -f csv
        says_like "cicerone: y.gz: what follows the gzip data at byte $(size x.gz) is not gzip; went on with the next member at byte *"
        [ "$(ids | sort | tr '\n' ' ')" = "t-1 t-2 " ]
    done
}

# ---- bundles ----

@test "a tar cut between two members" {
    task t-1 >1.log; task t-2 >2.log
    tar cf a.tar 1.log 2.log
    head -c 1024 a.tar >cut.tar
    run -4 --separate-stderr cicerone tasks cut.tar -f csv
    says "cicerone: cut.tar: breaks off behind member 1: the zeros that end a tar are missing; what was there was read"
    [ "$(ids)" = t-1 ]
    gzip -c cut.tar >cut.tgz
    run -4 --separate-stderr cicerone tasks - -f csv <cut.tgz
    says_like "cicerone: standard input: breaks off behind member 1: *"
    # one block of zeros is enough for most, and so are joined tars
    head -c 2560 a.tar >one.tar
    run -0 --separate-stderr cicerone tasks one.tar -f csv
    [ "$(count)" = 2 ]
    cat a.tar a.tar >joined.tar
    run -0 --separate-stderr cicerone tasks joined.tar -f csv
    [ "$(count)" = 2 ]
    cat a.tar cut.tar >joined.tar
    run -4 --separate-stderr cicerone tasks joined.tar -f csv
    says_like "cicerone: joined.tar: breaks off behind member 3: *"
}

@test "a tar cut within its first header" {
    task t-1 >1.log
    tar cf a.tar 1.log
    for n in 270 511 512; do
        head -c $n a.tar | gzip -n >cut.tgz
        run --separate-stderr cicerone tasks cut.tgz 1.log -f csv
        [ "$status" = 3 ] || [ "$status" = 4 ]
        [[ $stderr == *"cicerone: cut.tgz: "* ]]
        [ "$(ids)" = t-1 ]
    done
}

# A member of a tar whose header says a size of its own.
member() { # NAME SIZE FILE
    python3 - "$@" <<'END'
import sys
name, size, file = sys.argv[1:]
data = open(file, 'rb').read()
h = bytearray(512)
def put(at, text): h[at:at + len(text)] = text
put(0, name.encode()); put(100, b'0000644\0'); put(108, b'0000000\0'); put(116, b'0000000\0')
put(124, size.encode().rjust(11, b'0') + b'\0'); put(136, b'00000000000\0'); put(148, b'        '); put(156, b'0'); put(257, b'ustar\00000')
put(148, b'%06o\0 ' % sum(h))
sys.stdout.buffer.write(bytes(h) + data + bytes(-len(data) % 512))
END
}

@test "a member that says it is larger than it is does not swallow the others" {
    task t-1 >1; task t-2 >2; many 3 2000 >3; task t-4444 >4
    { member 1.log 20000 1; member 2.log "$(printf %o "$(size 2)")" 2
      member 3.log "$(printf %o $(($(size 3) + 5000)))" 3; member 4.log "$(printf %o "$(size 4)")" 4; head -c 10240 /dev/zero; } >liar.tar
    gzip -nk liar.tar
    for f in liar.tar liar.tar.gz; do
        run -4 --separate-stderr cicerone tasks $f -f csv
        [ "${stderr_lines[0]}" = "cicerone: $f: 1.log: cannot be as large as it says (8192 bytes), for another file begins at its byte 512; went on with that" ]
        [[ "${stderr_lines[1]}" == "cicerone: $f: 3.log: cannot be as large as it says ("*"; went on with that" ]]
        [ "${#stderr_lines[@]}" = 2 ]
        [ "$(count)" = 2001 ]
    done
    run -4 --separate-stderr cicerone inspect liar.tar -f csv
    has $'\nliar.tar: 4.log,'
}

@test "several absurd sizes, one behind the other" {
    task t-1 >1; task t-2 >2; task t-3 >3
    python3 - <<'END'
def member(name, size, data):
    h = bytearray(512)
    def put(at, text): h[at:at + len(text)] = text
    put(0, name); put(100, b'0000644\0'); put(124, size); put(148, b'        '); put(156, b'0'); put(257, b'ustar\00000')
    put(148, b'%06o\0 ' % sum(h))
    return bytes(h) + data + bytes(-len(data) % 512)
absurd = bytes.fromhex('800000007fffffffffffff00')
parts = [open(n, 'rb').read() for n in '123']
ok = lambda d: b'%011o\0' % len(d)
open('absurd.tar', 'wb').write(b''.join([member(b'a.log', absurd, parts[0]), member(b'1.log', ok(parts[0]), parts[0]), member(b'b.log', absurd, parts[0]),
    member(b'c.log', absurd, parts[0]), member(b'2.log', ok(parts[1]), parts[1]), member(b'd.log', absurd, b''), member(b'3.log', ok(parts[2]), parts[2]), bytes(1024)]))
END
    run -4 --separate-stderr cicerone tasks absurd.tar -f csv
    [ "$(ids | sort | tr '\n' ' ')" = "t-1 t-2 t-3 " ]
    [ "$(grep -c 'cannot be as large' <<<"$stderr")" = 4 ]
}

# bats test_tags=valgrind
@test "damage of all kinds under a magnifying glass" {
    make_members
    cat a.gz b.gz >x.gz
    put x.gz $((a / 2)) '\0377\0377\0377\0377\0377\0377\0377\0377'
    task t-1 >1; task t-2 >2
    { member 1.log 20000 1; member 2.log "$(printf %o "$(size 2)")" 2; } >liar.tar
    run -4 cicerone tasks x.gz liar.tar -f csv
    [ "$(from_to 301 400)" = 100 ]
}
