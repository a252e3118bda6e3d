# SPDX-License-Identifier: Apache-2.0
#
# make              build/cicerone
# make demo         install what is missing, build, analyse testdata/
# make check        install what is missing, run all tests
# make help         the other targets
#
# DEVELOPER=1       all warnings, and they are errors
# SAN=address,undefined or SAN=thread    build with sanitizers, in a folder of its own
# COVERAGE=1        count the lines that run
# V=1               show the commands

CC ?= gcc
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
DATADIR ?= $(PREFIX)/share
MANDIR ?= $(DATADIR)/man
BASHCOMPDIR ?= $(DATADIR)/bash-completion/completions
ZSHCOMPDIR ?= $(DATADIR)/zsh/vendor-completions
FISHCOMPDIR ?= $(DATADIR)/fish/vendor_completions.d
VERSION := 0.1.0

comma := ,
BUILD := build$(if $(SAN),-$(subst $(comma),-,$(SAN)))$(if $(COVERAGE),-coverage)$(if $(filter 0,$(ISAL)),-zlib)

# libarchive is loaded when it is needed (src/input/archive_lib.h); only its headers are here.

# ISA-L inflates three times faster than zlib; ISAL=0 builds without it.
ISAL ?= $(shell pkg-config --exists libisal 2>/dev/null && echo 1 || echo 0)
inflater := $(if $(filter 1,$(ISAL)),inflater_isal,inflater_zlib)

