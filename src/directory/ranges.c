/* Ranges of values. An answer that is not the very next piece counts as none, so that every attribute comes to an end. */
#include "directory/ranges.h"
#include "base/error.h"

#include <string.h>

#define VALUES_MAX 10000
#define OPTION     ";range="

typedef struct {
	Search *whole; /* borrowed: which search wanted it */
	Entry *entry;  /* borrowed from there, for as long as that has not failed */
	char *attribute;
	guint next; /* the place of the first value that is missing */
	char *name; /* "member;range=1500-*" */
	const char *names[2];
	Search *search; /* for the next piece */
} Range;

static void range_free(gpointer data)
{
	Range *range = data;

	search_free(range->search);
	g_free(range->attribute);
	g_free(range->name);
	g_free(range);
}

/* "member;range=0-1499" -> "member", 0, 1500; *next is 0 where that was the last piece. NULL where it makes no sense. */
static char *parse_name(const char *name, guint *first, guint *next)
{
	const char *option = strstr(name, OPTION);
	char *end = NULL;
	guint64 low = g_ascii_strtoull(option + strlen(OPTION), &end, 10), high = 0;

	if (!g_ascii_isdigit(option[strlen(OPTION)]) || *end != '-' || low > VALUES_MAX)
		return NULL;
	*first = (guint)low;
	*next = 0;
	if (strcmp(end, "-*") == 0)
		return g_strndup(name, (gsize)(option - name));
	const gboolean is_number = g_ascii_isdigit(end[1]);
	high = g_ascii_strtoull(end + 1, &end, 10);
	if (!is_number || *end != '\0' || high < low || high > G_MAXINT)
		return NULL;
	*next = (guint)high + 1;
	return g_strndup(name, (gsize)(option - name));
}

static void range_fail(const Range *range, ErrorKind kind, const char *cause)
{
	g_autoptr(GError) error = NULL;

	error_set(&error, kind, "%s: the server gives its %s only in part%s%s", range->entry->dn, range->attribute,
	          *cause != '\0' ? ": " : "", cause);
	g_clear_pointer(&range->whole->entries, g_ptr_array_unref);
	range->whole->is_refused = TRUE;
	search_fail(range->whole, error);
}

/* Takes the piece that `from` holds under the name. FALSE: it was the last one, or the search failed by it. */
static gboolean range_take(Range *range, Entry *from, const char *name)
{
	g_autofree char *own_name = g_strdup(name);
	guint first = 0, next = 0;
	g_autofree char *attribute = parse_name(own_name, &first, &next);
	const gboolean fits = attribute != NULL && first == range->next && g_ascii_strcasecmp(attribute, range->attribute) == 0;

	if (fits && from == range->entry)
		entry_rename(from, own_name, range->attribute);
	else if (fits)
		entry_add_from(range->entry, range->attribute, from, own_name);
	range->next = next;
	if (!fits)
		range_fail(range, ERROR_UNAVAILABLE, own_name);
	else if (next > VALUES_MAX)
		range_fail(range, ERROR_PERMANENT, "more than 10000 values");
	return fits && next > 0 && next <= VALUES_MAX;
}

static void open_entry(GPtrArray *ranges, Search *search, Entry *entry)
{
	for (const char *name = entry_partial(entry); name != NULL && search->error == NULL;) {
		Range *range = g_new0(Range, 1);
		range->whole = search;
		range->entry = entry;
		range->attribute = g_strndup(name, (gsize)(strstr(name, OPTION) - name));
		if (range_take(range, entry, name))
			g_ptr_array_add(ranges, range);
		else
			range_free(range);
		name = search->error == NULL ? entry_partial(entry) : NULL;
	}
}

GPtrArray *ranges_open(const GPtrArray *searches)
{
	GPtrArray *ranges = g_ptr_array_new_with_free_func(range_free);

	for (guint i = 0; i < searches->len; i++) {
		Search *search = g_ptr_array_index(searches, i);
		for (guint k = 0; search->error == NULL && k < search->entries->len; k++)
			open_entry(ranges, search, g_ptr_array_index(search->entries, k));
	}
	return ranges;
}

GPtrArray *ranges_searches(GPtrArray *ranges)
{
	GPtrArray *searches = g_ptr_array_new();

	for (guint i = 0; i < ranges->len; i++) {
		Range *range = g_ptr_array_index(ranges, i);
		if (range->whole->error != NULL)
			continue;
		g_free(range->name);
		search_free(range->search);
		range->name = g_strdup_printf("%s" OPTION "%u-*", range->attribute, range->next);
		range->names[0] = range->name;
		range->search = search_new(range->whole->what, TRUE, range->entry->dn, "(objectClass=*)", range->names);
		g_ptr_array_add(searches, range->search);
	}
	return searches;
}

/* FALSE where there is no more to come. */
static gboolean range_close(Range *range)
{
	Entry *piece = NULL;

	if (range->whole->error != NULL)
		return FALSE;
	if (range->search->error != NULL) {
		range_fail(range, error_kind(range->search->error), range->search->error->message);
		return FALSE;
	}
	if (range->search->entries->len > 0)
		piece = g_ptr_array_index(range->search->entries, 0);
	const char *name = piece != NULL ? entry_partial(piece) : NULL;
	if (name != NULL)
		return range_take(range, piece, name);
	range_fail(range, ERROR_UNAVAILABLE, "no more came");
	return FALSE;
}

void ranges_close(GPtrArray *ranges)
{
	for (guint i = 0; i < ranges->len;)
		if (range_close(g_ptr_array_index(ranges, i)))
			i++;
		else
			g_ptr_array_remove_index(ranges, i);
}
