/* Whether "nobody" can be believed. An account that may no longer see people, or their ids, finds nobody at all, and no server says why: so does one whose
 * settings name the wrong attribute. */
#ifndef DIRECTORY_VISIBLE_H
#define DIRECTORY_VISIBLE_H

#include "directory/finder.h"
#include "directory/question.h"

/* For a batch of questions that are answered. Where nobody was found by any of them, it is asked whether there is anybody to be seen who has an id; where
 * there is not, those questions that were answered with nobody have no answer (ERROR_CONFIG), and where that cannot be told for now, its error. */
void visible_check(const Finder *finder, Round *round, GPtrArray *questions);

#endif