# All of src/, in its layers, but the inflater that was not chosen.
sources := $(filter-out src/input/inflater_%.c,$(wildcard src/*/*.c)) src/input/$(inflater).c
objects := $(sources:%.c=$(BUILD)/%.o) $(BUILD)/embedded.o
embedded := $(wildcard parsers/*.json series/*.json plots/*.gp plots/palette.txt)
page := report/report.html report/report.css report/report.js

packages := libpcre2-8 jansson zlib $(if $(filter 1,$(ISAL)),libisal)
CPPFLAGS_ALL = -D_GNU_SOURCE -Isrc -DVERSION='"$(VERSION)"' -DPKGDATADIR='"$(DATADIR)/cicerone"' \
               $(shell pkg-config --cflags $(packages) libarchive 2>/dev/null) $(CPPFLAGS)
CFLAGS_ALL = -std=c11 -O2 -g -Wall -Wextra -fno-common -pthread $(developer_flags) $(san_flags) $(coverage_flags) $(CFLAGS)
LDFLAGS_ALL = -pthread $(san_flags) $(coverage_flags) $(LDFLAGS)
LIBS = $(shell pkg-config --libs $(packages) 2>/dev/null) -lm -ldl

developer_flags := $(if $(DEVELOPER),-Werror -Wpedantic -Wshadow -Wvla -Wundef -Wformat=2 -Wstrict-prototypes \
                   -Wmissing-prototypes -Wwrite-strings -Wpointer-arith -Wconversion)
san_flags := $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer)
coverage_flags := $(if $(COVERAGE),--coverage -O0)
Q := $(if $(V),,@)

all: $(BUILD)/cicerone

$(BUILD)/cicerone: $(objects) $(BUILD)/src/main.o
	@echo "  LINK $@"
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS)

$(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	@echo "  CC   $<"
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(BUILD)/embedded.c: $(embedded) $(BUILD)/page.html scripts/embed.sh Makefile
	@mkdir -p $(@D)
	$(Q)sh scripts/embed.sh $(embedded) report/page.html=$(BUILD)/page.html >$@.tmp && mv $@.tmp $@

$(BUILD)/page.html: $(page) scripts/page.sh
	@mkdir -p $(@D)
	$(Q)sh scripts/page.sh $(page) >$@.tmp && mv $@.tmp $@

$(BUILD)/embedded.o: $(BUILD)/embedded.c $(BUILD)/flags
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -c -o $@ $<

# Other flags, other objects.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL)' | cmp -s - $@ || echo '$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL)' >$@

-include $(objects:.o=.d) $(BUILD)/src/main.d

# ---- the two commands ----

demo: deps
	@$(MAKE) --no-print-directory all
	@sh scripts/demo.sh

check: deps-check
	@sh tests/run

# ---- tests, one by one ----

unit_sources := $(wildcard tests/unit/test_*.c)
unit_programs := $(unit_sources:tests/unit/%.c=$(BUILD)/tests/%)
support := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/support/*.c))

$(BUILD)/tests/%: tests/unit/%.c $(objects) $(support) $(BUILD)/flags
	@mkdir -p $(@D)
	@echo "  TEST $@"
	$(Q)$(CC) $(CPPFLAGS_ALL) -Itests $(CFLAGS_ALL) $(LDFLAGS_ALL) -MMD -MP -o $@ $< $(objects) $(support) -lcmocka -lz -larchive $(LIBS)

$(BUILD)/tests/support/%.o: CPPFLAGS += -Itests
.SECONDARY: $(support)

-include $(unit_programs:=.d) $(support:.o=.d)

unit-programs: $(unit_programs)

unit: unit-programs all
	@sh tests/run unit

commands: all
	@sh tests/run commands

# ---- the rest ----

deps:
	@sh scripts/deps.sh build
deps-check:
	@sh scripts/deps.sh check
deps-dev:
	@sh scripts/deps.sh dev

bench: all
	@python3 bench/run.py

# The pictures of README.md, from the timelines beside them.
pictures: all
	@gzip -dc docs/pictures/tasks.csv.gz | $(BUILD)/cicerone plot - -o $(BUILD)/pictures --plot timelines-by-start,occupancy
	cp $(BUILD)/pictures/timelines-by-start.svg docs/pictures/tasks-by-start.svg
	cp $(BUILD)/pictures/occupancy.svg docs/pictures/tasks-occupancy.svg

lint:
	@sh scripts/lint.sh

format:
	clang-format -i $$(git ls-files '*.c' '*.h')

fuzz:
	@sh tests/fuzz/run.sh

install: all
	install -d '$(DESTDIR)$(BINDIR)' '$(DESTDIR)$(DATADIR)/cicerone/parsers' '$(DESTDIR)$(DATADIR)/cicerone/plots' \
	    '$(DESTDIR)$(DATADIR)/cicerone/series' \
	    '$(DESTDIR)$(MANDIR)/man1' '$(DESTDIR)$(MANDIR)/man5' '$(DESTDIR)$(BASHCOMPDIR)' '$(DESTDIR)$(ZSHCOMPDIR)' \
	    '$(DESTDIR)$(FISHCOMPDIR)'
	install -m 755 $(BUILD)/cicerone '$(DESTDIR)$(BINDIR)/cicerone'
	install -m 644 parsers/*.json '$(DESTDIR)$(DATADIR)/cicerone/parsers'
	install -m 644 series/*.json '$(DESTDIR)$(DATADIR)/cicerone/series'
	install -m 644 plots/*.gp plots/palette.txt '$(DESTDIR)$(DATADIR)/cicerone/plots'
	install -m 644 man/*.1 '$(DESTDIR)$(MANDIR)/man1'
	install -m 644 man/*.5 '$(DESTDIR)$(MANDIR)/man5'
	install -m 644 completions/cicerone.bash '$(DESTDIR)$(BASHCOMPDIR)/cicerone'
	install -m 644 completions/cicerone.zsh '$(DESTDIR)$(ZSHCOMPDIR)/_cicerone'
	install -m 644 completions/cicerone.fish '$(DESTDIR)$(FISHCOMPDIR)/cicerone.fish'

uninstall:
	rm -f '$(DESTDIR)$(BINDIR)/cicerone' '$(DESTDIR)$(MANDIR)/man1/cicerone.1' '$(DESTDIR)$(MANDIR)'/man5/cicerone-*.5
	rm -f '$(DESTDIR)$(BASHCOMPDIR)/cicerone' '$(DESTDIR)$(ZSHCOMPDIR)/_cicerone' '$(DESTDIR)$(FISHCOMPDIR)/cicerone.fish'
	rm -rf '$(DESTDIR)$(DATADIR)/cicerone'

clean:
	rm -rf build build-* out

help:
	@echo 'all       build/cicerone (default)'
	@echo 'demo      install what is missing, build, analyse testdata/, say where the results are'
	@echo 'check     install what is missing, run all tests (unit, commands: the quick ones alone)'
	@echo 'install   to PREFIX (default /usr/local), below DESTDIR; uninstall takes it back'
	@echo 'deps      install what the program needs; deps-check: and its tests; deps-dev: and its developers'
	@echo 'lint      formatting, cppcheck, shellcheck, man pages; format: mend the formatting'
	@echo 'bench     measure against the bars (7 minutes, 3 GB in TMPDIR; see bench/README.md)'
	@echo 'pictures  draw docs/pictures/ anew'
	@echo 'fuzz      fuzz the decoders (FUZZ_SECONDS=60 each)'
	@echo 'clean     remove all that was built'

FORCE:
.DELETE_ON_ERROR:
.PHONY: all bench pictures demo check unit unit-programs commands deps deps-check deps-dev lint format fuzz install uninstall clean help FORCE
