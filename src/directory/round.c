/* Gathering searches, and putting each only once. */
#include "directory/round.h"
#include "base/clock.h"
#include "base/error.h"
#include "directory/ranges.h"

struct Round {
	Servers *servers;
	gint64 deadline_us;
	GHashTable *searches; /* set of Search, owned */
	GPtrArray *open;      /* of Search, borrowed: asked for since the last run */
};

static void search_free_any(gpointer search)
{
	search_free(search);
}

Round *round_new(Servers *servers, gint64 deadline_us)
{
	Round *round = g_new0(Round, 1);

	round->servers = servers;
	round->deadline_us = deadline_us;
	round->searches = g_hash_table_new_full(search_hash, search_equal, search_free_any, NULL);
	round->open = g_ptr_array_new();
	return round;
}

void round_free(Round *round)
{
	if (round == NULL)
		return;
	g_ptr_array_unref(round->open);
	g_hash_table_unref(round->searches);
	g_free(round);
}

/* Takes `search`. */
static Search *round_add(Round *round, Search *search)
{
	Search *known = g_hash_table_lookup(round->searches, search);

	if (known != NULL) {
		search_free(search);
		return known;
	}
	g_hash_table_add(round->searches, search);
	g_ptr_array_add(round->open, search);
	return search;
}

Search *round_search(Round *round, const char *what, const char *base, const char *filter, const char *const *attributes)
{
	return round_add(round, search_new(what, FALSE, base, filter, attributes));
}

Search *round_read(Round *round, const char *what, const char *dn, const char *filter, const char *const *attributes)
{
	return round_add(round, search_new(what, TRUE, dn, filter, attributes));
}

static void round_put(const Round *round, GPtrArray *searches)
{
	g_autoptr(GError) late = NULL;

	if (clock_monotonic_us() < round->deadline_us) {
		servers_run(round->servers, searches);
		return;
	}
	error_set(&late, ERROR_UNAVAILABLE, "it takes too many searches, one after the other");
	for (guint i = 0; i < searches->len; i++)
		search_fail(g_ptr_array_index(searches, i), late);
}

void round_run(Round *round)
{
	if (round->open->len == 0)
		return;
	round_put(round, round->open);
	for (g_autoptr(GPtrArray) ranges = ranges_open(round->open); ranges->len > 0;) {
		g_autoptr(GPtrArray) searches = ranges_searches(ranges);
		round_put(round, searches);
		ranges_close(ranges);
	}
	g_ptr_array_set_size(round->open, 0);
}

gint64 round_certificate_ends(const Round *round)
{
	return servers_certificate_ends(round->servers);
}
