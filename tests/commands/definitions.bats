#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Lifecycles of the user's own: where they are looked for, and what is refused, and where it stands.

load helper

# A small definition; $1 replaces its title.
definition() {
    cat <<END
{
  "version": 1,
  "name": "pings",
  "title": "${1:-Pings}",
  "entity": { "noun": "ping", "id": ["data.ping"] },
  "stages": [
    { "name": "Sent", "match": {"source": "^rep$", "message": "\\\\.sent$"} },
    { "name": "Heard", "match": [ {"source": "^bbs$", "message": "\\\\.heard$"}, {"source": "^bbs$", "message": "\\\\.got$"} ] }
  ],
  "failed": {"about": "nobody was there", "source": "^bbs$", "message": "\\\\.lost$"},
  "samples": [
    {"line": "{\"timestamp\":\"1700000000.000000000\",\"source\":\"rep\",\"message\":\"rep.sent\",\"log_level\":1,\"data\":{\"ping\":\"p-1\"}}", "stage": "Sent", "id": "p-1"},
    {"line": "{\"timestamp\":\"1700000000.000000000\",\"source\":\"bbs\",\"message\":\"bbs.lost\",\"log_level\":1,\"data\":{\"ping\":\"p-1\"}}", "stage": "failed", "id": "p-1"}
  ]
}
END
}

pings() {
    lager 1700000000.000000000 rep sent '{"ping":"p-1"}'
    lager 1700000001.250000000 bbs got '{"ping":"p-1"}'
    lager 1700000002.000000000 rep sent '{"ping":"p-2"}'
    lager 1700000003.000000000 bbs lost '{"ping":"p-2"}'
}

# The definition with one change is refused with this message behind FILE:.
refused() { # SED-SCRIPT MESSAGE
    definition | sed "$1" >bad.json
    run -1 --separate-stderr cicerone parsers --check bad.json
    # shellcheck disable=SC2053 # a pattern is meant
    [[ $stderr == "cicerone: bad.json:"$2 ]] || { printf 'expected: %s\nsaid:     %s\n' "$2" "$stderr"; return 1; }
    [ -z "$output" ]
}

@test "a definition in --parser-dir is a command" {
    mkdir mine
    definition >mine/pings.json
    pings >p.log
    run -0 cicerone pings --parser-dir mine p.log -f csv
    [ "${lines[0]}" = "id,outcome,complete,start,end,total,Sent,Sent.vm,Heard,Heard.vm" ]
    [ "${lines[1]}" = "p-1,ok,1,1700000000.000000000,1700000001.250000000,1.250000000,1700000000.000000000,,1700000001.250000000," ]
    [ "${lines[2]}" = "p-2,failed,0,1700000002.000000000,1700000002.000000000,0.000000000,1700000002.000000000,,," ]
    run -0 cicerone pings p.log --parser-dir=mine
    has "2 pings in 4 lines of bbs, rep; 1 file"
    has "nobody was there"
    run -2 cicerone pings p.log
}

@test "CICERONE_PATH and XDG_CONFIG_HOME, and which wins" {
    mkdir -p first second third config/cicerone/parsers home/.config/cicerone/parsers
    definition First >first/pings.json
    definition Second >second/pings.json
    definition Third >third/pings.json
    definition Config >config/cicerone/parsers/pings.json
    definition Home >home/.config/cicerone/parsers/pings.json
    run -0 cicerone parsers
    has "Home, from $HOME/.config/cicerone/parsers/pings.json"
    export XDG_CONFIG_HOME=$PWD/config
    run -0 cicerone parsers
    has "Config, from $PWD/config/cicerone/parsers/pings.json"
    export CICERONE_PATH=nowhere:second:third
    run -0 cicerone parsers
    has "Second, from second/pings.json"
    run -0 cicerone parsers --parser-dir first --parser-dir third
    has "First, from first/pings.json"
    run -0 cicerone help
    has "  pings         Second"
    pings >p.log
    run -0 cicerone pings p.log
    [ "${lines[0]}" = Second ]
    run -0 cicerone pi p.log -f csv
    [ "${#lines[@]}" = 3 ]
}

@test "a definition of one's own replaces a built-in one" {
    mkdir -p config/cicerone/parsers
    definition "My tasks" | sed 's/"pings"/"tasks"/' >config/cicerone/parsers/tasks.json
    pings >p.log
    XDG_CONFIG_HOME=$PWD/config run -0 cicerone tasks p.log
    [ "${lines[0]}" = "My tasks" ]
    XDG_CONFIG_HOME=$PWD/config run -0 cicerone lrps "$logs" -f csv
    [ "${#lines[@]}" = 22 ]
}

