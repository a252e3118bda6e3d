#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Bundles as `bosh logs` leaves them, and others: the same as their logs in a tree, and damage costs what is damaged.

load helper

[ -z "${CICERONE_SHARED-}" ] || shared=$CICERONE_SHARED

# A log of one VM in the current folder, as it lies in a bundle of that VM.
vm() { # FOLDER ID...
    mkdir -p "$1/rep"
    for id in "${@:2}"; do task "$id"; done >"$1/rep/rep.stdout.log"
}

# A header and data of a tar member, with any size in the header.
member() { # NAME SIZE-OCTAL FILE
    python3 - "$@" <<'END'
import sys
name, size, file = sys.argv[1:]
data = open(file, 'rb').read()
h = bytearray(512)
def put(at, text): h[at:at + len(text)] = text
put(0, name.encode()); put(100, b'0000644\0'); put(108, b'0000000\0'); put(116, b'0000000\0')
put(124, bytes.fromhex(size[4:]) if size.startswith('hex:') else size.encode().rjust(11, b'0') + b'\0')
put(136, b'00000000000\0'); put(148, b'        '); put(156, b'0'); put(257, b'ustar\00000')
put(148, b'%06o\0 ' % sum(h))
sys.stdout.buffer.write(bytes(h) + data + bytes(-len(data) % 512))
END
}

ids() { printf '%s\n' "$output" | sed '1d; s/,.*//' | sort | tr '\n' ' '; }

id1=15852747-1134-5645-9019-0b264092aebf
id2=fcb23b9c-1629-58a4-91ca-cb937b1d2840

