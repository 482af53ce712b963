/* Settings as a file gives them. */
#ifndef TESTS_UNIT_SETTINGS_FIXTURE_H
#define TESTS_UNIT_SETTINGS_FIXTURE_H

#include "config/settings.h"

/* Those of a company whose directory nobody answers for; `directory`: more members of that section. Owned by the caller. */
Settings *settings_fixture(const char *directory);

#endif