@test "parsers lists and shows" {
    cicerone parsers >out
    golden out parsers.txt
    cicerone parsers tasks >out
    golden out parsers-tasks.txt
    cicerone parsers lrps >out
    golden out parsers-lrps.txt
    run -2 --separate-stderr cicerone parsers nonsense
    says_like 'cicerone: there is no lifecycle "nonsense"*'
    run -2 cicerone parsers tasks lrps
}

@test "--check accepts what is right" {
    definition >good.json
    run -0 cicerone parsers --check good.json
    [ "$output" = "good.json: pings: 2 stages, 4 alternatives; all samples match" ]
    for f in "$root"/parsers/*.json; do
        run -0 cicerone parsers --check "$f"
    done
    run -3 --separate-stderr cicerone parsers --check nowhere.json
    says "cicerone: nowhere.json: No such file or directory"
}

@test "a definition that is wrong is refused with its place" {
    refused 's/"about": "nobody/"abuot": "nobody/' '10:14: failed.abuot: unknown key; allowed here: message, source, *'
    refused 's/"title"/"titel"/' '*:*: *'
    refused 's/"entity"/"entty"/' '*:*: *'
    refused 's/"samples"/"sampels"/' '*:*: *'
    refused 's/"failed"/"perished"/' '10:3: perished: unknown key; allowed here: version, *'
    refused 's/"version": 1/"version": 2/' '2:3: version: must be 1, the version of the format that this program reads'
    refused 's/"title": "Pings"/"title": 7/' '4:3: title: must be a string that is not empty'
    refused 's/{ "name": "Heard", /{ "name": "Heard", "wehn": 1, /' '8:24: stages\[1].wehn: unknown key; allowed here: name, *'
    refused 's/"name": "Heard"/"name": "Sent"/' '8:5: stages\[1]: there is another stage named "Sent"'
    refused 's/"name": "Heard"/"name": "id"/' '8:5: stages\[1]: *'
    refused 's/{ "name": "Sent", "match/{ "match/' '7:5: stages\[0]: lacks "name"'
    refused 's/"Heard", "match"/"Heard", "optional": "yes", "match"/' '8:24: stages\[1].optional: must be true or false'
    refused 's/got\$/got(/' '8:100: stages\[1].match\[1].message: bad pattern "\\.got(": missing closing parenthesis, at character 7'
    refused 's/"source": "^rep\$"/"sauce": "^rep$"/' '7:33: stages\[0].match.sauce: unknown key; *'
    refused 's/\["data.ping"\]/["dta.ping"]/' '5:38: entity.id\[0]: "dta.ping" is no field; there are: *'
    refused 's/\["data.ping"\]/[]/' '5:31: entity.id: *'
    refused 's/"id": \["data.ping"\]/"ids": ["data.ping"]/' '5:31: entity.ids: unknown key; allowed here: noun, plural, id'
    refused 's/"stage": "Sent", "id": "p-1"/"stage": "Heard", "id": "p-1"/' '12:164: samples\[0].id: the sample does not match "Heard"'
    refused 's/"stage": "Sent", "id": "p-1"/"stage": "Sent", "id": "p-2"/' '12:163: samples\[0].id: the sample matches "Sent", but not with this id'
    refused 's/"stage": "Sent", "id": "p-1"/"stage": "Sent"/' '12:5: samples\[0]: lacks "id" (or "ids")'
    refused 's/"line": "{..timestamp/"line": "{\\"/' '12:6: samples\[0].line: is not a lager line'
    refused 's/"title": "Pings",/"title": "Pings"/' '5:10: *'
    refused 's/"name": "pings",/"name": "pings", "name": "pongs",/' '3:25: *'
    refused '/"failed"/,$d' '10:0: *'
}

@test "a wrong definition in the way of a command is refused, not passed over" {
    mkdir mine
    definition | sed 's/"title"/"titel"/' >mine/tasks.json
    run -2 --separate-stderr cicerone tasks "$logs" --parser-dir mine
    [[ ${stderr_lines[0]} == 'cicerone: mine/tasks.json:'* ]]
    [ -z "$output" ]
    CICERONE_PATH=mine run -3 --separate-stderr cicerone parsers
    [[ $stderr == 'cicerone: mine/tasks.json:'* ]]
    has "LRP instance lifecycles"
    : >mine/tasks.json
    run -2 --separate-stderr cicerone tasks "$logs" --parser-dir mine
    [[ ${stderr_lines[0]} == 'cicerone: mine/tasks.json:1:'* ]]
}

@test "a definition with rubbish for a file" {
    for f in /dev/null "$cicerone"; do
        run -1 --separate-stderr cicerone parsers --check "$f"
        [ "${#stderr_lines[@]}" = 1 ]
    done
    mkdir folder.json
    run -1 --separate-stderr cicerone parsers --check folder.json
    [ "${#stderr_lines[@]}" = 1 ]
    for n in 10 100 1000 5000 20000 32000; do
        head -c $n "$root/parsers/lrps.json" >cut.json
        run -1 --separate-stderr cicerone parsers --check cut.json
        [ "${#stderr_lines[@]}" = 1 ]
    done
    python3 -c 'print("[" * 100000)' >deep.json
    run -1 cicerone parsers --check deep.json
}

@test "two definitions read at the same time do not mix" {
    mkdir mine
    definition >mine/pings.json
    { pings; task t-1; } >p.log
    run -0 cicerone tasks --parser-dir mine p.log -f csv
    [ "${#lines[@]}" = 2 ]
}

@test "plot templates of one's own" {
    mkdir -p config/cicerone/plots
    { echo 'set output "mine"'; echo 'print "my own"'; } >config/cicerone/plots/correlation.gp
    XDG_CONFIG_HOME=$PWD/config run -0 cicerone tasks "$logs" -o out
    grep -q 'my own' out/correlation.gp
}

# bats test_tags=valgrind
@test "wrong definitions leak nothing" {
    definition >good.json
    run -0 cicerone parsers --check good.json
    refused 's/"name": "Heard"/"name": "Sent"/' '8:5: *'
    refused 's/got\$/got(/' '8:*'
    refused 's/"stage": "Sent", "id": "p-1"/"stage": "Heard", "id": "p-1"/' '12:*'
    refused '/"failed"/,$d' '*'
    run -0 cicerone parsers lrps
}

@test "an id out of the message, of more kinds of messages than are remembered, and two patterns on one" {
    mkdir mine
    cat >mine/names.json <<'END'
{
  "version": 1, "name": "names", "title": "Names",
  "entity": {"noun": "name", "id": [["source", {"path": "message", "pattern": "\\.([a-z]+[0-9]+)\\."}, {"path": "message", "pattern": "([^.]+)$"}]]},
  "repeat": true,
  "tags": {"first": [{"path": "message", "pattern": "^[a-z]+\\.([^.])"}]},
  "stages": [{"name": "Said", "match": {"source": "^(rep|bbs)$", "message": "\\.[a-z]+[0-9]+\\."}}],
  "samples": [{"line": "{\"timestamp\":\"1700000000.000000000\",\"source\":\"rep\",\"message\":\"rep.m1.end\",\"log_level\":1,\"data\":{}}", "stage": "Said", "id": "rep/m1/end"}]
}
END
    python3 - >n.log 2>want <<'END'
import sys
n = 0
def say(source, name, end):
    global n
    n += 1
    print('{"timestamp":"17%08d.000000000","source":"%s","message":"%s.%s.%s","log_level":1,"data":{}}' % (n, source, source, name, end))
    print('%s/%s/%s,%s' % (source, name, end, name[0]), file=sys.stderr)
for i in range(7000): # more than twice as many as there is room for, with some that come often
    say('rep', 'abcdefgh'[i % 8] + str(i), 'end')
    say('bbs', 'abcdefg'[i % 7] * (i % 7 + 1) + str(i % 7), 'end' + 'x' * (i % 3))
    say('nobody', 'x1', 'end')
END
    sed -i '/^nobody/d' want
    for j in 1 2; do
        "$cicerone" names --parser-dir mine n.log -f csv -j $j >table
        sed 1d table | python3 -c '
import csv, sys
for row in csv.reader(sys.stdin):
    print("%s,%s" % (row[0], row[1]))' | sort >got
        sort want | cmp - got
    done
}

@test "lines too long to be remembered are told apart by their sources" {
    mkdir mine
    definition >mine/pings.json
    long=$(head -c 3000 /dev/zero | tr '\0' x)
    {
        lager 1700000000.000000000 rep "$long.sent" '{"ping":"p-1"}'
        lager 1700000001.250000000 bbs "$long.got" '{"ping":"p-1"}'
        lager 1700000002.000000000 rep "$long.sent" '{"ping":"p-2"}'
        lager 1700000003.000000000 bbs "$long.lost" '{"ping":"p-2"}'
    } >p.log
    run -0 cicerone pings --parser-dir mine p.log -f csv
    [ "${lines[1]}" = "p-1,ok,1,1700000000.000000000,1700000001.250000000,1.250000000,1700000000.000000000,,1700000001.250000000," ]
    [ "${lines[2]}" = "p-2,failed,0,1700000002.000000000,1700000002.000000000,0.000000000,1700000002.000000000,,," ]
}
