/* One search of the directory as a value and, once it was sent, its answer. */
#ifndef DIRECTORY_SEARCH_H
#define DIRECTORY_SEARCH_H

#include "directory/entry.h"

typedef struct {
	const char *what; /* for the steps: "group" */
	gboolean is_read; /* the entry of that very name is meant, where it fits the filter; else all that lie below it */
	gboolean wants_one; /* whether there is any: one entry is enough, and no more are asked for */
	char *base;
	char *filter;                  /* RFC 4515 */
	const char *const *attributes; /* NULL-ended, borrowed; "1.1" = none */

	/* The answer: whole, or an error; both NULL = not sent yet. */
	GPtrArray *entries; /* of Entry, in the server's order; read by name: one, or none where there is no such entry or it does
	                       not fit */
	GError *error; /* ERROR_UNAVAILABLE (silent, busy, referral, a limit, more than 10,000 entries), ERROR_PERMANENT (no such
	                * base, access refused), ERROR_ELSEWHERE (read by name: a referral), ERROR_CONFIG (a filter that is none) */
	gboolean is_refused; /* `error` is about this search alone: the server took it and would not, or could not, answer it
	                        whole */
} Search;

/* Copies base and filter. Owned by the caller. */
Search *search_new(const char *what, gboolean is_read, const char *base, const char *filter, const char *const *attributes);
void search_free(Search *search); /* NULL is nothing to do */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Search, search_free)

/* Neither answered nor failed. */
gboolean search_is_open(const Search *search);

/* Ends an open search; takes the entries, copies the error. */
void search_settle(Search *search, GPtrArray *entries);
void search_fail(Search *search, const GError *error);

/* For a GHashTable: alike are two that ask the server for the same. */
guint search_hash(gconstpointer search);
gboolean search_equal(gconstpointer a, gconstpointer b);

/* A list that owns its entries. */
GPtrArray *search_entries_new(void);

/* The step (domain/step.h) that tells of it: with `filter` in place of its own where that is not NULL, and `found` entries or,
 * where it failed, its error. Owned by the caller. */
char *search_step(const Search *search, const char *filter, guint found);

/* The step of several reads by name with one filter: `searches` of Search, at least one; if one of them failed, it tells of the
 * first such. */
char *search_step_of_reads(const GPtrArray *searches);

#endif