@test "a tree packed in each way gives the same bytes" {
    cp -r "$logs" tree
    cd tree
    cicerone lrps . -f csv >../expected.csv
    cicerone lrps . >../expected.txt
    tar czf ../a.tgz . && tar cf ../a.tar ./* && tar cf ../b.tar --format=v7 ./* && tar cf - . | gzip >../pax.tgz
    tar cf ../pax.tar --format=posix .
    ! command -v zip || zip -qr ../a.zip .
    for p in xz bzip2 zstd lz4; do
        ! command -v $p || $p -q -c ../a.tar >../a.tar.$p
    done
    cd ..
    for f in a.* b.tar pax.*; do
        for j in 1 3; do
            run -0 --separate-stderr cicerone lrps "$f" -f csv -j $j
            [ -z "$stderr" ]
            [ "$output" = "$(cat expected.csv)" ] || { echo "$f"; false; }
        done
    done
    # its first bytes tell, not its name; a pipe does as well
    mv a.tgz a.log
    cicerone lrps a.log -f csv | cmp - expected.csv
    cat a.log | cicerone lrps - -f csv | cmp - expected.csv
    cat a.tar | cicerone lrps - | cmp - expected.txt
    ! [ -e a.zip ] || cat a.zip | cicerone lrps - -f csv | cmp - expected.csv
}

@test "single logs packed by zstd, xz, bzip2, lz4, and twice" {
    task t-1 >l.log
    cicerone tasks l.log -f csv >expected.csv
    for p in xz bzip2 zstd lz4 gzip; do
        command -v $p || continue
        $p -c l.log >$p.packed
        $p -c l.log | gzip >$p.twice
        for f in $p.*; do
            run -0 --separate-stderr cicerone tasks $f -f csv
            [ "$output$stderr" = "$(cat expected.csv)" ]
        done
        $p -c </dev/null >empty
        run -3 --separate-stderr cicerone tasks empty
        [ "$stderr" = "cicerone: nothing to read: the input is empty" ]
    done
}

@test "VMs from the names of bundles and members" {
    vm a t-1 && tar czf cell_z1.0.2015-09-01-07-18-54.tgz -C a ./rep
    vm b t-2 && tar czf diego_cell.$id1.2018-03-26-23-57-03.tgz -C b .
    vm "c/diego-cell/$id2" t-3 && tar czf cf-20180326-235703-997614145.tgz -C c diego-cell
    vm d/api-3 t-4 && tar cf whatever.tar -C d api-3
    vm e t-5 && tar czf cf.router.7-20180326-235703-99.tgz -C e rep
    run -0 --separate-stderr cicerone tasks *.tgz *.tar -f csv
    printf '%s\n' "$output" >t.csv
    for want in t-1:cell_z1/0 t-2:diego_cell/$id1 t-3:diego-cell/$id2 t-4:api/3 t-5:router/7; do
        [ "$(fields t.csv "${want%%:*}" Desiring-Task.vm)" = "${want#*:}" ]
    done
    cicerone tasks --origin job/9 *.tgz *.tar -f csv >t.csv
    [ "$(fields t.csv '' Desiring-Task.vm | sort -u)" = job/9 ]
}

@test "a tgz of tgz files with rotated gzip in them, also in a folder" {
    mkdir down
    vm a t-1 && task t-2 | gzip >a/rep/rep.stdout.log.1.gz && tar czf diego_cell.$id1.2018-03-26.tgz -C a .
    vm b t-3 && tar czf diego_cell.$id2.2018-03-26.tgz -C b .
    tar czf down/cf-20180326-235703.tgz ./diego*.tgz
    run -0 --separate-stderr cicerone tasks down -f csv
    [ "$(ids)" = "t-1 t-2 t-3 " ]
    run -0 cicerone tasks down
    has "3 files"
    printf '%s\n' "$(cicerone tasks down -f csv)" >t.csv
    [ "$(fields t.csv t-3 Desiring-Task.vm)" = "diego_cell/$id2" ]
}

@test "only logs are read, others are left out and counted; links, devices and absolute paths do no harm" {
    vm a t-1
    task no-1 >a/rep/monit.txt
    ln -s rep.stdout.log a/rep/link.log
    ln a/rep/rep.stdout.log a/rep/hard.log
    mkfifo a/rep/fifo.log
    task t-2 | gzip >a/rep/packed.gz
    tar cf a.tar -C a rep
    tar cf b.tar -P --transform 's,^,/nowhere/../../,' a/rep/rep.stdout.log
    run -0 --separate-stderr cicerone tasks a.tar b.tar -f csv
    [ -z "$stderr" ]
    [ "$(ids)" = "t-1 t-2 " ]
    run -0 cicerone tasks a.tar
    has "4 files in bundles are no logs and left out"
    [ ! -e /nowhere ]
}

@test "a truncated tar: what is there is used" {
    vm a t-1 t-2 t-3
    { cat a/rep/rep.stdout.log; task t-4; } >b.log
    tar cf a.tar a/rep/rep.stdout.log b.log
    head -c $((512 + 1024 + 512 + 600)) a.tar >cut.tar
    run -4 --separate-stderr cicerone tasks cut.tar -f csv
    says_like "cicerone: cut.tar: b.log: breaks off; of its * bytes the first * were used (*)"
    [ "$(ids)" = "t-1 t-2 t-3 " ]
    run -1 cicerone tasks cut.tar -f csv --strict
}

@test "a truncated tgz" {
    mkdir a
    for i in 1 2 3; do for t in $(seq 300); do task "$i-$t-$RANDOM"; done >a/$i.log; done
    tar czf a.tgz a
    head -c $(($(wc -c <a.tgz) / 2)) a.tgz >cut.tgz
    run -4 --separate-stderr cicerone tasks cut.tgz
    [[ ${stderr_lines[0]} == "cicerone: cut.tgz: gzip data breaks off at byte "* ]]
    [[ ${stderr_lines[1]} == "cicerone: cut.tgz: a/"*".log: breaks off; of its "* ]]
    head -c 30 a.tgz >cut.tgz
    run -3 --separate-stderr cicerone tasks cut.tgz
    # all of the tar, but not the checksum
    head -c -4 a.tgz >cut.tgz
    run -4 --separate-stderr cicerone tasks cut.tgz
    says_like "cicerone: cut.tgz: gzip data breaks off at byte *"
}

@test "a member with an absurd size is left out, and those behind it are found" {
    task t-1 >1; task t-2 >2; task t-3 >3
    { member 1.log "$(printf %o "$(wc -c <1)")" 1
      member 2.log hex:800000007fffffffffffff00 2
      member 3.log "$(printf %o "$(wc -c <3)")" 3; head -c 1024 /dev/zero; } >absurd.tar
    run -4 --separate-stderr cicerone tasks absurd.tar -f csv
    says_like "cicerone: absurd.tar: 2.log: cannot be as large as it says (* bytes) and was left out; *"
    [ "$(ids)" = "t-1 t-3 " ]
    gzip -c absurd.tar >absurd.tgz
    run -4 --separate-stderr cicerone tasks absurd.tgz -f csv
    [ "$(ids)" = "t-1 t-3 " ]
}

@test "a damaged header in a tar: the next member is found" {
    task t-1 >1.log; task t-2 >2.log; task t-3 >3.log
    tar cf a.tar 1.log 2.log 3.log
    printf 'XXXX' | dd of=a.tar bs=1 seek=$((512 + 512 + 124)) conv=notrunc 2>/dev/null
    run -4 --separate-stderr cicerone tasks a.tar -f csv
    says_like "cicerone: a.tar: is damaged behind member 1 (*); went on with the next member found"
    [ "$(ids)" = "t-1 t-3 " ]
}

@test "a bomb is given up, at 1000:1 or at --max-unpacked" {
    mkdir b
    task t-1 >b/a.log
    head -c 3000000 /dev/zero | tr '\0' '\n' >b/bomb.log
    tar czf b.tgz b/a.log b/bomb.log
    run -0 cicerone tasks b.tgz
    run -4 --separate-stderr cicerone tasks b.tgz --max-unpacked 1M -f csv
    [[ ${stderr_lines[0]} == "cicerone: b.tgz: unpacks to more than 1048576 bytes; the rest was left out (see --max-unpacked)" ]]
    [ "$(ids)" = "t-1 " ]
    gzip b/bomb.log
    tar czf c.tgz b/a.log b/bomb.log.gz
    run -4 --separate-stderr cicerone tasks c.tgz --max-unpacked 1M
    says "cicerone: c.tgz: b/bomb.log.gz: unpacks to more than 1048576 bytes; the rest was left out (see --max-unpacked)"
    # gzip in gzip: a million to one
    { task t-1 | gzip; head -c 1200M /dev/zero | tr '\0' '\n' | gzip -1; } | gzip -9 >big.gz
    run -4 --separate-stderr cicerone tasks big.gz -f csv
    says_like "cicerone: big.gz: unpacks to more than 1000 times its size (* bytes so far); the rest was left out (see --max-unpacked)"
    [ "$(ids)" = "t-1 " ]
    run -0 --separate-stderr cicerone tasks big.gz --max-unpacked 4G -f csv
    run -2 cicerone tasks b.tgz --max-unpacked x
}

@test "five bundles deep is refused, four are read, and so is the rest" {
    task deep-4 >1.log && tar czf 1.tgz 1.log
    for i in 2 3 4; do tar czf $i.tgz $((i - 1)).tgz; done
    run -0 --separate-stderr cicerone tasks 4.tgz -f csv
    [ "$(ids)" = "deep-4 " ]
    task top >top.log
    tar czf 5.tgz 4.tgz top.log
    run -4 --separate-stderr cicerone tasks 5.tgz -f csv
    says "cicerone: 5.tgz: 4.tgz: 3.tgz: 2.tgz: 1.tgz: lies more than 4 bundles or packings deep and was left out"
    [ "$(ids)" = "top " ]
    cp top.log l
    for i in 1 2 3 4 5 6; do gzip -c l >m; mv m l; done
    run -3 --separate-stderr cicerone tasks l
}

@test "a damaged gzip in a bundle costs its own lines only" {
    mkdir a
    for i in 1 2 3; do for t in $(seq 300); do task "$i-$t-$RANDOM"; done >a/$i.log; done
    gzip a/2.log
    printf '\377\377\377\377' | dd of=a/2.log.gz bs=1 seek=1500 conv=notrunc 2>/dev/null
    tar czf a.tgz a/1.log a/2.log.gz a/3.log
    run -4 --separate-stderr cicerone tasks a.tgz -f csv
    says_like "cicerone: a.tgz: a/2.log.gz: gzip data is damaged near byte *"
    printf '%s\n' "$output" | grep -q ^1-300-
    printf '%s\n' "$output" | grep -q ^3-300-
}

@test "a damaged bundle in a bundle, and damaged xz" {
    task t-1 >1.log && tar czf 1.tgz 1.log
    task t-2 | xz >2.log.xz
    printf 'XXXXXXXX' | dd of=2.log.xz bs=1 seek=40 conv=notrunc 2>/dev/null
    head -c 60 1.tgz >cut.tgz
    tar cf a.tar cut.tgz 2.log.xz 1.tgz
    run -4 --separate-stderr cicerone tasks a.tar -f csv
    [[ ${stderr_lines[0]} == "cicerone: a.tar: cut.tgz: gzip data breaks off at byte 60"* ]]
    [[ $stderr == *"cicerone: a.tar: 2.log.xz: xz data is damaged or breaks off ("* ]]
    [ "$(ids)" = "t-1 " ]
}

@test "a zip with a wrong checksum, an encrypted one, a truncated one" {
    command -v zip || skip "there is no zip"
    task t-1 >1.log; task t-2 >2.log
    zip -q0 a.zip 1.log 2.log
    cp a.zip crc.zip
    at=$(grep -abo '{' crc.zip | head -n 1 | cut -d: -f1)
    printf ' ' | dd of=crc.zip bs=1 seek=$((at + $(head -n 1 1.log | wc -c) - 1)) conv=notrunc 2>/dev/null
    run -4 --separate-stderr cicerone tasks crc.zip -f csv
    says_like "cicerone: crc.zip: 1.log: is damaged (*CRC*); the * bytes before it were used"
    [[ $(ids) == *"t-2 "* ]]
    zip -q -P secret locked.zip 1.log && zip -q locked.zip 2.log
    run -4 --separate-stderr cicerone tasks locked.zip -f csv
    says "cicerone: locked.zip: 1.log: is encrypted and was left out"
    [ "$(ids)" = "t-2 " ]
    head -c $(($(wc -c <1.log) + 60 + 200)) a.zip >cut.zip
    run -4 --separate-stderr cicerone tasks cut.zip -f csv
    [[ ${stderr_lines[0]} == "cicerone: cut.zip: "* ]]
    [[ $(ids) == *"t-1 "* ]]
}

@test "an empty bundle, and one without logs" {
    tar cf empty.tar -T /dev/null
    tar czf empty.tgz -T /dev/null
    for f in empty.tar empty.tgz; do
        run -3 --separate-stderr cicerone tasks $f
        [ "${stderr_lines[0]}" = "cicerone: $f: an empty bundle" ]
    done
    printf 'PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0' >empty.zip
    run -3 --separate-stderr cicerone tasks empty.zip
    [ "${stderr_lines[0]}" = "cicerone: empty.zip: an empty bundle" ]
    echo x >x.txt
    tar cf x.tar x.txt x.txt
    run -3 --separate-stderr cicerone tasks x.tar
    [ "${stderr_lines[0]}" = "cicerone: x.tar: no logs in this bundle, only 2 other files" ]
    # a log that begins with a hole is no tar
    { head -c 10240 /dev/zero; echo; task t-1; } >hole.log
    run -0 --separate-stderr cicerone tasks hole.log -f csv
    [ "$(ids)" = "t-1 " ]
}

@test "a sparse log in a bundle, joined tars, odd names" {
    vm a t-1
    truncate -s 1M a/rep/sparse.log && { echo; task t-2; } >>a/rep/sparse.log
    task t-3 >"a/rep/$(printf 'new\nline \033[31m').log"
    task t-4 >a/rep/--help.log
    mkdir -p a/$(printf '%0200d' 1) && task t-5 >a/$(printf '%0200d' 1)/long.log
    tar cSf a.tar -C a .
    task t-6 >6.log
    tar cf b.tar 6.log
    cat a.tar b.tar >ab.tar
    run -0 --separate-stderr cicerone tasks ab.tar -f csv
    [ "$(ids)" = "t-1 t-2 t-3 t-4 t-5 t-6 " ]
}

@test "a member's name cannot forge a message" {
    task t-1 >1
    member "$(printf 'x\ncicerone: forged \033[31m').log" 7777 1 >h.tar
    run -4 --separate-stderr cicerone tasks h.tar -f csv
    says_like 'cicerone: h.tar: x\\x0acicerone: forged \\x1b\[31m.log: breaks off; of its 4095 bytes *'
    [ "${#stderr_lines[@]}" = 1 ]
}

@test "a thousand logs in a bundle, several bundles at once" {
    mkdir -p a
    for i in $(seq 1000); do task "t-$i" >a/$i.log; done
    tar czf 1.tgz a
    cicerone tasks a -f csv >expected.csv
    for j in 1 2 7; do
        cicerone tasks 1.tgz -f csv -j $j | cmp - expected.csv
        cicerone tasks 1.tgz 1.tgz 1.tgz -f csv -j $j | cmp - expected.csv
    done
}

# bats test_tags=valgrind
@test "good and bad bundles at once" {
    task t-1 >1.log && tar czf 1.tgz 1.log
    head -c 60 1.tgz >cut.tgz
    tar cf a.tar cut.tgz 1.tgz 1.log
    head -c 1500 a.tar >cut.tar
    run -4 cicerone tasks a.tar cut.tar 1.tgz -j2
    has "1 task in"
}

# As the tree, but for the names of VMs, which a bundle tells by uuid.
without_vms() {
    python3 -c '
import csv, sys
rows = csv.reader(sys.stdin)
head = next(rows)
keep = [i for i, c in enumerate(head) if not c.endswith(".vm")]
for r in [head, *rows]:
    print(",".join(r[i] for i in keep))'
}

@test "recorded bundles of real components are as their trees" {
    [ -d "$shared/recorded/bundles" ] || skip "there is no ../shared"
    for lifecycle in tasks lrps; do
        for capture in epoch rfc3339; do
            cicerone $lifecycle "$shared/recorded/$capture" -f csv >tree.csv
            without_vms <tree.csv >tree
            cicerone $lifecycle "$shared/recorded/bundles/$capture"/cf-*.tgz -f csv >b.csv
            without_vms <b.csv | cmp - tree
            [ "$(wc -l <tree)" -gt 100 ]
            # each uuid is one VM of the tree
            tr , '\n' <b.csv | grep -E '^[a-z-]+/[0-9a-f-]{36}$' | sort -u >vms
            [ "$(wc -l <vms)" = "$(tr , '\n' <tree.csv | grep -E '^[a-z-]+/[0-9]+$' | sort -u | wc -l)" ]
        done
        cicerone $lifecycle "$shared/recorded/epoch" -f csv | without_vms >tree
        cicerone $lifecycle "$shared"/recorded/bundles/epoch/[ds]*.tgz -f csv | without_vms | cmp - tree
    done
}

@test "the recorded trees packed as bundles are the same bytes" {
    [ -d "$shared/recorded" ] || skip "there is no ../shared"
    for capture in epoch rfc3339 epoch2018; do
        tar czf $capture.tgz -C "$shared/recorded" $capture
        for lifecycle in tasks lrps; do
            cicerone $lifecycle "$shared/recorded/$capture" -f csv >tree.csv
            cicerone $lifecycle $capture.tgz -f csv | cmp - tree.csv
        done
    done
}
