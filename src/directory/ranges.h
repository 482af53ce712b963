/* Long attributes in pieces: a server that gives "member;range=0-1499" is asked on for "member;range=1500-*", until the answer
 * ends in "*" (Active Directory: [MS-ADTS] 3.1.1.3.1.3.3). */
#ifndef DIRECTORY_RANGES_H
#define DIRECTORY_RANGES_H

#include "directory/search.h"

/* The attributes of which the settled `searches` hold only the beginning; each entry has it under its plain name from now on. A
 * GPtrArray, empty where all is whole, which borrows from the searches and is to be unrefed before they go. */
GPtrArray *ranges_open(const GPtrArray *searches);

/* What to ask next: one search for each, borrowed from `ranges`. */
GPtrArray *ranges_searches(GPtrArray *ranges);

/* Takes the answers in, and those out that are whole now. Where the rest cannot be had, the search that wanted it failed:
 * ERROR_UNAVAILABLE, or ERROR_PERMANENT where there are more than 10,000 values. */
void ranges_close(GPtrArray *ranges);

#endif
