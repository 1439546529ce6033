# What one types; the work is done by the scripts in bin/, each of which says at its top what it does.

.PHONY: help run test check-long format bench

help:
	@echo "make run         install what is missing, build, load the sample, write the report, serve"
	@echo "make test        install what is missing, check everything"
	@echo "make check-long  the same with the long fuzz and crash tests, and a browser"
	@echo "make format      format the sources"
	@echo "make bench       measure"

run:
	@bin/run

test:
	@bin/packages --test
	@bin/check

check-long:
	@bin/packages --test --pages
	@bin/check --long

format:
	@bin/format

bench:
	@bin/bench
