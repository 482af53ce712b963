/* Searches whose answer is people: found by a filter, or read by name; complete, with the disabled among them
 * marked. */
#ifndef DIRECTORY_FINDER_H
#define DIRECTORY_FINDER_H

#include "directory/person_entry.h"
#include "directory/servers.h"

typedef struct {
	const Settings *settings;
	Servers *servers;
	GPtrArray *attributes; /* person_attributes() */
} Finder;

/* Both must outlive it. */
Finder *finder_new(const Settings *settings, Servers *servers);
void finder_free(Finder *finder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Finder, finder_free)

/* The people below `base` (NULL: where people are) who fit both the settings' filter for people and `filter`: *found
 * is a GPtrArray of Person, owned by the caller, as in directory.h; errors too. */
gboolean finder_search(Finder *finder, const char *base, const char *filter, GPtrArray **found, GError **error);

/* The entries of these names (of char *): *found has one element for each, NULL where there is no such entry or it
 * is not a person's. */
gboolean finder_read(Finder *finder, GPtrArray *dns, GPtrArray **found, GError **error);

#endif
