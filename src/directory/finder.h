/* Searches whose answer is people: found by a filter, or read by name; complete, with the disabled among them marked. Whether an
 * entry is a person, and whether it is disabled, is a filter that only the server can judge: it is asked both at once, about the
 * same entries. */
#ifndef DIRECTORY_FINDER_H
#define DIRECTORY_FINDER_H

#include "directory/person_entry.h"
#include "directory/round.h"

typedef struct {
	const Settings *settings;
	GPtrArray *attributes; /* person_attributes() */
} Finder;

/* `settings` must outlive it, and it every round that it was used with. */
Finder *finder_new(const Settings *settings);
void finder_free(Finder *finder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Finder, finder_free)

/* What was asked; borrowed from the round. */
typedef struct {
	Search *people;
	Search *disabled; /* NULL: the settings know no such thing */
} Find;

/* Asks for the people below `base` (NULL: where people are) who fit both the settings' filter for people and `filter`. */
Find finder_search(const Finder *finder, Round *round, const char *base, const char *filter);

/* Asks whether there is anybody where people are who has an id. */
Search *finder_anybody(const Finder *finder, Round *round);

/* Asks for the entry of that name, if it is a person's. */
Find finder_read(const Finder *finder, Round *round, const char *dn);

/* The filters of the two searches. Owned by the caller. */
char *finder_filter(const Finder *finder, const char *filter);
char *finder_disabled_filter(const Finder *finder, const char *people_filter); /* NULL: the settings know no such thing */

/* After the round was run: NULL, or why it cannot be known who was found; borrowed. */
const GError *find_error(const Find *find);

/* Set of the names (as the server writes them, borrowed) of the disabled. Owned by the caller. */
GHashTable *find_disabled(const Find *find);

/* The person of an entry that was found. Owned by the caller. NULL with ERROR_CONFIG where the entry lacks the id. */
Person *finder_person(const Finder *finder, const Entry *entry, GHashTable *disabled, GError **error);

/* *people (of Person, owned by the caller) gets those found, in the server's order. FALSE = unknown, as in question.h. */
gboolean finder_take(const Finder *finder, const Find *find, GPtrArray **people, GError **error);

/* Adds what was asked and answered: the disabled only where somebody was found. */
void find_steps(const Find *find, GPtrArray *steps);

#endif
