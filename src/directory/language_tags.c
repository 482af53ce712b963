/* Lists of languages. Everybody may write what they like into their own entry: what is no tag is passed over, and nothing here grows with it. */
#include "directory/language_tags.h"

#include <string.h>

#define LIST_BYTES_MAX 1000
#define TAGS_MAX       8
#define ANY            "*"
#define QUALITY_MAX    1000

typedef struct {
	char *tag; /* or ANY */
	int quality; /* in thousandths */
} Liking;

static void liking_clear(gpointer liking)
{
	g_free(((Liking *)liking)->tag);
}

/* Best liked first; any language at all behind one that is named. */
static gint compare_likings(gconstpointer a, gconstpointer b)
{
	const Liking *first = a, *second = b;

	if (first->quality != second->quality)
		return second->quality - first->quality;
	return (strcmp(first->tag, ANY) == 0) - (strcmp(second->tag, ANY) == 0);
}

/* "0.7" in thousandths; the most where it cannot be read. */
static int read_quality(const char *text)
{
	int quality = 0, weight = QUALITY_MAX;

	if (!g_ascii_isdigit(*text))
		return QUALITY_MAX;
	for (; weight > 0 && (g_ascii_isdigit(*text) || *text == '.'); text++) {
		if (*text == '.')
			continue;
		quality += weight * g_ascii_digit_value(*text);
		weight /= 10;
	}
	return MIN(quality, QUALITY_MAX);
}

/* `parameters`: of one language, as "nl;q=0.7" was split at its semicolons. */
static int quality_of(char *const *parameters)
{
	for (; *parameters != NULL; parameters++) {
		const char *parameter = g_strstrip(*parameters);
		if (g_str_has_prefix(parameter, "q="))
			return read_quality(parameter + strlen("q="));
	}
	return QUALITY_MAX;
}

/* The primary tag; NULL where it is none (RFC 5646: two to eight letters). */
static char *primary_tag(const char *range)
{
	gsize length = strcspn(range, "-_ \t");

	if (strcmp(range, ANY) == 0)
		return g_strdup(ANY);
	if (length < 2 || length > 8)
		return NULL;
	for (gsize i = 0; i < length; i++)
		if (!g_ascii_isalpha(range[i]))
			return NULL;
	return g_ascii_strdown(range, (gssize)length);
}

/* Adds what one part of the list likes. */
static void read_part(const char *part, GArray *likings)
{
	g_auto(GStrv) pieces = g_strsplit(part, ";", -1);
	char *tag = pieces[0] != NULL ? primary_tag(g_strstrip(pieces[0])) : NULL;
	const Liking liking = {tag, tag != NULL ? quality_of(pieces + 1) : 0};

	if (liking.quality > 0)
		g_array_append_val(likings, liking);
	else
		g_free(tag);
}

static gboolean has_tag(const GPtrArray *tags, const char *tag)
{
	return g_ptr_array_find_with_equal_func((GPtrArray *)tags, tag, g_str_equal, NULL);
}

/* Each tag once, up to ANY, with commas. */
static char *join(const GArray *likings)
{
	g_autoptr(GPtrArray) tags = g_ptr_array_new();

	for (guint i = 0; i < likings->len && tags->len < TAGS_MAX; i++) {
		const Liking *liking = &g_array_index(likings, Liking, i);
		if (strcmp(liking->tag, ANY) == 0)
			break;
		if (!has_tag(tags, liking->tag))
			g_ptr_array_add(tags, liking->tag);
	}
	g_ptr_array_add(tags, NULL);
	return tags->len > 1 ? g_strjoinv(", ", (char **)tags->pdata) : NULL;
}

char *language_tags_by_liking(const char *list)
{
	const gsize length = MIN(strlen(list), (gsize)LIST_BYTES_MAX);
	g_autofree char *lower = g_ascii_strdown(list, (gssize)length);
	g_auto(GStrv) parts = g_strsplit(lower, ",", -1);
	g_autoptr(GArray) likings = g_array_new(FALSE, FALSE, sizeof(Liking));

	g_array_set_clear_func(likings, liking_clear);
	for (guint i = 0; parts[i] != NULL; i++)
		read_part(parts[i], likings);
	g_array_sort(likings, compare_likings); /* stable: among equals the first */
	return join(likings);
}
