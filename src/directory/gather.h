/* Questions that differ in a value only (a uid, an address, an id) are put together, up to fifty in one search; each gets the
 * answer that a search of its own would have given, or none: then it is to be asked alone. So "nobody" is never said here, nor
 * anything that is in doubt. */
#ifndef DIRECTORY_GATHER_H
#define DIRECTORY_GATHER_H

#include "directory/finder.h"
#include "directory/question.h"

typedef struct Gather Gather;

/* Both must outlive it. */
Gather *gather_new(const Finder *finder, Round *round);
void gather_free(Gather *gather);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Gather, gather_free)

/* The filter that finds what the question (of kind user, mail or again) means. Owned by the caller. */
char *gather_filter(const Settings *settings, const DirectoryQuestion *question);

/* FALSE: it must be asked alone. Else it is among those of gather_ask(); borrowed until gather_take(). */
gboolean gather_add(Gather *gather, DirectoryQuestion *question);

/* Asks for all that were added, but for those that came to be the only one of their kind: these are added to `alone` (of
 * DirectoryQuestion), for they are to be asked alone. */
void gather_ask(Gather *gather, GPtrArray *alone);

/* After the round was run: ends the questions whose answers are certain, and those that the servers cannot answer now. The others
 * stay open. */
void gather_take(Gather *gather);

#endif
