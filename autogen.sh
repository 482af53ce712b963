#!/bin/sh
# Makes ./configure from configure.ac and Makefile.am. Needs autoconf, automake and pkg-config.
set -eu
cd "$(dirname "$0")"
exec autoreconf --install --force "$@"
